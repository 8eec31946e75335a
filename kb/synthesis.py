"""The records of what a field knows and what it does not: claims, gaps, works yet to be coded."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from kb.frozen import FrozenDict
from kb.model import Date, Id, Ids, Line, ListToTuple, Record, Tags, Text
from kb.records import Coding

Status = Literal["open", "narrowed", "closed"]
Extent = Literal["partly", "fully"]
Need = Literal["review", "primary-studies", "updated-review"]
ClaimType = Literal["synthesis", "interpretation", "prediction", "recommendation"]
Level = Literal["high", "moderate", "low", "very-low"]
Concern = Literal["none-or-very-minor", "minor", "moderate", "serious"]


class GapSource(Record):
    """Who states a gap and where; ``explicit`` is false when the source only implies it."""

    source: Line
    locator: Line
    explicit: bool


class Answer(Record):
    """A study that bears on a gap, and how far it goes."""

    study: Id
    extent: Extent
    how: Text


class Priority(Record):
    """A source that calls a gap urgent, in what words of ours and where."""

    source: Line
    locator: Line
    statement: Text


class Gap(Record):
    """A stated knowledge gap: something that a source says, or implies, is not known.

    ``reason`` follows Robinson, Saldanha and Mckoy (2011), ``needs`` the three of SBU.
    """

    id: Id
    path: str
    statement: Text
    kind: Id
    reason: Id
    needs: Need
    tags: Tags = Field(default_factory=FrozenDict)
    stated_by: Annotated[tuple[GapSource, ...], ListToTuple, Field(min_length=1)]
    closes_with: Text
    status: Status
    addressed_by: Annotated[tuple[Answer, ...], ListToTuple] = ()
    priority: Priority | None = None


class ClaimSource(Record):
    """Who makes a claim and where."""

    source: Line
    locator: Line


class Support(Record):
    """A finding, as ``<study>#<finding>``, that a claim rests on or that speaks against it."""

    finding: Line
    stance: Literal["supports", "challenges"]


class Component(Record):
    """One of the four components of GRADE-CERQual: how much concern there is, and why."""

    concern: Concern
    reason: Text


class Confidence(Record):
    """How much confidence a claim deserves (GRADE-CERQual, Lewin et al. 2018), set by people."""

    level: Level
    methodological_limitations: Component
    coherence: Component
    adequacy: Component
    relevance: Component
    by: Ids
    date: Date


class Claim(Record):
    """A synthesised statement about the field: a review finding, carried by findings of studies."""

    id: Id
    path: str
    statement: Text
    type: ClaimType
    tags: Tags = Field(default_factory=FrozenDict)
    stated_by: Annotated[tuple[ClaimSource, ...], ListToTuple, Field(min_length=1)]
    rests_on: Annotated[tuple[Support, ...], ListToTuple] = ()
    note: Text | None = None
    confidence: Confidence | None = None


class Candidate(Record):
    """A work that cannot be coded yet: what is known, and what to check; ``coding`` is what was
    read of it, if anything was."""

    id: Id
    path: str
    title: Line
    report: Line
    known: Text
    missing: Text
    check: Text
    tags: Tags = Field(default_factory=FrozenDict)
    coding: Coding | None = None
