select
    customer_id,
    customer_unique_id as person_id,
    customer_zip_code_prefix as zip_prefix,
    customer_city as city,
    customer_state as state
from {{ source('raw', 'customers') }}
