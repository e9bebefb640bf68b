-- A review id may come back under another order, but not twice under the same one.
select review_id, order_id, count(*) as reviews_count
from {{ ref('stg_reviews') }}
group by review_id, order_id
having count(*) > 1
