"""The real site in a browser: all kinds of pages, both languages, light and dark, any width."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
    sync_playwright,
)

from kb.matrix import State
from kb.site import addresses
from tests.sites import Site

pytest_plugins = ["tests.site_fixtures"]
pytestmark = pytest.mark.browser

Places = Mapping[str, str]
Profiles = Mapping[str, BrowserContext]

LANGUAGES = ("en", "sv")
SCHEMES = {"light": "default", "dark": "slate"}
WIDTHS = (1440, 390, 320)
KINDS = (
    "home", "known", "gaps", "matrix", "long matrix", "row of cells", "empty cell", "relationship",
    "outcome", "facet", "studies", "study", "reference", "references", "browse", "codebook",
    "method", "data", "rules", "contribute", "fields", "commands", "concept", "spread",
)  # fmt: skip
WITH_MATRIX = ("home", "gaps", "matrix", "long matrix")

# No service of Chromium's own is asked for anything; its sandbox cannot be had as root.
FLAGS = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
VIOLATIONS = """async () => {
  const values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
  const found = await axe.run(document, {
    resultTypes: ["violations"], runOnly: {type: "tag", values}});
  return found.violations.flatMap(one => one.nodes.map(
    node => `${one.id} at ${node.target.join(" ")}: ${node.failureSummary}`));
}"""
TOO_WIDE = """() => new Promise(done => requestAnimationFrame(() => {
  const found = [], inside = ".kb-scroll, .md-typeset__scrollwrap, .md-sidebar";
  if (document.scrollingElement.scrollWidth > innerWidth) found.push("the page");
  for (const one of document.querySelectorAll("article *, main *")) {
    const box = one.getBoundingClientRect();
    if (box.width > 1 && box.right > innerWidth + 1 && !one.closest(inside))
      found.push(one.outerHTML.slice(0, 120));
  }
  done(found);
}))"""


def executable() -> str | None:
    """The browser of the system, or nothing where there is only Playwright's own, if any."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = (path for path in map(shutil.which, names) if path)
    return os.environ.get("KB_CHROMIUM") or next(found, None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests."""
    flags = [*FLAGS, "--no-sandbox"] if not getattr(os, "geteuid", lambda: 1)() else [*FLAGS]
    with sync_playwright() as playwright:
        try:
            one = playwright.chromium.launch(executable_path=executable(), args=flags)
        except Error as error:
            why = f"no Chromium could be started: {str(error).splitlines()[0]}"
            if os.environ.get("KB_REQUIRE_BROWSER") == "1":
                pytest.fail(why)
            pytest.skip(f"{why}; install one, or name it in KB_CHROMIUM")
        yield one
        one.close()


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, format: str, *args: object) -> None:
        """Drops the message."""


@pytest.fixture(scope="module")
def real(sites: Mapping[str, Site]) -> Site:
    """The site of the real knowledge base."""
    return sites["real"]


@pytest.fixture(scope="module")
def host(real: Site) -> Iterator[str]:
    """The address at which the site is served, without a slash at the end."""
    handler = functools.partial(Quiet, directory=str(real.folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@dataclass
class Visit:
    """A page in the browser, and what went wrong on it."""

    page: Page
    problems: list[str] = field(default_factory=list)


@contextmanager
def visit(browser: Browser, host: str, scheme: str = "light", **more: object) -> Iterator[Visit]:
    """An empty page in a profile of its own, watched in the same way."""
    context = browser.new_context(**profile(scheme), **more)  # type: ignore[arg-type]
    try:
        with watched(context, host) as one:
            yield one
    finally:
        context.close()


def profile(scheme: str) -> dict[str, Any]:
    """What a new browser profile is like."""
    return {
        "viewport": {"width": WIDTHS[0], "height": 900},
        "reduced_motion": "reduce",
        "color_scheme": scheme,
    }


@pytest.fixture(scope="module")
def profiles(browser: Browser) -> Iterator[Mapping[str, BrowserContext]]:
    """A profile for each colour scheme that many tests share: what it has loaded it keeps."""
    made = {scheme: browser.new_context(**profile(scheme)) for scheme in SCHEMES}
    yield made
    for context in made.values():
        context.close()


@contextmanager
def watched(context: BrowserContext, host: str) -> Iterator[Visit]:
    """An empty page; afterwards there must have been no problem."""
    one = Visit(context.new_page())

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            one.problems.append(message.text)

    def on_request(request: Request) -> None:
        if not request.url.startswith((host, "data:", "blob:")):
            one.problems.append(f"asks for {request.url}")

    one.page.on("console", on_console)
    one.page.on("pageerror", lambda error: one.problems.append(str(error)))
    one.page.on("request", on_request)
    try:
        yield one
        assert not one.problems
    finally:
        one.page.close()


@pytest.fixture(scope="module")
def places(real: Site) -> Mapping[str, str]:
    """An address of each kind of page, relative to a language."""
    settings, base = real.base.settings.matrix, real.base
    row, column = settings.row, settings.column
    terms = base.codebook[row].current
    term = max(terms, key=lambda one: len(base.studies(**{row: one.id}))).id
    longest = max(addresses.matrix_columns(base.corpus), key=lambda facet: len(facet.terms))
    cells = base.matrix(row, column).cells
    empty = [cell for cell in cells if cell.state is State.EMPTY][-1]
    studies = base.corpus.studies.values()
    study = max(studies, key=lambda one: (len(one.findings), len(one.caveats)))
    reference = next(one for one in base.references.values() if one.unverified)
    return {kind: f"{kind}/" for kind in KINDS} | {
        "home": "",
        "matrix": addresses.of_matrix(row, column),
        "long matrix": addresses.of_matrix(row, longest.id),
        "row of cells": addresses.of_row(row, column, term),
        "empty cell": addresses.of_cell(row, column, empty.row, empty.column),
        "relationship": addresses.of_term(base.codebook[row], term),
        "outcome": addresses.of_term(base.codebook[column], base.codebook[column].terms[0].id),
        "facet": addresses.of_facet(base.codebook[row]),
        "study": addresses.of_study(study.id),
        "reference": addresses.of_reference(reference.key),
    }


# --- Every kind of page --------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_page(
    profiles: Profiles, host: str, places: Places, kind: str, language: str, scheme: str
) -> None:
    """Loads without an error or a foreign host, fits every width, and is accessible.

    The rules of accessibility are tried light in the first language and dark in the other: what
    they look at differs between kinds of pages and schemes, and takes most of the time.
    """
    with watched(profiles[scheme], host) as one:
        one.page.goto(f"{host}/{language}/{places[kind]}")
        assert one.page.locator("html").get_attribute("lang") == language
        chosen = one.page.locator("body").get_attribute("data-md-color-scheme")
        assert chosen == SCHEMES[scheme]
        assert one.page.locator("article h1").is_visible()
        for width in reversed(WIDTHS):
            one.page.set_viewport_size({"width": width, "height": 900})
            assert one.page.evaluate(TOO_WIDE) == [], width
        if (language == LANGUAGES[0]) == (scheme == "light"):
            one.page.evaluate(AXE)
            assert one.page.evaluate(VIOLATIONS) == []


@pytest.mark.parametrize("kind", [*WITH_MATRIX, "fields", "study", "data"])
def test_narrow_pages_are_accessible(
    browser: Browser, host: str, places: Places, kind: str
) -> None:
    with visit(browser, host) as one:
        one.page.set_viewport_size({"width": 320, "height": 700})
        one.page.goto(f"{host}/en/{places[kind]}")
        if kind in WITH_MATRIX:
            box = one.page.locator(".kb-scroll:has(.kb-matrix)").first
            assert box.evaluate("one => one.scrollWidth > one.clientWidth")
        one.page.evaluate(AXE)
        assert one.page.evaluate(VIOLATIONS) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_root(browser: Browser, host: str, scheme: str) -> None:
    with visit(browser, host, scheme) as one:
        one.page.goto(f"{host}/")
        for width in reversed(WIDTHS):
            one.page.set_viewport_size({"width": width, "height": 900})
            assert one.page.evaluate(TOO_WIDE) == [], width
        one.page.evaluate(AXE)
        assert one.page.evaluate(VIOLATIONS) == []
        for language in LANGUAGES:
            one.page.goto(f"{host}/")
            one.page.locator(f'a[hreflang="{language}"]').click()
            one.page.wait_for_url(f"{host}/{language}/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_scripts(browser: Browser, host: str, places: Places, language: str) -> None:
    with visit(browser, host, java_script_enabled=False) as one:
        for kind in KINDS:
            one.page.goto(f"{host}/{language}/{places[kind]}")
            article = one.page.locator("article")
            assert article.locator("h1").is_visible(), kind
            assert len(article.inner_text()) > 200, kind
            if kind in WITH_MATRIX:
                cells = article.locator("td.kb-cell a")
                assert cells.first.is_visible(), kind
                assert cells.last.is_visible(), kind
        one.page.goto(f"{host}/{language}/{places['matrix']}")
        one.page.locator("td.kb-cell--empty a").first.click()
        assert "#" in one.page.url
        one.page.locator(f'.kb-languages a[hreflang="{language}"]').wait_for(state="attached")


# --- Using it ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cell_is_reached_and_opened_with_the_keyboard(
    browser: Browser, host: str, places: Places, language: str
) -> None:
    with visit(browser, host) as one:
        one.page.goto(f"{host}/{language}/{places['matrix']}")
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
        one.page.goto(f"{host}/{language}/{address}")
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
        one.page.goto(f"{host}/en/{places[kind]}")
        for language in reversed(LANGUAGES):
            one.page.locator(f'.kb-languages a[hreflang="{language}"]').click()
            one.page.wait_for_url(f"{host}/{language}/{places[kind]}")
            assert one.page.locator("html").get_attribute("lang") == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_search_finds_a_study(browser: Browser, host: str, real: Site, language: str) -> None:
    study = next(iter(real.base.corpus.studies.values()))
    title = study.title[language]
    with visit(browser, host) as one:
        one.page.goto(f"{host}/{language}/")
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
        one.page.goto(f"{host}/en/")
        one.page.locator("label[for=__palette_1]").click()
        for address in ("en/", "sv/studies/"):
            one.page.goto(f"{host}/{address}")
            scheme = one.page.locator("body").get_attribute("data-md-color-scheme")
            assert scheme == SCHEMES["dark"], address


def test_caveats_open_with_the_keyboard(browser: Browser, host: str, places: Places) -> None:
    with visit(browser, host) as one:
        one.page.goto(f"{host}/en/{places['relationship']}")
        caveats = one.page.locator("details.kb-caveats").first
        caveats.locator("summary").focus()
        one.page.keyboard.press("Enter")
        assert caveats.locator("li").first.is_visible()
