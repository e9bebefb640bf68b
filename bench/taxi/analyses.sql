-- The three analyses over a table `trips`, for DuckDB and weir alike. ${OUT} is the folder of the results.
copy (
    select hour(pickup_datetime) as hour, count(*) as rides, avg(trip_distance) as distance
    from ${TRIPS}
    where fare_amount > 0 and trip_distance > 0 and trip_distance < 100 and dropoff_datetime > pickup_datetime
    group by 1 order by 1
) to '${OUT}/distance.csv';

copy (
    select PULocationID as zone, cast(least(round(100 * tip_amount / (total_amount - tip_amount)), 100) as integer) as tip_percent, count(*) as rides
    from ${TRIPS}
    where fare_amount > 0 and trip_distance > 0 and trip_distance < 100 and dropoff_datetime > pickup_datetime
        and payment_type = 1 and total_amount - tip_amount > 0 and tip_amount >= 0
    group by 1, 2 order by 1, 2
) to '${OUT}/tips.csv';

copy (
    select isodow(pickup_datetime) as weekday, hour(pickup_datetime) as hour, count(*) as rides
    from ${TRIPS}
    where fare_amount > 0 and trip_distance > 0 and trip_distance < 100 and dropoff_datetime > pickup_datetime
    group by 1, 2 order by 1, 2
) to '${OUT}/week.csv';
