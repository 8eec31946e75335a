"""Works to be imported with what is told of their studies: from the rows of a table by its mapping,
or as reference managers export them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from kb import incoming, tabular, works
from kb.corpus import Corpus
from kb.destinations import PEOPLE, Place, Places
from kb.mapping import Column, TableMapping
from kb.problems import Problem, has_errors
from kb.questions import Known, put, told
from kb.references import Reference
from kb.values import ERRORS, PLAIN, Form, Unusable, parts, resembles_error, squeezed, value_of


@dataclass(frozen=True)
class Arrival:
    """A work, with what is told of the study that it reports, the line where that begins, and the
    columns from which the fields come."""

    reference: Reference
    known: Known
    line: int
    columns: Mapping[str, str] = field(default_factory=dict)


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
    if strict:
        table.problems = tabular.faults(used, table, path, mapping)
    if has_errors(table.problems):
        return Arrivals(problems=_counted(table.problems))
    made = Arrivals(unused=[name for name in table.columns if name and name not in used])
    made.unused += table.unnamed
    if mapping.codings is None:
        reading = _Reading(path, mapping, Places(corpus))
        made.works, found = reading.works(table.rows), reading.problems
    else:
        twice = Places(corpus, True)
        readings = [_Reading(path, mapping.of(one), twice) for one in mapping.codings]
        said = [reading.works(table.rows) for reading in readings]
        made.codings = list(zip(*said, strict=True))
        found = [problem for reading in readings for problem in reading.problems]
    made.problems = _counted((*table.problems, *found))
    return made


def _counted(problems: Iterable[Problem]) -> list[Problem]:
    """The problems, where those that differ in nothing but their lines are told once, at the first
    of them, with how many more there are."""
    lines: dict[Problem, dict[int, None]] = {}
    for one in problems:
        lines.setdefault(replace(one, line=0), {})[one.line] = None
    return [_first(one, list(at)) for one, at in lines.items()]


def _first(problem: Problem, lines: Sequence[int]) -> Problem:
    more = len(lines) - 1
    tail = f" (so in {more} more {'row' if more == 1 else 'rows'})" if more else ""
    return replace(problem, line=lines[0], message=problem.message + tail)


@dataclass
class _Rows:
    """What the rows of one study tell of the work, and of the study."""

    line: int
    work: dict[str, Any] = field(default_factory=dict)
    known: Known = field(default_factory=dict)


class _Reading:
    """One reading of a table's rows, with the problems that were met."""

    def __init__(self, path: str, mapping: TableMapping, places: Places) -> None:
        self.problems: list[Problem] = []
        self._path, self._mapping, self._places = path, mapping, places
        self._missing = {"", *ERRORS, *(squeezed(word).casefold() for word in mapping.missing)}
        self._values = {
            name: {value.casefold(): words or () for value, words in column.values.items()}
            for name, column in mapping.columns.items()
        }
        self._from = {
            target: name for name, column in mapping.columns.items() for target in column.to
        }

    def works(self, rows: Iterable[tuple[int, tabular.Row]]) -> list[Arrival]:
        """The works that the rows tell of, in the order of their first rows."""
        found: dict[tuple[str, ...], _Rows] = {}
        for line, row in rows:
            own = tuple(squeezed(row.get(name, "")) for name in self._mapping.group)
            self._read(found.setdefault(own or (str(line),), _Rows(line)), row, line)
        return [self._arrival(rows) for rows in found.values()]

    def _arrival(self, rows: _Rows) -> Arrival:
        for target, values in self._constants():
            if target.startswith("reference.") and not rows.work.get(target.partition(".")[2]):
                self._put(rows, {}, target, values, PLAIN)
        given = {name: value for name, value in rows.work.items() if name not in {"type", "year"}}
        given["issued"] = rows.work.get("year", "")
        for role in PEOPLE:
            given[role] = [works.person(name) for name in rows.work.get(role, ())]
        kind = rows.work.get("type", "")
        reference, left = works.work(kind, given, self._path, rows.line)
        self.problems += (self._named(one) for one in (*left, *self._read_as(rows, reference)))
        return Arrival(reference, rows.known, rows.line, self._from)

    def _read_as(self, rows: _Rows, made: Reference) -> Iterator[Problem]:
        """What is told of a type and a year that stand for something else than they say."""
        kind, year = rows.work.get("type", ""), rows.work.get("year", "")
        hint = "all is well if that is right; if not, say in values what it stands for"
        if kind and not works.type_of(kind):
            yield self._warning(rows.line, "type", f"{kind} is no type: {made.type} is taken", hint)
        if made.year and not _YEAR.fullmatch(year):
            yield self._warning(rows.line, "year", f"{year} is taken for {made.year}", hint)

    def _named(self, problem: Problem) -> Problem:
        """A problem of a reference with the column that its field comes from."""
        return replace(problem, field=self._from.get(f"reference.{problem.field}", problem.field))

    def _warning(self, line: int, field: str, message: str, hint: str) -> Problem:
        given = ("KB023", self._path, line, field, message, hint)
        return tabular.problem(*given, severity="warning")

    def _read(self, rows: _Rows, row: tabular.Row, line: int) -> None:
        own: Known = {}
        for column, target, values, form in (*self._told(row, line), *self._marked(row, line)):
            with self._noting(column, line):
                self._put(rows, own, target, values, form)
        for target, values in self._constants():
            keys = tuple(target.split("."))
            own_part = keys[0] in own or not self._places.lists(keys[:1])
            # A part of a list, such as a finding, is made only where the row has one.
            if keys[0] != "reference" and own_part and not told(own, keys):
                self._put(rows, own, target, values, PLAIN)
        self._merge(rows.known, self._wrapped(own, ()), line)

    def _constants(self) -> Iterator[tuple[str, list[str]]]:
        for target, constant in self._mapping.constants.items():
            yield target, list(constant) if isinstance(constant, tuple) else [str(constant)]

    @contextmanager
    def _noting(self, column: str, line: int) -> Iterator[None]:
        """Make a problem of a value that cannot be used."""
        try:
            yield
        except Unusable as error:
            given = (error.code, self._path, line, column, error.message, error.hint)
            self.problems.append(tabular.problem(*given))

    def _told(self, row: tabular.Row, line: int) -> Iterator[_Told]:
        """Each column with a field that it fills, what the row says there, and in what form."""
        for name, column in self._mapping.columns.items():
            if cell := row.get(name):
                words, form = self._words(name, column, cell, line)
                yield from ((name, target, words, form) for target in column.to if words)

    def _words(self, name: str, column: Column, cell: str, line: int) -> tuple[list[str], Form]:
        stands, whole = self._values[name], squeezed(cell)
        found, form = list[str](), PLAIN
        for part in [whole] if whole.casefold() in stands else parts(cell, column.separator):
            if part and part.casefold() in stands:
                found += stands[part.casefold()]
            elif not self._blank(part, name, line):
                found.append(part)
                form = self._mapping.form(column)
        return found, form

    def _blank(self, text: str, name: str, line: int) -> bool:
        """Whether a text says nothing; one that only looks as if it did not is told."""
        if text.casefold() in self._missing:
            return True
        if resembles_error(text):
            message = f"{text} is taken for an error of a spreadsheet, and so for a blank cell"
            hint = "name it in missing; or, if it says something, in values"
            self.problems.append(self._warning(line, name, message, hint))
            return True
        return False

    def _marked(self, row: tabular.Row, line: int) -> Iterator[_Told]:
        """Each column that stands for a term which the row has."""
        for marks in self._mapping.marks:
            yes, no = ({w.casefold() for w in words} for words in (marks.yes, marks.no))
            for name, term in marks.columns.items():
                cell = squeezed(row.get(name, ""))
                if cell.casefold() in yes:
                    yield name, marks.to, [term], PLAIN
                elif cell.casefold() not in no and not self._blank(cell, name, line):
                    with self._noting(name, line):
                        words = ", ".join((*marks.yes, *marks.no))
                        hint = f"use one of: {words}; or name it in yes, no or missing"
                        raise Unusable("KB023", f"{cell} is neither yes nor no", hint)

    def _put(self, rows: _Rows, own: Known, target: str, values: Sequence[str], form: Form) -> None:
        start, _, name = target.partition(".")
        if start == "reference":
            _cite(rows.work, name, values)
            return
        place = self._places.find(target)
        assert isinstance(place, Place), place  # the mapping was checked
        read = list(dict.fromkeys(value_of(place, value, form) for value in values))
        before = _inner(own, place.keys)
        if place.many:
            put(own, place.keys, list(dict.fromkeys((*(before or ()), *read))))
        elif len(read) > 1 or (before is not None and before != read[0]):
            said = ", ".join(map(str, read if before is None else (before, *read)))
            hint = "take out its separator, or map it to a field that takes several"
            raise Unusable("KB034", f"{target} takes one value; the row says {said}", hint)
        else:
            put(own, place.keys, read[0])

    def _wrapped(self, own: Known, keys: tuple[str, ...]) -> Known:
        """What one row tells, with the records that stand in lists as the items that they are."""
        made: Known = {}
        for name, value in own.items():
            here = (*keys, name)
            inner = self._wrapped(value, here) if isinstance(value, dict) else value
            made[name] = [inner] if self._places.lists(here) else inner
        return made

    def _merge(self, known: Known, more: Known, line: int, trail: str = "") -> None:
        """Add what another row tells of the same study: lists grow, all else has to be the same."""
        for name, value in more.items():
            before = known.get(name)
            if before is None:
                known[name] = value
            elif isinstance(before, dict):
                self._merge(before, value, line, f"{trail}{name}.")
            elif isinstance(before, list):
                before += [one for one in value if isinstance(one, dict) or one not in before]
            elif before != value:
                with self._noting(self._from.get(trail + name, ""), line):
                    _disagree(f"{trail}{name}", before, value)


_Told = tuple[str, str, Sequence[str], Form]
"""A column, the field that it fills, the values, and the form in which they are written."""
_YEAR = re.compile(r"\d{4}(?:\.0+|-\d\d-\d\d(?:[T ].*)?|/(?:\d\d?)?/(?:\d\d?)?/?.*)?")
"""Years as tables have them, also as numbers and within dates."""


def _cite(work: dict[str, Any], name: str, values: Sequence[str]) -> None:
    """Add to the fields of a reference what a row says of one of them."""
    if name in PEOPLE:
        before = work.setdefault(name, [])
        before += [value for value in values if value not in before]
        return
    said = "; ".join(values)
    if work.setdefault(name, said) != said:
        _disagree(f"reference.{name}", work[name], said)


def _disagree(name: str, before: Any, value: Any) -> None:
    hint = "rows of one study have to agree; map it to its findings, or mend group"
    raise Unusable("KB023", f"{name} is {before} in an earlier row, {value} here", hint)


def _inner(known: Known, keys: Iterable[str]) -> Any:
    """The value of a field, or ``None``."""
    found: Any = known
    for name in keys:
        found = found.get(name) if isinstance(found, dict) else None
    return found
