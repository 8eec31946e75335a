"""What the columns of a table mean: a small YAML file, checked against a codebook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError

from kb import yamlfile
from kb.corpus import Corpus
from kb.destinations import REFERENCE, Place, Places
from kb.model import Complaint, Id, Keys, Line, ListToTuple, Record
from kb.problems import Problem
from kb.textfile import composed
from kb.validation import Around, complaints_of
from kb.values import ISO, Form, Numbers, Unusable, names_days, squeezed, value_of


def _as_lines(value: Any) -> Any:
    return (
        (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value
    )


def _as_column(value: Any) -> Any:
    return {"to": value} if isinstance(value, (str, list)) else value


Word = Annotated[Line, AfterValidator(composed)]
Words = Annotated[tuple[Word, ...], ListToTuple]
OneOrMore = Annotated[tuple[Word, ...], BeforeValidator(_as_lines), Field(min_length=1)]
Name = Annotated[Line, AfterValidator(squeezed)]
"""The name of a column, as its header has it but for white space."""


class Column(Record):
    """Where the values of a column go. ``values`` says what each stands for, or that it says
    nothing (``null``); ``separator`` stands between several in one cell. ``numbers`` and ``dates``
    say how they are written, where it is not as in the other columns."""

    to: OneOrMore
    separator: Annotated[str, Field(min_length=1), AfterValidator(composed)] | None = None
    values: dict[Annotated[str, AfterValidator(squeezed)], OneOrMore | None] = {}
    numbers: Numbers | None = None
    dates: Line | None = None


class Marks(Record):
    """Columns that each stand for one term: a row has the term if its cell says so."""

    to: Line
    columns: dict[Name, Id]
    yes: Words = ("yes", "y", "x", "1", "true")
    no: Words = ("no", "n", "-", "0", "false")


class Join(Record):
    """Another table, beside the mapping: its row with the same values in some columns is added."""

    file: Line
    on: Annotated[tuple[Name, ...], BeforeValidator(_as_lines), Field(min_length=1)]


class Coder(Record):
    """Which columns say how one of two coders coded what a row is about."""

    coder: Id
    columns: Annotated[
        dict[Name, Annotated[Column, BeforeValidator(_as_column)]], Field(min_length=1)
    ]


class TableMapping(Record):
    """All that has to be known to read a table as studies; ``header`` is the line of its names,
    ``group`` the columns that are the same in all rows of one study; with ``short_rows``, rows may
    lack their last cells. ``numbers`` and ``dates`` say how they are written. With ``codings`` it
    is a table of second codings of studies that are there already."""

    encoding: Line = "utf-8"
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    header: Annotated[int, Field(ge=1)] = 1
    short_rows: bool = False
    missing: Words = ()
    numbers: Numbers = Numbers()
    dates: Line = ISO
    group: Annotated[tuple[Name, ...], BeforeValidator(_as_lines)] = ()
    join: Annotated[tuple[Join, ...], ListToTuple] = ()
    columns: dict[Name, Annotated[Column, BeforeValidator(_as_column)]] = {}
    marks: Annotated[tuple[Marks, ...], ListToTuple] = ()
    constants: dict[Line, Annotated[Words | str | int | float, BeforeValidator(_as_lines)]] = {}
    codings: Annotated[tuple[Coder, ...], ListToTuple, Field(min_length=2, max_length=2)] | None = (
        None
    )

    @property
    def used(self) -> list[str]:
        """The names of the columns that are read."""
        own = [*self.columns, *self.group, *(name for one in self.marks for name in one.columns)]
        return [*own, *(name for one in self.codings or () for name in one.columns)]

    def form(self, column: Column) -> Form:
        """How a column writes numbers and dates."""
        return Form(column.numbers or self.numbers, column.dates or self.dates)

    def of(self, coder: Coder) -> TableMapping:
        """The mapping of what one coder said, with what holds for both."""
        columns = {**self.columns, **coder.columns}
        return self.model_copy(update={"columns": columns, "codings": None})


ZOTERO = TableMapping(
    columns={
        "Item Type": Column(to=("reference.type",)),
        "Publication Year": Column(to=("reference.year",)),
        "Author": Column(to=("reference.author",), separator=";"),
        "Editor": Column(to=("reference.editor",), separator=";"),
        "Title": Column(to=("reference.title",)),
        "Publication Title": Column(to=("reference.in",)),
        "Issue": Column(to=("reference.number",)),
        "Place": Column(to=("reference.address",)),
        "Url": Column(to=("reference.url",)),
        **{
            name: Column(to=(f"reference.{name.lower()}",))
            for name in ("ISBN", "ISSN", "DOI", "Pages", "Volume", "Series", "Publisher")
        },
        **{name: Column(to=(f"reference.{name.lower()}",)) for name in ("Language", "Edition")},
    }
)
"""What the columns of a CSV file from Zotero mean."""


def read(data: bytes, path: str, corpus: Corpus) -> tuple[TableMapping | None, list[Problem]]:
    """The mapping in a file, or ``None`` and what is wrong with it."""
    value, problems = yamlfile.parse(data, path)
    if not isinstance(value, dict):
        return None, problems
    try:
        mapping = TableMapping.model_validate(value)
        complaints = list(_check(mapping, Places(corpus, mapping.codings is not None), path))
    except ValidationError as error:
        mapping = None
        complaints = list(complaints_of(error, TableMapping, path, Around(corpus.languages)))
    problems += [_located(one, data) for one in complaints]
    return (None if problems else mapping), problems


def _located(complaint: Complaint, data: bytes) -> Problem:
    ((line, column),) = yamlfile.locate(data, [complaint.keys])
    field = ".".join(map(str, complaint.keys))
    given = (complaint.path, line, column, field, complaint.message, complaint.hint)
    return Problem(complaint.code, "error", *given)


def _check(mapping: TableMapping, places: Places, path: str) -> Iterator[Complaint]:
    yield from _forms(mapping, path, ())
    yield from _columns(mapping.columns, places, path, ("columns",))
    yield from _crowded(mapping.columns, {}, places, path, ("columns",))
    for position, coder in enumerate(mapping.codings or ()):
        keys: Keys = ("codings", position, "columns")
        yield from _columns(coder.columns, places, path, keys)
        yield from _crowded(coder.columns, mapping.columns, places, path, keys)
    for position, marks in enumerate(mapping.marks):
        keys = ("marks", position)
        yield from _target(marks.to, places, path, (*keys, "to"))
        for name, term in marks.columns.items():
            yield from _value(marks.to, term, places, path, (*keys, "columns", name))
    yield from _constants(mapping, places, path)
    if not mapping.columns:
        yield Complaint("KB021", path, (), "columns is missing", "say where each column goes")


def _columns(
    columns: Mapping[str, Column], places: Places, path: str, keys: Keys
) -> Iterator[Complaint]:
    for name, column in columns.items():
        yield from _forms(column, path, (*keys, name))
        yield from _unclear(column, path, (*keys, name, "values"))
        for target in column.to:
            yield from _target(target, places, path, (*keys, name))
            for value, words in column.values.items():
                for word in words or ():
                    yield from _value(target, word, places, path, (*keys, name, "values", value))


def _unclear(column: Column, path: str, keys: Keys) -> Iterator[Complaint]:
    """A complaint for a value that is none, and for each that differs from another by capitals
    only, but not in meaning."""
    known: dict[str, str] = {}
    if "" in column.values:
        hint = "say in constants what holds then"
        yield Complaint("KB025", path, keys, "a blank cell has no value", hint)
    for value, words in column.values.items():
        other = known.setdefault(value.casefold(), value)
        if column.values[other] != words:
            message, hint = f"{value} and {other} are the same value", "keep one of them"
            yield Complaint("KB036", path, (*keys, value), message, hint)


def _crowded(
    columns: Mapping[str, Column],
    shared: Mapping[str, Column],
    places: Places,
    path: str,
    keys: Keys,
) -> Iterator[Complaint]:
    """A complaint for each column that goes where another one goes and only one can."""
    filled = {target: name for name, column in shared.items() for target in column.to}
    for name, column in columns.items():
        if name in shared:
            hint = "keep it in one of the two places"
            yield Complaint("KB036", path, (*keys, name), "the column stands in columns, too", hint)
        for target in column.to:
            other = filled.setdefault(target, name)
            if other != name and not places.several(target):
                message = f"{target} takes one value, and {other} goes there, too"
                hint = "leave out one of the columns"
                yield Complaint("KB036", path, (*keys, name), message, hint)


def _forms(one: TableMapping | Column, path: str, keys: Keys) -> Iterator[Complaint]:
    if one.numbers and one.numbers.decimal == one.numbers.thousands:
        message, hint = "decimals and thousands have the same sign", "say which of the two it is"
        yield Complaint("KB023", path, (*keys, "numbers"), message, hint)
    if one.dates and not names_days(one.dates):
        message = f"{one.dates} does not say year, month and day"
        hint = 'write them as %Y, %m and %d, for example dates: "%d.%m.%Y"'
        yield Complaint("KB023", path, (*keys, "dates"), message, hint)


def _target(name: str, places: Places, path: str, keys: Keys) -> Iterator[Complaint]:
    start, _, field = name.partition(".")
    if start != "reference":
        place = places.find(name)
        wrong = place if isinstance(place, str) else ""
    else:
        wrong = "" if field in REFERENCE else f"no field {field} here; use one of: {_listed()}"
    if wrong:
        message, _, hint = wrong.partition("; ")
        yield Complaint("KB020", path, keys, f"{name}: {message}", hint)


def _listed() -> str:
    return ", ".join(REFERENCE)


def _constants(mapping: TableMapping, places: Places, path: str) -> Iterator[Complaint]:
    for name, constant in mapping.constants.items():
        keys = ("constants", name)
        values = constant if isinstance(constant, tuple) else (str(constant),)
        yield from _target(name, places, path, keys)
        for value in values:
            yield from _value(name, value, places, path, keys)
        if len(values) > 1 and not places.several(name):
            message = f"{name} takes one value, not {len(values)}"
            yield Complaint("KB034", path, keys, message, "keep one of them")


def _value(target: str, text: str, places: Places, path: str, keys: Keys) -> Iterator[Complaint]:
    place = None if target.startswith("reference.") else places.find(target)
    if isinstance(place, Place):
        try:
            value_of(place, text)
        except Unusable as error:
            hint = error.hint.removeprefix("say in values what it stands for; ")
            yield Complaint(error.code, path, keys, error.message, hint)
