"""The real site in a browser: all kinds of pages, both languages, light and dark, any width."""

from __future__ import annotations

import gzip
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.browsing import (
    AXE,
    KINDS,
    LANGUAGES,
    SCHEMES,
    TOO_WIDE,
    VIOLATIONS,
    WIDTHS,
    WITH_MATRIX,
    Places,
    Profiles,
    visit,
    watched,
)
from tests.sites import Site

pytest_plugins = ["tests.site_fixtures", "tests.browser_fixtures"]
pytestmark = pytest.mark.browser


HEAVY: tuple[str, ...] = ()
"""The kinds of pages that may load more than others."""


def weight(folder: Path, host: str, asked: list[str]) -> int:
    """What some files weigh in bytes, compressed as a web host does."""
    paths = {urlsplit(url).path for url in asked if url.startswith(host)}
    files = (folder / unquote(path).lstrip("/") for path in paths)
    pages = (file / "index.html" if file.is_dir() else file for file in files)
    return sum(len(gzip.compress(page.read_bytes(), 6)) for page in pages)


# --- Every kind of page --------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "scheme"), list(zip(LANGUAGES, SCHEMES, strict=True)))
@pytest.mark.parametrize("kind", KINDS)
def test_page(
    profiles: Profiles, real: Site, host: str, places: Places, kind: str, language: str, scheme: str
) -> None:
    """Loads little, without an error or a foreign host, fits every width, and is accessible.

    One language is tried light and the other dark: pages differ by their kind, their texts and
    their colours, and hardly by how these meet.
    """
    with watched(profiles[scheme], host) as one:
        one.open(f"{host}/{language}/{places[kind]}", "networkidle")
        if kind not in HEAVY:
            assert weight(real.folder, host, one.asked) < 200_000
        assert one.page.locator("html").get_attribute("lang") == language
        chosen = one.page.locator("body").get_attribute("data-md-color-scheme")
        assert chosen == SCHEMES[scheme]
        assert one.page.locator("article h1").is_visible()
        for width in reversed(WIDTHS):
            one.page.set_viewport_size({"width": width, "height": 900})
            assert one.page.evaluate(TOO_WIDE) == [], width
        one.page.evaluate(AXE)
        assert one.page.evaluate(VIOLATIONS) == []


@pytest.mark.parametrize("kind", [*WITH_MATRIX, "fields", "study", "data"])
def test_narrow_pages_are_accessible(
    browser: Browser, host: str, places: Places, kind: str
) -> None:
    with visit(browser, host) as one:
        one.page.set_viewport_size({"width": 320, "height": 700})
        one.open(f"{host}/en/{places[kind]}", "networkidle")
        if kind in WITH_MATRIX:
            box = one.page.locator(".kb-scroll:has(.kb-matrix)").first
            assert box.evaluate("one => one.scrollWidth > one.clientWidth")
        one.page.evaluate(AXE)
        assert one.page.evaluate(VIOLATIONS) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_root(browser: Browser, host: str, scheme: str) -> None:
    with visit(browser, host, scheme) as one:
        one.open(f"{host}/")
        for width in reversed(WIDTHS):
            one.page.set_viewport_size({"width": width, "height": 900})
            assert one.page.evaluate(TOO_WIDE) == [], width
        one.page.evaluate(AXE)
        assert one.page.evaluate(VIOLATIONS) == []
        for language in LANGUAGES:
            one.open(f"{host}/")
            one.page.locator(f'a[hreflang="{language}"]').click()
            one.page.wait_for_url(f"{host}/{language}/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_scripts(browser: Browser, host: str, places: Places, language: str) -> None:
    with visit(browser, host, java_script_enabled=False) as one:
        for kind in KINDS:
            one.open(f"{host}/{language}/{places[kind]}")
            article = one.page.locator("article")
            assert article.locator("h1").is_visible(), kind
            assert len(article.inner_text()) > 200, kind
            if kind in WITH_MATRIX:
                cells = article.locator("td.kb-cell a")
                assert cells.first.is_visible(), kind
                assert cells.last.is_visible(), kind
        one.open(f"{host}/{language}/{places['matrix']}")
        one.page.locator("td.kb-cell--empty a").first.click()
        assert "#" in one.page.url
        one.page.locator(f'.kb-languages a[hreflang="{language}"]').wait_for(state="attached")


# --- Using it ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cell_is_reached_and_opened_with_the_keyboard(
    browser: Browser, host: str, places: Places, language: str
) -> None:
    with visit(browser, host) as one:
        one.open(f"{host}/{language}/{places['matrix']}")
        for _ in range(120):
            one.page.keyboard.press("Tab")
            if one.page.evaluate("!!document.activeElement.closest('td.kb-cell')"):
                break
        style = one.page.evaluate(
            "(one => [one.outlineStyle, parseFloat(one.outlineWidth)])"
            "(getComputedStyle(document.activeElement))"
        )
        assert style[0] != "none"
        assert style[1] >= 1
        link = one.page.evaluate("document.activeElement.href")
        assert "#" in link
        one.page.keyboard.press("Enter")
        one.page.wait_for_url(link)
        _is_in_view(one.page, link.partition("#")[2])


def _is_in_view(page: Page, id: str) -> None:
    """A heading can be seen, and the bar at the top does not cover it."""
    page.wait_for_function(
        """id => {
          const top = document.getElementById(id).getBoundingClientRect().top;
          const bar = document.querySelector(".md-header").getBoundingClientRect();
          return top >= bar.bottom - 1 && top < innerHeight;
        }""",
        arg=id,
        timeout=3000,
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [1440, 390])
def test_an_empty_cell_is_where_its_address_says(
    browser: Browser, host: str, real: Site, places: Places, language: str, width: int
) -> None:
    address = places["empty cell"]
    with visit(browser, host) as one:
        one.page.set_viewport_size({"width": width, "height": 700})
        one.open(f"{host}/{language}/{address}")
        _is_in_view(one.page, address.partition("#")[2])
        word = real.view(language).t("cell_missing")
        section = one.page.locator(f"h2[id='{address.partition('#')[2]}'] + div")
        assert word in section.inner_text()
        assert section.locator("a[href*='contribute/']").is_visible()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", ["home", "study", "matrix"])
def test_the_language_switch_keeps_the_page(
    browser: Browser, host: str, places: Places, kind: str, width: int
) -> None:
    with visit(browser, host) as one:
        one.page.set_viewport_size({"width": width, "height": 900})
        one.open(f"{host}/en/{places[kind]}")
        for language in reversed(LANGUAGES):
            one.page.locator(f'.kb-languages a[hreflang="{language}"]').click()
            one.page.wait_for_url(f"{host}/{language}/{places[kind]}")
            assert one.page.locator("html").get_attribute("lang") == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_search_finds_a_study(browser: Browser, host: str, real: Site, language: str) -> None:
    study = next(iter(real.base.corpus.studies.values()))
    title = study.title[language]
    with visit(browser, host) as one:
        one.open(f"{host}/{language}/", "networkidle")
        assert not any("search_index" in url for url in one.asked)
        one.page.locator("input[name=query]").click()
        one.page.keyboard.type(" ".join(title.split()[:4]), delay=5)
        result = one.page.locator(f'a.md-search-result__link[href*="/studies/{study.id}/"]').first
        result.wait_for(timeout=10_000)
        hrefs = one.page.locator("a.md-search-result__link").evaluate_all(
            "all => all.map(a => a.href)"
        )
        assert all(href.startswith(f"{host}/{language}/") for href in hrefs)
        result.click()
        one.page.wait_for_url(f"**/{language}/studies/{study.id}/**")
        assert one.page.locator("article h1").inner_text().startswith(title)


def test_the_colours_can_be_chosen(browser: Browser, host: str) -> None:
    with visit(browser, host) as one:
        one.open(f"{host}/en/")
        one.page.locator("label[for=__palette_1]").click()
        for address in ("en/", "sv/studies/"):
            one.open(f"{host}/{address}")
            scheme = one.page.locator("body").get_attribute("data-md-color-scheme")
            assert scheme == SCHEMES["dark"], address


def test_caveats_open_with_the_keyboard(browser: Browser, host: str, places: Places) -> None:
    with visit(browser, host) as one:
        one.open(f"{host}/en/{places['relationship']}")
        caveats = one.page.locator("details.kb-caveats").first
        caveats.locator("summary").focus()
        one.page.keyboard.press("Enter")
        assert caveats.locator("li").first.is_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_arrow_keys_lead_through_the_cells(
    browser: Browser, host: str, places: Places, language: str
) -> None:
    focused = "[document.activeElement.closest('td, th').cellIndex, "
    focused += "document.activeElement.closest('tr').rowIndex]"
    with visit(browser, host) as one:
        one.open(f"{host}/{language}/{places['matrix']}", "networkidle")
        one.page.locator("td.kb-cell a").first.focus()
        assert one.page.evaluate(focused) == [1, 1]
        for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowUp", "ArrowLeft"):
            one.page.keyboard.press(key)
        assert one.page.evaluate(focused) == [2, 1]
        one.page.keyboard.press("End")
        last = one.page.locator(".kb-matrix thead th").count() - 1
        assert one.page.evaluate(focused) == [last, 1]
        for key in ("Home", "ArrowUp"):  # the corner leads nowhere, and is left out
            one.page.keyboard.press(key)
        assert one.page.evaluate(focused) == [0, 1]
