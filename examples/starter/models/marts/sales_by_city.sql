select city, count(*) as sales, sum(amount) as revenue
from {{ ref('stg_sales') }}
group by city
