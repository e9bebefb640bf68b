{{ config(severity='warn') }}
-- Orders without any item: most are unavailable or canceled ones, and they bring no revenue.
select order_id, status from {{ ref('fact_orders') }} where items_count = 0
