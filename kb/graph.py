"""The knowledge base as a networkx graph: what belongs with what, and who works with whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from heapq import nsmallest
from itertools import combinations

import networkx as nx

from kb.citations import Kind, Node, Use, citations, term_node
from kb.codebook import Role
from kb.collector import collector_paused
from kb.corpus import Corpus
from kb.facts import facts, study_terms
from kb.synthesis import Claim, Gap
from kb.teams import Team, one_team


class Edge(StrEnum):
    """The kinds of edges. Each reads from its source to its target: a study addresses a gap."""

    REPORTED_IN = "reported-in"
    CODED_FROM = "coded-from"
    CITES = "cites"
    STATES = "states"
    BY = "by"
    HAS_FINDING = "has-finding"
    RESTS_ON = "rests-on"
    CHALLENGES = "challenges"
    ADDRESSES = "addresses"
    TAGGED = "tagged"
    BROADER = "broader"
    IN_FACET = "in-facet"


_OF_USE = {
    Use.REPORT: Edge.REPORTED_IN,
    Use.CODING: Edge.CODED_FROM,
    Use.CLAIM: Edge.STATES,
    Use.GAP: Edge.STATES,
}
"""The relation with a reference that is used so; other uses cite it."""

# Shared by all edges of a kind: a dict of its own for each of 245,000 edges costs 60 MB (measured).
_ATTRIBUTES = {edge: {"edge": edge.value} for edge in Edge}


@collector_paused()
def build(corpus: Corpus) -> nx.DiGraph:
    """The directed graph of a corpus; nodes are ``(kind, id)``, edges carry their kind as ``edge``.

    Between two nodes there is at most one relation, the closest. Terms have the id ``facet/term``,
    findings ``study#finding``; authors carry as ``identity`` what tells them apart.
    """
    graph: nx.DiGraph = nx.DiGraph()
    for source, edge, target in _edges(corpus):
        graph.add_node(source)
        graph.add_node(target)
        if target not in graph._adj[source]:
            graph._adj[source][target] = graph._pred[target][source] = _ATTRIBUTES[edge]
    graph.add_nodes_from((Kind.REPORT, key) for key in corpus.references)
    for reference in corpus.references.values():
        for name in reference.authors:
            graph.nodes[Kind.AUTHOR, str(name)]["identity"] = name.identity
    return graph


def _edges(corpus: Corpus) -> Iterator[tuple[Node, Edge, Node]]:
    yield from _codebook_edges(corpus)
    yield from _reference_edges(corpus)
    for study in corpus.studies.values():
        yield from _tagged((Kind.STUDY, study.id), study_terms(corpus, study))
    for fact in facts(corpus):
        yield from _tagged((Kind.FINDING, fact.id), fact.finding.tags)
        if fact.finding.measures:
            units = {one.unit: None for one in fact.finding.measures}
            yield from _coded((Kind.FINDING, fact.id), corpus, {"unit": units})
        yield (Kind.STUDY, fact.study.id), Edge.HAS_FINDING, (Kind.FINDING, fact.id)
    for claim in corpus.claims.values():
        yield from _claim_edges(claim)
    for gap in corpus.gaps.values():
        yield from _gap_edges(corpus, gap)
    for candidate in corpus.candidates.values():
        yield from _tagged((Kind.CANDIDATE, candidate.id), candidate.tags)


def _codebook_edges(corpus: Corpus) -> Iterator[tuple[Node, Edge, Node]]:
    for facet in corpus.codebook:
        for term in facet.terms:
            node = term_node(facet.id, term.id)
            yield node, Edge.IN_FACET, (Kind.FACET, facet.id)
            if term.broader:
                yield node, Edge.BROADER, term_node(facet.id, term.broader)


def _reference_edges(corpus: Corpus) -> Iterator[tuple[Node, Edge, Node]]:
    for reference in corpus.references.values():
        for name in reference.authors:
            yield (Kind.REPORT, reference.key), Edge.BY, (Kind.AUTHOR, str(name))
    for key, use, node in citations(corpus):
        edge, report = _OF_USE.get(use, Edge.CITES), (Kind.REPORT, key)
        yield (report, edge, node) if edge is Edge.STATES else (node, edge, report)


def _tagged(node: Node, tags: Mapping[str, Iterable[str]]) -> Iterator[tuple[Node, Edge, Node]]:
    for facet, terms in tags.items():
        for term in terms:
            yield node, Edge.TAGGED, term_node(facet, term)


def _coded(
    node: Node, corpus: Corpus, terms: Mapping[Role, Iterable[str]]
) -> Iterator[tuple[Node, Edge, Node]]:
    """The same for terms that are no tags, but values of fields: of the facet with a role."""
    for role, own in terms.items():
        facet = corpus.codebook.with_role(role)
        yield from _tagged(node, {facet.id: own}) if facet else ()


def _claim_edges(claim: Claim) -> Iterator[tuple[Node, Edge, Node]]:
    node = (Kind.CLAIM, claim.id)
    yield from _tagged(node, claim.tags)
    for support in claim.rests_on:
        finding = (Kind.FINDING, support.finding)
        if support.stance == "supports":
            yield node, Edge.RESTS_ON, finding
        else:
            yield finding, Edge.CHALLENGES, node


def _gap_edges(corpus: Corpus, gap: Gap) -> Iterator[tuple[Node, Edge, Node]]:
    node = (Kind.GAP, gap.id)
    yield from _tagged(node, gap.tags)
    yield from _coded(node, corpus, {"gap-kind": [gap.kind], "gap-reason": [gap.reason]})
    for answer in gap.addressed_by:
        yield (Kind.STUDY, answer.study), Edge.ADDRESSES, node


def related(
    graph: nx.DiGraph, node: Node, kind: Kind | None = None, most: int = 5
) -> list[tuple[str, int]]:
    """The studies, claims or gaps of a kind (by default the node's own) that share most with it,
    with the number of shared links: see :func:`_links`.

    Links that many have say little and count as one over the number of the others that have them;
    the order is by that weight, ties by id. Only records that share one of the rarest links are
    weighed: as many links as it takes to reach ``_ENOUGH`` records; see :func:`_narrowed`.
    """
    if node not in graph:
        return []
    sharing, own = _sharing(graph)[kind or node[0]], {node[1]} if kind in {None, node[0]} else set()
    links = sorted((sharing[link] for link in _links(graph, node) if link in sharing), key=len)
    near: set[str] = set()
    for place, names in enumerate(links):
        if len(near) > _ENOUGH:
            break
        near |= _narrowed(names, links[place + 1 :], most)
    weights = dict.fromkeys(near - own, 0.0)
    shared = dict.fromkeys(weights, 0)
    for names in links:
        for other in weights.keys() & names:
            weights[other] += 1 / (len(names) - len(own))
            shared[other] += 1
    order = sorted(weights, key=lambda other: (-weights[other], other))
    return [(other, shared[other]) for other in order[:most]]


_ENOUGH = 200


def _narrowed(names: set[str], others: Iterable[set[str]], most: int) -> set[str]:
    """Of too many records that share a link those that share others with it, too; so that it takes
    no longer the more there are. What is cut in the end has all of the links in common."""
    for other in others:
        if len(names) <= _ENOUGH:
            return names
        both = names & other
        names = both if len(both) > most else names
    return set(nsmallest(_ENOUGH + 1, names))


_Sharing = dict[Kind, dict[Node, set[str]]]


def _sharing(graph: nx.DiGraph) -> _Sharing:
    """The studies, claims and gaps of each link; found once for a graph and kept with it."""
    if "sharing" not in graph.graph:
        sharing: _Sharing = {kind: defaultdict(set) for kind in (Kind.STUDY, Kind.CLAIM, Kind.GAP)}
        for node in graph.nodes:
            if node[0] in sharing:
                of_kind = sharing[node[0]]
                for link in _links(graph, node):
                    of_kind[link].add(node[1])
        graph.graph["sharing"] = sharing
    kept: _Sharing = graph.graph["sharing"]
    return kept


def _links(graph: nx.DiGraph, node: Node) -> set[Node]:
    """What joins records: the terms of a study and its findings and the authors of its reports;
    the terms of a claim or a gap, and the studies that it rests on or that address it."""
    links: set[Node] = set()
    for near, attributes in graph._adj[node].items():
        if near[0] is Kind.TERM:
            links.add(near)
        elif attributes["edge"] in _LEADING:
            links.update(far for far in graph._adj[near] if far[0] in _JOINING)
    return links.union(_studies(graph, node)) if node[0] is not Kind.STUDY else links


_LEADING = {Edge.HAS_FINDING.value, Edge.REPORTED_IN.value}
_JOINING = {Kind.TERM, Kind.AUTHOR}


def _studies(graph: nx.DiGraph, node: Node) -> Iterator[Node]:
    """The studies that a claim rests on, whose findings challenge it, or that address a gap."""
    for near in (*graph.successors(node), *graph.predecessors(node)):
        if near[0] is Kind.STUDY:
            yield near
        elif near[0] is Kind.FINDING:
            yield Kind.STUDY, near[1].partition("#")[0]


def claims_on(graph: nx.DiGraph, study: str) -> list[str]:
    """The claims that rest on a finding of a study, or that one challenges."""
    found: set[str] = set()
    for near in graph.successors((Kind.STUDY, study)):
        if near[0] is Kind.FINDING:
            either = (*graph.predecessors(near), *graph.successors(near))
            found.update(name for kind, name in either if kind is Kind.CLAIM)
    return sorted(found)


def gaps_of(graph: nx.DiGraph, study: str) -> list[str]:
    """The gaps that a study addresses."""
    return sorted(name for kind, name in graph.successors((Kind.STUDY, study)) if kind is Kind.GAP)


def on_one_team(graph: nx.DiGraph) -> list[str]:
    """The claims that rest on the findings of a single research team: shared authors link all the
    studies, or there is only one. Findings against a claim do not count."""
    return [name for kind, name in sorted(graph.nodes) if kind is Kind.CLAIM and _one(graph, name)]


def _one(graph: nx.DiGraph, claim: str) -> bool:
    named = (near[1] for near in graph.successors((Kind.CLAIM, claim)) if near[0] is Kind.FINDING)
    studies = dict.fromkeys(finding.partition("#")[0] for finding in named)
    return one_team([_team(graph, study) for study in studies])


def _team(graph: nx.DiGraph, study: str) -> Team:
    return frozenset(
        graph.nodes[author]["identity"]
        for report, attributes in graph.adj[Kind.STUDY, study].items()
        if attributes["edge"] == Edge.REPORTED_IN
        for author in graph.successors(report)
        if author[0] is Kind.AUTHOR
    )


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


_USES = {
    Kind.STUDY: {Edge.ADDRESSES},
    Kind.REPORT: {Edge.REPORTED_IN, Edge.CODED_FROM, Edge.CITES, Edge.STATES},
    Kind.FINDING: {Edge.RESTS_ON, Edge.CHALLENGES},
    Kind.GAP: {Edge.ADDRESSES},
    Kind.TERM: {Edge.TAGGED},
}
"""The relations by which other records use one of a kind. Nothing has to use a claim."""


def unused(graph: nx.DiGraph, kind: Kind) -> list[str]:
    """What no other record uses: reports that none cites or that state nothing, findings that no
    claim names, studies that address no gap and have no such finding, gaps that no study addresses,
    terms that nothing is tagged with itself. Raises ``KeyError`` for another kind."""
    return sorted(node[1] for node in graph.nodes if node[0] is kind and not _used(graph, node))


def _used(graph: nx.DiGraph, node: Node) -> bool:
    near = {**graph.adj[node], **graph.pred[node]}
    if any(attributes["edge"] in _USES[node[0]] for attributes in near.values()):
        return True
    return node[0] is Kind.STUDY and any(
        _used(graph, other) for other in near if other[0] is Kind.FINDING
    )
