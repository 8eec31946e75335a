"""Tables: the rows of a CSV file, with those of other tables that are joined to them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kb import textfile
from kb.mapping import Join, TableMapping
from kb.model import nearest
from kb.problems import Problem

Row = dict[str, str]


@dataclass
class Table:
    """The names of the columns, each row that is not blank with its line, and what is wrong."""

    columns: list[str] = field(default_factory=list)
    rows: list[tuple[int, Row]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read(data: bytes, path: str, mapping: TableMapping, beside: Path) -> Table:
    """The table in a CSV file, with the columns of those that its mapping joins, which lie in the
    folder ``beside``."""
    table = _table(data, path, mapping)
    for join in mapping.join:
        _join(table, join, mapping, beside)
    return table


def absent(names: Iterable[str], table: Table, path: str, line: int) -> Iterator[Problem]:
    """A problem for each name that is not that of exactly one column."""
    for name in sorted(set(names)):
        if name not in table.columns:
            near = nearest(name, table.columns)
            hint = f"did you mean {near}?" if near else "mend the mapping"
            yield problem("KB020", path, line, name, "the table has no such column", hint)
        elif table.columns.count(name) > 1:
            yield problem("KB036", path, line, name, "two columns have this name", "rename one")


def _table(data: bytes, path: str, mapping: TableMapping) -> Table:
    hint = "name the table's own encoding in its mapping, for example encoding: cp1252"
    try:
        text = data.decode("utf-8-sig" if mapping.encoding.lower() == "utf-8" else mapping.encoding)
        text.encode()
    except LookupError:
        message = f"no encoding of texts is called {mapping.encoding}"
        return Table(problems=[problem("KB001", path, 1, "", message, hint)])
    except ValueError as error:
        message = f"the table is not in {mapping.encoding}: {getattr(error, 'reason', error)}"
        line = data[: getattr(error, "start", 0)].count(b"\n") + 1
        return Table(problems=[problem("KB001", path, line, "", message, hint)])
    _, problems = textfile.decode(text.encode(), path)
    return Table(problems=problems) if problems else _rows(text, path, mapping)


def _rows(text: str, path: str, mapping: TableMapping) -> Table:
    table = Table()
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mapping.delimiter)
    line = 1
    try:
        for cells in reader:
            start, line = line, reader.line_num + 1
            if start >= mapping.header:
                _add(table, [" ".join(cell.split()) for cell in cells], path, start)
    except csv.Error as error:
        message, hint = f"the row cannot be read: {error}", "check the quotes and the delimiter"
        table.problems.append(problem("KB052", path, line, "", message, hint))
    if not table.columns:
        hint = "check its header and delimiter in the mapping"
        table.problems.append(problem("KB003", path, 1, "", "the table is empty", hint))
    return table


def _add(table: Table, cells: list[str], path: str, line: int) -> None:
    width = len(table.columns)
    if not any(cells):
        return
    if not width:
        table.columns = cells
    elif any(cells[width:]):
        message = f"the row has {len(cells)} cells, the header {width}"
        hint = "check its quotes and the delimiter"
        table.problems.append(problem("KB052", path, line, "", message, hint))
    else:
        table.rows.append((line, dict(zip(table.columns, cells, strict=False))))


def _join(table: Table, join: Join, mapping: TableMapping, beside: Path) -> None:
    """Add to each row what another table has of it."""
    path = str(beside / join.file)
    try:
        other = _table(Path(path).read_bytes(), path, mapping)
    except OSError as error:
        message = f"the table cannot be read: {error.strerror}"
        table.problems.append(problem("KB014", path, 0, "", message, "check join.file"))
        return
    table.problems += other.problems or absent(join.on, other, path, mapping.header)
    found: dict[tuple[str, ...], Row] = {}
    for line, row in other.rows:
        if found.setdefault(_of(row, join), row) is not row:
            message = f"a second row has the same {', '.join(join.on)}"
            hint = "keep one, or join on more columns"
            table.problems.append(problem("KB036", path, line, "", message, hint))
    for _, row in table.rows:
        for name, value in found.get(_of(row, join), {}).items():
            row.setdefault(name, value)
    table.columns += [name for name in other.columns if name not in table.columns]


def _of(row: Row, join: Join) -> tuple[str, ...]:
    return tuple(row.get(name, "") for name in join.on)


def problem(code: str, path: str, line: int, field: str, message: str, hint: str) -> Problem:
    """An error in a file that is imported."""
    return Problem(code, "error", path, line, 1 if line else 0, field, message, hint)
