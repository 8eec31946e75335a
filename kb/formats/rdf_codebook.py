"""What the records rest on as statements: the knowledge base, its codebook in SKOS, and the works
in the words of schema.org and FaBiO."""

from __future__ import annotations

from collections.abc import Iterator

from kb.codebook import Facet, Term
from kb.corpus import Corpus
from kb.formats.rdf_names import (
    DIRECTIONS,
    WHOLE,
    Addresses,
    Said,
    about,
    line,
    part,
    texts,
    value,
    year,
)
from kb.formats.triples import Iri, Literal, Statement, iri
from kb.formats.works import container, publisher
from kb.references import Name, Reference

TYPES = {
    "article": "schema:ScholarlyArticle fabio:JournalArticle",
    "book": "schema:Book fabio:Book",
    "incollection": "schema:Chapter fabio:BookChapter",
    "inbook": "schema:Chapter fabio:BookChapter",
    "inproceedings": "schema:ScholarlyArticle fabio:ConferencePaper",
    "proceedings": "schema:Book fabio:ConferenceProceedings",
    "techreport": "schema:Report fabio:ReportDocument",
    "thesis": "schema:Thesis fabio:Thesis",
    "phdthesis": "schema:Thesis fabio:DoctoralThesis",
    "mastersthesis": "schema:Thesis fabio:MastersThesis",
}
"""What schema.org and FaBiO call the types of BibTeX."""
OTHER = "schema:CreativeWork fabio:Expression"


def knowledge_base(corpus: Corpus, version: str) -> Iterator[Statement]:
    """The knowledge base as a whole, its people and its directions."""
    settings, at = corpus.settings, Addresses(corpus)
    yield from about(
        WHOLE,
        "kb:KnowledgeBase schema:Dataset",
        texts("schema:name", settings.title),
        texts("schema:description", settings.description),
        [("dct:license", iri(settings.licence.url))],
        line("schema:version", version),
        (("dct:language", Literal(language)) for language in corpus.languages),
        texts("kb:proposition", settings.proposition),
        (("kb:uses", at.facet(facet.id)) for facet in corpus.codebook),
        [("kb:uses", DIRECTIONS)],
    )
    for one in settings.coders:
        orcid = [("schema:sameAs", Iri(f"https://orcid.org/{one.orcid}"))] if one.orcid else []
        names = texts("schema:name", one.name)
        yield from about(
            at.person(one.id), "dct:Agent", line("dct:identifier", one.id), names, orcid
        )
    yield from about(DIRECTIONS, "skos:ConceptScheme", line("dct:identifier", "directions"))
    for direction in settings.directions:
        yield from about(
            at.direction(direction.id),
            "skos:Concept kb:Direction",
            [("skos:inScheme", DIRECTIONS), ("skos:topConceptOf", DIRECTIONS)],
            line("dct:identifier", direction.id),
            texts("skos:prefLabel", direction.label),
            texts("skos:definition", direction.definition),
            line("kb:stance", direction.stance),
        )


def codebook(corpus: Corpus) -> Iterator[Statement]:
    """The facets as concept schemes with their terms as concepts."""
    at = Addresses(corpus)
    for facet in corpus.codebook:
        yield from about(
            at.facet(facet.id),
            "skos:ConceptScheme",
            line("dct:identifier", facet.id),
            texts("skos:prefLabel", facet.label),
            texts("skos:definition", facet.definition),
        )
        for term in facet.terms:
            yield from about(at.term(facet.id, term.id), "skos:Concept", _concept(at, facet, term))


def _concept(at: Addresses, facet: Facet, term: Term) -> Said:
    scheme = at.facet(facet.id)
    yield "skos:inScheme", scheme
    yield "skos:notation", Literal(term.id)
    yield "dct:identifier", Literal(f"{facet.id}/{term.id}")
    yield from texts("skos:prefLabel", term.label)
    for language, names in (term.alt_labels or {}).items():
        yield from (("skos:altLabel", Literal(name, language)) for name in names)
    yield from texts("skos:definition", term.definition)
    yield from texts("skos:scopeNote", term.scope_note)
    for example in term.examples:
        yield from texts("skos:example", example)
    if term.broader:
        yield "skos:broader", at.term(facet.id, term.broader)
    else:
        yield "skos:topConceptOf", scheme
    if term.source:
        yield "dct:source", at.reference(term.source)
    yield from value("kb:searched", term.searched)
    if term.deprecated:
        yield from value("owl:deprecated", True)
    if term.replaced_by:
        yield "dct:isReplacedBy", at.term(facet.id, term.replaced_by)


def references(corpus: Corpus) -> Iterator[Statement]:
    """The works with their authors and editors."""
    at = Addresses(corpus)
    for one in corpus.references.values():
        work = at.reference(one.key)
        roles = {"author": one.authors, "editor": one.editors}
        yield from about(work, TYPES.get(one.type, OTHER), _work(work, one, roles))
        for role, names in roles.items():
            for number, name in enumerate(names, 1):
                yield from about(part(work, role, number), *_person(name))


def _work(work: Iri, one: Reference, roles: dict[str, tuple[Name, ...]]) -> Said:
    fields = one.fields
    yield "dct:identifier", Literal(one.key)
    yield "schema:name", Literal(one.title, one.language)
    for role, names in roles.items():
        yield from ((f"schema:{role}", part(work, role, n)) for n in range(1, len(names) + 1))
    yield from year("schema:datePublished", one.year)
    yield from line("schema:inLanguage", one.language)
    yield from line("kb:publishedIn", container(one))
    yield from line("schema:publisher", publisher(one))
    yield from line("schema:pagination", fields.get("pages"))
    yield from line("schema:volumeNumber", fields.get("volume"))
    yield from line("schema:issueNumber", fields.get("number"))
    yield from line("schema:isbn", fields.get("isbn"))
    yield from line("schema:issn", fields.get("issn"))
    yield from line("prism:doi", one.doi)
    if one.link:
        yield "schema:url", iri(one.link)
    yield from (("kb:unverified", Literal(name)) for name in one.unverified)


def _person(name: Name) -> tuple[str, Said]:
    if not name.given:
        return "schema:Organization", line("schema:name", name.family)
    said = {
        "schema:name": f"{name.given} {name.family}",
        "schema:familyName": name.family,
        "schema:givenName": name.given,
    }
    return "schema:Person", [(predicate, Literal(text)) for predicate, text in said.items()]
