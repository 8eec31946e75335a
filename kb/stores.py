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


def at(address: str) -> tuple[Any, str]:
    """The store of an address, and the name there. Raises :class:`SourceError` when there is no
    such store, or its library is not installed."""
    try:
        fs, name = extra("fsspec").core.url_to_fs(address)
    except ImportError as error:
        library = getattr(error.__cause__, "name", None) or "what fsspec needs for it"
        raise SourceError(f"{address} needs a library; pip install {library}") from error
    except ValueError as error:
        hint = "name a folder or an address that fsspec knows, as s3://bucket/folder"
        raise SourceError(f"{address} cannot be reached: {error}; {hint}") from error
    return fs, name.rstrip("/")


def data(address: str) -> bytes:
    """What a file holds. Raises :class:`SourceError` when it cannot be read."""
    fs, name = at(address)
    try:
        found: bytes = fs.cat_file(name)
    except OSError as error:
        raise SourceError(f"{address} cannot be read: {error}") from error
    return found


def put(fs: Any, name: str, content: bytes) -> None:
    """Replace a file at one moment: whoever reads it finds the old one or the new one, whole."""
    if fs.protocol != extra("fsspec").get_filesystem_class("file").protocol:
        fs.pipe_file(name, content)  # an object store shows an object once all of it has arrived
        return
    beside = f"{name}.new"
    fs.pipe_file(beside, content)
    os.replace(beside, name)


def try_to_write(address: str) -> None:
    """Make a folder, and a file in it that does not stay. Raises :class:`SourceError` when this
    fails."""
    fs, name = at(address)
    try:
        fs.makedirs(name, exist_ok=True)
        fs.pipe_file(f"{name}/.kb-shard", b"kb shard")
        fs.rm_file(f"{name}/.kb-shard")
    except Exception as error:  # each store has its own, as of missing keys
        hint = "name a folder or an address where you may write"
        raise SourceError(f"{address} cannot be written: {error}; {hint}") from error


def remove(address: str) -> None:
    """Remove a folder, if it is there."""
    fs, name = at(address)
    if fs.exists(name):
        fs.rm(name, recursive=True)


def write(address: str, rows: Iterable[Row], names: Sequence[str]) -> None:
    """Write rows with these columns as Parquet. Raises :class:`SourceError` when this fails."""
    arrow, parquet = extra("pyarrow"), extra("pyarrow.parquet")
    fs, name = at(address)
    schema = arrow.schema([(one, _type(arrow, one)) for one in names])
    table = arrow.Table.from_pylist(list(rows), schema)
    try:
        fs.makedirs(name.rpartition("/")[0], exist_ok=True)
        with fs.open(name, "wb") as out:
            parquet.write_table(table, out, compression="zstd")
    except OSError as error:
        raise SourceError(f"{address} cannot be written: {error}") from error


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
