{#- A star with exceptions, aliases and a prefix: a loop over columns with conditions. -#}
{%- macro filtered_columns(columns, except=[]) -%}
  {%- set wanted = [] -%}
  {%- set excluded = except | map('lower') | list -%}
  {%- for column in columns -%}
    {%- if column.name | lower not in excluded -%}
      {%- do wanted.append(column.name) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ wanted | join(',') }}
{%- endmacro -%}
{%- macro star(columns, relation_alias=none, except=[], prefix='', suffix='', quote_identifiers=true) -%}
  {%- for name in filtered_columns(columns, except).split(',') -%}
    {%- if relation_alias %}{{ relation_alias }}.{% endif -%}
    {%- if quote_identifiers -%}"{{ name | trim }}"{%- else -%}{{ name | trim }}{%- endif -%}
    {%- if prefix != '' or suffix != '' %} as {{ '"' ~ prefix ~ name ~ suffix ~ '"' }}{% endif -%}
    {%- if not loop.last %},
    {% endif -%}
  {%- endfor -%}
{%- endmacro -%}
select {{ star(columns, 'o', except=except, prefix='o_') }}
from {{ target.schema }}.orders as o
