"""Pages before MkDocs sees them: hostile texts stay texts, addresses are unique."""

from __future__ import annotations

import html
import re
import string
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from markdown import Markdown
from mkdocs.config import load_config
from mkdocs.utils.meta import get_data

from kb.base import KnowledgeBase, load
from kb.codebook import Codebook, Facet
from kb.corpus import Corpus
from kb.records import Settings, Study
from kb.references import Name, Reference
from kb.site import generate, pages, written
from kb.site.page import Page
from kb.site.text import front_matter, plain, pre
from kb.site.view import View
from kb.synthesis import Candidate, Claim, Gap
from tests.sites import ROOT, SOURCES, contents, copy, folded, shape
from tests.strategies import FRAGMENTS, PIECES


def normal(text: str) -> str:
    """What of a text has to arrive: all of it, but for control characters and white space."""
    return folded(re.sub(r"[\x00-\x1f\x7f]", " ", text))


HOSTILE = PIECES.map("".join).filter(normal)


@cache
def converter() -> Markdown:
    """Python-Markdown as the project's ``mkdocs.yml`` sets it up."""
    config = load_config(str(ROOT / "mkdocs.yml"))
    return Markdown(extensions=config.markdown_extensions, extension_configs=config.mdx_configs)


def converted(text: str) -> list[tuple[str, ...]]:
    """The shape of some Markdown."""
    return shape(converter().reset().convert(text))


def nameless(events: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The events without addresses that are made of texts (of the first heading, of authors), and
    without what reference managers read, which is encoded as in an address."""
    kept = []
    for place, event in enumerate(events):
        around = events[max(place - 2, 0) : place]
        named = event[:2] == ("attribute", "id") and ("start", "h1") in around
        link = event[:2] == ("attribute", "href") and ("attribute", "class", "headerlink") in around
        author = event[0] == "attribute" and re.match(
            r"#?author-|[./]+graph/\?at=author:", event[2]
        )
        coins = event[:2] == ("attribute", "title") and ("attribute", "class", "Z3988") in around
        if not (named or link or author or coins):
            kept.append(event)
    return kept


def uncharted(events: list[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """The events outside of charts, in which the number of lines depends on the text."""
    inside = False
    for event in events:
        inside = event[:2] == ("start", "svg") or (inside and event[:2] != ("end", "svg"))
        if not inside:
            yield event


# --- One text at a time --------------------------------------------------------------------------

PLACES = (
    "{}", "Before {} after", "- {}", "1. {}", "> {}", "# {}", "## {} {{ #known }}", "**{}**",
    "*{}*", "[{}](known.md)", "| head |\n|---|\n| {} |", "<p>{}</p>", '<a title="{}">text</a>',
    "<div>\n<p>\n{}\n</p>\n</div>", "<ul>\n<li>{}</li>\n</ul>\n\nText", "<code>{}</code>",
)  # fmt: skip
MARK = "\ue000"


@pytest.mark.parametrize("place", PLACES)
@given(text=HOSTILE)
@settings(max_examples=60, deadline=None)
def test_a_text_is_never_markup(place: str, text: str) -> None:
    expected = [
        tuple(folded(part.replace(MARK, normal(text))) for part in event)
        for event in nameless(converted(place.format(MARK)))
    ]
    assert nameless(converted(place.format(plain(text)))) == expected


@pytest.mark.parametrize("fragment", FRAGMENTS)
def test_every_fragment_is_never_markup(fragment: str) -> None:
    for text in (fragment, f"{fragment} and more", f"more and {fragment}"):
        if normal(text):
            assert converted(plain(text)) == [("start", "p"), ("text", normal(text)), ("end", "p")]


@given(text=HOSTILE)
@settings(deadline=None)
def test_examples_of_code_keep_their_text(text: str) -> None:
    events = shape(f"<pre>{pre(text)}</pre>")
    assert [event for event in events if event[0] != "text"] == [("start", "pre"), ("end", "pre")]


@given(title=HOSTILE, description=HOSTILE)
@example(title="---", description="...")
@example(title="yes", description="2026-01-01")
@example(title="a: b # c", description="'\"")
@settings(deadline=None)
def test_front_matter_is_read_back_and_safe_in_html(title: str, description: str) -> None:
    head = front_matter(title=title, description=description, search={"exclude": True}, left=None)
    body, meta = get_data(f"{head}\nBody\n")
    assert body.strip() == "Body"
    assert set(meta) == {"title", "description", "search"}
    assert html.unescape(meta["title"]) == normal(title)
    assert html.unescape(meta["description"]) == normal(description)
    assert not set("<>\"'") & set(meta["title"] + meta["description"])


# --- All texts of a knowledge base at once -------------------------------------------------------

FIRST, LAST = 0xE000, 0xF8FF
"""Private characters, one for each text: what is made of them is known for any text."""

NO_TEXTS = {
    "id", "path", "role", "applies_to", "kind", "directness", "reports", "basis", "source",
    "coders", "date", "url", "orcid", "unit", "direction", "tags", "stance", "matrix", "languages",
    "repository", "site", "evidence_columns", "broader", "replaced_by", "with", "term", "reason",
    "needs", "status", "extent", "study", "report", "type", "finding", "level", "concern", "by",
}  # fmt: skip
NO_FIELDS = {"url", "doi", "unverified", "langid", "year", "keywords"}


def with_texts(value: Any, fill: Callable[[int], str], key: str = "") -> Any:
    """Plain data of a record with each of its texts replaced."""
    if isinstance(value, dict):
        coded = {"tags", "with", "matrix", "site_size"}
        if key in coded or (key == "attributes" and _strings(value.values())):
            return value
        return {name: with_texts(one, fill, name) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [with_texts(one, fill, key) for one in value]
    if isinstance(value, str) and key not in NO_TEXTS:
        return fill(2 if key == "sign" else 0)
    return value


def _strings(values: Iterable[object]) -> bool:
    return all(isinstance(value, str) for value in values)


def refilled(base: KnowledgeBase, texts: Callable[[int], str]) -> KnowledgeBase:
    """The knowledge base with ``texts(0)``, ``texts(1)`` ... as its texts."""
    count = iter(range(LAST - FIRST))

    def fill(longest: int) -> str:
        text = texts(next(count))
        # A text has a letter or a digit, whatever it has besides.
        return normal(text)[:longest].strip() or "x" if longest else f"{text}x"

    def record(model: Any, one: Any) -> Any:
        data = one.model_dump(by_alias=True, exclude_none=True)
        return model.model_validate(with_texts(data, fill))

    def reference(place: int, one: Reference) -> Reference:
        names = tuple(
            Name(f"{place:03} {at} {fill(0)}", name.given) for at, name in enumerate(one.authors)
        )
        fields = {k: v if k in NO_FIELDS else fill(0) for k, v in one.fields.items()}
        return replace(one, authors=names, fields=fields)

    corpus = base.corpus
    return KnowledgeBase(
        Corpus(
            corpus.root,
            record(Settings, corpus.settings),
            Codebook({id: record(Facet, one) for id, one in corpus.codebook.facets.items()}),
            {k: reference(n, one) for n, (k, one) in enumerate(corpus.references.items())},
            {id: record(Study, one) for id, one in corpus.studies.items()},
            {id: record(Claim, one) for id, one in corpus.claims.items()},
            {id: record(Gap, one) for id, one in corpus.gaps.items()},
            {id: record(Candidate, one) for id, one in corpus.candidates.items()},
        )
    )


@cache
def fixture_base() -> KnowledgeBase:
    """The made-up knowledge base."""
    return load(SOURCES["fixture"])


@cache
def marked() -> Mapping[str, tuple[dict[str, Any], list[tuple[str, ...]]]]:
    """What the pages of the first language make of a private character in place of each text."""
    return rendered(refilled(fixture_base(), lambda place: chr(FIRST + place)))


def rendered(base: KnowledgeBase) -> dict[str, tuple[dict[str, Any], list[tuple[str, ...]]]]:
    """The metadata and the shape of each page of the first language, by address."""
    view = View(base, base.corpus.languages[0])
    return {page.address: rendered_page(view, page) for page in pages.pages(view)}


def rendered_page(view: View, page: Page) -> tuple[dict[str, Any], list[tuple[str, ...]]]:
    """The metadata and the shape of a page."""
    body, meta = get_data(pages.render(view, page))
    return meta, converted(body)


@given(texts=st.lists(HOSTILE, min_size=20, max_size=60))
@settings(
    max_examples=3,
    deadline=None,
    phases=[
        Phase.explicit,
        Phase.generate,
    ],  # each example is a whole site: shrinking takes minutes
    suppress_health_check=list(HealthCheck),
)
@example(texts=list(FRAGMENTS))
def test_every_text_of_a_record_arrives_as_text(texts: list[str]) -> None:
    usable = [re.sub(r"^[\s\x00-\x1f\x7f]+|[\s\x00-\x1f\x7f]+$", "", text) for text in texts]
    usable = [text for text in usable if text]

    def filled(found: re.Match[str]) -> str:
        text = normal(usable[(ord(found[0]) - FIRST) % len(usable)])
        return (text[:2].strip() or "x") if found[0] in signs else text

    def expected(text: str) -> str:
        return folded(re.sub(f"[{chr(FIRST)}-{chr(LAST)}]", filled, text)).casefold()

    marks = refilled(fixture_base(), lambda place: chr(FIRST + place)).settings.directions
    signs = {direction.sign for direction in marks}
    made = rendered(refilled(fixture_base(), lambda place: usable[place % len(usable)]))
    assert made.keys() == marked().keys()
    for address, (meta, events) in made.items():
        meta_of_marks, events_of_marks = marked()[address]
        pairs = zip(uncharted(nameless(events)), uncharted(nameless(events_of_marks)), strict=True)
        for event, mark in pairs:
            assert [part.casefold() for part in event] == [expected(part) for part in mark], address
        for name in ("title", "description"):
            assert html.unescape(meta.get(name, "")).casefold() == expected(
                html.unescape(meta_of_marks.get(name, ""))
            ), address


def test_every_text_of_the_records_is_on_some_page() -> None:
    """Otherwise the test above would say nothing about it."""
    shown = "".join(part for _, events in marked().values() for event in events for part in event)
    used = sum(chr(place) in shown for place in range(FIRST, LAST))
    assert used > 150


def test_settings_for_the_theme_are_safe_in_html() -> None:
    hostile = refilled(fixture_base(), lambda place: FRAGMENTS[place % 6])
    for language in hostile.corpus.languages:
        own = generate.settings(hostile, language)
        assert not set("<>\"'") & set(own["site_name"])
        tags = [event[1] for event in shape(own["copyright"]) if event[0] == "start"]
        assert tags == ["a"]


# --- Addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize("source", SOURCES)
def test_every_page_has_an_address_of_its_own(source: str) -> None:
    base = load(SOURCES[source])
    made = []
    for language in base.corpus.languages:
        made.append([page.address for page in pages.pages(View(base, language))])
        assert all(one == "" or one.endswith("/") for one in made[-1])
        assert all(
            set(one) <= set(string.ascii_letters + string.digits + "-_/") for one in made[-1]
        )
        folded_case = [address.casefold() for address in made[-1]]
        assert len(folded_case) == len(set(folded_case))
    assert all(one == made[0] for one in made)


@pytest.mark.parametrize("source", SOURCES)
def test_a_page_of_ones_own_never_takes_the_place_of_a_generated_one(source: str) -> None:
    base = load(SOURCES[source])
    for language in base.corpus.languages:
        own = contents(base.corpus.root / "docs" / language)
        view = View(base, language)
        made = generate.sources(view)
        names = [*made, *(name for name, _ in written.files(view, made))]
        assert len(names) == len(set(names))
        assert {name.removesuffix(".j2") for name in own} <= set(names)


def test_a_record_cannot_take_the_place_of_a_heading(tmp_path: Path) -> None:
    root = copy("fixture", tmp_path / "base")
    path = root / "corpus/studies/alt2009.yml"
    record = yaml.safe_load(path.read_text("utf-8"))
    names = ["caveats", "findings", "provenance", "related", "title", "a-title", "claims", "gaps"]
    record["title"] = dict.fromkeys(("de", "fr"), "A title")
    record["caveats"] = [{"text": record["title"]}]
    record["findings"] = [{**record["findings"][0], "id": name} for name in names]
    path.write_text(yaml.safe_dump(record, allow_unicode=True, sort_keys=False), "utf-8")
    view = View(load(root), "de")
    for page in pages.pages(view):
        _, events = rendered_page(view, page)
        ids = [event[2] for event in events if event[:2] == ("attribute", "id")]
        assert len(ids) == len(set(ids)), page.address


# --- Files ---------------------------------------------------------------------------------------


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    generate.write_folder(folder, {name: partial(bytes, text) for name, text in files.items()})


def test_writing_touches_only_what_changed_and_removes_what_is_stale(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": b"a", "b/c.md": b"c", "d/e/f.md": b"f"})
    times = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    write(tmp_path, {"a.md": b"a", "b/c.md": b"new", "g.md": b"g"})
    assert contents(tmp_path) == {"a.md": b"a", "b/c.md": b"new", "g.md": b"g"}
    assert (tmp_path / "a.md").stat().st_mtime_ns == times[tmp_path / "a.md"]
    assert not (tmp_path / "d").exists()


def test_a_page_that_becomes_a_folder_and_back_is_written(tmp_path: Path) -> None:
    write(tmp_path, {"a/index.md": b"1"})
    write(tmp_path, {"a": b"2"})
    assert contents(tmp_path) == {"a": b"2"}
    write(tmp_path, {"a/index.md": b"3"})
    assert contents(tmp_path) == {"a/index.md": b"3"}


def test_two_renderings_are_the_same_bytes() -> None:
    views = (View(load(SOURCES["fixture"]), "de") for _ in range(2))
    first, second = (
        {name: make() for name, make in generate.sources(view).items()} for view in views
    )
    assert first == second
