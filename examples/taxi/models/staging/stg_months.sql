{{ config(materialized='table') }}

-- When files of a month were loaded last. Small, so that asking it is cheap.
select
    month,
    max(_weir_loaded_at) as loaded_at
from {{ source('raw', 'trips') }}
group by month
