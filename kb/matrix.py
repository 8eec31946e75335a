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
    rows, columns = facet_of(corpus, row), facet_of(corpus, column)
    if row == column:
        raise UnknownName(f"{row} cannot be crossed with itself; choose two facets")
    kept = [fact for fact in facts if _known_by(corpus, fact, as_of)]
    met = _meetings(kept, rows, columns)
    judge = _Judge(corpus, as_of)
    cells = tuple(
        judge.cell(rows, one, columns, other, met.get((one.id, other.id), []))
        for one in rows.current
        for other in columns.current
    )
    placed = {study for cell in cells for study in cell.studies}
    entries = sum(len(cell.studies) for cell in cells)
    return Matrix(rows, columns, cells, len(placed), entries, as_of)


def _known_by(corpus: Corpus, fact: Fact, year: int | None) -> bool:
    if year is None:
        return True
    first = corpus.year(fact.study)
    return first is not None and first <= year


def _meetings(
    facts: Iterable[Fact], rows: Facet, columns: Facet
) -> Mapping[tuple[str, str], list[Fact]]:
    """The facts of each pair of terms, broader ones included."""
    met: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        others = _upwards(columns, fact.tags.get(columns.id, ()))
        for one in _upwards(rows, fact.tags.get(rows.id, ())):
            for other in others:
                met[one, other].append(fact)
    return met


def _upwards(facet: Facet, terms: tuple[str, ...]) -> Collection[str]:
    lineage = facet.lineage
    if len(terms) == 1:
        return lineage.get(terms[0], terms)
    return dict.fromkeys(upper for term in terms for upper in lineage.get(term, (term,)))


class _Judge:
    """Gives cells their states and flags by the thresholds of one corpus."""

    def __init__(self, corpus: Corpus, as_of: int | None) -> None:
        self.corpus = corpus
        self.settings = corpus.settings.matrix
        self.direct = frozenset(self.settings.direct)
        self.stances = {d.id: d.stance for d in corpus.settings.directions}
        years = [year for study in corpus.studies.values() if (year := corpus.year(study))]
        # The newest report, not today's date: the same corpus gives the same site every day.
        self.now = as_of or max(years, default=0)

    def cell(
        self, rows: Facet, row: Term, columns: Facet, column: Term, facts: list[Fact]
    ) -> Cell:
        studies = tuple(dict.fromkeys(fact.study.id for fact in facts))
        reason = self.corpus.codebook.excluded(rows.id, row.id, columns.id, column.id)
        if reason is not None:
            state = State.NOT_APPLICABLE
        elif not studies:
            state = State.EMPTY if row.searched and column.searched else State.NOT_SEARCHED
        else:
            state = self._state(facts, len(studies))
        flags = tuple(self._flags(facts)) if studies else ()
        return Cell(row.id, column.id, state, studies, tuple(facts), flags, reason)

    def _state(self, facts: list[Fact], studies: int) -> State:
        direct = {f.study.id for f in facts if f.study.directness in self.direct}
        if not direct:
            return State.INDIRECT
        if studies > 1 and self._contested(facts):
            return State.CONTESTED
        return State.THIN if len(direct) < self.settings.thin_below else State.COVERED

    def _contested(self, facts: list[Fact]) -> bool:
        """One study supports and another challenges; a study at odds with itself is not enough."""
        supporting = {f.study.id for f in facts if self._stance(f) == "supports"}
        challenging = {f.study.id for f in facts if self._stance(f) == "challenges"}
        return bool(supporting and challenging) and len(supporting | challenging) > 1

    def _stance(self, fact: Fact) -> str:
        return self.stances.get(fact.finding.direction, "neutral")

    def _flags(self, facts: list[Fact]) -> Iterator[str]:
        studies = {fact.study.id: fact.study for fact in facts}
        for facet in self.settings.narrow:
            if _one_term(facts, facet):
                yield f"one-{facet}"
        if _linked([self._authors(study) for study in studies.values()]):
            yield ONE_TEAM
        if all(study.coding.basis != "full-text" for study in studies.values()):
            yield SECONDARY
        years = [year for study in studies.values() if (year := self.corpus.year(study))]
        if years and max(years) < self.now - self.settings.dated_after:
            yield DATED

    def _authors(self, study: Study) -> frozenset[str]:
        reports = self.corpus.reports(study)
        return frozenset(name.identity for report in reports for name in report.authors)


def _one_term(facts: list[Fact], facet: str) -> bool:
    """Whether all facts state the facet, and the same single term of it."""
    coded = [fact.tags.get(facet, ()) for fact in facts]
    return all(coded) and len({term for terms in coded for term in terms}) == 1


def _linked(teams: list[frozenset[str]]) -> bool:
    """Whether shared authors link all the teams, directly or through others."""
    rest = [team for team in teams if team]
    if len(rest) < len(teams) or not rest:
        return False
    reached = rest.pop()
    while near := [team for team in rest if team & reached]:
        reached = reached.union(*near)
        rest = [team for team in rest if not team <= reached]
    return not rest
