select
    dates.date_day,
    dates.week_start,
    dates.weekday,
    dates.weekday_name,
    count(orders.order_id) as orders_count,
    count(distinct orders.customer_id) as customers_count,
    coalesce(sum(orders.total_amount), 0) as revenue
from {{ ref('dim_date') }} as dates
join {{ ref('fact_orders') }} as orders
    on orders.order_date = dates.date_day and orders.is_sale
group by all
