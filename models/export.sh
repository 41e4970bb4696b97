#!/usr/bin/env bash
# Draws the scenes that the models are trained and measured on: about 26 000 pictures, two minutes or three on two cores.
# usage: bash models/export.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."
out="$1"
draw() {
  dotnet run --project src/VisionMonitor -c Release --no-build -- demo export-training --out "$out/$1" "${@:2}" --masks
  dotnet run --project src/VisionMonitor -c Release --no-build -- demo export-training --out "$out/labels-$1" "${@:2}" --labels
}
dotnet build src/VisionMonitor -c Release -v q
draw clean --count 5000 --seed 1001
draw varied --count 5000 --seed 2002 --varied --class-mix 1,1,1,0.12,1,1
for smear in 0 0.25 0.5 0.75 1; do
  draw "held$smear" --count 600 --seed 9009 --smear "$smear"
done
