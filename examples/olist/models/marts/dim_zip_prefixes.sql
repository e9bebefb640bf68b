-- One row for each zip prefix, so that joining it adds no rows. The median stands up to points that are far off.
select
    zip_prefix,
    median(latitude) as latitude,
    median(longitude) as longitude,
    mode(state order by state) as state,
    count(*) as points_count
from {{ ref('stg_geolocation') }}
group by zip_prefix
