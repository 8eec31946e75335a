"""The knowledge base as scripts see it: one object with nouns to ask for."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kb.codebook import Codebook
from kb.corpus import Corpus
from kb.facts import Fact, Where, check_where, facts, fits, study_fits
from kb.folder import find_root, sources
from kb.matrix import Crossing, Matrix, cross
from kb.problems import CorpusError, Problem, has_errors
from kb.records import Settings, Study
from kb.references import Reference
from kb.rules import load as load_corpus
from kb.stated import tagged
from kb.synthesis import Claim, Gap

if TYPE_CHECKING:
    import networkx as nx


class KnowledgeBase:
    """A corpus that was read and checked; it does not change, and what is derived is kept."""

    def __init__(self, corpus: Corpus, warnings: Sequence[Problem] = ()) -> None:
        self.corpus = corpus
        self.warnings = tuple(warnings)

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
    def _facts_by_study(self) -> Mapping[str, list[Fact]]:
        found: dict[str, list[Fact]] = {}
        for fact in self.facts:
            found.setdefault(fact.study.id, []).append(fact)
        return found

    def facts_of(self, study: str) -> Sequence[Fact]:
        """The facts of one study; none for an unknown id."""
        return self._facts_by_study.get(study, ())

    @cached_property
    def graph(self) -> nx.DiGraph:
        """All records, authors, facets and terms with the relations between them."""
        from kb.graph import build  # networkx takes a tenth of a second, and few questions need it

        return build(self.corpus)

    def studies(self, **where: str | Sequence[str]) -> list[Study]:
        """The studies of which one finding fits every named facet, in the order of their ids.

        ``base.studies(relationship="D", country=["SE", "DK"])``; ``_`` stands for ``-`` in a
        facet's name. Broader terms include narrower ones. Raises :class:`kb.UnknownName`.
        """
        chosen = self._where(where)
        return [s for s in self.corpus.studies.values() if study_fits(self.corpus, s, chosen)]

    def findings(self, **where: str | Sequence[str]) -> list[Fact]:
        """The findings that fit every named facet, each with its study and effective terms."""
        chosen = self._where(where)
        return [fact for fact in self.facts if fits(self.corpus, fact, chosen)]

    def gaps(
        self, status: str | None = None, kind: str | None = None, **where: str | Sequence[str]
    ) -> list[Gap]:
        """The stated gaps with a status and a kind, if given, that fit every named facet."""
        found = tagged(self.corpus, self.corpus.gaps.values(), self._where(where, "gaps"))
        return [g for g in found if status in (None, g.status) and kind in (None, g.kind)]

    def claims(self, **where: str | Sequence[str]) -> list[Claim]:
        """The claims that fit every named facet."""
        return tagged(self.corpus, self.corpus.claims.values(), self._where(where, "claims"))

    def matrix(
        self, row: str, column: str, as_of: int | None = None, **where: str | Sequence[str]
    ) -> Matrix:
        """Two facets crossed, every pair of terms a cell; with ``as_of`` as it was that year, with
        ``where`` only the findings that fit, and no gaps about other terms."""
        if where:
            return cross(self.corpus, self.facts, row, column, as_of, self._where(where))
        return self._crossing.cross(row, column, as_of)

    @cached_property
    def _crossing(self) -> Crossing:
        return Crossing(self.corpus, self.facts)

    @cached_property
    def fingerprint(self) -> str:
        """What tells this content from any other: a SHA-256 over all source files."""
        digest = hashlib.sha256()
        for path in sources(self.corpus.root):
            content = (self.corpus.root / path).read_bytes()
            digest.update(f"{path}\0{len(content)}\0".encode() + content)
        return f"sha256:{digest.hexdigest()}"

    def _where(self, where: Mapping[str, str | Sequence[str]], kind: str = "findings") -> Where:
        chosen = {
            name.replace("_", "-") if name not in self.codebook else name: (terms,)
            if isinstance(terms, str)
            else tuple(terms)
            for name, terms in where.items()
        }
        return check_where(self.corpus, chosen, kind)


def load(root: str | Path = ".") -> KnowledgeBase:
    """The knowledge base in a folder, or in the nearest folder above that holds one.

    Raises :class:`kb.CorpusError`, with all ``.problems``, when it has errors; its warnings are
    kept in ``.warnings``.
    """
    corpus, problems = load_corpus(find_root(Path(root)))
    if corpus is None or has_errors(problems):
        raise CorpusError(problems)
    return KnowledgeBase(corpus, problems)
