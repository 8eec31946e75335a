"""What the gap explorer takes from its page: words in the page's language, and where things lie."""

from __future__ import annotations

import json
from typing import Any, get_args

from markupsafe import Markup

from kb import addresses
from kb.matrix import State
from kb.site import contributing
from kb.site.view import View
from kb.synthesis import Level

PREFIXES = (
    *("explore", "lens_", "meaning_", "flag_", "basis", "count_", "cell_", "status_", "level_"),
    "type_",
)
WORDS = (
    *("matrix_of", "state_share", "state", "direction", "counts_note", "as_of", "as_of_now"),
    *("as_of_undated", "stated_gaps", "closes_with", "claims", "confidence", "how_to_cite"),
    *(f"state_{state.value}" for state in State),
)
"""The words that the script says: those that begin in one of these ways, and some more."""


def page_data(view: View) -> Markup:
    """The JSON that ``web/src/explorer/words.ts`` reads, for an attribute in single quotes.

    A theme that swaps pages in place would run data in a ``script`` element as a script. Blanks in
    the addresses, in curly brackets, are for ids.
    """
    text = json.dumps(_data(view), ensure_ascii=False, separators=(",", ":"))
    for character in "<>&'\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def _data(view: View) -> dict[str, Any]:
    words = {key: word for key, word in view.words.items() if key.startswith(PREFIXES)}
    matrix, add = view.settings.matrix, contributing.address(view, "add-study")
    return {
        "language": view.language,
        "words": words | {key: view.words[key] for key in WORDS},
        "states": {state.value: _state(view, state) for state in State},
        "terms": {
            facet.id: view.url(f"{addresses.of_facet(facet)}{{term}}/")
            for facet in view.codebook.axes
        },
        "bars": {level: view.bars(level) for level in get_args(Level)},
        "row": matrix.row,
        "cells": {
            facet.id: view.url(addresses.of_cell(matrix.row, facet.id, "{row}", "{column}"))
            for facet in view.columns
        },
        "study": view.url(addresses.of_study("{id}")),
        "finding": view.url(addresses.of_finding("{study}#{id}")),
        "gap": view.url(addresses.of_gap("{id}")),
        "claim": view.url(addresses.of_claim("{id}")),
        "add": add,
        "tagged": bool(view.settings.repository),
    }


def _state(view: View, state: State) -> dict[str, str]:
    return {
        "sign": view.sign(state),
        "label": view.t(f"state_{state.value}"),
        "meaning": view.state_meaning(state),
    }
