"""What the columns of a table mean: a small YAML file, checked against a codebook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError

from kb import yamlfile
from kb.codebook import Facet
from kb.corpus import Corpus
from kb.kinds import kind_of
from kb.model import (
    Complaint,
    Id,
    Keys,
    Line,
    Lines,
    ListToTuple,
    Record,
    suggestion,
)
from kb.problems import Problem
from kb.references import FIELDS
from kb.schema import schema
from kb.validation import Around, complaints_of

ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!")
"""What a spreadsheet shows where it could not compute: such a cell is taken for a blank one."""
WHOLE = ("locator", "date")
"""The fields of a second coding that hold for both coders."""
REFERENCE = ("type", "in", "language", *FIELDS)
"""The fields of a reference that a column can fill; ``in`` is what the work appeared in."""


def _as_lines(value: Any) -> Any:
    return (
        (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value
    )


def _as_column(value: Any) -> Any:
    return {"to": value} if isinstance(value, (str, list)) else value


OneOrMore = Annotated[tuple[Line, ...], BeforeValidator(_as_lines), Field(min_length=1)]


class Column(Record):
    """Where the values of a column go. ``values`` says what each stands for, or that it says
    nothing (``null``); ``separator`` stands between several in one cell."""

    to: OneOrMore
    separator: Annotated[str, Field(min_length=1)] | None = None
    values: dict[str, str | None] = {}


class Marks(Record):
    """Columns that each stand for one term: a row has the term if its cell says so."""

    to: Line
    columns: dict[Line, Id]
    yes: Lines = ("yes", "y", "x", "1", "true")
    no: Lines = ("no", "n", "-", "0", "false")


class Join(Record):
    """Another table, beside the mapping: its row with the same values in some columns is added."""

    file: Line
    on: OneOrMore


class Coder(Record):
    """Which columns say how one of two coders coded what a row is about."""

    coder: Id
    columns: Annotated[
        dict[Line, Annotated[Column, BeforeValidator(_as_column)]], Field(min_length=1)
    ]


class TableMapping(Record):
    """All that has to be known to read a table as studies; ``header`` is the line of its names,
    ``group`` the columns that are the same in all rows of one study. With ``codings`` it is a table
    of second codings of studies that are there already."""

    encoding: Line = "utf-8"
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    header: Annotated[int, Field(ge=1)] = 1
    missing: Lines = ()
    group: Annotated[tuple[Line, ...], BeforeValidator(_as_lines)] = ()
    join: Annotated[tuple[Join, ...], ListToTuple] = ()
    columns: dict[Line, Annotated[Column, BeforeValidator(_as_column)]] = {}
    marks: Annotated[tuple[Marks, ...], ListToTuple] = ()
    constants: dict[Line, Annotated[Lines | str | int | float, BeforeValidator(_as_lines)]] = {}
    codings: Annotated[tuple[Coder, ...], ListToTuple, Field(min_length=2, max_length=2)] | None = (
        None
    )

    @property
    def used(self) -> list[str]:
        """The names of the columns that are read."""
        own = [*self.columns, *self.group, *(name for one in self.marks for name in one.columns)]
        return [*own, *(name for one in self.codings or () for name in one.columns)]

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


@dataclass(frozen=True)
class Place:
    """A field that a column fills: where it stands in a study, of what form it is, and which words
    it takes, by all their names in small letters."""

    keys: tuple[str, ...]
    form: Mapping[str, Any]
    words: Mapping[str, str]

    @cached_property
    def many(self) -> bool:
        """Whether the field is a list."""
        return self.form.get("type") == "array"


class Places:
    """The fields that tables can fill, by their names with dots: those of a study or, if ``twice``,
    of a second coding, where those of each coding stand without ``codings``."""

    def __init__(self, corpus: Corpus, twice: bool = False) -> None:
        kind = kind_of("corpus/second-codings/" if twice else "corpus/studies/")
        assert kind is not None
        self._corpus = corpus
        self._schema = schema(kind, corpus.settings, corpus.codebook)
        if twice:
            codes, fields = self._schema["$defs"]["Codes"], self._schema["properties"]
            own = {name: one for name, one in codes["properties"].items() if name != "coder"}
            whole = {name: fields[name] for name in WHOLE}
            self._schema["properties"] = {"study": {"type": "string"}, **own, **whole}
        self._found: dict[str, Place | str] = {}

    def find(self, name: str) -> Place | str:
        """The place of a name, or what is wrong with the name."""
        if name not in self._found:
            self._found[name] = self._place(tuple(name.split(".")))
        return self._found[name]

    def lists(self, keys: tuple[str, ...]) -> bool:
        """Whether a field holds a list of records, such as findings."""
        node = self._node(keys)
        return isinstance(node, dict) and "$ref" in node.get("items", {})

    def _place(self, keys: tuple[str, ...]) -> Place | str:
        node = self._node(keys)
        if isinstance(node, str):
            return node
        inner = self._inner(node)
        if keys == ("reports",):
            return "the reports come from the reference"
        if "properties" in inner:
            return f"name one of its fields: {', '.join(inner['properties'])}"
        return Place(keys, node, self._words(keys, node))

    def _node(self, keys: tuple[str, ...]) -> dict[str, Any] | str:
        node: dict[str, Any] = self._schema
        for key in keys:
            fields = self._inner(node).get("properties", {})
            if key not in fields:
                return f"no field {key} here; {suggestion(key, fields)}".rstrip("; ")
            node = fields[key]
        return node

    def _inner(self, node: dict[str, Any]) -> dict[str, Any]:
        reference = node.get("$ref") or node.get("items", {}).get("$ref")
        return self._schema["$defs"][reference.rsplit("/")[-1]] if reference else node

    def _words(self, keys: tuple[str, ...], node: Mapping[str, Any]) -> dict[str, str]:
        ids = node.get("enum") or node.get("items", {}).get("enum") or ()
        named = {term.id: term for term in self._terms(keys)}
        words: dict[str, str] = {}
        for id in ids:
            for name in (id, *(named[id].label.values() if id in named else ())):
                words.setdefault(name.casefold(), id)
        return words

    def _terms(self, keys: tuple[str, ...]) -> Iterable[Any]:
        book = self._corpus.codebook
        facet: Facet | None = None
        if len(keys) > 1 and keys[-2] == "tags":
            facet = book[keys[-1]]
        elif keys in {("kind",), ("directness",)}:
            facet = book.with_role("kind" if keys == ("kind",) else "directness")
        elif keys[-1] == "direction":
            return self._corpus.settings.directions
        return facet.terms if facet else ()


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
    yield from _columns(mapping.columns, places, path, ("columns",))
    for position, coder in enumerate(mapping.codings or ()):
        yield from _columns(coder.columns, places, path, ("codings", position, "columns"))
    for position, marks in enumerate(mapping.marks):
        keys: Keys = ("marks", position)
        yield from _target(marks.to, places, path, (*keys, "to"))
        column = Column(to=(marks.to,), values=dict(marks.columns))
        yield from _values(marks.to, column, places, path, keys, "columns")
    for name in mapping.constants:
        yield from _target(name, places, path, ("constants", name))
    if not mapping.columns:
        yield Complaint("KB021", path, (), "columns is missing", "say where each column goes")


def _columns(
    columns: Mapping[str, Column], places: Places, path: str, keys: Keys
) -> Iterator[Complaint]:
    for name, column in columns.items():
        for target in column.to:
            yield from _target(target, places, path, (*keys, name))
            yield from _values(target, column, places, path, (*keys, name))


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


def _values(
    target: str, column: Column, places: Places, path: str, keys: Keys, field: str = "values"
) -> Iterator[Complaint]:
    place = None if target.startswith("reference.") else places.find(target)
    if isinstance(place, Place) and place.words:
        for value, word in column.values.items():
            if word is not None and word.casefold() not in place.words:
                ids = dict.fromkeys(place.words.values())
                message = f"{target} has no {word}"
                yield Complaint(
                    "KB030", path, (*keys, field, value), message, suggestion(word, ids)
                )
