"""Two facets crossed: every pair of terms as a cell with its studies, its state and its flags."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from kb.codebook import Facet, Term
from kb.corpus import Corpus
from kb.facts import Fact, UnknownName
from kb.model import Text, suggestion
from kb.records import Study


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
class Cell:
    """Where two terms meet: its findings, the distinct studies behind them, state and flags.

    ``reason`` tells why the cell cannot exist, for a cell that is not applicable.
    """

    row: str
    column: str
    state: State
    studies: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    flags: tuple[str, ...] = ()
    reason: Text | None = None


@dataclass(frozen=True)
class Matrix:
    """Two crossed facets. ``studies`` counts the distinct studies that stand in any cell,
    ``entries`` the studies summed over all cells, those of broader terms included."""

    row: Facet
    column: Facet
    cells: tuple[Cell, ...]
    studies: int
    entries: int
    as_of: int | None = None

    @property
    def inflation(self) -> float:
        """How many cells a study stands in on average; 0 without studies."""
        return round(self.entries / self.studies, 2) if self.studies else 0.0

    @cached_property
    def _by_terms(self) -> Mapping[tuple[str, str], Cell]:
        return {(cell.row, cell.column): cell for cell in self.cells}

    def __getitem__(self, terms: tuple[str, str]) -> Cell:
        return self._by_terms[terms]

    def counts(self) -> dict[State, int]:
        """How many cells are in each state, every state named."""
        return {state: sum(cell.state is state for cell in self.cells) for state in State}


def facet_of(corpus: Corpus, name: str) -> Facet:
    """The facet of that name, if a matrix can be drawn over it; raises :class:`UnknownName`."""
    axes = {facet.id: facet for facet in corpus.codebook.axes}
    if name not in axes:
        raise UnknownName(f"no facet {name}; {suggestion(name, axes)}")
    return axes[name]


def cross(
    corpus: Corpus, facts: Iterable[Fact], row: str, column: str, as_of: int | None = None
) -> Matrix:
    """The matrix of two facets over some facts; every pair of current terms is a cell.

    Broader terms include their narrower ones. With ``as_of`` only studies whose first report is
    from that year or before are counted. Raises :class:`UnknownName` for an unknown facet.
    """
    return Crossing(corpus, facts).cross(row, column, as_of)


class Crossing:
    """Some facts ready to be crossed by any two facets; what all matrices need is kept."""

    def __init__(self, corpus: Corpus, facts: Iterable[Fact]) -> None:
        self._corpus = corpus
        self._facts = tuple(facts)
        self._years = {study.id: corpus.year(study) for study in corpus.studies.values()}
        self._teams: dict[str, frozenset[str]] = {}
        self._upper: dict[str, list[Collection[str]]] = {}

    def cross(self, row: str, column: str, as_of: int | None = None) -> Matrix:
        """The matrix of two facets; see :func:`cross`."""
        rows, columns = facet_of(self._corpus, row), facet_of(self._corpus, column)
        if row == column:
            raise UnknownName(f"{row} cannot be crossed with itself; choose two facets")
        met = self._meetings(rows, columns, as_of)
        judge = _Judge(self._corpus, self._years, self._teams, as_of)
        cells = tuple(
            judge.cell(rows, one, columns, other, met.get((one.id, other.id), []))
            for one in rows.current
            for other in columns.current
        )
        placed = {study for cell in cells for study in cell.studies}
        entries = sum(len(cell.studies) for cell in cells)
        return Matrix(rows, columns, cells, len(placed), entries, as_of)

    def _meetings(
        self, rows: Facet, columns: Facet, as_of: int | None
    ) -> Mapping[tuple[str, str], list[Fact]]:
        """The facts of each pair of terms, broader ones included."""
        met: dict[tuple[str, str], list[Fact]] = defaultdict(list)
        for fact, ones, others in zip(
            self._facts, self._upwards(rows), self._upwards(columns), strict=True
        ):
            if as_of is None or self._known_by(fact, as_of):
                for one in ones:
                    for other in others:
                        met[one, other].append(fact)
        return met

    def _known_by(self, fact: Fact, year: int) -> bool:
        first = self._years[fact.study.id]
        return first is not None and first <= year

    def _upwards(self, facet: Facet) -> list[Collection[str]]:
        """For each fact its terms of a facet and their broader ones, each once."""
        if facet.id not in self._upper:
            codes = [fact.tags.get(facet.id, ()) for fact in self._facts]
            upper = {code: _with_broader(facet, code) for code in set(codes)}
            self._upper[facet.id] = [upper[code] for code in codes]
        return self._upper[facet.id]


def _with_broader(facet: Facet, terms: tuple[str, ...]) -> tuple[str, ...]:
    lineage = facet.lineage
    return tuple(dict.fromkeys(upper for term in terms for upper in lineage.get(term, (term,))))


class _Judge:
    """Gives cells their states and flags by the thresholds of one corpus."""

    def __init__(
        self,
        corpus: Corpus,
        years: Mapping[str, int | None],
        teams: dict[str, frozenset[str]],
        as_of: int | None,
    ) -> None:
        self.corpus, self.years, self.teams = corpus, years, teams
        self.settings = corpus.settings.matrix
        directions = corpus.settings.directions
        self.supporting = {one.id for one in directions if one.stance == "supports"}
        self.challenging = {one.id for one in directions if one.stance == "challenges"}
        # The newest report, not today's date: the same corpus gives the same site every day.
        newest = max((year for year in years.values() if year), default=0)
        self.now = newest if as_of is None else as_of

    def cell(
        self, rows: Facet, row: Term, columns: Facet, column: Term, facts: list[Fact]
    ) -> Cell:
        studies = {fact.study.id: fact.study for fact in facts}
        reason = self.corpus.codebook.excluded(rows.id, row.id, columns.id, column.id)
        if reason is not None:
            state = State.NOT_APPLICABLE
        elif not studies:
            state = State.EMPTY if row.searched and column.searched else State.NOT_SEARCHED
        else:
            state = self._state(facts, studies.values())
        flags = tuple(self._flags(facts, studies.values())) if studies else ()
        return Cell(row.id, column.id, state, tuple(studies), tuple(facts), flags, reason)

    def _state(self, facts: list[Fact], studies: Collection[Study]) -> State:
        direct = sum(study.directness in self.settings.direct for study in studies)
        if not direct:
            return State.INDIRECT
        if self._contested(facts):
            return State.CONTESTED
        return State.THIN if direct < self.settings.thin_below else State.COVERED

    def _contested(self, facts: list[Fact]) -> bool:
        """One study supports and another challenges; a study at odds with itself is not enough."""
        supporting = {f.study.id for f in facts if f.finding.direction in self.supporting}
        challenging = {f.study.id for f in facts if f.finding.direction in self.challenging}
        return bool(supporting and challenging) and len(supporting | challenging) > 1

    def _flags(self, facts: list[Fact], studies: Collection[Study]) -> Iterator[str]:
        for facet in self.settings.narrow:
            if _one_term(facts, facet):
                yield f"one-{facet}"
        if _linked(self._team(study) for study in studies):
            yield ONE_TEAM
        if all(study.coding.basis != "full-text" for study in studies):
            yield SECONDARY
        years = [year for study in studies if (year := self.years[study.id])]
        if years and max(years) < self.now - self.settings.dated_after:
            yield DATED

    def _team(self, study: Study) -> frozenset[str]:
        if study.id not in self.teams:
            authors = (one for report in self.corpus.reports(study) for one in report.authors)
            self.teams[study.id] = frozenset(name.identity for name in authors)
        return self.teams[study.id]


def _one_term(facts: list[Fact], facet: str) -> bool:
    """Whether all facts state the facet, and the same single term of it."""
    first = facts[0].tags.get(facet, ())
    return len(first) == 1 and all(fact.tags.get(facet) == first for fact in facts)


def _linked(teams: Iterable[frozenset[str]]) -> bool:
    """Whether shared authors link all the teams, directly or through others."""
    signed: dict[str, list[frozenset[str]]] = defaultdict(list)
    waiting: list[frozenset[str]] = []
    for team in teams:
        if not team:
            return False
        waiting = waiting or [team]
        for author in team:
            signed[author].append(team)
    reached: set[str] = set()
    while waiting:
        for author in waiting.pop() - reached:
            reached.add(author)
            waiting += signed[author]
    return len(reached) == len(signed)
