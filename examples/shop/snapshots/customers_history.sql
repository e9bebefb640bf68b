{% snapshot customers_history %}
{{
  config(
    unique_key='customer_id',
    strategy='timestamp',
    updated_at='updated_at',
    snapshot_meta_column_names={'dbt_valid_from': 'valid_from', 'dbt_valid_to': 'valid_to'}
  )
}}
select customer_id, first_name, last_name, email, segment, city, postal_code, country_code, updated_at
from {{ ref('stg_customers') }}
{% endsnapshot %}
