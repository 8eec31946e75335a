"""`kb import` of second codings: what two coders said, by mapping alone, all of it or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

import kb
from kb.agreement import agreement
from kb.formatting import canonical
from tests import making
from tests.test_import import contents, put, run

MAPPING: dict[str, Any] = {
    "group": "study",
    "columns": {"study": "study", "result": "findings.finding"},
    "codings": [
        {"coder": "coder", "columns": {"row, Ann": "findings.tags.row"}},
        {"coder": "other", "columns": {"row, Bo": {"to": "findings.tags.row",
                                                   "values": {"second": "r2", "none": None}}}},
    ],
    "constants": {"locator": "p. 1", "date": "2026-01-31"},
}  # fmt: skip
TABLE = 'study,result,"row, Ann","row, Bo"\na,f1,r1,r1\na,f2,r1,second\na,f3,r3,none\nb,f1,r1,r1\n'


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A knowledge base with two studies and two coders; a row is one term."""
    single = making.facet("row", making.ROWS, many=False)
    findings = [making.finding(row) for row in making.ROWS]
    studies = {"a": making.study(*findings), "b": making.study(*findings, authors="Bo, B.")}
    root = making.write(tmp_path / "base", studies, [single])
    settings = root / "corpus/knowledge-base.yml"
    value = yaml.safe_load(settings.read_text("utf-8"))
    value["coders"].append({"id": "other", "name": making.text("Another")})
    settings.write_text(yaml.safe_dump(value, allow_unicode=True), "utf-8")
    return root


def imported(
    base: Path, folder: Path, table: str = TABLE, *options: str, **changed: Any
) -> tuple[int, str, str]:
    mapping = put(folder, "m.yml", {**MAPPING, **changed})
    return run(base, put(folder, "t.csv", table), "--mapping", mapping, *options)


def test_each_study_gets_a_record_of_what_both_said(base, tmp_path):
    code, out, err = imported(base, tmp_path)
    assert code == 0
    (left_out,) = err.splitlines()
    assert "t.csv:2:1: warning[KB096]: 1 finding was coded by one of the two only" in left_out
    assert out == (
        "second coding corpus/second-codings/a.yml\nsecond coding corpus/second-codings/b.yml\n"
        "2 second codings added; 0 were there already\n"
    )
    corpus = kb.load(base).corpus
    record = corpus.second_codings["a"]
    assert (record.locator, record.date) == ("p. 1", "2026-01-31")
    one, other = record.codings
    assert (one.coder, one.kind, one.tags, one.directions) == ("coder", None, {}, ())
    # Of f3, Bo said nothing: it was not coded twice.
    assert [(c.finding, c.tags["row"]) for c in one.findings] == [("f1", ("r1",)), ("f2", ("r1",))]
    assert [c.tags["row"] for c in other.findings] == [("r1",), ("r2",)]
    (found,) = agreement(corpus)
    assert (found.facet, found.studies, found.units, found.agreed) == ("row", 2, 3, 2)
    text = (base / "corpus/second-codings/a.yml").read_bytes()
    assert canonical(text, "corpus/second-codings/a.yml", ("en", "sv")) == text.decode()


def test_importing_again_adds_nothing(base, tmp_path):
    imported(base, tmp_path)
    before = contents(base)
    code, out, _ = imported(base, tmp_path)
    assert code == 0
    assert out.endswith("\n0 second codings added; 2 were there already\n")
    assert contents(base) == before


def test_a_dry_run_says_the_same_and_writes_nothing(base, tmp_path):
    before = contents(base)
    dry = imported(base, tmp_path, TABLE, "--dry-run")[1]
    assert contents(base) == before
    assert dry.replace("would be added", "added") == imported(base, tmp_path)[1]


def test_a_study_is_found_by_its_work_too(base, tmp_path):
    table = 'title,year,author,Ann,Bo\nWork a-1,2020,"Ofa, Ann",case,thesis\n'
    columns = {"title": "reference.title", "year": "reference.year", "author": "reference.author"}
    codings = [
        {"coder": coder, "columns": {name: "kind"}}
        for coder, name in (("coder", "Ann"), ("other", "Bo"))
    ]
    code, out, err = imported(base, tmp_path, table, columns=columns, codings=codings, group=[])
    assert code == 0, err
    assert "second coding corpus/second-codings/a.yml" in out
    one, other = kb.load(base).corpus.second_codings["a"].codings
    assert (one.kind, other.kind) == ("case", "thesis")


def test_what_is_said_of_a_study_as_a_whole(base, tmp_path):
    table = "study,Ann,Bo,up\na,c1;c2,Label c1,supports;mixed\n"
    to = {"to": "tags.column", "separator": ";"}
    codings = [
        {"coder": coder, "columns": {name: to}}
        for coder, name in (("coder", "Ann"), ("other", "Bo"))
    ]
    columns = {"study": "study", "up": {"to": "directions", "separator": ";"}}
    code, _, err = imported(base, tmp_path, table, columns=columns, codings=codings)
    assert code == 0, err
    one, other = kb.load(base).corpus.second_codings["a"].codings
    assert (one.tags["column"], other.tags["column"]) == (("c1", "c2"), ("c1",))
    assert one.directions == other.directions == ("supports", "mixed")


@pytest.mark.parametrize(
    ("table", "changed", "says"),
    [
        (TABLE.replace("b,f1", "c,f1"), {}, "t.csv:5:1: error[KB096]: no study is called c"),
        (TABLE, {"group": []}, "t.csv:3:1: error[KB096]: a has codings in earlier rows; name in "
         "group what its rows share"),
        (TABLE.replace("a,f2", "a,f9"), {}, "t.csv:2:1: error[KB096]: codings.0.findings.1.finding:"
         " a has no finding f9"),
        (TABLE.replace("f2,r1", "f2,r8"), {}, "t.csv:3:1: error[KB030]: row, Ann: "
         "findings.tags.row has no r8"),
        (TABLE, {"constants": {"locator": "p. 1"}}, "date is missing"),
        (TABLE, {"constants": {**MAPPING["constants"], "title.en": "x"}}, "no field title here"),
        (TABLE, {"codings": MAPPING["codings"][:1]}, "m.yml:"),
        (TABLE, {"codings": [{**MAPPING["codings"][0], "coder": "nobody"},
                             MAPPING["codings"][1]]}, "no coder nobody"),
        (TABLE, {"codings": [MAPPING["codings"][0], {"coder": "other", "columns": {"Bo": "kind"}}]},
         "t.csv:1:1: error[KB020]: Bo: the table has no such column"),
        (TABLE, {"codings": [MAPPING["codings"][0], {"coder": "other", "columns": {
            "row, Bo": "findings.tags.rwo"}}]}, "no field rwo here; did you mean row?"),
        (TABLE, {"codings": [MAPPING["codings"][0], {"coder": "other", "columns": {
            "row, Bo": {"to": "findings.tags.row", "values": {"second": "r7"}}}}]},
         "findings.tags.row has no r7"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named_and_nothing_is_written(base, tmp_path, table, changed, says):
    before = contents(base)
    code, out, err = imported(base, tmp_path, table, **changed)
    assert (code, out) == (1, "")
    assert says in err
    assert err.endswith("nothing was written: mend what is named above, and import again\n")
    assert contents(base) == before


def test_a_problem_of_a_shared_column_is_told_once(base, tmp_path):
    table = 'study,result,"row, Ann","row, Bo",kind\na,f1,r1,r1,novel\n'
    columns = {**MAPPING["columns"], "kind": "kind"}
    _, _, err = imported(base, tmp_path, table, columns=columns)
    assert err.count("kind has no novel") == 1
