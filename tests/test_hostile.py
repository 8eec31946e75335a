"""Hostile contributions: each is shown as plain text, or refused with a problem.

``TRIED`` is the list. The table in SECURITY.md is made of it by ``python tests/test_docs.py``.
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from kb import bibliography
from kb.base import load
from kb.cli import app
from kb.problems import Problem
from kb.rulebook import RULES
from kb.rules import load as check
from kb.site.build import build_site
from tests.sites import ROOT, Document, Site, copy, folded, own_environment, shown

SECURITY = ROOT / "SECURITY.md"
LANGUAGES = ("de", "fr")
BIB = "references.bib"
KEY = "muster2018"  # a reference that is there, for records that are refused anyway


def record(text: str, key: str, findings: int = 1) -> dict[str, Any]:
    """A sound study that says the same text wherever it says something."""
    texts = dict.fromkeys(LANGUAGES, text)
    coding = {"basis": "full-text", "source": key, "coders": ["probe"], "date": "2024-01-01"}
    finding = {"statement": texts, "direction": "helps", "tags": {"effect": ["visits"]}}
    return {
        "title": texts,
        "reports": [key],
        "kind": "experiment",
        "directness": "field-trial",
        "tags": {"habitat": ["balcony"], "city": ["NO"]},
        "setting": {"organisation": text, "place": text},
        "sample": {"n": 1, "unit": texts},
        "coding": {**coding, "locator": text},
        "caveats": [{"text": texts, "locator": text}],
        "findings": [{"id": f"f{n}", **finding, "locator": text} for n in range(findings)],
    }


def entry(key: str, **fields: str) -> str:
    """An entry of the bibliography."""
    told = {"title": "Erfunden", "author": "Niemand, N.", "year": "2001", **fields}
    return f"\n@book{{{key},\n" + ",\n".join(f"  {k} = {{{v}}}" for k, v in told.items()) + "\n}\n"


@dataclass(frozen=True)
class Shown:
    """A text that a record may have, and that readers see as it was written."""

    name: str
    text: str
    example: str = ""
    findings: int = 1

    @property
    def id(self) -> str:
        """The study that has it."""
        return "h-" + re.sub(r"[^a-z]+", "-", self.name.lower()).strip("-")

    @property
    def outcome(self) -> str:
        """What it gives, in words."""
        marked = in_table(self.text) != self.text
        return "shown as it is" + (", in CSV with an apostrophe in front" if marked else "")


@dataclass(frozen=True)
class Refused:
    """Something that a contribution holds, and the rule that refuses it."""

    name: str
    example: str
    code: str
    put: Callable[[Path], None]
    path: str

    @property
    def outcome(self) -> str:
        """What it gives, in words."""
        title = RULES[self.code].title
        return f"refused: {self.code}, {title[0].lower()}{title[1:]}"


def in_table(text: str) -> str:
    """A text as a cell of a CSV file has it."""
    return re.sub(r"^(?=[=+@\t-])|(?<=;)(?=[=+@-])", "'", text)


def file(path: str, content: object, root: Path) -> None:
    """Write a file below a folder."""
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    (root / path).write_text(text, "utf-8")


def append(text: str, root: Path) -> None:
    """Add to the bibliography."""
    with (root / BIB).open("a", encoding="utf-8") as bib:
        bib.write(text)


def in_record(name: str, text: str, code: str, **more: Any) -> Refused:
    """A study with the text in its title, or with other fields."""
    path = "corpus/studies/bad.yml"
    changed = {"title": dict.fromkeys(LANGUAGES, text), **more}
    return Refused(name, text, code, partial(file, path, {**record("x", KEY), **changed}), path)


def in_bib(name: str, example: str, code: str, key: str = "bad", **fields: str) -> Refused:
    """An entry of the bibliography."""
    return Refused(name, example, code, partial(append, entry(key, **fields)), BIB)


def as_name(name: str, id: str, code: str) -> Refused:
    """A study whose file has a name."""
    path = f"corpus/studies/{id}.yml"
    return Refused(name, f"{id}.yml", code, partial(file, path, record("x", KEY)), path)


def as_finding(name: str, id: str) -> Refused:
    """A study with a finding of some id."""
    study = record("x", KEY)
    study["findings"][0]["id"] = id
    path = "corpus/studies/bad.yml"
    return Refused(name, id, "KB023", partial(file, path, study), path)


def as_term(name: str, id: str, code: str) -> Refused:
    """A term of some id, added to a facet."""
    path = "corpus/codebook/habitats.yml"
    texts = "{de: x, fr: x}"

    def put(root: Path) -> None:
        lines = (root / path).read_text("utf-8")
        term = f"  - id: {json.dumps(id)}\n    label: {texts}\n    definition: {texts}\n"
        file(path, lines.replace("terms:\n", f"terms:\n{term}", 1), root)

    return Refused(name, id, code, put, path)


TRIED: tuple[Shown | Refused, ...] = (
    Shown("HTML", "<b onmouseover=\"alert(1)\">fett</b> <img src=x onerror=alert(1)> &lt;i&gt;"),
    Shown("A script", "</title></h1><script>alert(1)</script><!--"),
    Shown("Markdown", "**fett** [hier](javascript:alert(1)) ![x](//example.org/x) `code` | a |"),
    Shown("Blocks of Markdown", "# Titel { .x onclick=alert(1) }"),
    Shown("Jinja", "{{ 7 * 7 }} {% raw %} {# fort #} {{ config }}"),
    Shown("An address in a text", "javascript:alert(1) data:text/html,<script>alert(1)</script>"),
    Shown("A formula", '=HYPERLINK("https://example.org/?"&A1;"hier")'),
    Shown("A formula with another sign", "@SUM(1+1)*cmd|' /C calc'!A0"),
    Shown("A formula inside a cell", "Erst dies;=1+1;-1+1"),
    Shown("A long text", "Wort " * 12_000, "60,000 characters in each of 13 places"),
    Shown("A long word", "x" * 60_000, "60,000 letters in each of 13 places"),
    Shown("A thousand findings", "Ein Ergebnis", "in one study", 1_000),
    in_record("A link that runs a script", "javascript:alert(1)", "KB023",
              caveats=[{"text": dict.fromkeys(LANGUAGES, "x"), "url": "javascript:alert(1)"}]),
    in_bib("The same in the bibliography", "javascript:alert(1)", "KB054",
           url="javascript:alert(1)"),
    in_record("A character that turns the direction", "admin\u202enimda", "KB002"),
    in_record("An isolate of a direction", "\u2066x\u2069", "KB002"),
    in_record("A space of no width", "pay\u200bpal", "KB002"),
    in_record("A joiner of no width", "a\u200db\ufeff", "KB002"),
    Refused("The same, written as an escape", r"pay\u200Bpal", "KB002",
            partial(file, "corpus/studies/bad.yml", r'title: {de: "pay\u200Bpal", fr: x}'),
            "corpus/studies/bad.yml"),
    in_bib("The same in the bibliography, too", "a\u202eb", "KB002", title="a\u202eb"),
    in_record("A code for the terminal", "\x1b[31mrot", "KB002"),
    as_name("Two dots as a name", "..", "KB023"),
    as_finding("A path as an id", "../../index"),
    as_finding("A slash in an id", "a/b"),
    as_finding("A drive as an id", "C:\\x"),
    as_term("A path as a term", "../x", "KB023"),
    in_bib("A path as a key", "../x", "KB054", key="../x"),
    as_name("A name that Windows keeps", "CON", "KB016"),
    as_name("A name that Windows keeps, with a number", "lpt1", "KB016"),
    as_term("A term that Windows keeps", "nul", "KB016"),
    in_bib("A key that Windows keeps", "com1", "KB054", key="com1"),
    Refused("A folder with markup in its name", "<b> {{x}}", "KB016",
            partial(file, "corpus/studies/<b> {{x}}/bad.yml", record("x", KEY)),
            "corpus/studies/<b> {{x}}"),
    replace(as_name("A name that differs in case only", "Alt2009", "KB040"),
            path="corpus/studies/alt2009.yml"),  # the second of the two is refused
    as_term("A term that differs in case only", "Balcony", "KB070"),
    in_bib("A key that differs in case only", "Muster2018", "KB053", key="Muster2018"),
    in_record("A file of more than a megabyte", "x" * 1_000_001, "KB010"),
    Refused("More aliases than a file needs", "&a [*b, *b, ...]", "KB007",
            partial(file, "corpus/studies/bad.yml", "a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n"),
            "corpus/studies/bad.yml"),
    Refused("A link out of the folder", "-> /etc/passwd", "KB013",
            lambda root: (root / "corpus/studies/bad.yml").symlink_to("/etc/passwd"),
            "corpus/studies/bad.yml"),
)  # fmt: skip
SHOWN = [one for one in TRIED if isinstance(one, Shown)]
REFUSED = [one for one in TRIED if isinstance(one, Refused)]
HARMLESS = Shown("Harmless", "harmlos")


# --- Refused --------------------------------------------------------------------------------------


@pytest.mark.parametrize("one", REFUSED, ids=lambda one: one.name)
def test_it_is_refused(one: Refused, copy: Path) -> None:
    assert check(copy)[1] == ()
    one.put(copy)
    _, problems = check(copy)
    about: list[Problem] = [problem for problem in problems if problem.path == one.path]
    assert one.code in {problem.code for problem in about if problem.severity == "error"}
    assert all(problem.hint and str(problem).isprintable() for problem in problems)


# --- Shown ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The made-up knowledge base with all of it at once, built by MkDocs."""
    root = copy("fixture", tmp_path_factory.mktemp("hostile") / "base")
    for one in (*SHOWN, HARMLESS):
        file(f"corpus/studies/{one.id}.yml", record(one.text, one.id, one.findings), root)
        append(entry(one.id), root)
    base = load(root)
    with own_environment():
        yield Site("hostile", base, build_site(base, root / "site").folder)


def made_of(page: Document) -> list[tuple[str, list[str]]]:
    """The elements of a page's content with the names of their attributes."""
    tags = Document(page.content).tags
    return [(name, sorted(attributes)) for name, attributes in tags]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("one", SHOWN, ids=lambda one: one.name)
def test_it_is_shown_as_text(one: Shown, language: str, site: Site) -> None:
    page = site.page(f"{language}/studies/{one.id}/")
    text = folded(one.text)
    (title,) = re.findall(r"<title>(.*?)</title>", page.text, re.DOTALL)
    assert text in folded(html.unescape(title))
    assert shown(page.content).count(text) >= 5 + one.findings
    assert text in shown(site.page(f"{language}/studies/").text)
    if one.findings == 1:
        harmless = site.page(f"{language}/studies/{HARMLESS.id}/")
        assert made_of(page) == made_of(harmless)
    assert all("alert" not in str(attributes.get("href", "")) for _, attributes in page.tags)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_search_finds_it_as_text(language: str, site: Site) -> None:
    index = json.loads((site.folder / language / "search/search_index.json").read_text("utf-8"))
    found: Mapping[str, str] = {one["location"]: one["title"] for one in index["docs"]}
    for one in SHOWN:
        title = found[f"studies/{one.id}/"]
        assert "<" not in title
        assert folded(html.unescape(title)) == folded(one.text)


def test_the_data_has_it_as_it_was_written(site: Site) -> None:
    data = json.loads((site.folder / "api/v1/studies.json").read_text("utf-8"))["data"]
    found = {one["id"]: one for one in data}
    for one in SHOWN:
        assert found[one.id]["title"] == dict.fromkeys(LANGUAGES, one.text.strip())
        assert len(found[one.id]["findings"]) == one.findings


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_has_no_formula(language: str, site: Site) -> None:
    root = str(site.base.corpus.root)
    line = ["studies", "--format", "csv", "--language", language, "--root", root]
    made = CliRunner().invoke(app, line, catch_exceptions=False).stdout
    head, *rows = csv.reader(io.StringIO(made))
    titles = {row[head.index("id")]: row[head.index("title")] for row in rows}
    for one in SHOWN:
        assert titles[one.id] == in_table(one.text.strip())
        assert not re.match(r"[=+@-]", titles[one.id])


@pytest.mark.parametrize("one", [*SHOWN, HARMLESS], ids=lambda one: one.name)
def test_a_reference_says_it_too_or_is_refused(one: Shown) -> None:
    """In BibTeX braces and backslashes are no text; what holds them may be refused."""
    found, problems = bibliography.parse(entry("a", title=one.text))
    plain = folded(re.sub(r"[{}]", "", one.text))
    assert problems or found["a"].title == plain


# --- Said -----------------------------------------------------------------------------------------


def table() -> str:
    """The list as a Markdown table: what it is, an example, and what it gives."""
    lines = ["| What | For example | Gives |", "| --- | --- | --- |"]
    for one in TRIED:
        text = one.example or (one.text if isinstance(one, Shown) else "")
        text = text if len(text) < 99 else f"{len(text):,} characters"
        text = text if text.isprintable() else ascii(text)[1:-1]
        code = text.replace("|", "\\|")
        fence = "``" if "`" in code else "`"
        lines.append(f"| {one.name} | {fence}{code}{fence} | {one.outcome} |")
    return "\n".join(lines) + "\n"


def with_table() -> str:
    """SECURITY.md with the table that is made of the list."""
    text, blocks = SECURITY.read_text("utf-8"), r"(?<=<!-- hostile -->\n).*?(?=<!-- end -->)"
    return re.sub(blocks, lambda _: f"\n{table()}\n", text, flags=re.DOTALL)


def test_the_table_says_what_was_tried() -> None:
    assert with_table() == SECURITY.read_text("utf-8"), (
        "run `python tests/test_docs.py`, then look at what it changed"
    )
