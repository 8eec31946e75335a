"""Linked data: both forms say the same, its shapes hold and find what is wrong, SPARQL answers, and
the vocabulary is described."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyshacl
import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Graph, URIRef

import kb
from kb import addresses
from kb.formats import rdf, rdf_names
from kb.formats.material import Material
from kb.formats.triples import Curie, Iri, Literal, Statement, iri, jsonld, turtle
from tests.formats import KB, REAL, graph_of, knowledge_bases, loaded, made, whole

SCHEMA = rdflib.Namespace("https://schema.org/")
ONTOLOGY = Graph().parse(REAL / "kb/formats/ontology.ttl")
SHAPES = Graph().parse(REAL / "kb/formats/shapes.ttl")


@pytest.fixture(scope="module", params=["fixture", "real"])
def one(request: pytest.FixtureRequest) -> Material:
    """The made-up knowledge base, then the real one."""
    return whole(loaded(request.param))


@pytest.fixture(scope="module")
def graph(one: Material) -> Graph:
    """All of it as statements."""
    return graph_of(made(one, "turtle"))


# --- the two forms ------------------------------------------------------------------------------


def test_turtle_and_json_ld_say_the_same(one: Material, graph: Graph) -> None:
    other = graph_of(made(one, "json-ld"), "knowledge-base.jsonld")
    assert set(other) == set(graph)
    assert len(graph) == len(set(rdf.statements(one)))


@given(base=knowledge_bases())
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_they_say_the_same_whatever_is_written(base: kb.KnowledgeBase) -> None:
    material = whole(base)
    files = {**made(material, "turtle"), **made(material, "json-ld")}
    graph = graph_of(files)
    assert set(graph) == set(graph_of(files, "knowledge-base.jsonld"))
    records: list[Any] = [*base.corpus.claims.values(), *base.corpus.gaps.values()]
    for record in records:
        nodes = set(graph.subjects(DCTERMS.identifier, rdflib.Literal(record.id)))
        (node,) = nodes & {*graph.subjects(RDF.type, KB.Claim), *graph.subjects(RDF.type, KB.Gap)}
        said = {(text.language, str(text)) for text in graph.objects(node, KB.statement)}  # type: ignore[attr-defined]
        assert said == set(record.statement.items())


def test_texts_with_signs_of_turtle() -> None:
    text = 'a "quote", a \\ backslash,\na line\tand é 𝄞 \' <b> \u00a0.'
    said = [
        Statement(Iri("x"), "kb:note", Literal(text, "en")),
        Statement(Iri("x"), "a", Curie("kb:Gap")),
    ]
    node = URIRef("https://example.org/x")
    for write, name in ((turtle, "x.ttl"), (jsonld, "x.jsonld")):
        content = "".join(write(said, rdf_names.PREFIXES, "https://example.org/")).encode()
        assert set(graph_of({name: content}, name)) == {
            (node, KB.note, rdflib.Literal(text, "en")),
            (node, RDF.type, KB.Gap),
        }


def test_addresses_of_records_can_hold_what_turtle_refuses() -> None:
    assert iri("https://e.org/a|b{c}`^\\d") == "https://e.org/a%7Cb%7Bc%7D%60%5E%5Cd"


def test_nothing_about_one_subject_stands_in_two_places(one: Material) -> None:
    nodes = json.loads(made(one, "json-ld")["knowledge-base.jsonld"])["@graph"]
    names = [node["@id"] for node in nodes]
    assert len(names) == len(set(names))


# --- addresses ----------------------------------------------------------------------------------


def test_addresses_are_those_of_the_pages(one: Material) -> None:
    base = kb.KnowledgeBase(
        replace(
            one.corpus,
            settings=one.corpus.settings.model_copy(update={"site": "https://example.org/x"}),
        )
    )
    graph = graph_of(made(whole(base), "turtle"))
    first, study = one.corpus.languages[0], next(iter(one.corpus.studies))
    page = URIRef(f"https://example.org/x/{first}/{addresses.of_study(study)}")
    assert (page, RDF.type, KB.Study) in graph


def test_without_a_site_addresses_lead_nowhere_and_say_so(graph: Graph) -> None:
    own = {str(node) for node in graph.subjects()}
    assert all(node.startswith("https://knowledge-base.invalid/") for node in own)


# --- shapes -------------------------------------------------------------------------------------


def _report(graph: Graph) -> tuple[bool, str]:
    conforms, _, text = pyshacl.validate(graph, shacl_graph=SHAPES)
    return bool(conforms), str(text)


def test_the_shapes_are_shapes() -> None:
    conforms, _, text = pyshacl.validate(Graph(), shacl_graph=SHAPES, meta_shacl=True)
    assert conforms, text


def test_the_shapes_hold(graph: Graph) -> None:
    conforms, text = _report(graph)
    assert conforms, text


@given(base=knowledge_bases())
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
def test_they_hold_for_what_is_made_up(base: kb.KnowledgeBase) -> None:
    conforms, text = _report(graph_of(made(whole(base), "turtle")))
    assert conforms, text


LACKING: list[tuple[str, URIRef]] = [
    ("Study", KB.reportedIn),
    ("Finding", KB.statement),
    ("Finding", KB.findingOf),
    ("Claim", KB.statedIn),
    ("Passage", KB.source),
    ("Candidate", KB.toCheck),
]
"""What is taken from the first thing of a kind."""
WRONG: list[tuple[str, URIRef, Any]] = [
    ("Finding", KB.direction, KB.nowhere),
    ("Finding", KB.about, KB.nowhere),
    ("Claim", KB.restsOn, KB.nowhere),
    ("Gap", KB.status, rdflib.Literal("lost")),
    ("Assessment", KB.coherence, rdflib.Literal("none")),
    ("Measure", KB.value, rdflib.Literal("many")),
]
"""What is said of it instead."""


def test_the_shapes_find_what_is_wrong() -> None:
    graph = graph_of(made(whole(loaded("fixture")), "turtle"))
    things = {
        kind: min(graph.subjects(RDF.type, KB[kind]), key=str) for kind, *_ in (*LACKING, *WRONG)
    }
    for kind, predicate in LACKING:
        graph.remove((things[kind], predicate, None))
    for kind, predicate, value in WRONG:
        graph.set((things[kind], predicate, value))
    conforms, text = _report(graph)
    assert not conforms
    found = set(re.findall(r"Focus Node: <(\S+)>\n(?:.*\n)*?\s*Result Path: kb:(\w+)", text))
    wanted = [(kind, predicate) for kind, predicate, *_ in (*LACKING, *WRONG)]
    for kind, name in wanted:
        assert (str(things[kind]), str(name).removeprefix(rdf_names.OWN)) in found


# --- the vocabulary -----------------------------------------------------------------------------


def _own(nodes: Iterable[Any]) -> set[str]:
    return {str(node) for node in nodes if str(node).startswith(rdf_names.OWN)}


def test_every_word_that_is_used_is_described(graph: Graph) -> None:
    kinds = graph.objects(None, RDF.type)
    described = _own(ONTOLOGY.subjects(RDF.type, None))
    assert _own(graph.predicates()) | _own(kinds) <= described


def test_every_word_is_used_somewhere() -> None:
    source = "".join(
        path.read_text("utf-8") for path in sorted((REAL / "kb/formats").glob("rdf_*.py"))
    )
    for word in _own(ONTOLOGY.subjects(RDF.type, None)):
        name = word.removeprefix(rdf_names.OWN)
        components = ("methodologicalLimitations", "coherence", "adequacy", "relevance")
        assert f"kb:{name}" in source or name.removesuffix("Reason") in components or not name


def test_every_word_has_labels_and_a_comment() -> None:
    for kind in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty):
        words = set(ONTOLOGY.subjects(RDF.type, kind))
        assert words
        for word in words:
            labels = {text.language for text in ONTOLOGY.objects(word, RDFS.label)}  # type: ignore[attr-defined]
            assert labels == {"en", "sv"}
            assert ONTOLOGY.value(word, RDFS.comment)
            if kind == OWL.Class:
                assert ONTOLOGY.value(word, RDFS.subClassOf)


def test_numbers_and_texts_are_of_the_type_that_is_told(graph: Graph) -> None:
    for word, wanted in ONTOLOGY.subject_objects(RDFS.range):
        for value in graph.objects(None, word):
            if (word, RDF.type, OWL.ObjectProperty) in ONTOLOGY:
                assert isinstance(value, URIRef)
            elif wanted == RDF.langString:
                assert isinstance(value, rdflib.Literal)
                assert value.language
            else:
                assert isinstance(value, rdflib.Literal)
                assert (value.datatype or rdflib.XSD.string) == wanted


# --- SPARQL -------------------------------------------------------------------------------------

PREFIXES = "".join(f"PREFIX {name}: <{address}>\n" for name, address in rdf_names.PREFIXES.items())


def _pairs(graph: Graph, query: str) -> set[tuple[str, str]]:
    """The first two values of each answer."""
    query = query if query.startswith("PREFIX") else PREFIXES + query
    return {(str(row[0]), str(row[1])) for row in graph.query(query)}  # type: ignore[index]


def test_sparql_finds_the_studies_of_a_term_and_its_narrower_ones(
    one: Material, graph: Graph
) -> None:
    facet = one.corpus.codebook[one.corpus.settings.matrix.row]
    found = _pairs(
        graph,
        f"""SELECT DISTINCT ?term ?id WHERE {{
            ?upper skos:inScheme/dct:identifier "{facet.id}" ; skos:notation ?term .
            ?lower skos:broader* ?upper .
            ?finding kb:about ?lower ; kb:findingOf/dct:identifier ?id .
        }}""",
    )
    assert found == {
        (term.id, fact.study.id)
        for term in facet.terms
        for fact in one.base.findings({facet.id: term.id})
    }


def test_sparql_finds_open_gaps_and_who_states_them(one: Material, graph: Graph) -> None:
    found = _pairs(
        graph,
        """SELECT ?gap ?source WHERE {
            ?one a kb:Gap ; kb:status "open" ; dct:identifier ?gap ;
                kb:statedIn/kb:source/dct:identifier ?source .
        }""",
    )
    assert found == {
        (gap.id, place.source) for gap in one.base.gaps(status="open") for place in gap.stated_by
    }


def test_sparql_finds_what_speaks_for_a_claim_and_against_it(one: Material, graph: Graph) -> None:
    for name, stance in (("restsOn", "supports"), ("challengedBy", "challenges")):
        found = _pairs(
            graph,
            f"""SELECT ?id ?finding WHERE {{
                ?claim a kb:Claim ; dct:identifier ?id ; kb:{name}/dct:identifier ?finding .
            }}""",
        )
        assert found == {
            (claim.id, support.finding)
            for claim in one.corpus.claims.values()
            for support in claim.rests_on
            if support.stance == stance
        }


def test_skos_has_the_whole_codebook(one: Material, graph: Graph) -> None:
    schemes = set(graph.subjects(RDF.type, SKOS.ConceptScheme))
    assert len(schemes) == len(one.corpus.codebook.facets) + 1
    for facet in one.corpus.codebook:
        for term in facet.terms:
            (node,) = graph.subjects(DCTERMS.identifier, rdflib.Literal(f"{facet.id}/{term.id}"))
            assert graph.value(node, SKOS.inScheme) in schemes
            labels = {(t.language, str(t)) for t in graph.objects(node, SKOS.prefLabel)}  # type: ignore[attr-defined]
            assert labels == set(term.label.items())


def test_works_have_their_authors_in_schema_org(one: Material, graph: Graph) -> None:
    for work in one.corpus.references.values():
        nodes = graph.subjects(DCTERMS.identifier, rdflib.Literal(work.key))
        (node,) = (each for each in nodes if "/references/" in str(each))
        assert str(graph.value(node, SCHEMA.name)) == work.title
        authors = [a for a in work.authors if str(a) != "others"]
        assert len(set(graph.objects(node, SCHEMA.author))) == len(authors)


def test_the_files_of_the_vocabulary_are_published(one: Material) -> None:
    files = made(one, "turtle")
    for name in ("ontology.ttl", "shapes.ttl"):
        assert files[name] == (Path(rdf.__file__).parent / name).read_bytes()


@pytest.mark.parametrize("language", ["en", "sv"])
def test_the_query_in_the_docs_answers(language: str) -> None:
    text = (REAL / f"docs/{language}/commands/index.md").read_text("utf-8")
    (query,) = re.findall(r"```sparql\n(.*?)```", text, re.DOTALL)
    base = loaded("real")
    found = _pairs(graph_of(made(whole(base), "turtle")), query)
    wanted = base.gaps(status="open", country="NO")
    assert found == {(gap.id, gap.statement[language]) for gap in wanted} != set()
