#!/bin/sh
# A gigabyte of access log and one of application log: weir logs count beside ripgrep, weir logs analyze and logs() in SQL beside Polars and
# DuckDB. Needs /usr/bin/time and ripgrep; makes the logs and a Python with polars and duckdb in build/bench-logs.
set -eu
cd "$(dirname "$0")/../.."
weir=${WEIR:-${BUILD:-build/release}/weir}
folder=build/bench-logs
python=$folder/python/bin/python
mkdir -p "$folder"
[ -f "$folder/access.log" ] || "$weir" generate logs --kind access --size "${SIZE:-1GB}" --latency --out "$folder/access.log" --quiet
[ -f "$folder/app.log" ] || "$weir" generate logs --kind app --size "${SIZE:-1GB}" --out "$folder/app.log" --quiet
[ -x "$python" ] || python3 -m venv "$folder/python"
"$python" -c 'import duckdb, polars' 2>/dev/null || "$python" -m pip install --quiet duckdb polars
cat "$folder/access.log" "$folder/app.log" >/dev/null

# measure NAME COMMAND…: the best of three by processor time, with the wall time and the memory of that run.
measure() {
  name=$1
  shift
  for _ in 1 2 3; do
    /usr/bin/time -f '%U %S %e %M' -o "$folder/time" "$@" >"$folder/out" 2>/dev/null || true
    tail -1 "$folder/time"
  done | sort -n | head -1 | awk -v name="$name" '{printf "%-42s %6.2f s CPU  %6.2f s wall  %7.0f MB\n", name, $1 + $2, $3, $4 / 1024}'
}

echo "counting levels in the application log"
measure 'weir logs count' "$weir" logs count "$folder/app.log"
measure 'rg -c ERROR, anywhere' rg -c ERROR "$folder/app.log"
measure 'rg -c, four levels anywhere' rg -c 'ERROR|WARN|INFO|DEBUG' "$folder/app.log"
measure 'rg -c, four levels at their place' rg -c '^\S+ \S+ (ERROR|WARN|INFO|DEBUG) ' "$folder/app.log"
echo "counting lines of the access log"
measure 'weir logs count' "$weir" logs count "$folder/access.log"
measure 'rg -c ERROR' rg -c ERROR "$folder/access.log"
echo "analysing the access log"
measure 'weir logs analyze' "$weir" logs analyze "$folder/access.log"
[ -n "${SKIP_PEERS:-}" ] || measure 'Polars' "$python" bench/logs/peers.py polars "$folder/access.log"
[ -n "${SKIP_PEERS:-}" ] || measure 'DuckDB' "$python" bench/logs/peers.py duckdb "$folder/access.log"
measure 'weir logs analyze, the application log' "$weir" logs analyze "$folder/app.log"
echo "one question in SQL: requests and errors per hour"
question="select date_trunc('hour', time) as hour, count(*), count_if(status >= 500) from logs('$folder/access.log') group by 1"
measure 'logs(), three columns, all threads' "$weir" sql --lake "$folder/lake" -c "$question"
measure 'logs(), three columns, one thread' "$weir" sql --lake "$folder/lake" --threads 1 -c "$question"
measure 'logs(), all columns' "$weir" sql --lake "$folder/lake" -c "with t as materialized (from logs('$folder/access.log')) select count(*), any_value(columns(*)) from t"
"$weir" sql --lake "$folder/lake" --quiet -c "create or replace table raw.access as from logs('$folder/access.log')" >/dev/null
measure 'the same from a Delta table' "$weir" sql --lake "$folder/lake" -c "select date_trunc('hour', time) as hour, count(*), count_if(status >= 500) from raw.access group by 1"
