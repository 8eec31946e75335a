"""The description of the CSV tables: a Frictionless data package with types and keys."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kb.export import dumps
from kb.formats.material import Material
from kb.formats.relations import Column, Relation, relations

Json = dict[str, Any]


def datapackage(material: Material, sizes: Mapping[str, int]) -> str:
    """``datapackage.json`` for tables of some sizes, in bytes."""
    settings, first = material.corpus.settings, material.corpus.languages[0]
    name = re.sub(r"[^a-z0-9]+", "-", settings.short_title[first].lower()).strip("-")
    package: Json = {
        "profile": "tabular-data-package",
        "name": name or "knowledge-base",
        "title": settings.title[first],
        "description": settings.description[first],
        "id": material.version,
        **({"homepage": settings.site} if settings.site else {}),
        "languages": list(material.corpus.languages),
        "licenses": [
            {
                "name": licence_id(settings.licence.name),
                "path": settings.licence.url,
                "title": settings.licence.name,
            }
        ],
        "contributors": [{"title": one.name[first], "role": "author"} for one in settings.coders],
        "resources": [_resource(one, sizes[one.name]) for one in relations(material)],
    }
    return dumps(package)


def licence_id(name: str) -> str:
    """A licence's name in the form of a list of licences: ``CC-BY-4.0``."""
    return re.sub(r"[^A-Za-z0-9.]+", "-", name).strip("-")


def _resource(one: Relation, size: int) -> Json:
    schema: Json = {
        "fields": [_field(column) for column in one.columns],
        "primaryKey": list(one.key),
        "missingValues": [""],
    }
    if one.foreign:
        schema["foreignKeys"] = [
            {
                "fields": list(key.columns),
                # The specification names a table itself by an empty string.
                "reference": {
                    "resource": "" if key.table == one.name else key.table,
                    "fields": list(key.names),
                },
            }
            for key in one.foreign
        ]
    return {
        "name": one.name,
        "path": f"{one.name}.csv",
        "profile": "tabular-data-resource",
        "description": one.about,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": size,
        "schema": schema,
    }


def _field(column: Column) -> Json:
    return {
        "name": column.name,
        "type": column.type,
        "description": column.about,
        **({"language": column.language} if column.language else {}),
    }
