-- customer_id belongs to the order, not to a person; stg_customers knows the person.
select
    order_id,
    customer_id,
    order_status as status,
    order_purchase_timestamp as purchased_at,
    cast(order_purchase_timestamp as date) as purchase_date,
    order_approved_at as approved_at,
    order_delivered_carrier_date as shipped_at,
    order_delivered_customer_date as delivered_at,
    cast(order_estimated_delivery_date as date) as promised_date,
    {{ is_sale('order_status') }} as is_sale
from {{ source('raw', 'orders') }}
