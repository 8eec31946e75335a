"""Quotes of CSV files: where one is not closed, and where one may have been closed by another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_QUOTED = re.compile(r'"(?:[^"]+|"")*+"')


@dataclass(frozen=True)
class Quote:
    """Where a quote opens: its line and cell in the row; over how many lines it goes, and the sign
    after the quote that closes it. Without ``found``, there is none that is wrong."""

    line: int = 0
    cell: int = 1
    lines: int = 0
    after: str = ""
    found: bool = True


def unquoted(text: str, delimiter: str) -> Quote:
    """The first quote of a text, which begins with a row, that does not close at a cell's end."""
    bare = re.compile(f"[^{re.escape(delimiter)}\r\n]*")
    start, cell = 0, 1
    while start < len(text):
        if text[start] == '"':
            match = _QUOTED.match(text, start)
            if not match or text[match.end() : match.end() + 1] not in {delimiter, "\r", "\n", ""}:
                after = text[match.end()] if match else ""
                return Quote(_breaks(text[:start]), cell, after=after)
        else:
            match = bare.match(text, start)
        end = match.end() if match else start
        if text[end : end + 1] != delimiter:  # the row is over
            break
        start, cell = end + 1, cell + 1
    return Quote(found=False)


def swallowed(cells: Sequence[str], width: int, delimiter: str) -> Iterator[Quote]:
    """The cells that look as if their quote was closed by one that belongs to a later row: what
    stands before the first line break completes a row, and what stands after the last begins one.
    """
    if width < 2 or not any("\n" in cell or "\r" in cell for cell in cells):
        return
    line = 0
    for index, cell in enumerate(cells):
        breaks = re.split("\r\n?|\n", cell)
        counts = breaks[0].count(delimiter), breaks[-1].count(delimiter)
        if len(breaks) > 1 and counts == (width - 1 - index, index):
            yield Quote(line, index + 1, len(breaks) - 1)
        line += len(breaks) - 1


def _breaks(text: str) -> int:
    return len(re.findall("\r\n?|\n", text))
