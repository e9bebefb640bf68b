{{ config(schema='analytics', materialized='table', tags=['daily']) }}
select title, count(loan_id) as loans_count
from {{ source('raw', 'books') }}
left join {{ ref('stg_loans') }} using (book_id)
group by title
