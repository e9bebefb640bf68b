{# Great-circle distance between two relations that have latitude and longitude, in km (haversine formula). #}
{% macro distance_km(a, b) -%}
2 * 6371 * asin(sqrt(
        pow(sin(radians({{ b }}.latitude - {{ a }}.latitude) / 2), 2)
        + cos(radians({{ a }}.latitude)) * cos(radians({{ b }}.latitude)) * pow(sin(radians({{ b }}.longitude - {{ a }}.longitude) / 2), 2)
    ))
{%- endmacro %}
