select
    order_id,
    customer_id,
    ordered_at,
    cast(ordered_at as date) as order_date,
    status,
    channel,
    promotion_code,
    items_amount,
    discount_amount,
    shipping_amount,
    total_amount,
    status not in ('cancelled', 'returned', 'pending') as is_sale,
    updated_at
from {{ source('raw', 'orders') }}
