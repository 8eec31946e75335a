"""What some pages tell that takes time to find out: asked for when the page is made, and not when
all pages are listed."""

from __future__ import annotations

from typing import Any

from kb import addresses, evidence
from kb import graph as graphs
from kb.citations import Kind, Node
from kb.codebook import Facet, Term
from kb.facts import study_terms
from kb.records import Study
from kb.site import contested
from kb.site.page import parts
from kb.site.view import View


def of_term(view: View, facet: Facet, term: Term) -> dict[str, Any]:
    """The evidence on a term with the first part of its table, and what is stated of the term."""
    found = view.findings_at(facet.id, term.id)
    rows = evidence.evidence(view.corpus, found, facet.id, term.id)
    return {
        "rows": rows,
        "part": parts(view, addresses.of_term(facet, term.id), rows)[0],
        "claims": view.claims_at(facet.id, term.id),
        "gaps": view.gaps_at(facet.id, term.id),
        "dispute": contested.of_term(view, facet, term),
    }


def as_of(view: View, year: int) -> dict[str, Any]:
    """The first matrix as it was by the end of a year."""
    row, column = view.settings.matrix.row, view.columns[0].id
    return {"matrix": view.base.matrix(row, column, as_of=year)}


def of_study(view: View, study: Study) -> dict[str, Any]:
    """What all findings of a study share, and what belongs with it."""
    corpus, graph = view.corpus, view.base.graph
    return {
        "coded": study_terms(corpus, study),
        "related": graphs.related(graph, (Kind.STUDY, study.id)),
        "claims": [corpus.claims[one] for one in graphs.claims_on(graph, study.id)],
        "gaps": [corpus.gaps[one] for one in graphs.gaps_of(graph, study.id)],
    }


def of_claim(view: View, claim: str) -> dict[str, Any]:
    """Whether a claim rests on one team, and what belongs with it."""
    return {"one_team": claim in view.one_team, **related(view, (Kind.CLAIM, claim))}


def related(view: View, node: Node) -> dict[str, Any]:
    """The claims and the gaps that share most with a claim or a gap."""
    corpus, graph = view.corpus, view.base.graph
    claims = [corpus.claims[one] for one, _ in graphs.related(graph, node, Kind.CLAIM)]
    gaps = [corpus.gaps[one] for one, _ in graphs.related(graph, node, Kind.GAP)]
    return {"related_claims": claims, "related_gaps": gaps}
