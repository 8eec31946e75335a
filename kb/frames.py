"""Tables as data frames of pandas and polars, when these are installed."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from kb.tables import Kind, Table

if TYPE_CHECKING:
    import pandas
    import polars

_PANDAS: Mapping[Kind, str] = {
    "text": "string",
    "integer": "Int64",
    "number": "Float64",
    "list": "object",
}
"""Types that know a missing value; a list is a list in its cell."""


def to_pandas(table: Table) -> pandas.DataFrame:
    """The table as a data frame of pandas. Raises :class:`ImportError` when it is not installed."""
    library = _library("pandas")
    columns = {
        name: library.Series(values, dtype=_PANDAS[table.columns[name]])
        for name, values in _columns(table).items()
    }
    frame: pandas.DataFrame = library.DataFrame(columns)
    return frame


def to_polars(table: Table) -> polars.DataFrame:
    """The table as a data frame of polars. Raises :class:`ImportError` when it is not installed."""
    library = _library("polars")
    types = {
        "text": library.String,
        "integer": library.Int64,
        "number": library.Float64,
        "list": library.List(library.String),
    }
    schema = {name: types[kind] for name, kind in table.columns.items()}
    frame: polars.DataFrame = library.DataFrame(_columns(table), schema=schema)
    return frame


def _columns(table: Table) -> dict[str, list[Any]]:
    """The values by column; lists are lists."""
    columns = zip(*table.rows, strict=True) if table.rows else [() for _ in table.columns]
    return {
        name: [list(cell) if isinstance(cell, tuple) else cell for cell in cells]
        for name, cells in zip(table.columns, columns, strict=True)
    }


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        hint = f"pip install {name}, or the extra [{name}] of this package"
        raise ImportError(f"{name} is not installed; {hint}", name=name) from error
