#!/bin/sh
# MERGE of upserts into a table of 8 columns, by weir and by delta-rs (deltalake on PyPI), on the same rows.
#   bench/delta/merge.sh WEIR [ROWS]      ROWS is 6000000 unless given; a hundredth of it is merged, four fifths matched
# Prints seconds and peak memory of each: scattered keys with deletion vectors, scattered keys rewriting, keys in the newest
# twentieth. Without Python or deltalake only weir is measured. WEIR_BENCH_MEMORY limits weir's SQL ("900MB").
set -eu
weir=$(realpath "$1")
rows=${2:-6000000}
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf 'name: merge\n' > weir.yml
if [ -n "${WEIR_BENCH_MEMORY:-}" ]; then
  limit="set memory_limit = '$WEIR_BENCH_MEMORY';"
fi
updates=$((rows / 100))
matched=$((updates / 5 * 4))
columns="(hash(i) % 1000000)::INTEGER as customer, ((hash(i + 1) % 100000) / 100)::DECIMAL(12, 2) as amount, (hash(i + 2) % 1000)::DOUBLE as weight,
  ['new', 'paid', 'sent', 'back', 'done'][(hash(i + 3) % 5)::BIGINT + 1] as status, substr(md5(i::VARCHAR), 1, 8) as note,
  DATE '2020-01-01' + (i::BIGINT * 1500 // $rows)::INTEGER as day, TIMESTAMPTZ '2020-01-01 00:00:00+00' + to_seconds(i) as at"
. "$here/measure.sh"

sql() { "$weir" sql --format csv -c "$1" > /dev/null; }

sql "copy (select id, $columns from (select (hash(r) % $rows)::BIGINT as id, r as i from range($matched) t(r) union all select $rows::BIGINT + r, r from range($updates - $matched) t(r)) qualify row_number() over (partition by id) = 1) to 'scattered.parquet'"
sql "copy (select id, $columns from (select $rows::BIGINT * 95 // 100 + (hash(r) % ($rows::BIGINT * 5 // 100))::BIGINT as id, r as i from range($matched) t(r) union all select $rows::BIGINT + r, r from range($updates - $matched) t(r)) qualify row_number() over (partition by id) = 1) to 'newest.parquet'"

make() {
  # make TABLE PROPERTIES
  sql "create or replace table raw.$1 tblproperties ($2) as select i as id, $columns from range($rows) t(i)"
}
merge() {
  echo "${limit:-} merge into raw.$1 as t using (select * from read_parquet('$2.parquet')) as s on t.id = s.id when matched then update set * when not matched then insert *"
}
vectors="'delta.enableDeletionVectors' = 'true'"
echo "$rows rows, $updates upserts"
make vectors "$vectors"
[ -d lake ] || { echo "no lake"; exit 1; }
run "weir, scattered, deletion vectors" "$weir" sql -c "$(merge vectors scattered)"
make newest "$vectors"
run "weir, newest twentieth, deletion vectors" "$weir" sql -c "$(merge newest newest)"
make plain "my.own = 1"
cp -r lake/raw/plain plain
run "weir, scattered, rewriting" "$weir" sql -c "$(merge plain scattered)"
sql "drop table raw.plain; drop table raw.newest; drop table raw.vectors"

requirements=$here/../../tests/interop/requirements.txt
cat > merge.py <<'PY'
import sys
import pyarrow.parquet as pq
from deltalake import DeltaTable
table = DeltaTable(sys.argv[1])
(table.merge(pq.read_table(sys.argv[2]), predicate="t.id = s.id", source_alias="s", target_alias="t")
    .when_matched_update_all().when_not_matched_insert_all().execute())
PY
if [ -f "$requirements" ]; then
  cp -r plain again
  if "$here/../../tests/interop/run_in_venv.sh" -c 'import deltalake' > /dev/null 2>&1; then
    run "delta-rs, scattered, rewriting" "$here/../../tests/interop/run_in_venv.sh" merge.py plain scattered.parquet
    run "delta-rs, newest twentieth, rewriting" "$here/../../tests/interop/run_in_venv.sh" merge.py again newest.parquet
  else
    echo "delta-rs is not measured: deltalake cannot be installed"
  fi
fi
