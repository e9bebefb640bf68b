-- One row for each version of a customer (slowly changing dimension, type 2).
select
    dbt_scd_id as customer_key,
    customer_id,
    first_name,
    last_name,
    email,
    segment,
    city,
    postal_code,
    country_code,
    valid_from,
    valid_to,
    valid_to is null as is_current
from {{ ref('customers_history') }}
