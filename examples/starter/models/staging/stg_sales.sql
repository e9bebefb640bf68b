select sale_id, sold_at, cast(sold_at as date) as sold_on, city, item, cast(amount as decimal(10, 2)) as amount
from {{ source('raw', 'sales') }}
