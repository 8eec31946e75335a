"""Parts of the theme that are the same on many pages, made once for all of them.

To make the menu again and again took most of the time that the theme needs for a page. Most pages
stand outside the menu, and for these it is the same in all pages of a folder.
"""

from __future__ import annotations

from collections.abc import Callable

from jinja2 import ChoiceLoader, DictLoader, Environment, PrefixLoader
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

PARTIALS = ("nav", "palette", "search", "tabs", "top")
"""Partials of the theme that ask of a page no more than where it stands, and what menu it has."""
THEIRS = "theme"
"""Where the theme's own templates are found as well."""

_ONCE = '{{%- call once("{0}", page) %}}{{% include "{1}/{0}" %}}{{% endcall -%}}'


def share(env: Environment, nav: Navigation) -> None:
    """Let a theme's environment make each of these parts once for all pages that have the same."""
    theirs = env.loader
    assert theirs is not None
    names = [f"partials/{name}.html" for name in PARTIALS]
    ours = DictLoader({name: _ONCE.format(name, THEIRS) for name in names})
    env.loader = ChoiceLoader([ours, theirs, PrefixLoader({THEIRS: theirs})])
    env.globals["once"] = _Once(nav)


class _Once:
    """Gives what was made before for a page that has the same."""

    def __init__(self, nav: Navigation) -> None:
        self._inside = [page.url for page in nav.pages]
        self.made: dict[tuple[str, str, int], str] = {}

    def __call__(self, name: str, page: Page | None, caller: Callable[[], str]) -> str:
        if not page or any(url.startswith(page.url) for url in self._inside):
            return caller()  # no other page has this one's menu
        # Links are relative, and a page's owner is marked in the menu.
        folder = page.url.rstrip("/").rpartition("/")[0]
        key = name, folder, id(page.parent)
        if key not in self.made:
            self.made[key] = caller()
        return self.made[key]
