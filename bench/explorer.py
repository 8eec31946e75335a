"""How long the gap explorer takes from a filter to the finished table.

``python bench/explorer.py [N ...]`` opens the page of a small made-up site in Chromium, with the
facts of N made-up studies (those of ``bench/corpora.py``) in place of its own, and ticks every box
of every filter in some views. Times are milliseconds: until the table is made and laid out, and
until it has been painted.
"""

from __future__ import annotations

import gzip
import json
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import kb
from bench.corpora import write
from kb.columns import columns
from kb.site.build import build_site
from tests.browsing import FLAGS, executable

SITE = "http://site.test/"
SHOWN = 60
"""Studies of the site whose page is opened."""
VIEWS = ("", "?segments=country", "?down=practice&across=outcome", "?here=country.country-3")
TICK = """async () => {
  const times = [];
  for (const fold of document.querySelectorAll(".kb-filters details")) {
    for (const box of fold.querySelectorAll("label:not(.kb-every) input[type=checkbox]")) {
      const begun = performance.now();
      box.click();
      document.body.offsetHeight;
      const made = performance.now() - begun;
      await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
      times.push([made, performance.now() - begun]);
      box.click();
      await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    }
  }
  return times;
}"""


def main() -> None:
    """Measure the sizes named on the command line, and print a table."""
    with tempfile.TemporaryDirectory(prefix="kb-bench-") as folder:
        write(Path(folder), SHOWN)
        site = build_site(kb.load(folder), Path(folder) / "site").folder
        for size in [int(given) for given in sys.argv[1:]] or [2000]:
            text = facts(size)
            packed = len(gzip.compress(text.encode(), 9))
            print(f"{size} studies, facts.json {len(text):,} bytes, compressed {packed:,}")
            for view, times in measured(site, text):
                made, painted = ([one[at] for one in times] for at in (0, 1))
                print(f"  {view or 'default view':32} {_told(made)}   painted {_told(painted)}")


def facts(size: int) -> str:
    """``facts.json`` of some made-up studies."""
    with tempfile.TemporaryDirectory(prefix="kb-bench-") as folder:
        write(Path(folder), size)
        base = kb.load(folder)
        return json.dumps({"generated_from": "bench", "data": columns(base.corpus, base.facts)})


def measured(site: Path, text: str) -> Iterator[tuple[str, Sequence[Sequence[float]]]]:
    """The times of each view."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable(), args=[*FLAGS, "--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.route(f"{SITE}**", lambda route: route.fulfill(**_file(site, route.request.url, text)))
        for view in VIEWS:
            yield view, _ticked(page, view)
        browser.close()


def _ticked(page: Page, view: str) -> Sequence[Sequence[float]]:
    page.goto(f"{SITE}en/gaps/{view}")
    page.locator("form.kb-explore").wait_for()
    page.evaluate(TICK)  # once to warm up
    found: Sequence[Sequence[float]] = page.evaluate(TICK)
    return found


def _file(site: Path, url: str, text: str) -> Mapping[str, Any]:
    path = site / url.removeprefix(SITE).partition("?")[0]
    if path.name == "facts.json":
        return {"body": text, "content_type": "application/json"}
    return {"path": path / "index.html" if path.is_dir() else path}


def _told(values: Sequence[float]) -> str:
    ordered = sorted(values)
    high = ordered[int(len(ordered) * 0.95)]
    return f"median {statistics.median(values):5.1f}, 95 % {high:5.1f}, most {ordered[-1]:5.1f}"


if __name__ == "__main__":
    main()
