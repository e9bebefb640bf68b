select loan_id, person, title
from {{ ref('stg_loans') }}
join {{ source('raw', 'books') }} using (book_id)
where is_out
