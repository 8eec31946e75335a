"""The schemas of the static API and its OpenAPI description, against the real files on a server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from urllib.request import urlopen

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry, Resource

import kb
from kb import api, api_schema, shapes
from kb.whole import RECORDS, whole
from tests.test_datafile import put, served

REAL = Path(__file__).resolve().parent.parent
FILES = sorted(name for name in api_schema.OF_FILES if name != "matrix")


@pytest.fixture(scope="module", params=["fixture", "real"])
def base(request: pytest.FixtureRequest) -> kb.KnowledgeBase:
    return kb.load(REAL if request.param == "real" else REAL / "tests/fixture")


@pytest.fixture(scope="module")
def url(base: kb.KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the API, served on this machine."""
    with served(put(base, tmp_path_factory.mktemp("site"))) as site:
        yield f"{site}{api.FOLDER}/"


def get(url: str, path: str) -> Any:
    with urlopen(urljoin(url, path), timeout=30) as answer:
        assert answer.headers.get_content_type() == "application/json"
        return json.load(answer)


def paths(url: str) -> list[str]:
    index = get(url, "index.json")["data"]
    return [*(one["path"] for one in index["files"]), "index.json"]


def schema_of(url: str, path: str) -> Any:
    entries = {one["path"]: one for one in get(url, "index.json")["data"]["files"]}
    return get(url, entries[path]["schema"] if path in entries else "schema/index.json")


def closed(node: Any) -> Any:
    """A schema that allows nothing that it does not name."""
    if isinstance(node, list):
        return [closed(one) for one in node]
    if not isinstance(node, dict):
        return node
    made = {key: closed(value) for key, value in node.items()}
    if isinstance(node.get("properties"), dict) and "type" in node:
        made["additionalProperties"] = False
    return made


def texts_of(base: kb.KnowledgeBase) -> dict[str, Any]:
    """What a text for readers is in one knowledge base: each of its languages."""
    names = list(base.corpus.languages)
    properties = {name: {"type": "string", "minLength": 1} for name in names}
    return {"type": "object", "properties": properties, "required": names}


def test_every_file_fulfils_its_schema(base: kb.KnowledgeBase, url: str) -> None:
    checked = set()
    for path in paths(url):
        schema = schema_of(url, path)
        Draft202012Validator.check_schema(schema)
        schema["$defs"]["Text"] = texts_of(base)
        Draft202012Validator(closed(schema)).validate(get(url, path))
        checked.add(schema["title"])
    assert checked == set(api_schema.OF_FILES)


def test_schemas_are_open_to_more_keys(url: str) -> None:
    for path in paths(url):
        content, schema = get(url, path), schema_of(url, path)
        content["more"] = 1
        for one in content["data"] if isinstance(content["data"], list) else [content["data"]]:
            one["more"] = 1
        Draft202012Validator(schema).validate(content)


@pytest.mark.parametrize("name", FILES)
def test_what_is_missing_or_wrong_is_found(url: str, name: str) -> None:
    schema = get(url, f"schema/{name}.json")
    content = get(url, f"{name}.json")
    validator = Draft202012Validator(schema)
    for key in ("version", "generated_from", "data"):
        assert not validator.is_valid({k: v for k, v in content.items() if k != key})
    assert not validator.is_valid({**content, "version": "2"})
    data = content["data"]
    first = data[0] if isinstance(data, list) and data else data
    if not first:
        return
    required = next(key for key in ("id", "key", "version", "nodes", "title", "studies", "settings")
                    if key in first)  # fmt: skip
    del first[required]
    assert not validator.is_valid(content), required


def test_every_field_says_what_it_is_for(url: str) -> None:
    """Of records that people write; shapes of our own speak for themselves where they are bare."""
    for name in ("studies", "claims", "gaps", "candidates", "codebook"):
        schema = get(url, f"schema/{name}.json")
        for record in ("PublishedStudy", "PublishedFinding", "Claim", "Gap", "Candidate", "Facet"):
            fields = schema["$defs"].get(record, {}).get("properties", {})
            bare = [field for field, one in fields.items() if "description" not in one]
            assert set(bare) <= {"id", "path", "year"}, record


def test_the_paths_of_files_are_only_in_the_whole(url: str) -> None:
    assert "path" not in get(url, "schema/gaps.json")["$defs"]["Gap"]["properties"]
    assert "path" in get(url, "schema/knowledge-base.json")["$defs"]["Gap"]["properties"]


def test_the_shape_of_the_whole_names_every_part(base: kb.KnowledgeBase) -> None:
    named = set(shapes.Whole.__annotations__) | set(shapes.Context.__annotations__)
    assert named == set(whole(base.corpus)) == {*RECORDS, "settings", "codebook", "references",
                                                "interface"}  # fmt: skip


def test_schemas_have_the_address_of_the_site() -> None:
    made = api_schema.schema("gaps", "https://example.org/kb/")
    assert made["$id"] == "https://example.org/kb/api/v1/schema/gaps.json"
    assert "$id" not in api_schema.schema("gaps")


def test_the_index(base: kb.KnowledgeBase, url: str) -> None:
    index = get(url, "index.json")["data"]
    assert index["languages"] == list(base.corpus.languages)
    assert index["counts"]["studies"] == len(base.corpus.studies)
    assert index["counts"]["gaps"] == len(base.corpus.gaps)
    assert [one["id"] for one in index["facets"]] == list(base.codebook.facets)
    axes = [axis.id for axis in base.codebook.axes]
    crossed = {frozenset((one["row"], one["column"])) for one in index["matrices"]}
    assert crossed == {frozenset((a, b)) for a in axes for b in axes if a != b}
    assert len(index["matrices"]) == len(crossed)
    default = base.settings.matrix
    assert (index["matrix"]["row"], index["matrix"]["column"]) == (default.row, default.column)


class TestOpenAPI:
    def test_it_is_valid(self, url: str) -> None:
        """Its references lead to the schemas on the server, which are read for it."""
        described = get(url, "openapi.json")
        assert described["openapi"].startswith("3.1")
        OpenAPIV31SpecValidator(described, base_uri=urljoin(url, "openapi.json")).validate()

    def test_a_broken_one_is_not(self, url: str) -> None:
        described = get(url, "openapi.json")
        del described["info"]["title"]
        validator = OpenAPIV31SpecValidator(described, base_uri=urljoin(url, "openapi.json"))
        assert list(validator.iter_errors())

    def test_it_tells_of_every_file_and_of_no_other(self, url: str) -> None:
        described = get(url, "openapi.json")
        assert set(described["paths"]) == {f"/{path}" for path in paths(url)}
        names = [one["get"]["operationId"] for one in described["paths"].values()]
        assert len(names) == len(set(names))

    def test_every_answer_is_as_described(self, url: str) -> None:
        described = get(url, "openapi.json")
        server = urljoin(url, described["servers"][0]["url"] + "/")
        assert server == url

        def retrieve(uri: str) -> Resource[Any]:
            return Resource.from_contents(get(uri, ""))

        registry: Registry[Any] = Registry(retrieve=retrieve)  # type: ignore[call-arg]
        for path, one in described["paths"].items():
            content = one["get"]["responses"]["200"]["content"]["application/json"]
            reference = {"$ref": urljoin(urljoin(url, "openapi.json"), content["schema"]["$ref"])}
            answer = get(server, path.removeprefix("/"))
            Draft202012Validator(reference, registry=registry).validate(answer)
