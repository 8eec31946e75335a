"""Hand-written pages: Markdown as it is, and templates that see what the generated pages see.

A file ``docs/<language>/**/*.md.j2`` is rendered with the environment of the generated pages and
becomes a page of the same name without ``.j2``; every other file is taken over as it is.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Collection, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import TemplateSyntaxError
from markupsafe import escape
from mkdocs.utils.meta import get_data

from kb.site.page import Page
from kb.site.pages import environment
from kb.site.view import View

RENDERED = ".md.j2"
HELP = ("contribute", "fields", "commands", "python")
"""Folders whose pages stand together at the end of the menu; any other has its own entry."""
ASK = ("query",)
"""Folders whose pages stand beside the page with the data."""

_HEADING = re.compile(r"^# +(.+?) *(?:\{[^}]*\} *)?$", re.MULTILINE)


class WrittenError(Exception):
    """Raised when a hand-written page cannot be made; the text names file, line and reason."""


def files(view: View, taken: Collection[str] = ()) -> Iterator[tuple[str, bytes]]:
    """Every hand-written file of a language by its name; ``taken`` are those of other pages.

    Raises :class:`WrittenError` for a broken template, and for two pages of the same address.
    """
    names = dict.fromkeys(taken, "a generated page")
    for path in _paths(view):
        name, shown = _name(view, path), _shown(view, path)
        if name.endswith(".md"):
            if name in names:
                raise WrittenError(f"{shown}: {names[name]} has the same address")
            names[name] = shown
        yield name, _render(view, path) if path.name.endswith(RENDERED) else path.read_bytes()


def menu(view: View) -> tuple[list[str], list[str], list[Any]]:
    """The entries of the menu: pages that help to contribute, those that belong with the data, and
    the others, folder by folder.

    A folder's only page stands in the menu by its title, several in a section with the title of
    the folder's first page.
    """
    pages = {name: path for path in _paths(view) if (name := _name(view, path)).endswith(".md")}
    helping = [name for name in pages if name.split("/")[0] in HELP]
    helping.sort(key=lambda name: (name != "contribute/index.md", name))
    asking = sorted(name for name in pages if name.split("/")[0] in ASK)
    others: list[Any] = []
    own = sorted(pages.keys() - {*helping, *asking})
    for folder, names in groupby(own, lambda name: name.split("/")[0]):
        first, *rest = sorted(names, key=lambda name: (not name.endswith("/index.md"), name))
        title = str(escape(_title(pages[first]) or folder))
        others.append({title: [first, *rest]} if rest else first)
    return helping, asking, others


def _paths(view: View) -> list[Path]:
    folder = _folder(view)
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def _folder(view: View) -> Path:
    return view.corpus.root / "docs" / view.language


def _name(view: View, path: Path) -> str:
    name = path.relative_to(_folder(view)).as_posix()
    return name.removesuffix(".j2") if name.endswith(RENDERED) else name


def _shown(view: View, path: Path) -> str:
    return path.relative_to(view.corpus.root).as_posix()


def _title(path: Path) -> str:
    """The title that a page's metadata or its first heading gives, if it is spelt out there."""
    body, meta = get_data(path.read_text("utf-8", "replace"))
    heading = _HEADING.search(body)
    title = meta.get("title") or (heading[1] if heading else "")
    return title if isinstance(title, str) and "{" not in title else ""


def _render(view: View, path: Path) -> bytes:
    """The Markdown that a template makes."""
    shown, name = _shown(view, path), _name(view, path)
    address = re.sub(r"(^|/)index\.md$", r"\1", name)
    address = f"{name.removesuffix('.md')}/" if address == name else address
    page = Page(address, shown, _title(path), hide=())
    view.here = address
    try:
        source = environment().compile(path.read_text("utf-8"), shown, str(path))
        template = environment().template_class.from_code(
            environment(), source, environment().make_globals(None)
        )
        return f"{template.render(view=view, page=page, t=view.t).strip()}\n".encode()
    except TemplateSyntaxError as error:
        raise WrittenError(f"{shown}:{error.lineno}: {error.message}") from error
    except UnicodeDecodeError as error:
        raise WrittenError(f"{shown}: is not UTF-8, at byte {error.start}") from error
    except Exception as error:  # whatever a template asks for
        frames = traceback.extract_tb(error.__traceback__)
        lines = [frame.lineno for frame in frames if frame.filename == str(path)]
        place = f"{shown}:{lines[-1]}" if lines else shown
        why = "nothing has this name" if isinstance(error, KeyError) else type(error).__name__
        raise WrittenError(f"{place}: {why}: {error}") from error
