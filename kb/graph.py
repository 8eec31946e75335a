"""The knowledge base as a networkx graph: what belongs with what, and who works with whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from enum import StrEnum
from itertools import combinations

import networkx as nx

from kb.corpus import Corpus, collector_paused
from kb.facts import facts, study_terms
from kb.records import Study


class Kind(StrEnum):
    """The kinds of nodes."""

    STUDY = "study"
    REPORT = "report"
    AUTHOR = "author"
    FINDING = "finding"
    FACET = "facet"
    TERM = "term"


class Edge(StrEnum):
    """The kinds of edges."""

    REPORTED_IN = "reported-in"
    CODED_FROM = "coded-from"
    BY = "by"
    HAS_FINDING = "has-finding"
    TAGGED = "tagged"
    BROADER = "broader"
    IN_FACET = "in-facet"


Node = tuple[Kind, str]

# Shared by all edges of a kind: a dict of its own for each of 245,000 edges costs 60 MB (measured).
_ATTRIBUTES = {edge: {"edge": edge.value} for edge in Edge}


@collector_paused()
def build(corpus: Corpus) -> nx.DiGraph:
    """The directed graph of a corpus; nodes are ``(kind, id)``, edges carry their kind as ``edge``.

    Between two nodes there is at most one relation. Terms have the id ``facet/term``.
    """
    graph: nx.DiGraph = nx.DiGraph()
    for source, edge, target in _edges(corpus):
        graph.add_node(source)
        graph.add_node(target)
        graph._adj[source][target] = graph._pred[target][source] = _ATTRIBUTES[edge]
    graph.add_nodes_from((Kind.REPORT, key) for key in corpus.references)
    return graph


def term_node(facet: str, term: str) -> Node:
    """The node of a term."""
    return Kind.TERM, f"{facet}/{term}"


def _edges(corpus: Corpus) -> Iterator[tuple[Node, Edge, Node]]:
    yield from _codebook_edges(corpus)
    for reference in corpus.references.values():
        for name in reference.authors:
            yield (Kind.REPORT, reference.key), Edge.BY, (Kind.AUTHOR, str(name))
    for study in corpus.studies.values():
        yield from _study_edges(corpus, study)
    for fact in facts(corpus):
        for facet, terms in fact.finding.tags.items():
            for term in terms:
                yield (Kind.FINDING, fact.id), Edge.TAGGED, term_node(facet, term)
        yield (Kind.STUDY, fact.study.id), Edge.HAS_FINDING, (Kind.FINDING, fact.id)


def _codebook_edges(corpus: Corpus) -> Iterator[tuple[Node, Edge, Node]]:
    for facet in corpus.codebook.axes:
        for term in facet.terms:
            node = term_node(facet.id, term.id)
            yield node, Edge.IN_FACET, (Kind.FACET, facet.id)
            if term.broader:
                yield node, Edge.BROADER, term_node(facet.id, term.broader)


def _study_edges(corpus: Corpus, study: Study) -> Iterator[tuple[Node, Edge, Node]]:
    node = (Kind.STUDY, study.id)
    if study.coding.source not in study.reports:
        yield node, Edge.CODED_FROM, (Kind.REPORT, study.coding.source)
    for key in study.reports:
        yield node, Edge.REPORTED_IN, (Kind.REPORT, key)
    for facet, terms in study_terms(corpus, study).items():
        for term in terms:
            yield node, Edge.TAGGED, term_node(facet, term)


def related(graph: nx.DiGraph, study: str, most: int = 5) -> list[tuple[str, int]]:
    """The studies that share most with a study, with the number of shared terms and authors.

    Terms that many studies have say little and count as one over the number of their studies;
    the order is by that weight, ties by id. Only studies that share one of the rarest links are
    weighed: as many links as it takes to reach ``_ENOUGH`` studies.
    """
    node = (Kind.STUDY, study)
    if node not in graph:
        return []
    sharing = _sharing(graph)
    links = sorted((sharing[link] for link in _links(graph, node)), key=len)
    near: set[str] = set()
    for studies in links:
        near |= studies if len(near) <= _ENOUGH else set()
    weights = dict.fromkeys(near - {study}, 0.0)
    shared = dict.fromkeys(weights, 0)
    for studies in links:
        for other in weights.keys() & studies:
            weights[other] += 1 / (len(studies) - 1)
            shared[other] += 1
    order = sorted(weights, key=lambda other: (-weights[other], other))
    return [(other, shared[other]) for other in order[:most]]


_ENOUGH = 200


def _sharing(graph: nx.DiGraph) -> dict[Node, set[str]]:
    """For each term and author its studies; found once for a graph and kept with it."""
    if "sharing" not in graph.graph:
        sharing: dict[Node, set[str]] = defaultdict(set)
        for node in graph.nodes:
            for link in _links(graph, node) if node[0] is Kind.STUDY else ():
                sharing[link].add(node[1])
        graph.graph["sharing"] = sharing
    kept: dict[Node, set[str]] = graph.graph["sharing"]
    return kept


def _links(graph: nx.DiGraph, node: Node) -> set[Node]:
    """The terms of a study and its findings, and the authors of its reports."""
    links: set[Node] = set()
    for near in graph.successors(node):
        if near[0] is Kind.TERM:
            links.add(near)
        elif graph.edges[node, near]["edge"] != Edge.CODED_FROM:
            links.update(graph.successors(near))
    return links


def coauthors(graph: nx.DiGraph) -> nx.Graph:
    """Who works with whom: authors joined when they signed a report together, ``weight`` times."""
    together: nx.Graph = nx.Graph()
    for kind, key in graph.nodes:
        if kind is Kind.REPORT:
            names = sorted(n[1] for n in graph.successors((kind, key)) if n[0] is Kind.AUTHOR)
            together.add_nodes_from(names)
            for one, other in combinations(names, 2):
                weight = together.get_edge_data(one, other, {"weight": 0})["weight"]
                together.add_edge(one, other, weight=weight + 1)
    return together


def unused_terms(graph: nx.DiGraph) -> list[str]:
    """The terms that no study and no finding is coded with, as ``facet/term``."""
    return sorted(
        name
        for kind, name in graph.nodes
        if kind is Kind.TERM
        and not any(n[0] in {Kind.STUDY, Kind.FINDING} for n in graph.predecessors((kind, name)))
    )
