select
    week_start,
    sum(orders_count) as orders_count,
    sum(revenue) as revenue,
    sum(revenue) / nullif(lag(sum(revenue)) over (order by week_start), 0) - 1 as growth
from {{ ref('daily_sales') }}
group by week_start
