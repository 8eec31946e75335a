"""The matrix over partitioned Parquet: DuckDB counts, and the rules of :mod:`kb.matrix` judge."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from kb import datafile, stores
from kb.cluster import VERSION
from kb.codebook import Facet
from kb.corpus import Corpus
from kb.facts import UnknownName, Where, check_where
from kb.folder import MANIFEST
from kb.matrix import Cell, Matrix, covered, facet_of
from kb.problems import SourceError
from kb.shards import column as column_of
from kb.stated import gaps_at
from kb.states import Tally, flags_of, state_of
from kb.stores import extra
from kb.teams import Teams

Met = Mapping[tuple[str, str], Mapping[str, Any]]


class _Id(NamedTuple):
    """All that is kept of a fact."""

    id: str


@dataclass(frozen=True)
class Tables:
    """What :func:`kb.cluster.build` made: settings, codebook and gaps, and the tables' place."""

    corpus: Corpus
    run: str

    def matrix(
        self, row: str, column: str, where: Where | None = None, as_of: int | None = None
    ) -> Matrix:
        """Two facets crossed as :meth:`kb.KnowledgeBase.matrix` does; of the facts in a cell only
        ``id`` is there. Raises :class:`UnknownName` for an unknown facet or term."""
        where = check_where(self.corpus, where or {})
        rows, columns = facet_of(self.corpus, row), facet_of(self.corpus, column)
        if row == column:
            raise UnknownName(f"{row} cannot be crossed with itself; choose two facets")
        with _Query(self, where, rows, columns) as query:
            met = query.cells(as_of)
            newest = query.newest() if as_of is None else as_of
            undated = query.undated() if as_of is not None else ()
        stated = gaps_at(self.corpus, rows, columns, as_of, where)
        searched = covered(self.corpus, where)
        cells = tuple(self._cells(rows, columns, met, newest, searched, stated))
        placed = {study for cell in cells for study in cell.studies}
        entries = sum(len(cell.studies) for cell in cells)
        return Matrix(rows, columns, cells, len(placed), entries, as_of, undated)

    def _cells(
        self,
        rows: Facet,
        columns: Facet,
        met: Met,
        now: int,
        searched: bool,
        stated: Mapping[tuple[str, str], tuple[str, ...]],
    ) -> Iterator[Cell]:
        settings = self.corpus.settings.matrix
        for row in rows.current:
            for column in columns.current:
                pair = row.id, column.id
                reason = self.corpus.codebook.excluded(rows.id, row.id, columns.id, column.id)
                found = met.get(pair)
                tally = _tally(found, settings.narrow) if found else None
                sought = searched and row.searched and column.searched
                yield Cell(
                    *pair,
                    state_of(tally, settings, sought, reason),
                    found["studies"] if found else (),
                    found["facts"] if found else (),
                    tuple(flags_of(tally, settings, now)) if tally else (),
                    reason,
                    stated.get(pair, ()),
                )


def _tally(found: Mapping[str, Any], narrow: tuple[str, ...]) -> Tally:
    return Tally(
        direct=found["direct"],
        supporting=found["supporting"],
        challenging=found["challenging"],
        sided=found["sided"],
        single=tuple(one for at, one in enumerate(narrow) if found[f"single_{at}"]),
        one_team=found["one_team"],
        read=found["read"],
        newest=found["newest"],
    )


def tables(folder: str) -> Tables:
    """The tables in a folder or at an address. Raises :class:`SourceError` when none are there."""
    fs, base = stores.at(folder)
    try:
        manifest = json.loads(fs.cat_file(f"{base}/{MANIFEST}"))
        version, run = manifest["version"], manifest["run"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SourceError(f"{folder} holds no tables of kb shard; run kb shard again") from error
    if version != VERSION:
        raise SourceError(f"{folder} was made by another version; run kb shard again")
    corpus = datafile.unchecked(manifest["data"], folder)
    return Tables(corpus, f"{folder.rstrip('/')}/{run}")


class _Query:
    """A connection of DuckDB with the selected findings; closed at its end.

    Of these it has in memory only the columns that the two facets need. Findings go by ``number``
    and studies by ``team``, in the order of their ids.
    """

    def __init__(self, tables: Tables, where: Where, rows: Facet, columns: Facet) -> None:
        self._corpus, self._rows, self._columns = tables.corpus, rows, columns
        self._db = extra("duckdb").connect()
        fs, _ = stores.at(tables.run)
        if "file" not in fs.protocol:
            self._db.register_filesystem(fs)
        for name in ("studies", "findings"):
            parts = f"'{_quoted(tables.run)}/{name}/*.parquet'"
            self._db.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet({parts})")
        self._db.execute("CREATE TABLE lineage (facet TEXT, term TEXT, upper TEXT)")
        known = [
            (facet.id, term.id, upper)
            for facet in self._corpus.codebook.axes
            for term in facet.terms
            for upper in dict.fromkeys(facet.lineage.get(term.id, (term.id,)))
        ]
        if known:  # all at once: a statement for each row takes as long as all else
            lists = [list(column) for column in zip(*known, strict=True)]
            self._db.execute("INSERT INTO lineage SELECT unnest(?), unnest(?), unnest(?)", lists)
        fits = " AND ".join(self._condition(name, terms) for name, terms in where.items())
        facets = dict.fromkeys((rows.id, columns.id, *self._corpus.settings.matrix.narrow))
        self._db.execute(
            "CREATE TABLE facts AS SELECT row_number() OVER (ORDER BY study, position) - 1 AS "
            "number, dense_rank() OVER (ORDER BY study) - 1 AS team, study, finding, direction, "
            f"year, directness, basis, {', '.join(map(_name, facets))} FROM findings "
            f"WHERE {fits or 'true'}"
        )

    def __enter__(self) -> _Query:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def _condition(self, facet: str, terms: tuple[str, ...]) -> str:
        if facet in ("direction", "basis"):
            return f"{facet} IN ({_texts(terms)})"
        lineage = self._corpus.codebook[facet].lineage
        narrower = [one for one, upper in lineage.items() if set(terms) & set(upper)]
        return f"list_has_any({_name(facet)}, [{_texts({*terms, *narrower})}])"

    def newest(self) -> int:
        """The year of the newest report of all studies; 0 without one."""
        return int(self._db.execute("SELECT coalesce(max(year), 0) FROM studies").fetchone()[0])

    def _pairs(self, only: str) -> str:
        rows, columns = (self._upper(facet, only) for facet in (self._rows, self._columns))
        return (
            f"SELECT r.number, r.upper AS r, c.upper AS c FROM ({rows}) r "
            f"JOIN ({columns}) c USING (number)"
        )

    def _upper(self, facet: Facet, only: str) -> str:
        return (
            "SELECT DISTINCT number, upper FROM (SELECT number, "
            f"unnest({_name(facet.id)}) AS term FROM facts WHERE {only}) "
            f"JOIN lineage USING (term) WHERE facet = '{_quoted(facet.id)}'"
        )

    def undated(self) -> tuple[str, ...]:
        """The studies without a year that would stand in a cell."""
        found = self._db.execute(
            f"SELECT DISTINCT study FROM ({self._pairs('year = 0')}) "
            "JOIN facts USING (number) ORDER BY study"
        )
        return tuple(study for (study,) in found.fetchall())

    def cells(self, as_of: int | None) -> Met:
        """What is counted in each pair of terms that a finding has."""
        settings = self._corpus.settings
        sides = {
            stance: _texts(one.id for one in settings.directions if one.stance == stance) or "''"
            for stance in ("supports", "challenges")
        }
        single = "".join(
            f", bool_and(len({_name(one)}) = 1) AND count(DISTINCT {_name(one)}) = 1 AS single_{at}"
            for at, one in enumerate(settings.matrix.narrow)
        )
        direct = _texts(settings.matrix.direct) or "''"
        known = "true" if as_of is None else f"year BETWEEN 1 AND {int(as_of)}"
        one, other = (f"direction IN ({sides[name]})" for name in ("supports", "challenges"))
        found = self._db.execute(
            f"WITH met AS ({self._pairs(known)}) SELECT r, c, "
            "list(number ORDER BY number) AS numbers, "
            f"count(DISTINCT team) FILTER (directness IN ({direct})) AS direct, "
            f"count(DISTINCT team) FILTER ({one}) AS supporting, "
            f"count(DISTINCT team) FILTER ({other}) AS challenging, "
            f"count(DISTINCT team) FILTER ({one} OR {other}) AS sided, "
            "bool_or(basis = 'full-text') AS read, max(year) AS newest"
            f"{single} FROM met JOIN facts USING (number) GROUP BY r, c"
        )
        # A connection keeps one answer only: this one is taken before the next is asked for.
        names, counted = [one[0] for one in found.description], found.fetchall()
        named = self._db.execute("SELECT team, study, finding FROM facts ORDER BY number")
        team_of, studies, findings = zip(*named.fetchall(), strict=True) if counted else ((),) * 3
        facts, teams = list(map(_Id, findings)), self._teams()
        cells = {}
        for values in counted:
            cell = dict(zip(names, values, strict=True))
            numbers = cell["numbers"]
            cell["facts"] = tuple(map(facts.__getitem__, numbers))
            cell["studies"] = tuple(dict.fromkeys(map(studies.__getitem__, numbers)))
            cell["one_team"] = teams.linked(set(map(team_of.__getitem__, numbers)))
            cells[cell["r"], cell["c"]] = cell
        return cells

    def _teams(self) -> Teams:
        found = self._db.execute(
            "SELECT authors FROM studies WHERE id IN (SELECT study FROM facts) ORDER BY id"
        )
        return Teams([frozenset(authors) for (authors,) in found.fetchall()])


def _name(facet: str) -> str:
    return '"' + column_of(facet).replace('"', '""') + '"'


def _texts(values: Any) -> str:
    return ", ".join(f"'{_quoted(value)}'" for value in values)


def _quoted(text: str) -> str:
    return text.replace("'", "''")
