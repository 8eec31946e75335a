"""The rows of the tables that the records name: codebook, directions, people and references; and
of the cells that are derived from all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kb.api import pairs
from kb.formats.material import Material
from kb.references import FIELDS

Row = Mapping[str, Any]

_TOLD = {"author", "editor", "title", "year", "doi", "url"}
"""The fields of a reference that have a column of their own making."""


def _directions(material: Material) -> Iterator[Row]:
    for one in material.corpus.settings.directions:
        yield dict(one)


def _people(material: Material) -> Iterator[Row]:
    yield from (dict(one) for one in material.corpus.settings.coders)


def _facets(material: Material) -> Iterator[Row]:
    for one in material.corpus.codebook:
        yield {
            "id": one.id,
            "label": one.label,
            "plural": one.plural,
            "definition": one.definition,
            "role": one.role,
            "applies_to": ";".join(one.applies_to),
            "required": one.required,
            "many": one.many,
        }


def _terms(material: Material) -> Iterator[Row]:
    for facet in material.corpus.codebook:
        for position, one in enumerate(facet.terms, 1):
            told = {name: value for name, value in one if value is not None}
            others = {name: "; ".join(words) for name, words in (one.alt_labels or {}).items()}
            yield {**told, "facet": facet.id, "position": position, "alt_labels": others}


def _broader(material: Material) -> Iterator[Row]:
    for facet in material.corpus.codebook:
        for term, lineage in facet.lineage.items():
            for steps, upper in enumerate(lineage):
                yield {"facet": facet.id, "term": term, "broader": upper, "steps": steps}


def _attributes(material: Material) -> Iterator[Row]:
    for facet in material.corpus.codebook:
        for term in facet.terms:
            for name, value in term.attributes.items():
                yield {"facet": facet.id, "term": term.id, "attribute": name, "value": value}


def _references(material: Material) -> Iterator[Row]:
    for one in material.corpus.references.values():
        yield {
            **{name: one.fields[name] for name in FIELDS if name in one.fields.keys() - _TOLD},
            "key": one.key,
            "type": one.type,
            "title": one.title,
            "year": one.year,
            "language": one.language or None,
            "doi": one.doi or None,
            "link": one.link or None,
            "unverified": ";".join(one.unverified) or None,
        }


def _reference_people(material: Material) -> Iterator[Row]:
    for one in material.corpus.references.values():
        for role, names in (("author", one.authors), ("editor", one.editors)):
            for position, name in enumerate(names, 1):
                yield {
                    "reference": one.key,
                    "role": role,
                    "position": position,
                    "family": name.family,
                    "given": name.given or None,
                }


def _cells(material: Material) -> Iterator[Row]:
    for row, column in pairs(material.corpus):
        for one in material.base.matrix(row, column).cells:
            yield {
                "row_facet": row,
                "row_term": one.row,
                "column_facet": column,
                "column_term": one.column,
                "state": one.state.value,
                "studies": len(one.studies),
                "findings": len(one.facts),
                "gaps": len(one.gaps),
                "flags": ";".join(one.flags) or None,
            }


ROWS: Mapping[str, Callable[[Material], Iterator[Row]]] = {
    "directions": _directions,
    "people": _people,
    "facets": _facets,
    "terms": _terms,
    "broader-terms": _broader,
    "term-attributes": _attributes,
    "references": _references,
    "reference-people": _reference_people,
    "cells": _cells,
}
"""The rows of each table, by its name."""
