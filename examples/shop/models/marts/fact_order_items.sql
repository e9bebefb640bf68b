select
    items.order_id,
    items.line_number,
    items.product_id,
    orders.order_date,
    items.quantity,
    items.unit_price,
    items.discount_amount,
    items.amount,
    cast(items.amount - items.quantity * products.cost as decimal(14, 2)) as margin,
    orders.is_sale
from {{ ref('stg_order_items') }} as items
join {{ ref('stg_orders') }} as orders using (order_id)
left join {{ ref('dim_products') }} as products using (product_id)
