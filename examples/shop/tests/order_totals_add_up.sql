-- The lines of an order sum to what the order says, to the cent.
select orders.order_id, orders.items_amount, sum(items.amount) as lines_amount
from {{ ref('stg_orders') }} as orders
join {{ ref('stg_order_items') }} as items using (order_id)
group by orders.order_id, orders.items_amount
having orders.items_amount <> sum(items.amount)
