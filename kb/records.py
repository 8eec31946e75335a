"""The records of a knowledge base as frozen pydantic models: no files, no printing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from kb.frozen import FrozenDict
from kb.model import (
    Date,
    Id,
    Ids,
    Line,
    Lines,
    ListToTuple,
    Number,
    Orcid,
    Record,
    Tags,
    Text,
    Texts,
    Url,
)

Basis = Literal["full-text", "abstract", "review"]
Stance = Literal["supports", "mixed", "challenges", "neutral"]


class Direction(Record):
    """One direction a finding may have; ``stance`` says how it counts, ``sign`` how it is shown."""

    id: Id
    label: Text
    definition: Text
    examples: Texts = ()
    counter_examples: Texts = ()
    sign: Annotated[str, Field(min_length=1, max_length=2)]
    stance: Stance


class MatrixSettings(Record):
    """Which facets are crossed by default, and the thresholds of cell states and flags.

    ``direct``: the terms of directness that count as direct evidence. ``narrow``: the facets that
    raise a flag when all studies of a cell share one term.
    """

    row: Id
    column: Id
    direct: Ids
    narrow: Ids = ()
    thin_below: Annotated[int, Field(ge=1)] = 3
    dated_after: Annotated[int, Field(ge=1)] = 10


class Person(Record):
    """A coder or editor who signs records; ``orcid`` as a bare identifier."""

    id: Id
    name: Text
    orcid: Orcid | None = None


class Licence(Record):
    """A licence by its short name and address."""

    name: Line
    url: Url


class Discovery(Record):
    """Words that works may have in title or abstract which belong into the knowledge base."""

    search: Lines


class SiteSize(Record):
    """How the site keeps within bounds as it grows; a count of studies for ``auto``.

    ``pages``: whether each study and reference has a page of the site, or a plain one that the
    site generator never reads. ``search``: whether the texts of studies are searched, or titles.
    """

    rows_per_page: Annotated[int, Field(ge=1)] = 250
    studies_per_list: Annotated[int, Field(ge=1)] = 100
    pages: Literal["auto", "full", "plain"] = "auto"
    search: Literal["auto", "full", "titles"] = "auto"

    def plain(self, studies: int) -> bool:
        """Whether so many studies have plain pages."""
        return self.pages == "plain" or (self.pages == "auto" and studies > FULL_PAGES)

    def titles_only(self, studies: int) -> bool:
        """Whether the search of the site knows no more of so many studies than their titles."""
        bounded = self.search == "titles" or (self.search == "auto" and studies > SEARCHED)
        return bounded or self.plain(studies)

    def bounds(self, studies: int) -> str:
        """What is bounded with so many studies, in a line of English; empty if nothing is."""
        said = ["studies and references have plain pages"] if self.plain(studies) else []
        if self.titles_only(studies):
            said.append("the search knows only titles of studies")
        return ", and ".join(said)


FULL_PAGES = 1000
"""Up to so many studies, each has a page of the site with all that belongs to it."""
SEARCHED = 100
"""Up to so many studies, their texts are searched: the index stays near a megabyte."""


class Settings(Record):
    """``knowledge-base.yml``: what the knowledge base is about and how it counts."""

    schema_version: Annotated[int, Field(ge=1)]
    title: Text
    short_title: Text
    description: Text
    languages: Annotated[tuple[Id, ...], ListToTuple, Field(min_length=1)]
    coders: Annotated[tuple[Person, ...], ListToTuple]
    licence: Licence
    code_licence: Licence
    scope: Text
    include: Annotated[tuple[Text, ...], ListToTuple]
    exclude: Annotated[tuple[Text, ...], ListToTuple] = ()
    searched: Text
    limits: Annotated[tuple[Text, ...], ListToTuple] = ()
    proposition: Text
    directions: Annotated[tuple[Direction, ...], ListToTuple]
    matrix: MatrixSettings
    evidence_columns: Ids = ()
    repository: Url | None = None
    site: Url | None = None
    site_size: SiteSize = Field(default_factory=SiteSize)
    discover: Discovery | None = None

    @property
    def by_direction(self) -> Mapping[str, Direction]:
        """The directions by their ids."""
        return FrozenDict({direction.id: direction for direction in self.directions})

    @property
    def directions_called(self) -> Mapping[str, str]:
        """The directions by their labels in any language."""
        return FrozenDict({name: one.id for one in self.directions for name in one.label.values()})


class Setting(Record):
    """Where a study took place; proper names stay as they are."""

    organisation: Line | None = None
    place: Line | None = None


class Sample(Record):
    """What was studied and how much of it; ``response_rate`` in per cent."""

    n: Annotated[int, Field(ge=0)] | None = None
    population: Annotated[int, Field(ge=0)] | None = None
    response_rate: Annotated[Number, Field(ge=0, le=100)] | None = None
    unit: Text


class Period(Record):
    """The years that the data are from, both included."""

    start: Annotated[int, Field(ge=1500, le=2200)]
    end: Annotated[int, Field(ge=1500, le=2200)]


class Supplement(Record):
    """Another source that single fields of a record rest on."""

    basis: Basis
    source: Line
    locator: Line
    url: Url | None = None
    covers: Lines


class Coding(Record):
    """What a record was coded from, where in it, by whom and when (ISO 8601 date)."""

    basis: Basis
    source: Line
    locator: Line
    coders: Ids
    date: Date
    supplements: Annotated[tuple[Supplement, ...], ListToTuple] = ()


class Caveat(Record):
    """What a reader must know before using a study, and who says so where."""

    text: Text
    source: Line | None = None
    locator: Line | None = None
    url: Url | None = None


class Comparison(Record):
    """The figure that a measure is set against."""

    label: Text
    value: Number


class Measure(Record):
    """A figure that a source reports; ``unit`` is a term of the facet with the role ``unit``."""

    label: Text
    value: Number
    unit: Id
    n: Annotated[int, Field(ge=0)] | None = None
    comparison: Comparison | None = None


class Finding(Record):
    """One coded result of a study. ``tags`` replace the study's, facet by facet."""

    id: Id
    statement: Text
    direction: Id
    tags: Tags = Field(default_factory=FrozenDict)
    measures: Annotated[tuple[Measure, ...], ListToTuple] = ()
    locator: Line


class Study(Record):
    """One investigation, told in one or more reports; the unit that is counted."""

    id: Id
    path: str
    title: Text
    reports: Annotated[tuple[Line, ...], ListToTuple, Field(min_length=1)]
    kind: Id
    directness: Id
    tags: Tags = Field(default_factory=FrozenDict)
    setting: Setting | None = None
    sample: Sample | None = None
    period: Period | None = None
    coding: Coding
    caveats: Annotated[tuple[Caveat, ...], ListToTuple] = ()
    no_findings: Text | None = None
    findings: Annotated[tuple[Finding, ...], ListToTuple]

    def tags_of(self, finding: Finding) -> Mapping[str, tuple[str, ...]]:
        """The effective tags of a finding: the study's, replaced facet by facet by its own."""
        return FrozenDict({**self.tags, **finding.tags})


def finding_id(study: Study, finding: Finding) -> str:
    """The address of a finding: ``<study>#<finding>``."""
    return f"{study.id}#{finding.id}"
