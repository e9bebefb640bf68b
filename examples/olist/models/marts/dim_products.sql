select
    product_id,
    category,
    photos_count,
    weight_g,
    cast(length_cm * height_cm * width_cm / 1000.0 as decimal(12, 1)) as volume_l
from {{ ref('stg_products') }}
