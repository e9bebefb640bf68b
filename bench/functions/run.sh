#!/bin/sh
# Functions of one's own over 20 M rows: C++ and Python in weir, the built-in expression, and Polars, pandas and DuckDB's Python.
# Makes a Python with numpy, pandas, pyarrow, polars and duckdb in build/bench-functions.
set -eu
cd "$(dirname "$0")/../.."
python=build/bench-functions/bin/python
[ -x "$python" ] || python3 -m venv build/bench-functions
"$python" -c 'import duckdb, numpy, pandas, polars, pyarrow' 2>/dev/null ||
  "$python" -m pip install --quiet duckdb numpy pandas polars pyarrow
g++ -std=c++20 -O3 -shared -fPIC -fno-semantic-interposition -I include bench/functions/functions.cpp -o build/bench-functions/functions.so
build=${BUILD:-build/release}
cmake --build "$build" --target weir_functions_bench >/dev/null
WEIR_BENCH_LIBRARY=$PWD/build/bench-functions/functions.so WEIR_BENCH_FOLDER=$PWD/bench/functions WEIR_BENCH_PYTHON=$PWD/$python \
  "$build/src/weir_functions_bench" --benchmark_min_time="${SECONDS_EACH:-1}"
"$python" bench/functions/peers.py
