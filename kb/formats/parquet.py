"""Parquet: one file for each table, for DuckDB, Spark, pandas and polars; needs pyarrow."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

from kb.formats.material import Material
from kb.formats.relations import Relation, Type, Value, relations


def files(material: Material) -> Iterator[tuple[str, bytes]]:
    """The tables; columns carry what stands in them as metadata."""
    from pyarrow import parquet

    for one in relations(material):
        out = io.BytesIO()
        parquet.write_table(_table(one), out, compression="zstd")
        yield f"parquet/{one.name}.parquet", out.getvalue()


def _table(one: Relation) -> Any:
    import pyarrow as arrow

    types = {
        "string": arrow.string(),
        "integer": arrow.int64(),
        "number": arrow.float64(),
        "boolean": arrow.bool_(),
        "date": arrow.date32(),
    }
    fields = [
        arrow.field(
            column.name,
            types[column.type],
            nullable=column.name not in one.key,
            metadata={"description": column.about},
        )
        for column in one.columns
    ]
    columns = [
        arrow.array([_value(row[at], column.type) for row in one.rows], types[column.type])
        for at, column in enumerate(one.columns)
    ]
    schema = arrow.schema(fields, metadata={"description": one.about})
    return arrow.Table.from_arrays(columns, schema=schema)


def _value(value: Value, type: Type) -> Value | date:
    if value is None:
        return None
    if type == "date":
        return date.fromisoformat(str(value))
    return float(value) if type == "number" else value
