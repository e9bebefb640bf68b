-- How late (or early, below 0) deliveries were against the promised day, and what their customers thought of it.
select
    delay_days,
    count(*) as orders_count,
    avg(review_score) as score_mean
from {{ ref('fact_orders') }}
where status = 'delivered' and delay_days is not null
group by delay_days
