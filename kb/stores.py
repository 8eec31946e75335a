"""Folders and object stores by their address, as fsspec knows them; needs the extra ``shards``."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from io import BytesIO
from typing import Any

from kb.problems import SourceError
from kb.shards import Row

_LISTS = {"authors", "reports", "cited", "finding_ids"}
_FLAGS = {"whole", "draft", "unread", "measures"}
_NUMBERS = {"year", "position", "line", "column"}


def extra(name: str) -> Any:
    """A library of the extra. Raises :class:`SourceError` when it is not installed."""
    try:
        return import_module(name)
    except ImportError as error:
        hint = 'pip install "evidence-gap-kb[shards]"'
        raise SourceError(f"{name} is not installed; {hint}") from error


def data(address: str) -> bytes:
    """What a file holds."""
    fs, name = extra("fsspec").core.url_to_fs(address)
    found: bytes = fs.cat_file(name)
    return found


def put(fs: Any, name: str, content: bytes) -> None:
    """Replace a file at one moment: whoever reads it finds the old one or the new one, whole."""
    if fs.protocol != extra("fsspec").get_filesystem_class("file").protocol:
        fs.pipe_file(name, content)  # an object store shows an object once all of it has arrived
        return
    beside = f"{name}.new"
    fs.pipe_file(beside, content)
    os.replace(beside, name)


def remove(address: str) -> None:
    """Remove a folder, if it is there."""
    fs, name = extra("fsspec").core.url_to_fs(address)
    if fs.exists(name):
        fs.rm(name, recursive=True)


def write(address: str, rows: Iterable[Row], names: Sequence[str]) -> None:
    """Write rows with these columns as Parquet."""
    arrow, parquet = extra("pyarrow"), extra("pyarrow.parquet")
    fs, name = extra("fsspec").core.url_to_fs(address)
    schema = arrow.schema([(one, _type(arrow, one)) for one in names])
    fs.makedirs(name.rpartition("/")[0], exist_ok=True)
    with fs.open(name, "wb") as out:
        parquet.write_table(arrow.Table.from_pylist(list(rows), schema), out, compression="zstd")


def _type(arrow: Any, name: str) -> Any:
    if name in _LISTS or name.startswith("term_"):
        return arrow.list_(arrow.string())
    if name == "hidden":
        return arrow.list_(arrow.int64())
    if name in _FLAGS:
        return arrow.bool_()
    return arrow.int64() if name in _NUMBERS else arrow.string()


def rows(address: str, columns: list[str] | None = None) -> Iterator[Row]:
    """The rows of a Parquet file."""
    parquet = extra("pyarrow.parquet")
    yield from parquet.read_table(BytesIO(data(address)), columns=columns).to_pylist()
