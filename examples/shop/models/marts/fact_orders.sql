{{ config(materialized='incremental', unique_key='order_id') }}
-- One row for each order, with the version of the customer that was valid when it was placed.
select
    orders.order_id,
    orders.customer_id,
    customers.customer_key,
    orders.order_date,
    orders.ordered_at,
    orders.status,
    orders.channel,
    orders.promotion_code,
    orders.items_amount,
    orders.discount_amount,
    orders.shipping_amount,
    orders.total_amount,
    orders.is_sale,
    orders.updated_at
from {{ ref('stg_orders') }} as orders
asof left join (
    -- The first version counts from the beginning: the shop did not keep older ones.
    select
        customer_id,
        customer_key,
        case when row_number() over (partition by customer_id order by valid_from) = 1
            then timestamp '1900-01-01' else valid_from end as valid_from
    from {{ ref('dim_customers') }}
) as customers
    on orders.customer_id = customers.customer_id and orders.ordered_at >= customers.valid_from
{% if is_incremental() %}
where orders.updated_at >= (select max(updated_at) from {{ this }})
{% endif %}
