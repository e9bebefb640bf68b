#!/usr/bin/env python3
"""The same formula over the same 20 M rows with Polars, pandas and DuckDB's own Python functions; best of three, in million rows/s."""
import time

import duckdb
import numpy
import pandas
import polars
import pyarrow.compute

ROWS = 20_000_000


def measure(name, work):
    best = min(timed(work) for _ in range(3))
    print(f'{name:<40}{ROWS / best / 1e6:8.1f} M rows/s')


def timed(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def affine_arrow(x):
    return pyarrow.compute.add(pyarrow.compute.multiply(x, 1.8), 32.0)


x = (numpy.arange(ROWS) % 180 - 90).astype(float)
series = pandas.Series(x)
frame = polars.DataFrame({'x': x})
connection = duckdb.connect()
connection.execute('set threads = 2')
connection.execute(f'create table t as select (i % 180 - 90)::double as x from range({ROWS}) r(i)')
connection.create_function('affine_arrow', affine_arrow, ['DOUBLE'], 'DOUBLE', type='arrow')

measure('Polars map_batches (numpy)', lambda: frame.select(
    polars.col('x').map_batches(lambda s: polars.Series(s.to_numpy() * 1.8 + 32), return_dtype=polars.Float64).sum()))
measure('pandas, the whole column', lambda: (series * 1.8 + 32).sum())
measure('DuckDB function, type arrow', lambda: connection.execute('select sum(affine_arrow(x)) from t').fetchall())
measure('DuckDB built-in', lambda: connection.execute('select sum(x * 1.8 + 32) from t').fetchall())
