"""The three analyses with Polars, lazily, over the monthly files: polars_lazy.py DATA OUT"""
import glob
import sys

import polars as pl

data, out = sys.argv[1:]
COLUMNS = {
    "PULocationID": pl.Int32, "trip_distance": pl.Float64, "fare_amount": pl.Float64,
    "tip_amount": pl.Float64, "total_amount": pl.Float64, "payment_type": pl.Int64,
}


def scan(fleet, prefix):
    for path in sorted(glob.glob(f"{data}/{fleet}_tripdata_*.parquet")):
        yield pl.scan_parquet(path).select(
            pl.col(f"{prefix}_pickup_datetime").alias("pickup"),
            pl.col(f"{prefix}_dropoff_datetime").alias("dropoff"),
            *(pl.col(name).cast(kind) for name, kind in COLUMNS.items()),
        )


trips = pl.concat([*scan("yellow", "tpep"), *scan("green", "lpep")]).filter(
    (pl.col("fare_amount") > 0) & (pl.col("trip_distance") > 0) & (pl.col("trip_distance") < 100) & (pl.col("dropoff") > pl.col("pickup"))
)
hour = pl.col("pickup").dt.hour().alias("hour")
bill = pl.col("total_amount") - pl.col("tip_amount")
percent = (100 * pl.col("tip_amount") / bill).round(mode="half_away_from_zero").clip(upper_bound=100).cast(pl.Int32).alias("tip_percent")

distance = trips.group_by(hour).agg(pl.len().alias("rides"), pl.col("trip_distance").mean().alias("distance")).sort("hour")
tips = (
    trips.filter((pl.col("payment_type") == 1) & (bill > 0) & (pl.col("tip_amount") >= 0))
    .group_by(pl.col("PULocationID").alias("zone"), percent).agg(pl.len().alias("rides")).sort("zone", "tip_percent")
)
week = trips.group_by(pl.col("pickup").dt.weekday().alias("weekday"), hour).agg(pl.len().alias("rides")).sort("weekday", "hour")

for name, query in {"distance": distance, "tips": tips, "week": week}.items():
    query.collect(engine="streaming").write_csv(f"{out}/{name}.csv")
