-- Every day from the first order's year to the end of the last one's.
with bounds as (
    select
        date_trunc('year', min(order_date)) as first_day,
        date_trunc('year', max(order_date)) + interval 1 year as end_day
    from {{ ref('stg_orders') }}
),

days as (
    select cast(unnest(generate_series(first_day, end_day - interval 1 day, interval 1 day)) as date) as date_day
    from bounds
)

select
    date_day,
    cast(date_trunc('week', date_day) as date) as week_start,
    cast(date_trunc('month', date_day) as date) as month_start,
    extract(year from date_day) as year,
    extract(quarter from date_day) as quarter,
    extract(month from date_day) as month,
    extract(isodow from date_day) as weekday,
    dayname(date_day) as weekday_name,
    extract(isodow from date_day) >= 6 as is_weekend
from days
