"""The records as tables without repetition, joined by ids: what CSV, SQLite and Parquet have in
common. ``tables.yml`` says which columns they have; here are their rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

from kb import yamlfile
from kb.formats import of_codebook, of_stated, of_studies
from kb.formats.material import Material, once
from kb.words import engine

Type = Literal["string", "integer", "number", "boolean", "date"]
Value = str | int | float | bool | None
Row = Mapping[str, Any]
"""One row by columns; what is not said is left out, and a text has all its languages."""

TABLES = Path(__file__).with_name("tables.yml")

ROWS: Mapping[str, Callable[[Material], Iterator[Row]]] = {
    **of_studies.ROWS,
    **of_stated.ROWS,
    **of_codebook.ROWS,
}
"""The rows of each table, by its name."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its type, what stands there, and the language of a text."""

    name: str
    type: Type
    about: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Foreign:
    """Columns whose values, together, are those of a row of another table."""

    columns: tuple[str, ...]
    table: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Relation:
    """A table: ``key`` are the columns that tell its rows apart."""

    name: str
    about: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    foreign: tuple[Foreign, ...]
    material: Material

    @cached_property
    def rows(self) -> Sequence[tuple[Value, ...]]:
        """The values in the order of the columns; ``None`` for what is not said."""
        return tuple(self._rows())

    def _rows(self) -> Iterator[tuple[Value, ...]]:
        languages = self.material.corpus.languages
        names = [column.name for column in self.columns]
        for row in ROWS[self.name](self.material):
            flat: dict[str, Value] = {}
            for name, value in row.items():
                if isinstance(value, Mapping):
                    flat |= {in_language(name, one): value.get(one) for one in languages}
                else:
                    flat[name] = value
            yield tuple(map(flat.get, names))


@once
def relations(material: Material) -> list[Relation]:
    """All tables, those that others name before them."""
    languages = material.corpus.languages
    return [
        Relation(
            name,
            engine("en")[f"table_{name}"],
            tuple(_columns(one["columns"], languages)),
            tuple(one["key"]),
            tuple(_foreign(one.get("foreign", {}))),
            material,
        )
        for name, one in described().items()
    ]


def in_language(name: str, language: str) -> str:
    """The column with a text in one language."""
    return f"{name}_{language.replace('-', '_')}"


@cache
def described() -> Mapping[str, Mapping[str, Any]]:
    """What ``tables.yml`` says of each table, in the order in which they can be filled."""
    value, problems = yamlfile.parse(TABLES.read_bytes(), TABLES.name)
    assert isinstance(value, dict), problems
    return value  # type: ignore[return-value]


def _columns(told: Mapping[str, Mapping[str, str]], languages: tuple[str, ...]) -> Iterator[Column]:
    for name, one in told.items():
        ((type, about),) = one.items()
        if type == "text":
            for language in languages:
                yield Column(in_language(name, language), "string", about, language)
        else:
            yield Column(name, type, about)  # type: ignore[arg-type]


def _foreign(told: Mapping[str, str]) -> Iterator[Foreign]:
    """Foreign keys; ``a, b: table.c, d`` tells of each."""
    for columns, target in told.items():
        table, _, names = target.partition(".")
        yield Foreign(_listed(columns), table, _listed(names))


def _listed(words: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in words.split(","))
