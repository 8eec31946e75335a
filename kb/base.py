"""The knowledge base as scripts see it: one object with nouns to ask for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from kb import datafile, export, locations, tables, unpack
from kb.answers import Form, Records
from kb.codebook import Codebook, Term
from kb.corpus import Corpus
from kb.facts import Fact, UnknownName, facts, fits, study_fits, wanted
from kb.folder import find_root, only_tables, sources
from kb.frozen import FrozenDict
from kb.matrix import Cell, Crossing, Matrix, State
from kb.model import suggestion
from kb.problems import CorpusError, Problem, SourceError, has_errors
from kb.records import Settings, Study
from kb.references import Reference
from kb.rules import load as load_corpus
from kb.selecting import Selection, Terms, selection, unstudied_terms, words
from kb.stated import gap_in, stated_in, tagged
from kb.synthesis import Candidate, Claim, Gap, Level, Status

if TYPE_CHECKING:
    import networkx as nx

_STUDIES = Form(export.studies, tables.studies)
_FINDINGS = Form(export.findings, tables.findings)
_CLAIMS = Form(export.stated, tables.claims)
_GAPS = Form(export.stated, tables.gaps)
_CANDIDATES = Form(export.stated, tables.candidates)
_WORKS = Form(export.references, tables.references)
_TERMS = Form(export.terms, tables.terms)
_CELLS = Form(export.cells, tables.cells)


@dataclass(frozen=True, eq=False)
class KnowledgeBase:
    """A corpus that was read and checked; it does not change, and what is derived is kept.

    What is asked for can be narrowed by ``where``, a mapping of facets to terms, and by the same
    as keywords: ``base.studies({"sector": "education"}, country=["SE", "DK"])``; in a keyword ``_``
    stands for ``-``. Every facet must fit, by any one of its terms, and broader terms include
    narrower ones. A name that does not exist raises :class:`kb.UnknownName`. With ``as_of`` the
    answer is what was known by the end of that year.
    """

    corpus: Corpus
    warnings: tuple[Problem, ...] = ()
    generated_from: str = field(default="", repr=False)

    @property
    def settings(self) -> Settings:
        """What ``knowledge-base.yml`` says."""
        return self.corpus.settings

    @property
    def codebook(self) -> Codebook:
        """All facets with their terms."""
        return self.corpus.codebook

    @property
    def references(self) -> Mapping[str, Reference]:
        """The bibliography by BibTeX key."""
        return self.corpus.references

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """One row for each finding, with its effective terms."""
        return facts(self.corpus)

    @cached_property
    def _facts_by_study(self) -> Mapping[str, tuple[Fact, ...]]:
        found: dict[str, list[Fact]] = {}
        for fact in self.facts:
            found.setdefault(fact.study.id, []).append(fact)
        return FrozenDict({study: tuple(own) for study, own in found.items()})

    def facts_of(self, study: str) -> Sequence[Fact]:
        """The facts of one study; none for an unknown id."""
        return self._facts_by_study.get(study, ())

    @cached_property
    def graph(self) -> nx.DiGraph:
        """All records, authors, facets and terms with the relations between them, frozen:
        ``graph.copy()`` can be changed."""
        from networkx import freeze  # takes a tenth of a second, and few questions need it

        from kb.graph import build

        return freeze(build(self.corpus))

    def studies(
        self, where: Selection | None = None, *, as_of: int | None = None, **facets: Terms
    ) -> Records[Study]:
        """The studies of which one finding fits, in the order of their ids."""
        chosen = wanted(self.corpus, selection(self.corpus, where, facets))
        fitting = (s for s in self.corpus.studies.values() if study_fits(self.corpus, s, chosen))
        return self._records(_STUDIES, (s for s in fitting if self._known(s, as_of)))

    def findings(
        self,
        where: Selection | None = None,
        *,
        unclaimed: bool = False,
        as_of: int | None = None,
        **facets: Terms,
    ) -> Records[Fact]:
        """The findings that fit, each with its study and effective terms; ``unclaimed`` keeps those
        that no claim names, for or against."""
        chosen = wanted(self.corpus, selection(self.corpus, where, facets))
        fitting = (fact for fact in self.facts if fits(fact, chosen))
        found = (fact for fact in fitting if self._known(fact.study, as_of))
        if unclaimed:
            named = {one.finding for claim in self.claims(as_of=as_of) for one in claim.rests_on}
            found = (fact for fact in found if fact.id not in named)
        return self._records(_FINDINGS, found)

    def claims(
        self,
        where: Selection | None = None,
        *,
        confidence: Terms | None = None,
        one_team: bool = False,
        as_of: int | None = None,
        **facets: Terms,
    ) -> Records[Claim]:
        """The claims that fit, of some levels of confidence; ``one_team`` keeps those that rest on
        the findings of a single team, whose studies shared authors link. With ``as_of`` those that
        a source had made by then, with today's confidence and findings."""
        levels = words("confidence", confidence, get_args(Level))
        chosen = selection(self.corpus, where, facets, "claims")
        found = tagged(self.corpus, self.corpus.claims.values(), chosen)
        if levels:
            found = [one for one in found if one.confidence and one.confidence.level in levels]
        if as_of is not None:
            found = [one for one in found if 0 < stated_in(self.corpus, one) <= as_of]
        if one_team:
            from kb.graph import on_one_team

            alone = set(on_one_team(self.graph))
            found = [one for one in found if one.id in alone]
        return self._records(_CLAIMS, found)

    def gaps(
        self,
        where: Selection | None = None,
        *,
        status: Terms | None = None,
        kind: Terms | None = None,
        urgent: bool = False,
        sources: int = 1,
        as_of: int | None = None,
        **facets: Terms,
    ) -> Records[Gap]:
        """The stated gaps that fit, of some statuses and kinds; ``urgent`` keeps those that a
        source calls so, ``sources`` those that at least so many works state.

        With ``as_of`` those that a source had stated by then, as they were: without the sources and
        studies that came later, and open where it took these to narrow or close them.
        """
        facet = self.codebook.with_role("gap-kind")
        statuses = words("status", status, get_args(Status))
        called = facet.called if facet else {}
        kinds = words("kind", kind, facet.by_id if facet else (), called)
        found = tagged(
            self.corpus, self.corpus.gaps.values(), selection(self.corpus, where, facets, "gaps")
        )
        if as_of is not None:
            found = [one for gap in found if (one := gap_in(self.corpus, gap, as_of))]
        return self._records(
            _GAPS,
            (
                one
                for one in found
                if (not statuses or one.status in statuses)
                and (not kinds or one.kind in kinds)
                and (not urgent or one.priority)
                and len({each.source for each in one.stated_by}) >= sources
            ),
        )

    def candidates(self, where: Selection | None = None, **facets: Terms) -> Records[Candidate]:
        """The works that wait to be coded and that fit."""
        chosen = selection(self.corpus, where, facets, "candidates")
        return self._records(
            _CANDIDATES, tagged(self.corpus, self.corpus.candidates.values(), chosen)
        )

    def works(self) -> Records[Reference]:
        """All references, in the order of the bibliography."""
        return self._records(_WORKS, self.references.values())

    def terms(
        self, facet: str | None = None, *, unstudied: bool = False
    ) -> Records[tuple[str, Term]]:
        """All terms, or those of one facet, each with the facet's id; ``unstudied`` keeps those of
        which there is no study, nor of a narrower one."""
        if facet is not None and facet not in self.codebook:
            raise UnknownName(
                f"no facet {facet}; {suggestion(facet, self.codebook.facets, self.codebook.called)}"
            )
        chosen = [one for one in self.codebook if facet in (None, one.id)]
        found: Iterable[tuple[str, Term]]
        found = ((one.id, term) for one in chosen for term in one.terms)
        if unstudied:
            found = unstudied_terms(self.corpus, self.facts, found, facet)
        return self._records(_TERMS, found)

    def matrix(
        self,
        row: str,
        column: str,
        where: Selection | None = None,
        *,
        as_of: int | None = None,
        **facets: Terms,
    ) -> Matrix:
        """Two facets crossed, every pair of terms a cell: of the findings that fit, without gaps
        about other terms. Either facet can be the row."""
        return self._crossing.cross(row, column, as_of, selection(self.corpus, where, facets))

    def cells(
        self,
        row: str,
        column: str,
        where: Selection | None = None,
        *,
        state: Terms | None = None,
        as_of: int | None = None,
        **facets: Terms,
    ) -> Records[Cell]:
        """The cells of :meth:`matrix` that are in some states."""
        crossed = self.matrix(row, column, where, as_of=as_of, **facets)
        return in_states(self.corpus, crossed, state)

    @cached_property
    def _crossing(self) -> Crossing:
        return Crossing(self.corpus, self.facts)

    @cached_property
    def fingerprint(self) -> str:
        """What tells this content from any other: a SHA-256 over all source files."""
        if self.generated_from:
            return self.generated_from
        digest = hashlib.sha256()
        for path in sources(self.corpus.root):
            content = (self.corpus.root / path).read_bytes()
            digest.update(f"{path}\0{len(content)}\0".encode() + content)
        return f"sha256:{digest.hexdigest()}"

    def to_folder(self, folder: str | Path) -> None:
        """Write all records as a folder that :func:`kb.load` reads, in their canonical form.

        Comments are lost where they are not part of a record. Raises
        :class:`kb.writing.WritingError` when a file is there already; then nothing is written.
        """
        unpack.write(self.corpus, Path(folder))

    def _known(self, study: Study, as_of: int | None) -> bool:
        return as_of is None or (self.corpus.year(study) or as_of + 1) <= as_of

    def _records(self, form: Form, found: Iterable[Any]) -> Records[Any]:
        return Records(tuple(found), self.corpus, form)


def in_states(corpus: Corpus, crossed: Matrix, state: Terms | None) -> Records[Cell]:
    """The cells of a matrix that are in some states, or all."""
    states = words("state", state, [one.value for one in State])
    kept = (cell for cell in crossed.cells if not states or cell.state.value in states)
    return Records(tuple(kept), corpus, _CELLS)


def load(source: str | Path = ".") -> KnowledgeBase:
    """The knowledge base in a folder, or in the nearest folder above that holds one; in a data file
    that a site publishes; or at the address of such a site.

    ``knowledge-base.json`` holds everything. ``studies.json`` on its own has studies, findings,
    settings, codebook and references; to ask it for anything else raises :class:`kb.NotHere`.

    Raises :class:`kb.CorpusError`, with all ``.problems``, when the records have errors; their
    warnings are kept in ``.warnings``. Raises :class:`kb.SourceError` when there is nothing that
    can be read.
    """
    if found := locations.data_of(source):
        return KnowledgeBase(*datafile.read(*found))
    if told := locations.absent(source) or only_tables(Path(source)):
        raise SourceError(told)
    corpus, problems = load_corpus(find_root(Path(source)))
    if corpus is None or has_errors(problems):
        raise CorpusError(problems)
    return KnowledgeBase(corpus, problems)
