select
    cast(date_trunc('month', purchase_date) as date) as month,
    count(*) as orders_count,
    count(distinct person_id) as customers_count,
    sum(items_amount) as revenue,
    sum(freight_amount) as freight,
    sum(items_amount) / nullif(count(*) filter (where items_count > 0), 0) as basket
from {{ ref('fact_orders') }}
where is_sale
group by 1
