"""Who cites what: every place in the records and the codebook that names a reference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from kb.corpus import Corpus
from kb.records import Study


class Kind(StrEnum):
    """The kinds of nodes: what relations are between."""

    STUDY = "study"
    REPORT = "report"
    AUTHOR = "author"
    FINDING = "finding"
    CLAIM = "claim"
    GAP = "gap"
    CANDIDATE = "candidate"
    FACET = "facet"
    TERM = "term"


Node = tuple[Kind, str]


class Use(StrEnum):
    """What a record uses a reference for, the closest relation first."""

    REPORT = "report"
    CODING = "coding"
    CLAIM = "claim"
    GAP = "gap"
    URGENCY = "urgency"
    SUPPLEMENT = "supplement"
    CAVEAT = "caveat"
    CODEBOOK = "codebook"


class Citation(NamedTuple):
    """A record that names a reference, and what for."""

    key: str
    use: Use
    node: Node


def term_node(facet: str, term: str) -> Node:
    """The node of a term."""
    return Kind.TERM, f"{facet}/{term}"


def citations(corpus: Corpus) -> Iterator[Citation]:
    """Every place that names a reference; a record that names it twice for one use comes twice."""
    for study in corpus.studies.values():
        yield from _of_study(study)
    for claim in corpus.claims.values():
        for source in claim.stated_by:
            yield Citation(source.source, Use.CLAIM, (Kind.CLAIM, claim.id))
    for gap in corpus.gaps.values():
        node = (Kind.GAP, gap.id)
        for stating in gap.stated_by:
            yield Citation(stating.source, Use.GAP, node)
        if gap.priority:
            yield Citation(gap.priority.source, Use.URGENCY, node)
    for candidate in corpus.candidates.values():
        node = (Kind.CANDIDATE, candidate.id)
        yield Citation(candidate.report, Use.REPORT, node)
        if candidate.coding:
            yield Citation(candidate.coding.source, Use.CODING, node)
    yield from _of_codebook(corpus)


def _of_study(study: Study) -> Iterator[Citation]:
    node = (Kind.STUDY, study.id)
    for key in study.reports:
        yield Citation(key, Use.REPORT, node)
    yield Citation(study.coding.source, Use.CODING, node)
    for supplement in study.coding.supplements:
        yield Citation(supplement.source, Use.SUPPLEMENT, node)
    for caveat in study.caveats:
        if caveat.source:
            yield Citation(caveat.source, Use.CAVEAT, node)


def _of_codebook(corpus: Corpus) -> Iterator[Citation]:
    for facet in corpus.codebook:
        for term in facet.terms:
            if term.source:
                yield Citation(term.source, Use.CODEBOOK, term_node(facet.id, term.id))
        for attribute in facet.attributes:
            if attribute.source:
                yield Citation(attribute.source, Use.CODEBOOK, (Kind.FACET, facet.id))


def citing(corpus: Corpus) -> Mapping[str, Mapping[Use, list[Node]]]:
    """For each reference what cites it, by use; each record once for a use."""
    found: dict[str, dict[Use, dict[Node, None]]] = defaultdict(lambda: defaultdict(dict))
    for key, use, node in citations(corpus):
        found[key][use][node] = None
    return {
        key: {use: list(uses[use]) for use in Use if use in uses} for key, uses in found.items()
    }


def reported(corpus: Corpus) -> Mapping[str, list[str]]:
    """For each reference that is a report, the studies that it belongs to."""
    found: dict[str, list[str]] = {}
    for study in corpus.studies.values():
        for key in study.reports:
            found.setdefault(key, []).append(study.id)
    return found
