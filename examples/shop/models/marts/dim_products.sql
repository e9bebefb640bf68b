-- Products with the path of their category from the department down.
with recursive tree as (
    select category_id, name as department, name as path
    from {{ ref('stg_categories') }}
    where parent_id is null
    union all
    select child.category_id, tree.department, tree.path || ' / ' || child.name
    from {{ ref('stg_categories') }} as child
    join tree on child.parent_id = tree.category_id
)

select
    products.product_id,
    products.sku,
    products.name,
    products.brand,
    tree.department,
    tree.path as category_path,
    products.price,
    products.cost,
    products.is_active
from {{ ref('stg_products') }} as products
left join tree using (category_id)
