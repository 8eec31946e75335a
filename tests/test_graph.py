"""The graph: kinds of nodes and edges, and the questions that it answers."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import pytest

import kb
from kb.graph import Edge, Kind, coauthors, related, term_node, unused_terms
from tests.making import facet, finding, study, term, write

REAL = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> kb.KnowledgeBase:
    """Four studies; ``a`` and ``b`` share an author, ``c`` a term with ``a``, ``d`` nothing."""
    rows = facet("row", ["r1", term("r1a", broader="r1"), "r2", "r3"])
    studies = {
        "a": study(finding("r1a", "c1"), authors="Ask, Ann and Bo, Bea", years=[2019, 2020]),
        "b": study(finding("r2", "c2"), authors="Bo, Bea and Cy, Carl", kind="thesis"),
        "c": study(finding("r1a", "c3"), authors="Dee, Dan", directness="explicit"),
        "d": study(authors="Eve, Eva", directness="linked", tags={"row": ["r3"]}, kind="thesis"),
    }
    return kb.load(write(tmp_path_factory.mktemp("graph"), studies, [rows]))


@pytest.fixture(scope="module")
def real() -> kb.KnowledgeBase:
    """The real knowledge base."""
    return kb.load(REAL)


def edges(graph: nx.DiGraph, kind: Edge) -> set[tuple[str, str]]:
    return {(s[1], t[1]) for s, t, edge in graph.edges(data="edge") if edge == kind}


class TestGraph:
    def test_nodes(self, base: kb.KnowledgeBase) -> None:
        names: dict[str, set[str]] = {kind.value: set() for kind in Kind}
        for kind, name in base.graph.nodes:
            names[kind].add(name)
        assert names["study"] == {"a", "b", "c", "d"}
        assert names["report"] == set(base.references)
        assert names["author"] == {"Ask, Ann", "Bo, Bea", "Cy, Carl", "Dee, Dan", "Eve, Eva"}
        assert names["finding"] == {"a#f1", "b#f1", "c#f1"}
        assert names["facet"] == {"row", "column", "country", "kind", "directness"}
        assert {"row/r1", "row/r1a", "kind/case", "directness/linked"} <= names["term"]

    def test_edges(self, base: kb.KnowledgeBase) -> None:
        graph = base.graph
        assert edges(graph, Edge.HAS_FINDING) == {("a", "a#f1"), ("b", "b#f1"), ("c", "c#f1")}
        assert ("a", "a-2") in edges(graph, Edge.REPORTED_IN)
        assert ("a-2", "Bo, Bea") in edges(graph, Edge.BY)
        assert edges(graph, Edge.BROADER) == {("row/r1a", "row/r1")}
        assert ("row/r1a", "row") in edges(graph, Edge.IN_FACET)
        tagged = edges(graph, Edge.TAGGED)
        assert {("a#f1", "row/r1a"), ("d", "row/r3"), ("a", "kind/case")} <= tagged
        assert ("a", "row/r1a") not in tagged

    def test_a_study_coded_from_a_review(self, real: kb.KnowledgeBase) -> None:
        graph = real.graph
        node = (Kind.STUDY, "astvik2018")
        assert graph.edges[node, (Kind.REPORT, "siverbo2022")]["edge"] == "coded-from"
        assert graph.edges[node, (Kind.REPORT, "astvik2018")]["edge"] == "reported-in"

    @pytest.mark.parametrize("which", ["made", "real"])
    def test_only_known_kinds_between_known_kinds(
        self, which: str, base: kb.KnowledgeBase, real: kb.KnowledgeBase
    ) -> None:
        graph = base.graph if which == "made" else real.graph
        allowed = {
            ("study", "reported-in", "report"), ("study", "coded-from", "report"),
            ("report", "by", "author"), ("study", "has-finding", "finding"),
            ("study", "tagged", "term"), ("finding", "tagged", "term"),
            ("term", "broader", "term"), ("term", "in-facet", "facet"),
        }  # fmt: skip
        assert {(s[0], edge, t[0]) for s, t, edge in graph.edges(data="edge")} <= {
            (Kind(s), Edge(edge), Kind(t)) for s, edge, t in allowed
        }
        assert all(isinstance(kind, Kind) for kind, _ in graph.nodes)
        assert all(graph.has_predecessor(t, s) for s, t in graph.edges)

    def test_every_record_is_a_node(self, real: kb.KnowledgeBase) -> None:
        assert {(Kind.STUDY, one) for one in real.corpus.studies} <= set(real.graph)
        assert {(Kind.FINDING, fact.id) for fact in real.facts} <= set(real.graph)
        assert {(Kind.REPORT, key) for key in real.references} <= set(real.graph)
        terms = {term_node(one.id, each.id) for one in real.codebook.axes for each in one.terms}
        assert terms <= set(real.graph)


class TestQuestions:
    def test_related_by_terms_and_authors(self, base: kb.KnowledgeBase) -> None:
        # With b: an author and directness. With c: r1a and kind.
        assert related(base.graph, "a") == [("b", 2), ("c", 2)]
        assert related(base.graph, "d") == [("b", 1)]

    def test_what_few_share_weighs_more(self, tmp_path: Path) -> None:
        crowd = {f"x{n}": study(finding("r2", "c2"), authors=f"P{n}, P") for n in range(5)}
        pair = {"a": study(finding("r1", "c2")), "z": study(finding("r1", "c3"))}
        graph = kb.load(write(tmp_path, {**crowd, **pair})).graph
        assert related(graph, "a", most=2) == [("z", 3), ("x0", 3)]

    def test_among_many_the_rarest_links_decide_who_is_weighed(self) -> None:
        graph: nx.DiGraph = nx.DiGraph()
        for number in range(500):
            here = (Kind.STUDY, f"s{number:03}")
            own = ["common", *(["rare"] if number in (0, 499) else [])]
            own += [f"group{number % 2}"]
            for name in own:
                graph.add_edge(here, term_node("t", name), edge=Edge.TAGGED.value)
        assert related(graph, "s000", most=2) == [("s499", 2), ("s002", 2)]

    def test_at_most_so_many(self, base: kb.KnowledgeBase) -> None:
        assert related(base.graph, "a", most=1) == [("b", 2)]
        assert related(base.graph, "nobody") == []

    def test_a_study_is_not_related_to_itself(self, real: kb.KnowledgeBase) -> None:
        for name in real.corpus.studies:
            found = related(real.graph, name)
            assert name not in dict(found)
            assert len(found) <= 5
            assert all(shared > 0 for _, shared in found)

    def test_coauthors(self, base: kb.KnowledgeBase) -> None:
        together = coauthors(base.graph)
        assert set(together) == {"Ask, Ann", "Bo, Bea", "Cy, Carl", "Dee, Dan", "Eve, Eva"}
        weights = {frozenset(pair): weight for *pair, weight in together.edges(data="weight")}
        assert weights == {
            frozenset({"Ask, Ann", "Bo, Bea"}): 2, frozenset({"Bo, Bea", "Cy, Carl"}): 1,
        }  # fmt: skip

    def test_unused_terms(self, base: kb.KnowledgeBase) -> None:
        unused = unused_terms(base.graph)
        assert {"row/r1", "country/SE", "country/NO", "country/FI"} == set(unused)
        assert unused == sorted(unused)
