-- What the hours add up to is what the files hold.
select month, fleet, trips_count
from (select month, fleet, count(*) as trips_count from {{ source('raw', 'trips') }} group by all)
except
select month, fleet, trips_count from {{ ref('rides_by_month') }}
