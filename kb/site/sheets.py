"""Tables that can be sorted and filtered: their columns, their lines and what to choose from.

A line, or each of its findings, carries tokens ``facet:term``, broader terms included; choosing
terms keeps what has them, as ``--where`` does on the command line.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from kb.codebook import Facet
from kb.evidence import EvidenceRow
from kb.facts import Fact, with_broader
from kb.site.view import View

Terms = Mapping[str, Sequence[str]]
"""Facets, and fields whose values are chosen from in the same way, with the terms of a record."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column; an id that is no facet's begins with ``_``. One not ``shown`` can be chosen."""

    id: str
    label: str
    shown: bool = True
    number: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a column; ``order`` is what it is sorted by, if not by its text."""

    html: Markup
    order: float | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A finding in a line, with its element but for the way up to the root of the pages."""

    fact: Fact
    tokens: Markup
    opening: Markup
    closing: Markup


@dataclass(frozen=True, slots=True)
class Line:
    """A line: its id, the references that it stands for, its cells, and its findings if any."""

    id: str
    keys: tuple[str, ...]
    tokens: Markup
    cells: Mapping[str, Cell]
    items: tuple[Item, ...] = ()
    row: EvidenceRow | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A facet to filter by, with the ids and labels of its terms that occur."""

    id: str
    label: str
    terms: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: the noun of its lines, its columns, its lines, and what to filter by."""

    noun: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Field:
    """A field with fixed values that lines can be filtered by beside the codebook's facets."""

    id: str
    label: str
    values: Sequence[str]
    name: Callable[[str], str] = field(repr=False)


def tokens(view: View, terms: Terms) -> Markup:
    """The terms and their broader ones as ``facet:term``, for an attribute."""
    found = (
        f"{name}:{term}"
        for name, own in terms.items()
        for term in with_broader(view.corpus, name, own)
    )
    return Markup(html.escape(" ".join(found), quote=True))


def choices(
    view: View, offered: Iterable[Facet | Field], coded: Sequence[Terms]
) -> tuple[Choice, ...]:
    """What some lines can be narrowed by: facets of which not all have the same single term."""
    return tuple(
        Choice(one.id, *_labelled(view, one, terms))
        for one in offered
        if (terms := _occurring(view, one.id, coded))
    )


def _occurring(view: View, name: str, coded: Sequence[Terms]) -> set[str]:
    different = {tuple(own.get(name, ())) for own in coded}
    each = {frozenset(with_broader(view.corpus, name, own)) for own in different}
    found = set().union(*each)
    return found if any(own != found for own in each) else set()


def _labelled(
    view: View, one: Facet | Field, terms: set[str]
) -> tuple[str, tuple[tuple[str, str], ...]]:
    if isinstance(one, Facet):
        label, values = view.text(one.label), [term.id for term in one.terms]
        return label, tuple((term, view.label(one.id, term)) for term in values if term in terms)
    return one.label, tuple((value, one.name(value)) for value in one.values if value in terms)
