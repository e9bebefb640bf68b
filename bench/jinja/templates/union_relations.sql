{%- set column_superset = {} -%}
{%- set relation_columns = {} -%}
{%- for relation in relations -%}
  {%- do relation_columns.update({relation.identifier: []}) -%}
  {%- for col in relation.columns -%}
    {%- do relation_columns[relation.identifier].append(col.name) -%}
    {%- if col.name in column_superset -%}
      {%- set stored = column_superset[col.name] -%}
      {%- if col.data_type | length > stored.data_type | length -%}
        {%- do column_superset.update({col.name: col}) -%}
      {%- endif -%}
    {%- else -%}
      {%- do column_superset.update({col.name: col}) -%}
    {%- endif -%}
  {%- endfor -%}
{%- endfor -%}
{%- set ordered = column_superset.keys() | list -%}
{%- for relation in relations %}
(
  select
    cast('{{ relation.schema ~ '.' ~ relation.identifier }}' as text) as _source,
    {% for name in ordered -%}
      {%- set col = column_superset[name] -%}
      {%- set alias = name if name in relation_columns[relation.identifier] else 'null' -%}
      cast({{ alias }} as {{ col.data_type }}) as "{{ col.name }}" {% if not loop.last %},{% endif %}
    {% endfor %}
  from {{ relation.schema }}.{{ relation.identifier }}
)
{% if not loop.last %}union all{% endif %}
{%- endfor %}
