-- The best run of each tool, as on a machine that does nothing else.
select
    tool,
    min(seconds) as seconds,
    min(cpu_seconds) as cpu_seconds,
    max(memory_mib) as memory_mib,
    min(seconds) / min(min(seconds)) filter (where tool = 'DuckDB') over () as times_duckdb
from {{ source('raw', 'results') }}
where tool in ('weir', 'DuckDB', 'Polars', 'pandas')
group by tool
