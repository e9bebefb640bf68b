select
    category,
    count(*) as items_count,
    count(distinct order_id) as orders_count,
    sum(price) as revenue,
    avg(price) as price_mean
from {{ ref('fact_order_items') }}
where is_sale
group by category
