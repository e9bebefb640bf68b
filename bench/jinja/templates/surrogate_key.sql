{%- macro surrogate_key(field_list) -%}
  {%- set fields = [] -%}
  {%- for field in field_list -%}
    {%- do fields.append("coalesce(cast(" ~ field ~ " as text), '_null_')") -%}
    {%- if not loop.last %}
      {%- do fields.append("'-'") -%}
    {%- endif -%}
  {%- endfor -%}
  md5({{ fields | join(' || ') }})
{%- endmacro -%}
select
{%- for row in columns | batch(6) %}
  {{ surrogate_key(row | map(attribute='name') | list) }} as key_{{ loop.index }}{{ ',' if not loop.last }}
{%- endfor %}
from t
