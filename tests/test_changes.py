"""The log of the evidence: releases recorded, printed, put on a page and into a feed."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urljoin
from uuid import UUID
from xml.etree import ElementTree as xml

import pytest
from typer.testing import CliRunner, Result

import kb
from kb.cli import app
from kb.feed import ATOM, NAME, feed
from kb.formatting import format_files
from kb.rules import load
from kb.site.generate import docs_folder, generate, settings
from kb.site.text import plain
from kb.words import engine
from tests.making import finding, study, text, write

REAL = Path(__file__).resolve().parents[1]
STUDIES = {"a": study(finding("r1")), "b": study(finding("r2"), title=text("<b>@x & 'b'</b>"))}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments], catch_exceptions=False)


def record(root: Path, version: str, *more: object) -> Result:
    return run("changes", "--release", version, "--date", "2026-02-28", "--root", root, *more)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge base with two releases: the first with one study, the next with two."""
    top = tmp_path_factory.mktemp("changes")
    root = write(top / "base", {"a": STUDIES["a"]})
    assert record(root, "0.9.0").stdout == "corpus/releases/0.9.0.yml\n"
    old = shutil.copytree(root, top / "old")
    write(root, STUDIES)
    assert record(root, "0.10.0", "--since", old).exit_code == 0
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed at will."""
    return shutil.copytree(made, tmp_path / "base")


class TestRecording:
    def test_the_record_is_valid_and_in_its_canonical_form(self, made: Path) -> None:
        assert not load(made)[1]
        folder = made / "corpus/releases"
        assert format_files(made, [folder], write=False) == ([], [])

    def test_it_counts_and_says_what_is_new(self, made: Path) -> None:
        first, second = kb.load(made).corpus.releases.values()
        if first.id != "0.9.0":
            first, second = second, first
        assert first.changes is None
        assert first.counts == {
            "studies": 1, "findings": 1, "claims": 0, "gaps": 0, "references": 1,
        }  # fmt: skip
        assert second.changes is not None
        assert [(one.kind, one.id) for one in second.changes.added] == [("study", "b")]
        assert {(c.row, c.column) for c in second.changes.cells} >= {("r2", "c1")}
        assert second.date == "2026-02-28"

    def test_the_same_content_gives_the_same_record(self, root: Path) -> None:
        path = root / "corpus/releases/0.9.0.yml"
        (root / "corpus/releases/0.10.0.yml").unlink()
        write(root, {"a": STUDIES["a"]})
        (root / "corpus/studies/b.yml").unlink()
        before = path.read_bytes()
        path.unlink()
        record(root, "0.9.0")
        assert path.read_bytes() == before

    @pytest.mark.parametrize(
        ("version", "more", "message"),
        [
            ("0.10.0", ["--since", "."], "0.10.0 does not come after 0.10.0, the newest release"),
            ("0.9.5", ["--since", "."], "0.9.5 does not come after 0.10.0"),
            ("../x", ["--since", "."], "use three numbers with dots between"),
            ("1", ["--since", "."], "use three numbers with dots between"),
            ("1.0.0", ["--since", ".", "--date", "2026-02-30"], "is not a day"),
            ("1.0.0", [], "v0.10.0"),
        ],
    )
    def test_what_cannot_be_recorded(
        self, root: Path, version: str, more: list[str], message: str
    ) -> None:
        before = sorted(root.rglob("*"))
        done = record(root, version, *(root if one == "." else one for one in more))
        assert (done.exit_code, done.stdout) == (2, "")
        assert message in done.stderr
        assert done.stderr.count("\n") == 1
        assert sorted(root.rglob("*")) == before

    def test_what_cannot_be_written(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(source: object, target: object) -> None:
            raise OSError(28, "No space left on device")

        before = sorted(root.rglob("*"))
        monkeypatch.setattr("os.replace", refuse)
        done = record(root, "1.0.0", "--since", root)
        assert (done.exit_code, done.stdout) == (1, "")
        assert done.stderr == "nothing was written: No space left on device\n"
        assert sorted(root.rglob("*")) == before

    def test_a_bad_record_is_a_problem_with_its_place(self, root: Path) -> None:
        path = root / "corpus/releases/0.9.0.yml"
        path.write_text(path.read_text("utf-8").replace("studies: 1", "studies: -1"), "utf-8")
        path.rename(path.with_name("next.yml"))
        found = {(one.code, one.line > 0) for one in load(root)[1]}
        assert found == {("KB023", True)}


class TestPrinting:
    def test_the_newest_comes_first(self, made: Path) -> None:
        told = run("changes", "--root", made).stdout
        assert re.findall(r"^Release (\S+)", told, re.MULTILINE) == ["0.10.0", "0.9.0"]
        assert "Label r2 × Label c1 | No study (0) → Thin (1)" in told
        assert told.endswith("The first release\n")

    def test_notes_of_one_release(self, made: Path) -> None:
        notes = run("changes", "0.10.0", "--format", "md", "--root", made).stdout
        assert notes.startswith("## Release 0.10.0 (2026-02-28)\n\n2 studies, 2 findings,")
        assert "- `b` – \\<b" not in notes
        assert "@x" not in notes
        assert "0.9.0" not in notes

    def test_data(self, made: Path) -> None:
        found = json.loads(run("changes", "--format", "json", "--root", made).stdout)
        assert [one["version"] for one in found] == ["0.10.0", "0.9.0"]
        assert "changes" not in found[1]

    def test_what_is_not_released_yet(self, made: Path) -> None:
        told = run("changes", "--since", made.parent / "old", "--root", made).stdout
        assert "Added: studies (1)" in told
        assert "Added: references" not in told
        data = run(
            "changes", "--since", made.parent / "old", "--root", made, "--format", "json"
        ).stdout
        assert [one["id"] for one in json.loads(data)["added"]] == ["b"]

    @pytest.mark.parametrize(
        ("arguments", "code", "message"),
        [
            (["0.11.0"], 2, "no release 0.11.0; did you mean 0.10.0?"),
            (["--since", ".", "--format", "atom"], 2, "--since has no say in a feed"),
            (["0.9.0", "--format", "atom"], 2, "VERSION has no say in a feed"),
            (["0.9.0", "--since", "."], 2, "VERSION has no say with --since"),
            (["--date", "2026-03-01"], 2, "--date has no say without --release"),
            (["0.9.0", "--release", "1.0.0"], 2, "VERSION has no say with --release"),
            (["--release", "1.0.0", "--format", "text"], 2, "--format has no say with --release"),
            (["--release", "1.0.0", "--language", "en"], 2, "--language has no say with"),
            (["--language", "en", "--format", "json"], 2, "--language has no say in JSON"),
        ],
    )
    def test_wrong_usage(self, made: Path, arguments: list[str], code: int, message: str) -> None:
        given = [made if one == "." else one for one in arguments]
        before = sorted(made.rglob("*"))
        done = run("changes", *given, "--root", made)
        assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (code, "", 1)
        assert message in done.stderr
        assert sorted(made.rglob("*")) == before

    def test_without_releases(self, fixture_root: Path) -> None:
        assert run("changes", "--root", fixture_root).stdout == ""
        assert run("changes", "--format", "atom", "--root", fixture_root).exit_code == 1


def children(element: xml.Element, name: str) -> list[xml.Element]:
    return element.findall(f"{{{ATOM}}}{name}")


def said(element: xml.Element, name: str) -> str:
    (one,) = children(element, name)
    return one.text or ""


def links(element: xml.Element) -> Iterator[tuple[str, str]]:
    for one in children(element, "link"):
        yield one.attrib["rel"], one.attrib["href"]


class TestFeed:
    @pytest.fixture
    def parsed(self, made: Path) -> Callable[..., xml.Element]:
        def parse(language: str, **settings: str) -> xml.Element:
            corpus = kb.load(made).corpus
            given = corpus.settings.model_copy(update=settings)
            object.__setattr__(corpus, "settings", given)
            return xml.fromstring(feed(corpus, engine(language), language).encode())

        return parse

    @pytest.mark.parametrize("language", ["en", "sv"])
    def test_it_is_what_rfc_4287_asks_for(
        self, parsed: Callable[..., xml.Element], language: str
    ) -> None:
        root = parsed(language)
        assert root.tag == f"{{{ATOM}}}feed"
        assert len(children(root, "entry")) == 2
        for one in (root, *children(root, "entry")):
            UUID(said(one, "id").removeprefix("urn:uuid:"))
            assert said(one, "title").strip()
            moment = datetime.fromisoformat(said(one, "updated"))
            assert moment.utcoffset() is not None
            alternates = [href for rel, href in links(one) if rel == "alternate"]
            assert len(alternates) == 1
        assert said(children(root, "author")[0], "name")
        assert [rel for rel, _ in links(root)].count("self") == 1
        for entry in children(root, "entry"):
            (content,) = children(entry, "content")
            assert content.attrib["type"] == "html"
        known = {f"{{{ATOM}}}{name}" for name in (
            "feed", "entry", "id", "title", "updated", "link", "author", "name", "content",
        )}  # fmt: skip
        assert {one.tag for one in root.iter()} == known

    def test_every_id_is_of_one_thing_only(self, parsed: Callable[..., xml.Element]) -> None:
        roots = [parsed("en"), parsed("sv")]
        ids = [one.text for root in roots for one in root.iter(f"{{{ATOM}}}id")]
        assert len(ids) == len(set(ids)) == 6

    def test_the_newest_comes_first(self, parsed: Callable[..., xml.Element]) -> None:
        titles = [said(one, "title") for one in children(parsed("sv"), "entry")]
        assert titles == ["Utgåva 0.10.0", "Utgåva 0.9.0"]

    def test_text_of_records_is_text(self, parsed: Callable[..., xml.Element]) -> None:
        (content,) = children(children(parsed("en"), "entry")[0], "content")
        assert "<li>&lt;b&gt;@x &amp; &#x27;b&#x27;&lt;/b&gt;</li>" in (content.text or "")

    def test_links_lead_to_the_page(self, parsed: Callable[..., xml.Element]) -> None:
        place = f"https://example.org/kb/en/{NAME}"
        for root in (parsed("en"), parsed("en", site="https://example.org/kb/")):
            found = [urljoin(place, href) for _, href in links(root)]
            assert found == ["https://example.org/kb/en/changes/", place]
            (entry, _) = children(root, "entry")
            found = [urljoin(place, href) for _, href in links(entry)]
            assert found == ["https://example.org/kb/en/changes/#v0-10-0"]


class TestPage:
    def test_page_and_feed_are_made_in_each_language(self, made: Path) -> None:
        base = kb.load(made)
        for language, heading in (("en", "Release 0.10.0"), ("sv", "Utgåva 0.10.0")):
            generate(base, language)
            folder = docs_folder(made, language)
            page = (folder / "changes/index.md").read_text("utf-8")
            assert f"{plain(heading)} {{ #v0-10-0 }}" in page
            assert 'href="../studies/b/"' in page
            assert 'href="../gaps/row-column/r2/#c1"' in page
            assert "<b>@x" not in page
            assert (folder / NAME).read_text("utf-8") == feed(
                base.corpus, engine(language), language
            )
            assert settings(base, language)["extra"]["feed"]["path"] == NAME

    def test_what_is_gone_is_told_without_a_link(self, root: Path) -> None:
        (root / "corpus/studies/b.yml").unlink()
        generate(kb.load(root), "en")
        page = (docs_folder(root, "en") / "changes/index.md").read_text("utf-8")
        assert "studies/b/" not in page
        assert "&#60;b&#62;" in page

    def test_without_releases_there_is_neither(self, tmp_path: Path) -> None:
        base = kb.load(write(tmp_path, {"a": STUDIES["a"]}))
        generate(base, "en")
        assert not (docs_folder(tmp_path, "en") / "changes").exists()
        assert settings(base, "en")["extra"]["feed"] is None

    def test_the_real_one_has_a_release(self) -> None:
        assert kb.load(REAL).corpus.releases
