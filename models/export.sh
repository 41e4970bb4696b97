#!/usr/bin/env bash
# Draws the scenes that the models are trained and measured on: about 22 500 pictures, a few minutes on two cores.
# usage: bash models/export.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."
out="$1"
draw() {
  dotnet run --project src/VisionMonitor -c Release --no-build -- demo export-training --out "$out/$1" "${@:2}"
}
near() {
  draw "near-$1" "${@:2}" --size 320 --zoom 1.8
}
dotnet build src/VisionMonitor -c Release -v q
draw clean --count 5000 --seed 1001 --masks
near clean --count 4000 --seed 1001
draw varied --count 5000 --seed 2002 --varied --class-mix 1,1,1,0.12,1,1 --masks
near varied --count 4000 --seed 2002 --varied
for smear in 0 0.25 0.5 0.75 1; do
  draw "held$smear" --count 600 --seed 9009 --smear "$smear" --masks
  near "held$smear" --count 300 --seed 9009 --smear "$smear"
done
