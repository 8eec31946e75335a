"""Hand-written pages: templates, plain Markdown, their place in the menu, and what is wrong."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kb import load
from kb.cli import app
from kb.site import generate, written
from kb.site.build import build_site
from kb.site.view import View
from tests.making import finding, study, write
from tests.sites import contents, copy, own_environment

Put = Callable[..., Path]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small knowledge base with one figure."""
    figure = {"label": {"en": "A <b>share</b>", "sv": "En andel"}, "value": 0.5, "unit": "percent"}
    return write(tmp_path / "base", {"one": study(finding(measures=[figure]))})


@pytest.fixture
def put(root: Path) -> Put:
    """Writes a page in a language."""

    def page(name: str, content: str | bytes, language: str = "sv") -> Path:
        path = root / "docs" / language / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return page


def made(root: Path, language: str = "sv") -> dict[str, str]:
    """The hand-written pages of a language as they go to the site's generator."""
    return {name: content.decode() for name, content in written.files(View(load(root), language))}


def test_a_template_sees_what_the_generated_pages_see(root: Path, put: Put) -> None:
    put("topic/index.md.j2", """---
title: Topic
---
{% import "macros.j2" as m with context %}
# {{ page.title }}

{{ t("studies") }} {{ view.number(0.5) }} {{ view.text({"sv": "<b>*x*"}) }}
{{ view.link("studies/", "All") }} {{ m.state(State.EMPTY) }} {{ page.address }}
{{ m.chart(["one#f1"], "Caption") }}
""")  # fmt: skip
    page = made(root)["topic/index.md"]
    assert page.startswith("---\ntitle: Topic\n---\n")
    assert page.endswith("</figure>\n")
    assert "# Topic\n\nStudier 0,5 &#60;b&#62;&#42;x&#42;" in page
    assert '<a href="../studies/">All</a>' in page
    assert 'class="kb-state kb-state--empty"' in page
    assert "topic/" in page
    assert '<svg class="kb-chart"' in page
    assert '<a href="../studies/one/#f1">' in page


def test_links_fit_the_depth_of_the_page(root: Path, put: Put) -> None:
    for name in ("a/index.md.j2", "a/b.md.j2", "a/c/d.md.j2"):
        put(name, "{{ page.address }} {{ view.url('data/') }}")
    assert made(root) == {
        "a/index.md": "a/ ../data/\n",
        "a/b.md": "a/b/ ../../data/\n",
        "a/c/d.md": "a/c/d/ ../../../data/\n",
    }


def test_other_files_are_taken_over_as_they_are(root: Path, put: Put) -> None:
    put("a/index.md", "# {{ not a template }}\r\n")
    put("a/data.csv", "x;y")
    put("a/part.j2", "{% broken")
    assert made(root) == {
        "a/index.md": "# {{ not a template }}\r\n",
        "a/data.csv": "x;y",
        "a/part.j2": "{% broken",
    }


MACROS = '{% import "macros.j2" as m with context %}\n'
BROKEN = [
    ("one\n{% if %}\n", 2, "Expected an expression"),
    ("{% for x in [] %}\n\n", 1, "Unexpected end of template"),
    ("a\n\n{{ missing }}\n", 3, "'missing' is undefined"),
    ("a\n{{ t('no_such_word') }}", 2, "nothing has this name: 'no_such_word'"),
    (MACROS + '\n\n{{ m.chart(["one#f7"], "x") }}', 4, "no finding one#f7"),
    ('{% import "no.j2" as m %}', 1, "no.j2"),
    ("\n{{ view.base.studies(row='r9') }}", 2, "r9"),
    ("\n{{ 1 / 0 }}", 2, "division by zero"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "line", "told"), BROKEN)
def test_a_broken_template_is_told_with_its_line(
    root: Path, put: Put, content: str, line: int, told: str
) -> None:
    put("topic/index.md.j2", content)
    with pytest.raises(written.WrittenError) as caught:
        made(root)
    assert str(caught.value).startswith(f"docs/sv/topic/index.md.j2:{line}: ")
    assert told in str(caught.value)


def test_a_template_that_is_not_text_is_told(root: Path, put: Put) -> None:
    put("topic/index.md.j2", b"\xff\xfe")
    with pytest.raises(written.WrittenError, match=r"^docs/sv/topic/index\.md\.j2: is not UTF-8"):
        made(root)


def test_two_pages_never_share_an_address(root: Path, put: Put) -> None:
    put("topic/index.md", "a")
    put("topic/index.md.j2", "b")
    with pytest.raises(written.WrittenError, match=r"index\.md\.j2: docs/sv/topic/index\.md has"):
        made(root)
    (root / "docs/sv/topic/index.md").unlink()
    put("studies/index.md", "c")
    with pytest.raises(written.WrittenError, match=r"studies/index\.md: a generated page has"):
        generate.generate(load(root), "sv")


def test_the_menu_has_an_entry_for_each_folder(root: Path, put: Put) -> None:
    put("commands/index.md", "# Commands")
    put("contribute/index.md", "# Contribute")
    put("topic/index.md.j2", "---\ntitle: The topic\n---\n")
    put("many/z.md", "# Z")
    put("many/index.md", "Text\n\n# Many <things> { #many }\n")
    put("many/a.md.j2", "# A")
    put("query/index.md", "# Ask")
    put("nameless/a.md", "Text")
    put("nameless/b.md.j2", "# {{ 1 }}")
    helping, asking, others = written.menu(View(load(root), "sv"))
    assert helping == ["contribute/index.md", "commands/index.md"]
    assert others == [
        {"Many &lt;things&gt;": ["many/index.md", "many/a.md", "many/z.md"]},
        {"nameless": ["nameless/a.md", "nameless/b.md"]},
        "topic/index.md",
    ]
    assert written.menu(View(load(root), "en")) == ([], [], [])
    nav = generate.settings(load(root), "sv")["nav"]
    assert "topic/index.md" in nav
    assert asking == ["query/index.md"]
    assert nav[-2] == {"Data": [{"Data": "data/index.md"}, "query/index.md"]}
    assert generate.settings(load(root), "en")["nav"][-2] == {"Data": "data/index.md"}
    assert nav[-1] == {"Bidra": [*helping, {"Regler för poster": "rules/index.md"}]}


def test_a_template_becomes_a_page_of_the_site_and_of_its_menu(tmp_path: Path) -> None:
    root = copy("fixture", tmp_path / "base")
    for language in ("de", "fr"):
        path = root / "docs" / language / "thema" / "index.md.j2"
        path.parent.mkdir()
        path.write_text(
            "---\ntitle: Das Thema\n---\n# Das {{ page.title }}\n\n{{ 6 * 7 }}\n", "utf-8"
        )
    with own_environment():
        built = build_site(load(root), root / "site")
    page = (built.folder / "de/thema/index.html").read_text("utf-8")
    assert re.search(r"<h1[^>]*>Das Das Thema", page)
    assert "<p>42</p>" in page
    assert not list(built.folder.rglob("*.j2"))
    home = (built.folder / "de/index.html").read_text("utf-8")
    assert re.search(r'<a href="thema/"[^>]*>\s*Das Thema', home)


def _broken_copy(folder: Path) -> Path:
    root = copy("fixture", folder)
    path = root / "docs/fr/thema/index.md.j2"
    path.parent.mkdir()
    path.write_text("a\n{{ broken( }}\n", "utf-8")
    return root


def test_a_broken_template_stops_kb_build_without_a_traceback(tmp_path: Path) -> None:
    root = _broken_copy(tmp_path / "base")
    with own_environment():
        result = CliRunner().invoke(app, ["build", "--root", str(root)])
    assert result.exit_code == 1
    assert "docs/fr/thema/index.md.j2:2: " in result.stderr
    assert "Traceback" not in result.output
    assert not (root / "site").exists()


@pytest.mark.parametrize(
    "line", [["mkdocs", "build"], ["kb", "build"], ["kb", "serve", "--address", "127.0.0.1:0"]]
)
def test_a_broken_template_stops_every_program(tmp_path: Path, line: list[str]) -> None:
    root = _broken_copy(tmp_path / "base")
    search = os.pathsep.join(
        filter(None, [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH")])
    )
    done = subprocess.run(
        [sys.executable, "-m", *line],
        cwd=root,
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=120,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": search},
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "docs/fr/thema/index.md.j2:2: " in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_a_faulty_page_leaves_the_generated_ones_as_they_were(root: Path, put: Put) -> None:
    generate.generate(load(root), "sv")
    folder = generate.docs_folder(root, "sv")
    before = contents(folder)
    assert before
    put("topic/index.md.j2", "{{ nothing() }}")
    (root / "corpus" / "studies" / "one.yml").unlink()
    with pytest.raises(written.WrittenError):
        generate.generate(load(root), "sv")
    assert contents(folder) == before


FORM = '{% import "macros.j2" as m with context %}{{ m.form("add-study", tags={"row": ["r1"]}) }}'


def test_who_would_contribute_is_led_to_a_form_or_to_a_page_that_is_there(
    root: Path, put: Put
) -> None:
    put("topic/index.md.j2", FORM)
    assert made(root)["topic/index.md"] == "../rules/\n"
    put("contribute/index.md", "# How\n")
    assert made(root)["topic/index.md"] == "../contribute/\n"
    settings = root / "corpus" / "knowledge-base.yml"
    own = "repository: https://github.com/some/one\n"
    settings.write_text(settings.read_text("utf-8") + own, "utf-8")
    form = "issues/new?template=add-study.yml&amp;tags=row%3Dr1"
    assert made(root)["topic/index.md"] == f"https://github.com/some/one/{form}\n"
