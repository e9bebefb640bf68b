{% snapshot orders_history %}
{{
  config(
    unique_key='order_id',
    strategy='check',
    check_cols=['status', 'delivered_at']
  )
}}
-- Each delivery of the files tells an order in its state of that day; here every state that was seen is kept.
select order_id, status, purchased_at, delivered_at from {{ ref('stg_orders') }}
{% endsnapshot %}
