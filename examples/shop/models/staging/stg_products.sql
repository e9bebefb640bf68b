select
    product_id,
    sku,
    name,
    brand,
    category_id,
    price,
    cost,
    is_active,
    created_at,
    updated_at
from {{ source('raw', 'products') }}
