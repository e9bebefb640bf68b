{{ config(materialized='table') }}
with cities(name, latitude, longitude) as (
    values ('Seoul', 37.5665, 126.9780), ('Busan', 35.1796, 129.0756), ('Munich', 48.1374, 11.5755)
)
select a.name as origin, b.name as destination,
       round(great_circle(a.latitude, a.longitude, b.latitude, b.longitude)) as kilometres
from cities a join cities b on a.name < b.name
