#!/bin/sh
# Runs a Python script with the packages of requirements.txt: run_in_venv.sh SCRIPT [ARGUMENT...]
# The virtual environment is made once, under ${XDG_CACHE_HOME:-~/.cache}/weir-test. Exit code 77 means skipped.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
python=$(command -v python3 || true)
if [ -z "$python" ]; then
  echo "skipped: python3 is not installed"
  exit 77
fi
stamp=$(cksum < "$here/requirements.txt" | cut -d' ' -f1)
venv=${XDG_CACHE_HOME:-$HOME/.cache}/weir-test/interop-$stamp
if [ ! -f "$venv/ready" ]; then
  # Made beside its place and renamed, so that two tests at once do not disturb each other.
  fresh=$venv.$$
  rm -rf "$fresh"
  mkdir -p "$(dirname "$venv")"
  if ! "$python" -m venv --copies "$fresh" > "$fresh.log" 2>&1 ||
    ! "$fresh/bin/python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt" >> "$fresh.log" 2>&1; then
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
