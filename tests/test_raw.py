"""Finished HTML that is set aside: the pages are the same as if it had not been."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.base import load
from kb.site import data, raw
from kb.site.plugin import Part, build_part
from tests.sites import Site, contents, copy, own_environment, shape

pytest_plugins = ["tests.site_fixtures"]

PARTS = [
    "# Dachgärten",
    "Ein Absatz mit *Betonung* und <b>Zeilenhaftem</b>.",
    "- eine Liste\n- mit <p>Rest</p>",
    "<p>allein</p>",
    '<div id="a"><div class="b">innen</div></div>',
    "<div>\n\n<p>geteilt</p>\n\n</div>",
    "<div>offen",
    "</div>",
    "<ul>\n<li>eins</li>\n<li>zwei</li>\n</ul>",
    "<p>eins</p><p>zwei</p>",
    "<table>\n<tr><td>&#42;kein Stern&#42;</td></tr>\n</table>",
    "    <p>als Beispiel eingerückt</p>",
    "<pre>\n\n<p>wörtlich</p>\n\n</pre>",
    "<!--\n\n<p>unsichtbar</p>\n\n-->",
    "```\n\n<p>im Beispiel</p>\n\n```",
    '<section data-search-exclude="true">\n<p>ungesucht</p>\n</section>',
    "> <p>zitiert</p>",
    "",
]


SEARCH = "search/search_index.json"


def html(text: str) -> str:
    """The text as MkDocs converts it, with the extensions it always has."""
    return markdown.markdown(text, extensions=["attr_list", "fenced_code", "tables", "toc"])


@given(st.lists(st.sampled_from(PARTS), max_size=8))
def test_a_page_is_converted_the_same(parts: list[str]) -> None:
    page = "\n\n".join(parts)
    short, blocks = raw.set_aside(page)
    made = raw.whole(raw.searched(html(short), blocks), blocks)
    assert shape(made) == shape(
        html(page).replace(raw.UNSEARCHED, "" if blocks else raw.UNSEARCHED)
    )


def test_what_is_kept_out_of_the_search_comes_back_last() -> None:
    short, blocks = raw.set_aside(
        'Text\n\n<p id="x">eins</p>\n\n<ul data-search-exclude="true"><li>zwei</li></ul>'
    )
    assert "eins" not in short
    assert "zwei" not in short
    searched = raw.searched(html(short), blocks)
    assert "eins" in searched
    assert "zwei" not in searched
    assert "<ul><li>zwei</li></ul>" in raw.whole(searched, blocks)


def test_ids_of_blocks_are_known() -> None:
    _, blocks = raw.set_aside('<p id="x">eins</p>\n\n<div><b id="y"></b></div>')
    assert raw.anchors(blocks) == {"x", "y"}


def build(root: Path, output: Path) -> None:
    """Build the first language below a folder."""
    base = load(root)
    build_part(Part(base, "de", output, data.make(base)), str(root / "mkdocs.yml"), None, True)


def test_a_site_is_the_same_byte_for_byte(
    sites: Mapping[str, Site], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = contents(sites["fixture"].folder / "de")  # built before anything is patched
    monkeypatch.setattr(raw, "set_aside", lambda text: (text, []))
    root = copy("fixture", tmp_path / "base")
    with own_environment() as environment:
        environment.setenv("SOURCE_DATE_EPOCH", "0")
        build(root, tmp_path / "site")
    plain = contents(tmp_path / "site" / "de")
    for dated in ("sitemap.xml", "sitemap.xml.gz"):
        made.pop(dated), plain.pop(dated)
    _finds_no_more(made.pop(SEARCH), plain.pop(SEARCH))
    assert made.keys() == plain.keys()
    assert [name for name in made if made[name] != plain[name]] == []


def _finds_no_more(made: bytes, plain: bytes) -> None:
    """The search finds the same, but for parts that it is told to leave out: where these hold
    elements without an end, such as ``input``, the theme's own reader does not know how."""
    ours, theirs = json.loads(made)["docs"], json.loads(plain)["docs"]
    assert [one["location"] for one in ours] == [one["location"] for one in theirs]
    for one, other in zip(ours, theirs, strict=True):
        assert one["title"] == other["title"]
        assert other["text"].startswith(one["text"])
    assert sum(one == other for one, other in zip(ours, theirs, strict=True)) > 0.9 * len(ours)


def test_a_link_to_a_place_in_a_finished_block_is_no_dead_link(tmp_path: Path) -> None:
    root = copy("fixture", tmp_path / "base")
    page = root / "docs" / "de" / "ziel" / "index.md"
    page.parent.mkdir()
    page.write_text('# Ziel\n\n<p id="hier">Hier.</p>\n\n[Dorthin](#hier)\n', "utf-8")
    with own_environment():
        build(root, tmp_path / "site")
    assert 'id="hier"' in (tmp_path / "site/de/ziel/index.html").read_text("utf-8")


def test_what_is_packed_comes_back() -> None:
    blocks = ["<p>Öl &amp; \x00 \u2028</p>", "", "<div>\n</div>"]
    assert raw.unpacked(raw.packed(blocks)) == blocks
