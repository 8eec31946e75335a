"""Pages on paper, tabs on pages outside the menu, and lenses of several terms, in a browser."""

from __future__ import annotations

import re
from math import ceil

import pytest
from playwright.sync_api import Browser, expect

from kb import addresses
from tests.browsing import AXE, LANGUAGES, VIOLATIONS, visit
from tests.sites import Site

pytest_plugins = ["tests.site_fixtures", "tests.browser_fixtures"]
pytestmark = pytest.mark.browser

SHEETS = 6
"""The most that the report of a relationship may have, in letters as wide as those of Times."""
WIDTH = """() => {
  const canvas = document.createElement("canvas").getContext("2d");
  canvas.font = "100px serif";
  return canvas.measureText("abcdefghijklmnopqrstuvwxyz").width;
}"""
TIMES = 1_195
"""What that tells of Times and of fonts that take its place; a bare system has but wider ones."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_relationship_is_a_report_of_a_few_pages(
    browser: Browser, host: str, real: Site, language: str
) -> None:
    facet = real.base.codebook[real.base.settings.matrix.row]
    most = max(facet.current, key=lambda term: len(real.base.studies({facet.id: term.id})))
    with visit(browser, host, "dark") as one:
        one.open(f"{host}/{language}/{addresses.of_term(facet, most.id)}")
        sheets = re.findall(rb"/Type\s*/Page\b", one.page.pdf(format="A4"))
        wider = max(1, one.page.evaluate(WIDTH) / TIMES)
        assert 1 < len(sheets) <= ceil(SHEETS * wider)
        title = one.page.title()
        one.page.emulate_media(media="print")
        running = "getComputedStyle(document.documentElement).getPropertyValue('--kb-running-{}')"
        assert title in one.page.evaluate(running.format("title"))
        assert one.page.url in one.page.evaluate(running.format("address"))
        background = "getComputedStyle(document.body).backgroundColor"
        assert one.page.evaluate(background) in ("rgba(0, 0, 0, 0)", "rgb(255, 255, 255)")
        ink = "getComputedStyle(document.querySelector('.md-typeset')).color"
        assert one.page.evaluate(ink) == "rgb(0, 0, 0)"
        for statement in one.page.locator(".kb-findings li").all()[-3:]:
            expect(statement).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_outside_the_menu_mark_their_tab(
    browser: Browser, host: str, real: Site, language: str
) -> None:
    view = real.view(language)
    facet = view.facet(real.base.settings.matrix.row)
    places = {
        addresses.of_study(next(iter(real.base.corpus.studies))): "nav_studies",
        "compare/": "nav_studies",
        "stated-gaps/": "nav_unknown",
        "contested/": "nav_unknown",
        "claims/": "nav_known",
        addresses.of_term(facet, facet.current[0].id): "nav_browse",
    }
    with visit(browser, host) as one:
        for address, word in places.items():
            one.open(f"{host}/{language}/{address}")
            expect(one.page.locator(".md-tabs__item--active")).to_have_text([view.t(word)])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lens_takes_several_terms(browser: Browser, host: str, real: Site, language: str) -> None:
    view, facet = real.view(language), real.base.settings.matrix.narrow[0]
    first, second = real.base.codebook[facet].current[:2]
    with visit(browser, host) as one:
        one.open(f"{host}/{language}/gaps/?here={facet}.{first.id}")
        page = one.page
        page.locator("summary", has_text=view.t("explore_lenses")).click()
        fold = page.locator(f"summary:has-text('{view.t('explore_several')}')").first
        fold.click()
        inside = fold.locator("..")
        inside.locator("summary", has_text=view.facet_label(facet)).first.click()
        box = inside.get_by_label(view.text(second.label), exact=True)
        expect(inside.get_by_label(view.text(first.label), exact=True)).to_be_checked()
        box.check()
        assert page.url.endswith(f"?here={facet}.{first.id},{second.id}")
        chip = page.locator("ul.kb-picked .kb-chip").first
        expect(chip).to_contain_text(view.text(second.label))
        page.evaluate(AXE)
        assert page.evaluate(VIOLATIONS) == []
        page.reload()
        expect(page.locator("[data-kb=explorer][data-kb-started=done]")).to_have_count(1)
        expect(page.locator("ul.kb-picked .kb-chip").first).to_contain_text(view.text(second.label))
