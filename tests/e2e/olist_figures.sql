-- The figures of olist_figures.cpp, from the tables and views that examples/olist makes.
select 'rows orders' as name, count(*)::varchar as value from raw.orders
union all select 'rows order_items', count(*)::varchar from raw.order_items
union all select 'rows order_payments', count(*)::varchar from raw.order_payments
union all select 'rows order_reviews', count(*)::varchar from raw.order_reviews
union all select 'rows customers', count(*)::varchar from raw.customers
union all select 'rows sellers', count(*)::varchar from raw.sellers
union all select 'rows products', count(*)::varchar from raw.products
union all select 'rows geolocation', count(*)::varchar from raw.geolocation
union all select 'rows category_translation', count(*)::varchar from raw.category_translation
union all select 'persons', count(*)::varchar from dim_customers
union all select 'persons with several orders', count(*)::varchar from dim_customers where orders_count > 1
union all select 'orders without items', count(*)::varchar from fact_orders where items_count = 0
union all select 'status ' || status, count(*)::varchar from fact_orders group by status
union all select 'orders ' || strftime(month, '%Y-%m'), orders_count::varchar from monthly_revenue
union all select 'revenue ' || strftime(month, '%Y-%m'), printf('%.2f', revenue::double) from monthly_revenue
union all select 'revenue', printf('%.2f', sum(items_amount)::double) from fact_orders where is_sale
union all select 'freight', printf('%.2f', sum(freight_amount)::double) from fact_orders
union all select 'paid', printf('%.2f', sum(paid_amount)::double) from fact_orders
union all select 'payments ' || payment_type, count(*) || ' ' || printf('%.2f', sum(amount)::double) from stg_payments group by payment_type
union all select 'most items of an order', max(items_count)::varchar from fact_orders
union all select 'delivery days', printf('%.6f', avg(delivery_days)) from fact_orders where status = 'delivered'
union all select 'late deliveries', sum(orders_count)::varchar from delivery_delays where delay_days > 0
union all select 'delivered without a date', count(*)::varchar from fact_orders where status = 'delivered' and delivered_at is null
union all select 'review ids of several orders', count(*)::varchar from (select review_id from stg_reviews group by 1 having count(*) > 1)
union all select 'score of all reviews', printf('%.6f', avg(score)) from stg_reviews
union all select 'score of the newest reviews', printf('%.6f', avg(review_score)) from fact_orders
union all select 'reviews with ' || score, count(*)::varchar from stg_reviews group by score
union all select 'category ' || printf('%02d', row_number() over (order by revenue desc)), category || ' ' || printf('%.2f', revenue::double) from category_sales
union all select 'state ' || state, orders_count || ' ' || printf('%.2f', revenue::double) from state_sales
union all select 'zip prefixes', count(*)::varchar from dim_zip_prefixes
union all select 'way of an item', count(distance_km) || ' ' || printf('%.3f', avg(distance_km)) from fact_order_items
