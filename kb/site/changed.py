"""What changed, on a page: each line leads to its record, as long as that is still there."""

from __future__ import annotations

from markupsafe import Markup

from kb import addresses
from kb.site.text import plain
from kb.site.view import View
from kb.tell import Line


def link(view: View, line: Line) -> Markup:
    """What a line is about: a link to its page, or its text alone."""
    address = _address(view, line)
    return plain(line.text) if address is None else view.link(address, line.text)


def _address(view: View, line: Line) -> str | None:
    corpus = view.corpus
    if line.place:
        return _cell(view, *line.place)
    if line.kind == "study" and line.id in corpus.studies:
        return addresses.of_study(line.id)
    if line.kind == "claim" and line.id in corpus.claims:
        return addresses.of_claim(line.id)
    if line.kind == "gap" and line.id in corpus.gaps:
        return addresses.of_gap(line.id)
    if line.kind == "candidate" and line.id in corpus.candidates:
        return addresses.of_candidate(line.id)
    return None


def _cell(view: View, row: str, column: str, row_term: str, column_term: str) -> str | None:
    """A cell's place, if the site still has a page with that row and column."""
    if row != view.settings.matrix.row or column not in {one.id for one in view.columns}:
        return None
    for facet, term in ((row, row_term), (column, column_term)):
        if term not in {one.id for one in view.facet(facet).current}:
            return None
    return addresses.of_cell(row, column, row_term, column_term)
