-- A review id may stand for several orders and an order may have several reviews: the two together are the key, and
-- is_newest marks one review for each order.
select
    review_id,
    order_id,
    review_score as score,
    nullif(trim(review_comment_title), '') as title,
    nullif(trim(review_comment_message), '') as message,
    cast(review_creation_date as date) as asked_on,
    review_answer_timestamp as answered_at,
    row_number() over (partition by order_id order by review_answer_timestamp desc, review_id) = 1 as is_newest
from {{ source('raw', 'order_reviews') }}
