select
    weekday,
    hour,
    sum(rides_count) as rides_count
from {{ ref('hourly_trips') }}
where rides_count > 0
group by weekday, hour
