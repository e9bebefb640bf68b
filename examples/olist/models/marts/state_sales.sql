select
    state,
    count(distinct person_id) as customers_count,
    count(*) as orders_count,
    sum(items_amount) as revenue,
    avg(delivery_days) as delivery_days_mean,
    avg(case when delay_days > 0 then 1.0 when delay_days <= 0 then 0.0 end) as late_share
from {{ ref('fact_orders') }}
where is_sale
group by state
