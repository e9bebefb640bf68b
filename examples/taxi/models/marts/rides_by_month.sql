select
    month,
    fleet,
    sum(trips_count) as trips_count,
    sum(rides_count) as rides_count
from {{ ref('hourly_trips') }}
group by month, fleet
