-- One row for each person, with the address of the newest order.
select
    customers.person_id,
    arg_max(customers.zip_prefix, (orders.purchased_at, orders.order_id)) as zip_prefix,
    arg_max(customers.city, (orders.purchased_at, orders.order_id)) as city,
    arg_max(customers.state, (orders.purchased_at, orders.order_id)) as state,
    min(orders.purchased_at) as first_order_at,
    max(orders.purchased_at) as last_order_at,
    count(*) as orders_count
from {{ ref('stg_customers') }} as customers
join {{ ref('stg_orders') }} as orders using (customer_id)
group by customers.person_id
