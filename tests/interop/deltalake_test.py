"""delta-rs (deltalake on PyPI) reads what weir wrote, and weir reads what delta-rs wrote."""

import decimal
import pathlib
import subprocess
import sys
import tempfile
import unittest
from datetime import date, datetime, timedelta, timezone

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake import DeltaTable, QueryBuilder, write_deltalake

from rows import sorted_rows

PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve()


def weir(command, folder):
    result = subprocess.run([PROGRAM, command, folder], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return result.stdout


def read(table):
    """The rows of a table of delta-rs as a pyarrow table."""
    return pa.table(table.to_pyarrow_dataset().to_table())


class DeltaRsReadsWeir(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.temporary.name)
        weir("write", cls.folder)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def table(self, name):
        return DeltaTable(self.folder / name)

    def check_rows(self, name):
        expected = pq.read_table(self.folder / f"{name}.rows.parquet")
        actual = read(self.table(name))
        self.assertEqual(sorted_rows(actual), sorted_rows(expected))

    def test_every_type(self):
        self.check_rows("types")

    def test_timestamps_without_zone(self):
        self.check_rows("timestamp_ntz")
        self.assertEqual(self.table("timestamp_ntz").protocol().reader_features, ["timestampNtz"])

    def test_nested(self):
        self.check_rows("nested")

    def test_partitions_with_special_characters_and_nulls(self):
        self.check_rows("partitioned")
        self.assertEqual(self.table("partitioned").metadata().partition_columns, ["s", "d", "l"])

    def test_partitions_of_timestamps(self):
        self.check_rows("partitioned_timestamp")

    def test_long_texts(self):
        self.check_rows("long_texts")

    def test_empty(self):
        self.assertEqual(read(self.table("empty")).num_rows, 0)

    def test_checkpoint(self):
        self.check_rows("checkpointed")
        log = self.folder / "checkpointed" / "_delta_log"
        self.assertTrue((log / "00000000000000000010.checkpoint.parquet").exists())
        # Without the commits that it holds, the checkpoint has to be enough.
        for version in range(10):
            (log / f"{version:020}.json").rename(log / f"{version:020}.json.away")
        try:
            self.check_rows("checkpointed")
            self.assertEqual(self.table("checkpointed").version(), 12)
            self.assertEqual(self.table("checkpointed").transaction_version("interop"), 12)
        finally:
            for version in range(10):
                (log / f"{version:020}.json.away").rename(log / f"{version:020}.json")

    def test_statistics_are_those_of_the_rows(self):
        for name in ("types", "checkpointed", "long_texts"):
            table = self.table(name)
            actions = pa.table(table.get_add_actions(flatten=True))
            expected = pq.read_table(self.folder / f"{name}.rows.parquet")
            self.assertEqual(pc.sum(actions["num_records"]).as_py(), expected.num_rows)
            for column in expected.column_names:
                if f"min.{column}" not in actions.column_names:
                    continue
                low, high = pc.min(actions[f"min.{column}"]), pc.max(actions[f"max.{column}"])
                if low.as_py() is None:
                    continue
                actual = pc.min_max(expected[column].cast(low.type, safe=False)).as_py()
                self.assertLessEqual(low.as_py(), actual["min"], f"{name}.{column}")
                self.assertGreaterEqual(high.as_py(), actual["max"], f"{name}.{column}")

    def test_filters(self):
        rows = DeltaTable(self.folder / "checkpointed").to_pyarrow_dataset().to_table(filter=(pc.field("p") == 1) & (pc.field("id") > 5))
        self.assertEqual(sorted(set(rows["id"].to_pylist())), [7])

    def test_history(self):
        newest = self.table("checkpointed").history(1)[0]
        self.assertEqual(newest["operation"], "WRITE")
        self.assertTrue(newest["engineInfo"].startswith("weir/"))

    def test_rows_after_delete_update_and_merge(self):
        self.check_rows("changed_rewriting")
        metrics = self.table("changed_rewriting").history(1)[0]["operationMetrics"]
        self.assertEqual((metrics["numTargetRowsUpdated"], metrics["numTargetRowsInserted"]), ("86", "114"))

    def test_rows_behind_deletion_vectors(self):
        # pyarrow cannot leave them out, the query engine of delta-rs can
        table = self.table("changed_vectors")
        self.assertEqual(table.protocol().reader_features, ["deletionVectors"])
        actual = pa.table(QueryBuilder().register("t", table).execute("select * from t").read_all())
        expected = pq.read_table(self.folder / "changed_vectors.rows.parquet")
        self.assertEqual(sorted_rows(actual), sorted_rows(expected))

    def test_delta_rs_appends_to_a_table_of_weir(self):
        name = "types"
        path = self.folder / "appended"
        subprocess.run(["cp", "-r", self.folder / name, path], check=True)
        before = read(DeltaTable(path))
        write_deltalake(path, before, mode="append")
        self.assertEqual(read(DeltaTable(path)).num_rows, 2 * before.num_rows)


class WeirReadsDeltaRs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.temporary.name)
        zone = timezone.utc
        cls.expected = {}
        cls.write("types", pa.table({
            "s": ["a", None], "l": pa.array([1, None], pa.int64()), "i": pa.array([1, None], pa.int32()),
            "sh": pa.array([1, None], pa.int16()), "b": pa.array([1, None], pa.int8()), "f": pa.array([1.5, None], pa.float32()),
            "d": [2.5, None], "bo": [True, None], "da": [date(2024, 2, 29), None],
            "de": pa.array([decimal.Decimal("12.34"), None], pa.decimal128(10, 2)),
            "ts": pa.array([datetime(2024, 1, 1, microsecond=123456, tzinfo=zone), None], pa.timestamp("us", "UTC")),
            "tn": pa.array([datetime(2024, 1, 1, microsecond=123456), None], pa.timestamp("us"))}))
        cls.write("nested", pa.table({"id": [1, 2], "st": [{"x": 1, "y": {"z": "q"}}, None], "li": [[1, None], None],
                                      "m": pa.array([[("k", 1.5)], None], pa.map_(pa.string(), pa.float64()))}))
        cls.write("partitioned", pa.table({
            "id": [1, 2, 3], "s": ["a b/c%=x", "é😀:#?&+\"", None], "d": [date(2024, 1, 1), None, date(1900, 1, 1)],
            "ts": pa.array([datetime(2024, 1, 1, 1, 2, 3, tzinfo=zone), None, None], pa.timestamp("us", "UTC"))}),
            partition_by=["s", "d", "ts"])
        for batch in range(15):
            cls.write("checkpointed", pa.table({"id": list(range(batch * 10, batch * 10 + 10)), "p": [batch % 3] * 10}), partition_by=["p"])
        DeltaTable(cls.folder / "checkpointed").create_checkpoint()
        cls.write("checkpointed", pa.table({"id": [1000], "p": [0]}), partition_by=["p"])
        cls.write("deleted", pa.table({"id": list(range(10))}))
        DeltaTable(cls.folder / "deleted").delete("id >= 5")
        cls.expected["deleted"] = [pa.table({"id": list(range(5))})]
        cls.output = weir("read", cls.folder)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    @classmethod
    def write(cls, name, table, **options):
        write_deltalake(cls.folder / name, table, mode="append", **options)
        cls.expected.setdefault(name, []).append(table)

    def test_rows(self):
        for name, parts in self.expected.items():
            with self.subTest(name):
                actual = pq.read_table(self.folder / f"{name}.weir.parquet")
                self.assertEqual(sorted_rows(actual), sorted_rows(pa.concat_tables(parts)))

    def test_tables_are_sound(self):
        self.assertEqual([line for line in self.output.splitlines() if "commitInfo is not the first" not in line], [])


if __name__ == "__main__":
    unittest.main(verbosity=1)
