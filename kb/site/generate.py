"""Pages and assets on their way to disk: only what changed is written, what is stale goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from markupsafe import escape

from kb import addresses, feed
from kb.base import KnowledgeBase
from kb.formats.registry import Download
from kb.site import authors, compared, network, standalone, written
from kb.site.page import Page
from kb.site.pages import pages, render
from kb.site.text import plain
from kb.site.view import View

Make = Callable[[], bytes]

HERE = Path(__file__).parent
THEME = HERE / "theme"
ASSETS = HERE / "assets"
SCRIPT = "assets/scripts/kb.js"
"""What all pages load; it loads what else a page asks for."""

OWN_PAGES = ("studies", "references", "gaps", "claims", "stated-gaps", "contested")
"""Folders with more pages than a menu can carry: 2,000 pages in it take ten times as long."""

HIDDEN = ("stated-gaps", "claims", "contested", "compare")
"""Pages that others lead to, and the menu does not."""


class AssetError(Exception):
    """Raised when a file of the package that all pages need is not there."""


def theme_language(language: str) -> str:
    """The language of the theme's own words: English, if the theme lacks the one asked for."""
    found = resources.files("material") / f"templates/partials/languages/{language}.html"
    return language if found.is_file() else "en"


def docs_folder(root: Path, language: str) -> Path:
    """Where the Markdown pages of a language are generated."""
    return root / "build" / "docs" / language


def generate(base: KnowledgeBase, language: str, downloads: Sequence[Download] = ()) -> int:
    """Write the Markdown of a language below ``build/docs/``; returns the number of pages.
    ``downloads`` are the files of data that the page with the data tells of.

    Raises :class:`~kb.site.written.WrittenError` when a hand-written page cannot be made, and
    :class:`AssetError` when the package is not whole.
    """
    view = View(base, language, downloads)
    made = sources(view)
    # Those that people write may be faulty: they are made before anything is written.
    theirs = {name: partial(bytes, text) for name, text in written.files(view, made)}
    write_folder(docs_folder(base.corpus.root, language), made | theirs)
    return sum(name.endswith(".md") for name in (*made, *theirs))


def sources(view: View) -> dict[str, Make]:
    """Every file of a language but the hand-written ones, by its name, with what makes it.

    Raises :class:`AssetError` when the package is not whole.
    """
    made: dict[str, Make] = {}
    for page in pages(view):
        if page.plain:
            made[standalone.name_of(page)] = partial(_plain, view, page)
        else:
            made[addresses.source_of(page.address)] = partial(_markdown, view, page)
    for study in view.corpus.studies.values():
        made[addresses.of_column(study.id)] = partial(compared.content, view, study)
    for path in _assets():
        made[path.relative_to(HERE).as_posix()] = path.read_bytes
    made[network.DATA] = partial(_network, view)
    if view.corpus.releases:
        made[feed.NAME] = partial(_feed_of, view)
    return made


def _plain(view: View, page: Page) -> bytes:
    return standalone.render(view, page).encode()


def _network(view: View) -> bytes:
    return network.data(view, authors.homes(view))


def _markdown(view: View, page: Page) -> bytes:
    return render(view, page).encode()


def _feed_of(view: View) -> bytes:
    return feed.feed(view.corpus, view.words, view.language).encode()


def _assets() -> list[Path]:
    if not (HERE / SCRIPT).is_file():
        hint = "install the package anew: pip install --no-deps --editable ."
        raise AssetError(f"the scripts of the pages are not bundled; {hint}")
    return [path for path in sorted(ASSETS.rglob("*")) if path.is_file()]


def write_folder(folder: Path, files: Mapping[str, Make]) -> None:
    """Make a folder hold exactly these files, each made when it is its turn. Files that are the
    same are left alone, so that a watching server sees only what changed."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
        elif path.is_file() and path.relative_to(folder).as_posix() not in files:
            path.unlink()
    for name, make in files.items():
        path, content = folder / name, make()
        if not path.is_file() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def settings(base: KnowledgeBase, language: str) -> dict[str, Any]:
    """What differs between the languages in the configuration of the site generator."""
    view, site = View(base, language), base.settings.site
    return {
        **({"site_url": f"{site.rstrip('/')}/{language}/"} if site else {}),
        "site_name": escape(view.text(base.settings.short_title)),
        "site_description": view.text(base.settings.description),
        "copyright": _copyright(view),
        "nav": _nav(view),
        "not_in_nav": _not_in_nav(base),
        "extra_css": ["assets/kb.css"],
        "extra_javascript": [{"path": SCRIPT, "type": "module"}],
        "extra": {
            "generator": False,
            "language": language,
            "feed": _feed(view),
            "alternate": [
                {"lang": other, "name": View(base, other).t("language"), "link": f"../{other}/"}
                for other in base.corpus.languages
            ],
        },
    }


def _feed(view: View) -> dict[str, str] | None:
    """Where feed readers find the changes, if there is anything to follow."""
    title = plain(view.t("changes_feed"))
    return {"path": feed.NAME, "title": str(title)} if view.corpus.releases else None


def _copyright(view: View) -> str:
    licence = view.settings.licence
    return f'{view.t("skip_note")} <a href="{licence.url}" rel="license">{plain(licence.name)}</a>'


DOORS = (
    ("home", ""),
    ("nav_known", "known/"),
    ("nav_unknown", "gaps/"),
    ("nav_studies", "studies/"),
)
BROWSE = (
    ("nav_browse", "browse/"),
    ("nav_figures", addresses.FIGURES),
    ("nav_graph", addresses.GRAPH),
    ("nav_authors", addresses.AUTHORS),
)
METHOD = (
    ("nav_method", "method/"),
    ("nav_codebook", "codebook/"),
    ("nav_references", "references/"),
)
"""Words of the interface and the pages that they lead to in the menu."""


def _nav(view: View) -> list[Any]:
    """The menu; the pages that help to contribute and the rules make up its last section."""
    helping, asking, others = written.menu(view)
    data = _entry(view, "nav_data", "data/")
    rules = _entry(view, "nav_rules", "rules/")
    method = [_entry(view, *page) for page in METHOD]
    method += [_entry(view, "changes", feed.ADDRESS)] if view.corpus.releases else []
    return [
        *(_entry(view, *door) for door in DOORS),
        {str(escape(view.t("nav_browse"))): [_entry(view, *page) for page in BROWSE]},
        *others,
        {str(escape(view.t("nav_method"))): method},
        {name: [data, *asking] for name in data} if asking else data,
        {str(escape(view.t("nav_contribute"))): [*helping, rules]},
    ]


def _entry(view: View, word: str, address: str) -> dict[str, str]:
    return {str(escape(view.t(word))): addresses.source_of(address)}


def _not_in_nav(base: KnowledgeBase) -> str:
    folders = [addresses.facet_folder(facet) for facet in base.codebook.axes]
    own = (
        [f"/{name}/*/" for name in OWN_PAGES]
        + [f"/{addresses.AUTHORS}*/"]
        + [f"/{name}/index.md" for name in HIDDEN]
    )
    return "\n".join([*(f"/{folder}/" for folder in folders), *own]) + "\n"


def write_zensical(base: KnowledgeBase) -> None:
    """Write a configuration for each language that Zensical can build the same pages from."""
    for language in base.corpus.languages:
        own = settings(base, language)
        content = {
            "INHERIT": "../mkdocs.yml",
            **own,
            "site_name": str(own["site_name"]),
            "docs_dir": f"docs/{language}",
            "site_dir": f"zensical/{language}",
            "theme": {"language": theme_language(language), "custom_dir": str(THEME)},
            "plugins": ["search"],
        }
        text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
        path = base.corpus.root / "build" / f"zensical.{language}.yml"
        if not path.is_file() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
