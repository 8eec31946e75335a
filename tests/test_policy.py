"""The Content-Security-Policy of the pages: it is there, it lets the page work, and it holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from kb.site.policy import RULES, guarded, policy
from tests.sites import Site

pytest_plugins = ["tests.site_fixtures", "tests.browser_fixtures"]

DOCS = Path(__file__).parents[1] / "docs"
PAGE = "<head><meta charset=utf-8><title>x</title></head><script>let a = 1</script>"


def test_every_page_has_its_policy(site: Site) -> None:
    for path in site.folder.rglob("*.html"):
        text = path.read_text("utf-8")
        found = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
        assert found == [policy(text)], path
        assert text.index("Content-Security-Policy") < text.index("<title>"), path


def test_scripts_that_stand_in_a_page_are_allowed_by_their_content() -> None:
    # As OpenSSL computes it.
    assert "'sha256-LAfYd7pbFUgwfQu8b4q135PeTG2z+/coPEUYCd74eCQ='" in policy(PAGE)
    assert policy(PAGE) != policy(PAGE.replace("1", "2"))
    assert policy(PAGE) == policy(f"{PAGE}<script type='application/json'>2</script>")
    assert policy(PAGE) == policy(f'{PAGE}<script src="a.js"></script>')


def test_the_policy_comes_before_all_else() -> None:
    head, _, rest = guarded(PAGE).partition("<title>")
    assert head.index("charset") < head.index("Content-Security-Policy")
    assert guarded("no page") == "no page"
    assert rest.endswith("</script>")


@pytest.mark.parametrize("path", sorted(DOCS.glob("*/commands/index.md")))
def test_the_docs_show_it(path: Path) -> None:
    text = " ".join(path.read_text("utf-8").split())
    for name, allowed in RULES.items():
        assert f"{name} {allowed}" in text, name


@pytest.mark.browser
def test_a_script_that_is_slipped_in_does_not_run(
    browser: Browser, sites: dict[str, Site], tmp_path: Path
) -> None:
    page = (sites["real"].folder / "en" / "index.html").read_text("utf-8")
    harmful = "<script>document.title = 'taken over'</script>"
    image = "<img src='data:,' onerror=\"document.title = 'taken over'\">"
    (tmp_path / "index.html").write_text(page.replace("<article", f"{harmful}{image}<article", 1))
    tab = browser.new_page()
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.goto((tmp_path / "index.html").as_uri())
    tab.wait_for_timeout(300)
    assert tab.title() != "taken over"
    assert sum("Content Security Policy" in one for one in said) >= 2
    tab.close()
