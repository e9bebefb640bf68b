{%- macro pivot(column, values, alias=true, agg='sum', cmp='=', prefix='', suffix='', then_value=1, else_value=0, quote_identifiers=true) -%}
  {%- for value in values %}
    {{ agg }}(
      case
      when {{ column }} {{ cmp }} '{{ value.replace("'", "''") }}'
        then {{ then_value }}
      else {{ else_value }}
      end
    )
    {%- if alias %}
      {%- if quote_identifiers %} as "{{ prefix ~ value ~ suffix }}"
      {%- else %} as {{ (prefix ~ value ~ suffix) | replace(' ', '_') }}
      {%- endif %}
    {%- endif %}
    {%- if not loop.last %},{% endif -%}
  {%- endfor -%}
{%- endmacro -%}
select
  customer_id,
{%- for method in vars.payment_methods %}
  {{ pivot('status', values, prefix=method ~ '_', then_value='amount') }}{{ ',' if not loop.last }}
{%- endfor %}
from orders
group by 1
