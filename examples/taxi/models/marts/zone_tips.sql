{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='month', partition_by='month') }}
-- depends_on: {{ ref('stg_months') }}

-- How many rides tipped 0, 1, 2 … percent of the bill, by the zone where they began. Tips are known for cards only.
with tidied as (
    {{ trips(changed_months(this) if is_incremental() else none) }}
)

select
    month,
    fleet,
    pickup_zone_id,
    cast(least(round(100 * tip_amount / amount_before_tip), 100) as integer) as tip_percent,
    count(*) as rides_count,
    sum(tip_amount) as tips,
    sum(amount_before_tip) as bills,
    max(loaded_at) as loaded_at
from tidied
where is_ride and is_paid_by_card and amount_before_tip > 0 and tip_amount >= 0
group by all
