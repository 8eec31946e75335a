"""Tables, comparison and contested evidence of the real site in a browser, and pages on paper."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
import rispy
from playwright.sync_api import Browser, Download, Page

from kb import addresses, bibliography
from kb.site import contested
from tests.browsing import AXE, LANGUAGES, TOO_WIDE, VIOLATIONS, Places, visit
from tests.sites import Site

pytest_plugins = ["tests.site_fixtures", "tests.browser_fixtures"]
pytestmark = pytest.mark.browser

ROWS = ".kb-sheet tbody tr"
STATUS = ".kb-tools [role=status]"


def names(page: Page) -> list[str]:
    """The ids of the rows that are shown, in their order."""
    return page.locator(ROWS).evaluate_all("all => all.map(row => row.dataset.id)")


def status(page: Page) -> str:
    """What the table says of itself."""
    return page.locator(STATUS).inner_text()


def text(download: Download) -> str:
    """What was saved."""
    return Path(download.path()).read_bytes().decode("utf-8-sig")


def expected(site: Site, term: str, **where: str) -> tuple[int, int]:
    """How many studies and findings of a term of the rows' facet there are."""
    own = {site.base.settings.matrix.row: term, **where}
    return len(site.base.studies(own)), len(site.base.findings(own))


# --- Tables --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_filters_keep_what_one_finding_fits_and_stand_in_the_address(
    browser: Browser, host: str, real: Site, places: Places, language: str
) -> None:
    term, view = places["relationship"].split("/")[-2], real.view(language)
    with visit(browser, host) as one:
        page = one.page
        one.open(f"{host}/{language}/{places['relationship']}")
        page.locator("summary", has_text=view.t("table_filters")).click()
        for facet, chosen in (("outcome", "implementation"), ("direction", "challenges")):
            box = page.locator(f"input[name={facet}][value={chosen}]")
            box.locator("xpath=ancestor::details[1]/summary").click()
            count = int(box.locator("xpath=../small").inner_text())
            box.check()
            assert len(names(page)) == count
        studies, findings = expected(real, term, outcome="implementation", direction="challenges")
        assert 0 < studies < expected(real, term)[0]
        assert page.locator(ROWS).count() == studies
        assert page.locator(".kb-findings li[data-terms]:not([hidden])").count() == findings
        assert str(studies) in status(page)
        assert page.url.endswith("?outcome=implementation&direction=challenges")
        kept = names(page)
        page.locator(f"{ROWS} th a").first.click()  # to a study, and back
        page.wait_for_url("**/studies/**")
        page.go_back()
        page.locator(".kb-active button").first.wait_for()
        assert names(page) == kept
        page.locator(".kb-active button").first.click()
        assert page.url.endswith("?direction=challenges")
        page.locator("[data-kb-clear]").click()
        assert page.locator(ROWS).count() == expected(real, term)[0]
        assert page.url.endswith(places["relationship"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_search_and_order_work_by_keyboard_alone(
    browser: Browser, host: str, places: Places, language: str
) -> None:
    with visit(browser, host) as one:
        page = one.page
        one.open(f"{host}/{language}/{places['studies']}")
        button = page.locator("th[data-column=_study] button")
        button.focus()
        page.keyboard.press("Enter")
        assert page.locator("th[data-column=_study]").get_attribute("aria-sort") == "ascending"
        shown = page.locator(f"{ROWS} th > a").all_inner_texts()
        sort = (
            "(all, language) => [...all].sort(new Intl.Collator(language, {numeric: true}).compare)"
        )
        assert shown == page.evaluate(
            f"([all, language]) => ({sort})(all, language)", [shown, language]
        )
        late = [name[0] in "ÅÄÖØ" for name in shown]
        assert not any(late) or language != "sv" or late == sorted(late)
        assert button.evaluate("one => one === document.activeElement")
        page.keyboard.press("Enter")
        assert page.locator("th[data-column=_study]").get_attribute("aria-sort") == "descending"
        assert page.locator(f"{ROWS} th > a").all_inner_texts() == shown[::-1]
        assert page.url.endswith("?_sort=-_study")
        page.locator("input[name=_q]").focus()
        page.keyboard.type("siverbo 2024")
        assert names(page) == ["siverbo2024"]
        assert "_q=siverbo+2024" in page.url


def test_a_column_of_a_year_leads_to_its_studies(browser: Browser, host: str) -> None:
    with visit(browser, host) as one:
        page = one.page
        one.open(f"{host}/en/figures/")
        column = page.locator("#_figure-years svg a").last
        year, _, number = column.locator("title").text_content().partition(": ")  # type: ignore[union-attr]
        column.focus()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/studies/?_year={year}")
        one.started()
        assert page.locator(ROWS).count() == int(number)
        chip = page.locator(".kb-active button")
        assert chip.inner_text().startswith(year)
        chip.click()
        assert page.locator(ROWS).count() > int(number)


def test_columns_and_findings_are_shown_as_asked(
    browser: Browser, host: str, places: Places
) -> None:
    with visit(browser, host) as one:
        page = one.page
        one.open(f"{host}/en/{places['relationship']}?_columns=_year,outcome,_findings")
        heads = page.locator(".kb-sheet thead th:visible")
        assert heads.evaluate_all("all => all.map(one => one.dataset.column)") == [
            "_study", "_year", "outcome", "_findings",
        ]  # fmt: skip
        page.locator("summary", has_text="Columns").click()
        page.locator("input[name=_columns][value=_year]").uncheck()
        assert page.locator("td[data-column=_year]:visible").count() == 0
        row = page.locator(ROWS, has=page.locator(".kb-more:visible")).first
        before = row.locator("li[data-terms]:visible").count()
        row.locator(".kb-more").press("Enter")
        assert row.locator("li[data-terms]:visible").count() > before
        assert row.locator(".kb-more").get_attribute("aria-expanded") == "true"
        page.locator("[data-kb-open]").click()
        assert page.locator(".kb-folded").count() == 0
        assert "_open=all" in page.url
        page.set_viewport_size({"width": 320, "height": 800})
        assert page.evaluate(TOO_WIDE) == []


def test_what_is_shown_is_exported(browser: Browser, host: str, real: Site, places: Places) -> None:
    with visit(browser, host) as one:
        page = one.page
        one.open(f"{host}/sv/{places['relationship']}?country=DK&_sort=_study")
        page.locator("summary", has_text="Exportera").click()
        saved = {}
        for name in ("csv", "bib", "ris"):
            with page.expect_download() as waiting:
                page.locator(f"[data-kb-export={name}]").click()
            assert waiting.value.suggested_filename.endswith(f".{name}")
            saved[name] = text(waiting.value)
        rows = list(csv.DictReader(io.StringIO(saved["csv"])))
        shown = names(page)
    assert list(dict.fromkeys(row["id"] for row in rows)) == shown
    term = places["relationship"].split("/")[-2]
    found = real.base.findings({real.base.settings.matrix.row: term, "country": "DK"})
    assert {row["finding"] for row in rows} == {fact.id for fact in found}
    first = real.view("sv").facts_by_id[rows[0]["finding"]]
    assert rows[0]["statement"] == first.finding.statement["sv"]
    assert rows[0]["locator"] == first.finding.locator
    keys = [key for name in shown for key in real.base.corpus.studies[name].reports]
    works, problems = bibliography.parse(saved["bib"])
    assert not problems
    assert list(works) == keys
    assert [record["id"] for record in rispy.loads(saved["ris"])] == keys


@pytest.mark.parametrize(
    ("kind", "asked"), [("claims", "_confidence=low"), ("stated-gaps", "_status=narrowed,closed")]
)
def test_claims_and_gaps_are_tables_too(
    browser: Browser, host: str, real: Site, places: Places, kind: str, asked: str
) -> None:
    corpus = real.base.corpus
    low = [
        one.id for one in corpus.claims.values() if one.confidence and one.confidence.level == "low"
    ]
    moved = [one.id for one in corpus.gaps.values() if one.status != "open"]
    with visit(browser, host) as one:
        one.open(f"{host}/en/{places[kind]}?{asked}&_sort={asked.partition('=')[0]}")
        one.page.locator(".kb-active button").first.wait_for()
        assert sorted(names(one.page)) == sorted(low if kind == "claims" else moved)
        words = one.page.locator("td[data-column=_status]").all_inner_texts()
        assert words == sorted(words, key=["Narrowed", "Closed"].index)


def test_tables_are_whole_without_scripts(
    browser: Browser, host: str, real: Site, places: Places
) -> None:
    with visit(browser, host, java_script_enabled=False) as one:
        page = one.page
        one.open(f"{host}/en/{places['relationship']}")
        studies, findings = expected(real, places["relationship"].split("/")[-2])
        assert page.locator(f"{ROWS}:visible").count() == studies
        assert page.locator(".kb-findings li[data-terms]:visible").count() == findings
        assert not page.locator(".kb-tools").is_visible()
        one.open(f"{host}/en/{places['compare']}")
        assert page.locator(".kb-chooser li a:visible").count() == len(real.base.corpus.studies)
        assert "needs scripts" in page.locator("noscript").inner_text()


# --- Comparison ----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_studies_are_chosen_and_compared_by_keyboard(
    browser: Browser, host: str, real: Site, places: Places, language: str
) -> None:
    scheme = "light" if language == LANGUAGES[0] else "dark"
    view = real.view(language)
    with visit(browser, host, scheme) as one:
        page = one.page
        one.open(f"{host}/{language}/{places['studies']}")
        first, second = (
            page.locator(f"tr[data-id={name}]") for name in ("bentzen2016", "siverbo2024")
        )
        for row in (first, second):
            row.locator(".kb-choose input").focus()
            page.keyboard.press("Space")
        assert page.url.endswith("?_chosen=bentzen2016,siverbo2024")
        page.locator(".kb-chosen a").focus()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/{language}/compare/?studies=bentzen2016,siverbo2024")
        heads = page.locator(".kb-comparison thead th > a")
        heads.nth(1).wait_for()
        assert heads.all_inner_texts() == [
            view.cited(real.base.corpus.studies[name]) for name in ("bentzen2016", "siverbo2024")
        ]
        country = page.locator(
            ".kb-comparison tr", has=page.locator("th", has_text=view.facet_label("country"))
        )
        assert "kb-differs" in (country.first.get_attribute("class") or "")
        assert view.label("country", "NO") in country.first.inner_text()
        every = page.locator(".kb-comparison tbody tr").count()
        page.locator("[name=_only]").check()
        assert page.locator(".kb-comparison tbody tr:not(.kb-heading)").count() == page.locator(
            ".kb-comparison tr.kb-differs").count() < every  # fmt: skip
        assert "_only=differences" in page.url
        page.evaluate(AXE)
        assert page.evaluate(VIOLATIONS) == []
        page.set_viewport_size({"width": 320, "height": 800})
        assert page.evaluate(TOO_WIDE) == []
        page.locator(".kb-remove").first.press("Enter")
        page.wait_for_function("document.querySelectorAll('.kb-comparison thead a').length === 1")
        assert "studies=siverbo2024&" in page.url


def test_findings_stand_by_outcome_and_unknown_studies_are_named(
    browser: Browser, host: str, real: Site
) -> None:
    study = real.base.corpus.studies["bentzen2016"]
    with visit(browser, host) as one:
        page = one.page
        one.open(f"{host}/en/compare/?studies=bentzen2016,nobody,<b>")
        page.locator(".kb-comparison").wait_for()
        assert "nobody" in page.locator("[role=status]").inner_text()
        links = page.locator(".kb-comparison li > a").evaluate_all(
            "all => all.map(one => one.hash)"
        )
        assert set(links) == {f"#{finding.id}" for finding in study.findings}
        page.locator(".kb-comparison li > a").first.click()
        page.wait_for_url("**/studies/bentzen2016/#*")


# --- Contested evidence --------------------------------------------------------------------------


def test_a_contested_cell_leads_to_both_sides_without_scripts(
    browser: Browser, host: str, real: Site, places: Places
) -> None:
    term = places["relationship"].split("/")[-2]
    settings = real.base.settings.matrix
    view = real.view("en")
    own = contested.rows(view, view.facet(settings.column))[term]
    cell = addresses.of_cell(settings.row, settings.column, term, own[0].term.id)
    with visit(browser, host, java_script_enabled=False) as one:
        page = one.page
        one.open(f"{host}/en/{cell}")
        page.locator(f"a[href$='contested/#{own[0].term.id}']").click()
        page.wait_for_url(
            f"**/{addresses.of_contested_cell(settings.row, settings.column, term, own[0].term.id)}"
        )
        sides = page.locator(f"h2[id='{own[0].term.id}'] + div .kb-side")
        assert sides.count() == 2
        for side, facts in zip(
            sides.all(), (own[0].sides.supporting, own[0].sides.challenging), strict=True
        ):
            text = side.inner_text()
            assert all(fact.finding.statement["en"] in text for fact in facts)
        assert page.locator(".kb-differences").first.is_visible()


# --- On paper ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_relationship_is_printed_as_a_report(
    browser: Browser, host: str, real: Site, places: Places, language: str
) -> None:
    row = real.base.settings.matrix.row
    studies, findings = expected(real, places["relationship"].split("/")[-2])
    with visit(browser, host) as one:
        page = one.page
        one.open(f"{host}/{language}/{places['relationship']}", "networkidle")
        page.emulate_media(media="print")
        for gone in (".md-header", ".md-footer", ".kb-tools", ".kb-choose", ".headerlink"):
            assert page.locator(f"{gone}:visible").count() == 0, gone
        assert page.locator(f"{ROWS}:visible").count() == studies
        assert page.locator(".kb-findings li[data-terms]:visible").count() == findings
        assert page.locator(".kb-address").inner_text().endswith(page.url)
        sources = page.locator(".kb-sources").inner_text()
        first = real.base.references[real.base.studies({row: "D"})[0].reports[0]]
        assert first.title in sources
        assert first.link in sources
        size = len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4")))
    assert size <= 3 + studies / 3
