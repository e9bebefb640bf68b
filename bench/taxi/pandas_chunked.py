"""The three analyses with pandas, a file at a time: pandas_chunked.py DATA OUT"""
import glob
import sys

import numpy as np
import pandas as pd

data, out = sys.argv[1:]
parts = {"distance": [], "tips": [], "week": []}
for path in sorted(glob.glob(f"{data}/*_tripdata_*.parquet")):
    prefix = "tpep" if "yellow" in path else "lpep"
    pickup, dropoff = f"{prefix}_pickup_datetime", f"{prefix}_dropoff_datetime"
    trips = pd.read_parquet(
        path, columns=[pickup, dropoff, "PULocationID", "trip_distance", "fare_amount", "tip_amount", "total_amount", "payment_type"]
    )
    trips = trips[(trips.fare_amount > 0) & (trips.trip_distance > 0) & (trips.trip_distance < 100) & (trips[dropoff] > trips[pickup])]
    hour = trips[pickup].dt.hour.rename("hour")
    weekday = (trips[pickup].dt.dayofweek + 1).rename("weekday")
    parts["distance"].append(trips.groupby(hour).trip_distance.agg(rides="size", total="sum"))
    parts["week"].append(trips.groupby([weekday, hour]).size().rename("rides"))
    bill = trips.total_amount - trips.tip_amount
    tips = trips[(trips.payment_type == 1) & (bill > 0) & (trips.tip_amount >= 0)]
    share = 100 * tips.tip_amount / (tips.total_amount - tips.tip_amount)
    percent = np.floor(share + 0.5).clip(upper=100).astype("int32").rename("tip_percent")
    parts["tips"].append(tips.groupby([tips.PULocationID.rename("zone"), percent]).size().rename("rides"))

distance = pd.concat(parts["distance"]).groupby(level=0).sum()
distance["distance"] = distance.total / distance.rides
distance[["rides", "distance"]].to_csv(f"{out}/distance.csv")
for name in ("tips", "week"):
    pd.concat(parts[name]).groupby(level=[0, 1]).sum().to_csv(f"{out}/{name}.csv")
