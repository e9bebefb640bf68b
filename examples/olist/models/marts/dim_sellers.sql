select
    sellers.seller_id,
    sellers.zip_prefix,
    sellers.city,
    sellers.state,
    places.latitude,
    places.longitude
from {{ ref('stg_sellers') }} as sellers
left join {{ ref('dim_zip_prefixes') }} as places using (zip_prefix)
