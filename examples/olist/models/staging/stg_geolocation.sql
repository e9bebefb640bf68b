-- Each point once, and only those in Brazil.
select distinct
    geolocation_zip_code_prefix as zip_prefix,
    geolocation_lat as latitude,
    geolocation_lng as longitude,
    geolocation_city as city,
    geolocation_state as state
from {{ source('raw', 'geolocation') }}
where geolocation_lat between -33.8 and 5.3 and geolocation_lng between -74 and -34.7
