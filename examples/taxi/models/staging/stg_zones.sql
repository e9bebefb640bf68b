select
    LocationID as zone_id,
    Zone as zone,
    Borough as borough
from {{ source('raw', 'zones') }}
