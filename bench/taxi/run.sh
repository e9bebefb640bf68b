#!/bin/sh
# Three analyses of taxi trips (mean distance by hour, tips by zone, rides by weekday and hour) with weir, DuckDB, Polars and pandas
# over the same generated files: GB=10 RUNS=1 sh bench/taxi/run.sh. Compares the results, prints the table of docs/benchmarks.md and
# writes a page with charts. Needs python3; its packages (requirements.txt) go into the folder of the results.
set -eu
cd "$(dirname "$0")/../.."
gb=${GB:-1}
runs=${RUNS:-3}
folder=${FOLDER:-$PWD/build/bench-taxi}
weir=${WEIR:-$PWD/build/release/weir}
[ -n "${WEIR:-}" ] || cmake --build --preset release --target weir_app >/dev/null
here=$PWD/bench/taxi

mkdir -p "$folder"
python=$folder/venv/bin/python
[ -x "$python" ] || { python3 -m venv "$folder/venv" && "$folder/venv/bin/pip" install --quiet -r "$here/requirements.txt"; }

# measure NAME COMMAND...: a line "name,seconds,processor seconds,MiB at most" in $results
results=$folder/results.csv
measure() {
  name=$1
  shift
  /usr/bin/time -f '%e %U %S %M' -o "$folder/time.txt" "$@" >"$folder/log.txt" 2>&1 || { cat "$folder/log.txt"; exit 1; }
  awk -v name="$name" 'END {printf "%s,%s,%.2f,%.0f\n", name, $1, $2 + $3, $4 / 1024}' "$folder/time.txt" | tee -a "$results"
}

echo "tool,seconds,cpu_seconds,memory_mib" >"$results"
data=$folder/data-$gb
if [ ! -f "$data/done" ]; then
  rm -rf "$data"
  measure "generate" "$weir" generate taxi --out "$data" --gb "$gb" --quiet
  touch "$data/done"
fi
project=$folder/project
rm -rf "$project"
cp -r examples/taxi "$project"
cat "$data"/*.parquet >/dev/null # all read from memory, where it is large enough
measure "weir: load" "$weir" ingest --project "$project" --vars "{data: $data}" --quiet
find "$project/lake" -name '*.parquet' -exec cat {} + >/dev/null
for tool in weir duckdb polars pandas; do mkdir -p "$folder/$tool"; done
sed "s|\${TRIPS}|raw.trips|; s|\${OUT}|$folder/weir|" "$here/analyses.sql" >"$folder/weir.sql"

run=0
while [ $run -lt "$runs" ]; do
  run=$((run + 1))
  measure "weir" "$weir" sql --project "$project" -f "$folder/weir.sql"
  measure "DuckDB" "$python" "$here/duckdb_plain.py" "$data" "$folder/duckdb"
  measure "Polars" "$python" "$here/polars_lazy.py" "$data" "$folder/polars"
  [ $run -gt 1 ] || measure "pandas" "$python" "$here/pandas_chunked.py" "$data" "$folder/pandas"
done
"$python" "$here/compare.py" "$folder/duckdb" "$folder/weir" "$folder/polars" "$folder/pandas"
measure "weir: models" "$weir" run --project "$project" --vars "{data: $data}" --quiet
measure "weir: checks and report" "$weir" build --project "$project" --vars "{data: $data}" --quiet
measure "weir: nothing to do" "$weir" build --project "$project" --vars "{data: $data}" --quiet

page=$folder/page
rm -rf "$page"
cp -r "$here/page" "$page"
"$weir" build --project "$page" --vars "{results: $results, gb: $gb}" --quiet
"$weir" sql --project "$page" -c "from analytics.comparison order by seconds"
echo "$page/target/reports/comparison.html"
