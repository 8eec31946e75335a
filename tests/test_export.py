"""The static API: every file parses, holds everything, and is the same each time."""

from __future__ import annotations

import json
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

import kb
from kb import api
from kb.cli import app
from tests.making import finding, study, write

REAL = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module", params=["made", "fixture", "real"])
def base(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Two made-up knowledge bases, then the real one."""
    if request.param != "made":
        return kb.load(REAL if request.param == "real" else REAL / "tests/fixture")
    studies = {
        "a": study(finding("r1", direction="supports"), finding("r2", "c2"), years=[2010, 2012]),
        "b": study(finding(["r1", "r3"], ["c1", "c2"], "challenges"), basis="review"),
        "c": study(tags={"row": ["r2"]}),
    }
    return kb.load(write(tmp_path_factory.mktemp("export"), studies))


@pytest.fixture(scope="module")
def files(base: kb.KnowledgeBase) -> dict[str, str]:
    found = list(api.files(base))
    assert len(found) == len(dict(found))
    return dict(found)


@pytest.fixture(scope="module")
def data(files: dict[str, str]) -> dict[str, Any]:
    return {path: json.loads(files[path])["data"] for path in of_data(files)}


def of_data(files: dict[str, str]) -> list[str]:
    """The files that are neither a schema nor the description of the API."""
    return [path for path in files if not path.startswith("schema/") and path != "openapi.json"]


def test_the_files(base: kb.KnowledgeBase, files: dict[str, str]) -> None:
    records = {"studies", "findings", "claims", "gaps", "candidates", "codebook", "references"}
    lists = records | {"graph", "index"}
    assert {path for path in files if "/" not in path} >= {f"{name}.json" for name in lists}
    crossed = {frozenset((one.id, other.id)) for one, other in combinations(base.codebook.axes, 2)}
    matrices = [json.loads(files[path])["data"] for path in files if path.startswith("matrix/")]
    assert len(matrices) == len(crossed)
    assert {frozenset((one["row"], one["column"])) for one in matrices} == crossed
    row, column = base.settings.matrix.row, base.settings.matrix.column
    assert f"matrix/{row}-{column}.json" in files


def test_the_index_names_them_all(files: dict[str, str], data: dict[str, Any]) -> None:
    listed = data["index.json"]["files"]
    assert {one["path"] for one in listed} == set(of_data(files)) - {"index.json"}
    for one in listed:
        content = files[one["path"]].encode()
        assert (one["bytes"], one["sha256"]) == (len(content), sha256(content).hexdigest())
        assert one["schema"] in files
        if isinstance(data[one["path"]], list):
            assert one["count"] == len(data[one["path"]])
    assert data["index.json"]["openapi"] in files
    for one in (*data["index.json"]["matrices"], data["index.json"]["matrix"]):
        crossed = data[one["path"]]
        assert (crossed["row"], crossed["column"]) == (one["row"], one["column"])


def test_the_envelope(base: kb.KnowledgeBase, files: dict[str, str]) -> None:
    for path in of_data(files):
        envelope = json.loads(files[path])
        more = ["context"] if path == "studies.json" else []
        assert list(envelope) == ["version", "generated_from", "data", *more]
        assert (envelope["version"], envelope["generated_from"]) == ("1", base.fingerprint)
        assert files[path].endswith("}\n")


def test_the_same_bytes_twice(base: kb.KnowledgeBase, files: dict[str, str]) -> None:
    again = kb.load(base.corpus.root)
    assert dict(api.files(again)) == files


def test_letters_are_letters(base: kb.KnowledgeBase, files: dict[str, str]) -> None:
    assert not any("\\u" in content for content in files.values())


def test_every_study_and_finding(base: kb.KnowledgeBase, data: dict[str, Any]) -> None:
    assert [one["id"] for one in data["studies.json"]] == list(base.corpus.studies)
    nested = [inner["id"] for one in data["studies.json"] for inner in one["findings"]]
    assert nested == [one["id"] for one in data["findings.json"]]
    assert nested == [fact.id for fact in base.facts]


def test_nothing_of_a_study_is_lost(base: kb.KnowledgeBase, data: dict[str, Any]) -> None:
    for one in data["studies.json"]:
        record = base.corpus.studies[one["id"]]
        whole = record.model_dump(mode="json", exclude_none=True, exclude={"path", "findings"})
        assert {key: one[key] for key in whole} == whole
        for inner, coded in zip(one["findings"], record.findings, strict=True):
            own = coded.model_dump(mode="json", exclude_none=True, exclude={"id", "tags"})
            assert {key: inner[key] for key in own} == own
            assert inner["tags"] == {
                name: list(terms) for name, terms in record.tags_of(coded).items()
            }


def test_nothing_of_what_is_stated_is_lost(base: kb.KnowledgeBase, data: dict[str, Any]) -> None:
    for name in ("claims", "gaps", "candidates"):
        records = getattr(base.corpus, name).values()
        assert data[f"{name}.json"] == [
            one.model_dump(mode="json", exclude_none=True, exclude={"path"}) for one in records
        ]
        assert [one["id"] for one in data[f"{name}.json"]] == [one.id for one in records]


def test_references(base: kb.KnowledgeBase, data: dict[str, Any]) -> None:
    found = {one["key"]: one for one in data["references.json"]}
    assert list(found) == list(base.references)
    owners = {(one["key"], study) for one in found.values() for study in one["studies"]}
    assert owners == {
        (key, study.id) for study in base.corpus.studies.values() for key in study.reports
    }


def test_codebook(base: kb.KnowledgeBase, data: dict[str, Any]) -> None:
    found = {one["id"]: [each["id"] for each in one["terms"]] for one in data["codebook.json"]}
    assert found == {one.id: [each.id for each in one.terms] for one in base.codebook}
    excluding = [one for one in data["codebook.json"] if one.get("exclusions")]
    assert all(set(rule) == {"term", "with", "reason"} for one in excluding
               for rule in one["exclusions"])  # fmt: skip


def test_ids_in_cells_exist(base: kb.KnowledgeBase, data: dict[str, Any]) -> None:
    findings = {one["id"]: one for one in data["findings.json"]}
    gaps = {one["id"] for one in data["gaps.json"]}
    terms = {
        one["id"]: [each["id"] for each in one["terms"] if not each.get("deprecated")]
        for one in data["codebook.json"]
    }
    for path, one in data.items():
        if not path.startswith("matrix/"):
            continue
        pairs = [(cell["row"], cell["column"]) for cell in one["cells"]]
        assert pairs == [(r, c) for r in terms[one["row"]] for c in terms[one["column"]]]
        for cell in one["cells"]:
            assert cell["findings"] == sorted(set(cell["findings"]), key=list(findings).index)
            assert {findings[name]["study"] for name in cell["findings"]} == set(cell["studies"])
            assert len(cell["studies"]) == len(set(cell["studies"]))
            assert set(cell["gaps"]) <= gaps


def test_graph(base: kb.KnowledgeBase, data: dict[str, Any]) -> None:
    nodes, edges = data["graph.json"]["nodes"], data["graph.json"]["edges"]
    names = [one["id"] for one in nodes]
    assert len(names) == len(set(names)) == len(base.graph)
    assert len(edges) == base.graph.number_of_edges()
    assert {one[end] for one in edges for end in ("source", "target")} <= set(names)
    assert all(one["id"] == f"{one['kind']}:{one['name']}" for one in nodes)


def test_the_same_shapes_as_the_commands(base: kb.KnowledgeBase, data: dict[str, Any]) -> None:
    from typer.testing import CliRunner

    row, column = base.settings.matrix.row, base.settings.matrix.column
    for command, path in (
        (["studies"], "studies.json"),
        (["findings"], "findings.json"),
        (["claims"], "claims.json"),
        (["gaps"], "gaps.json"),
        (["candidates"], "candidates.json"),
        (["codebook"], "codebook.json"),
        (["matrix", row, column], f"matrix/{row}-{column}.json"),
    ):
        line = [*command, "--format", "json", "--root", str(base.corpus.root)]
        assert json.loads(CliRunner().invoke(app, line).stdout) == data[path], command
