"""The codebook: facets (SKOS concept schemes) with their terms (concepts)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Annotated, Literal

from pydantic import Field

from kb.frozen import FrozenDict
from kb.model import (
    Complaint,
    Frozen,
    Id,
    LanguageTag,
    Line,
    Lines,
    ListToTuple,
    Record,
    Tags,
    Text,
    Texts,
    suggestion,
)

Role = Literal["tag", "kind", "directness", "unit", "gap-kind", "gap-reason"]
Target = Literal["study", "finding"]


class AttributeValue(Record):
    """One value that an attribute of terms may take."""

    id: Id
    label: Text
    definition: Text | None = None


class Attribute(Record):
    """A named property of every term of a facet, with closed values."""

    id: Id
    label: Text
    definition: Text | None = None
    source: Line | None = None
    locator: Line | None = None
    values: Annotated[tuple[AttributeValue, ...], ListToTuple]


class Exclusion(Record):
    """Cells that cannot exist: a term of this facet with terms of others, and why."""

    term: Id
    with_: Tags
    reason: Text

    model_config = Record.model_config | {"alias_generator": lambda name: name.rstrip("_")}


class Term(Record):
    """One value of a facet.

    ``examples`` show what it is for, ``counter_examples`` what another term, or none, is for; both
    are made up for coders.
    """

    id: Id
    label: Text
    short_label: Text | None = None
    definition: Text
    scope_note: Text | None = None
    examples: Texts = ()
    counter_examples: Texts = ()
    broader: Id | None = None
    alt_labels: Annotated[dict[LanguageTag, Lines], Frozen] | None = None
    source: Line | None = None
    locator: Line | None = None
    searched: bool = True
    deprecated: bool = False
    replaced_by: Id | None = None
    attributes: Annotated[dict[Id, Id], Frozen] = Field(default_factory=FrozenDict)

    @property
    def names(self) -> Iterator[str]:
        """What the term is called in any language, its label last."""
        yield from chain.from_iterable((self.alt_labels or {}).values())
        yield from (self.short_label or {}).values()
        yield from self.label.values()


class Facet(Record):
    """One dimension of coding: its terms, where it applies, and which cells it rules out."""

    id: Id
    path: str
    label: Text
    plural: Text
    definition: Text
    role: Role = "tag"
    applies_to: Annotated[tuple[Target, ...], ListToTuple] = ("study", "finding")
    required: bool = False
    many: bool = True
    attributes: Annotated[tuple[Attribute, ...], ListToTuple] = ()
    terms: Annotated[tuple[Term, ...], ListToTuple]
    exclusions: Annotated[tuple[Exclusion, ...], ListToTuple] = ()

    @cached_property
    def by_id(self) -> Mapping[str, Term]:
        """The terms by their ids."""
        return FrozenDict({term.id: term for term in self.terms})

    @cached_property
    def current(self) -> tuple[Term, ...]:
        """The terms in use: all but the deprecated ones, in the codebook's order."""
        return tuple(term for term in self.terms if not term.deprecated)

    @cached_property
    def in_use(self) -> frozenset[str]:
        """The ids of the terms in use."""
        return frozenset(term.id for term in self.current)

    @cached_property
    def called(self) -> Mapping[str, str]:
        """The terms in use by all that they are called."""
        return FrozenDict({name: term.id for term in self.current for name in term.names})

    @cached_property
    def lineage(self) -> Mapping[str, tuple[str, ...]]:
        """For each term its own id and those of all its broader terms, nearest first."""
        return FrozenDict({term.id: tuple(self._upwards(term.id)) for term in self.terms})

    def _upwards(self, term: str | None) -> Iterator[str]:
        seen: set[str] = set()
        while term is not None and term in self.by_id and term not in seen:
            seen.add(term)
            yield term
            term = self.by_id[term].broader

    def replacement(self, term: str) -> str:
        """The term in use that a deprecated one was replaced by, if need be in several steps."""
        seen: set[str] = set()
        while term in self.by_id and self.by_id[term].deprecated and term not in seen:
            seen.add(term)
            term = self.by_id[term].replaced_by or ""
        return "" if term in seen or term not in self.by_id else term

    def narrower(self, term: str) -> tuple[str, ...]:
        """The terms directly below ``term``, in the codebook's order."""
        return tuple(other.id for other in self.terms if other.broader == term)

    @property
    def is_axis(self) -> bool:
        """Whether findings are coded with this facet, so that a matrix can be drawn over it."""
        return self.role in {"tag", "kind", "directness"}


@dataclass(frozen=True)
class Codebook:
    """All facets, by id."""

    facets: Mapping[str, Facet] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "facets", FrozenDict(self.facets))

    def __getitem__(self, facet: str) -> Facet:
        return self.facets[facet]

    def __contains__(self, facet: object) -> bool:
        return facet in self.facets

    def __iter__(self) -> Iterator[Facet]:
        return iter(self.facets.values())

    @cached_property
    def axes(self) -> tuple[Facet, ...]:
        """The facets that findings are coded with."""
        return tuple(facet for facet in self if facet.is_axis)

    @cached_property
    def tag_facets(self) -> tuple[Facet, ...]:
        """The facets that stand under ``tags`` in records."""
        return tuple(facet for facet in self if facet.role == "tag")

    @cached_property
    def called(self) -> Mapping[str, str]:
        """The facets by their labels in any language, of one term and of many."""
        words = ((one.id, (*one.plural.values(), *one.label.values())) for one in self)
        return FrozenDict({name: id for id, names in words for name in names})

    def with_role(self, role: Role) -> Facet | None:
        """The facet that gives the terms of one field of the records, if there is one."""
        return self._by_role.get(role)

    @cached_property
    def _by_role(self) -> Mapping[str, Facet]:
        return {facet.role: facet for facet in reversed(tuple(self))}  # the first counts

    @cached_property
    def _excluded(self) -> Mapping[tuple[str, str, str, str], Text]:
        return dict(self._exclusions())

    def _exclusions(self) -> Iterator[tuple[tuple[str, str, str, str], Text]]:
        for facet in self:
            for rule in facet.exclusions:
                for other, terms in rule.with_.items():
                    for term in terms:
                        yield (facet.id, rule.term, other, term), rule.reason
                        yield (other, term, facet.id, rule.term), rule.reason

    def excluded(self, row: str, row_term: str, column: str, column_term: str) -> Text | None:
        """Why the cell of two terms cannot exist, or ``None`` when it can.

        What is ruled out for a broader term is ruled out for its narrower ones.
        """
        if not self._excluded:
            return None
        for upper in self[row].lineage[row_term]:
            for other in self[column].lineage[column_term]:
                if reason := self._excluded.get((row, upper, column, other)):
                    return reason
        return None


def term_hint(facet: Facet, word: str) -> str:
    """What to write instead of a word that is no term: the nearest term in use, by its id or by
    what it is called, or all of them."""
    if not facet.current:
        return f"add it to {facet.path}, which has no term in use"
    hint = suggestion(word, [term.id for term in facet.current], facet.called)
    return f"{hint}; kb codebook {facet.id} lists all" if hint.endswith("...") else hint


def unknown_terms(
    codebook: Codebook, tags: Mapping[str, Iterable[str]], path: str, keys: tuple[str | int, ...]
) -> Iterator[Complaint]:
    """A complaint for each facet and term of ``tags`` that the codebook does not have."""
    for name, terms in tags.items():
        if name not in codebook:
            hint = suggestion(name, codebook.facets, codebook.called)
            yield Complaint("KB031", path, (*keys, name), f"no facet {name}", hint)
            continue
        for position, term in enumerate(terms):
            if term not in codebook[name].by_id:
                hint = term_hint(codebook[name], term)
                place = (*keys, name, position)
                yield Complaint("KB030", path, place, f"no {name} {term}", hint)
