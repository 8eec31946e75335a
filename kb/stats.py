"""Counts of what a knowledge base holds."""

from __future__ import annotations

from kb.base import KnowledgeBase
from kb.citations import Kind
from kb.graph import on_one_team, unused

_USED = {
    "studies": Kind.STUDY,
    "findings": Kind.FINDING,
    "gaps": Kind.GAP,
    "references": Kind.REPORT,
    "terms": Kind.TERM,
}


def count(base: KnowledgeBase) -> dict[str, int]:
    """How many records there are, how much is unverified, what stands alone, and the cells of the
    default matrix."""
    corpus, settings = base.corpus, base.settings.matrix
    references = corpus.references.values()
    studies = corpus.studies.values()
    counts = {
        "studies": len(corpus.studies),
        "studies with findings": sum(bool(study.findings) for study in studies),
        "reports": len({key for study in studies for key in study.reports}),
        "findings": len(base.facts),
        "measures": sum(len(fact.finding.measures) for fact in base.facts),
        "claims": len(corpus.claims),
        "claims on one team": len(on_one_team(base.graph)),
        "gaps": len(corpus.gaps),
        "candidates": len(corpus.candidates),
        "references": len(corpus.references),
        "references with unverified fields": sum(bool(one.unverified) for one in references),
        "unverified reference fields": sum(len(one.unverified) for one in references),
        "facets": len(base.codebook.facets),
        "terms": sum(len(facet.terms) for facet in base.codebook),
    }
    for noun, kind in _USED.items():
        counts[f"{noun} that nothing uses"] = len(unused(base.graph, kind))
    for direction in base.settings.directions:
        number = sum(fact.finding.direction == direction.id for fact in base.facts)
        counts[f"findings: {direction.id}"] = number
    for state, number in base.matrix(settings.row, settings.column).counts().items():
        counts[f"cells {settings.row} x {settings.column}: {state.value}"] = number
    return counts
