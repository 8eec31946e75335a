"""The static API described in OpenAPI 3.1, for tools that make clients or documentation from it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from kb.api_schema import ABOUT
from kb.records import Settings
from kb.whole import API_VERSION

VERSION = "3.1.0"


def described(settings: Settings, files: Mapping[str, str]) -> dict[str, Any]:
    """The description of an API with these files, each with the address of its schema, relative to
    the description."""
    first = settings.languages[0]
    return {
        "openapi": VERSION,
        "info": {
            "title": settings.title[first],
            "description": settings.description[first],
            "version": API_VERSION,
            "license": {"name": settings.licence.name, "url": settings.licence.url},
        },
        "servers": [{"url": ".", "description": "The folder that this description lies in"}],
        "paths": {f"/{path}": _path(path, files[path]) for path in sorted(files)},
    }


def _path(path: str, schema: str) -> dict[str, Any]:
    about = ABOUT[PurePosixPath(schema).stem]
    name = path.removesuffix(".json").replace("/", "-")
    found = {
        "description": about,
        "content": {"application/json": {"schema": {"$ref": schema}}},
    }
    return {"get": {"operationId": name, "summary": about, "responses": {"200": found}}}
