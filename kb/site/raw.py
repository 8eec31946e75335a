"""Finished HTML on its way past the Markdown parser, which would only read it and hand it back.

Most of a generated page is HTML already. Python-Markdown, MkDocs and the search each parse it
again, which took more than half of a build. A block that is set aside leaves an empty element in
its place, and comes back when the page has been converted: the outcome is the same, but for line
breaks between the elements of one block.
"""

from __future__ import annotations

import re
import zlib

UNSEARCHED = ' data-search-exclude="true"'
"""What a block's first tag carries when its text stands elsewhere and need not be found here."""

_FENCES = ("```", "~~~")
_TAG = re.compile(r"<(div|dl|figure|nav|ol|p|section|table|ul)[ >]")
_PLACE = '<div data-kb-raw="{}"></div>'
_PLACES = re.compile(_PLACE.format(r"(\d+)"))
_ID = re.compile(r'id="([^"]*)"')


def set_aside(markdown: str) -> tuple[str, list[str]]:
    """The page without its blocks of HTML, and these blocks, which are numbered in their order.

    A block stands alone between blank lines, from a tag to its own end. In a page with fenced code
    none is set aside, since what looks like one could be part of an example.
    """
    if any(fence in markdown for fence in _FENCES):
        return markdown, []
    kept: list[str] = []
    blocks: list[str] = []
    for part in markdown.split("\n\n"):
        if _is_block(part.strip("\n")):
            kept.append(part.replace(part.strip("\n"), _PLACE.format(len(blocks))))
            blocks.append(part.strip("\n"))
        else:
            kept.append(part)
    return "\n\n".join(kept), blocks


def _is_block(part: str) -> bool:
    tag = _TAG.match(part)
    if not tag or not part.endswith(f"</{tag[1]}>"):
        return False
    opened = part.count(f"<{tag[1]}>") + part.count(f"<{tag[1]} ")
    return opened == part.count(f"</{tag[1]}>")


def packed(blocks: list[str]) -> bytes:
    """Blocks for the time until their page is made, in a tenth of the memory."""
    return zlib.compress("\n\n".join(blocks).encode(), 1)  # a block has no blank lines


def unpacked(blocks: bytes) -> list[str]:
    """The blocks that were packed."""
    text = zlib.decompress(blocks).decode()
    return text.split("\n\n") if text else []


def anchors(blocks: list[str]) -> set[str]:
    """The ids in some blocks, which links can lead to."""
    found = (one for block in blocks for one in _ID.finditer(block))
    return {one[1] for one in found if one.string[one.start() - 1].isspace()}


def searched(html: str, blocks: list[str]) -> str:
    """The page with its blocks back, apart from those that are kept out of the search."""
    return _PLACES.sub(lambda place: _back(place, blocks), html)


def _back(place: re.Match[str], blocks: list[str]) -> str:
    block = blocks[int(place[1])]
    return place[0] if UNSEARCHED in block.partition(">")[0] else block


def whole(html: str, blocks: list[str]) -> str:
    """The page with all its blocks."""
    return _PLACES.sub(lambda place: blocks[int(place[1])].replace(UNSEARCHED, ""), html)
