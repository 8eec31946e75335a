"""The graph as readers walk through it, record by record: who stands beside whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import networkx as nx

from kb.citations import Kind, Node
from kb.collector import collector_paused
from kb.graph import Edge, coauthors

KINDS = (
    Kind.CLAIM,
    Kind.STUDY,
    Kind.GAP,
    Kind.REPORT,
    Kind.AUTHOR,
    Kind.CANDIDATE,
    Kind.TERM,
)
"""What can be walked to, in the order in which it is shown; findings stand for their study."""

WORKS_WITH = "works-with"
RELATIONS = (
    Edge.RESTS_ON,
    Edge.CHALLENGES,
    Edge.ADDRESSES,
    Edge.STATES,
    Edge.REPORTED_IN,
    Edge.CODED_FROM,
    Edge.CITES,
    Edge.BY,
    WORKS_WITH,
    Edge.TAGGED,
    Edge.BROADER,
)
"""The relations between them, the closest first."""

_DRAWN = ({Kind.CLAIM, Kind.STUDY}, {Kind.STUDY, Kind.GAP})
"""The kinds between which lines are to cross as little as can be."""

SWEEPS = 12
"""How often the columns are put in order: more changes nothing that can be seen."""


class Link(NamedTuple):
    """A relation that reads from its source to its target."""

    source: Node
    relation: str
    target: Node


@collector_paused()
def links(graph: nx.DiGraph, facets: Collection[str]) -> list[Link]:
    """Every relation between two records, authors or terms, once, in a fixed order.

    What holds for a finding holds for its study, and whoever signed a report is an author of its
    study. Of terms only those of some facets are there: others have no page.
    """
    found = {Link(*one) for one in _projected(graph, facets)}
    for one, other in coauthors(graph).edges:
        found.add(Link((Kind.AUTHOR, min(one, other)), WORKS_WITH, (Kind.AUTHOR, max(one, other))))
    return sorted(found, key=_rank)


def _rank(link: Link) -> tuple[int, str]:
    # One text is compared faster than all the parts of a link.
    return RELATIONS.index(link.relation), "\0".join((*link.source, *link.target))


def _projected(graph: nx.DiGraph, facets: Collection[str]) -> Iterable[tuple[Node, str, Node]]:
    for source, target, edge in graph.edges(data="edge"):
        one, other = _record(source), _record(target)
        if one != other and is_shown(one, facets) and is_shown(other, facets):
            yield one, edge, other
        if edge == Edge.REPORTED_IN:
            for author in graph.successors(target):
                if author[0] is Kind.AUTHOR:
                    yield source, Edge.BY, author


def _record(node: Node) -> Node:
    return (Kind.STUDY, node[1].partition("#")[0]) if node[0] is Kind.FINDING else node


def is_shown(node: Node, facets: Collection[str]) -> bool:
    """Whether a node can be walked to; a term only if its facet is one of some."""
    kind, name = node
    return kind in KINDS and (kind is not Kind.TERM or name.partition("/")[0] in facets)


def ordered(nodes: Iterable[Node], between: Iterable[Link]) -> list[Node]:
    """The nodes by kind, and within each so that few links cross when the claims stand left of
    the studies and the gaps right of them: each next to the mean place of what it is linked with,
    found by turns. What has no such link keeps its name's place, after the others.
    """
    columns: dict[Kind, list[Node]] = {kind: [] for kind in KINDS}
    for node in sorted(nodes):
        columns[node[0]].append(node)
    near: dict[Node, list[Node]] = defaultdict(list)
    for source, _, target in between:
        if {source[0], target[0]} in _DRAWN:
            near[source].append(target)
            near[target].append(source)
    for _ in range(SWEEPS):
        for kind in (Kind.CLAIM, Kind.GAP):
            columns[kind] = _by_mean(columns[kind], near, _shares(columns[Kind.STUDY]))
        places = [_shares(columns[kind]) for kind in (Kind.CLAIM, Kind.GAP)]
        columns[Kind.STUDY] = _by_mean(columns[Kind.STUDY], near, places[0] | places[1])
    return [node for kind in KINDS for node in columns[kind]]


def _shares(column: Sequence[Node]) -> dict[Node, float]:
    """How far down its column each node stands, from 0 to 1."""
    return {node: place / len(column) for place, node in enumerate(column)}


def _by_mean(
    own: Sequence[Node], near: Mapping[Node, Sequence[Node]], places: Mapping[Node, float]
) -> list[Node]:
    def mean(node: Node) -> tuple[float, Node]:
        known = [places[other] for other in near.get(node, ()) if other in places]
        return (sum(known) / len(known) if known else 2.0), node

    return sorted(own, key=mean)
