"""A site within bounds: tables in parts, plain pages of records, a search that knows titles."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser

from kb import addresses
from kb.base import KnowledgeBase, load
from kb.records import FULL_PAGES, SEARCHED, SiteSize
from kb.site import generate, network, paging, searching
from kb.site.build import build_site
from tests import test_site
from tests.browsing import AXE, TOO_WIDE, VIOLATIONS, WIDTHS, serving, visit
from tests.sites import Document, Site, copy, own_environment, shown

pytest_plugins = ["tests.site_fixtures", "tests.browser_fixtures"]

ADDRESS = "https://example.org/kb/"
BOUNDS = "site_size: {rows_per_page: 2, studies_per_list: 1, pages: plain, search: titles}\n"


@pytest.fixture(scope="session")
def bounded(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The made-up knowledge base built with bounds that it exceeds."""
    root = copy("fixture", tmp_path_factory.mktemp("bounded") / "base")
    with (root / "corpus" / "knowledge-base.yml").open("a", encoding="utf-8") as settings:
        settings.write(BOUNDS)
    with (root / "mkdocs.yml").open("a", encoding="utf-8") as configuration:
        configuration.write(f"site_url: {ADDRESS}\n")
    base = load(root)
    with own_environment():
        return Site("fixture", base, build_site(base, root / "site").folder)


@pytest.fixture(scope="session")
def bounded_host(bounded: Site) -> Iterator[str]:
    """The address at which that site is served."""
    with serving(bounded.folder) as address:
        yield address


@given(st.lists(st.integers(), max_size=30), st.integers(1, 12))
def test_parts_hold_every_row_once_in_order(rows: list[int], most: int) -> None:
    made = paging.parts("all/", rows, most)
    assert [row for part in made for row in part.rows] == rows
    assert all(len(part.rows) <= most and part.all == len(rows) for part in made)
    assert [part.here for part in made] == [address for _, address in made[0].others]
    assert made[0].here == "all/"
    assert made[0].previous is None
    assert made[-1].following is None
    for one, other in pairwise(made):
        assert (one.following, one.here) == (other.here, other.previous)
        assert other.first == one.last + 1


@pytest.mark.parametrize(
    ("settings", "studies", "plain", "titles"),
    [
        ({}, SEARCHED, False, False),
        ({}, SEARCHED + 1, False, True),
        ({}, FULL_PAGES, False, True),
        ({}, FULL_PAGES + 1, True, True),
        ({"pages": "full", "search": "full"}, 10**6, False, False),
        ({"pages": "plain", "search": "full"}, 1, True, True),
        ({"search": "titles"}, 1, False, True),
    ],
)
def test_what_auto_chooses(
    settings: Mapping[str, str], studies: int, plain: bool, titles: bool
) -> None:
    size = SiteSize.model_validate(settings)
    assert (size.plain(studies), size.titles_only(studies)) == (plain, titles)


def test_the_bounded_site_is_whole(bounded: Site) -> None:
    test_site.test_every_link_leads_to_a_file_and_a_place(bounded)
    test_site.test_an_id_stands_only_once_on_a_page(bounded)
    test_site.test_no_template_is_left_on_a_page(bounded)
    test_site.test_nothing_is_loaded_from_elsewhere(bounded)
    test_site.test_all_languages_have_the_same_pages(bounded)


def test_bounds_take_no_page_away(bounded: Site, sites: Mapping[str, Site]) -> None:
    before, after = set(sites["fixture"].addresses), set(bounded.addresses)
    assert before <= after
    assert {address for address in after - before if "/page/" not in address} == set()


def _walk(site: Site, language: str, start: str) -> Iterator[tuple[str, Document]]:
    """A table's pages as readers reach them, by the link to the next one."""
    address = f"{language}/{start}"
    while address:
        page = site.page(address)
        yield address, page
        links = (one for tag, one in page.tags if tag == "a" and one.get("rel") == "next")
        link = next(links, None)
        address = urljoin(f"/{address}", link["href"]).lstrip("/") if link else ""


def test_the_pages_of_a_table_hold_every_record_once(bounded: Site) -> None:
    corpus = bounded.base.corpus
    for language in bounded.languages:
        tables: tuple[tuple[str, Collection[str]], ...] = (
            ("studies/", corpus.studies),
            ("references/", corpus.references),
            ("claims/", corpus.claims),
            ("stated-gaps/", corpus.gaps),
        )
        for start, records in tables:
            walked = list(_walk(bounded, language, start))
            rows = [
                [own["data-id"] for tag, own in page.tags if tag == "tr" and "data-id" in own]
                for _, page in walked
            ]
            assert all(len(own) <= 2 for own in rows)
            assert sorted(one for own in rows for one in own) == sorted(records)
            words = corpus.words(language)
            if len(records) <= 2:
                assert len(walked) == 1
                continue
            said = words["pager_rows"].format(first=1, last=2, all=len(records))
            assert said in shown(walked[0][1].content)
            assert words["pager_note"].partition(":")[0] in shown(walked[1][1].content)


def test_plain_pages_tell_what_the_full_ones_tell(bounded: Site, sites: Mapping[str, Site]) -> None:
    full, corpus = sites["fixture"], bounded.base.corpus
    own = [addresses.of_study(one) for one in corpus.studies]
    own += [addresses.of_reference(one) for one in corpus.references]
    for language in bounded.languages:
        for address in own:
            plain, other = (site.page(f"{language}/{address}") for site in (bounded, full))
            main = plain.text.partition("<main")[2].partition("</main>")[0]
            assert "md-header" not in plain.text
            assert shown(f"<main{main}") == shown(f"<a{other.content}").replace(" ¶", "")
            for tag in (
                r'<meta name="citation_[^>]*>',
                r"<script type=.application/ld.*?</script>",
            ):
                assert re.findall(tag, plain.text) == re.findall(tag, other.text)
            assert "Content-Security-Policy" in plain.text


def test_the_sitemap_has_every_page_once(bounded: Site) -> None:
    for language in bounded.languages:
        folder = bounded.folder / language
        listed = re.findall(r"<loc>(.*?)</loc>", (folder / "sitemap.xml").read_text("utf-8"))
        pages = (path.parent.relative_to(folder).as_posix() for path in folder.rglob("index.html"))
        made = [f"{ADDRESS}{language}/{'' if page == '.' else f'{page}/'}" for page in pages]
        assert sorted(listed) == sorted(made)


def test_the_settings_tell_the_address_of_the_site(bounded: Site) -> None:
    base, language = bounded.base, bounded.languages[0]
    named = base.settings.model_copy(update={"site": ADDRESS})
    own = generate.settings(KnowledgeBase(replace(base.corpus, settings=named)), language)
    assert own["site_url"] == f"{ADDRESS}{language}/"
    assert "site_url" not in generate.settings(base, language)


def test_the_search_knows_every_title_and_no_body(bounded: Site) -> None:
    for language in bounded.languages:
        index = json.loads((bounded.folder / language / searching.INDEX).read_text("utf-8"))
        found = [one for one in index["docs"] if re.match(r"studies/[^/]+/", one["location"])]
        studies = {addresses.of_study(one) for one in bounded.base.corpus.studies}
        assert {one["location"] for one in found} == studies
        assert {one["text"] for one in found} == {""}
        said = shown(bounded.page(f"{language}/method/").content)
        assert bounded.base.corpus.words(language)["search_covers"] in said


def test_titles_stop_at_the_bound(
    bounded: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, view = tmp_path / "index.json", bounded.view(bounded.languages[0])
    for bound in (150, 250, 10_000):
        monkeypatch.setattr(searching, "BOUND", bound)
        index.write_text('{"docs":[]}', "utf-8")
        searching.fit(view, index)
        number = len(json.loads(index.read_text("utf-8"))["docs"])
        assert index.stat().st_size <= bound
        assert (number == len(bounded.base.corpus.studies)) == (bound == 10_000)


def test_texts_of_claims_and_gaps_make_room_for_titles(
    bounded: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, view = tmp_path / "index.json", bounded.view(bounded.languages[0])
    gap, page = "stated-gaps/some/", {"location": "method/", "title": "M", "text": "long " * 9}
    docs = [page] + [
        {"location": gap + part, "title": "T", "text": "long " * 99} for part in ("", "#by")
    ]
    for bound, kept in ((700, False), (100_000, True)):
        monkeypatch.setattr(searching, "BOUND", bound)
        index.write_text(json.dumps({"docs": docs}), "utf-8")
        searching.fit(view, index)
        found = {one["location"]: one for one in json.loads(index.read_text("utf-8"))["docs"]}
        assert index.stat().st_size <= bound
        assert found["method/"] == page
        assert (gap + "#by" in found) is (found[gap]["text"] != "") is kept
        assert any(name.startswith("studies/") for name in found)


def test_long_lists_say_what_they_leave_out(bounded: Site) -> None:
    language = bounded.languages[0]
    settings = bounded.base.settings.matrix
    matrix = bounded.base.matrix(settings.row, settings.column)
    cell = max(matrix.cells, key=lambda one: len(one.studies))
    page = bounded.page(f"{language}/{addresses.of_row(settings.row, settings.column, cell.row)}")
    words = bounded.base.corpus.words(language)
    assert words["list_more"].format(shown=1, all=len(cell.studies)) in shown(page.content)
    explorer = addresses.of_cell_in_view(settings.row, settings.column, cell.row, cell.column)
    assert any((link.get("href") or "").endswith(explorer) for _, link in page.tags)


def test_lists_of_records_stop_and_say_so(bounded: Site) -> None:
    language, corpus = bounded.languages[0], bounded.base.corpus
    words, most = corpus.words(language), bounded.base.settings.site_size.studies_per_list
    facet = bounded.base.codebook[bounded.base.settings.matrix.row]
    view = bounded.view(language)
    term = max(facet.current, key=lambda one: len(view.gaps_at(facet.id, one.id)))
    number = len(view.gaps_at(facet.id, term.id))
    assert number > most
    page = bounded.page(f"{language}/{addresses.of_term(facet, term.id)}")
    assert words["list_first"].format(shown=most, all=number) in shown(page.content)
    listed = [one.get("href", "") for tag, one in page.tags if tag == "a"]
    assert sum("/stated-gaps/" in one and not one.endswith("/stated-gaps/") for one in listed) == 1
    graph = shown(bounded.page(f"{language}/{addresses.GRAPH}").content)
    told, _ = network.bearing(network.standing(view))
    assert words["list_first"].format(shown=most, all=len(told)) in graph


@pytest.mark.browser
def test_plain_pages_and_parts_in_a_browser(
    browser: Browser, bounded: Site, bounded_host: str
) -> None:
    language = bounded.languages[0]
    study, key = next(iter(bounded.base.corpus.studies)), next(iter(bounded.base.corpus.references))
    places = (addresses.of_study(study), addresses.of_reference(key), "studies/page/2/")
    with visit(browser, bounded_host) as one:
        for place in places:
            one.open(f"{bounded_host}/{language}/{place}", "networkidle")
            for width in reversed(WIDTHS):
                one.page.set_viewport_size({"width": width, "height": 900})
                assert one.page.evaluate(TOO_WIDE) == [], (place, width)
            one.page.evaluate(AXE)
            assert one.page.evaluate(VIOLATIONS) == [], place


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False])
def test_every_study_is_reached(
    browser: Browser, bounded: Site, bounded_host: str, scripts: bool
) -> None:
    """From the table, over its parts, by the keyboard's and the mouse's means alone: links."""
    language, reached = bounded.languages[0], set[str]()
    with visit(browser, bounded_host, java_script_enabled=scripts) as one:
        one.open(f"{bounded_host}/{language}/studies/")
        for _ in bounded.base.corpus.studies:
            links = one.page.locator("tbody th a").evaluate_all("all => all.map(one => one.href)")
            reached |= set(links)
            following = one.page.locator('a[rel="next"]').first
            if not following.count():
                break
            address = urljoin(one.page.url, following.get_attribute("href") or "")
            following.click()
            one.page.wait_for_url(address)
        for address in sorted(reached):
            one.open(address)
            assert one.page.locator("main h1").is_visible(), address
    studies = bounded.base.corpus.studies
    assert reached == {f"{bounded_host}/{language}/{addresses.of_study(s)}" for s in studies}


@pytest.mark.browser
def test_a_study_that_the_chooser_leaves_out_can_be_compared(
    browser: Browser, bounded: Site, bounded_host: str
) -> None:
    language = bounded.languages[0]
    with visit(browser, bounded_host) as one:
        one.open(f"{bounded_host}/{language}/{addresses.COMPARE}")
        items = one.page.locator(".kb-chooser li").evaluate_all("all => all.map(x => x.dataset.id)")
        assert len(items) == bounded.base.settings.site_size.rows_per_page
        other = next(name for name in bounded.base.corpus.studies if name not in items)
        one.open(f"{bounded_host}/{language}/{addresses.of_comparison([items[0], other])}")
        one.page.locator(".kb-comparison").wait_for()
        assert one.page.locator(".kb-comparison thead a").count() == 2
