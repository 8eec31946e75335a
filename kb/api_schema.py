"""JSON Schema (draft 2020-12) of each file of the static API.

They are made from the models of the records and from the shapes of what is derived from them, and
are open: a file of the same version may have more keys than its schema names.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from kb import shapes
from kb.codebook import Facet
from kb.export import dumps
from kb.model import Record
from kb.schema import DRAFT, Schema, described, plain, summary
from kb.synthesis import Candidate, Claim, Gap
from kb.whole import API_VERSION

OF_FILES: Mapping[str, Any] = {
    "studies": list[shapes.PublishedStudy],
    "findings": list[shapes.ListedFinding],
    "claims": list[Claim],
    "gaps": list[Gap],
    "candidates": list[Candidate],
    "changes": list[shapes.PublishedRelease],
    "codebook": list[Facet],
    "references": list[shapes.Reference],
    "graph": shapes.Graph,
    "facts": shapes.Facts,
    "matrix": shapes.Matrix,
    "index": shapes.Index,
    "knowledge-base": shapes.Whole,
}
"""What is under ``data`` in a file, by the name of its schema."""

ABOUT: Mapping[str, str] = {
    "studies": "All studies, each with its findings",
    "findings": "All findings, each with its effective terms",
    "claims": "What sources conclude, with the findings for and against",
    "gaps": "What sources say is not known, with what has narrowed it since",
    "candidates": "Works that wait to be coded",
    "changes": "What each release brought",
    "codebook": "The facets with their terms",
    "references": "The bibliography",
    "graph": "Everything that belongs to something else, as nodes and edges",
    "facts": "The coded facts as columns of numbers, from which any matrix can be computed",
    "matrix": "Two facets crossed: every pair of their terms, with what is known there",
    "index": "What there is: files with their sizes and hashes, counts, facets, languages",
    "knowledge-base": "Everything in one file: every record as it was written",
}

_NULL: Schema = {"type": "null"}

TEXT: Schema = {
    "description": "A text for readers, by the code of its language",
    "type": "object",
    "additionalProperties": {"type": "string", "minLength": 1},
}
"""Which languages there are is said in the index."""


@cache
def text(name: str, site: str | None = None) -> str:
    """The schema of a file as the text of one, always the same."""
    return dumps(schema(name, site))


def schema(name: str, site: str | None = None) -> Schema:
    """The schema of a file; ``site`` is the address of the site that publishes it."""
    data, definitions = _data(name)
    address = f"{site.rstrip('/')}/api/v{API_VERSION}/schema/{name}.json" if site else None
    properties: Schema = {
        "version": {"description": "The version of these shapes", "const": API_VERSION},
        "generated_from": {
            "description": "What tells the content that this was made from from any other",
            "type": "string",
        },
        "data": data,
    }
    if name == "studies":
        context, more = _context()
        properties["context"] = context
        definitions = {**definitions, **more}
    return {
        "$schema": DRAFT,
        **({"$id": address} if address else {}),
        "title": name,
        "description": ABOUT[name],
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "$defs": {**dict(sorted(definitions.items())), "Text": TEXT},
    }


def _data(name: str) -> tuple[Schema, Schema]:
    return _of(OF_FILES[name], keeps_path=name in {"index", "knowledge-base"})


def _context() -> tuple[Schema, Schema]:
    return _of(shapes.Context, keeps_path=True)


def _of(shape: Any, keeps_path: bool) -> tuple[Schema, Schema]:
    """The schema of a shape and those of the records in it."""
    made = TypeAdapter(shape).json_schema()
    records = made.pop("$defs", {})
    return _opened(made, keeps_path), {n: _opened(one, keeps_path) for n, one in records.items()}


def _opened(one: Schema, keeps_path: bool) -> Schema:
    """The schema of a record with what its fields are for, open to more fields."""
    if "properties" not in one:
        bare: Schema = plain(one)
        return bare
    told = _told().get(one.get("title", ""), {})
    fields = {
        name: value for name, value in one["properties"].items() if keeps_path or name != "path"
    }
    required = [name for name in one.get("required", ()) if name in fields]
    kept = {}
    for name, value in fields.items():
        nullable = name in required and _NULL in value.get("anyOf", ())
        wanted = {"anyOf": [plain(value), _NULL]} if nullable else plain(value)
        kept[name] = {"description": told[name], **wanted} if name in told else wanted
    return {
        "description": summary(one.get("description", "")),
        "type": "object",
        "properties": kept,
        **({"required": required} if required else {}),
    }


@cache
def _told() -> Mapping[str, Mapping[str, str]]:
    """What each field is for, by the name of its record, for the published records as well."""
    own = dict(described())
    for name, shape in vars(shapes).items():
        if isinstance(shape, type) and issubclass(shape, Record):
            parents = [own[one.__name__] for one in shape.__mro__ if one.__name__ in own]
            own.setdefault(name, {k: v for told in reversed(parents) for k, v in told.items()})
    return own
