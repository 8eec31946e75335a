"""The graph of all records and relations: GraphML for Gephi, yEd and igraph, and the node-link JSON
of networkx and D3."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from kb.citations import Kind
from kb.formats.material import Material, once
from kb.formats.relations import in_language

if TYPE_CHECKING:
    import networkx as nx


def graphml(material: Material) -> Iterator[tuple[str, bytes]]:
    """The graph as GraphML."""
    import networkx as nx

    out = io.BytesIO()
    nx.write_graphml_xml(labelled(material), out, encoding="utf-8")
    yield "graph.graphml", out.getvalue()


def node_link(material: Material) -> Iterator[tuple[str, bytes]]:
    """The graph as node-link JSON."""
    import networkx as nx

    data = nx.node_link_data(labelled(material), edges="edges")
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    yield "graph.node-link.json", f"{text}\n".encode()


@once
def labelled(material: Material) -> nx.DiGraph:
    """The graph with texts as nodes (``kind:id``); each has its kind, its id as ``name``, and what
    it is called."""
    import networkx as nx

    graph, labels = material.base.graph, _labels(material)
    made: nx.DiGraph = nx.DiGraph()
    for kind, id in sorted(graph.nodes):
        made.add_node(f"{kind}:{id}", kind=str(kind), name=id, **labels.get((kind, id), {}))
    for source, target, edge in sorted(graph.edges(data="edge")):
        made.add_edge(":".join(source), ":".join(target), kind=str(edge))
    return made


def _labels(material: Material) -> Mapping[tuple[Kind, str], Mapping[str, str | int]]:
    """What nodes are called in each language, and the year of those that have one."""
    corpus = material.corpus
    texts: dict[tuple[Kind, str], Mapping[str, str]] = {}
    years: dict[tuple[Kind, str], int | None] = {}
    for study in corpus.studies.values():
        texts[Kind.STUDY, study.id] = study.title
        years[Kind.STUDY, study.id] = corpus.year(study)
    texts |= {(Kind.FINDING, one.id): one.finding.statement for one in material.base.facts}
    texts |= {(Kind.CLAIM, one.id): one.statement for one in corpus.claims.values()}
    texts |= {(Kind.GAP, one.id): one.statement for one in corpus.gaps.values()}
    for facet in corpus.codebook:
        texts[Kind.FACET, facet.id] = facet.label
        texts |= {(Kind.TERM, f"{facet.id}/{one.id}"): one.label for one in facet.terms}
    for key, reference in corpus.references.items():
        texts[Kind.REPORT, key] = dict.fromkeys(corpus.languages, reference.title)
        years[Kind.REPORT, key] = reference.year
    for one in corpus.candidates.values():
        texts[Kind.CANDIDATE, one.id] = dict.fromkeys(corpus.languages, one.title)
    labels: dict[tuple[Kind, str], dict[str, str | int]] = {
        node: {in_language("label", language): words for language, words in text.items()}
        for node, text in texts.items()
    }
    for node, year in years.items():
        labels[node] |= {"year": year} if year else {}
    return labels
