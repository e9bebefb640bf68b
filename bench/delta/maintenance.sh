#!/bin/sh
# ZORDER and DELETE on one table, by weir and by delta-rs (deltalake on PyPI), on the same rows.
#   bench/delta/maintenance.sh WEIR [ROWS]      ROWS is 10000000 unless given
# Prints seconds, seconds of processor and peak memory of each. Without Python or deltalake only weir is measured.
set -eu
weir=$(realpath "$1")
rows=${2:-10000000}
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
. "$here/measure.sh"
sql() { "$weir" sql --lake lake --quiet -c "$1"; }

sql "create table raw.t as select i as id, (hash(i) % 1000000)::integer as customer, (hash(i + 7) % 100000)::integer as product,
  ((hash(i + 1) % 100000) / 100)::decimal(12, 2) as amount, date '2020-01-01' + (i * 1500 // $rows)::integer as day, 'note ' || (i % 977) as note
  from range($rows) t(i)" > /dev/null
cp -r lake/raw/t rust
sql "create table raw.v deep clone raw.t; alter table raw.v set tblproperties ('delta.enableDeletionVectors' = 'true')" > /dev/null
echo "$rows rows"
run "weir, DELETE of 1 %, deletion vectors" "$weir" sql --lake lake -c "delete from raw.v where customer < 10000"
run "weir, ZORDER BY two columns" "$weir" sql --lake lake -c "optimize raw.t zorder by (customer, product)"
run "weir, DELETE of 1 %, rewriting, clustered" "$weir" sql --lake lake -c "delete from raw.t where customer < 10000"
cat > rust.py <<'PY'
import sys
from deltalake import DeltaTable
table = DeltaTable("rust")
if sys.argv[1] == "zorder":
    table.optimize.z_order(["customer", "product"])
else:
    table.delete("customer < 10000")
PY
if "$here/../../tests/interop/run_in_venv.sh" -c 'import deltalake' > /dev/null 2>&1; then
  run "delta-rs, ZORDER BY two columns" "$here/../../tests/interop/run_in_venv.sh" rust.py zorder
  run "delta-rs, DELETE of 1 %, clustered" "$here/../../tests/interop/run_in_venv.sh" rust.py delete
fi
