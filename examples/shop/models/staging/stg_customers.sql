-- The newest version of each customer, with tidy text.
select
    customer_id,
    trim(first_name) as first_name,
    trim(last_name) as last_name,
    nullif(lower(trim(email)), '') as email,
    birth_date,
    segment,
    street,
    city,
    postal_code,
    country_code,
    wants_mail,
    created_at,
    updated_at
from {{ source('raw', 'customers') }}
qualify row_number() over (partition by customer_id order by updated_at desc, _weir_loaded_at desc) = 1
