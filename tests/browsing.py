"""What the tests in a browser share: how it is started, and pages that are watched."""

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
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    expect,
)

Places = Mapping[str, str]
Profiles = Mapping[str, BrowserContext]
Until = Literal["load", "networkidle"]

LANGUAGES = ("en", "sv")
SCHEMES = {"light": "default", "dark": "slate"}
WIDTHS = (1440, 390, 320)
KINDS = (
    "home", "known", "gaps", "matrix", "long matrix", "row of cells", "empty cell", "relationship",
    "outcome", "facet", "studies", "study", "reference", "references", "browse", "codebook",
    "method", "data", "rules", "contribute", "fields", "commands", "concept", "spread", "figures",
    "graph", "authors", "claims", "stated-gaps", "compare", "compared", "contested",
    "contested term", "contested cells",
)  # fmt: skip
WITH_MATRIX = ("home", "gaps", "matrix", "long matrix")

# No service of Chromium's own is asked for anything; its sandbox cannot be had as root.
FLAGS = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
VIOLATIONS = """async () => {
  const values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const found = await axe.run(document, {
    resultTypes: ["violations"], runOnly: {type: "tag", values}});
  return found.violations.flatMap(one => one.nodes.map(
    node => `${one.id} at ${node.target.join(" ")}: ${node.failureSummary}`));
}"""
UNSTARTED = "[data-kb]:not([data-kb-started=done])"
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


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, format: str, *args: object) -> None:
        """Drops the message."""


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address at which the files of a folder are served, without a slash at the end."""
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@dataclass
class Visit:
    """A page in the browser, what it has asked for, and what went wrong on it."""

    page: Page
    scripts: bool = True
    asked: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def open(self, address: str, until: Until = "load") -> None:
        """Go to an address; its scripts, if they run, have started all that the page asks for."""
        self.page.goto(address, wait_until=until)
        self.started()

    def started(self) -> None:
        """Wait until the scripts of a page have started, if they run."""
        if self.scripts:
            expect(self.page.locator(UNSTARTED)).to_have_count(0)


@contextmanager
def visit(browser: Browser, host: str, scheme: str = "light", **more: object) -> Iterator[Visit]:
    """An empty page in a profile of its own, watched in the same way."""
    context = browser.new_context(**profile(scheme), **more)  # type: ignore[arg-type]
    try:
        with watched(context, host) as one:
            one.scripts = bool(more.get("java_script_enabled", True))
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


@contextmanager
def watched(context: BrowserContext, host: str) -> Iterator[Visit]:
    """An empty page; afterwards there must have been no problem."""
    one = Visit(context.new_page())

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            one.problems.append(message.text)

    def on_request(request: Request) -> None:
        one.asked.append(request.url)
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
