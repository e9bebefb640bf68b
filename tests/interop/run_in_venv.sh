#!/bin/sh
# Runs a Python script with the packages of a list: run_in_venv.sh [-r REQUIREMENTS] SCRIPT [ARGUMENT...]
# Without -r the list is requirements.txt beside this script. The virtual environment is made once for each list, under
# ${XDG_CACHE_HOME:-~/.cache}/weir-test. Exit code 77 means skipped.
set -eu
requirements=$(cd "$(dirname "$0")" && pwd)/requirements.txt
if [ "$1" = -r ]; then
  requirements=$2
  shift 2
fi
python=$(command -v python3 || true)
if [ -z "$python" ]; then
  echo "skipped: python3 is not installed"
  exit 77
fi
stamp=$(cksum < "$requirements" | cut -d' ' -f1)
venv=${XDG_CACHE_HOME:-$HOME/.cache}/weir-test/interop-$stamp
if [ ! -f "$venv/ready" ]; then
  # Made beside its place and renamed, so that two tests at once do not disturb each other.
  fresh=$venv.$$
  rm -rf "$fresh"
  mkdir -p "$(dirname "$venv")"
  if ! "$python" -m venv --copies "$fresh" > "$fresh.log" 2>&1 ||
    ! "$fresh/bin/python" -m pip install --quiet --disable-pip-version-check -r "$requirements" >> "$fresh.log" 2>&1; then
    echo "skipped: the Python packages cannot be installed"
    cat "$fresh.log"
    rm -rf "$fresh" "$fresh.log"
    exit 77
  fi
  touch "$fresh/ready"
  rm -f "$fresh.log"
  mv -T "$fresh" "$venv" 2> /dev/null || rm -rf "$fresh"
fi
exec "$venv/bin/python" "$@"
