#!/usr/bin/env python3
"""The analysis of `weir logs analyze` on an access log, with Polars or DuckDB: peers.py polars|duckdb FILE.

Requests per hour, errors in windows of 5 minutes, statuses, top ten endpoints, quantiles of durations, and sessions (gap 30 minutes)
with their pages. Prints the number of requests and of sessions, so that the results can be compared."""
import sys

LINE = (r'^(?P<host>\S+) \S+ (?P<user>.+?) \[(?P<time>[^\]]+)\] "(?P<method>[A-Z]*) ?(?P<path>[^ ?"]*)(?:\?[^ "]*)?[^"]*" '
        r'(?P<status>\d{3}) (?P<bytes>\d+|-) "[^"]*" "(?P<agent>[^"]*)" (?P<seconds>[0-9.]+)$')
ASSET = r'\.(css|js|mjs|map|png|jpg|jpeg|gif|svg|ico|webp|avif|bmp|woff|woff2|ttf|eot|otf|mp3|mp4|webm|txt|xml|json)$'


def with_polars(path):
    import polars as pl
    lines = pl.scan_csv(path, has_header=False, separator='\x01', quote_char=None, new_columns=['line'])
    rows = (lines.select(pl.col('line').str.extract_groups(LINE)).unnest('line').filter(pl.col('host').is_not_null())
            .with_columns(pl.col('time').str.to_datetime('%d/%b/%Y:%H:%M:%S %z').dt.replace_time_zone(None),
                          pl.col('status').cast(pl.Int32), pl.col('seconds').cast(pl.Float64))
            .collect())
    rows.group_by(pl.col('time').dt.truncate('1h')).len()
    rows.group_by(pl.col('time').dt.truncate('5m')).agg((pl.col('status') >= 500).mean())
    rows.group_by('status').len()
    rows.group_by('method', 'path').len().top_k(10, by='len')
    rows.group_by(pl.col('status') // 100).agg([pl.col('seconds').quantile(q).alias(f'p{q}') for q in (0.5, 0.9, 0.95, 0.99)])
    rows.top_k(10, by='seconds')
    visits = (rows.select(visitor=pl.when(pl.col('user') != '-').then('user').otherwise(pl.col('host') + ' ' + pl.col('agent')), time='time', path='path',
                          is_page=(pl.col('method') == 'GET') & (pl.col('status') < 400) & ~pl.col('path').str.contains(ASSET))
              .sort('visitor', 'time')
              .with_columns(begins=(pl.col('time').diff().over('visitor') > pl.duration(minutes=30)).fill_null(True))
              .with_columns(session=pl.col('begins').cum_sum()))
    sessions = visits.group_by('session').agg(pl.col('time').max() - pl.col('time').min(), pl.col('is_page').sum().alias('pages'),
                                              pl.col('path').filter(pl.col('is_page')).first().alias('entry'),
                                              pl.col('path').filter(pl.col('is_page')).last().alias('exit'))
    return len(rows), len(sessions)


def with_duckdb(path):
    import duckdb
    connection = duckdb.connect()
    connection.execute('set threads = 2')
    names = "['host', 'user', 'time', 'method', 'path', 'status', 'bytes', 'agent', 'seconds']"
    pattern = LINE.replace("'", "''")
    for name in ('host', 'user', 'time', 'method', 'path', 'status', 'bytes', 'agent', 'seconds'):
        pattern = pattern.replace(f'?P<{name}>', '')
    connection.execute(f"""
        create temp table rows as
        select r.host, r.user as name, strptime(r.time, '%d/%b/%Y:%H:%M:%S %z')::timestamp as time, r.method, r.path, r.status::int as status,
               r.agent, r.seconds::double as seconds
        from (select regexp_extract(line, '{pattern}', {names}) as r
              from read_csv('{path}', header = false, delim = '\x01', quote = '', escape = '', columns = {{'line': 'varchar'}}))
        where r.host <> ''""")
    for query in ("select date_trunc('hour', time), count(*) from rows group by 1",
                  "select time_bucket(interval 5 minute, time), count_if(status >= 500) / count(*) from rows group by 1",
                  'select status, count(*) from rows group by 1',
                  'select method, path, count(*) from rows group by all order by 3 desc limit 10',
                  'select status // 100, quantile_disc(seconds, [0.5, 0.9, 0.95, 0.99]) from rows group by 1',
                  'select * from rows order by seconds desc limit 10'):
        connection.execute(query).fetchall()
    sessions = connection.execute(f"""
        with visits as (select case when name <> '-' then name else host || ' ' || agent end as visitor, time, path,
                               method = 'GET' and status < 400 and not regexp_matches(path, '{ASSET}') as is_page from rows),
             marked as (select *, coalesce(time - lag(time) over w > interval 30 minute, true) as begins from visits
                        window w as (partition by visitor order by time)),
             numbered as (select *, sum(begins::int) over (partition by visitor order by time) as number from marked),
             sessions as (select max(time) - min(time), count_if(is_page), arg_min(path, time) filter (is_page), arg_max(path, time) filter (is_page)
                          from numbered group by visitor, number)
        select count(*) from sessions""").fetchone()[0]
    return connection.execute('select count(*) from rows').fetchone()[0], sessions


requests, sessions = {'polars': with_polars, 'duckdb': with_duckdb}[sys.argv[1]](sys.argv[2])
print(f'{requests} requests, {sessions} sessions')
