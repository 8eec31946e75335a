"""What the search of the site knows of records whose texts it leaves out: their titles."""

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


def fit(view: View, index: Path) -> None:
    """Bring a finished index within the bound, if the search knows titles only: of claims and gaps
    it then keeps the titles, too, if their texts have no room; titles of studies are added, the
    newest first, as far as there is room."""
    if not titles_only(view) or not index.is_file():
        return
    content = json.loads(index.read_text("utf-8"))
    docs, titles = content["docs"], list(_entries(view))
    if index.stat().st_size > BOUND:
        stated = [one for one in docs if one["location"].startswith(STATED)]
        docs = [one for one in docs if not one["location"].startswith(STATED)]
        whole = [one for one in stated if "#" not in one["location"]]
        titles = [{**one, "text": ""} for one in whole] + titles
    room = BOUND - len(_dumped({**content, "docs": docs}))
    for entry in titles:
        room -= len(_dumped(entry)) + 1
        if room < 0:
            break
        docs.append(entry)
    index.write_bytes(_dumped({**content, "docs": docs}))


STATED = ("claims/", "stated-gaps/")
"""Where the pages of claims and of gaps lie."""


def _dumped(content: object) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode()


def _entries(view: View) -> Iterator[dict[str, str]]:
    for study in sorted(view.corpus.studies.values(), key=lambda one: _order(view, one)):
        title = f"{view.cited(study)}: {view.text(study.title)}"
        yield {"location": addresses.of_study(study.id), "title": escaped(title), "text": ""}


def _order(view: View, study: Study) -> tuple[int, str]:
    return -(view.corpus.year(study) or 0), study.id
