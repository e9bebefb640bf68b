{%- macro add(a, b=1) -%}{{ a + b }}{%- endmacro -%}
{%- set ns = namespace(total=0, odd=0) -%}
{%- for i in numbers -%}
  {%- for j in range(10) -%}
    {%- set ns.total = ns.total + i * j % 7 -%}
    {%- if (i + j) is odd and i > 3 -%}{%- set ns.odd = ns.odd + 1 -%}{%- endif -%}
  {%- endfor -%}
  {{ add(i, b=ns.odd) }},
{%- endfor -%}
{{ ns.total }}
