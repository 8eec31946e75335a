"""Where a page leads those who would contribute: to a form or a file, or to what tells how."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote

from kb import forms
from kb.site.view import View

PAGE, RULES = "contribute/", "rules/"


def address(
    view: View, form: forms.Form, record: str = "", tags: Mapping[str, Iterable[str]] = forms.EMPTY
) -> str:
    """The address of an issue form, filled in; without a repository that of the hand-written page
    on contributing, and without one of the page with the rules that records have to keep."""
    if view.settings.repository:
        return forms.address(view.settings.repository, form, record, tags)
    return view.url(PAGE if _written(view.corpus.root / "docs" / view.language) else RULES)


def file(view: View, path: str) -> str:
    """The address of a record's file on the main branch of the repository, whatever the name of
    that; nothing without a repository."""
    repository = view.settings.repository
    return f"{repository.rstrip('/')}/blob/HEAD/{quote(path)}" if repository else ""


def _written(docs: Path) -> bool:
    names = (f"{PAGE}index.md", f"{PAGE}index.md.j2", "contribute.md", "contribute.md.j2")
    return any((docs / name).is_file() for name in names)
