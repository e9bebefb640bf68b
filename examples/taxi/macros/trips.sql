{# The trips of some months, tidied. The condition stands right at the table, so that the files of other months are not read. #}
{% macro trips(months=none) -%}
select
    month,
    fleet,
    pickup_datetime as picked_up_at,
    dropoff_datetime as dropped_off_at,
    PULocationID as pickup_zone_id,
    DOLocationID as dropoff_zone_id,
    trip_distance as distance_miles,
    payment_type = 1 as is_paid_by_card,
    tip_amount,
    total_amount - tip_amount as amount_before_tip,
    -- What a taxi can have done within the month of the file: no refund, no clock that was never set, no meter switched on and off.
    pickup_datetime >= month
        and pickup_datetime < month + interval 1 month
        and dropoff_datetime > pickup_datetime
        and trip_distance > 0
        and trip_distance < 100
        and fare_amount > 0 as is_ride,
    _weir_loaded_at as loaded_at
from {{ source('raw', 'trips') }}
{%- if months %}
where month in ({{ months }})
{%- endif %}
{%- endmacro %}
