#!/bin/sh
# Runs a Python script with Spark and Delta's jars: run.sh SCRIPT [ARGUMENT...]. The jars of pom.xml are fetched once, and their
# folder is in WEIR_SPARK_JARS. Exit code 77 means skipped.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
for program in java mvn; do
  if ! command -v "$program" > /dev/null; then
    echo "skipped: $program is not installed"
    exit 77
  fi
done
stamp=$(cksum < "$here/pom.xml" | cut -d' ' -f1)
jars=${XDG_CACHE_HOME:-$HOME/.cache}/weir-test/spark-jars-$stamp
if [ ! -d "$jars" ]; then
  fresh=$jars.$$
  if ! mvn -q -B -f "$here/pom.xml" dependency:copy-dependencies "-DoutputDirectory=$fresh" > "$fresh.log" 2>&1; then
    echo "skipped: the jars cannot be fetched"
    cat "$fresh.log"
    rm -rf "$fresh" "$fresh.log"
    exit 77
  fi
  rm -f "$fresh.log"
  mv -T "$fresh" "$jars" 2> /dev/null || rm -rf "$fresh"
fi
export WEIR_SPARK_JARS="$jars"
exec "$here/../run_in_venv.sh" -r "$here/requirements.txt" "$@"
