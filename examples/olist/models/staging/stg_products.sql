-- With the column names spelled right, and a category for every product: in English, else as it is, else unknown.
select
    products.product_id,
    products.product_category_name as category_original,
    coalesce(translation.product_category_name_english, products.product_category_name, 'unknown') as category,
    products.product_name_lenght as name_length,
    products.product_description_lenght as description_length,
    products.product_photos_qty as photos_count,
    products.product_weight_g as weight_g,
    products.product_length_cm as length_cm,
    products.product_height_cm as height_cm,
    products.product_width_cm as width_cm
from {{ source('raw', 'products') }} as products
left join {{ source('raw', 'category_translation') }} as translation using (product_category_name)
