{{ config(severity='error', warn_if='> 0', error_if='> 100') }}
-- What was paid is what the items and the freight cost, to the cent. A few are not: that warns, many fail.
select order_id, paid_amount, items_amount + freight_amount as due_amount
from {{ ref('fact_orders') }}
where items_count > 0 and paid_amount <> items_amount + freight_amount
