select
    order_id,
    line_number,
    product_id,
    quantity,
    unit_price,
    discount_amount,
    amount,
    promotion_id
from {{ source('raw', 'order_items') }}
