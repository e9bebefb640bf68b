-- The figures of taxi_figures.cpp, from the tables that examples/taxi makes.
select 'trips ' || strftime(month, '%Y-%m') || ' ' || fleet as name, trips_count::varchar as value from rides_by_month
union all select 'rides ' || strftime(month, '%Y-%m') || ' ' || fleet, rides_count::varchar from rides_by_month where rides_count > 0
union all select 'distance ' || printf('%02d', hour), printf('%.6f', distance_mean) || ' ' || rides_count from distance_by_hour
union all select 'week ' || ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'][weekday] || ' ' || printf('%02d', hour), rides_count::varchar from rides_by_weekday_hour
union all select 'tips ' || zone_id, printf('%.6f', tip_share) || ' ' || rides_count || ' ' || round(no_tip_share * rides_count)::bigint from tip_share_by_zone
union all select 'half ' || zone_id, printf('%.2f', tip_share_median) from tip_share_by_zone
union all select 'borough ' || borough || ' ' || tip_percent, rides_count::varchar from tip_share_by_borough
