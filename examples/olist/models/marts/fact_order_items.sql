-- One row for each item, with the way from the seller to the customer as the crow flies.
select
    items.order_id,
    items.line_number,
    items.product_id,
    items.seller_id,
    products.category,
    orders.purchase_date,
    orders.is_sale,
    customers.state as customer_state,
    seller.state as seller_state,
    items.price,
    items.freight,
    {{ distance_km('seller', 'customer_place') }} as distance_km
from {{ ref('stg_order_items') }} as items
join {{ ref('stg_orders') }} as orders using (order_id)
join {{ ref('stg_customers') }} as customers using (customer_id)
join {{ ref('dim_products') }} as products using (product_id)
join {{ ref('dim_sellers') }} as seller on seller.seller_id = items.seller_id
left join {{ ref('dim_zip_prefixes') }} as customer_place on customer_place.zip_prefix = customers.zip_prefix
