"""The graph and the charts in a browser: walked through by mouse and by keyboard, and back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from kb import addresses
from kb.citations import Kind
from kb.graph import claims_on
from kb.site.view import View
from tests.browsing import AXE, LANGUAGES, SCHEMES, TOO_WIDE, VIOLATIONS, visit
from tests.sites import Site

pytest_plugins = ["tests.site_fixtures", "tests.browser_fixtures"]
pytestmark = pytest.mark.browser

NODES = ".kb-net__svg a[data-node]"


@contextmanager
def graph(
    browser: Browser, host: str, language: str = "en", query: str = "", scheme: str = "light"
) -> Iterator[Page]:
    """The graph, with its picture drawn."""
    with visit(browser, host, scheme) as one:
        one.open(f"{host}/{language}/{addresses.GRAPH}{query}")
        expect(one.page.locator(".kb-net__list h2")).to_be_visible()
        yield one.page


def at(kind: Kind, name: str, to: str = "") -> str:
    query = "?" + addresses.in_graph(kind, name).partition("?")[2]
    return query + (f"&to={quote(to)}" if to else "")


def asked(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def carrying(real: Site) -> str:
    """The study that most claims rest on."""
    return max(real.base.corpus.studies, key=lambda id: len(claims_on(real.base.graph, id)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_graph_starts_from_a_record_and_is_walked_by_keyboard(
    browser: Browser, host: str, real: Site, language: str
) -> None:
    study, view = carrying(real), View(real.base, language)
    with visit(browser, host) as one:
        page = one.page
        one.open(f"{host}/{language}/{addresses.of_study(study)}")
        page.get_by_role("link", name=view.t("graph_see")).focus()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/{language}/graph/?at=study:{study}")
        heading = page.locator(".kb-net__list h2")
        expect(heading).to_have_text(view.cited(real.base.corpus.studies[study]))
        listed = page.locator(".kb-net__list a[data-node]")
        claims = {
            view.text(real.base.corpus.claims[id].statement)
            for id in claims_on(real.base.graph, study)
        }
        assert claims <= set(listed.all_inner_texts())
        first = listed.first
        name = first.inner_text()
        first.focus()
        assert page.locator(".kb-net__svg path.kb-net--on").count() == 1
        page.keyboard.press("Enter")
        expect(heading).to_have_text(name)
        expect(heading).to_be_focused()
        expect(page.locator(".kb-net__status")).to_contain_text(name)
        page.go_back()
        expect(heading).to_have_text(view.cited(real.base.corpus.studies[study]))
        assert asked(page) == {"at": f"study:{study}"}
        other = next(one for one in LANGUAGES if one != language)
        page.locator(f'.kb-languages a[hreflang="{other}"]').click()
        page.wait_for_url(f"**/{other}/graph/?at=study:{study}")


def test_the_picture_shows_what_the_list_says_and_is_walked_by_mouse(
    browser: Browser, host: str, real: Site
) -> None:
    with graph(browser, host, query=at(Kind.STUDY, carrying(real))) as page:

        def ids(where: str) -> set[str | None]:
            return {one.get_attribute("data-node") for one in page.locator(where).all()}

        drawn, listed = ids(NODES), ids(".kb-net__list a[data-node]")
        centre = drawn - listed
        assert len(centre) == 1
        assert listed == drawn - centre
        lines = page.locator(NODES).count() - 1
        assert page.locator(".kb-net__svg path").count() == lines
        assert page.locator(".kb-net__list a[data-node]").count() == lines
        node = page.locator(NODES).last
        title = node.locator("title").text_content() or ""
        node.click()
        heading = page.locator(".kb-net__list h2")
        expect(heading).not_to_have_text("")
        page.wait_for_function(
            "title => title.startsWith(document.querySelector('.kb-net__list h2').textContent)",
            arg=title,
        )


def test_kinds_are_switched_on_and_off_and_stay_in_the_address(
    browser: Browser, host: str, real: Site
) -> None:
    with graph(browser, host) as page:
        heads = page.locator(".kb-net__svg .kb-net__heading")
        expect(heads).to_have_count(3)
        box = page.locator("input[name=kind][value=gap]")
        assert box.is_checked()
        box.uncheck()
        expect(heads).to_have_count(2)
        assert asked(page)["kinds"] == "claim,study"
        page.reload()
        expect(heads).to_have_count(2)
        assert not box.is_checked()


@pytest.mark.parametrize("language", LANGUAGES)
def test_paths_between_two_records_are_asked_for_by_name(
    browser: Browser, host: str, real: Site, language: str
) -> None:
    view, study = View(real.base, language), carrying(real)
    claim = real.base.corpus.claims[claims_on(real.base.graph, study)[0]]
    with graph(browser, host, language) as page:
        page.locator("input[name=at]").fill(view.text(claim.statement))
        assert page.locator("#kb-net-names option").count() > 0
        page.locator("input[name=to]").fill(f"study:{study}")
        page.keyboard.press("Enter")
        expect(page.locator(".kb-net__list h3").first).to_have_text(view.t("graph_path", n="1"))
        assert asked(page) == {"at": f"claim:{claim.id}", "to": f"study:{study}"}
        assert page.locator(".kb-net__list ul").nth(1).locator("li").count() == 2
        page.locator(".kb-net button[type=reset]").click()
        expect(page.locator(".kb-net__list h2")).to_have_text(view.t("graph_overview"))
        assert asked(page) == {}


def test_a_record_that_is_not_there_is_told(browser: Browser, host: str) -> None:
    with graph(browser, host, query="?at=study:nobody") as page:
        expect(page.locator(".kb-net__status")).to_contain_text("study:nobody")
        assert page.locator(NODES).count() > 10


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_walk_on_a_phone_fits_and_is_accessible(
    browser: Browser, host: str, real: Site, scheme: str
) -> None:
    row = real.base.settings.matrix.row
    term = real.base.codebook[row].current[0].id
    with graph(browser, host, query=at(Kind.TERM, f"{row}/{term}"), scheme=scheme) as page:
        page.set_viewport_size({"width": 320, "height": 700})
        assert page.evaluate(TOO_WIDE) == []
        page.evaluate(AXE)
        assert page.evaluate(VIOLATIONS) == []


def test_without_scripts_the_lists_say_it(browser: Browser, host: str, real: Site) -> None:
    with visit(browser, host, java_script_enabled=False) as one:
        one.open(f"{host}/en/{addresses.GRAPH}")
        assert not one.page.locator(".kb-net").is_visible()
        first = one.page.locator("details.kb-standing").first
        first.locator("summary").click()
        assert first.locator("li a").first.is_visible()


def test_a_bar_leads_to_its_term_with_the_keyboard(browser: Browser, host: str, real: Site) -> None:
    column = real.base.codebook[real.base.settings.matrix.column]
    term = column.current[0]
    with visit(browser, host) as one:
        one.open(f"{host}/en/{addresses.FIGURES}")
        bar = one.page.locator(f"#_figure-studies-{column.id} svg a").first
        bar.focus()
        one.page.keyboard.press("Enter")
        one.page.wait_for_url(f"**/en/{addresses.of_term(column, term.id)}")
        one.page.go_back()
        table = one.page.locator(f"#_figure-studies-{column.id} details")
        table.locator("summary").focus()
        one.page.keyboard.press("Enter")
        assert table.locator("tbody tr").count() == len(column.current)
        assert table.locator("tbody th a").first.is_visible()
