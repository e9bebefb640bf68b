select
    payment_id,
    order_id,
    kind,
    attempt,
    method,
    amount,
    status,
    created_at
from {{ source('raw', 'payments') }}
