"""Pages that the theme swaps in place: each script starts anew on every page, and Back works."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from kb import addresses
from kb.base import load
from kb.site.build import build_site
from kb.site.view import View
from tests.browsing import Quiet, visit
from tests.sites import copy, own_environment

pytest_plugins = ["tests.browser_fixtures"]
pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Instant:
    """The made-up site with instant navigation: where it is served, and its words."""

    host: str
    view: View

    def at(self, address: str) -> str:
        """A page of the first language."""
        return f"{self.host}/{self.view.language}/{address}"


@pytest.fixture(scope="module")
def instant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instant]:
    """The made-up knowledge base, built for the address at which it is served."""
    root = copy("fixture", tmp_path_factory.mktemp("instant") / "base")
    handler = functools.partial(Quiet, directory=str(root / "site"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        host = f"http://127.0.0.1:{server.server_port}"
        _configure(root / "mkdocs.yml", host)
        base = load(root)
        with own_environment():
            build_site(base, root / "site")
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Instant(host, View(base, base.corpus.languages[0]))
        server.shutdown()
        thread.join()


def _configure(path: Path, host: str) -> None:
    text = path.read_text("utf-8")
    features = "  features:\n"
    assert features in text
    text = text.replace(features, f"{features}    - navigation.instant\n")
    path.write_text(f"site_url: {host}/\n{text}", "utf-8")


def test_every_part_starts_on_each_page_and_back_leads_to_what_was_shown(
    browser: Browser, instant: Instant
) -> None:
    view, at = instant.view, instant.at
    with visit(browser, instant.host) as one:
        page = one.page
        one.open(at(""), "networkidle")
        page.evaluate("window.kept = true")  # lost if a page is loaded anew

        def goes(address: str, started: str) -> None:
            link = page.locator("a:visible").and_(page.locator(f'a[href$="{address}"]')).first
            link.click()
            page.wait_for_url(at(address))
            expect(page.locator(started)).to_be_visible()
            assert page.evaluate("window.kept"), address

        goes("gaps/", ".kb-explore")
        page.locator("td.kb-cell a").first.click()
        expect(page.locator(".kb-opened h3")).to_be_visible()
        explored = page.url
        assert "cell=" in explored

        goes("studies/", ".kb-tools")
        page.locator(".kb-tools input[type=search]").fill("a")
        page.locator(".kb-choose input").first.check()
        page.wait_for_url("**/studies/?*_chosen=*")
        listed, rows = page.url, page.locator(".kb-sheet tbody tr:visible").count()

        goes("browse/", "ul.kb-cards")
        goes(addresses.GRAPH, ".kb-net__list h2")
        page.locator(".kb-net__list a").first.click()
        page.wait_for_url("**/graph/?at=*")

        page.go_back()
        page.go_back()
        page.go_back()
        page.wait_for_url(listed)
        expect(page.locator(".kb-sheet tbody tr:visible")).to_have_count(rows)
        expect(page.locator(".kb-choose input").first).to_be_checked()
        page.get_by_role("link", name=view.t("compare_side_by_side")).click()
        page.wait_for_url("**/compare/?studies=*")
        expect(page.locator("table.kb-comparison")).to_be_visible()

        page.go_back()
        page.wait_for_url(listed)
        expect(page.locator(".kb-tools")).to_be_visible()
        page.go_back()
        page.wait_for_url(explored)
        expect(page.locator(".kb-opened h3")).to_be_visible()
        assert page.evaluate("window.kept")
        assert one.problems == []
