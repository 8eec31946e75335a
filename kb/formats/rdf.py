"""RDF: everything as statements, in Turtle and in JSON-LD, with its vocabulary and its shapes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kb.formats.material import Material
from kb.formats.rdf_codebook import codebook, knowledge_base, references
from kb.formats.rdf_names import PREFIXES
from kb.formats.rdf_records import candidates, claims, gaps, studies
from kb.formats.triples import Statement, jsonld, turtle

NOWHERE = "https://knowledge-base.invalid/"
"""What addresses begin with as long as the settings name no site: they lead nowhere, and say so."""

HERE = Path(__file__).parent


def as_turtle(material: Material) -> Iterator[tuple[str, bytes]]:
    """All statements as Turtle, and beside them what the words of the vocabulary mean and which
    statements each kind of thing must have (SHACL)."""
    pieces = turtle(statements(material), PREFIXES, base(material))
    yield "knowledge-base.ttl", "".join(pieces).encode()
    for name in ("ontology.ttl", "shapes.ttl"):
        yield name, (HERE / name).read_bytes()


def as_jsonld(material: Material) -> Iterator[tuple[str, bytes]]:
    """All statements as JSON-LD."""
    pieces = jsonld(statements(material), PREFIXES, base(material))
    yield "knowledge-base.jsonld", "".join(pieces).encode()


def base(material: Material) -> str:
    """What relative addresses are relative to."""
    site = material.corpus.settings.site
    return f"{site.rstrip('/')}/" if site else NOWHERE


def statements(material: Material) -> Iterator[Statement]:
    """Everything that is said, those about one subject together."""
    corpus = material.corpus
    yield from knowledge_base(corpus, material.version)
    yield from codebook(corpus)
    yield from references(corpus)
    yield from studies(corpus, material.base.facts)
    yield from claims(corpus, {one.id for one in material.base.claims(one_team=True)})
    yield from gaps(corpus)
    yield from candidates(corpus)
