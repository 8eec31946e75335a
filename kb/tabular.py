"""Tables: the rows of a CSV file, with those of other tables that are joined to them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kb import textfile
from kb.mapping import Join, TableMapping
from kb.model import nearest, some
from kb.problems import Problem
from kb.quoting import swallowed, unquoted
from kb.textfile import composed
from kb.unreadable import decoded
from kb.values import squeezed

Row = dict[str, str]
_DELIMITERS = (";", "\t", "|", ",")


@dataclass
class Table:
    """The names of the columns, each row that is not blank with its line, what is wrong, which
    columns have no name but values, by their numbers and in words, and, if there is one column
    only, the sign that seems to part its header."""

    columns: list[str] = field(default_factory=list)
    rows: list[tuple[int, Row]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    nameless: set[int] = field(default_factory=set)
    unnamed: list[str] = field(default_factory=list)
    parting: str = ""


def read(data: bytes, path: str, mapping: TableMapping, beside: Path) -> Table:
    """The table in a CSV file, with the columns of those that its mapping joins, which lie in the
    folder ``beside``."""
    table = _table(data, path, mapping)
    table.unnamed += [f"number {at}, which has no name" for at in sorted(table.nameless)]
    for join in mapping.join:
        _join(table, join, mapping, (path, str(beside / join.file)))
    return table


def faults(names: Iterable[str], table: Table, path: str, mapping: TableMapping) -> list[Problem]:
    """What is wrong with a table of which columns are needed; with another delimiter, all else
    would be noise."""
    if not table.columns:
        return table.problems
    line, missing = mapping.header, sorted({name for name in names if name not in table.columns})
    if missing and table.parting:
        message = f"the table has one column only, whose name is {table.columns[0]}"
        hint = f"set delimiter: {json.dumps(table.parting)} in the mapping"
        return [problem("KB020", path, line, "", message, hint)]
    absent, twice = _absent(missing, table, path, line), _twice(names, table, path, line)
    return [*table.problems, *absent, *twice]


def _absent(missing: Sequence[str], table: Table, path: str, line: int) -> Iterator[Problem]:
    """A problem for each column that is missing; those that there are are told once."""
    for name in missing:
        near = nearest(name, table.columns)
        hint = f"did you mean {near}?" if near else "mend the mapping"
        yield problem("KB020", path, line, name, "the table has no such column", hint)
    if missing:
        message = f"the columns of the table are: {some(filter(None, table.columns))}"
        hint = "if these are no names of columns, mend header or delimiter in the mapping"
        yield problem("KB020", path, line, "", message, hint)


def _twice(names: Iterable[str], table: Table, path: str, line: int) -> Iterator[Problem]:
    for name in sorted(set(names)):
        if table.columns.count(name) > 1:
            yield problem("KB036", path, line, name, "two columns have this name", "rename one")


def _table(data: bytes, path: str, mapping: TableMapping) -> Table:
    text, wrong = decoded(data, mapping.encoding)
    if wrong:
        return Table(problems=[problem("KB001", path, wrong.line, "", wrong.message, wrong.hint)])
    _, problems = textfile.decode(text.encode(), path)
    return Table(problems=problems) if problems else _rows(composed(text), path, mapping)


def _rows(text: str, path: str, mapping: TableMapping) -> Table:
    table = Table()
    lines = io.StringIO(text, newline="").readlines()
    before = mapping.header - 1
    reader = csv.reader(lines[before:], delimiter=mapping.delimiter, strict=True)
    start = mapping.header
    try:
        for cells in reader:
            _add(table, cells, path, start, mapping)
            table.problems += _doubtful(table, cells, path, start, mapping)
            start = before + reader.line_num + 1
    except csv.Error as error:
        rest = "".join(lines[start - 1 :])
        table.problems.append(_unreadable(error, rest, path, start, mapping))
    if not table.columns and not table.problems:
        hint = "check its header and delimiter in the mapping"
        table.problems.append(problem("KB003", path, 1, "", "the table is empty", hint))
    return table


def _doubtful(
    table: Table, cells: Sequence[str], path: str, line: int, mapping: TableMapping
) -> Iterator[Problem]:
    """A warning for each cell that may have taken in rows."""
    for at in swallowed(cells, len(table.columns), mapping.delimiter):
        message = f"the quote of cell {at.cell} closes {at.lines} lines further down"
        hint = "if rows have become part of that cell, mend the quote; if not, all is well"
        yield problem("KB052", path, line + at.line, "", message, hint, severity="warning")


def _unreadable(
    error: csv.Error, rest: str, path: str, line: int, mapping: TableMapping
) -> Problem:
    """Why the row with which the rest of a table begins cannot be read."""
    at = unquoted(rest, mapping.delimiter)
    message = f"cell {at.cell} begins with a quote that is not closed before the cell ends"
    hint = "close it, or double each quote inside the cell"
    if at.after in _DELIMITERS:
        hint += f"; or set delimiter: {json.dumps(at.after)} in the mapping"
    if not at.found:
        message, hint = f"the row cannot be read: {error}", "mend or shorten its cells"
        if "limit" in message:
            message = f"a cell has more than {csv.field_size_limit():,} characters"
    return problem("KB052", path, line + at.line, "", message, hint)


def _add(table: Table, cells: list[str], path: str, line: int, mapping: TableMapping) -> None:
    cells = [cell.strip() for cell in cells]
    width = len(table.columns)
    if not any(cells):
        return
    if not width:
        table.columns = [squeezed(cell) for cell in cells]
        signs = (one for one in _DELIMITERS if one in cells[0] and one != mapping.delimiter)
        table.parting = next(signs, "") if len(cells) == 1 else ""
        return
    if any(cells[width:]):
        hint = "check its quotes and the delimiter"
        _measured(table, cells, path, line, hint)
    elif any(table.columns[len(cells) :]) and not mapping.short_rows:
        needed = [name for name in table.columns[len(cells) :] if name in mapping.used]
        hint = f"without {some(needed)}; add the cells, or set short_rows: true in the mapping"
        _measured(table, cells, path, line, hint if needed else "", not needed)
    cells += [""] * (width - len(cells))
    if "" in table.columns:
        names = zip(table.columns, cells, strict=False)
        table.nameless |= {at for at, (name, cell) in enumerate(names, 1) if cell and not name}
    cells = [re.sub("\r\n?", "\n", cell) if "\r" in cell else cell for cell in cells]
    table.rows.append((line, dict(zip(table.columns, cells, strict=False))))


def _measured(
    table: Table, cells: list[str], path: str, line: int, hint: str, mild: bool = False
) -> None:
    message = f"the row has {len(cells)} cells, the header {len(table.columns)}"
    severity = "warning" if mild else "error"
    table.problems.append(problem("KB052", path, line, "", message, hint, severity=severity))


def _join(table: Table, join: Join, mapping: TableMapping, paths: tuple[str, str]) -> None:
    """Add to each row what another table has of it."""
    path, its = paths
    try:
        other = _table(Path(its).read_bytes(), its, mapping)
    except OSError as error:
        message = f"the table cannot be read: {error.strerror}"
        table.problems.append(problem("KB014", its, 0, "", message, "check join.file"))
        return
    table.problems += faults(join.on, other, its, mapping)
    where = f"of {join.file}, which has no name"
    table.unnamed += [f"number {at} {where}" for at in sorted(other.nameless)]
    found: dict[tuple[str, ...], tuple[int, Row]] = {}
    names = ", ".join(join.on)
    for line, row in other.rows:
        if found.setdefault(_of(row, join), (line, row))[1] is not row:
            message = f"a second row has the same {names}"
            hint = "keep one, or join on more columns"
            table.problems.append(problem("KB036", its, line, "", message, hint))
    met, needed = set(), {*mapping.used} - {*join.on}
    for line, row in table.rows:
        key = _of(row, join)
        met.add(key)
        if key not in found:
            message, hint = f"no row of {join.file} has the same {names}", "compare the two tables"
            own = problem("KB052", path, line, "", message, hint, severity="warning")
            table.problems.append(own)
            continue
        table.problems += _added(row, found[key][1], join, needed, (path, line))
    for key, (line, _) in found.items():
        if key not in met:
            message, hint = f"no row of the table has the same {names}", "the row is left out"
            own = problem("KB052", its, line, "", message, hint, severity="warning")
            table.problems.append(own)
    table.columns += [name for name in other.columns if name not in table.columns]


def _added(
    row: Row, more: Row, join: Join, needed: set[str], place: tuple[str, int]
) -> Iterator[Problem]:
    for name, value in more.items():
        own = row.setdefault(name, value)
        if name in needed and squeezed(own) != squeezed(value):
            message = f"{join.file} says something else here, which is left out"
            hint = "rename the column in one of the tables"
            yield problem("KB023", *place, name, message, hint, severity="warning")


def _of(row: Row, join: Join) -> tuple[str, ...]:
    return tuple(squeezed(row.get(name, "")) for name in join.on)


def problem(
    code: str, path: str, line: int, field: str, message: str, hint: str, severity: str = "error"
) -> Problem:
    """What is wrong in a file that is imported."""
    place = (path, line, 1 if line else 0, field, message, hint)
    return Problem(code, severity, *place)  # type: ignore[arg-type]
