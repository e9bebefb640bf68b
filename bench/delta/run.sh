#!/bin/sh
# MERGE, ZORDER and DELETE by weir and by delta-rs; ROWS=60000000 for the full size of the MERGE.
set -eu
cd "$(dirname "$0")/../.."
sh bench/delta/merge.sh "${WEIR:-${BUILD:-build/release}/weir}" "${ROWS:-6000000}"
sh bench/delta/maintenance.sh "${WEIR:-${BUILD:-build/release}/weir}"
