"""Rows of two readers, made comparable."""

import json


def comparable(value):
    """Maps come as lists of pairs or as dicts, depending on the reader."""
    if isinstance(value, dict):
        return {key: comparable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [comparable(item) for item in value]
    return value


def sorted_rows(table):
    """The rows of a pyarrow table as sorted texts, whatever the order of rows and columns."""
    columns = sorted(table.column_names)
    rows = [json.dumps([comparable(row[name]) for name in columns], default=str, ensure_ascii=False) for row in table.to_pylist()]
    return sorted(rows)
