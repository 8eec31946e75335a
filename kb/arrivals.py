"""Works to be imported with what is told of their studies: from the rows of a table by its mapping,
or as reference managers export them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kb import incoming, tabular
from kb.corpus import Corpus
from kb.mapping import ERRORS, Place, Places, TableMapping
from kb.model import suggestion
from kb.problems import Problem
from kb.questions import Known, put, told
from kb.references import Reference


@dataclass(frozen=True)
class Arrival:
    """A work, with what is told of the study that it reports, and the line where that begins."""

    reference: Reference
    known: Known
    line: int


@dataclass
class Arrivals:
    """The works of a file, or what two coders said of them, what is wrong with it, and the columns
    that were left out."""

    works: list[Arrival] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    codings: list[tuple[Arrival, ...]] = field(default_factory=list)


def exported(data: bytes, path: str) -> Arrivals:
    """The works in an export of a reference manager."""
    works, problems = incoming.read(data, path)
    return Arrivals([Arrival(work, {}, work.line) for work in works], problems)


def of_table(
    data: bytes, path: str, mapping: TableMapping, corpus: Corpus, beside: Path, strict: bool = True
) -> Arrivals:
    """The works in a CSV file; when ``strict``, it has to have all columns of the mapping."""
    table = tabular.read(data, path, mapping, beside)
    used = mapping.used
    if strict and table.columns:
        table.problems += tabular.absent(used, table, path, mapping.header)
    if table.problems:
        return Arrivals(problems=table.problems)
    made = Arrivals(unused=[name for name in table.columns if name and name not in used])
    if mapping.codings is None:
        reading = _Reading(path, mapping, Places(corpus))
        made.works, made.problems = reading.works(table.rows), reading.problems
        return made
    readings = [_Reading(path, mapping.of(one), Places(corpus, True)) for one in mapping.codings]
    said = [reading.works(table.rows) for reading in readings]
    made.codings = list(zip(*said, strict=True))
    found = (problem for reading in readings for problem in reading.problems)
    made.problems = list(dict.fromkeys(found))  # of a column that both share, both complain
    return made


@dataclass
class _Rows:
    """What the rows of one study tell of the work, and of the study."""

    line: int
    work: dict[str, Any] = field(default_factory=dict)
    known: Known = field(default_factory=dict)


class _Unusable(ValueError):
    """A value that cannot be used: a rule's code, what is wrong, what to do."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


class _Reading:
    """One reading of a table's rows, with the problems that were met."""

    def __init__(self, path: str, mapping: TableMapping, places: Places) -> None:
        self.problems: list[Problem] = []
        self._path, self._mapping, self._places = path, mapping, places
        self._missing = {word.casefold() for word in ("", *ERRORS, *mapping.missing)}
        self._values = {
            name: {value.casefold(): word for value, word in column.values.items()}
            for name, column in mapping.columns.items()
        }
        self._met: set[tuple[str, str]] = set()

    def works(self, rows: Iterable[tuple[int, tabular.Row]]) -> list[Arrival]:
        """The works that the rows tell of, in the order of their first rows."""
        found: dict[tuple[str, ...], _Rows] = {}
        for line, row in rows:
            own = tuple(row.get(name, "") for name in self._mapping.group) or (str(line),)
            self._read(found.setdefault(own, _Rows(line)), row, line)
        return [self._arrival(rows) for rows in found.values()]

    def _arrival(self, rows: _Rows) -> Arrival:
        given = {name: value for name, value in rows.work.items() if name not in {"type", "year"}}
        given["issued"] = rows.work.get("year", "")
        for role in ("author", "editor"):
            given[role] = [incoming.person(name) for name in rows.work.get(role, ())]
        kind = rows.work.get("type", "")
        reference, left = incoming.work(kind, given, self._path, rows.line)
        self.problems += left
        return Arrival(reference, rows.known, rows.line)

    def _read(self, rows: _Rows, row: tabular.Row, line: int) -> None:
        own: Known = {}
        for column, target, values in (*self._told(row, line), *self._marked(row, line)):
            with self._noting(column, line):
                self._put(rows, own, target, values)
        for target, constant in self._mapping.constants.items():
            values = list(constant) if isinstance(constant, tuple) else [str(constant)]
            with self._noting(target, line):
                self._constant(rows, own, target, values)
        with self._noting("", line):
            _merge(rows.known, self._wrapped(own, ()))

    @contextmanager
    def _noting(self, column: str, line: int) -> Iterator[None]:
        """Make a problem of a value that cannot be used; the same one is told once."""
        try:
            yield
        except _Unusable as error:
            if (column, error.message) not in self._met:
                self._met.add((column, error.message))
                given = (error.code, self._path, line, column, error.message, error.hint)
                self.problems.append(tabular.problem(*given))

    def _told(self, row: tabular.Row, line: int) -> Iterator[tuple[str, str, list[str]]]:
        """Each column with a field that it fills and what the row says there."""
        for name, column in self._mapping.columns.items():
            cell = row.get(name, "")
            parts = cell.split(column.separator) if column.separator else [cell]
            found = [part.strip() for part in parts if part.strip().casefold() not in self._missing]
            stands = self._values[name]
            words = [stands.get(part.casefold(), part) for part in found]
            values = [word for word in words if word is not None]
            if values:
                yield from ((name, target, values) for target in column.to)

    def _marked(self, row: tabular.Row, line: int) -> Iterator[tuple[str, str, list[str]]]:
        """Each column that stands for a term which the row has."""
        for marks in self._mapping.marks:
            yes, no = ({w.casefold() for w in words} for words in (marks.yes, marks.no))
            for name, term in marks.columns.items():
                cell = row.get(name, "")
                word = cell.casefold()
                if word in yes:
                    yield name, marks.to, [term]
                elif word not in no | self._missing:
                    with self._noting(name, line):
                        words = ", ".join((*marks.yes, *marks.no))
                        hint = f"use one of: {words}; or name it in yes, no or missing"
                        raise _Unusable("KB023", f"{cell} is neither yes nor no", hint)

    def _put(self, rows: _Rows, own: Known, target: str, values: list[str]) -> None:
        start, _, name = target.partition(".")
        if start == "reference":
            before = rows.work.setdefault(name, [] if name in {"author", "editor"} else "")
            if isinstance(before, list):
                before += [value for value in values if value not in before]
            else:
                rows.work[name] = before or "; ".join(values)
            return
        place = self._places.find(target)
        assert isinstance(place, Place), place  # the mapping was checked
        if place.many:
            before = _inner(own, place.keys[:-1]).get(place.keys[-1], [])
            values = list(dict.fromkeys((*before, *(_word(place, value) for value in values))))
            put(own, place.keys, values)
        elif len(values) > 1:
            hint = "take out its separator, or map it to a field that takes several"
            raise _Unusable("KB034", f"{target} takes one value, not {len(values)}", hint)
        else:
            put(own, place.keys, _value(place, values[0]))

    def _constant(self, rows: _Rows, own: Known, target: str, values: list[str]) -> None:
        """Put what holds for all rows, unless the row has its own; a part of a list, such as a
        finding, only where the row has one."""
        keys = tuple(target.split("."))
        if keys[0] == "reference":
            if not rows.work.get(keys[-1]):
                self._put(rows, own, target, values)
        elif not told(own, keys) and (keys[0] in own or not self._places.lists(keys[:1])):
            self._put(rows, own, target, values)

    def _wrapped(self, own: Known, keys: tuple[str, ...]) -> Known:
        """What one row tells, with the records that stand in lists as the items that they are."""
        made: Known = {}
        for name, value in own.items():
            here = (*keys, name)
            inner = self._wrapped(value, here) if isinstance(value, dict) else value
            made[name] = [inner] if self._places.lists(here) else inner
        return made


def _inner(known: Known, keys: tuple[str, ...]) -> Mapping[str, Any]:
    for name in keys:
        known = known.get(name, {})
    return known


def _merge(known: Known, more: Known, trail: str = "") -> None:
    """Add what another row tells of the same study: lists grow, all else has to be the same."""
    for name, value in more.items():
        before = known.get(name)
        if before is None:
            known[name] = value
        elif isinstance(before, dict):
            _merge(before, value, f"{trail}{name}.")
        elif isinstance(before, list):
            before += [one for one in value if isinstance(one, dict) or one not in before]
        elif before != value:
            hint = "rows of one study have to agree; map it to its findings, or mend group"
            message = f"{trail}{name} is {before} in an earlier row, {value} here"
            raise _Unusable("KB023", message, hint)


_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def _value(place: Place, text: str) -> str | int | float:
    """A value in the form that its field takes."""
    if place.form.get("type") in {"integer", "number"}:
        if not _NUMBER.fullmatch(text):
            hint = "write digits, with a decimal point; or name it in missing or in values"
            raise _Unusable("KB022", f"{text} is no number", hint)
        number = float(text)
        if not math.isfinite(number):
            raise _Unusable("KB022", f"{text[:20]}... is too large", "mend it, or leave it out")
        return number if number % 1 else int(text.partition(".")[0])
    if place.keys[-1] in {"id", "finding"}:
        return re.sub(r"[^A-Za-z0-9_-]+", "-", text)[:80].strip("-_")
    return _word(place, text)


def _word(place: Place, text: str) -> str:
    """The id of a word that the codebook has, by any of its names; other texts as they are."""
    if not place.words or text.casefold() in place.words:
        return place.words.get(text.casefold(), text)
    near = suggestion(text, dict.fromkeys(place.words.values()))
    hint = f"say in values what it stands for; {near}"
    raise _Unusable("KB030", f"{'.'.join(place.keys)} has no {text}", hint)
