"""What changed between two states of a knowledge base, and a release of it, as frozen records."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from kb.model import (
    UUID_PATTERN,
    VERSION_PATTERN,
    Date,
    Frozen,
    Line,
    Lines,
    ListToTuple,
    Record,
    Text,
)
from kb.synthesis import Level, Status

Kind = Literal[
    "study",
    "finding",
    "claim",
    "gap",
    "candidate",
    "second-coding",
    "reference",
    "facet",
    "term",
    "settings",
]
"""The kinds of records that are compared, in the order in which they are told."""

Move = Literal["closed", "narrowed", "reopened", "stated", "withdrawn"]
"""What can happen to a gap; ``stated`` is one that was not there, ``withdrawn`` one that went."""

StateName = Literal[
    "not-applicable", "not-searched", "empty", "indirect", "contested", "thin", "covered"
]
"""The states of cells as words; :class:`kb.matrix.State` is what derives them."""

Version = Annotated[str, Field(pattern=VERSION_PATTERN)]


class Entry(Record):
    """A record that is there in only one of two states; ``text`` is its title or statement."""

    kind: Kind
    id: Line
    text: Text


class Change(Entry):
    """A record that says something else than before; ``fields`` are dotted paths into it."""

    fields: Lines


class Rename(Entry):
    """A record with the same content under another id; ``id`` is the new one."""

    old: Line


class GapMove(Record):
    """A gap that moved; ``studies`` are those that address it and did not before."""

    id: Line
    text: Text
    move: Move
    before: Status | None = None
    after: Status | None = None
    studies: Lines = ()


class ClaimShift(Record):
    """A claim with another confidence, or resting on other findings than before."""

    id: Line
    text: Text
    before: Level | None = None
    after: Level | None = None
    gained: Lines = ()
    lost: Lines = ()


class CellChange(Record):
    """A cell in another state; none where one of its terms does not exist. Studies are counted."""

    row_facet: Line
    row: Line
    column_facet: Line
    column: Line
    text: Text
    before: StateName | None = None
    after: StateName | None = None
    studies_before: int = 0
    studies_after: int = 0


class Crossed(Record):
    """Two facets whose cells were compared."""

    row: Line
    column: Line


class Comparison(Record):
    """Everything that changed between two states, and which matrices were looked at for it."""

    added: Annotated[tuple[Entry, ...], ListToTuple] = ()
    removed: Annotated[tuple[Entry, ...], ListToTuple] = ()
    changed: Annotated[tuple[Change, ...], ListToTuple] = ()
    renamed: Annotated[tuple[Rename, ...], ListToTuple] = ()
    gaps: Annotated[tuple[GapMove, ...], ListToTuple] = ()
    claims: Annotated[tuple[ClaimShift, ...], ListToTuple] = ()
    cells: Annotated[tuple[CellChange, ...], ListToTuple] = ()
    crossed: Annotated[tuple[Crossed, ...], ListToTuple] = ()


class Brought(Record):
    """What a release brought: its day and counts, and what was new in it.

    ``changes`` is missing for the first one. ``uuid`` names it in feeds, for good.
    """

    uuid: Annotated[str, Field(pattern=UUID_PATTERN)]
    date: Date
    counts: Annotated[dict[Line, Annotated[int, Field(ge=0)]], Frozen]
    changes: Comparison | None = None


class Release(Brought):
    """A published state of the evidence, with its version as id."""

    id: Version
    path: str

    @property
    def number(self) -> tuple[int, ...]:
        """The version as numbers, by which releases are put in order."""
        return tuple(int(part) for part in self.id.split("."))
