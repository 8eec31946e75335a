"""Text from records on its way into pages: data, never markup."""

from __future__ import annotations

import html
import re
from functools import lru_cache

import yaml
from markupsafe import Markup

# C0 controls are taken out: Python-Markdown uses some of them as its own placeholders.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
# Everything that Markdown, its extensions or HTML could read as markup; the full stop, hyphen and
# plus only matter at the start of a line, as list markers.
_MARKUP = re.compile(r"^\d*[-.+]|[!-+:<->@\[-`{-~]")


@lru_cache(maxsize=65_536)  # labels and statements stand on many pages
def plain(text: str) -> Markup:
    """The text with all markup characters as entities, safe in Markdown and in HTML alike."""
    return Markup(_MARKUP.sub(_entities, _line(text)))


def finalize(value: object) -> object:
    """What a template prints for a value: markup as it is, anything else escaped."""
    if isinstance(value, Markup):
        return value
    return plain("" if value is None else str(value))


def front_matter(**fields: object) -> Markup:
    """The page's metadata; texts are HTML-escaped, because the theme prints them as they are."""
    escaped = {
        key: html.escape(_line(value), quote=True) if isinstance(value, str) else value
        for key, value in fields.items()
        if value is not None
    }
    block = yaml.safe_dump(escaped, allow_unicode=True, sort_keys=False, width=10_000)
    return Markup(f"---\n{block}---\n")


def _line(text: str) -> str:
    return " ".join(_CONTROLS.sub(" ", text).split())


def _entities(match: re.Match[str]) -> str:
    return "".join(f"&#{ord(character)};" for character in match[0])


def pre(text: str) -> Markup:
    """Text for a ``pre`` element: escaped, its lines kept."""
    return Markup(html.escape(text, quote=True))
