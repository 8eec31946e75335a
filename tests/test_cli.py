"""The command line: every command and option, its output for people and for programs, its exit."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

import kb
from kb import api
from kb.cli import app
from kb.cli_shared import Format, emit
from kb.matrix import State
from kb.rulebook import RULES
from kb.tables import Table, as_csv
from tests.making import facet, finding, study, term, text, write
from tests.test_datafile import served

REAL = Path(__file__).resolve().parent.parent
LISTINGS = [
    *("studies", "findings", "claims", "gaps", "candidates", "matrix row column", "codebook"),
    "stats",
]


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def rows(self) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.out, newline="")))


def run(*arguments: object) -> Outcome:
    """A command in this process."""
    words = [word for one in arguments for word in _words(one)]
    result = CliRunner().invoke(app, words, catch_exceptions=False)
    return Outcome(result.exit_code, result.stdout, result.stderr)


def _words(one: object) -> list[str]:
    return [str(one)] if isinstance(one, Path) else str(one).split(" ")


def spawn(*arguments: str, cwd: Path = REAL, **environment: str) -> Outcome:
    """A command in a process of its own, as a shell starts it."""
    line = [sys.executable, "-c", "from kb.cli import main; main()", *arguments]
    done = subprocess.run(
        line, cwd=cwd, capture_output=True, check=False, env={**os.environ, **environment}
    )
    return Outcome(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def on_terminal(columns: int, *arguments: str) -> list[str]:
    """The lines that a command shows on a terminal so many letters wide, bold or not."""
    line = [sys.executable, "-c", "from kb.cli import main; main()", *arguments]
    ours, its = os.openpty()
    wide = {**os.environ, "COLUMNS": str(columns)}
    with subprocess.Popen(line, cwd=REAL, stdout=its, stderr=its, env=wide):
        os.close(its)
        shown = b""
        with suppress(OSError):  # how Linux says that the other side has closed
            while some := os.read(ours, 65536):
                shown += some
    os.close(ours)
    return re.sub(r"\x1b\[[\d;]*m", "", shown.decode("utf-8")).splitlines()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four studies: in a broader and a narrower term, and one without findings."""
    rows = facet("row", ["r1", term("r1a", broader="r1"), "r2", term("r3", searched=False)])
    rule = {"term": "c3", "with": {"row": ["r2"]}, "reason": text("Never")}
    columns = facet("column", ["c1", "c2", "c3"], exclusions=[rule])
    studies = {
        "a": study(finding("r1", "c1", "supports"), finding("r2", "c2"), years=[2010, 2012]),
        "b": study(finding("r1a", ["c1", "c2"], "challenges"), years=[2020]),
        "c": study(finding("r2", "c1", tags={"country": ["SE"]}), basis="review"),
        "d": study(tags={"row": ["r2"]}, directness="linked"),
    }
    return write(tmp_path_factory.mktemp("made"), studies, [rows, columns], narrow=["country"])


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two errors, in two files."""
    root = write(tmp_path_factory.mktemp("broken"), {"a": study(finding("r9")), "b": study()})
    path = root / "corpus/studies/b.yml"
    path.write_text(path.read_text("utf-8").replace("kind: case", "kind: cas"), "utf-8")
    return root


def ids(outcome: Outcome) -> list[str]:
    assert outcome.code == 0, outcome.err
    return [one["id"] for one in outcome.json]


class TestWhere:
    @pytest.mark.parametrize(
        ("where", "expected"),
        [
            ("", "a b c d"),
            ("--where row=r2", "a c d"),
            ("--where row=r1", "a b"),
            ("--where row=r1a", "b"),
            ("--where row=r1a,r2", "a b c d"),
            ("--where row=r1 --where column=c2", "b"),
            ("--where row=r1a --where row=r2", "a b c d"),
            ("--where row=r2 --where column=c1", "c"),
            ("--where direction=challenges", "b"),
            ("--where direction=challenges,supports", "a b"),
            ("--where basis=review", "c"),
            ("--where basis=full-text --where row=r2", "a d"),
            ("--where kind=case --where directness=linked", "d"),
            ("--where country=SE", "c"),
            ("--where country=NO", ""),
        ],
    )
    def test_studies(self, made: Path, where: str, expected: str) -> None:
        arguments = [where] if where else []
        assert ids(run("studies --format json --root", made, *arguments)) == expected.split()

    @pytest.mark.parametrize(
        ("where", "expected"),
        [
            ("row=r1", "a#f1 b#f1"),
            ("row=r1a", "b#f1"),
            ("direction=descriptive", "a#f2 c#f1"),
            ("basis=abstract,review", "c#f1"),
            ("directness=linked", ""),
        ],
    )
    def test_findings(self, made: Path, where: str, expected: str) -> None:
        found = run("findings --format json --root", made, "--where", where)
        assert ids(found) == expected.split()

    def test_spaces_after_commas(self, made: Path) -> None:
        line = ["studies", "--format", "json", "--root", str(made), "--where", "row = r1a, r2"]
        assert len(json.loads(CliRunner().invoke(app, line).stdout)) == 4

    def test_matrix(self, made: Path) -> None:
        found = run("matrix row column --format json --root", made, "--where basis=review").json
        assert (found["studies"], found["entries"], len(found["cells"])) == (1, 1, 12)

    @pytest.mark.parametrize("command", ["studies", "findings", "matrix row column"])
    @pytest.mark.parametrize(
        ("where", "message"),
        [
            ("rwo=r1", "no facet rwo; did you mean row?"),
            ("row=r11", "no row r11; did you mean r1?"),
            ("direction=support", "no direction support; did you mean supports?"),
            ("basis=fulltext", "no basis fulltext; did you mean full-text?"),
            ("unit=percent", "unit does not apply to "),
            ("row", "row: write FACET=TERM, for example"),
            ("row=", "no row ; "),
        ],
    )
    def test_unknown_names(self, made: Path, command: str, where: str, message: str) -> None:
        found = run(command, "--root", made, "--where", where)
        assert (found.code, found.out) == (2, "")
        assert found.err.startswith(message)
        assert found.err.count("\n") == 1


class TestAsOf:
    def test_studies_and_findings(self, made: Path) -> None:
        found = run("studies", "--as-of", "2015", "--root", made, "--format", "json")
        assert ids(found) == ["a"]
        assert ids(run("findings", "--as-of", "2009", "--root", made, "--format", "json")) == []

    def test_gaps_and_claims(self) -> None:
        now = run("gaps", "--status", "open", "--root", REAL, "--format", "json").json
        then = run("gaps", "--status", "open", "--as-of", 2022, "--root", REAL, "--format", "json")
        assert {one["id"] for one in then.json} - {one["id"] for one in now}
        assert run("claims", "--as-of", 1900, "--root", REAL, "--format", "json").json == []


@pytest.fixture(scope="module")
def data(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a site, without the folder that it was made from."""
    folder = tmp_path_factory.mktemp("data")
    for name in ("knowledge-base.json", "studies.json"):
        (folder / name).write_text(dict(api.files(kb.load(made)))[name], "utf-8")
    return folder


class TestSources:
    @pytest.mark.parametrize("command", [*LISTINGS, "show a", "show row/r1", "agreement"])
    def test_a_data_file_answers_like_its_folder(
        self, made: Path, data: Path, command: str
    ) -> None:
        own = run(command, "--format", "json", "--root", made)
        for source in (data, data / "knowledge-base.json"):
            assert run(command, "--format", "json", "--root", source) == own
        assert own.code == 0

    def test_an_address(self, made: Path, data: Path) -> None:
        own = run("studies", "--format", "csv", "--root", made)
        with served(data) as url:
            assert run("studies", "--format", "csv", "--root", f"{url}knowledge-base.json") == own

    def test_studies_alone(self, made: Path, data: Path) -> None:
        source = ("--root", str(data / "studies.json"))
        assert run("findings", *source).out == run("findings", "--root", made).out
        for command in (("gaps",), ("stats",), ("matrix", "row", "column")):
            found = spawn(*command, *source)
            assert (found.code, found.out) == (1, ""), command
            assert re.fullmatch(r"\S+studies\.json does not hold the \w+; load .*\n", found.err)

    def test_what_changed_since_a_data_file(self, made: Path, data: Path, tmp_path: Path) -> None:
        assert "nothing" in run("diff", data / "knowledge-base.json", "--root", made).out.lower()

    @pytest.mark.parametrize(
        ("source", "code", "message"),
        [
            ("nowhere.json", 2, "nowhere.json does not exist; name a folder"),
            ("http://127.0.0.1:9/", 1, "cannot be read: "),
            ("README.md", 1, "README.md:1:1: this is not JSON"),
            ("s3://b/x", 2, "s3://b/x cannot be read: only tables of kb shard can be at such"),
        ],
    )
    def test_sources_that_are_none(self, source: str, code: int, message: str) -> None:
        found = spawn("studies", "--root", source)
        assert (found.code, found.out, found.err.count("\n")) == (code, "", 1)
        assert message in found.err

    @pytest.mark.parametrize(
        ("source", "message"),
        [
            ("nowhere", "nowhere does not exist; name the folder of the knowledge base"),
            ("https://a.example/kb/", "https://a.example/kb is an address on the web; name the"),
            ("s3://b/x", "at such an address, and only kb matrix reads them; name the folder"),
        ],
    )
    def test_folders_that_are_none(self, source: str, message: str) -> None:
        for command in ("check", "fmt", "build", "shard out", "new a", "diff main"):
            found = run(command, "--root", source)
            assert (found.code, found.out, found.err.count("\n")) == (2, "", 1), command
            assert message in found.err

    def test_what_changed_since_tables(self) -> None:
        found = run("diff s3://b/x --root", REAL)
        assert (found.code, found.out, found.err.count("\n")) == (2, "", 1)
        assert "s3://b/x cannot be read: only tables of kb shard" in found.err

    def test_what_writes_wants_a_folder(self, data: Path) -> None:
        found = run("build", "--root", data / "knowledge-base.json")
        assert found.code == 2
        assert "is a file" in found.err


class TestFormats:
    @pytest.mark.parametrize("command", [*LISTINGS, "rules"])
    @pytest.mark.parametrize("format", ["table", "json", "csv", "md"])
    def test_all_listings_in_all_formats(self, made: Path, command: str, format: str) -> None:
        root = [] if command == "rules" else ["--root", made]
        found = run(command, "--format", format, *root)
        assert (found.code, found.err) == (0, "")
        assert found.out.strip()
        assert "\x1b" not in found.out
        assert found.out.endswith("\n")
        if format == "json":
            assert found.out == json.dumps(found.json, ensure_ascii=False, indent=2) + "\n"

    @pytest.mark.parametrize("command", [*LISTINGS, "rules", "agreement"])
    def test_json_lines(self, command: str) -> None:
        """One record on each line: those of the table, and those of JSON where it is an array."""
        root = () if command == "rules" else ("--root", REAL)
        found = run(command.replace("row", "country").replace("column", "outcome"),
                    "--format", "jsonl", *root)  # fmt: skip
        assert (found.code, found.err) == (0, "")
        lines = [json.loads(line) for line in found.out.splitlines()]
        assert lines
        assert all(isinstance(one, dict) for one in lines)
        data = run(command.replace("row", "country").replace("column", "outcome"),
                   "--format", "json", *root).json  # fmt: skip
        if command.startswith("matrix"):
            assert lines == data["cells"]
        elif command == "codebook":
            assert [one["facet"] for one in lines] == [f["id"] for f in data for _ in f["terms"]]
        elif command == "stats":
            assert {one["what"]: one["count"] for one in lines} == data
        else:
            assert lines == data

    @pytest.mark.parametrize("command", [*LISTINGS[:5], "codebook", "show a", "diff MADE"])
    def test_json_has_all_languages(self, made: Path, command: str) -> None:
        line = command.replace("MADE", str(made))
        for format in ("json", "jsonl") if command in LISTINGS else ("json",):
            found = run(line, "--format", format, "--language", "en", "--root", made)
            assert (found.code, found.out, found.err.count("\n")) == (2, "", 1)
            assert "--language has no say in JSON" in found.err

    def test_no_record_is_no_line(self, made: Path) -> None:
        assert run("gaps", "--root", made, "--format", "jsonl").out == ""

    @pytest.mark.parametrize("command", ["studies", "findings", "matrix row column", "codebook"])
    def test_the_same_rows_in_table_csv_and_markdown(self, made: Path, command: str) -> None:
        table, comma, pipes = (
            run(command, "--root", made, "--format", name).out for name in ("table", "csv", "md")
        )
        names = [row[0] for row in csv.reader(io.StringIO(comma))]
        assert len(names) > 3
        assert [line.split("|")[1].strip() for line in pipes.splitlines() if "---" not in line] == (
            names
        )
        lines = [line.split()[0] for line in table.splitlines() if line.strip(" ─")]
        assert lines == names

    def test_columns_stand_below_each_other(self, capsys: pytest.CaptureFixture[str]) -> None:
        # A Chinese sign takes two places.
        rows = (("a", "three"), ("日本", "two\nlines"), ("", "x"))
        emit(Format.TABLE, lambda: None, lambda: Table({"id": "text", "text": "text"}, rows))
        assert capsys.readouterr().out.splitlines() == [
            "id    text", "───────────────", "a     three", "日本  two lines", "      x",
        ]  # fmt: skip

    def test_the_table_is_the_default(self, made: Path) -> None:
        plain = run("studies --root", made).out
        assert plain == run("studies --format table --root", made).out

    def test_csv_round_trip(self, made: Path) -> None:
        studies = run("studies --format csv --root", made).rows
        assert studies[0] == {
            "id": "a", "year": "2010", "title": "A study", "kind": "case", "directness": "direct",
            "column": "c1;c2", "row": "r1;r2", "country": "", "findings": "2",
            "basis": "full-text",
        }  # fmt: skip
        cells = run("matrix row column --format csv --root", made).rows
        assert [(one["row"], one["column"]) for one in cells][:4] == [
            ("r1", "c1"), ("r1", "c2"), ("r1", "c3"), ("r1a", "c1"),
        ]  # fmt: skip
        assert cells[0] | {"flags": ""} == {
            "row": "r1", "column": "c1", "state": "contested", "studies": "2", "findings": "2",
            "gaps": "0", "flags": "", "ids": "a;b",
        }  # fmt: skip

    @pytest.mark.parametrize(
        "words",
        [
            'a "quoted", text', "two\nlines", "semi;colon", "å – ö", "a | b \\ c",
        ],
    )  # fmt: skip
    def test_awkward_texts_survive_csv(self, tmp_path: Path, words: str) -> None:
        one = study(finding(statement={"en": words, "sv": "x"}))
        found = run("findings --format csv --root", write(tmp_path, {"a": one})).rows
        assert len(found) == 1
        assert found[0]["statement"] == "\n".join(words.splitlines())

    @pytest.mark.parametrize("words", ["carriage\rreturn", "dos\r\nlines"])
    def test_line_ends_are_alike_in_csv(self, words: str) -> None:
        assert (
            as_csv(Table({"a": "text"}, ((words,),)))
            == 'a\n"' + "\n".join(words.splitlines()) + '"\n'
        )

    @pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
    def test_formulas_are_made_safe_in_csv_only(self, tmp_path: Path, sign: str) -> None:
        words = f'{sign}HYPERLINK("https://example.org")'
        one = study(finding(statement={"en": words, "sv": "x"}, locator=f"{sign}A1"))
        root = write(tmp_path, {"a": one})
        row = run("findings --format csv --root", root).rows[0]
        assert (row["statement"], row["locator"]) == (f"'{words}", f"'{sign}A1")
        assert run("findings --format json --root", root).json[0]["statement"]["en"] == words

    def test_markdown_keeps_its_columns(self, tmp_path: Path) -> None:
        one = study(finding(statement={"en": "a | b\nc", "sv": "x"}))
        line = run("findings --format md --root", write(tmp_path, {"a": one})).out.splitlines()[2]
        assert "a \\| b c" in line
        assert len(re.findall(r"(?<!\\)\|", line)) == 8

    def test_the_language_of_texts(self, made: Path) -> None:
        first, other = (
            run("codebook row --format csv --root", made, *more).rows[0]["definition"]
            for more in ((), ("--language sv",))
        )
        assert (first, other) == ("About r1", "About r1 (sv)")

    @pytest.mark.parametrize("command", ["studies", "findings", "codebook", "show a"])
    @pytest.mark.parametrize("format", ["", "--format json"])
    def test_an_unknown_language(self, made: Path, command: str, format: str) -> None:
        found = run(command, *format.split(), "--language fi --root", made)
        assert (found.code, found.out) == (2, "")
        assert found.err == "no language fi; use one of: en, sv\n"


def shape(value: Any) -> Any:
    """Names and types, one level of a list."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


def matches(found: Any, contract: Any) -> bool:
    """Whether a shape has all that the contract names; more keys may follow, lists may be empty."""
    if contract == WORDS:
        return isinstance(found, dict) and set(found.values()) == {"str"}
    if isinstance(contract, dict):
        inside = isinstance(found, dict) and contract.keys() <= found.keys()
        return inside and all(matches(found[key], inner) for key, inner in contract.items())
    if isinstance(contract, list):
        return isinstance(found, list) and all(matches(one, contract[0]) for one in found)
    return bool(found == contract)


WORDS = "language to text"
FINDING = {"id": "str", "statement": WORDS, "direction": "str", "tags": {}}
STUDY = {
    "id": "str", "title": WORDS, "year": "int", "reports": ["str"], "kind": "str",
    "directness": "str", "tags": {}, "findings": [FINDING],
    "coding": {"basis": "str", "source": "str", "locator": "str"},
}  # fmt: skip
CELL = {
    "row": "str", "column": "str", "state": "str", "studies": ["str"], "findings": ["str"],
    "gaps": ["str"], "flags": ["str"],
}  # fmt: skip
MATRIX = {
    "row": "str", "column": "str", "studies": "int", "entries": "int", "inflation": "float",
    "cells": [CELL],
}  # fmt: skip
PROBLEM = {
    "code": "str", "severity": "str", "path": "str", "line": "int", "column": "int",
    "field": "str", "message": "str", "hint": "str",
}  # fmt: skip


@pytest.fixture(params=["made", "fixture", "real"])
def root(request: pytest.FixtureRequest, made: Path) -> Path:
    """Two made-up knowledge bases, then the real one."""
    return {"made": made, "fixture": REAL / "tests/fixture", "real": REAL}[request.param]


class TestContract:
    def test_studies(self, root: Path) -> None:
        found = run("studies --format json --root", root).json
        base = kb.load(root)
        assert [one["id"] for one in found] == list(base.corpus.studies)
        for one in found:
            assert one["year"] is None or isinstance(one["year"], int)
            assert matches(shape({**one, "year": one["year"] or 0}), STUDY), one["id"]
            assert list(one["title"]) == list(base.corpus.languages)
            for inner in one["findings"]:
                assert matches(shape(inner), FINDING)
                assert inner["id"].startswith(f"{one['id']}#")
                assert all(isinstance(terms, list) for terms in inner["tags"].values())
                assert one["tags"].keys() <= inner["tags"].keys()

    def test_the_keys_of_the_contract_come_first(self, root: Path) -> None:
        one = run("studies --format json --root", root).json[0]
        order = "id title year reports kind directness tags coding findings"
        assert list(one)[:9] == order.split()
        assert list(one["findings"][0])[:4] == list(FINDING)

    def test_tags_of_findings_are_the_effective_ones(self, tmp_path: Path) -> None:
        one = study(finding([]), finding("r2"), tags={"row": ["r1"], "country": ["SE"]})
        found = run("studies --format json --root", write(tmp_path, {"a": one})).json[0]
        assert found["tags"] == {"row": ["r1"], "country": ["SE"]}
        assert [inner["tags"] for inner in found["findings"]] == [
            {"row": ["r1"], "country": ["SE"], "column": ["c1"]},
            {"row": ["r2"], "country": ["SE"], "column": ["c1"]},
        ]

    def test_findings(self, root: Path) -> None:
        found = run("findings --format json --root", root).json
        assert [one["id"] for one in found] == [fact.id for fact in kb.load(root).facts]
        for one in found:
            assert matches(shape(one), {**FINDING, "study": "str"})

    def test_matrix_has_every_pair(self, root: Path) -> None:
        settings = kb.load(root).settings.matrix
        found = run("matrix", settings.row, settings.column, "--format json --root", root).json
        assert matches(shape(found), MATRIX)
        assert all(matches(shape(one), CELL) for one in found["cells"])
        book = {one["id"]: one for one in run("codebook --format json --root", root).json}
        assert [(one["row"], one["column"]) for one in found["cells"]] == [
            (row["id"], column["id"])
            for row in book[settings.row]["terms"]
            for column in book[settings.column]["terms"]
            if not row.get("deprecated") and not column.get("deprecated")
        ]
        assert {one["state"] for one in found["cells"]} <= {state.value for state in State}
        assert found["entries"] == sum(len(one["studies"]) for one in found["cells"])
        for one in found["cells"]:
            assert {name.partition("#")[0] for name in one["findings"]} == set(one["studies"])

    def test_check(self, broken: Path) -> None:
        found = run("check --format json --root", broken)
        assert found.code == 1
        assert [list(one) for one in found.json] == [list(PROBLEM)] * 2
        assert all(matches(shape(one), PROBLEM) for one in found.json)

    def test_codebook(self, root: Path) -> None:
        one = {"id": "str", "label": WORDS, "definition": WORDS}
        for found in run("codebook --format json --root", root).json:
            assert matches(shape(found), {**one, "plural": WORDS, "terms": [one]})


class TestMatrix:
    def test_some_states_only(self, made: Path) -> None:
        found = run("matrix row column --format json --state not-searched,contested --root", made)
        assert [(one["row"], one["column"], one["state"]) for one in found.json["cells"]] == [
            ("r1", "c1", "contested"), ("r3", "c1", "not-searched"), ("r3", "c2", "not-searched"),
            ("r3", "c3", "not-searched"),
        ]  # fmt: skip
        assert found.json["studies"] == 3

    def test_states_in_a_table(self, made: Path) -> None:
        rows = run("matrix row column --format csv --state not-applicable --root", made).rows
        assert [(one["row"], one["column"]) for one in rows] == [("r2", "c3")]

    def test_as_of_a_year(self, made: Path) -> None:
        found = run("matrix row column --format json --as-of 2010 --root", made).json
        assert (found["studies"], found["as_of"]) == (1, 2010)
        assert {study for one in found["cells"] for study in one["studies"]} == {"a"}
        assert found["undated"] == []

    def test_as_of_a_year_names_what_has_none(self, tmp_path: Path) -> None:
        studies = {name: study(finding(), years=["n.d."]) for name in ("old", "lost")}
        root = write(tmp_path, {**studies, "dated": study(finding(), years=[2001])})
        arguments = "matrix row column --as-of 2010 --state thin --format"
        found = run(arguments, "json --root", root)
        assert found.json["undated"] == ["lost", "old"]
        assert found.err == ""
        for format in ("table", "csv", "md"):
            text = run(arguments, format, "--root", root)
            assert text.err == "left out of --as-of: 2 without a year: lost, old\n"
            assert "lost" not in text.out
        now = run("matrix row column --format json --root", root)
        assert "undated" not in now.json

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ("matrix row colunm", "no facet colunm; did you mean column?"),
            ("matrix rwo column", "no facet rwo; did you mean row?"),
            ("matrix row row", "row cannot be crossed with itself; choose two facets"),
            ("matrix row column --state emty", "no state emty; did you mean empty?"),
            ("matrix row column --state empty,zz,yy", "no state yy; use one of: not-applicable"),
        ],
    )
    def test_wrong_names(self, made: Path, arguments: str, message: str) -> None:
        found = run(arguments, "--root", made)
        assert (found.code, found.out, found.err.count("\n")) == (2, "", 1)
        assert found.err.startswith(message)


class TestShow:
    @pytest.mark.parametrize(
        ("id", "key", "value"),
        [
            ("a", "id", "a"),
            ("a#f2", "study", "a"),
            ("a-1", "key", "a-1"),
            ("references/a-1", "studies", ["a"]),
            ("row", "id", "row"),
            ("row/r1a", "broader", "r1"),
        ],
    )
    def test_every_kind_of_record(self, made: Path, id: str, key: str, value: object) -> None:
        assert run("show --format json --root", made, id).json[key] == value
        found = run("show --root", made, id)
        assert (found.code, found.err) == (0, "")
        assert found.out.count("\n") > 3

    def test_a_reference_that_has_the_id_of_its_study(self) -> None:
        assert run("show --format json --root", REAL, "bentzen2016").json["kind"] == "case-study"
        found = run("show --format json --root", REAL, "references/bentzen2016").json
        assert (found["key"], found["studies"]) == ("bentzen2016", ["bentzen2016"])

    def test_text_in_one_language(self, made: Path) -> None:
        first, other = (
            run("show --root", made, "a").out,
            run("show --language sv --root", made, "a").out,
        )
        assert "title: A study\n" in first
        assert "(sv)" not in first
        assert "title: A study (sv)\n" in other
        assert "  - id: a#f1\n    statement: Something was found\n" in first

    def test_every_record_of_the_real_corpus_is_readable(self) -> None:
        from kb.show import find, readable

        base = kb.load(REAL)
        for name in (*base.corpus.studies, *base.references, *base.codebook.facets):
            for language in base.corpus.languages:
                lines = list(readable(find(base, name), language))
                assert len(lines) > 3
                assert not any("{'" in line or "['" in line for line in lines), name

    def test_an_unknown_id(self, made: Path) -> None:
        found = run("show --root", made, "colum/c1")
        assert (found.code, found.out) == (2, "")
        assert found.err == "nothing here has the id colum/c1; did you mean column/c1?\n"


class TestCheck:
    def test_fine(self, root: Path) -> None:
        assert run("check --root", root) == Outcome(0, "", "no problems\n")
        assert run("check --format json --root", root).json == []
        assert run("check --format github --root", root) == Outcome(0, "", "")

    def test_one_line_for_each_problem(self, broken: Path) -> None:
        found = run("check --root", broken)
        assert found.code == 1
        assert [re.sub(r":\d+:\d+:", ":", line) for line in found.out.splitlines()] == [
            "corpus/studies/a.yml: error[KB030]: findings.0.tags.row.0: no row r9; "
            "use one of: r1, r2, r3",
            "corpus/studies/b.yml: error[KB030]: kind: no kind cas; did you mean case?",
        ]
        assert found.err == "2 errors\nkb rules KB030 explains the first\n"

    def test_annotations(self, broken: Path) -> None:
        lines = run("check --format github --root", broken).out.splitlines()
        assert [line.partition(",")[0] for line in lines] == [
            "::error file=corpus/studies/a.yml", "::error file=corpus/studies/b.yml",
        ]  # fmt: skip

    def test_some_files_only(self, broken: Path) -> None:
        one = run("check --format json --root", broken, broken / "corpus/studies/b.yml").json
        assert [problem["path"] for problem in one] == ["corpus/studies/b.yml"]
        assert len(run("check --format json --root", broken, broken / "corpus").json) == 2
        fine = run("check --root", broken, broken / "corpus/codebook")
        assert (fine.code, fine.out) == (0, "")

    def test_a_file_that_is_not_there(self, broken: Path) -> None:
        found = run("check --root", broken, broken / "corpus/studies/zzz.yml")
        assert (found.code, found.out) == (2, "")
        assert "does not" in found.err

    def test_what_is_no_part_of_it_is_not_fine(self, copy: Path, tmp_path: Path) -> None:
        other = tmp_path / "other.yml"
        other.write_text("")
        for path in (other, copy / "mkdocs.yml", copy / "docs"):
            done = run("check", path, "--root", copy)
            assert (done.code, done.out) == (2, "")
            assert "is nothing that the knowledge base" in done.err
        assert run("check", copy / "corpus/studies", copy, "--root", copy).code == 0

    def test_a_file_is_not_fine_when_it_could_not_be_checked(self, tmp_path: Path) -> None:
        root = write(tmp_path, {"a": study(finding("r9"))})
        (root / "corpus/knowledge-base.yml").write_text("title: [", "utf-8")
        found = run("check --root", root, root / "corpus/studies/a.yml")
        assert found.code == 1
        assert "corpus/knowledge-base.yml" in found.out

    def test_warnings_do_not_fail(self, tmp_path: Path) -> None:
        entry = "@misc{lonely, author = {A, B}, title = {T}, year = {2020}}\n"
        root = write(tmp_path, references=entry)
        found = run("check --root", root)
        assert (found.code, found.err.splitlines()[0]) == (0, "1 warning")
        assert "warning[KB051]" in found.out


class TestExitCodes:
    @pytest.mark.parametrize("command", [*LISTINGS, "show a"])
    def test_one_for_a_corpus_with_errors(self, broken: Path, command: str) -> None:
        found = run(command, "--root", broken)
        assert (found.code, found.out) == (1, "")
        assert len(found.err.splitlines()) == 3
        assert found.err.endswith("2 errors\n")

    @pytest.mark.parametrize("command", [*LISTINGS, "check", "show a"])
    def test_one_for_a_folder_without_a_knowledge_base(self, tmp_path: Path, command: str) -> None:
        found = run(command, "--root", tmp_path)
        assert found.code == 1
        assert "KB080" in found.out + found.err

    @pytest.mark.parametrize(
        "arguments",
        [
            "nonsense", "matrix", "matrix row", "studies --format xml", "studies --nonsense",
            "matrix row column --as-of never", "show", "stats extra", "codebook nonsense",
            "studies --root /nowhere/at/all", "check /nowhere/at/all", "rules KB999",
        ],
    )  # fmt: skip
    def test_two_for_wrong_usage(
        self, made: Path, arguments: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(made)
        found = run(*arguments.split())
        assert (found.code, found.out) == (2, "")
        assert found.err.strip()
        assert "Traceback" not in found.err

    def test_rules(self) -> None:
        assert list(RULES) == [one["code"] for one in run("rules --format json").json]
        one = run("rules KB030 --format json").json
        assert [list(each) for each in one] == [
            ["code", "title", "why", "mend", "file", "bad", "good", "severity"]
        ]
        explained = run("rules kb030").out
        assert explained.startswith("KB030 (error): Unknown term\n")
        assert one[0]["mend"] in explained
        assert "    tags: {country: [SEE]}\n" in explained

    def test_stats(self, made: Path) -> None:
        counts = run("stats --format json --root", made).json
        assert {name: counts[name] for name in ("studies", "studies with findings", "reports")} == {
            "studies": 4, "studies with findings": 3, "reports": 5,
        }  # fmt: skip
        assert counts["findings"] == 4
        assert counts["findings: supports"] == counts["findings: challenges"] == 1
        unused = {name.split()[0]: n for name, n in counts.items() if name.endswith("uses")}
        assert unused == {"studies": 4, "findings": 4, "gaps": 0, "references": 0, "terms": 7}
        assert counts["claims on one team"] == 0
        cells = [value for name, value in counts.items() if name.startswith("cells row x column: ")]
        assert (len(cells), sum(cells)) == (7, 12)

    def test_codebook_of_one_facet(self, made: Path) -> None:
        rows = run("codebook row --format csv --root", made).rows
        assert [(one["term"], one["broader"], one["searched"]) for one in rows] == [
            ("r1", "", ""), ("r1a", "r1", ""), ("r2", "", ""), ("r3", "", "not searched"),
        ]  # fmt: skip


class TestRoot:
    @pytest.mark.parametrize("below", [".", "corpus", "corpus/studies"])
    def test_the_nearest_folder_upwards(
        self, made: Path, below: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(made / below)
        assert ids(run("studies --format json")) == list("abcd")
        assert ids(run("studies --format json --root .")) == list("abcd")
        assert run("check").code == 0

    def test_the_folder_that_is_named(self, made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(REAL)
        assert ids(run("studies --format json --root", made)) == list("abcd")


class TestProcess:
    def test_nothing_heavy_is_imported_for_help(self) -> None:
        code = (
            "import sys\n"
            "from kb.cli import app\n"
            "try:\n    app(['--help'])\n"
            "except SystemExit as end:\n    assert end.code == 0\n"
            "heavy = {'networkx', 'rich', 'pydantic', 'mkdocs', 'yaml', 'jinja2', 'babel'}\n"
            "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
        assert done.stderr == b"[]\n"

    def test_the_collector_rests_until_a_knowledge_base_is_there(self, fixture_root: Path) -> None:
        code = (
            "import gc\n"
            "from kb import __main__, cli, cli_shared\n"
            "def command():\n"
            "    print(gc.isenabled(), gc.get_freeze_count() > 0)\n"
            f"    cli_shared.load_base({str(fixture_root)!r})\n"
            "    print(gc.isenabled(), gc.get_freeze_count() > 0)\n"
            "cli.main = command\n"
            "__main__.main()\n"
        )
        line = [sys.executable, "-c", code]
        done = subprocess.run(line, capture_output=True, text=True, check=True)
        assert done.stdout == "False False\nTrue True\n"

    def test_help_names_every_command(self) -> None:
        found = run("--help")
        names = list(vars(get_command(app))["commands"])
        assert len(names) > 8
        assert [name for name in names if not re.search(rf"\b{name}\b", found.out)] == []

    def test_help_tells_what_commands_do_in_whole_sentences(self) -> None:
        commands = run("--help").out.partition("Commands:")[2].strip().splitlines()
        assert len(commands) > 8
        assert [line for line in commands if line.endswith("...")] == []
        assert [line for line in commands if not line.endswith(".")] == []

    def test_version(self) -> None:
        assert run("--version") == Outcome(0, f"{kb.__version__}\n", "")

    def test_no_colours_into_a_pipe(self) -> None:
        found = spawn("matrix", "relationship", "outcome", FORCE_COLOR="1", TERM="xterm-256color")
        assert (found.code, found.err) == (0, "")
        assert "\x1b" not in found.out
        assert max(map(len, found.out.splitlines())) > 100

    def test_letters_whatever_the_encoding_of_the_terminal(self) -> None:
        found = spawn("findings", "--format", "json", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
        assert (found.code, found.err) == (0, "")
        assert "ö" in found.out

    @pytest.mark.skipif(not hasattr(os, "openpty"), reason="no terminal can be made here")
    @pytest.mark.parametrize("columns", [80, 600])
    def test_a_terminal_without_room_for_the_columns_gets_one_row_after_the_other(
        self, columns: int
    ) -> None:
        shown = on_terminal(columns, "gaps", "--status", "narrowed")
        gaps = run("gaps --status narrowed --format json --root", REAL).json
        assert shown[-1] == f"{len(gaps)} rows"
        assert max(map(len, shown)) <= columns
        for gap in gaps:
            at = next(place for place, line in enumerate(shown) if gap["id"] in line.split())
            assert (shown[at] == gap["id"]) is (columns == 80)
        text = " ".join(" ".join(shown).split())
        assert all(gap["statement"]["en"] in text for gap in gaps)

    def test_a_wrong_name_leaves_one_line_and_no_traceback(self) -> None:
        found = spawn("studies", "--where", "relationshp=D")
        assert found == Outcome(2, "", "no facet relationshp; did you mean relationship?\n")

    @pytest.mark.parametrize("format", ["json", "jsonl", "csv", "md", "table"])
    def test_a_closed_pipe_is_no_error(self, format: str) -> None:
        code = "from kb.cli import main; main()"
        with subprocess.Popen(
            [sys.executable, "-c", code, "findings", "--format", format],
            cwd=REAL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        ) as process:  # fmt: skip
            assert process.stdout is not None
            assert process.stderr is not None
            assert process.stdout.read(1)
            process.stdout.close()
            assert process.stderr.read() == b""
            assert process.wait() == 0

    @pytest.mark.parametrize("unbuffered", ["", "1"])
    @pytest.mark.parametrize(("command", "code"), [("check", 1), ("rules", 0)])
    def test_a_pipe_without_a_reader_leaves_the_exit_code(
        self, command: str, code: int, unbuffered: str, tmp_path: Path
    ) -> None:
        (tmp_path / "corpus").mkdir()
        (tmp_path / "corpus" / "knowledge-base.yml").write_text("languages: []\n", "utf-8")
        reading, writing = os.pipe()
        os.close(reading)
        done = subprocess.run(
            [sys.executable, "-m", "kb", command],
            cwd=tmp_path, stdout=writing, stderr=subprocess.PIPE, text=True, check=False,
            env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
        )  # fmt: skip
        os.close(writing)
        assert done.returncode == code
        assert "Error" not in done.stderr
