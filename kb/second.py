"""Second codings: what independent coders said of the same study, and how they were reconciled."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kb.frozen import FrozenDict
from kb.model import Date, Id, Ids, Line, ListToTuple, Record, Tags, Text


class FindingCodes(Record):
    """How one coder coded one finding of the study."""

    finding: Id
    direction: Id | None = None
    tags: Tags = Field(default_factory=FrozenDict)


class Codes(Record):
    """How one coder coded a study, as far as it was coded twice.

    ``tags`` and ``directions`` are those of the study and all its findings together, ``findings``
    those of single findings.
    """

    coder: Id
    kind: Id | None = None
    directness: Id | None = None
    tags: Tags = Field(default_factory=FrozenDict)
    directions: Ids = ()
    findings: Annotated[tuple[FindingCodes, ...], ListToTuple] = ()


class Settled(Record):
    """A disagreement and what was decided about it, with the reason."""

    facet: Id
    decision: Text


class SecondCoding(Record):
    """Independent codings of one study, as they were before anyone saw the other's.

    The id is the study's; ``date`` is the day of the later coding.
    """

    id: Id
    path: str
    codings: Annotated[tuple[Codes, ...], ListToTuple, Field(min_length=2, max_length=2)]
    locator: Line
    date: Date
    settled: Annotated[tuple[Settled, ...], ListToTuple] = ()
