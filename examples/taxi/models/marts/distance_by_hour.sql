select
    hour,
    sum(rides_count) as rides_count,
    sum(distance_miles) / sum(rides_count) as distance_mean
from {{ ref('hourly_trips') }}
where rides_count > 0
group by hour
