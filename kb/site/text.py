"""Text from records on its way into pages: data, never markup."""

from __future__ import annotations

import html
import json
import re
from functools import lru_cache

from markupsafe import Markup

# C0 controls are taken out: Python-Markdown uses some of them as its own placeholders.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
# What JSON prints as it is and YAML refuses or folds.
_UNPRINTABLE = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
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
    escaped = ((key, _escaped(value)) for key, value in fields.items() if value is not None)
    lines = (f"{key}: {_yaml(value)}\n" for key, value in escaped)
    return Markup(f"---\n{''.join(lines)}---\n")


def _escaped(value: object) -> object:
    """A value whose texts, also inside of lists, are escaped; markup stays as it is."""
    if isinstance(value, (list, tuple)):
        return [_escaped(one) for one in value]
    if isinstance(value, str) and not isinstance(value, Markup):
        return html.escape(_line(value), quote=True)
    return value


def _line(text: str) -> str:
    return " ".join(_CONTROLS.sub(" ", text).split())


def _entities(match: re.Match[str]) -> str:
    return "".join(f"&#{ord(character)};" for character in match[0])


def pre(text: str) -> Markup:
    """Text for a ``pre`` element: escaped, its lines kept."""
    return Markup(html.escape(text, quote=True))


def _yaml(value: object) -> str:
    """The value as JSON, which is YAML, and fifty times as fast as a writer of YAML."""
    text = json.dumps(value, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
