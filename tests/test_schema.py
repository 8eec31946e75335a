"""The schemas of the records, judged by a validator that is not ours."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError
from typer.testing import CliRunner

import kb
from kb import rules, schema, yamlfile
from kb.cli import app
from kb.kinds import KINDS, SCHEMAS, Kind, kind_of

ROOT = Path(__file__).parent.parent
FIXTURE = Path(__file__).parent / "fixture"
Json = dict[str, Any]


def made(root: Path) -> dict[str, Json]:
    base = kb.load(root)
    texts = schema.files(base.settings, base.codebook)
    return {name.removesuffix(".json"): json.loads(text) for name, text in texts.items()}


SCHEMAS_OF = {root: made(root) for root in (ROOT, FIXTURE)}


def records(root: Path) -> Iterator[tuple[Kind, str, Json]]:
    for file in sorted((root / "corpus").rglob("*.yml")):
        path = file.relative_to(root).as_posix()
        value, _ = yamlfile.parse(file.read_bytes(), path)
        if (kind := kind_of(path)) and kind.schema and isinstance(value, dict):
            yield kind, path, value


def faults(name: str, record: Json, root: Path = ROOT) -> list[str]:
    """The places of a record that its schema refuses."""
    errors = Draft202012Validator(SCHEMAS_OF[root][name]).iter_errors(record)
    return sorted(".".join(map(str, error.absolute_path)) for error in errors)


@pytest.mark.parametrize("root", [ROOT, FIXTURE], ids=["real", "fixture"])
def test_every_record_fits_its_schema(root):
    found = list(records(root))
    assert {kind.schema for kind, _, _ in found} >= {"study", "facet", "knowledge-base", "gap"}
    for kind, path, record in found:
        assert faults(kind.schema, record, root) == [], path


@pytest.mark.parametrize("root", [ROOT, FIXTURE], ids=["real", "fixture"])
def test_the_schemas_are_schemas(root):
    assert list(SCHEMAS_OF[root]) == [kind.schema for kind in KINDS if kind.schema]
    for one in SCHEMAS_OF[root].values():
        assert one["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        Draft202012Validator.check_schema(one)


def test_the_schemas_of_the_repository_are_those_of_today():
    base = kb.load(ROOT)
    found = {file.name: file.read_text("utf-8") for file in (ROOT / SCHEMAS).iterdir()}
    assert found == schema.files(base.settings, base.codebook), "run `kb schema`"


def test_every_record_of_the_repository_names_its_schema():
    for _, path, _ in records(ROOT):
        first = (ROOT / path).read_text("utf-8").split("\n", 1)[0]
        named = re.fullmatch(r"# yaml-language-server: \$schema=(.+)", first)
        assert named, f"{path}: run `kb fmt`"
        assert ((ROOT / path).parent / named[1]).resolve() == (
            (ROOT / SCHEMAS / f"{kind_of(path).schema}.json").resolve()  # type: ignore[union-attr]
        )


# --- what is refused ----------------------------------------------------------------------------

STUDY: Json = next(r for k, p, r in records(FIXTURE) if p.endswith("/beispiel2021.yml"))
GAP: Json = next(r for k, p, r in records(FIXTURE) if k.schema == "gap")
CLAIM: Json = next(r for k, p, r in records(FIXTURE) if k.schema == "claim")
CANDIDATE: Json = next(r for k, p, r in records(FIXTURE) if k.schema == "candidate")
FACET: Json = next(r for k, p, r in records(FIXTURE) if k.schema == "facet")
BASE: Json = next(r for k, p, r in records(FIXTURE) if k.schema == "knowledge-base")
SECOND: Json = next(r for k, p, r in records(ROOT) if k.schema == "second-coding")


def put(*keys: str | int, value: Any) -> Callable[[Json], None]:
    def change(record: Any) -> None:
        for key in keys[:-1]:
            record = record[key]
        record[keys[-1]] = value

    return change


def drop(*keys: str | int) -> Callable[[Json], None]:
    def change(record: Any) -> None:
        for key in keys[:-1]:
            record = record[key]
        del record[keys[-1]]

    return change


BROKEN: list[tuple[str, Json, Callable[[Json], None], str]] = [
    ("study", STUDY, drop("title"), ""),
    ("study", STUDY, drop("title", "fr"), "title"),
    ("study", STUDY, put("title", "en", value="x"), "title"),
    ("study", STUDY, put("title", "fr", value=" "), "title.fr"),
    ("study", STUDY, put("kind", value="nonsense"), "kind"),
    ("study", STUDY, put("directness", value="nonsense"), "directness"),
    ("study", STUDY, put("id", value="x"), ""),
    ("study", STUDY, put("colour", value="x"), ""),
    ("study", STUDY, put("reports", value=[]), "reports"),
    ("study", STUDY, put("tags", value={"nonsense": ["x"]}), "tags"),
    ("study", STUDY, put("tags", value={"design": ["x"]}), "tags"),
    ("study", STUDY, put("tags", value={"city": ["nowhere"]}), "tags.city.0"),
    ("study", STUDY, put("tags", value={"city": "nowhere"}), "tags.city"),
    ("study", STUDY, put("setting", value=None), "setting"),
    ("study", STUDY, put("sample", value={"n": -1, "unit": STUDY["title"]}), "sample.n"),
    ("study", STUDY, put("sample", value={"response_rate": 101, "unit": STUDY["title"]}),
     "sample.response_rate"),
    ("study", STUDY, put("period", value={"start": 1, "end": 2020}), "period.start"),
    ("study", STUDY, put("coding", "basis", value="hearsay"), "coding.basis"),
    ("study", STUDY, put("coding", "date", value="2024-13-01"), "coding.date"),
    ("study", STUDY, drop("coding", "locator"), "coding"),
    ("study", STUDY, put("findings", 0, "direction", value="up"), "findings.0.direction"),
    ("study", STUDY, put("findings", 0, "measures", value=[{}]), "findings.0.measures.0"),
    ("study", STUDY, drop("findings", 0, "locator"), "findings.0"),
    ("gap", GAP, put("kind", value="nonsense"), "kind"),
    ("gap", GAP, put("status", value="ajar"), "status"),
    ("gap", GAP, put("stated_by", value=[]), "stated_by"),
    ("gap", GAP, put("stated_by", 0, "explicit", value="yes"), "stated_by.0.explicit"),
    ("claim", CLAIM, put("type", value="guess"), "type"),
    ("claim", CLAIM, put("rests_on", value=[{"finding": "a#b", "stance": "mixed"}]),
     "rests_on.0.stance"),
    ("candidate", CANDIDATE, drop("check"), ""),
    ("candidate", CANDIDATE, put("title", value=["x"]), "title"),
    ("facet", FACET, put("role", value="queen"), "role"),
    ("facet", FACET, put("terms", 0, "id", value="no spaces"), "terms.0.id"),
    ("facet", FACET, put("exclusions", value=[
        {"term": "x", "with": {"nowhere": ["y"]}, "reason": FACET["label"]}
    ]), "exclusions.0.with"),
    ("knowledge-base", BASE, put("matrix", "row", value="nonsense"), "matrix.row"),
    ("knowledge-base", BASE, put("languages", value=[]), "languages"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "record", "change", "place"), BROKEN)
def test_a_broken_record_is_refused(name, record, change, place):
    broken = copy.deepcopy(record)
    assert faults(name, broken, FIXTURE) == []
    change(broken)
    assert place in faults(name, broken, FIXTURE)


def test_a_broken_second_coding_is_refused():
    broken = copy.deepcopy(SECOND)
    broken["codings"] = broken["codings"][:1]
    assert faults("second-coding", broken) == ["codings"]


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_what_the_reader_refuses_for_its_form_so_does_the_schema(data):
    """Whatever is put anywhere into a record, or taken out of it."""
    name, record = data.draw(
        st.sampled_from(
            [("study", STUDY), ("gap", GAP), ("claim", CLAIM), ("candidate", CANDIDATE)]
        )
    )
    kind = next(one for one in KINDS if one.schema == name)
    broken = copy.deepcopy(record)
    node: Any = broken
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(node[key], (dict, list)) or not node[key] or data.draw(st.booleans()):
            break
        node = node[key]
    anything = st.sampled_from([0, -1, 1.5, True, "", " ", "x", [], {}, ["x"], {"de": "a"}])
    if data.draw(st.booleans()):
        node[key] = data.draw(anything)
    else:
        del node[key]
    context = {"languages": ("de", "fr")}
    given_fields = dict.fromkeys(kind.given, "x")
    try:
        kind.model.model_validate({**broken, **given_fields}, context=context)
        valid = True
    except ValidationError:
        valid = False
    assert valid or faults(name, broken, FIXTURE)


# --- what it tells ------------------------------------------------------------------------------


def nodes(value: Any) -> Iterator[Json]:
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, (dict, list)):
            yield from nodes(inner)


@pytest.mark.parametrize("name", SCHEMAS_OF[ROOT])
def test_every_field_has_a_description(name):
    whole = SCHEMAS_OF[ROOT][name]
    for record in (whole, *whole["$defs"].values()):
        assert record["description"]
        if record is not whole["$defs"]["Text"]:
            assert all(field["description"] for field in record["properties"].values())


@pytest.mark.parametrize("root", [ROOT, FIXTURE], ids=["real", "fixture"])
def test_every_list_of_terms_tells_what_they_are(root):
    book = kb.load(root).codebook
    lists = [one for one in nodes(SCHEMAS_OF[root]["study"]) if "enumDescriptions" in one]
    assert len(lists) > 5
    for one in lists:
        assert len(one["enum"]) == len(one["enumDescriptions"])
        assert all(one["enumDescriptions"])
    kinds = SCHEMAS_OF[root]["study"]["properties"]["kind"]
    facet = book.with_role("kind")
    assert facet
    assert kinds["enum"] == list(facet.by_id)
    for term, about in zip(facet.terms, kinds["enumDescriptions"], strict=True):
        assert all(label in about for label in term.label.values())


def test_a_deprecated_term_says_so(copy):
    file = copy / "corpus/codebook/habitats.yml"
    text = file.read_text("utf-8")
    old, new = list(kb.load(copy).codebook["habitat"].by_id)[-2:]
    changed = f"- id: {old}\n    deprecated: true\n    replaced_by: {new}\n"
    file.write_text(text.replace(f"- id: {old}\n", changed), "utf-8")
    corpus, _ = rules.load(copy)
    assert corpus is not None
    text = schema.files(corpus.settings, corpus.codebook)["gap.json"]
    habitats = json.loads(text)["properties"]["tags"]["properties"]["habitat"]["items"]
    assert habitats["enumDescriptions"][-2].startswith(f"Deprecated: use {new}. ")
    assert not habitats["enumDescriptions"][-1].startswith("Deprecated")


# --- the command --------------------------------------------------------------------------------


def run(*arguments: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["schema", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


def test_the_command_writes_what_has_changed(copy):
    code, out, _ = run("--check", "--root", copy)
    assert code == 1
    assert out.count("would change") == len(SCHEMAS_OF[FIXTURE])
    assert not (copy / SCHEMAS).exists()
    assert run("--root", copy)[0] == 0
    assert sorted(file.stem for file in (copy / SCHEMAS).iterdir()) == sorted(SCHEMAS_OF[FIXTURE])
    assert run("--root", copy) == (0, "", "")
    assert run("--check", "--root", copy) == (0, "", "")
    (copy / SCHEMAS / "gap.json").write_text("{}")
    code, out, _ = run("--check", "--root", copy)
    assert (code, out) == (1, f"would change {copy / SCHEMAS / 'gap.json'}\n")


def test_the_command_takes_a_folder(copy, tmp_path):
    assert run(tmp_path / "deep" / "there", "--root", copy)[0] == 0
    assert (
        json.loads((tmp_path / "deep/there/study.json").read_text("utf-8"))
        == (SCHEMAS_OF[FIXTURE]["study"])
    )


def test_a_folder_that_cannot_be_made_is_one_line(copy, tmp_path):
    (tmp_path / "file").write_text("")
    code, out, err = run(tmp_path / "file" / "below", "--root", copy)
    assert (code, out) == (1, "")
    assert err.count("\n") == 1
