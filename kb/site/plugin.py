"""The MkDocs plugin: lets ``mkdocs build`` and ``mkdocs serve`` make the whole site.

The configured site folder gets one folder for each language, the root page and the data.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority
from pathspec.gitignore import GitIgnoreSpec

from kb import base as bases
from kb import export
from kb.base import KnowledgeBase
from kb.problems import CorpusError
from kb.site import generate
from kb.site.root import root_page


class KnowledgeBasePlugin(BasePlugin):  # type: ignore[no-untyped-call, type-arg]
    """Generates the pages, then builds the first language; the others follow in builds of
    their own, which are given the same knowledge base."""

    base: KnowledgeBase | None = None
    language = ""
    output = Path()

    @property
    def leads(self) -> bool:
        """Whether this is the build of the first language, which takes the others along."""
        assert self.base is not None
        return self.language == self.base.corpus.languages[0]

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Point MkDocs to the generated pages of one language."""
        if not self.language:
            self.base = _load(Path(config.config_file_path or "mkdocs.yml").resolve().parent)
            self.language = self.base.corpus.languages[0]
            self.output = Path(config.site_dir)
            generate.generate(self.base)
        assert self.base is not None
        config.site_dir = str(self.output / self.language)
        config.docs_dir = str(generate.docs_folder(self.base.corpus.root, self.language))
        _apply(config, generate.settings(self.base, self.language), self.language)
        return config

    # Last, since MkDocs hands the same search plugin to every build in a process: its index has to
    # be written before the next language is put into it.
    @event_priority(-100)
    def on_post_build(self, config: MkDocsConfig) -> None:
        """Build the other languages, then the page that offers all of them, and the data."""
        assert self.base is not None
        if not self.leads:
            return
        for language in self.base.corpus.languages[1:]:
            self._build_also(config, language)
        _write(self.output / "index.html", root_page(self.base))
        release = self.base.fingerprint
        for path, content in export.files(self.base.corpus, self.base.graph, release):
            _write(self.output / "api" / f"v{export.API_VERSION}" / path, content)

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

    def _build_also(self, config: MkDocsConfig, language: str) -> None:
        other = load_config(config.config_file_path, strict=config.strict)
        plugin = cast(KnowledgeBasePlugin, other.plugins["kb"])
        plugin.base, plugin.language, plugin.output = self.base, language, self.output
        other.site_url = config.extra.get("kb_site_url")
        build(other)


def _load(root: Path) -> KnowledgeBase:
    try:
        return bases.load(root)
    except CorpusError as error:
        raise PluginError(f"the knowledge base has problems:\n{error}") from error


def _apply(config: MkDocsConfig, own: dict[str, Any], language: str) -> None:
    for name in ("site_name", "site_description", "copyright", "nav"):
        config[name] = own[name]
    config.not_in_nav = GitIgnoreSpec.from_lines(str(own["not_in_nav"]).splitlines())
    config.extra_css = [*config.extra_css, *own["extra_css"]]
    config.extra["kb_site_url"] = config.site_url
    config.extra.update(own["extra"])
    config.theme["language"] = language
    config.theme.dirs.insert(0, str(generate.THEME))
    if config.site_url:
        config.site_url = f"{config.site_url.rstrip('/')}/{language}/"


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, "utf-8", newline="\n")
