"""What the search of the site knows of studies whose texts it leaves out: their titles."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from kb import addresses
from kb.records import Study
from kb.site.text import plain as escaped
from kb.site.view import View

INDEX = "search/search_index.json"
"""Where the search keeps what it knows, below each language."""
BOUND = 1_000_000
"""How large the index of a language may grow with titles, in bytes; beyond it a search takes
seconds to begin."""


def plain(view: View) -> bool:
    """Whether studies and references have plain pages."""
    return view.settings.site_size.plain(len(view.corpus.studies))


def titles_only(view: View) -> bool:
    """Whether the search leaves out the texts of studies."""
    return view.settings.site_size.titles_only(len(view.corpus.studies))


def add_titles(view: View, index: Path) -> None:
    """Add the titles of studies to a finished index, the newest first, within the bound."""
    if not titles_only(view) or not index.is_file():
        return
    content = json.loads(index.read_text("utf-8"))
    room = BOUND - index.stat().st_size
    for entry in _entries(view):
        room -= len(json.dumps(entry, separators=(",", ":")).encode()) + 1
        if room < 0:
            break
        content["docs"].append(entry)
    index.write_text(json.dumps(content, separators=(",", ":")), "utf-8")


def _entries(view: View) -> Iterator[dict[str, str]]:
    for study in sorted(view.corpus.studies.values(), key=lambda one: _order(view, one)):
        title = f"{view.cited(study)}: {view.text(study.title)}"
        yield {"location": addresses.of_study(study.id), "title": escaped(title), "text": ""}


def _order(view: View, study: Study) -> tuple[int, str]:
    return -(view.corpus.year(study) or 0), study.id
