-- Sums over the marts are those of the files: no join multiplies a row.
select *
from (
    select
        (select sum(price) from {{ ref('stg_order_items') }}) as of_items,
        (select sum(items_amount) from {{ ref('fact_orders') }}) as of_orders,
        (select sum(price) from {{ ref('fact_order_items') }}) as of_fact_items,
        (select sum(amount) from {{ ref('stg_payments') }}) as of_payments,
        (select sum(paid_amount) from {{ ref('fact_orders') }}) as paid_of_orders
)
where of_items <> of_orders or of_items <> of_fact_items or of_payments <> paid_of_orders
