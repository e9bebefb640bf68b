"""The three analyses with DuckDB over the monthly files: duckdb_plain.py DATA OUT"""
import pathlib
import sys

import duckdb

data, out = sys.argv[1:]
sql = (pathlib.Path(__file__).parent / "analyses.sql").read_text()
columns = "PULocationID, trip_distance, fare_amount, tip_amount, total_amount, payment_type"
connection = duckdb.connect()
connection.execute("set preserve_insertion_order = false")
connection.execute(
    f"create view trips as "
    f"select tpep_pickup_datetime as pickup_datetime, tpep_dropoff_datetime as dropoff_datetime, {columns} "
    f"from read_parquet('{data}/yellow_tripdata_*.parquet', union_by_name = true) union all "
    f"select lpep_pickup_datetime, lpep_dropoff_datetime, {columns} from read_parquet('{data}/green_tripdata_*.parquet', union_by_name = true)"
)
connection.execute(sql.replace("${TRIPS}", "trips").replace("${OUT}", out))
