#!/usr/bin/env bash
# Installs what the tests need, checks the format, builds with warnings as errors and runs every test: on SQLite, on a
# private throw-away PostgreSQL, and in a real headless browser. Closes with one line: "N passed, N failed, N skipped".
set -uo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en

say() { printf '\n== %s\n' "$*"; }
fail() { say "$1"; echo "0 passed, 1 failed"; exit 1; }

# --- what the tests need ------------------------------------------------------------------------------------------
command -v dotnet >/dev/null || fail "The .NET 10 SDK is missing: install it, then run this again."
postgres_bin() { ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1; }
missing=()
[ -n "$(postgres_bin)" ] || command -v initdb >/dev/null || missing+=(postgresql)
[ -x /usr/bin/chromium ] || missing+=(chromium)
command -v tesseract >/dev/null || missing+=(tesseract-ocr)
if [ ${#missing[@]} -gt 0 ]; then
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    say "installing ${missing[*]}"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null \
      || echo "could not install ${missing[*]}: the tests that need them will say that they were skipped"
  else
    echo "not installed and not root: ${missing[*]}; the tests that need them will say that they were skipped"
  fi
fi

# --- a PostgreSQL of our own ---------------------------------------------------------------------------------------
scratch=$(mktemp -d "${TMPDIR:-/tmp}/visionmonitor-tests.XXXXXX")
bin=$(postgres_bin); [ -n "$bin" ] || bin=$(dirname "$(command -v initdb 2>/dev/null || echo /nonexistent/initdb)")
as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
stop_postgres() {
  [ -f "$scratch/pg/postmaster.pid" ] && as_postgres "$bin/pg_ctl" -D "$scratch/pg" -m immediate stop >/dev/null 2>&1
  rm -rf "$scratch"
}
trap stop_postgres EXIT
if [ -x "$bin/initdb" ]; then
  say "starting a private PostgreSQL"
  [ "$(id -u)" = 0 ] && chown postgres "$scratch"
  port=$((20000 + RANDOM % 20000))
  as_postgres "$bin/initdb" -D "$scratch/pg" -A trust -U visionmonitor --no-sync >/dev/null 2>&1 \
    && as_postgres "$bin/pg_ctl" -D "$scratch/pg" -w -l "$scratch/pg.log" \
         -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c max_connections=200" start >/dev/null \
    && export VISIONMONITOR_TEST_POSTGRES="Host=127.0.0.1;Port=$port;Username=visionmonitor;Database=postgres" \
              VISIONMONITOR_TEST_POSTGRES_BIN="$bin" \
    || fail "PostgreSQL is installed but did not start: $(tail -n 5 "$scratch/pg.log" 2>/dev/null)"
else
  echo "no PostgreSQL here: tests on it will say that they were skipped"
fi

# --- format, build, test ---------------------------------------------------------------------------------------------
say "restoring";            dotnet restore VisionMonitor.sln -v q || fail "restore failed"
say "building";             dotnet build VisionMonitor.sln --no-restore -v q -warnaserror || fail "build failed"
say "checking the format";  dotnet format VisionMonitor.sln --no-restore --verify-no-changes --exclude migrations/ || fail "dotnet format found differences: run it without --verify-no-changes"
say "testing"
log="$scratch/tests.log"
dotnet test --solution VisionMonitor.sln --no-build --max-parallel-test-modules 2 --output Normal 2>&1 | tee "$log"
status=${PIPESTATUS[0]}
count() { sed -nE "s/^ *$1: ([0-9]+).*/\1/p" "$log" | tail -n 1; }
passed=$(count succeeded); failed=$(count failed); skipped=$(count skipped)
if [ "$status" != 0 ]; then say "failed, with what each said:"; grep -A 12 -E "^failed " "$log" | head -n 200; fi
if [ "${skipped:-0}" != 0 ]; then say "skipped, with the reason of each:"; grep -E "skipped: " "$log" | sort | uniq -c | head -n 40; fi
if [ "$status" != 0 ] && [ "${failed:-0}" = 0 ]; then failed=1; fi
echo
echo "${passed:-0} passed, ${failed:-1} failed, ${skipped:-0} skipped"
exit "$status"
