"""What assistive technology is told: roles, names and states of what readers work with."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from kb.words import engine
from tests.browsing import LANGUAGES, Places, visit

pytest_plugins = ["tests.site_fixtures", "tests.browser_fixtures"]
pytestmark = pytest.mark.browser

EXPLORER = ("explore", "explore_down", "explore_across", "as_of", "explore_keys")


def said(page: Page) -> str:
    """What the explorer or a table announces, once it has fallen silent."""
    return page.locator("[data-kb] [role=status]").first.inner_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_explorer_is_a_named_form_and_a_table_with_headers(
    browser: Browser, host: str, language: str
) -> None:
    with visit(browser, host) as one:
        one.open(f"{host}/{language}/gaps/")
        form, down, across, year, keys = map(engine(language).__getitem__, EXPLORER)
        place = one.page.locator("[data-kb=explorer]")
        expect(place).to_match_aria_snapshot(f"""
            - form "{form}":
              - combobox "{down}"
              - combobox "{across}"
              - group "{year}":
                - slider "{year}"
                - spinbutton "{year}"
            - status: /\\d+ /
            - region:
              - table:
                - caption
                - rowgroup:
                  - row:
                    - columnheader
                    - columnheader:
                      - link
                - rowgroup:
                  - row:
                    - rowheader:
                      - link
                    - cell:
                      - link
            - paragraph: {keys}
        """)


def test_the_explorer_announces_a_filter_and_names_the_cell_that_opens(
    browser: Browser, host: str
) -> None:
    with visit(browser, host) as one:
        page = one.page
        one.open(f"{host}/en/gaps/")
        before = said(page)
        page.get_by_role("slider", name="As it was known in").press("ArrowLeft")
        expect(page.locator("[data-kb] [role=status]").first).not_to_have_text(before)
        cell = page.locator("tbody td a").first
        row = cell.locator("xpath=ancestor::tr/th").inner_text()
        column = page.locator("thead th a").first.get_attribute("title")
        cell.focus()
        page.keyboard.press("Enter")
        opened = page.get_by_role("region", name=f"{column} × {row}")
        expect(opened).to_be_visible()
        expect(opened.get_by_role("heading", level=3)).to_be_focused()
        page.keyboard.press("Escape")
        expect(opened).to_have_count(0)
        expect(cell).to_be_focused()


def test_a_table_says_how_it_is_sorted_and_narrowed(browser: Browser, host: str) -> None:
    with visit(browser, host) as one:
        page = one.page
        one.open(f"{host}/en/studies/")
        tools = page.get_by_role("search", name=re.compile(r"Studies \(\d+\)"))
        tools.get_by_role("searchbox", name="Search").fill("trust")
        expect(tools.get_by_role("status")).to_have_text(re.compile(r"\d+ of \d+ studies"))
        expect(tools.get_by_role("combobox", name="Sort")).to_be_visible()
        page.get_by_role("columnheader", name="Study").get_by_role("button").press("Enter")
        expect(page.get_by_role("columnheader", name="Study")).to_have_attribute(
            "aria-sort", "ascending"
        )
        expect(tools.get_by_role("status")).to_contain_text("Sorted")


def test_the_graph_says_as_a_list_what_it_shows(browser: Browser, host: str) -> None:
    with visit(browser, host) as one:
        one.open(f"{host}/en/graph/")
        expect(one.page.locator("[data-kb=graph]")).to_match_aria_snapshot("""
            - combobox "Find a record"
            - combobox "and the paths to"
            - paragraph:
              - button "Show"
            - group "What is shown":
              - checkbox "Claims" [checked]
            - status: /Overview/
            - region "Picture"
            - region "The same as a list":
              - heading "Overview" [level=2]
              - heading /Claims \\(\\d+\\)/ [level=3]
              - list:
                - listitem:
                  - link
        """)


def test_studies_side_by_side_are_a_table_with_headers(
    browser: Browser, host: str, places: Places
) -> None:
    with visit(browser, host) as one:
        one.open(f"{host}/en/{places['compared']}")
        expect(one.page.locator("[data-kb=compare]")).to_match_aria_snapshot("""
            - paragraph:
              - checkbox "Only what differs"
            - status: /\\d studies side by side/
            - region "Compare studies":
              - table /\\d studies side by side/:
                - rowgroup:
                  - row:
                    - columnheader "Field"
                    - columnheader:
                      - link
                      - button /Remove .+/
        """)
