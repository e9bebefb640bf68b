select
    order_id,
    order_item_id as line_number,
    product_id,
    seller_id,
    price,
    freight_value as freight,
    shipping_limit_date as ship_until
from {{ source('raw', 'order_items') }}
