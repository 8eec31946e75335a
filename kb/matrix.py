"""Two facets crossed: every pair of terms as a cell with its studies, its state and its flags."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import compress

from kb.codebook import Facet, Term
from kb.collector import collector_paused
from kb.corpus import Corpus
from kb.facts import EXTRA, Fact, UnknownName, Where, fits, wanted
from kb.meeting import Meetings, Upper
from kb.model import Text, suggestion
from kb.stated import gaps_at
from kb.states import DATED as DATED
from kb.states import ONE_TEAM as ONE_TEAM
from kb.states import SECONDARY as SECONDARY
from kb.states import State as State
from kb.states import Tally, flags_of, state_of
from kb.teams import Team, Teams


@dataclass(frozen=True, slots=True)
class Cell:
    """Where two terms meet: its findings, the distinct studies behind them, state and flags.

    ``reason`` tells why the cell cannot exist, for a cell that is not applicable; ``gaps`` are
    the stated gaps that name both terms.
    """

    row: str
    column: str
    state: State
    studies: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    flags: tuple[str, ...] = ()
    reason: Text | None = None
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Matrix:
    """Two crossed facets. ``studies`` counts the distinct studies that stand in any cell,
    ``entries`` the studies summed over all cells, those of broader terms included.

    ``undated`` are the studies that a matrix as of a year leaves out because no report of theirs
    has a year."""

    row: Facet
    column: Facet
    cells: tuple[Cell, ...]
    studies: int
    entries: int
    as_of: int | None = None
    undated: tuple[str, ...] = ()

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
        raise UnknownName(f"no facet {name}; {suggestion(name, axes, corpus.codebook.called)}")
    return axes[name]


class Crossing:
    """Some facts of a corpus ready to be crossed by any two facets; what matrices share is kept."""

    @collector_paused()
    def __init__(self, corpus: Corpus, facts: Iterable[Fact]) -> None:
        self._corpus, self._facts = corpus, tuple(facts)
        self._judge = _Judge(corpus, self._facts)
        self._upper: dict[str, list[tuple[str, ...]]] = {}
        self._whole: dict[tuple[str, str], Matrix] = {}

    def cross(
        self, row: str, column: str, as_of: int | None = None, where: Where | None = None
    ) -> Matrix:
        """The matrix of two facets; every pair of current terms is a cell.

        Broader terms include their narrower ones. With ``as_of`` only studies whose first report is
        from that year or before are counted; with ``where`` only facts that fit it, and no gaps
        that are about other terms. Raises :class:`UnknownName` for an unknown facet.
        """
        if where or as_of is not None:
            return self._crossed(row, column, as_of, where)
        if (row, column) not in self._whole:  # many pages and files need it
            self._whole[row, column] = self._crossed(row, column)
        return self._whole[row, column]

    @collector_paused()
    def _crossed(
        self, row: str, column: str, as_of: int | None = None, where: Where | None = None
    ) -> Matrix:
        rows, columns = facet_of(self._corpus, row), facet_of(self._corpus, column)
        if row == column:
            raise UnknownName(f"{row} cannot be crossed with itself; choose two facets")
        chosen = self._chosen(where or {})
        met = self._meetings(rows, columns, self._judge.known(chosen, as_of))
        searched = covered(self._corpus, where or {})
        cells = tuple(
            self._judge.cell(rows, one, columns, other, met[one.id, other.id], searched, as_of)
            for one in rows.current
            for other in columns.current
        )
        stated = gaps_at(self._corpus, rows, columns, as_of, where)
        if stated:
            cells = tuple(replace(c, gaps=stated.get((c.row, c.column), ())) for c in cells)
        placed = set().union(*(cell.studies for cell in cells))
        entries = sum(len(cell.studies) for cell in cells)
        undated = self._undated(rows, columns, chosen) if as_of is not None else ()
        return Matrix(rows, columns, cells, len(placed), entries, as_of, undated)

    def _chosen(self, where: Where) -> Sequence[int]:
        """The positions of the facts that fit a selection."""
        if not where:
            return range(len(self._facts))
        terms = wanted(self._corpus, where)
        return [at for at, fact in enumerate(self._facts) if fits(fact, terms)]

    def _undated(self, rows: Facet, columns: Facet, chosen: Iterable[int]) -> tuple[str, ...]:
        """The studies without a year that would stand in a cell."""
        one, other = self._upwards(rows), self._upwards(columns)
        placed = (self._facts[at].study for at in chosen if one[at] and other[at])
        found = {study.id: study for study in placed}
        return tuple(name for name, study in found.items() if self._corpus.year(study) is None)

    def _meetings(
        self, rows: Facet, columns: Facet, chosen: Iterable[int]
    ) -> Mapping[tuple[str, str], list[int]]:
        """For each pair of terms, broader ones included, the positions of its facts."""
        meetings = Meetings[int]()
        pairs = list(zip(self._upwards(rows), self._upwards(columns), strict=True))
        for at in chosen:
            for put in meetings[pairs[at]]:
                put(at)
        return meetings.met

    def _upwards(self, facet: Facet) -> list[tuple[str, ...]]:
        """For each fact its terms of a facet and their broader ones, each once."""
        name = facet.id
        if name not in self._upper:
            upper = Upper(self._corpus, name)
            self._upper[name] = [upper[fact.tags.get(name, ())] for fact in self._facts]
        return self._upper[name]


def covered(corpus: Corpus, where: Where) -> bool:
    """Whether the search covered a selection: of each facet at least one of the terms."""
    return all(
        any(corpus.codebook[facet].by_id[term].searched for term in terms)
        for facet, terms in where.items()
        if facet in corpus.codebook and facet not in EXTRA
    )


class _Judge:
    """Gives cells their states and flags by the thresholds of one corpus.

    Facts and studies go by their positions, and what a study or a fact is like stands in lists: a
    cell of thousands is then judged by a few passes over numbers that lie together.
    """

    def __init__(self, corpus: Corpus, facts: Sequence[Fact]) -> None:
        self._corpus, self._facts, self._settings = corpus, facts, corpus.settings.matrix
        self._ids = list(corpus.studies)
        # By where they are: in a large corpus it takes time to reach each for its id.
        positions = {id(study): at for at, study in enumerate(corpus.studies.values())}
        self._study_of = [positions[id(fact.study)] for fact in facts]
        supports, challenges = map(self._with_stance, ("supports", "challenges"))
        directions = [fact.finding.direction for fact in facts]
        self._supporting = [one in supports for one in directions]
        self._challenging = [one in challenges for one in directions]
        self._direct: list[bool] = []
        self._read: list[bool] = []
        self._years: list[int] = []
        teams: list[Team] = []
        for study in corpus.studies.values():
            works = corpus.reports(study)
            self._direct.append(study.directness in self._settings.direct)
            self._read.append(study.coding.basis == "full-text")
            self._years.append(min([work.year for work in works if work.year], default=0))
            teams.append(frozenset([name.identity for work in works for name in work.authors]))
        self._teams = Teams(teams)
        # The newest report, not today's date: the same corpus gives the same site every day.
        self._newest = max(self._years, default=0)

    def _with_stance(self, stance: str) -> frozenset[str]:
        directions = self._corpus.settings.directions
        return frozenset(one.id for one in directions if one.stance == stance)

    def known(self, facts: Sequence[int], year: int | None) -> Sequence[int]:
        """Those of some facts whose study was reported by a year; all without one."""
        if year is None:
            return facts
        return [fact for fact in facts if 0 < self._years[self._study_of[fact]] <= year]

    def cell(
        self,
        rows: Facet,
        row: Term,
        columns: Facet,
        column: Term,
        facts: list[int],
        searched: bool,
        as_of: int | None,
    ) -> Cell:
        """The cell of two terms, given the positions of its facts."""
        reason = self._corpus.codebook.excluded(rows.id, row.id, columns.id, column.id)
        searched = searched and row.searched and column.searched
        if not facts:
            state = state_of(None, self._settings, searched, reason)
            return Cell(row.id, column.id, state, reason=reason)
        owners = [*map(self._study_of.__getitem__, facts)]
        studies = dict.fromkeys(owners)
        tally = self._tally(facts, owners, studies)
        now = self._newest if as_of is None else as_of
        return Cell(
            row.id,
            column.id,
            state_of(tally, self._settings, searched, reason),
            tuple(map(self._ids.__getitem__, studies)),
            tuple(map(self._facts.__getitem__, facts)),
            tuple(flags_of(tally, self._settings, now)),
            reason,
        )

    def _tally(self, facts: list[int], owners: list[int], studies: Collection[int]) -> Tally:
        supporting = {*compress(owners, map(self._supporting.__getitem__, facts))}
        challenging = {*compress(owners, map(self._challenging.__getitem__, facts))}
        return Tally(
            direct=sum(map(self._direct.__getitem__, studies)),
            supporting=len(supporting),
            challenging=len(challenging),
            sided=len(supporting | challenging),
            single=tuple(one for one in self._settings.narrow if self._one_term(facts, one)),
            one_team=self._teams.linked(studies),
            read=any(map(self._read.__getitem__, studies)),
            newest=max(map(self._years.__getitem__, studies)),
        )

    def _one_term(self, facts: list[int], facet: str) -> bool:
        """Whether all facts state the facet, and the same single term of it."""
        codes = (self._facts[fact].tags.get(facet, ()) for fact in facts)
        first = next(codes)
        return len(first) == 1 and all(other == first for other in codes)
