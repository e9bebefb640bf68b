{# The months of which files were loaded since `model` was built last, as SQL dates; null when there is none. #}
{% macro changed_months(model) -%}
{%- set found = run_query(
    "select month from " ~ ref('stg_months') ~
    " where loaded_at > (select coalesce(max(loaded_at), timestamptz '1970-01-01') from " ~ model ~ ")"
) -%}
{%- for row in found %}date '{{ row[0] }}'{{ ', ' if not loop.last }}{% else %}null{% endfor -%}
{%- endmacro %}
