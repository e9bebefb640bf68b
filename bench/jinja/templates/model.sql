{{ "config: " ~ target.name }}
with orders as (
  select * from {{ target.schema }}.stg_orders
  {% if target.name == 'dev' %}where created_at >= '{{ vars.start_date }}'{% endif %}
),
payments as (
  select * from {{ target.schema }}.stg_payments
),
order_payments as (
  select
    order_id,
    {% for payment_method in vars.payment_methods -%}
    sum(case when payment_method = '{{ payment_method }}' then amount else 0 end) as {{ payment_method }}_amount,
    {% endfor -%}
    sum(amount) as total_amount
  from payments
  group by order_id
),
final as (
  select
    orders.order_id,
    orders.customer_id,
    {% for payment_method in vars.payment_methods -%}
    order_payments.{{ payment_method }}_amount,
    {% endfor -%}
    order_payments.total_amount as amount
  from orders
  left join order_payments on orders.order_id = order_payments.order_id
)
select * from final
