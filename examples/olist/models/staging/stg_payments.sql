select
    order_id,
    payment_sequential as payment_number,
    payment_type,
    payment_installments as installments,
    payment_value as amount
from {{ source('raw', 'order_payments') }}
