-- settings
set preserve_insertion_order = false;
-- raw.customers
copy (select *, filename as source, now() as loaded_at from read_csv('${DATA}/day1/customers/*.csv', header = true, filename = true,
  types = {'customer_id': 'bigint', 'postal_code': 'varchar', 'birth_date': 'date', 'created_at': 'timestamp', 'updated_at': 'timestamp'}))
to '${OUT}/customers.parquet' (format parquet);
-- raw.products
copy (select * from read_csv('${DATA}/day1/products/*.csv', header = true,
  types = {'product_id': 'bigint', 'category_id': 'bigint', 'price': 'decimal(12,2)', 'cost': 'decimal(12,2)'}))
to '${OUT}/products.parquet' (format parquet);
-- raw.categories
copy (select * from read_csv('${DATA}/day1/categories/*.csv', header = true)) to '${OUT}/categories.parquet' (format parquet);
-- raw.orders
copy (
  select * from read_csv('${DATA}/day1/orders/*.csv', header = true, store_rejects = true, filename = true,
    types = {'order_id': 'bigint', 'customer_id': 'bigint', 'ordered_at': 'timestamp', 'items_amount': 'decimal(12,2)',
             'discount_amount': 'decimal(12,2)', 'shipping_amount': 'decimal(12,2)', 'total_amount': 'decimal(12,2)',
             'paid_at': 'timestamp', 'shipped_at': 'timestamp', 'delivered_at': 'timestamp', 'updated_at': 'timestamp'})
  qualify row_number() over (partition by order_id order by updated_at desc) = 1
) to '${OUT}/orders.parquet' (format parquet);
-- raw.order_items
copy (select * from read_csv('${DATA}/day1/order_items/*.csv', header = true, store_rejects = true, rejects_table = 'r2', rejects_scan = 's2', filename = true,
  types = {'order_id': 'bigint', 'line_number': 'bigint', 'product_id': 'bigint', 'quantity': 'bigint', 'unit_price': 'decimal(12,2)',
           'discount_amount': 'decimal(12,2)', 'amount': 'decimal(12,2)', 'promotion_id': 'bigint'}))
to '${OUT}/order_items.parquet' (format parquet);
-- raw.payments
copy (select * from read_json('${DATA}/day1/payments/*.jsonl', format = 'newline_delimited', ignore_errors = true, filename = true))
to '${OUT}/payments.parquet' (format parquet);
-- raw.promotions
copy (select * from read_json('${DATA}/day1/promotions/*.jsonl')) to '${OUT}/promotions.parquet' (format parquet);
-- raw.referrals
copy (select * from read_csv('${DATA}/day1/referrals/*.csv', header = true)) to '${OUT}/referrals.parquet' (format parquet);
-- customers_history
copy (
  select md5(customer_id || '|' || updated_at) as customer_key, customer_id, trim(first_name) as first_name, trim(last_name) as last_name,
    nullif(lower(trim(email)), '') as email, segment, city, postal_code, country_code, updated_at as valid_from, cast(null as timestamp) as valid_to, true as is_current
  from '${OUT}/customers.parquet' qualify row_number() over (partition by customer_id order by updated_at desc) = 1
) to '${OUT}/dim_customers.parquet' (format parquet);
-- dim_products
copy (
  with recursive tree as (
    select category_id, name as department, name as path from '${OUT}/categories.parquet' where parent_id is null
    union all
    select child.category_id, tree.department, tree.path || ' / ' || child.name
    from '${OUT}/categories.parquet' as child join tree on child.parent_id = tree.category_id)
  select p.*, tree.department, tree.path from '${OUT}/products.parquet' as p left join tree using (category_id)
) to '${OUT}/dim_products.parquet' (format parquet);
-- dim_date
copy (
  with bounds as (select date_trunc('year', min(ordered_at)) as a, date_trunc('year', max(ordered_at)) + interval 1 year as b from '${OUT}/orders.parquet'),
  days as (select cast(unnest(generate_series(a, b - interval 1 day, interval 1 day)) as date) as date_day from bounds)
  select date_day, cast(date_trunc('week', date_day) as date) as week_start, isodow(date_day) as weekday, dayname(date_day) as weekday_name from days
) to '${OUT}/dim_date.parquet' (format parquet);
-- fact_orders
copy (
  select orders.order_id, orders.customer_id, customers.customer_key, cast(ordered_at as date) as order_date, ordered_at, status, channel,
    promotion_code, items_amount, discount_amount, shipping_amount, total_amount, status not in ('cancelled', 'returned', 'pending') as is_sale, updated_at
  from '${OUT}/orders.parquet' as orders
  asof left join (
    select customer_id, customer_key, case when row_number() over (partition by customer_id order by valid_from) = 1
      then timestamp '1900-01-01' else valid_from end as valid_from
    from '${OUT}/dim_customers.parquet') as customers
  on orders.customer_id = customers.customer_id and orders.ordered_at >= customers.valid_from
) to '${OUT}/fact_orders.parquet' (format parquet);
-- fact_order_items
copy (
  select items.order_id, items.line_number, items.product_id, cast(orders.ordered_at as date) as order_date, items.quantity, items.unit_price,
    items.discount_amount, items.amount, cast(items.amount - items.quantity * products.cost as decimal(14, 2)) as margin,
    orders.status not in ('cancelled', 'returned', 'pending') as is_sale
  from '${OUT}/order_items.parquet' as items join '${OUT}/orders.parquet' as orders using (order_id)
  left join '${OUT}/dim_products.parquet' as products using (product_id)
) to '${OUT}/fact_order_items.parquet' (format parquet);
-- daily_sales
copy (
  select d.date_day, d.week_start, d.weekday, d.weekday_name, count(o.order_id) as orders_count, count(distinct o.customer_id) as customers_count, sum(o.total_amount) as revenue
  from '${OUT}/dim_date.parquet' as d join '${OUT}/fact_orders.parquet' as o on o.order_date = d.date_day and o.is_sale group by all
) to '${OUT}/daily_sales.parquet' (format parquet);
-- weekly_sales
copy (
  select week_start, sum(orders_count) as orders_count, sum(revenue) as revenue from '${OUT}/daily_sales.parquet' group by 1
) to '${OUT}/weekly_sales.parquet' (format parquet);
