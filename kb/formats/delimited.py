"""CSV: one file for each table, in UTF-8, with or without the mark that spreadsheets look for."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from kb.formats.datapackage import datapackage
from kb.formats.material import Material, once
from kb.formats.relations import Column, Relation, Value, relations
from kb.tables import safe

MARK = "\ufeff"
"""The byte order mark, without which Excel does not take a file for UTF-8."""


def files(material: Material) -> Iterator[tuple[str, bytes]]:
    """The tables with the description that joins them, a Frictionless data package."""
    sizes = {}
    for name, text in _texts(material).items():
        content = text.replace("\r\n", "\n").encode()  # cells have no carriage return
        sizes[name] = len(content)
        yield f"csv/{name}.csv", content
    yield "csv/datapackage.json", datapackage(material, sizes).encode()


def marked(material: Material) -> Iterator[tuple[str, bytes]]:
    """The same tables for spreadsheets: with the mark, and lines that end as in Windows."""
    for name, text in _texts(material).items():
        yield f"spreadsheet/{name}.csv", (MARK + text).encode()


@once
def _texts(material: Material) -> Mapping[str, str]:
    return {one.name: _text(one) for one in relations(material)}


def _text(one: Relation) -> str:
    """A table as CSV. A text that a spreadsheet would take for a formula gets an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(column.name for column in one.columns)
    for row in one.rows:
        writer.writerow(map(_cell, one.columns, row))
    return out.getvalue()


def _cell(column: Column, value: Value) -> Value:
    if value is None:
        return ""
    if column.type == "string":
        return safe(str(value))
    return str(value).lower() if column.type == "boolean" else value
