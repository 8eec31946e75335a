"""The MkDocs plugin: lets ``mkdocs build`` and ``mkdocs serve`` make the whole site.

The configured site folder gets one folder for each language, the root page and the data.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal, cast

from jinja2 import Environment
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.config_options import ExtraScriptValue
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext
from pathspec.gitignore import GitIgnoreSpec

from kb import base as bases
from kb.base import KnowledgeBase
from kb.bibwriter import Unwritable
from kb.formats.registry import Download
from kb.problems import CorpusError
from kb.site import data, generate, policy, raw, searching, standalone, tabs
from kb.site.beside import SPAWN, Beside
from kb.site.compiled import COMPILED
from kb.site.heard import listening, telling
from kb.site.pages import compile_all
from kb.site.root import root_page
from kb.site.shared import share
from kb.site.view import View
from kb.site.written import WrittenError


@dataclass(frozen=True, slots=True)
class Part:
    """A build of one language that something else has begun."""

    base: KnowledgeBase
    language: str
    output: Path
    downloads: Sequence[Download] = ()
    writes: bool = True
    """Whether the Markdown is written, and not made page by page by whoever began it."""


class KnowledgeBasePlugin(BasePlugin):  # type: ignore[no-untyped-call, type-arg]
    """Makes the first language's pages and site; the others, and the data, are made beside it."""

    base: KnowledgeBase | None = None
    language = ""
    output = Path()
    downloads: Sequence[Download] = ()
    given: KnowledgeBase | None = None
    """The knowledge base, if whoever begins the build has read it."""
    nav: Navigation | None = None
    part: Part | None = None
    """What to build, if this is not the build that begins the others."""
    guarded = True
    """Whether pages get their policy; the script by which MkDocs reloads them would break it."""

    def __init__(self) -> None:
        self.beside = Beside()
        self.aside: dict[str, bytes] = {}
        """The finished HTML of each page that is being made, packed: MkDocs reads all pages before
        it makes the first."""

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Note whether the pages are for readers or for someone who works on them."""
        self.guarded = command != "serve"

    @property
    def leads(self) -> bool:
        """Whether this is the build of the first language, which takes the others along."""
        assert self.base is not None
        return self.language == self.base.corpus.languages[0]

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Point MkDocs to the generated pages of one language."""
        part, self.part, self.beside = self.part, None, Beside()  # one plugin makes many builds
        self.aside.clear()
        if part:
            self.base, self.language = part.base, part.language
            self.output, self.downloads = part.output, part.downloads
        else:
            self.base, self.given = self.given or _load(config), None
            self.language = self.base.corpus.languages[0]
            self.output = Path(config.site_dir)
            self.downloads = self._start_others(config)
        if part is None or part.writes:
            with failing():
                self._generate()
        config.site_dir = str(self.output / self.language)
        config.docs_dir = str(generate.docs_folder(self.base.corpus.root, self.language))
        _apply(config, generate.settings(self.base, self.language), self.language)
        return config

    def on_nav(self, nav: Navigation, /, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Mark a tab also on pages outside the menu."""
        assert self.base is not None
        tabs.mark(self.base.corpus.codebook, nav, files)
        self.nav = nav
        return nav

    def on_env(self, env: Environment, /, *, config: MkDocsConfig, files: Files) -> Environment:
        """Keep templates compiled, and make what many pages have in common once, unless someone has
        changed the theme."""
        env.bytecode_cache = COMPILED
        if self.nav and not config.theme.custom_dir:
            share(env, self.nav)
        return env

    def on_page_markdown(
        self, markdown: str, /, *, page: Page, config: MkDocsConfig, files: Files
    ) -> str:
        """Set aside what is finished."""
        short, blocks = raw.set_aside(markdown)
        self.aside[page.file.src_uri] = raw.packed(blocks)
        return short

    def on_page_content(
        self, html: str, /, *, page: Page, config: MkDocsConfig, files: Files
    ) -> str:
        """Put back what the search is to find."""
        blocks = raw.unpacked(self.aside[page.file.src_uri])
        page.present_anchor_ids = (page.present_anchor_ids or set()) | raw.anchors(blocks)
        return raw.searched(html, blocks)

    @event_priority(-100)  # after the search has read the page
    def on_page_context(
        self, context: TemplateContext, /, *, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> TemplateContext:
        """Put back the rest."""
        blocks = raw.unpacked(self.aside.pop(page.file.src_uri))
        page.content = raw.whole(page.content or "", blocks)
        return context

    def on_post_page(self, output: str, /, *, page: Page, config: MkDocsConfig) -> str:
        """Let the page run no scripts but those of the site, and name its own language."""
        return self._finished(output, config)

    def on_post_template(
        self, output_content: str, /, *, template_name: str, config: MkDocsConfig
    ) -> str:
        """The same for pages that are no documents, such as the one for a wrong address; a list of
        all pages gets those that MkDocs does not know."""
        if template_name == "sitemap.xml":
            assert self.base is not None
            view = View(self.base, self.language)
            return standalone.mapped(view, output_content, config.site_url)
        return self._finished(output_content, config)

    def _finished(self, page: str, config: MkDocsConfig) -> str:
        theirs = config.theme["language"]  # English, where the theme lacks the page's own
        page = page.replace(f'<html lang="{theirs}"', f'<html lang="{self.language}"', 1)
        return self._guarded(page)

    def _guarded(self, page: str) -> str:
        return policy.guarded(page) if self.guarded else page

    @event_priority(-100)  # after the search has written its index
    def on_post_build(self, config: MkDocsConfig) -> None:
        """Write the page that offers all languages; then wait for the data and the others."""
        assert self.base is not None
        index = Path(config.site_dir) / searching.INDEX
        searching.fit(View(self.base, self.language), index)
        if not self.leads:
            return
        data.write_text(self.output / "index.html", self._guarded(root_page(self.base)))
        if not self.beside:
            data.publish(self.base, self.output)
        data.copy(self.base, self.output)
        if why := self.beside.wait():
            raise PluginError(why)

    def on_build_error(self, *, error: Exception) -> None:
        """Leave nothing being built when something fails."""
        self.beside.stop()

    def on_serve(
        self, server: LiveReloadServer, /, *, config: MkDocsConfig, builder: object
    ) -> LiveReloadServer:
        """Watch the sources instead of the pages that are generated from them."""
        assert self.base is not None
        server.unwatch(config.docs_dir)
        for name in ("corpus", "references.bib", "docs"):
            if (self.base.corpus.root / name).exists():
                server.watch(str(self.base.corpus.root / name))
        return server

    def _generate(self) -> None:
        """Write the pages; when the data that they tell of could not be made, the reason is told by
        what makes it."""
        assert self.base is not None
        try:
            generate.generate(self.base, self.language, self.downloads)
        except EOFError as error:
            raise PluginError(self.beside.wait() or "the data could not be made") from error

    def _start_others(self, config: MkDocsConfig) -> data.Later:
        """Start the data and the other languages beside this one; gives the files of data, which
        are waited for when something asks for them."""
        assert self.base is not None
        first, *others = self.base.corpus.languages
        pipes = {language: SPAWN.Pipe(duplex=False) for language in (first, *others)}
        writers = [writer for _, writer in pipes.values()]
        self.beside.start("data", data_beside, self.base, self.output, writers)
        for writer in writers:  # before the others begin, for else nobody would hear that it died
            writer.close()
        compile_all()
        later = {language: data.Later(reader.recv) for language, (reader, _) in pipes.items()}
        for language in others:
            part = Part(self.base, language, self.output, later[language])
            how = (config.config_file_path, config.site_url, config.strict, self.guarded)
            self.beside.start(language, build_beside, part, *how)
        return later[first]


def build_beside(tell: Connection, part: Part, *how: Any) -> None:
    """Build one language in a process of its own; when that fails, tell the warnings, and why."""
    with listening(part.language) as warnings, telling(tell, part.language, warnings):
        build_part(part, *how)


def data_beside(
    tell: Connection, base: KnowledgeBase, output: Path, heard: Sequence[Connection]
) -> None:
    """Make the files of data in a process of its own, and tell all languages of them; then write
    the static API and the schemas."""
    with telling(tell, "data", place=base.corpus.root), failing():
        made = data.make(base)
        for one in heard:
            with suppress(BrokenPipeError):  # a language that has failed tells why itself
                one.send(made)
            one.close()
        data.publish(base, output)


def build_part(
    part: Part, configuration: str, site_url: str | None, strict: bool, guarded: bool = True
) -> None:
    """Build one language. Raises what MkDocs raises when that fails."""
    config = load_config(configuration, strict=strict, site_url=site_url)
    plugin = cast(KnowledgeBasePlugin, config.plugins["kb"])
    plugin.part, plugin.guarded = part, guarded
    build(config)


@contextmanager
def failing() -> Iterator[None]:
    """Say in the way of MkDocs what is wrong with the knowledge base or its pages."""
    try:
        yield
    except CorpusError as error:
        raise PluginError(f"the knowledge base has problems:\n{error}") from error
    except Unwritable as error:
        raise PluginError(f"the data could not be made: {error}") from error
    except (WrittenError, generate.AssetError) as error:
        raise PluginError(str(error)) from error


def _load(config: MkDocsConfig) -> KnowledgeBase:
    with failing():
        return bases.load(Path(config.config_file_path or "mkdocs.yml").resolve().parent)


def _apply(config: MkDocsConfig, own: dict[str, Any], language: str) -> None:
    for name in ("site_name", "site_description", "copyright", "nav"):
        config[name] = own[name]
    config.not_in_nav = GitIgnoreSpec.from_lines(str(own["not_in_nav"]).splitlines())
    config.extra_css = [*config.extra_css, *own["extra_css"]]
    config.extra_javascript = [*config.extra_javascript, *map(_script, own["extra_javascript"])]
    config.extra.update(own["extra"])
    config.theme["language"] = generate.theme_language(language)
    config.theme.dirs.insert(0, str(generate.THEME))
    if config.site_url:
        config.site_url = f"{config.site_url.rstrip('/')}/{language}/"
    else:
        config.site_url = own.get("site_url")


def _script(given: dict[str, str]) -> ExtraScriptValue:
    script = ExtraScriptValue(given["path"])
    script.type = given["type"]
    return script
