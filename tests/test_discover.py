"""``kb discover`` against answers in the shape of OpenAlex, served here; all works are made up."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from typer.testing import CliRunner, Result

import kb
from kb import waiting
from kb.adding import Shelf
from kb.cli import app
from kb.discover import Found, _once
from kb.openalex import OpenAlex, OpenAlexError, Work
from kb.rules import load
from kb.words import engine
from tests.making import finding, study, write

pytest.importorskip("pyalex")

HOME = "https://openalex.org/"


def work(number: int, title: str, year: int = 2024, **more: Any) -> dict[str, Any]:
    """A work as OpenAlex tells of it; ``authors`` are names by the numbers of their ids."""
    authors = more.pop("authors", {100 + number: f"Nobody Number-{number}"})
    doi = more.pop("doi", f"10.5555/made.up.{number}")
    return {
        "id": f"{HOME}W{number}",
        "doi": doi and f"https://doi.org/{doi}",
        "title": title,
        "publication_year": year,
        "type": "article",
        "authorships": [
            {"author_position": "first", "author": {"id": f"{HOME}A{id}", "display_name": name}}
            for id, name in authors.items()
        ],
        "primary_location": {"source": {"display_name": "Journal of Made-up Results"}},
        "referenced_works": [f"{HOME}W{cited}" for cited in more.pop("cites", ())],
        **more,
    }


OURS = work(1, "Work a-1", 2020, doi="10.5555/ours.A", authors={1: "Ann Ofa", 2: "Bo Berg"})
BOTH = work(2, "Cites and shares", cites=[1, 999], authors={2: "Bo Berg", 7: "Cy Åström"})
CITING = work(3, "Only <i>cites</i>", 2023, cites=[1])
SHARED = work(4, "Only shares", 2022, authors={1: "Ann Ofa"}, doi=None)
ABOUT = work(5, "Roof gardens & 100% {braces} \\emph{x}", 2021, type="book")
AGAIN = work(6, "Cites and Shares!", 2024, authors={2: "Bo Berg"}, doi=None, cites=[1])
HELD = work(8, "Work b-1", 2020, authors={9: "A. Ofb"}, doi=None, cites=[1])
BROKEN = {"id": "https://evil.example/W9", "title": None, "authorships": None}


@dataclass
class Server:
    """A stand-in for OpenAlex: answers by the first filter of a question, and what was asked."""

    address: str
    answers: dict[str, list[Any]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    status: int = 200
    body: bytes | None = None


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = {name: one[0] for name, one in parse_qs(urlsplit(self.path).query).items()}
            here.asked.append(query)
            name = query["filter"].partition(":")[0]
            works = here.answers.get(name, [])
            at = 0 if query["cursor"] == "*" else int(query["cursor"])
            following = str(at + 2) if at + 2 < len(works) else None
            meta = {"count": len(works), "per_page": 2, "next_cursor": following}
            told = {"meta": meta, "results": works[at : at + 2], "group_by": []}
            body = json.dumps(told).encode() if here.body is None else here.body
            self.send_response(here.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        here = Server(f"http://127.0.0.1:{running.server_port}")
        here.answers = {
            "doi": [OURS],
            "cites": [CITING, BOTH, AGAIN, HELD, BROKEN],
            "author.id": [OURS, SHARED, BOTH],
            "title_and_abstract.search": [ABOUT, CITING],
        }
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        monkeypatch.setenv("OPENALEX_URL", here.address)
        yield here
        running.shutdown()
        thread.join()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A knowledge base with two studies, a DOI for one of them, and words to search for."""
    root = write(tmp_path / "base", {"a": study(finding("r1")), "b": study(finding("r2"))})
    bib = root / "references.bib"
    doi = "year = {2020},\n  doi = {10.5555/ours.a}"
    bib.write_text(bib.read_text("utf-8").replace("year = {2020}", doi, 1), "utf-8")
    path = root / "corpus/knowledge-base.yml"
    settings = yaml.safe_load(path.read_text("utf-8"))
    settings["discover"] = {"search": ["roof gardens"]}
    path.write_text(yaml.safe_dump(settings, allow_unicode=True), "utf-8")
    return root


def run(root: Path, *arguments: object) -> Result:
    line = ["discover", *(str(one) for one in arguments), "--root", str(root)]
    return CliRunner().invoke(app, line, catch_exceptions=False)


def contents(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in root.rglob("*") if path.is_file()}


class TestFinding:
    def test_what_has_most_links_comes_first_and_each_work_once(
        self, server: Server, root: Path
    ) -> None:
        found = json.loads(run(root, "--format", "json").stdout)
        assert [(one["openalex"], one["links"]) for one in found] == [
            ("W2", 2),
            ("W3", 2),
            ("W4", 1),
            ("W5", 1),
        ]
        first, second, third, fourth = found
        assert (first["cites"], first["shared_authors"]) == (["a-1"], ["Bo Berg"])
        assert (second["title"], second["words"]) == ("Only cites", ["roof gardens"])
        assert (third["shared_authors"], third["doi"]) == (["Ann Ofa"], "")
        assert fourth["authors"] == ["Nobody Number-5"]

    def test_what_is_asked(self, server: Server, root: Path) -> None:
        run(root, "--since", "2021")
        filters = list(dict.fromkeys(one["filter"] for one in server.asked))
        assert filters == [
            "doi:10.5555/ours.a",
            "cites:W1,from_publication_date:2021-01-01",
            "author.id:A1|A2,from_publication_date:2021-01-01",
            "title_and_abstract.search:roof gardens,from_publication_date:2021-01-01",
        ]
        assert all(one["per-page"] == "100" for one in server.asked)
        assert len([one for one in server.asked if one["filter"].startswith("cites:")]) == 3

    def test_the_limit(self, server: Server, root: Path) -> None:
        listed = run(root, "--limit", "1", "--format", "csv").stdout.splitlines()
        assert listed[0].startswith("links,year,title,authors,doi,cites,")
        assert len(listed) == 2

    def test_many_values_are_asked_for_in_batches(self, server: Server) -> None:
        list(OpenAlex().citing(f"W{n}" for n in range(120)))
        starts = {one["filter"] for one in server.asked if one["cursor"] == "*"}
        assert sorted(len(one.split("|")) for one in starts) == [20, 50, 50]

    def test_a_doi_that_would_be_another_question_is_not_asked_for(self, server: Server) -> None:
        assert list(OpenAlex().with_doi(["10.5555/a,is_oa:true", "10.5555/a|b"])) == []
        assert server.asked == []

    def test_without_anything_to_go_by_nothing_is_asked(
        self, server: Server, tmp_path: Path
    ) -> None:
        done = run(write(tmp_path, {"a": study(finding())}), "--format", "json")
        assert (done.exit_code, done.stdout, server.asked) == (0, "[]\n", [])


class TestFailing:
    def test_no_network(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            address = f"http://127.0.0.1:{closed.getsockname()[1]}"
        monkeypatch.setenv("OPENALEX_URL", address)
        before = contents(root)
        done = run(root, "--write")
        assert (done.exit_code, done.stdout) == (1, "")
        assert done.stderr == f"nothing was done: there is no connection to {address}\n"
        assert contents(root) == before

    @pytest.mark.parametrize(
        ("status", "body", "message"),
        [
            (403, b"{}", "answers with the error 403"),
            (500, b"oh", "answers with the error 500"),
            (400, b'{"error": "Invalid query parameters error.", "message": "no"}', "refuses"),
            (200, b"<html>", "cannot be read"),
            (200, b"[]", "cannot be read"),
            (200, b'{"results": 3, "meta": {}}', "cannot be read"),
            (200, b'{"results": [1], "meta": {"next_cursor": null}}', "cannot be read"),
            (200, b'{"results": [], "meta": {}}', "cannot be read"),
        ],
    )
    def test_answers_that_are_none(
        self, server: Server, root: Path, status: int, body: bytes, message: str
    ) -> None:
        server.status, server.body = status, body
        done = run(root)
        assert (done.exit_code, done.stdout) == (1, "")
        assert message in done.stderr
        assert done.stderr.count("\n") == 1

    def test_an_address_that_is_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OPENALEX_URL", "file:///etc/passwd")
        with pytest.raises(OpenAlexError, match="must start with http"):
            list(OpenAlex().about("x"))

    def test_a_form_of_what_is_written(self, root: Path) -> None:
        before = contents(root)
        done = run(root, "--write", "--format", "table")
        assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert "--format has no say with --write" in done.stderr
        assert contents(root) == before

    def test_without_pyalex(self, root: Path) -> None:
        code = (
            "import sys; sys.modules['pyalex'] = None; sys.argv[0] = 'kb'\n"
            "from kb.cli import main; main()"
        )
        line = [sys.executable, "-c", code, "discover", "--root", str(root)]
        done = subprocess.run(line, capture_output=True, check=False, encoding="utf-8")
        assert (done.returncode, done.stdout) == (1, "")
        assert "the package pyalex is not installed" in done.stderr
        assert done.stderr.count("\n") == 1


class TestWriting:
    def test_candidates_are_valid_and_honest(self, server: Server, root: Path) -> None:
        done = run(root, "--write")
        paths = done.stdout.splitlines()
        assert (done.exit_code, len(paths)) == (0, 4)
        assert [p for p in load(root)[1] if p.severity == "error"] == []
        corpus = kb.load(root).corpus
        one = corpus.candidates["berg2024"]
        assert one.title == "Cites and shares"
        assert one.coding is None
        assert one.known["en"].startswith("OpenAlex lists it as W2 (looked up on 20")
        assert "It cites a-1. Among its authors: Bo Berg." in one.known["en"]
        assert "Bland författarna: Bo Berg." in one.known["sv"]
        assert one.missing["en"].startswith("No one has read it")
        reference = corpus.references[one.report]
        assert reference.doi == "10.5555/made.up.2"
        assert [str(name) for name in reference.authors] == ["Berg, Bo", "Åström, Cy"]
        assert set(reference.unverified) == {"author", "title", "year", "doi", "journal"}
        assert corpus.references["ofa2022"].link == f"{HOME}W4"
        assert corpus.candidates["number2021"].title == ABOUT["title"]

    def test_they_are_in_their_canonical_form(self, server: Server, root: Path) -> None:
        from kb.formatting import format_files

        paths = [root / path for path in run(root, "--write").stdout.splitlines()]
        assert format_files(root, paths, write=False) == ([], [])

    def test_a_second_run_adds_nothing(self, server: Server, root: Path) -> None:
        run(root, "--write")
        before = contents(root)
        assert run(root, "--write").stdout == ""
        assert contents(root) == before

    def test_if_one_cannot_be_written_none_is(
        self, server: Server, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("os.replace", full)
        before = contents(root)
        done = run(root, "--write")
        assert (done.exit_code, done.stdout) == (1, "")
        assert "nothing was written: No space left on device" in done.stderr
        assert contents(root) == before

    @pytest.mark.parametrize(
        ("title", "author"),
        [
            ("@comment{x, y = {z}}", "Eve } Il"),
            ("A title, year = {1999}", "and and"),
            ("\\input{/etc/passwd}", "N.N."),
            ("../../x", "../.."),
            ("年", "年"),
        ],
    )
    def test_hostile_works_stay_one_entry_or_are_left_out(
        self, root: Path, make: Callable[..., Found], title: str, author: str
    ) -> None:
        corpus = kb.load(root).corpus
        words = dict.fromkeys(("en", "sv"), engine("en"))
        paths, left = waiting.write(corpus, [make(title, author)], words, "2026-01-01")
        assert len(paths) + len(left) == 1
        after = kb.load(root).corpus
        assert len(after.references) == len(corpus.references) + len(paths)
        assert {path.parent.name for path in root.glob("corpus/candidates/*")} <= {"candidates"}

    @pytest.fixture
    def make(self) -> Callable[..., Found]:
        def made(title: str, author: str) -> Found:
            own = Work("W1", "", title, 2020, "article", "", {"A1": author}, frozenset())
            return Found(own, (), (), ("x",))

        return made


@pytest.mark.parametrize(
    ("author", "title", "year", "doi", "there"),
    [
        ("Jan van der Öst", "Roofs: a study", 2020, "", True),
        ("J. Ost", "ROOFS, A STUDY.", 2020, "", True),
        ("Someone Else", "Another title", None, "10.5555/Roofs", True),
        ("Jan van der Öst", "Roofs: a study", 2021, "", False),
        ("Jan Öster", "Roofs: a study", 2020, "", False),
    ],
)
def test_a_work_is_there_already_by_the_same_signs_as_in_an_import(
    tmp_path: Path, author: str, title: str, year: int | None, doi: str, there: bool
) -> None:
    own = (
        "@book{ost2020, author = {van der Öst, Jan}, title = {Roofs: A Study}, year = {2020},\n"
        " doi = {10.5555/roofs}}\n"
    )
    corpus = kb.load(write(tmp_path, {"a": study(finding())}, references=own)).corpus
    work = Work("W1", doi, title, year, "book", "", {"A1": author}, frozenset())
    assert bool(Shelf(corpus).find(work.reference)) == there
    found = Found(work, (), (), ())
    assert list(_once(corpus, [found, found])) == ([] if there else [found])


def test_the_real_one_says_what_to_search_for(repo_root: Path) -> None:
    settings = kb.load(repo_root).settings
    assert settings.discover
    assert settings.discover.search


def test_nothing_else_needs_the_package(fixture_root: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(fixture_root, tmp_path / "copy")
    code = (
        "import sys; sys.modules['pyalex'] = sys.modules['requests'] = None\n"
        f"import kb, kb.cli, kb.discover, kb.waiting; kb.load({str(copy)!r})"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
