"""The graph: kinds of nodes and edges, and the questions that it answers."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import pytest

import kb
from kb import export
from kb.citations import Kind, term_node
from kb.graph import Edge, claims_on, coauthors, gaps_of, on_one_team, related, unused
from tests.making import facet, finding, study, term, write
from tests.sites import copy

REAL = Path(__file__).resolve().parent.parent
FIXTURE = REAL / "tests" / "fixture"


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


@pytest.fixture(scope="module")
def stated() -> nx.DiGraph:
    """The graph of the made-up knowledge base with claims, gaps and a candidate."""
    return kb.load(FIXTURE).graph


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
        assert names["facet"] == {"row", "column", "country", "kind", "directness", "unit"}
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
            ("study", "cites", "report"), ("gap", "cites", "report"), ("term", "cites", "report"),
            ("facet", "cites", "report"), ("report", "states", "claim"),
            ("report", "states", "gap"), ("candidate", "reported-in", "report"),
            ("candidate", "coded-from", "report"), ("report", "by", "author"),
            ("study", "has-finding", "finding"), ("claim", "rests-on", "finding"),
            ("finding", "challenges", "claim"), ("study", "addresses", "gap"),
            ("study", "tagged", "term"), ("finding", "tagged", "term"), ("claim", "tagged", "term"),
            ("gap", "tagged", "term"), ("candidate", "tagged", "term"),
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
        corpus = real.corpus
        assert {(Kind.CLAIM, name) for name in corpus.claims} <= set(real.graph)
        assert {(Kind.GAP, name) for name in corpus.gaps} <= set(real.graph)
        assert {(Kind.CANDIDATE, name) for name in corpus.candidates} <= set(real.graph)
        terms = {term_node(one.id, each.id) for one in real.codebook for each in one.terms}
        assert terms <= set(real.graph)

    def test_claims_and_their_findings(self, stated: nx.DiGraph) -> None:
        assert {pair for pair in edges(stated, Edge.RESTS_ON) if pair[0] != "saat-hilft"} == {
            ("nicht-maehen", "erfunden2019#fewer-visits"),
            ("waende-umstritten", "modell2022#walls-help-species"),
        }
        assert edges(stated, Edge.CHALLENGES) == {
            ("modell2023#walls-hinder-species", "waende-umstritten"),
        }

    def test_gaps_and_the_studies_that_address_them(self, stated: nx.DiGraph) -> None:
        assert edges(stated, Edge.ADDRESSES) == {
            ("selbst2020", "bienen-auf-balkonen"), ("modell2022", "bienen-auf-balkonen"),
            ("erfunden2019", "stoecke-auf-moos"), ("modell2023", "waende-und-arten"),
        }  # fmt: skip

    def test_references_and_what_they_state(self, stated: nx.DiGraph) -> None:
        found = {name for source, name in edges(stated, Edge.STATES) if source == "uebersicht2020"}
        assert found == {"bald-mehr", "saat-hilft", "waende-umstritten", "larven-an-waenden"}
        assert ("larven-an-waenden", "schlaf2024") in edges(stated, Edge.CITES)  # it is urgent
        assert ("habitat/extensive-roof", "uebersicht2020") in edges(stated, Edge.CITES)

    def test_the_closest_relation_is_kept(self, stated: nx.DiGraph) -> None:
        """A report that a supplement and a caveat of its study cite, too."""
        edge = stated.edges[(Kind.STUDY, "muster2015"), (Kind.REPORT, "muster2018")]
        assert edge == {"edge": "reported-in"}

    def test_candidates(self, stated: nx.DiGraph) -> None:
        node = (Kind.CANDIDATE, "wartend")
        found = {(how["edge"], near[1]) for near, how in stated.adj[node].items()}
        assert found == {
            ("reported-in", "ohnejahr"), ("coded-from", "uebersicht2020"),
            ("tagged", "habitat/green-roof"),
        }  # fmt: skip

    def test_claims_and_gaps_are_tagged(self, stated: nx.DiGraph) -> None:
        tagged = edges(stated, Edge.TAGGED)
        assert {two for one, two in tagged if one == "waende-und-arten"} == {
            "habitat/green-wall", "effect/diversity", "lacuna/disputed", "obstacle/at-odds",
        }  # fmt: skip
        assert {two for one, two in tagged if one == "nicht-maehen"} == {
            "habitat/green-roof", "intervention/mowing",
        }  # fmt: skip

    def test_findings_have_the_units_of_their_figures(self, stated: nx.DiGraph) -> None:
        assert ("muster2015#more-visits", "quantity/visits-per-hour") in edges(stated, Edge.TAGGED)

    def test_in_json(self, stated: nx.DiGraph) -> None:
        found = export.graph(stated)
        assert {"id": "gap:wer-zaehlt", "kind": "gap", "name": "wer-zaehlt"} in found["nodes"]
        edge = {"source": "study:modell2023", "target": "gap:waende-und-arten", "kind": "addresses"}
        assert edge in found["edges"]


class TestQuestions:
    def test_related_by_terms_and_authors(self, base: kb.KnowledgeBase) -> None:
        # With b: an author and directness. With c: r1a and kind.
        assert related(base.graph, (Kind.STUDY, "a")) == [("b", 2), ("c", 2)]
        assert related(base.graph, (Kind.STUDY, "d")) == [("b", 1)]

    def test_what_few_share_weighs_more(self, tmp_path: Path) -> None:
        crowd = {f"x{n}": study(finding("r2", "c2"), authors=f"P{n}, P") for n in range(5)}
        pair = {"a": study(finding("r1", "c2")), "z": study(finding("r1", "c3"))}
        graph = kb.load(write(tmp_path, {**crowd, **pair})).graph
        assert related(graph, (Kind.STUDY, "a"), most=2) == [("z", 3), ("x0", 3)]

    def test_among_many_the_rarest_links_decide_who_is_weighed(self) -> None:
        graph: nx.DiGraph = nx.DiGraph()
        for number in range(500):
            here = (Kind.STUDY, f"s{number:03}")
            own = ["common", *(["rare"] if number in (0, 499) else [])]
            own += [f"group{number % 2}"]
            for name in own:
                graph.add_edge(here, term_node("t", name), edge=Edge.TAGGED.value)
        assert related(graph, (Kind.STUDY, "s000"), most=2) == [("s499", 2), ("s002", 2)]

    def test_at_most_so_many(self, base: kb.KnowledgeBase) -> None:
        assert related(base.graph, (Kind.STUDY, "a"), most=1) == [("b", 2)]
        assert related(base.graph, (Kind.STUDY, "nobody")) == []

    def test_a_study_is_not_related_to_itself(self, real: kb.KnowledgeBase) -> None:
        for name in real.corpus.studies:
            found = related(real.graph, (Kind.STUDY, name))
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
        found = unused(base.graph, Kind.TERM)
        assert found == ["country/FI", "country/NO", "country/SE", "row/r1", "unit/percent"]

    def test_related_claims_and_gaps(self, stated: nx.DiGraph) -> None:
        # Two terms, and modell2023, which challenges the one and addresses the other.
        assert related(stated, (Kind.CLAIM, "waende-umstritten"), Kind.GAP) == [
            ("waende-und-arten", 3), ("bienen-auf-balkonen", 1), ("larven-an-waenden", 1),
        ]  # fmt: skip
        assert related(stated, (Kind.GAP, "waende-und-arten"), Kind.CLAIM) == [
            ("waende-umstritten", 3),
        ]
        assert ("waende-und-arten", 1) in related(stated, (Kind.GAP, "wer-zaehlt"))  # the kind
        assert related(stated, (Kind.CLAIM, "saat-hilft"), Kind.GAP) == [("stoecke-auf-moos", 1)]

    @pytest.mark.parametrize(
        ("study", "claims", "gaps"),
        [
            ("muster2015", ["saat-hilft"], []),
            ("modell2023", ["waende-umstritten"], ["waende-und-arten"]),  # it speaks against
            ("modell2022", ["waende-umstritten"], ["bienen-auf-balkonen"]),
            ("selbst2020", [], ["bienen-auf-balkonen"]),
            ("leer2018", [], []),
        ],
    )
    def test_what_names_a_study(
        self, study: str, claims: list[str], gaps: list[str], stated: nx.DiGraph
    ) -> None:
        assert claims_on(stated, study) == claims
        assert gaps_of(stated, study) == gaps

    def test_claims_on_one_team(self, stated: nx.DiGraph) -> None:
        # saat-hilft rests on two studies of the same author; waende-umstritten on one, for it is
        # the other that challenges it; bald-mehr on none.
        assert on_one_team(stated) == ["nicht-maehen", "saat-hilft", "waende-umstritten"]

    def test_claims_on_two_teams(self, tmp_path: Path) -> None:
        root = copy("fixture", tmp_path / "base")
        references = (root / "references.bib").read_text("utf-8")
        changed = references.replace("{Muster, Anna and Fiktiv, Frieda}", "{Fiktiv, Frieda}")
        (root / "references.bib").write_text(changed, "utf-8")
        assert on_one_team(kb.load(root).graph) == ["nicht-maehen", "waende-umstritten"]

    def test_an_initial_is_the_same_author(self, tmp_path: Path) -> None:
        root = copy("fixture", tmp_path / "base")
        references = (root / "references.bib").read_text("utf-8")
        changed = references.replace("{Muster, Anna and Fiktiv, Frieda}", "{Muster, A.}")
        (root / "references.bib").write_text(changed, "utf-8")
        assert "saat-hilft" in on_one_team(kb.load(root).graph)

    @pytest.mark.parametrize(
        ("kind", "names"),
        [
            (Kind.GAP, ["larven-an-waenden", "wer-zaehlt"]),
            (Kind.REPORT, ["ungelesen2017"]),
            (Kind.STUDY, ["alt2009", "leer2018", "schlaf2024"]),
        ],
    )
    def test_what_nothing_uses(self, kind: Kind, names: list[str], stated: nx.DiGraph) -> None:
        assert unused(stated, kind) == names

    def test_findings_that_no_claim_names(self, stated: nx.DiGraph) -> None:
        found = unused(stated, Kind.FINDING)
        assert "muster2015#survival-of-larvae" in found
        assert not {"muster2015#more-visits", "modell2023#walls-hinder-species"} & set(found)
