"""The static API of a knowledge base: every file of it, its schemas, its index, its description."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import combinations
from typing import Any

from kb import api_schema, export, openapi, shapes, whole
from kb.base import KnowledgeBase
from kb.codebook import Codebook
from kb.columns import columns
from kb.corpus import Corpus
from kb.export import dumps

FOLDER = f"api/v{whole.API_VERSION}"
"""Where the API lies below a site."""


def files(base: KnowledgeBase) -> Iterator[tuple[str, str]]:
    """The files of the API, one after the other: path below ``api/v1/`` and content.

    Each file of data is ``{"version", "generated_from", "data"}``. The same content gives the same
    bytes. ``index.json`` comes last.
    """
    listed: list[shapes.File] = []
    for path, schema, content in _contents(base):
        text = _enveloped(base, content, path)
        listed.append(_file(path, schema, text, content))
        yield path, text
    for name in api_schema.OF_FILES:
        yield f"schema/{name}.json", api_schema.text(name, base.settings.site)
    listing = {one["path"]: one["schema"] for one in listed} | {"index.json": "schema/index.json"}
    yield "openapi.json", dumps(openapi.described(base.settings, listing))
    yield "index.json", _enveloped(base, _index(base, listed), "index.json")


def pairs(corpus: Corpus) -> Iterator[tuple[str, str]]:
    """Every two facets that can be crossed, the one that stands first in the codebook as row;
    the default row facet always comes first."""
    default = corpus.settings.matrix.row
    names = sorted((axis.id for axis in corpus.codebook.axes), key=lambda name: name != default)
    yield from combinations(names, 2)


def _contents(base: KnowledgeBase) -> Iterator[tuple[str, str, Any]]:
    """Path, name of the schema, and data of each file but the index."""
    corpus = base.corpus
    for name, records in (
        ("studies", base.studies()),
        ("findings", base.findings()),
        ("claims", base.claims()),
        ("gaps", base.gaps()),
        ("candidates", base.candidates()),
        ("references", base.works()),
    ):
        yield f"{name}.json", name, records.to_dicts()
    yield "changes.json", "changes", [export.release(one) for one in corpus.releases.values()]
    yield "codebook.json", "codebook", export.codebook(corpus.codebook)
    yield "graph.json", "graph", export.graph(base.graph)
    yield "facts.json", "facts", columns(corpus, base.facts)
    yield whole.NAME, "knowledge-base", whole.whole(corpus)
    for row, column in pairs(corpus):
        yield _matrix(row, column), "matrix", export.matrix(base.matrix(row, column))


def _matrix(row: str, column: str) -> str:
    return f"matrix/{row}-{column}.json"


def _enveloped(base: KnowledgeBase, content: object, path: str) -> str:
    envelope = {
        "version": whole.API_VERSION,
        "generated_from": base.fingerprint,
        "data": content,
        # So that the file can be loaded on its own.
        **({"context": whole.context(base.corpus)} if path == "studies.json" else {}),
    }
    # Without indentation: a tenth of the time, and half the size (measured).
    return export.line(envelope)


def _file(path: str, schema: str, text: str, content: object) -> shapes.File:
    data = text.encode()
    made: shapes.File = {
        "path": path,
        "schema": f"schema/{schema}.json",
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    if isinstance(content, list):
        made["count"] = len(content)
    return made


def _index(base: KnowledgeBase, listed: list[shapes.File]) -> shapes.Index:
    settings, corpus = base.settings, base.corpus
    crossed = [_crossed(row, column) for row, column in pairs(corpus)]
    default = settings.matrix.row, settings.matrix.column
    return {
        "title": settings.title,
        "site": settings.site,
        "languages": list(settings.languages),
        "licence": {"name": settings.licence.name, "url": settings.licence.url},
        "counts": _counts(listed),
        "facets": _facets(corpus.codebook),
        "matrix": next(one for one in crossed if (one["row"], one["column"]) == default),
        "matrices": crossed,
        "files": listed,
        "openapi": "openapi.json",
    }


def _crossed(row: str, column: str) -> shapes.MatrixFile:
    return {"row": row, "column": column, "path": _matrix(row, column)}


def _facets(codebook: Codebook) -> list[shapes.FacetEntry]:
    return [
        {"id": one.id, "label": one.label, "role": one.role, "terms": len(one.terms)}
        for one in codebook
    ]


def _counts(listed: list[shapes.File]) -> dict[str, int]:
    return {one["path"].removesuffix(".json"): one["count"] for one in listed if "count" in one}
