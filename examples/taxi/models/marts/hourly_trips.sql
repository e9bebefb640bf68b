{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='month', partition_by='month') }}
-- depends_on: {{ ref('stg_months') }}

with tidied as (
    {{ trips(changed_months(this) if is_incremental() else none) }}
)

select
    month,
    fleet,
    isodow(picked_up_at) as weekday,
    hour(picked_up_at) as hour,
    count(*) as trips_count,
    count(*) filter (where is_ride) as rides_count,
    coalesce(sum(distance_miles) filter (where is_ride), 0) as distance_miles,
    max(loaded_at) as loaded_at
from tidied
group by all
