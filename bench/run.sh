#!/bin/sh
# Runs every benchmark, or those that are named: sh bench/run.sh shop
set -eu
cd "$(dirname "$0")/.."
for name in ${*:-shop taxi functions logs delta}; do
  echo "== $name"
  sh "bench/$name/run.sh"
done
