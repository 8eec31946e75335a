"""Two facets crossed: every pair of terms as a cell with its studies, its state and its flags."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

from kb.codebook import Facet, Term
from kb.corpus import Corpus, collector_paused
from kb.facts import EXTRA, Fact, UnknownName, Where, fits, with_broader
from kb.model import Text, suggestion
from kb.records import Study
from kb.stated import gaps_at
from kb.states import DATED as DATED
from kb.states import ONE_TEAM as ONE_TEAM
from kb.states import SECONDARY as SECONDARY
from kb.states import State as State
from kb.states import Tally, flags_of, state_of
from kb.teams import Teams


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
        raise UnknownName(f"no facet {name}; {suggestion(name, axes)}")
    return axes[name]


def cross(
    corpus: Corpus,
    facts: Iterable[Fact],
    row: str,
    column: str,
    as_of: int | None = None,
    where: Where | None = None,
) -> Matrix:
    """The matrix of two facets over some facts; every pair of current terms is a cell.

    Broader terms include their narrower ones. With ``as_of`` only studies whose first report is
    from that year or before are counted; with ``where`` only facts that fit it, and no gaps that
    are about other terms. Raises :class:`UnknownName` for an unknown facet.
    """
    return Crossing(corpus, facts, where).cross(row, column, as_of)


class Crossing:
    """Some facts ready to be crossed by any two facets; what all matrices need is kept."""

    @collector_paused()
    def __init__(self, corpus: Corpus, facts: Iterable[Fact], where: Where | None = None) -> None:
        self._corpus, self._where = corpus, where or {}
        self._facts = tuple(fact for fact in facts if not where or fits(corpus, fact, where))
        self._judge = _Judge(corpus, self._facts, covered(corpus, self._where))
        self._upper: dict[str, list[tuple[str, ...]]] = {}

    @collector_paused()
    def cross(self, row: str, column: str, as_of: int | None = None) -> Matrix:
        """The matrix of two facets; see :func:`cross`."""
        rows, columns = facet_of(self._corpus, row), facet_of(self._corpus, column)
        if row == column:
            raise UnknownName(f"{row} cannot be crossed with itself; choose two facets")
        met = self._meetings(rows, columns, as_of)
        cells = tuple(
            self._judge.cell(rows, one, columns, other, met.get((one.id, other.id), []), as_of)
            for one in rows.current
            for other in columns.current
        )
        stated = gaps_at(self._corpus, rows, columns, as_of, self._where)
        if stated:
            cells = tuple(replace(c, gaps=stated.get((c.row, c.column), ())) for c in cells)
        placed = {study for cell in cells for study in cell.studies}
        entries = sum(len(cell.studies) for cell in cells)
        undated = self._undated(rows, columns) if as_of is not None else ()
        return Matrix(rows, columns, cells, len(placed), entries, as_of, undated)

    def _undated(self, rows: Facet, columns: Facet) -> tuple[str, ...]:
        """The studies without a year that would stand in a cell."""
        pairs = zip(self._facts, self._upwards(rows), self._upwards(columns), strict=True)
        placed = {fact.study.id: fact.study for fact, one, other in pairs if one and other}
        return tuple(name for name, study in placed.items() if self._corpus.year(study) is None)

    def _meetings(
        self, rows: Facet, columns: Facet, as_of: int | None
    ) -> Mapping[tuple[str, str], list[int]]:
        """For each pair of terms, broader ones included, the positions of its facts."""
        met: dict[tuple[str, str], list[int]] = defaultdict(list)
        pairs = zip(self._upwards(rows), self._upwards(columns), strict=True)
        for position, codes in enumerate(pairs):
            if as_of is None or self._judge.knows(position, as_of):
                for pair in product(*codes):
                    met[pair].append(position)
        return met

    def _upwards(self, facet: Facet) -> list[tuple[str, ...]]:
        """For each fact its terms of a facet and their broader ones, each once."""
        if facet.id not in self._upper:
            codes = [fact.tags.get(facet.id, ()) for fact in self._facts]
            upper = {code: tuple(with_broader(self._corpus, facet.id, code)) for code in set(codes)}
            self._upper[facet.id] = [upper[code] for code in codes]
        return self._upper[facet.id]


def covered(corpus: Corpus, where: Where) -> bool:
    """Whether the search covered a selection: of each facet at least one of the terms."""
    return all(
        any(corpus.codebook[facet].by_id[term].searched for term in terms)
        for facet, terms in where.items()
        if facet in corpus.codebook and facet not in EXTRA
    )


class _Judge:
    """Gives cells their states and flags by the thresholds of one corpus.

    Facts and studies go by their positions, and what a study or a fact is like stands in sets of
    them: a cell of thousands is then judged by a few operations on sets.
    """

    def __init__(self, corpus: Corpus, facts: Sequence[Fact], searched: bool) -> None:
        self._corpus, self._facts, self._settings = corpus, facts, corpus.settings.matrix
        self._searched = searched
        self._studies = list({fact.study.id: fact.study for fact in facts}.values())
        self._ids = [study.id for study in self._studies]
        positions = {study: position for position, study in enumerate(self._ids)}
        self._study_of = [positions[fact.study.id] for fact in facts]
        self._direct = self._those(lambda study: study.directness in self._settings.direct)
        self._read = self._those(lambda study: study.coding.basis == "full-text")
        self._supporting = self._with_stance("supports")
        self._challenging = self._with_stance("challenges")
        years = {study.id: corpus.year(study) or 0 for study in corpus.studies.values()}
        self._years = [years[study] for study in self._ids]
        # The newest report, not today's date: the same corpus gives the same site every day.
        self._newest = max(years.values(), default=0)

    def _those(self, fits: Callable[[Study], bool]) -> frozenset[int]:
        return frozenset(at for at, study in enumerate(self._studies) if fits(study))

    def _with_stance(self, stance: str) -> frozenset[int]:
        directions = {one.id for one in self._corpus.settings.directions if one.stance == stance}
        return frozenset(
            at for at, fact in enumerate(self._facts) if fact.finding.direction in directions
        )

    def knows(self, fact: int, year: int) -> bool:
        """Whether the study of a fact was reported by a year."""
        return 0 < self._years[self._study_of[fact]] <= year

    def cell(
        self,
        rows: Facet,
        row: Term,
        columns: Facet,
        column: Term,
        facts: list[int],
        as_of: int | None,
    ) -> Cell:
        """The cell of two terms, given the positions of its facts."""
        reason = self._corpus.codebook.excluded(rows.id, row.id, columns.id, column.id)
        searched = self._searched and row.searched and column.searched
        if not facts:
            state = state_of(None, self._settings, searched, reason)
            return Cell(row.id, column.id, state, reason=reason)
        studies = dict.fromkeys(map(self._study_of.__getitem__, facts))
        tally = self._tally(facts, studies)
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

    def _tally(self, facts: list[int], studies: Collection[int]) -> Tally:
        supporting = {self._study_of[fact] for fact in self._supporting.intersection(facts)}
        challenging = {self._study_of[fact] for fact in self._challenging.intersection(facts)}
        return Tally(
            direct=len(self._direct.intersection(studies)),
            supporting=len(supporting),
            challenging=len(challenging),
            sided=len(supporting | challenging),
            single=tuple(one for one in self._settings.narrow if self._one_term(facts, one)),
            one_team=self._teams.are_one(studies),
            read=not self._read.isdisjoint(studies),
            newest=max(map(self._years.__getitem__, studies)),
        )

    def _one_term(self, facts: list[int], facet: str) -> bool:
        """Whether all facts state the facet, and the same single term of it."""
        codes = self._narrow[facet]
        return len(codes[facts[0]]) == 1 and len(set(map(codes.__getitem__, facts))) == 1

    @cached_property
    def _narrow(self) -> Mapping[str, list[tuple[str, ...]]]:
        """For each facet that narrows a cell, the terms of each fact."""
        names = self._settings.narrow
        return {name: [fact.tags.get(name, ()) for fact in self._facts] for name in names}

    @cached_property
    def _teams(self) -> Teams:
        return Teams(
            [
                frozenset(
                    one.identity for work in self._corpus.reports(study) for one in work.authors
                )
                for study in self._studies
            ]
        )
