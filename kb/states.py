"""The states and flags of cells: what decides them once the findings of a cell are counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from kb.model import Text
from kb.records import MatrixSettings


class State(StrEnum):
    """How much is known in a cell. The first that holds is the state of the cell."""

    NOT_APPLICABLE = "not-applicable"
    NOT_SEARCHED = "not-searched"
    EMPTY = "empty"
    INDIRECT = "indirect"
    CONTESTED = "contested"
    THIN = "thin"
    COVERED = "covered"


ONE_TEAM, SECONDARY, DATED = "one-team", "secondary-coding", "dated"
"""Flags: what narrows the studies of a cell, whatever its state. Beside these three there is one
``one-<facet>`` for each facet that the settings name under ``matrix.narrow``."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What is counted in a cell with findings: all that its state and its flags depend on.

    ``direct``, ``supporting`` and ``challenging`` are distinct studies, ``sided`` those that do
    either of the last two; ``single`` are the facets of which all findings have the same one term;
    ``read`` tells whether a full text was read, ``newest`` is a year, 0 without one.
    """

    direct: int
    supporting: int
    challenging: int
    sided: int
    single: tuple[str, ...]
    one_team: bool
    read: bool
    newest: int


def state_of(
    tally: Tally | None, settings: MatrixSettings, searched: bool, reason: Text | None
) -> State:
    """The state of a cell; without findings there is no tally."""
    if reason is not None:
        return State.NOT_APPLICABLE
    if tally is None:
        return State.EMPTY if searched else State.NOT_SEARCHED
    if not tally.direct:
        return State.INDIRECT
    # One study supports and another challenges; a study at odds with itself is not enough.
    if tally.supporting and tally.challenging and tally.sided > 1:
        return State.CONTESTED
    return State.THIN if tally.direct < settings.thin_below else State.COVERED


def flags_of(tally: Tally, settings: MatrixSettings, now: int) -> Iterator[str]:
    """The flags of a cell, as of a year or of the newest report."""
    for facet in tally.single:
        yield f"one-{facet}"
    if tally.one_team:
        yield ONE_TEAM
    if not tally.read:
        yield SECONDARY
    if 0 < tally.newest < now - settings.dated_after:
        yield DATED
