"""The site while someone works on it: each page and file is made when it is asked for.

A change of one record shows in tables, counts and pages of terms all over the site. To make all
pages again takes minutes for a large knowledge base, to make the one that is looked at a moment.
Nothing is carried over from before a change, so nothing of it can be stale.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, partial
from pathlib import Path
from threading import RLock
from typing import cast

from mkdocs.commands.build import get_context
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel, set_exclusions
from mkdocs.structure.nav import get_navigation
from mkdocs.structure.pages import Page

from kb import api, schema
from kb.base import KnowledgeBase
from kb.formats.registry import Download
from kb.site import data, generate, tabs, written
from kb.site.plugin import KnowledgeBasePlugin, Part, failing
from kb.site.root import root_page
from kb.site.view import View

Titles = dict[tuple[str, bytes], str]
"""The titles that pages give themselves, by name and Markdown: kept, as the menu needs them all."""


class Live:
    """The site of a knowledge base as it is now. Threads can ask for files at the same time.

    Its methods raise what MkDocs raises, with the file and the reason, when a page cannot be made.
    """

    def __init__(self, base: KnowledgeBase, configuration: Path, url: str, titles: Titles) -> None:
        self._base, self._titles = base, titles
        self._given = str(configuration), url
        self._data = _Data(base)
        self._languages: dict[str, _Language] = {}
        self._lock = RLock()
        self.seen: set[str] = set()
        """The languages of which something was asked for."""

    def prepare(self, language: str) -> None:
        """Find out which pages a language has, and make its hand-written ones."""
        with self._lock, failing():
            if language not in self._languages:
                view = View(self._base, language, self._data.downloads)
                self._languages[language] = _Language(view, *self._given, self._titles)

    def content(self, path: str) -> bytes | None:
        """The file at a path below the site, if there is one."""
        if path == "index.html":
            return root_page(self._base).encode()
        first, _, rest = path.partition("/")
        with self._lock, failing():
            if first not in self._base.corpus.languages:
                return self._data.content(path)
            self.prepare(first)
            self.seen.add(first)
            return self._languages[first].content(rest)


class _Language:
    """The pages of one language, with what MkDocs knows of them before it makes any."""

    def __init__(self, view: View, configuration: str, url: str, titles: Titles) -> None:
        self._language, self._sources = view.language, generate.sources(view)
        self._codebook = view.codebook
        own = dict(written.files(view, self._sources))
        self._sources |= {name: partial(bytes, content) for name, content in own.items()}
        self._config = config = _configured(view, configuration, url)
        self._env = config.theme.get_env()
        files = Files(map(self._file, self._sources))
        files.add_files_from_theme(self._env, config)
        self._files = files = config.plugins.on_files(files, config=config)
        set_exclusions(files, config)
        listed = Files(file for file in files if file.inclusion.is_in_nav())  # type: ignore[no-untyped-call]
        nav = get_navigation(listed, config)  # of all, it would make a page now
        self._nav = config.plugins.on_nav(nav, config=config, files=files)
        self._env = config.plugins.on_env(self._env, config=config, files=files)
        served = InclusionLevel.is_in_serve
        self._pages = files.documentation_pages(inclusion=served)
        self._by_address = {file.dest_uri: file for file in files if served(file.inclusion)}  # type: ignore[no-untyped-call]
        self._made: dict[str, bytes] = {}
        self._name_pages(titles)

    def content(self, address: str) -> bytes | None:
        """The file at an address below the folder of the language, if there is one."""
        file = self._by_address.get(address)
        if file and address not in self._made:
            page = file.is_documentation_page()
            self._made[address] = self._page(file) if page else self._source(file).content_bytes
        return self._made.get(address)

    def _file(self, name: str) -> File:
        config = self._config
        return File(name, config.docs_dir, config.site_dir, config.use_directory_urls)

    def _source(self, file: File) -> File:
        if file.src_uri in self._sources:  # and not of the theme
            file.content_bytes = self._sources[file.src_uri]()
        return file

    def _name_pages(self, titles: Titles) -> None:
        """Give the pages of the menu the titles that they give themselves."""
        for page in self._nav.pages:
            if page.title is None:
                name = f"{self._config.docs_dir}/{page.file.src_uri}"
                key = name, self._source(page.file).content_bytes
                if key not in titles:
                    self._convert(page)
                    titles[key] = str(page.title)
                page.title = titles[key]

    def _page(self, file: File) -> bytes:
        page = file.page or self._outside(file)
        self._convert(page)
        plugins, config = self._config.plugins, self._config
        # MkDocs keeps one object of the plugin for all configurations that it loads.
        own = cast(KnowledgeBasePlugin, plugins["kb"])
        own.language, own.guarded = self._language, False
        with _active(page):
            context = get_context(self._nav, self._pages, config, page)
            template = self._env.get_template(page.meta.get("template", "main.html"))
            context = plugins.on_page_context(context, page=page, config=config, nav=self._nav)
            output = plugins.on_post_page(template.render(context), page=page, config=config)
        return str(output).encode("utf-8", "xmlcharrefreplace")

    def _outside(self, file: File) -> Page:
        """A page that the menu does not have, made when it is asked for."""
        page = Page(None, file, self._config)
        tabs.mark(self._codebook, self._nav, Files([file]))
        return page

    def _convert(self, page: Page) -> None:
        """Read the Markdown of a page and convert it, with all that the plugins do meanwhile."""
        plugins, config, files = self._config.plugins, self._config, self._files
        self._source(page.file)
        page = plugins.on_pre_page(page, config=config, files=files)
        page.read_source(config)
        page.markdown = plugins.on_page_markdown(
            page.markdown or "", page=page, config=config, files=files
        )
        page.render(config, files)
        page.content = plugins.on_page_content(
            page.content or "", page=page, config=config, files=files
        )


class _Data:
    """What lies beside the languages: the static API, its schemas and the files of data."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._base = base
        self.downloads = data.Later(lambda: self._downloads[1])

    def content(self, path: str) -> bytes | None:
        """The file at a path below the site, if there is one."""
        first, _, rest = path.partition("/")
        if first == "data" and rest in {one.path for one in self.downloads}:
            return (self._downloads[0] / rest).read_bytes()
        files = {"api": lambda: self._api, "schema": lambda: self._schemas}
        text = files[first]().get(path) if first in files else None
        return None if text is None else text.encode()

    @cached_property
    def _downloads(self) -> tuple[Path, Sequence[Download]]:
        folder = Path(tempfile.mkdtemp(prefix="kb-data-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return folder, data.make(self._base, folder)

    @cached_property
    def _api(self) -> dict[str, str]:
        return {f"{api.FOLDER}/{path}": content for path, content in api.files(self._base)}

    @cached_property
    def _schemas(self) -> dict[str, str]:
        files = schema.files(self._base.settings, self._base.codebook)
        return {f"schema/{path}": content for path, content in files.items()}


def _configured(view: View, configuration: str, url: str) -> MkDocsConfig:
    config = load_config(configuration, site_url=url)
    plugin = cast(KnowledgeBasePlugin, config.plugins["kb"])
    output = generate.docs_folder(view.corpus.root, "").parent / "live"  # where nothing is written
    plugin.part = Part(view.base, view.language, output, view.downloads, writes=False)
    config.plugins.on_startup(command="serve", dirty=False)
    config = config.plugins.on_config(config)
    config.plugins.on_pre_build(config=config)
    return config


@contextmanager
def _active(page: Page) -> Iterator[None]:
    """Mark a page in the menu while it is made."""
    page.active = True
    try:
        yield
    finally:
        page.active = False
