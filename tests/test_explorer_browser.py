"""The gap explorer in a browser: by mouse and by keyboard, in both languages, light and dark."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.browsing import AXE, LANGUAGES, TOO_WIDE, VIOLATIONS, WIDTHS, Visit, visit
from tests.sites import Site

pytest_plugins = ["tests.site_fixtures", "tests.browser_fixtures"]
pytestmark = pytest.mark.browser

BOTH = (("en", "light"), ("sv", "dark"))
CELLS = """() => [...document.querySelectorAll("table.kb-matrix td.kb-cell")].map(one => [
  [...one.classList].find(name => name.startsWith("kb-cell--")),
  one.querySelector("b")?.textContent ?? "",
  ...[...one.querySelectorAll(".kb-word")].map(word => word.textContent.trim()),
])"""
HEADS = """() => [...document.querySelectorAll("table.kb-matrix th")].map(
  one => one.textContent.trim())"""


@contextmanager
def exploring(
    browser: Browser, host: str, language: str, scheme: str = "light", query: str = ""
) -> Iterator[Visit]:
    """A visit to the explorer, which has started."""
    with visit(browser, host, scheme, accept_downloads=True) as one:
        one.page.set_default_timeout(5000)
        one.open(f"{host}/{language}/gaps/{query}")
        one.page.locator("form.kb-explore").wait_for()
        yield one


def query(page: Page) -> str:
    return urlsplit(page.url).query


def states(page: Page) -> list[tuple[str, int]]:
    """The state and the number of studies of each cell, in the order of the page."""
    found = page.evaluate(CELLS)
    return [(name.removeprefix("kb-cell--"), int(count or 0)) for name, count, *_ in found]


def expected(site: Site, down: str, across: str, **more: Any) -> list[tuple[str, int]]:
    """The same from the engine."""
    matrix = site.base.matrix(across, down, **more)
    return [
        (cell.state.value, len(cell.studies))
        for row in matrix.column.current
        for column in matrix.row.current
        for cell in (matrix[column.id, row.id],)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_view_is_that_of_the_page_without_scripts(
    browser: Browser, host: str, language: str
) -> None:
    with visit(browser, host, java_script_enabled=False) as one:
        one.open(f"{host}/{language}/gaps/")
        without = one.page.evaluate(CELLS), one.page.evaluate(HEADS)
        shares = one.page.locator(".kb-shares").first.inner_text().split()
        caption = one.page.locator("table caption").first.inner_text()
    with exploring(browser, host, language) as one:
        assert (one.page.evaluate(CELLS), one.page.evaluate(HEADS)) == without
        assert one.page.locator(".kb-shares").first.inner_text().split() == shares
        assert one.page.locator("table caption").first.inner_text() == caption
        assert query(one.page) == ""


@pytest.mark.parametrize(("language", "scheme"), BOTH)
def test_by_mouse(browser: Browser, host: str, real: Site, language: str, scheme: str) -> None:
    view, settings = real.view(language), real.base.settings.matrix
    down, across, narrow = settings.column, settings.row, settings.narrow[0]
    term = real.base.codebook[narrow].terms[0]
    with exploring(browser, host, language, scheme) as one:
        page = one.page
        page.get_by_label(view.t("explore_down"), exact=True).select_option(narrow)
        assert states(page) == expected(real, narrow, across)
        page.get_by_role("button", name=view.t("explore_swap")).click()
        assert states(page) == expected(real, across, narrow)
        page.get_by_role("button", name=view.t("explore_again")).click()
        assert query(page) == ""

        page.locator("summary", has_text=view.t("explore_filters")).click()
        page.locator("summary", has_text=view.facet_label(narrow)).first.click()
        page.get_by_label(view.text(term.label), exact=True).check()
        assert query(page) == f"any.{narrow}={term.id}"
        where = {narrow: term.id}
        assert states(page) == expected(real, down, across, **where)
        year = view.years[len(view.years) // 2]
        page.locator(".kb-asof input[type=number]").fill(str(year))
        page.locator(".kb-asof input[type=number]").press("Tab")
        assert query(page) == f"as-of={year}&any.{narrow}={term.id}"
        assert states(page) == expected(real, down, across, as_of=year, **where)
        assert page.locator(".kb-asof input[type=range]").input_value() == str(year)

        shown = page.evaluate(CELLS)
        page.reload()
        page.locator("form.kb-explore").wait_for()
        assert page.evaluate(CELLS) == shown
        other = next(one for one in LANGUAGES if one != language)
        page.locator(f'.kb-languages a[hreflang="{other}"]').click()
        page.locator("form.kb-explore").wait_for()
        assert f"/{other}/" in page.url
        assert states(page) == expected(real, down, across, as_of=year, **where)
        page.go_back()
        page.locator("form.kb-explore").wait_for()

        for _ in range(2):
            page.locator(".kb-picked button.kb-chip").first.click()
        assert states(page) == expected(real, down, across)


@pytest.mark.parametrize(("language", "scheme"), BOTH)
def test_a_cell_opens(browser: Browser, host: str, real: Site, language: str, scheme: str) -> None:
    view, settings = real.view(language), real.base.settings.matrix
    cells = real.base.matrix(settings.row, settings.column).cells
    full = max(cells, key=lambda cell: (bool(cell.gaps), len(cell.studies)))
    empty = next(cell for cell in cells if cell.state.value == "empty" and not cell.gaps)
    with exploring(browser, host, language, scheme) as one:
        page = one.page
        opened = page.locator(".kb-opened")
        page.locator(f'[data-cell="{full.column},{full.row}"]').click()
        assert query(page) == f"cell={full.column},{full.row}"
        assert page.evaluate("document.activeElement.closest('h3') !== null")
        fact = full.facts[0]
        opened.get_by_text(fact.finding.statement[language]).first.wait_for()
        links = opened.locator("a").evaluate_all(
            "all => all.map(one => new URL(one.href).pathname)"
        )
        assert {f"/{language}/studies/{study}/" for study in full.studies} <= set(links)
        assert {f"/{language}/stated-gaps/{gap}/" for gap in full.gaps} <= set(links)
        for direction, number in view.by_direction(full.facts):
            label = opened.locator(f".kb-dir--{direction.stance}")
            assert label.filter(has_text=view.text(direction.label)).count() == (1 if number else 0)
        for address in links:
            path = real.folder / address.lstrip("/")
            assert (path / "index.html").is_file(), address
        page.evaluate(AXE)
        assert page.evaluate(VIOLATIONS) == []

        page.go_back()
        assert not opened.is_visible()
        page.locator(f'[data-cell="{empty.column},{empty.row}"]').click()
        assert view.t("explore_fill") in opened.inner_text()
        assert view.t("cell_fill") in opened.inner_text()
        assert opened.locator("a[href*='contribute/']").is_visible()
        page.get_by_role("button", name=view.t("explore_close")).click()
        assert not opened.is_visible()


@pytest.mark.parametrize(("language", "scheme"), BOTH)
def test_by_keyboard(browser: Browser, host: str, real: Site, language: str, scheme: str) -> None:
    view, settings = real.view(language), real.base.settings.matrix
    focused = "document.activeElement.dataset.key"
    with exploring(browser, host, language, scheme) as one:
        page, press = one.page, one.page.keyboard.press
        page.get_by_label(view.t("explore_order"), exact=True).focus()
        press("ArrowDown")  # the most studies first
        press("Tab")
        press("Space")  # only the broadest terms
        for _ in range(20):
            press("Tab")
            if page.evaluate(focused):
                break
        told = page.locator(".kb-told")
        assert told.get_attribute("role") == "status"
        before = told.text_content()
        first = page.evaluate(focused)
        assert first.count(",") == 1
        style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert style != "none"
        press("ArrowRight")
        press("ArrowDown")
        assert page.evaluate(focused) != first
        press("Home")
        key = page.evaluate(focused)  # the head of a row
        while page.evaluate("document.activeElement.ariaExpanded") is None:
            press("ArrowDown")
            assert page.evaluate(focused) != key
            key = page.evaluate(focused)
        rows = page.locator("table.kb-matrix tbody tr").count()
        press("Enter")  # shows the narrower terms, and stays where it is
        assert page.evaluate(focused) == key
        assert page.evaluate("document.activeElement.ariaExpanded") == "true"
        assert page.locator("table.kb-matrix tbody tr").count() > rows
        assert told.text_content() != before
        press("ArrowRight")
        cell = page.evaluate(focused)
        press("Enter")
        assert page.evaluate("document.activeElement.tagName") == "H3"
        assert f"cell={cell}" in query(page)
        press("Escape")
        assert page.evaluate(focused) == cell
        press("Tab")  # one stop for the whole table
        assert page.evaluate("document.activeElement.closest('table')") is None
        assert "order=count" in query(page)
        assert f"shut={settings.column}." in query(page)


def test_two_lenses_and_segments(browser: Browser, host: str, real: Site) -> None:
    view, settings = real.view("en"), real.base.settings.matrix
    narrow, across, down = settings.narrow[0], settings.row, settings.column
    terms = [term.id for term in real.base.codebook[narrow].current if term.searched]
    least = min(terms, key=lambda term: len(real.base.studies({narrow: term})) or 999)
    with exploring(browser, host, "en") as one:
        page = one.page
        page.locator("summary", has_text=view.t("explore_lenses")).click()
        page.get_by_label(view.t("explore_here"), exact=True).select_option(f"{narrow}.{least}")
        page.get_by_label(view.t("explore_segments"), exact=True).select_option("direction")
        assert query(page) == f"segments=direction&here={narrow}.{least}"
        where: dict[str, Any] = {narrow: least}
        here = real.base.matrix(across, down, **where)
        everything = real.base.matrix(across, down)
        kinds = [name.removeprefix("lens-") for name, _ in states(page)]
        known = []
        for row in here.column.current:
            for column in here.row.current:
                own = set(here[column.id, row.id].studies)
                others = set(everything[column.id, row.id].studies) - own
                both = ("both" if others else "here") if own else "elsewhere" if others else ""
                known.append(both or "neither")
        assert kinds == known
        assert {"elsewhere", "neither"} <= set(kinds)
        sums = page.locator("td.kb-cell").evaluate_all(
            "all => all.map(cell => [...cell.querySelectorAll('.kb-segment')].length)"
        )
        assert max(sums) > 1
        legend = page.locator(".kb-segmentlegend li").all_inner_texts()
        assert [" ".join(label.split()) for label in legend] == [
            f"{letter} {view.text(one.label)}"
            for letter, one in zip("abcd", real.base.settings.directions, strict=True)
        ]
        page.evaluate(AXE)
        assert page.evaluate(VIOLATIONS) == []


def test_files_of_what_is_shown(browser: Browser, host: str, real: Site, tmp_path: Path) -> None:
    view, settings = real.view("sv"), real.base.settings.matrix
    with exploring(browser, host, "sv", "dark", f"?segments={settings.narrow[0]}") as one:
        page = one.page
        page.locator("summary", has_text=view.t("explore_share")).click()
        assert page.locator("#kb-address").input_value() == page.url
        citation = page.locator(".kb-citation").inner_text()
        assert page.url in citation
        assert real.base.fingerprint in citation
        found = {}
        for name in ("CSV", "SVG", "PNG"):
            with page.expect_download() as waiting:
                page.get_by_role("button", name=view.t("explore_save", format=name)).click()
            assert waiting.value.suggested_filename == (
                f"{settings.row}-{settings.column}.{name.lower()}"
            )
            waiting.value.save_as(tmp_path / name)
            found[name] = (tmp_path / name).read_bytes()
        cells = real.base.matrix(settings.row, settings.column)
        rows = list(csv.DictReader(io.StringIO(found["CSV"].decode("utf-8-sig"))))
        assert len(rows) == len(cells.cells)
        for row in rows:
            cell = cells[row[settings.row], row[settings.column]]
            assert row["state"] == cell.state.value
            assert row["ids"].split(";") == [*cell.studies] or not cell.studies
            assert row["flags"] == ";".join(cell.flags)
        picture = found["SVG"].decode()
        assert picture.startswith("<svg ")
        assert "#14191c" not in picture  # light, also when the page is dark
        for term in real.base.codebook[settings.column].current:
            assert view.text(term.label).split()[0] in picture
        assert found["PNG"].startswith(b"\x89PNG")
        assert len(found["PNG"]) > 20_000


@pytest.mark.parametrize(("language", "scheme"), BOTH)
def test_narrow_and_printed(
    browser: Browser, host: str, real: Site, language: str, scheme: str
) -> None:
    settings = real.base.settings.matrix
    cells = real.base.matrix(settings.row, settings.column).cells
    cell = max(cells, key=lambda one: len(one.studies))
    address = f"?segments={settings.narrow[0]}&cell={cell.column},{cell.row}&from=2000"
    with exploring(browser, host, language, scheme, address) as one:
        page = one.page
        page.locator(".kb-opened h4").first.wait_for()
        for width in reversed(WIDTHS):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(TOO_WIDE) == [], width
        page.set_viewport_size({"width": 320, "height": 900})
        for fold in page.locator("details.kb-fold > summary").all():
            if fold.is_visible():
                fold.click()
        assert page.evaluate(TOO_WIDE) == []
        page.evaluate(AXE)
        assert page.evaluate(VIOLATIONS) == []
        page.emulate_media(media="print")
        assert not page.locator(".kb-explore select").first.is_visible()
        assert page.locator("table.kb-matrix").first.is_visible()
        assert page.locator(".kb-opened").is_visible()
        citation = page.locator(".kb-citation")
        assert citation.is_visible()
        assert page.url in citation.inner_text()


def test_an_address_of_something_else_says_so(browser: Browser, host: str, real: Site) -> None:
    with exploring(browser, host, "en", query="?down=nothing&order=count") as one:
        note = one.page.locator(".kb-note[role=status]")
        assert "down=nothing" in note.inner_text()
        assert one.page.locator("select").nth(0).input_value() == real.base.settings.matrix.column


def test_the_table_stays_when_the_data_cannot_be_had(
    browser: Browser, host: str, real: Site
) -> None:
    def refuse(route: Route) -> None:
        route.fulfill(status=404, body=json.dumps({}))

    with visit(browser, host) as one:
        one.page.route(re.compile(r"/facts\.json$"), refuse)
        one.open(f"{host}/en/gaps/")
        one.page.get_by_text(real.view("en").t("explore_failed")).wait_for()
        assert one.page.locator("td.kb-cell a").first.is_visible()
        assert all("404" in problem for problem in one.problems)
        one.problems.clear()
