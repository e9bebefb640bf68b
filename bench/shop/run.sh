#!/bin/sh
# The whole shop at scale 1, ingest to report, and beside it the same SQL by plain DuckDB over the same CSV files to Parquet.
# SCALE=0.1 sh bench/shop/run.sh for a quick look. Prints the figures of docs/benchmarks.md.
set -eu
cd "$(dirname "$0")/../.."
scale=${SCALE:-1}
folder=${FOLDER:-build/bench-shop}
weir=$PWD/build/release/weir
cmake --build --preset release --target weir_app weir_bench_plain_duckdb >/dev/null

mkdir -p "$folder"
cp -r examples/shop/. "$folder"
rm -rf "$folder/lake" "$folder/.weir" "$folder/target" "$folder/plain"
echo "-- generate, scale $scale"
/usr/bin/time -f '%e s, %M KiB at most' "$weir" generate shop --out "$folder/data" --scale "$scale" --quiet
cat "$folder"/data/day1/*/* >/dev/null # both sides read from memory
runs=${RUNS:-3}
for run in $(seq "$runs"); do
  echo "-- run $run"
  rm -rf "$folder/plain" "$folder/lake" "$folder/.weir" "$folder/target"
  /usr/bin/time -f 'plain DuckDB: %e s, %M KiB at most' build/release/bench/weir_bench_plain_duckdb bench/shop/plain_duckdb.sql "$folder/data" "$folder/plain"
  # Tests, checks and reports have no counterpart in the plain run: first what has, then the rest.
  /usr/bin/time -f 'weir: %e s, %M KiB at most' "$weir" build --project "$folder" --threads "$(nproc)" --exclude resource_type:test resource_type:check resource_type:report
  /usr/bin/time -f 'weir, tests and report: %e s, %M KiB at most' "$weir" build --project "$folder"
  /usr/bin/time -f 'weir, nothing to do: %e s, %M KiB at most' "$weir" build --project "$folder"
done
