"""What ``kb serve`` runs: the live site on a local address, which follows every change.

While the records have a problem, the pages from before it are shown, and say so.
"""

from __future__ import annotations

import gc
import logging
import posixpath
import signal
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from html import escape
from pathlib import Path
from typing import Any

from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException
from mkdocs.livereload import LiveReloadServer

from kb.base import KnowledgeBase, load
from kb.problems import CorpusError
from kb.site.behind import Behind
from kb.site.live import Live, Titles

Tell = Callable[[str], None]

LOOK_EVERY = 0.25
"""Seconds between two looks at the files."""
SEARCH = "/search/search_index.json"
WATCHED = ("corpus", "docs", "references.bib", "mkdocs.yml")

FAILURES = (CorpusError, MkDocsException, OSError, SystemExit)

_BANNER = (
    '<div role="alert" style="position:fixed;z-index:9;inset:auto 0 0;max-height:50vh;padding:1rem;'
    'overflow:auto;background:#b00020;color:#fff;font-size:16px"><pre style="margin:0;'
    'white-space:pre-wrap">{}</pre></div>'
)


class Server(LiveReloadServer):
    """A server that makes its answers when they are asked for.

    ``tell`` gets a line for each thing that happens. Raises what MkDocs raises when the
    configuration or the pages do not allow a site.
    """

    def __init__(
        self, base: KnowledgeBase, configuration: Path, config: MkDocsConfig, tell: Tell
    ) -> None:
        host, port = config.dev_addr
        super().__init__(self.again, host, port, str(base.corpus.root), "/", LOOK_EVERY)
        self._configuration, self._tell = configuration, tell
        self._titles: Titles = {}
        self._problem = ""
        self._live = self._load(base, base.corpus.languages)
        self._behind = Behind(configuration, self.url, tell)
        for name in WATCHED:
            if (base.corpus.root / name).exists():
                self.watch(str(base.corpus.root / name))
        for path in config.watch:
            self.watch(path)

    def run(self) -> None:
        """Serve until interrupted. Raises :class:`OSError` when the address is not to be had."""
        try:
            self._behind.begin()
            self.serve()  # type: ignore[no-untyped-call]
        finally:
            self._behind.close()
            self.shutdown()

    def server_activate(self) -> None:
        """Tell where the site is, once it is there."""
        super().server_activate()
        self._tell(f"{self.url} follows every change; Ctrl+C ends it")

    def again(self) -> None:
        """Take the sources as they are now; when they have a problem, keep to those from before."""
        started = time.monotonic()
        gc.disable()  # for what is made now stays
        try:
            base = load(self._configuration.parent)
            self._live = self._load(base, frozenset(self._live.seen))
        except FAILURES as error:
            self._behind.end()
            self._problem = str(error).strip()
            self._tell(f"{self._problem}\nThe pages from before this are shown until it is mended.")
        else:
            self._problem = ""
            self._behind.begin()
            self._tell(f"changed; read again in {time.monotonic() - started:.1f} s")
        finally:
            gc.enable()

    def serve_request(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        """The answer to a request; MkDocs' own is the one that makes browsers load a page anew."""
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "ignore")
        if path.startswith("/livereload/"):
            return super().serve_request(environ, start_response)
        epoch = self._visible_epoch  # of before the page, so that a change meanwhile is not missed
        status, kind, content = self._answer(path)
        if kind == "text/html":
            content = self._inject_js_into_html(content, epoch)
        headers = [("Content-Type", kind), ("Content-Length", str(len(content)))]
        if status.startswith("302"):
            headers.append(("Location", f"{environ['PATH_INFO']}/"))
        start_response(status, headers)
        return [content]

    def _answer(self, path: str) -> tuple[str, str, bytes]:
        name = posixpath.normpath("/" + path + ("index.html" if path.endswith("/") else ""))[1:]
        name = name.lstrip("/")
        try:
            content = self._live.content(name)
            if content is None and self._live.content(f"{name}/index.html"):
                return "302 Found", "text/html", b""
            if content is None:
                content = self._behind.content(name, wait=name.endswith(SEARCH))
        except FAILURES as error:
            self._tell(str(error))
            return "500 Not made", "text/html", _BANNER.format(escape(str(error))).encode()
        if content is None:
            page = self._behind.content(f"{name.partition('/')[0]}/404.html")
            return "404 Not Found", "text/html", page or b"<p>404</p>"
        return "200 OK", self._guess_type(name), content  # type: ignore[no-untyped-call]

    def _inject_js_into_html(self, content: bytes, epoch: int) -> bytes:
        page: bytes = super()._inject_js_into_html(content, epoch)  # type: ignore[no-untyped-call]
        banner = _BANNER.format(escape(self._problem)).encode() if self._problem else b""
        return page + banner

    def _load(self, base: KnowledgeBase, languages: Iterable[str]) -> Live:
        live = Live(base, self._configuration, self.url, self._titles)
        for language in languages:
            live.prepare(language)
        return live


def serve(base: KnowledgeBase, configuration: Path, address: str, tell: Tell) -> None:
    """Serve a knowledge base at an address, ``HOST:PORT``, until interrupted or ended."""
    errors = logging.StreamHandler()
    errors.setLevel(logging.ERROR)  # warnings of pages are told once all pages have been made
    logging.getLogger("mkdocs").addHandler(errors)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    config = load_config(str(configuration), dev_addr=address)
    with suppress(KeyboardInterrupt):
        Server(base, configuration, config, tell).run()
