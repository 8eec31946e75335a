"""The vocabularies that the statements use, and the addresses of what they are about: the pages in
the first language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kb import addresses
from kb.codebook import Role
from kb.corpus import Corpus
from kb.formats.triples import Curie, Iri, Literal, Object, Statement

OWN = "urn:uuid:6f1d1f6e-5c1b-4a0e-9d0a-2a8f2f3b7c55#"
"""The vocabulary of findings, claims and gaps. No one owns a place for it that would stay, so it
has a name that needs none; ``ontology.ttl`` says what it means."""

PREFIXES: Mapping[str, str] = {
    "kb": OWN,
    "dct": "http://purl.org/dc/terms/",
    "fabio": "http://purl.org/spar/fabio/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prism": "http://prismstandard.org/namespaces/basic/2.0/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

Said = Iterable[tuple[str, Object]]
"""What is said of a subject: predicates and objects."""

WHOLE = Iri("")
"""The knowledge base itself: the root of its site."""
DIRECTIONS = Iri("#directions")


def about(subject: Iri, type: str, *said: Said) -> Iterator[Statement]:
    """Statements about one subject; types are separated by spaces."""
    for name in type.split():
        yield Statement(subject, "a", Curie(name))
    for each in said:
        for predicate, object in each:
            yield Statement(subject, predicate, object)


def texts(predicate: str, text: Mapping[str, str] | None) -> Said:
    """A text in each of its languages."""
    for language, words in (text or {}).items():
        yield predicate, Literal(words, language.replace("_", "-"))


def line(predicate: str, text: str | None) -> Said:
    """A text without a language, if there is one."""
    return [(predicate, Literal(text))] if text else []


def value(predicate: str, value: float | bool | None) -> Said:
    """A number or a truth value, if there is one."""
    if value is None:
        return []
    if isinstance(value, bool):
        return [(predicate, Literal(str(value).lower(), type="xsd:boolean"))]
    if isinstance(value, int):
        return [(predicate, Literal(str(value), type="xsd:integer"))]
    return [(predicate, Literal(repr(value), type="xsd:double"))]


def year(predicate: str, year: int | None) -> Said:
    """A year, if there is one."""
    return [(predicate, Literal(str(year), type="xsd:gYear"))] if year else []


def day(predicate: str, date: str) -> Said:
    """A day."""
    return [(predicate, Literal(date, type="xsd:date"))]


class Addresses:
    """The addresses of the things in a corpus, relative to its site."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus, self._folder = corpus, corpus.languages[0]

    def _at(self, address: str) -> Iri:
        return Iri(f"{self._folder}/{address}")

    def facet(self, facet: str) -> Iri:
        """A facet's page; of one without pages, its place in the codebook."""
        one = self._corpus.codebook[facet]
        return self._at(addresses.of_facet(one) if one.is_axis else f"codebook/#{facet}")

    def term(self, facet: str, term: str) -> Iri:
        """A term's page, or its place in the codebook."""
        one = self._corpus.codebook[facet]
        inside = f"codebook/#{facet}-{term}"
        return self._at(addresses.of_term(one, term) if one.is_axis else inside)

    def terms(self, predicate: str, tags: Mapping[str, Iterable[str]]) -> Said:
        """What something is coded with."""
        for facet, own in tags.items():
            yield from ((predicate, self.term(facet, term)) for term in own)

    def of_role(self, predicate: str, role: Role, term: str) -> Said:
        """A term of the facet with a role; as a text when there is no such facet."""
        facet = self._corpus.codebook.with_role(role)
        return [(predicate, self.term(facet.id, term) if facet else Literal(term))]

    def direction(self, direction: str) -> Iri:
        """A direction."""
        return Iri(f"#direction/{direction}")

    def person(self, coder: str) -> Iri:
        """Someone who codes."""
        return Iri(f"#person/{coder}")

    def reference(self, key: str) -> Iri:
        """A work."""
        return self._at(addresses.of_reference(key))

    def study(self, study: str) -> Iri:
        """A study."""
        return self._at(addresses.of_study(study))

    def finding(self, finding: str) -> Iri:
        """A finding, by its address in the records."""
        return self._at(addresses.of_finding(finding))

    def claim(self, claim: str) -> Iri:
        """A claim."""
        return self._at(addresses.of_claim(claim))

    def gap(self, gap: str) -> Iri:
        """A gap."""
        return self._at(addresses.of_gap(gap))

    def candidate(self, candidate: str) -> Iri:
        """A candidate."""
        return self._at(addresses.of_candidate(candidate))


def part(whole: Iri, name: str, number: int) -> Iri:
    """A part of something that has no page: no id has a slash, so it is no other thing."""
    return Iri(f"{whole}{'' if '#' in whole else '#'}/{name}-{number}")
