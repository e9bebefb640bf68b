"""Spark with Delta reads, changes and keeps what weir writes, and the other way round: spark_test.py WEIR."""

import concurrent.futures
import glob
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import pyarrow.parquet as pq
from pyspark.sql import SparkSession

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from rows import sorted_rows  # noqa: E402

WEIR = pathlib.Path(sys.argv.pop(1)).resolve()


def start_spark(folder):
    options = {
        "spark.jars": ",".join(glob.glob(os.environ["WEIR_SPARK_JARS"] + "/*.jar")),
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        "spark.sql.warehouse.dir": folder / "warehouse",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": 2,
        "spark.databricks.delta.snapshotPartitions": 2,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.memory": "1g",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
    }
    builder = SparkSession.builder.master("local[2]")
    for key, value in options.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    return spark


class InteropTest(unittest.TestCase):
    """A lake of weir in a folder of its own; Spark reads its tables by their folders."""

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.temporary.name)
        cls.lake = cls.folder / "lake"
        cls.spark_session = start_spark(cls.folder)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def weir(self, *arguments):
        result = subprocess.run([WEIR, *arguments, "--lake", self.lake], capture_output=True, text=True, cwd=self.folder)
        self.assertEqual(result.returncode, 0, f"weir {arguments}: {result.stdout}{result.stderr}")
        return result.stdout

    def weir_sql(self, *statements):
        self.weir("sql", "-q", "-c", ";\n".join(statements))

    def weir_rows(self, sql):
        file = self.folder / "weir.parquet"
        self.weir("sql", "-q", "-c", sql, "--format", "parquet", "-o", file)
        return pq.read_table(file)

    def at(self, name):
        """The name of the table `s.name` of the lake in Spark's SQL."""
        return f"delta.`{self.lake / 's' / name}`"

    def spark(self, *statements):
        """Runs statements; what the last gives, when it is a query."""
        for statement in statements:
            frame = self.spark_session.sql(statement)
        return frame.toArrow() if statements[-1].startswith(("SELECT", "DESCRIBE")) else None

    def assert_same(self, name, expected=None, columns="*"):
        """Both find the same rows; with `expected`, these many. The checker finds nothing wrong in log and files."""
        ours = self.weir_rows(f"SELECT {columns} FROM s.{name}")
        theirs = self.spark(f"SELECT {columns} FROM {self.at(name)}")
        self.assertEqual(sorted_rows(ours), sorted_rows(theirs))
        if expected is not None:
            self.assertEqual(ours.num_rows, expected)
        self.weir("table", "check", f"s.{name}", "-q")

    def features(self, name):
        detail = self.spark(f"DESCRIBE DETAIL {self.at(name)}").to_pylist()[0]
        return set(detail["tableFeatures"])

    def newest_commit(self, name):
        newest = sorted((self.lake / "s" / name / "_delta_log").glob("*.json"))[-1]
        return [json.loads(line) for line in newest.read_text().splitlines()]


class SparkReadsWeir(InteropTest):
    def test_every_type(self):
        self.weir_sql(
            "CREATE TABLE s.types AS SELECT 'text' AS s, 1::BIGINT AS l, 2::INTEGER AS i, 3::SMALLINT AS sh, 4::TINYINT AS b, "
            "1.5::FLOAT AS f, 2.5::DOUBLE AS d, 12.34::DECIMAL(10,2) AS de, 12345678901234567890.5::DECIMAL(38,5) AS big, true AS bo, "
            "'\\x00\\x01'::BLOB AS bi, DATE '2024-02-29' AS da, TIMESTAMPTZ '2024-01-01 00:00:00.123456+00' AS ts, "
            "TIMESTAMP '1969-12-31 23:59:59.999999' AS tn, {'x': 1, 'y': {'z': 'q'}} AS st, [1, NULL, 3] AS li, "
            "MAP {'k': 1.5::DOUBLE} AS m, [{'a': 1, 'b': 'x'}] AS ls "
            "UNION ALL SELECT " + ", ".join(["NULL"] * 18))
        self.assert_same("types", 2)

    def test_partitions(self):
        self.weir_sql(
            "CREATE TABLE s.partitions (id INT, s STRING, d DATE, l LONG, t TIMESTAMP_NTZ, b BOOLEAN) PARTITIONED BY (s, d, l, t, b)",
            "INSERT INTO s.partitions VALUES (1, 'a b/c%=x', DATE '2024-01-01', 1, TIMESTAMP '2024-01-01 01:02:03.5', true), "
            "(2, 'é😀:#?&+\"\\<>|*''', NULL, -5, NULL, false), (3, NULL, NULL, NULL, NULL, NULL), "
            "(4, '__HIVE_DEFAULT_PARTITION__', DATE '1900-01-01', 0, TIMESTAMP '1900-01-01', true)")
        self.assert_same("partitions", 4)
        self.assertEqual(self.spark(f"SELECT id FROM {self.at('partitions')} WHERE d = '2024-01-01' AND l = 1").to_pylist(), [{"id": 1}])

    def test_changes_with_and_without_deletion_vectors(self):
        for name, vectors in (("rewritten", "false"), ("vectors", "true")):
            with self.subTest(name):
                self.weir_sql(
                    f"CREATE TABLE s.{name} (id LONG, name STRING, p INT) PARTITIONED BY (p) "
                    f"TBLPROPERTIES ('delta.enableDeletionVectors' = '{vectors}')",
                    f"INSERT INTO s.{name} SELECT i, 'name ' || i, i % 3 FROM range(3000) r(i)",
                    f"DELETE FROM s.{name} WHERE id % 7 = 0",
                    f"UPDATE s.{name} SET name = 'updated', p = 5 WHERE id < 10",
                    f"MERGE INTO s.{name} t USING (SELECT i AS id, 'merged' AS name, 1 AS p FROM range(2900, 3100) r(i)) s ON t.id = s.id "
                    "WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *")
                self.assert_same(name)
                counted = self.spark(f"SELECT count(*) n, sum(id) s, count_if(name = 'merged') m, count_if(p = 5) u FROM {self.at(name)}")
                ids = [i for i in range(2900) if i % 7] + list(range(2900, 3100))
                self.assertEqual(counted.to_pylist(), [{"n": len(ids), "s": sum(ids), "m": 200, "u": 8}])
                # Spark goes on where weir stopped, and weir where Spark did.
                self.spark(f"DELETE FROM {self.at(name)} WHERE id % 11 = 0", f"UPDATE {self.at(name)} SET name = 'spark' WHERE id % 13 = 0")
                self.weir_sql(f"DELETE FROM s.{name} WHERE id % 17 = 0")
                self.assert_same(name)
                self.spark(f"OPTIMIZE {self.at(name)}")
                self.assert_same(name)

    def test_statistics_leave_out_files_and_no_rows(self):
        self.weir_sql("CREATE TABLE s.skipped (id LONG, name STRING, seen TIMESTAMPTZ, amount DECIMAL(10, 2), x DOUBLE)")
        for part in range(4):
            self.weir_sql(f"INSERT INTO s.skipped SELECT i, '가나다 ' || i, TIMESTAMPTZ '2024-01-01 00:00:00.0005+00' + i * INTERVAL '1.5 hours', "
                          f"i / 3, CASE i % 5 WHEN 0 THEN 'NaN'::DOUBLE ELSE i * 1.5 END FROM range({part * 100}, {part * 100 + 100}) r(i)")
        for condition in ("id = 250", "name = '가나다 77'", "seen > '2024-01-20'", "amount BETWEEN 40 AND 41", "x > 500", "x < 10"):
            with self.subTest(condition):
                ours = self.weir_rows(f"SELECT id FROM s.skipped WHERE {condition}")
                theirs = self.spark(f"SELECT id FROM {self.at('skipped')} WHERE {condition}")
                self.assertGreater(theirs.num_rows, 0)
                self.assertEqual(sorted_rows(ours), sorted_rows(theirs))

    def test_checkpoints(self):
        self.weir_sql("CREATE TABLE s.checkpointed (id INT, p INT) PARTITIONED BY (p)")
        for batch in range(12):
            self.weir_sql(f"INSERT INTO s.checkpointed VALUES ({batch}, {batch % 3})")
        log = self.lake / "s" / "checkpointed" / "_delta_log"
        self.assertTrue((log / "00000000000000000010.checkpoint.parquet").exists())
        for version in range(10):  # without the commits that it holds, the checkpoint has to be enough
            (log / f"{version:020}.json").unlink()
        self.assert_same("checkpointed", 12)
        self.spark(f"INSERT INTO {self.at('checkpointed')} VALUES (100, 1)")
        self.assert_same("checkpointed", 13)

    def test_optimize_zorder_restore_and_clones(self):
        self.weir_sql("CREATE TABLE s.laid (a INT, b INT, c STRING)")
        for batch in range(3):
            self.weir_sql(f"INSERT INTO s.laid SELECT i * 7919 % 1000, i * 104729 % 1000, 'row ' || i FROM range({batch * 500}, {batch * 500 + 500}) r(i)")
        before = sorted_rows(self.spark(f"SELECT * FROM {self.at('laid')}"))
        self.weir_sql("OPTIMIZE s.laid ZORDER BY (a, b)")
        self.assert_same("laid", 1500)
        self.weir_sql("DELETE FROM s.laid WHERE a < 500", "RESTORE TABLE s.laid TO VERSION AS OF 4")
        self.assert_same("laid", 1500)
        self.assertEqual(sorted_rows(self.spark(f"SELECT * FROM {self.at('laid')}")), before)
        self.weir_sql("CREATE TABLE s.deep DEEP CLONE s.laid", "CREATE TABLE s.shallow SHALLOW CLONE s.laid")
        for name in ("deep", "shallow"):
            self.assert_same(name, 1500)
        self.assertEqual(sorted_rows(self.spark(f"SELECT * FROM {self.at('laid')} VERSION AS OF 1")), sorted_rows(
            self.weir_rows("SELECT * FROM s.laid VERSION AS OF 1")))

    def test_constraints_and_defaults_bind_spark(self):
        self.weir_sql(
            "CREATE TABLE s.bound (id INT NOT NULL, amount DECIMAL(10, 2) DEFAULT 1.5, CONSTRAINT positive CHECK (amount > 0))",
            "INSERT INTO s.bound VALUES (1, 10)")
        self.spark(f"INSERT INTO {self.at('bound')} (id) VALUES (2)")
        for values in ("(3, -1)", "(NULL, 1)"):
            with self.assertRaises(Exception):
                self.spark(f"INSERT INTO {self.at('bound')} VALUES {values}")
        self.assert_same("bound", 2)
        self.assertEqual(self.spark(f"SELECT cast(amount AS STRING) a FROM {self.at('bound')} WHERE id = 2").to_pylist(), [{"a": "1.50"}])

    def test_in_commit_timestamps(self):
        self.weir_sql("CREATE TABLE s.own_times (id INT) TBLPROPERTIES ('delta.enableInCommitTimestamps' = 'true')",
                      "INSERT INTO s.own_times VALUES (1)")
        self.spark(f"INSERT INTO {self.at('own_times')} VALUES (2)")
        self.weir_sql("INSERT INTO s.own_times VALUES (3)")
        self.assert_same("own_times", 3)
        self.weir_sql("CREATE TABLE s.later_times (id INT)", "INSERT INTO s.later_times VALUES (1)",
                      "ALTER TABLE s.later_times SET TBLPROPERTIES ('delta.enableInCommitTimestamps' = 'true')", "INSERT INTO s.later_times VALUES (2)")
        self.spark(f"INSERT INTO {self.at('later_times')} VALUES (3)")
        self.assert_same("later_times", 3)
        times = [str(line["timestamp"]) for line in reversed(self.spark(f"DESCRIBE HISTORY {self.at('later_times')}").to_pylist())]
        for version, rows in enumerate((0, 1, 1, 2, 3)):
            ours = self.weir_rows(f"SELECT id FROM s.later_times TIMESTAMP AS OF '{times[version]}'")
            theirs = self.spark(f"SELECT id FROM {self.at('later_times')} TIMESTAMP AS OF '{times[version]}'")
            self.assertEqual((ours.num_rows, theirs.num_rows), (rows, rows), times[version])

    def test_clustered_tables(self):
        self.weir_sql("CREATE TABLE s.clustered (a INT, b INT, c STRING) CLUSTER BY (a, b)",
                      "INSERT INTO s.clustered SELECT i * 7919 % 1000, i % 97, 'row ' || i FROM range(2000) r(i)", "OPTIMIZE s.clustered")
        detail = self.spark(f"DESCRIBE DETAIL {self.at('clustered')}").to_pylist()[0]
        self.assertEqual(detail["clusteringColumns"], ["a", "b"])
        self.spark(f"INSERT INTO {self.at('clustered')} SELECT id, id % 7, 'spark' FROM range(500)", f"OPTIMIZE {self.at('clustered')}")
        self.assert_same("clustered", 2500)
        self.weir_sql("INSERT INTO s.clustered VALUES (1, 2, 'x')", "OPTIMIZE s.clustered FULL", "ALTER TABLE s.clustered CLUSTER BY (b)")
        self.assert_same("clustered", 2501)
        self.assertEqual(self.spark(f"DESCRIBE DETAIL {self.at('clustered')}").to_pylist()[0]["clusteringColumns"], ["b"])
        self.spark(f"ALTER TABLE {self.at('clustered')} CLUSTER BY (a)")
        self.weir_sql("OPTIMIZE s.clustered")
        self.assert_same("clustered", 2501)

    def test_v2_checkpoints_and_a_log_that_was_cleaned_up(self):
        self.weir_sql("CREATE TABLE s.v2 (id INT) TBLPROPERTIES ('delta.checkpointPolicy' = 'v2', 'delta.checkpointInterval' = '3')")
        for batch in range(7):
            self.weir_sql(f"INSERT INTO s.v2 VALUES ({batch})")
        log = self.lake / "s" / "v2" / "_delta_log"
        self.assertTrue(list(log.glob("*6.checkpoint.*.parquet")))
        for version in range(6):  # without the commits that it holds, the checkpoint has to be enough
            (log / f"{version:020}.json").unlink()
        self.assert_same("v2", 7)
        self.spark(f"INSERT INTO {self.at('v2')} VALUES (100)")
        self.assert_same("v2", 8)

    def test_a_mapped_table_with_deletion_vectors(self):
        self.weir_sql("CREATE TABLE s.mapped_vectors (id LONG, name STRING) "
                      "TBLPROPERTIES ('delta.columnMapping.mode' = 'name', 'delta.enableDeletionVectors' = 'true')",
                      "INSERT INTO s.mapped_vectors SELECT i, 'n' || i FROM range(1000) r(i)",
                      "ALTER TABLE s.mapped_vectors RENAME COLUMN name TO title", "DELETE FROM s.mapped_vectors WHERE id % 3 = 0",
                      "MERGE INTO s.mapped_vectors t USING (SELECT i AS id, 'm' AS title FROM range(990, 1010) r(i)) s ON t.id = s.id "
                      "WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *")
        self.assert_same("mapped_vectors")
        self.spark(f"DELETE FROM {self.at('mapped_vectors')} WHERE id % 5 = 0", f"ALTER TABLE {self.at('mapped_vectors')} RENAME COLUMN title TO t2")
        self.weir_sql("UPDATE s.mapped_vectors SET t2 = 'w' WHERE id < 10")
        self.assert_same("mapped_vectors")

    def test_history(self):
        self.weir_sql("CREATE TABLE s.told (id INT)", "INSERT INTO s.told VALUES (1), (2)", "DELETE FROM s.told WHERE id = 1")
        history = self.spark(f"DESCRIBE HISTORY {self.at('told')}").to_pylist()
        self.assertEqual([line["operation"] for line in history], ["DELETE", "WRITE", "CREATE TABLE"])
        self.assertTrue(history[0]["engineInfo"].startswith("weir/"))
        self.assertEqual(dict(history[0]["operationMetrics"])["numDeletedRows"], "1")


class WeirReadsSpark(InteropTest):
    def made(self, name, columns, properties="", rest=""):
        features = f"TBLPROPERTIES ({properties})" if properties else ""
        self.spark(f"CREATE TABLE {self.at(name)} ({columns}) USING DELTA {rest} {features}")

    def test_every_type(self):
        self.spark(
            f"CREATE TABLE {self.at('spark_types')} USING DELTA AS SELECT 'text' s, 1L l, 2 i, 3S sh, 4Y b, 1.5F f, 2.5D d, 12.34BD de, true bo, "
            "X'0001' bi, DATE '2024-02-29' da, TIMESTAMP '2024-01-01 00:00:00.123456' ts, TIMESTAMP_NTZ '1969-12-31 23:59:59.999999' tn, "
            "named_struct('x', 1, 'y', named_struct('z', 'q')) st, array(1, NULL, 3) li, map('k', 1.5D) m "
            "UNION ALL SELECT " + ", ".join(["NULL"] * 16))
        self.assert_same("spark_types", 2)

    def test_partitions(self):
        self.made("spark_partitions", "id INT, s STRING, d DATE, t TIMESTAMP", rest="PARTITIONED BY (s, d, t)")
        self.spark(f"INSERT INTO {self.at('spark_partitions')} VALUES (1, 'a b/c%=x', DATE '2024-01-01', TIMESTAMP '2024-01-01 01:02:03.5'), "
                   "(2, 'é😀:#?&+\"<>|*', NULL, NULL), (3, NULL, DATE '1900-01-01', TIMESTAMP '1900-01-01 00:00:00')")
        self.assert_same("spark_partitions", 3)
        self.weir_sql("DELETE FROM s.spark_partitions WHERE d = DATE '2024-01-01'")
        self.assert_same("spark_partitions", 2)

    def test_changes_with_deletion_vectors(self):
        self.made("spark_vectors", "id LONG, name STRING", "'delta.enableDeletionVectors' = 'true'")
        self.spark(f"INSERT INTO {self.at('spark_vectors')} SELECT id, 'n' || id FROM range(2000)",
                   f"DELETE FROM {self.at('spark_vectors')} WHERE id % 5 = 0",
                   f"MERGE INTO {self.at('spark_vectors')} t USING (SELECT id, 'm' name FROM range(1900, 2100)) s ON t.id = s.id "
                   "WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *")
        self.assert_same("spark_vectors")
        self.weir_sql("DELETE FROM s.spark_vectors WHERE id % 3 = 0", "UPDATE s.spark_vectors SET name = 'w' WHERE id % 2 = 0")
        self.assert_same("spark_vectors")
        self.weir_sql("OPTIMIZE s.spark_vectors", "REORG TABLE s.spark_vectors APPLY (PURGE)")
        self.assert_same("spark_vectors")

    def test_column_mapping(self):
        self.made("mapped", "id INT, `a b` STRING, p INT", "'delta.columnMapping.mode' = 'name'", "PARTITIONED BY (p)")
        self.spark(f"INSERT INTO {self.at('mapped')} VALUES (1, 'x', 1), (2, 'y', 2)",
                   f"ALTER TABLE {self.at('mapped')} RENAME COLUMN `a b` TO `c,d`", f"ALTER TABLE {self.at('mapped')} ADD COLUMN n LONG",
                   f"INSERT INTO {self.at('mapped')} VALUES (3, 'z', 1, 7)")
        self.assert_same("mapped", 3)

    def test_column_mapping_in_turns(self):
        self.weir_sql("CREATE TABLE s.turns (id INT, price DOUBLE, place STRUCT<city: STRING, zip: INT>, l ARRAY<STRUCT<b: INT>>, p STRING) "
                      "PARTITIONED BY (p) TBLPROPERTIES ('delta.columnMapping.mode' = 'name')",
                      "INSERT INTO s.turns VALUES (1, 1.5, {'city': 'Bonn', 'zip': 1}, [{'b': 1}], 'x'), (2, NULL, NULL, NULL, NULL)",
                      "ALTER TABLE s.turns RENAME COLUMN price TO amount", "ALTER TABLE s.turns RENAME COLUMN p TO q",
                      "ALTER TABLE s.turns RENAME COLUMN place.city TO town", "ALTER TABLE s.turns DROP COLUMN place.zip",
                      "INSERT INTO s.turns VALUES (3, 3.5, {'town': 'Busan'}, [{'b': 3}], 'y')")
        self.assert_same("turns", 3)
        self.spark(f"ALTER TABLE {self.at('turns')} RENAME COLUMN amount TO sum", f"ALTER TABLE {self.at('turns')} ADD COLUMN n INT",
                   f"INSERT INTO {self.at('turns')} VALUES (4, 4.5, named_struct('town', 'Ulm'), array(named_struct('b', 4)), 'x', 7)")
        self.weir_sql("UPDATE s.turns SET n = 1 WHERE id = 1", "OPTIMIZE s.turns")
        self.assert_same("turns", 4)

    def test_column_mapping_by_id(self):
        self.weir_sql("CREATE TABLE s.by_id (a INT, st STRUCT<x: INT>) TBLPROPERTIES ('delta.columnMapping.mode' = 'id')",
                      "INSERT INTO s.by_id VALUES (1, {'x': 2})", "ALTER TABLE s.by_id RENAME COLUMN a TO c",
                      "INSERT INTO s.by_id VALUES (3, {'x': 4})")
        self.assert_same("by_id", 2)

    def test_types_widened_by_weir(self):
        self.weir_sql("CREATE TABLE s.wide (b TINYINT, i INT, f FLOAT, d DECIMAL(5,2), day DATE, l INT[]) "
                      "TBLPROPERTIES ('delta.enableTypeWidening' = 'true')",
                      "INSERT INTO s.wide VALUES (1, 3, 1.5, 123.45, DATE '2024-02-29', [1])",
                      "ALTER TABLE s.wide ALTER COLUMN b TYPE BIGINT", "ALTER TABLE s.wide ALTER COLUMN i TYPE DECIMAL(12,2)",
                      "ALTER TABLE s.wide ALTER COLUMN f TYPE DOUBLE", "ALTER TABLE s.wide ALTER COLUMN d TYPE DECIMAL(10,3)",
                      "ALTER TABLE s.wide ALTER COLUMN day TYPE TIMESTAMP", "ALTER TABLE s.wide ALTER COLUMN l.element TYPE BIGINT",
                      "INSERT INTO s.wide VALUES (5000000000, 2.25, 1e300, 1.125, TIMESTAMP '2024-03-01 01:00:00', [5000000000])")
        self.assert_same("wide", 2)

    def test_v2_checkpoints(self):
        self.made("sidecars", "id INT", "'delta.checkpointPolicy' = 'v2', 'delta.checkpointInterval' = '3'")
        for batch in range(5):
            self.spark(f"INSERT INTO {self.at('sidecars')} VALUES ({batch})")
        self.assert_same("sidecars", 5)
        self.weir_sql("INSERT INTO s.sidecars VALUES (10)")
        self.assert_same("sidecars", 6)

    def test_in_commit_timestamps(self):
        self.made("timed", "id INT", "'delta.enableInCommitTimestamps' = 'true'")
        self.spark(f"INSERT INTO {self.at('timed')} VALUES (1)")
        self.weir_sql("INSERT INTO s.timed VALUES (2)")
        self.spark(f"INSERT INTO {self.at('timed')} VALUES (3)")
        self.assert_same("timed", 3)

    def test_type_widening(self):
        self.made("widened", "id INT, f FLOAT", "'delta.enableTypeWidening' = 'true'")
        self.spark(f"INSERT INTO {self.at('widened')} VALUES (1, 1.5)", f"ALTER TABLE {self.at('widened')} ALTER COLUMN id TYPE BIGINT",
                   f"ALTER TABLE {self.at('widened')} ALTER COLUMN f TYPE DOUBLE", f"INSERT INTO {self.at('widened')} VALUES (5000000000, 2.5)")
        self.assert_same("widened", 2)

    def test_optimize_zorder_and_vacuum(self):
        self.made("spark_laid", "a INT, b INT")
        for batch in range(3):
            self.spark(f"INSERT INTO {self.at('spark_laid')} SELECT id, id * 7 % 100 FROM range({batch * 100}, {batch * 100 + 100})")
        self.spark(f"OPTIMIZE {self.at('spark_laid')} ZORDER BY (a, b)")
        self.assert_same("spark_laid", 300)
        self.weir("table", "vacuum", "s.spark_laid")
        self.assert_same("spark_laid", 300)

    def test_merge_of_weir_into_a_table_of_spark(self):
        self.made("merged", "id LONG, n INT")
        self.spark(f"INSERT INTO {self.at('merged')} SELECT id, 1 FROM range(1000)")
        self.weir_sql("MERGE INTO s.merged t USING (SELECT i AS id, 2::INT AS n FROM range(900, 1100) r(i)) s ON t.id = s.id "
                      "WHEN MATCHED THEN UPDATE SET n = t.n + s.n WHEN NOT MATCHED THEN INSERT *")
        self.assert_same("merged", 1100)
        self.assertEqual(self.spark(f"SELECT sum(n) s FROM {self.at('merged')}").to_pylist(), [{"s": 900 + 3 * 100 + 2 * 100}])


class BothWriteAtOnce(InteropTest):
    def test_no_row_is_lost_or_doubled(self):
        self.weir_sql("CREATE TABLE s.shared (id LONG, writer STRING)")
        each = 8

        def append_with_weir():
            for batch in range(each):
                self.weir_sql(f"INSERT INTO s.shared SELECT i + {batch * 10}, 'weir' FROM range(10) r(i)")

        def append_with_spark():
            for batch in range(each):
                self.spark(f"INSERT INTO {self.at('shared')} SELECT id + {batch * 10}, 'spark' FROM range(10)")

        def delete_with_weir():
            self.weir_sql("CREATE TABLE s.other (id INT)")
            for batch in range(each):
                self.weir_sql(f"DELETE FROM s.shared WHERE id = {batch} AND writer = 'nobody'")

        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            for work in [pool.submit(work) for work in (append_with_weir, append_with_spark, delete_with_weir)]:
                work.result()
        self.assert_same("shared", 2 * each * 10)
        counted = self.spark(f"SELECT writer, count(DISTINCT id) n FROM {self.at('shared')} GROUP BY writer ORDER BY writer")
        self.assertEqual(counted.to_pylist(), [{"writer": "spark", "n": each * 10}, {"writer": "weir", "n": each * 10}])


if __name__ == "__main__":
    unittest.main(verbosity=1, warnings="ignore")
