-- One row for each order. Items, payments and reviews are summed up before they are joined, because each of them has
-- several rows for an order: joined as they are, they would multiply each other.
with items as (
    select
        order_id,
        count(*) as items_count,
        sum(price) as items_amount,
        sum(freight) as freight_amount
    from {{ ref('stg_order_items') }}
    group by order_id
),

payments as (
    select
        order_id,
        sum(amount) as paid_amount,
        max(installments) as installments,
        arg_max(payment_type, (amount, -payment_number)) as main_payment_type
    from {{ ref('stg_payments') }}
    group by order_id
)

select
    orders.order_id,
    customers.person_id,
    customers.state,
    orders.status,
    orders.is_sale,
    orders.purchased_at,
    orders.purchase_date,
    orders.delivered_at,
    orders.promised_date,
    date_diff('second', orders.purchased_at, orders.delivered_at) / 86400.0 as delivery_days,
    date_diff('day', orders.promised_date, cast(orders.delivered_at as date)) as delay_days,
    coalesce(items.items_count, 0) as items_count,
    coalesce(items.items_amount, 0) as items_amount,
    coalesce(items.freight_amount, 0) as freight_amount,
    coalesce(payments.paid_amount, 0) as paid_amount,
    payments.installments,
    payments.main_payment_type,
    reviews.score as review_score
from {{ ref('stg_orders') }} as orders
join {{ ref('stg_customers') }} as customers using (customer_id)
left join items using (order_id)
left join payments using (order_id)
left join {{ ref('stg_reviews') }} as reviews on reviews.order_id = orders.order_id and reviews.is_newest
