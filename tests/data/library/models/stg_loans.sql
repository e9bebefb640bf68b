select loan_id, book_id, person, lent_on, returned_on, returned_on is null as is_out
from {{ source('raw', 'loans') }}
