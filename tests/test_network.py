"""What can be walked through: links between records, their order, and lists that say the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

import kb
from kb import addresses
from kb.base import KnowledgeBase
from kb.citations import Kind, Node, term_node
from kb.graph import Edge, on_one_team
from kb.network import KINDS, RELATIONS, WORKS_WITH, Link, links, ordered
from kb.site import authors, network, pages, written
from kb.site.view import View
from tests.making import facet, finding, study, term, write
from tests.sites import SOURCES

A, B = (Kind.STUDY, "a"), (Kind.STUDY, "b")


@cache
def view(name: str = "fixture") -> View:
    """One of the knowledge bases in its first language."""
    base = kb.load(SOURCES[name])
    return View(base, base.corpus.languages[0])


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """Two studies with a common author, each of whose terms is coded in its own way."""
    rows = facet("row", ["r1", term("r1a", broader="r1"), "r2", "r3"])
    studies = {
        "a": study(finding("r1a", "c1"), finding("r1a", "c2"), authors="Ask, Ann and Bo, Bea"),
        "b": study(tags={"row": ["r2"]}, authors="Bo, Bea", years=[2019, 2020]),
    }
    return kb.load(write(tmp_path_factory.mktemp("network"), studies, [rows]))


def told(one: View) -> Any:
    """What the script draws, read back."""
    return json.loads(network.data(one, authors.homes(one)))


def walked(base: KnowledgeBase) -> list[Link]:
    return links(base.graph, {one.id for one in base.codebook.axes})


def of(found: list[Link], node: Node) -> set[tuple[str, str]]:
    """The relations that lead from a node, and the names that they lead to."""
    return {(str(one.relation), one.target[1]) for one in found if one.source == node}


def test_a_study_has_the_terms_of_its_findings_and_the_authors_of_its_reports(
    base: KnowledgeBase,
) -> None:
    assert of(walked(base), A) == {
        *{("tagged", name) for name in ("row/r1a", "column/c1", "column/c2")},
        *{("tagged", "kind/case"), ("tagged", "directness/direct")},
        *{("reported-in", "a-1"), ("by", "Ask, Ann"), ("by", "Bo, Bea")},
    }
    assert ("tagged", "row/r2") in of(walked(base), B)


def test_authors_of_a_work_are_linked_with_each_other_once(base: KnowledgeBase) -> None:
    found = [one for one in walked(base) if one.relation == WORKS_WITH]
    assert found == [Link((Kind.AUTHOR, "Ask, Ann"), WORKS_WITH, (Kind.AUTHOR, "Bo, Bea"))]


def test_claims_are_linked_with_studies_and_not_with_findings() -> None:
    found = walked(view().base)
    assert of(found, (Kind.CLAIM, "waende-umstritten")) >= {("rests-on", "modell2022")}
    assert ("challenges", "waende-umstritten") in of(found, (Kind.STUDY, "modell2023"))
    assert ("addresses", "waende-und-arten") in of(found, (Kind.STUDY, "modell2023"))
    assert not {Kind.FINDING, Kind.FACET} & {end[0] for one in found for end in (one[0], one[2])}


@pytest.mark.parametrize("name", SOURCES)
def test_every_link_is_told_once_and_in_order(name: str) -> None:
    found = walked(view(name).base)
    assert len(found) == len(set(found))
    ranks = [RELATIONS.index(one.relation) for one in found]
    assert ranks == sorted(ranks)
    assert {one.relation for one in found} <= set(RELATIONS)
    assert all(one.source != one.target for one in found)


def test_terms_of_facets_without_pages_are_left_out() -> None:
    facets = {
        name.partition("/")[0]
        for one in walked(view().base)
        for kind, name in (one.source, one.target)
        if kind is Kind.TERM
    }
    assert facets <= {one.id for one in view().codebook.axes}
    assert "lacuna" not in facets


def test_columns_are_put_in_an_order_in_which_few_links_cross() -> None:
    """Four claims, each linked with the study of the reversed name: all cross, then none does."""
    crossed = [
        Link((Kind.CLAIM, name), Edge.RESTS_ON, (Kind.STUDY, other))
        for name, other in zip("abcd", "dcba", strict=True)
    ]
    nodes = [end for one in crossed for end in (one.source, one.target)]
    alone = (Kind.CLAIM, "alone")
    found = ordered([*nodes, alone], crossed)
    claims = [name for kind, name in found if kind is Kind.CLAIM]
    studies = [name for kind, name in found if kind is Kind.STUDY]
    assert claims[-1] == "alone"
    partner = dict(zip("abcd", "dcba", strict=True))
    assert [partner[name] for name in claims[:-1]] == studies


@pytest.mark.parametrize("name", SOURCES)
def test_the_order_has_every_node_once_by_kind(name: str) -> None:
    base = view(name).base
    nodes = [node for node in base.graph.nodes if node[0] in KINDS]
    found = ordered(nodes, walked(base))
    assert sorted(found) == sorted(nodes)
    ranks = [KINDS.index(kind) for kind, _ in found]
    assert ranks == sorted(ranks)


# --- What the script draws -----------------------------------------------------------------------


@pytest.mark.parametrize("name", SOURCES)
def test_every_record_author_and_term_is_there_with_a_page(name: str) -> None:
    one = view(name)
    content = told(one)
    known = {(kind, name) for kind, name, *_ in content["nodes"]}
    assert {("study", id) for id in one.corpus.studies} <= known
    assert {("claim", id) for id in one.corpus.claims} <= known
    assert {("gap", id) for id in one.corpus.gaps} <= known
    assert {("report", id) for id in one.corpus.references} <= known
    assert {("term", term_node(f.id, t.id)[1]) for f in one.codebook.axes for t in f.terms} <= known
    there = {page.address for page in pages.pages(one)}
    there |= {path.removesuffix("index.md") for path, _ in written.files(one)}
    assert {node[4].partition("#")[0] for node in content["nodes"]} <= there
    assert all(node[2] for node in content["nodes"])
    for source, relation, target in content["links"]:
        assert 0 <= source < len(content["nodes"]) > target >= 0
        assert content["relations"][relation]


def test_every_language_says_it_in_its_words_about_the_same_nodes() -> None:
    one = told(View(view().base, "de"))
    other = told(View(view().base, "fr"))
    assert [node[:2] for node in one["nodes"]] == [node[:2] for node in other["nodes"]]
    assert one["links"] == other["links"]
    assert [node[2] for node in one["nodes"]] != [node[2] for node in other["nodes"]]


def test_the_same_records_give_the_same_bytes() -> None:
    """In processes of their own, in which sets and dicts have other orders."""
    code = "import sys; from kb import load; from kb.site import authors, network; "
    code += "from kb.site.view import View; one = View(load(sys.argv[1]), 'de'); "
    code += "sys.stdout.buffer.write(network.data(one, authors.homes(one)))"
    made = {
        subprocess.run(
            [sys.executable, "-c", code, str(SOURCES["fixture"])],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(made) == 1


def test_every_relation_and_kind_has_its_words() -> None:
    words = json.loads(network.settings(view()))["words"]
    for relation in RELATIONS:
        assert words[relation]
        assert words[f"{relation}_back"]
    assert all(words[f"kind_{kind}"] and words[f"kinds_{kind}"] for kind in KINDS)


def test_an_address_in_the_graph_says_which_node_is_in_the_middle() -> None:
    for kind, name in [(Kind.AUTHOR, 'Å "B" & C, D.'), (Kind.TERM, "row/r1"), (Kind.STUDY, "a")]:
        query = urlsplit(addresses.in_graph(kind, name)).query
        assert parse_qs(query) == {"at": [f"{kind}:{name}"]}


# --- The lists -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SOURCES)
def test_the_lists_have_every_claim_and_gap(name: str) -> None:
    one = view(name)
    told = network.standing(one)
    claims, gaps = network.without(told, one)
    assert [id for id, _, _ in told] == sorted(
        one.corpus.studies, key=lambda id: (one.cited(one.corpus.studies[id]).casefold(), id)
    )
    assert {c.id for _, own, _ in told for c in own} | {c.id for c in claims} == set(
        one.corpus.claims
    )
    assert {g.id for _, _, own in told for g in own} | {g.id for g in gaps} == set(one.corpus.gaps)
    drawn = {(link.source, link.target) for link in walked(one.base)}
    for id, own, touched in told:
        pairs = [((Kind.STUDY, id), (Kind.GAP, gap.id)) for gap in touched]
        assert all(pair in drawn for pair in pairs)
        for claim in own:
            ends = (Kind.STUDY, id), (Kind.CLAIM, claim.id)
            assert ends in drawn or ends[::-1] in drawn


@pytest.mark.parametrize("name", SOURCES)
def test_claims_on_one_team_name_the_studies_that_carry_them(name: str) -> None:
    one = view(name)
    found = network.alone(one)
    assert [each.claim.id for each in found] == on_one_team(one.base.graph)
    for each in found:
        carried = {
            s.finding.partition("#")[0] for s in each.claim.rests_on if s.stance == "supports"
        }
        assert set(each.studies) == carried


def test_authors_stand_in_circles(tmp_path: Path) -> None:
    studies = {
        "a": study(authors="Ask, Ann and Bo, Bea", years=[2019, 2020]),
        "b": study(authors="Bo, Bea and Cy, Carl"),
        "c": study(authors="Dee, Dan and Eve, Eva"),
        "d": study(authors="Foe, Finn"),
    }
    found = network.people(View(kb.load(write(tmp_path, studies)), "en"))
    assert [[one.name for one in circle] for circle in found["circles"]] == [
        ["Bo, Bea", "Ask, Ann", "Cy, Carl"],
        ["Dee, Dan", "Eve, Eva"],
    ]
    assert [one.name for one in found["single"]] == ["Foe, Finn"]
    first = found["circles"][0][0]
    assert first.partners == (("Ask, Ann", 2), ("Cy, Carl", 1))
    assert first.works == ("a-1", "a-2", "b-1")
    assert first.studies == ("a", "b")


def test_every_author_has_a_place_of_its_own() -> None:
    names = ["Bo, Bea", "Bo Bea", "Bo, Bea.", "Bo Bea 2", "Åse, Å.", "李, 明"]
    found: Mapping[str, str] = network.slugs(names)
    assert len(set(found.values())) == len(names)
    assert found["Åse, Å."] == "author-åse-å"
    assert found == network.slugs(reversed(names))
