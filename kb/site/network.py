"""The graph on the site: what its script draws, and the same as lists that need none."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Any

import networkx as nx

from kb import addresses
from kb import graph as graphs
from kb.base import KnowledgeBase
from kb.citations import Kind, Node
from kb.collector import collector_paused
from kb.network import KINDS, RELATIONS, Link, is_shown, links, ordered
from kb.site.view import View
from kb.synthesis import Claim, Gap

DATA = f"{addresses.GRAPH}links.json"
"""Where the script finds what it draws, below each language."""

MOST = 40
"""How many records of one kind are drawn at once; the lists have all of them."""

SIGNS = {
    Kind.CLAIM: "◆",
    Kind.STUDY: "●",
    Kind.GAP: "○",
    Kind.REPORT: "■",
    Kind.AUTHOR: "▲",
    Kind.CANDIDATE: "◇",
    Kind.TERM: "□",
}
"""One sign for each kind, so that colour is never the only difference."""

_LEFT = (Kind.REPORT, Kind.AUTHOR, Kind.CANDIDATE, Kind.TERM)
_OVERVIEW = (Kind.CLAIM, Kind.STUDY, Kind.GAP)


@dataclass(frozen=True, slots=True)
class Person:
    """An author: a place on the page, works and studies by their ids, and with whom how many
    works were signed."""

    name: str
    place: str
    works: tuple[str, ...]
    studies: tuple[str, ...]
    partners: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Alone:
    """A claim that rests on one team: the studies that carry it."""

    claim: Claim
    studies: tuple[str, ...]


@collector_paused()
def data(view: View, authors: Mapping[str, str]) -> bytes:
    """All that can be walked to, in one language, as JSON; ``authors`` are the addresses of their
    places.

    ``nodes`` are ``[kind, id, label, note, address]``, in the order in which columns show them;
    ``links`` are ``[source, relation, target]``, as places in ``nodes`` and in ``relations``.
    """
    nodes, between = _network(view.base)
    places = {node: place for place, node in enumerate(nodes)}
    names = [str(relation) for relation in RELATIONS]
    content = {
        "relations": names,
        "nodes": [[str(kind), name, *_told(view, (kind, name), authors)] for kind, name in nodes],
        "links": [
            [places[one.source], names.index(one.relation), places[one.target]] for one in between
        ],
    }
    return (json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _network(base: KnowledgeBase) -> tuple[list[Node], list[Link]]:
    facets = {facet.id for facet in base.codebook.axes}
    between = links(base.graph, facets)
    shown = (node for node in base.graph.nodes if is_shown(node, facets))
    return ordered(shown, between), between


def _told(view: View, node: Node, authors: Mapping[str, str]) -> tuple[str, str, str]:
    """The label of a node, what is told beside it, and its address."""
    kind, name = node
    corpus = view.corpus
    if kind is Kind.STUDY:
        study = corpus.studies[name]
        return view.cited(study), view.text(study.title), addresses.of_study(name)
    if kind is Kind.CLAIM:
        claim = corpus.claims[name]
        return view.text(claim.statement), view.t(f"type_{claim.type}"), addresses.of_claim(name)
    if kind is Kind.GAP:
        gap = corpus.gaps[name]
        return view.text(gap.statement), view.t(f"status_{gap.status}"), addresses.of_gap(name)
    if kind is Kind.REPORT:
        work = corpus.references[name]
        return work.short, work.title, addresses.of_reference(name)
    if kind is Kind.CANDIDATE:
        return corpus.candidates[name].title, "", addresses.of_candidate(name)
    if kind is Kind.AUTHOR:
        return name, "", authors[name]
    facet, _, term = name.partition("/")
    label = view.text(view.facet(facet).label)
    return view.label(facet, term), label, addresses.of_term(view.facet(facet), term)


def settings(view: View) -> str:
    """What the script needs beside the links, as JSON: words, kinds, which stand where."""
    kinds = [str(kind) for kind in KINDS]
    ways = ("", "_back")
    return json.dumps(
        {
            "kinds": kinds,
            "left": [str(kind) for kind in _LEFT],
            "overview": [str(kind) for kind in _OVERVIEW],
            "signs": {str(kind): sign for kind, sign in SIGNS.items()},
            "most": MOST,
            "language": view.language,
            "words": {
                **{f"kind_{kind}": view.t(f"graph_kind_{kind}") for kind in kinds},
                **{f"kinds_{kind}": view.t(f"graph_kinds_{kind}") for kind in kinds},
                **{
                    f"{relation}{way}": view.t(f"graph_{relation}{way}")
                    for relation in RELATIONS
                    for way in ways
                },
                **{word: view.t(f"graph_{word}") for word in _WORDS},
            },
        },
        ensure_ascii=False,
    )


_WORDS = (
    "overview", "overview_about", "neighbours", "no_neighbours", "paths", "path", "no_path",
    "open_page", "more", "unlinked", "unknown", "failed",
)  # fmt: skip


Standing = tuple[str, list[Claim], list[Gap]]
"""A study with the claims and gaps that it bears on."""


def standing(view: View) -> list[Standing]:
    """Each study with what it bears on, as the overview draws them."""
    graph, corpus = view.base.graph, view.corpus
    return [
        (
            study,
            [corpus.claims[one] for one in graphs.claims_on(graph, study)],
            [corpus.gaps[one] for one in graphs.gaps_of(graph, study)],
        )
        for study in sorted(corpus.studies, key=lambda one: _cited(view, one))
    ]


def _cited(view: View, study: str) -> tuple[str, str]:
    return view.cited(view.corpus.studies[study]).casefold(), study


def bearing(told: Sequence[Standing]) -> tuple[list[Standing], list[str]]:
    """The studies that bear on something with it, and those that bear on nothing."""
    found = [one for one in told if one[1] or one[2]]
    return found, [study for study, own, touched in told if not own and not touched]


def without(told: Sequence[Standing], view: View) -> tuple[list[Claim], list[Gap]]:
    """The claims and the gaps that no study bears on."""
    claims = {one.id for _, own, _ in told for one in own}
    gaps = {one.id for _, _, own in told for one in own}
    return (
        [one for one in view.corpus.claims.values() if one.id not in claims],
        [one for one in view.corpus.gaps.values() if one.id not in gaps],
    )


def alone(view: View) -> list[Alone]:
    """The claims that rest on a single research team."""
    return [
        Alone(claim, tuple(dict.fromkeys(f.study.id for f in view.findings_for(claim, "supports"))))
        for claim in map(view.corpus.claims.__getitem__, graphs.on_one_team(view.base.graph))
    ]


def people(view: View) -> dict[str, Any]:
    """All authors, for their page: ``circles`` whom shared works join, those with most works first,
    and who signed alone as ``single``; in each who signed most comes first. ``places`` by name."""
    together = graphs.coauthors(view.base.graph)
    places = slugs(together)
    circles = [
        sorted(
            (_person(view, together, name, places[name]) for name in names),
            key=lambda one: (-len(one.works), one.name.casefold()),
        )
        for names in nx.connected_components(together)
    ]
    circles.sort(key=_size)
    return {
        "circles": [circle for circle in circles if len(circle) > 1],
        "single": [circle[0] for circle in circles if len(circle) == 1],
        "places": places,
    }


def _size(circle: Sequence[Person]) -> tuple[int, int, str]:
    works = {key for one in circle for key in one.works}
    return -len(works), -len(circle), circle[0].name.casefold()


def _person(view: View, together: nx.Graph, name: str, place: str) -> Person:
    graph = view.base.graph
    works = sorted(key for _, key in graph.predecessors((Kind.AUTHOR, name)))
    studies = {study for key in works for study in _reporting(graph, key)}
    partners = ((other, one["weight"]) for other, one in together.adj[name].items())
    order = sorted(partners, key=lambda one: (-one[1], one[0].casefold()))
    return Person(name, place, tuple(works), tuple(sorted(studies)), tuple(order))


def _reporting(graph: nx.DiGraph, report: str) -> Iterator[str]:
    node = (Kind.REPORT, report)
    for near in graph.predecessors(node):
        if near[0] is Kind.STUDY and graph.edges[near, node]["edge"] == graphs.Edge.REPORTED_IN:
            yield near[1]


def slugs(names: Iterable[str]) -> dict[str, str]:
    """For each author a place on the page of all authors: the letters of the name in lower case,
    and a number where several names have the same."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in sorted(names):
        letters = "author-" + re.sub(r"[^\w]+", "-", name.casefold()).strip("-")
        tries = chain([letters], (f"{letters}-{number}" for number in count(2)))
        found[name] = next(one for one in tries if one not in taken)
        taken.add(found[name])
    return found
