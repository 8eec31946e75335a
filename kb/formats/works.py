"""What the bibliographic formats have in common: names, pages and places of publication."""

from __future__ import annotations

import re

from kb.references import Name, Reference

THESES = ("thesis", "phdthesis", "mastersthesis")
PARTS = ("incollection", "inbook", "inproceedings")
"""The types of works that stand in another one, which has editors of its own."""


def inverted(one: Name) -> str:
    """A name as programs take it apart again, at the comma; so that of a body has none."""
    return str(one) if one.given else one.family.replace(",", "")


def publisher(one: Reference) -> str:
    """Who published the work, whatever BibTeX calls that for its type."""
    found = (one.fields.get(name) for name in ("publisher", "institution", "school"))
    return next(filter(None, found), "")


def container(one: Reference) -> str:
    """The journal, book or proceedings that the work stands in."""
    return one.fields.get("journal", "") or one.fields.get("booktitle", "")


def pages(one: Reference) -> tuple[str, str]:
    """The first and the last page; the same text twice for a single one."""
    span = re.split(r"\s*[-\u2010-\u2015]+\s*", one.fields.get("pages", ""), maxsplit=1)
    return span[0], span[-1]


def doubtful(one: Reference) -> str:
    """What no one could verify, in words for programs that know no such field."""
    return f"Not verified: {', '.join(one.unverified)}" if one.unverified else ""
