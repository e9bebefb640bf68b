select category_id, parent_id, name, level
from {{ source('raw', 'categories') }}
