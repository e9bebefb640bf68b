{# True for an order that counts as revenue. #}
{% macro is_sale(status) -%}
{{ status }} not in ({% for name in var('not_sold') %}'{{ name }}'{{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}
