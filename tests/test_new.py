"""`kb new`: the record of a study begun from a key, a file or a DOI, by options or by answers."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import kb
from kb import corpus as corpora
from kb import doi, rules, yamlfile
from kb.asking import ask_all
from kb.cli import app
from kb.formatting import canonical
from kb.questions import put, questions
from kb.scaffold import record

KEY = "uebersicht2020"  # a review that no study reports
RIS = """\
TY  - JOUR
TI  - Erfunden: Neue Dächer
AU  - Möller, Ännchen
AU  - Amt für erfundene Gärten
PY  - 2023
JO  - Zeitschrift für Erfundenes
DO  - https://doi.org/10.1234/Neu.1
ER  -
"""


def new(root: Path, *arguments: str | Path, typed: str = "") -> tuple[int, str, str]:
    line = ["new", *map(str, arguments), "--root", str(root)]
    result = CliRunner().invoke(app, line, input=typed)
    assert not isinstance(result.exception, Exception) or result.exit_code
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.stdout, result.stderr


def contents(root: Path) -> dict[str, bytes]:
    return {str(f.relative_to(root)): f.read_bytes() for f in root.rglob("*") if f.is_file()}


def problems_of(root: Path, path: str) -> set[tuple[str, str]]:
    return {(one.code, one.field) for one in rules.load(root)[1] if one.path == path}


def value_of(text: str | bytes) -> Any:
    """What a record says; it is one that can be read."""
    data = text.encode() if isinstance(text, str) else text
    value, problems = yamlfile.parse(data, "a.yml")
    assert problems == []
    return value


# --- the record -----------------------------------------------------------------------------------


def test_a_record_begun_from_a_key_says_nothing_that_no_one_told(copy):
    code, out, err = new(copy, KEY)
    path = f"corpus/studies/{KEY}.yml"
    assert (code, err) == (0, "")
    assert f"wrote {path}" in out
    assert f"kb check {path}" in out
    text = (copy / path).read_text("utf-8")
    value = value_of(text)
    assert value["reports"] == [KEY]
    assert set(value) == {"reports", "coding"}
    assert list(value["coding"]) == ["date"]
    needed = {"title", "kind", "directness", "findings"}
    inner = {f"coding.{name}" for name in ("basis", "source", "locator", "coders")}
    assert problems_of(copy, path) == {("KB021", name) for name in needed | inner}
    assert canonical(text.encode(), path, ("de", "fr")) == text
    assert text.startswith("# yaml-language-server: $schema=../../docs/schema/study.json\n")


def test_every_term_in_use_stands_beside_its_field(copy):
    new(copy, KEY)
    text = (copy / f"corpus/studies/{KEY}.yml").read_text("utf-8")
    book = kb.load(Path(__file__).parent / "fixture").codebook
    for facet in book:
        for term in facet.terms:
            labels = " / ".join(dict.fromkeys(term.label.values()))
            shown = f" {term.id} = {labels}\n" in text
            used = facet.role in {"tag", "kind", "directness"}
            assert shown == (used and not term.deprecated), (facet.id, term.id)
    assert text.index("# kind, required") < text.index("# directness, required")


def test_all_that_is_open_can_be_uncommented(copy):
    """The comments hold the fields as they are to be written: without # they are the record."""
    new(copy, KEY)
    file = copy / f"corpus/studies/{KEY}.yml"
    lines = file.read_text("utf-8").splitlines()
    field = re.compile(r"^( *)# ((?:  )*(?:- )?[a-z_-]+:(?: \[\])?)$")
    text = "\n".join(field.sub(r"\1\2", line) for line in lines)
    value = value_of(text)
    assert set(value) == set(kb.Study.model_fields) - {"id", "path"}
    (finding,) = value["findings"]
    assert set(finding) == set(kb.Finding.model_fields)
    assert finding["statement"] == {"de": None, "fr": None}


def test_options_are_taken(copy):
    arguments = ["--title", "de=Dächer", "--title", "fr=Toits = bons", "--kind", "count"]
    arguments += ["--directness", "monitoring", "--tag", "city=musterstadt", "--basis", "abstract"]
    arguments += ["--source", KEY, "--locator", "S. 1: oben", "--coder", "probe"]
    arguments += ["--coder", "zweite", "--date", "2024-02-29"]
    assert new(copy, KEY, *arguments)[0] == 0
    path = f"corpus/studies/{KEY}.yml"
    value = value_of((copy / path).read_bytes())
    assert value["title"] == {"de": "Dächer", "fr": "Toits = bons"}
    assert (value["kind"], value["directness"]) == ("count", "monitoring")
    assert value["tags"] == {"city": ["musterstadt"]}
    assert value["coding"] == {
        "basis": "abstract",
        "source": KEY,
        "locator": "S. 1: oben",
        "coders": ["probe", "zweite"],
        "date": "2024-02-29",
    }
    assert problems_of(copy, path) == {("KB021", "findings")}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((KEY, "--kind", "coumt"), "kind: no coumt; did you mean count?"),
        ((KEY, "--tag", "citty=musterstadt"), "no citty in tags; did you mean city?"),
        ((KEY, "--kind", "Zählung"), "kind: no Zählung; did you mean count?"),
        ((KEY, "--kind", "Comptages"), "kind: no Comptages; did you mean count?"),
        ((KEY, "--tag", "Stadt=musterstadt"), "no Stadt in tags; did you mean city?"),
        ((KEY, "--tag", "city=nowhere"), "tags.city: no nowhere"),
        ((KEY, "--tag", "city"), "write NAME=VALUE"),
        ((KEY, "--title", "en=x"), "no en in title; use one of: de, fr"),
        ((KEY, "--title", "de= "), "title.de: write a text"),
        ((KEY, "--basis", "hearsay"), "use one of: full-text, abstract, review"),
        ((KEY, "--source", "nowhere"), "coding.source: no nowhere"),
        ((KEY, "--coder", "me"), "coding.coders: no me"),
        ((KEY, "--date", "2024-02-30"), "2024-02-30 is no day"),
        (("nowhere1999",), "no reference nowhere1999 in references.bib"),
        (("uebersicht2002",), f"did you mean {KEY}?"),
        (("muster2015",), "muster2015 is coded already, in corpus/studies/2010s/muster2015.yml"),
        (("muster2018",), "is coded already"),
        ((), "name a key of references.bib or a DOI"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(copy, arguments, says):
    before = contents(copy)
    code, out, err = new(copy, *arguments)
    assert (code, out) == (2, "")
    assert says in err
    assert err.count("\n") == 1
    assert contents(copy) == before


def test_nothing_is_written_over(copy):
    assert new(copy, KEY)[0] == 0
    before = contents(copy)
    code, _, err = new(copy, KEY, "--kind", "count")
    assert code == 2
    assert "is there already" in err
    assert contents(copy) == before


def test_a_candidate_gives_its_tags(copy):
    code, out, _ = new(copy, "ohnejahr")
    assert code == 0
    assert "corpus/candidates/wartend.yml was a candidate" in out
    path = "corpus/studies/ohnejahr.yml"
    text = (copy / path).read_text("utf-8")
    value = value_of(text)
    assert value["tags"] == {"habitat": ["green-roof"]}
    assert "# As a candidate, check: Ob Dächer darin vorkommen.\n" in text


def test_a_broken_record_elsewhere_is_no_hindrance(copy):
    (copy / "corpus/studies/broken.yml").write_text("a: [\n")
    assert new(copy, KEY)[0] == 0


def test_a_broken_codebook_is_one(copy):
    (copy / "corpus/codebook/cities.yml").write_text("a: [\n")
    code, _, err = new(copy, KEY)
    assert code == 1
    assert "KB004" in err


# --- from a file ----------------------------------------------------------------------------------

CSL = {
    "type": "article-journal",
    "title": "Erfunden: Neue Dächer",
    "author": [
        {"family": "Möller", "given": "Ännchen"},
        {"literal": "Amt für erfundene Gärten"},
    ],
    "issued": {"date-parts": [[2023, 5]]},
    "container-title": "Zeitschrift für Erfundenes",
    "DOI": "10.1234/Neu.1",
}
BIBTEX = """\
@article{RN12,
   author = {M{\\"o}ller, {\\"A}nnchen and {Amt f{\\"u}r erfundene G{\\"a}rten}},
   title = {Erfunden: {N}eue D{\\"a}cher},
   journal = {Zeitschrift f{\\"u}r Erfundenes},
   DOI = {10.1234/Neu.1},
   year = {2023},
   type = {Journal Article}
}
"""
ENTRY = """\

@article{moller2023,
  author  = {Möller, Ännchen and {Amt für erfundene Gärten}},
  title   = {Erfunden: Neue Dächer},
  journal = {Zeitschrift für Erfundenes},
  year    = {2023},
  doi     = {10.1234/Neu.1}
}
"""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.ris", RIS),
        ("a.ris", "\ufeff" + RIS.replace("\n", "\r\n")),
        ("a.txt", RIS.replace("ER  -\n", "")),
        ("a.bib", BIBTEX),
        ("a.json", json.dumps(CSL)),
        ("a.json", json.dumps([CSL])),
    ],
)
def test_a_work_in_a_file_is_added(copy, tmp_path, name, text):
    file = tmp_path / name
    file.write_bytes(text.encode())
    before = (copy / "references.bib").read_text("utf-8")
    code, out, err = new(copy, "--from", file)
    assert (code, err) == (0, "")
    assert "added moller2023 to references.bib" in out
    assert (copy / "references.bib").read_text("utf-8") == before + ENTRY
    assert (copy / "corpus/studies/moller2023.yml").is_file()


def test_a_work_that_is_there_keeps_its_key(copy, tmp_path):
    file = tmp_path / "a.ris"
    file.write_text(RIS)
    with (copy / "references.bib").open("a", encoding="utf-8") as bibliography:
        bibliography.write(ENTRY.replace("moller2023", "daecher"))
    before = (copy / "references.bib").read_bytes()
    code, out, _ = new(copy, "--from", file)
    assert code == 0
    assert "wrote corpus/studies/daecher.yml" in out
    assert (copy / "references.bib").read_bytes() == before


def test_the_key_can_be_given(copy, tmp_path):
    file = tmp_path / "a.ris"
    file.write_text(RIS)
    assert new(copy, "daecher", "--from", file)[0] == 0
    assert "daecher" in kb_references(copy)
    assert new(copy, "muster2015", "--from", file)[0] == 2
    assert new(copy, "../daecher", "--from", file)[0] == 2


def kb_references(root: Path) -> list[str]:
    corpus, _ = corpora.read(root)
    assert corpus is not None
    return list(corpus.references)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no work can be found"),
        ("TY  - JOUR\nAU  - A, B\nER  - \n", "the work has no title"),
        (RIS + RIS.replace("Neue", "Alte"), "holds 2 works, not one; kb import takes several"),
        ("[]", "no work can be found"),
        ("{", "the file is no JSON"),
        ("[" * 100_000, "the file is no JSON"),
        ("[3]", "this is no work"),
        ("@article{a, title = {b}", "the entry cannot be read"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(copy, tmp_path, text, says):
    file = tmp_path / "a"
    file.write_text(text)
    before = contents(copy)
    code, out, err = new(copy, "--from", file)
    assert (code, out) == (2, "")
    assert says in err
    assert contents(copy) == before


def test_a_bibliography_with_errors_gets_nothing_added(copy, tmp_path):
    file = tmp_path / "a.ris"
    file.write_text(RIS)
    with (copy / "references.bib").open("a", encoding="utf-8") as bibliography:
        bibliography.write("@article{half,")
    before = contents(copy)
    code, _, err = new(copy, "--from", file)
    assert code == 1
    assert "KB052" in err
    assert contents(copy) == before


@pytest.mark.parametrize("nth", [1, 2])
def test_a_failed_write_leaves_nothing_behind(copy, tmp_path, monkeypatch, nth):
    file = tmp_path / "a.ris"
    file.write_text(RIS)
    before, real, calls = contents(copy), os.replace, []

    def refuse(source, target):
        calls.append(target)
        if len(calls) == nth:
            raise OSError(28, "No space left on device")
        real(source, target)

    monkeypatch.setattr(os, "replace", refuse)
    code, _, err = new(copy, "--from", file)
    assert code == 1
    assert err == "nothing was written: No space left on device\n"
    assert contents(copy) == before
    assert not [path for path in copy.iterdir() if path.name.startswith(".writing")]


# --- from a DOI -----------------------------------------------------------------------------------


class Agency(BaseHTTPRequestHandler):
    """Answers as recorded: one work is known, the others are not."""

    asked: list[tuple[str, str | None]] = []

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers["Accept"]))
        if self.path == "/10.1234/moved":
            self.send_response(302)
            self.send_header("Location", "/10.1234/Neu.1")
            self.end_headers()
            return
        known = {"/10.1234/Neu.1": json.dumps(CSL), "/10.1234/page": "<html>no data</html>"}
        body = known.get(self.path)
        self.send_response(200 if body else 404)
        self.end_headers()
        self.wfile.write((body or "").encode())

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def agency(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Agency]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Agency)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    Agency.asked.clear()
    monkeypatch.setattr(doi, "RESOLVER", f"http://127.0.0.1:{server.server_port}/")
    yield Agency
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    "text", ["10.1234/Neu.1", "https://doi.org/10.1234/Neu.1", "doi:10.1234/Neu.1", "10.1234/moved"]
)
def test_a_doi_is_looked_up(copy, agency, text):
    before = (copy / "references.bib").read_text("utf-8")
    assert new(copy, text)[0] == 0
    assert (copy / "references.bib").read_text("utf-8") == before + ENTRY
    assert agency.asked[0][1] == "application/vnd.citationstyles.csl+json"


@pytest.mark.parametrize(
    "field", ["doi = {10.1234/NEU.1}", "url = {https://doi.org/10.1234/neu.1}"]
)
@pytest.mark.parametrize("text", ["10.1234/Neu.1", "https://doi.org/10.1234/Neu.1"])
def test_a_doi_that_is_there_is_not_looked_up(copy, agency, text, field):
    with (copy / "references.bib").open("a", encoding="utf-8") as bibliography:
        bibliography.write(re.sub(r"doi +=.*", field, ENTRY).replace("moller2023", "daecher"))
    before = (copy / "references.bib").read_bytes()
    code, out, _ = new(copy, text)
    assert (code, agency.asked) == (0, [])
    assert "wrote corpus/studies/daecher.yml" in out
    assert (copy / "references.bib").read_bytes() == before
    assert "daecher.yml is there already" in new(copy, text)[2]
    assert agency.asked == []


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("10.1234/nowhere", 1, "no such DOI is known"),
        ("10.1234/page", 2, "no work can be found in the file"),
    ],
)
def test_a_doi_without_an_answer_is_one_line(copy, agency, text, code, says):
    before = contents(copy)
    found, out, err = new(copy, text)
    assert (found, out) == (code, "")
    assert says in err
    assert contents(copy) == before


def test_without_a_network_a_doi_is_one_line(copy, monkeypatch):
    monkeypatch.setattr(doi, "RESOLVER", "http://127.0.0.1:1/")
    before = contents(copy)
    code, out, err = new(copy, "10.1234/Neu.1")
    assert (code, out) == (1, "")
    assert "cannot be looked up" in err
    assert "--from" in err
    assert err.count("\n") == 1
    assert contents(copy) == before


# --- answers in the terminal ----------------------------------------------------------------------


def answers(root: Path, given: dict[str, list[str]]) -> tuple[dict, list[str]]:
    corpus, _ = corpora.read(root)
    assert corpus is not None
    said: list[str] = []
    left = {name: list(lines) for name, lines in given.items()}

    def read(prompt: str) -> str:
        name = next(line.split(":")[0].split(" (")[0].strip() for line in reversed(said)
                    if line.startswith("\n"))  # fmt: skip
        lines = left.get(name, [])
        return lines.pop(0) if lines else ""

    known: dict = {}
    ask_all(questions(corpus, KEY), known, said.append, read)
    assert not any(left.values())
    return known, said


def test_answers_are_taken_by_name_or_number_and_asked_for_again(copy):
    known, said = answers(
        copy,
        {
            "title.de": ["Dächer"],
            "kind": ["nonsense", "2"],
            "tags.city": ["musterstadt, 2"],
            "coding.basis": ["1"],
            "coding.source": ["nowhere", KEY],
            "coding.coders": ["probe,zweite"],
            "coding.date": ["yesterday", "2024-01-31"],
        },
    )
    assert known["title"] == {"de": "Dächer"}
    assert known["coding"]["basis"] == "full-text"
    assert known["coding"]["coders"] == ["probe", "zweite"]
    assert known["coding"]["date"] == "2024-01-31"
    assert known["tags"]["city"][0] == "musterstadt"
    assert len(known["tags"]["city"]) == 2
    assert "kind" in known
    assert "directness" not in known
    assert sum("no nonsense" in line or "no nowhere" in line for line in said) == 2


def test_it_asks_in_a_terminal_and_only_there(copy):
    line = [sys.executable, "-m", "kb", "new", KEY, "--kind", "count", "--root", str(copy)]
    main, terminal = pty.openpty()
    process = subprocess.Popen(line, stdin=terminal, stdout=terminal, stderr=terminal)
    os.close(terminal)
    os.write(main, "Dächer\nToits\n".encode() + b"\n" * 30)
    said = b""
    with open(main, "rb", buffering=0) as screen:
        try:
            while piece := screen.read(1000):
                said += piece
        except OSError:  # the terminal's other end was closed
            pass
    assert process.wait(60) == 0
    assert b"title.de" in said
    assert b"kind:" not in said  # it was given
    value = value_of((copy / f"corpus/studies/{KEY}.yml").read_bytes())
    assert value["title"] == {"de": "Dächer", "fr": "Toits"}


def test_stopping_writes_nothing(copy):
    before = contents(copy)
    code, _, err = new(copy, KEY, "--ask", typed="Dächer\n")
    assert (code, err) == (1, "stopped; nothing was written\n")
    assert contents(copy) == before


# --- whatever is known ----------------------------------------------------------------------------

FIXTURE = kb.load(Path(__file__).parent / "fixture").corpus
ASKED = list(questions(FIXTURE, KEY))
LINES = st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" "), min_size=1).filter(
    str.strip
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_record_says_what_is_known_in_its_canonical_form(data):
    known: dict = {}
    for question in ASKED:
        if not data.draw(st.booleans()):
            continue
        if question.choices:
            words = st.sampled_from(list(question.choices))
            answer = data.draw(st.lists(words, min_size=1, unique=True) if question.many else words)
        else:
            answer = " ".join(data.draw(LINES).split())
        put(known, question.keys, answer)
    put(known, ("coding", "date"), "2024-01-31")
    path = f"corpus/studies/{KEY}.yml"
    text = record(FIXTURE, path, FIXTURE.references[KEY], known)
    value = value_of(text)
    assert value == {**known, "reports": [KEY]}
    assert canonical(text.encode(), path, FIXTURE.languages) == text
