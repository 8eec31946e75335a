"""References as RIS, which every reference manager imports."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.references import Reference

TYPES = {
    "article": "JOUR",
    "book": "BOOK",
    "incollection": "CHAP",
    "inbook": "CHAP",
    "inproceedings": "CPAPER",
    "proceedings": "CONF",
    "techreport": "RPRT",
    "thesis": "THES",
    "phdthesis": "THES",
    "mastersthesis": "THES",
    "unpublished": "UNPB",
}
"""What RIS calls the types of BibTeX; all others are ``GEN``."""

_FIELDS = (
    ("T2", ("journal", "booktitle")),
    ("VL", ("volume",)),
    ("IS", ("number",)),
    ("ET", ("edition",)),
    ("PB", ("publisher", "institution", "school")),
    ("CY", ("address",)),
    ("SN", ("isbn", "issn")),
    ("DO", ("doi",)),
    ("UR", ("url",)),
)
"""Tags, and the fields of which the first that is there gives the value."""


def record(one: Reference) -> str:
    """A work as a record of RIS; what no one has seen is left out."""
    return "".join(f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in _lines(one))


def _lines(one: Reference) -> Iterator[tuple[str, str]]:
    yield "TY", TYPES.get(one.type, "GEN")
    yield "ID", one.key
    yield from (("AU", str(name)) for name in one.authors)
    yield from (("ED", str(name)) for name in one.editors)
    yield "TI", one.title
    if one.year:
        yield "PY", str(one.year)
    for tag, names in _FIELDS:
        if value := next(filter(None, map(one.fields.get, names)), ""):
            yield tag, value
    if pages := one.fields.get("pages"):
        first, *last = re.split(r"\s*[-\u2010-\u2015]+\s*", pages, maxsplit=1)
        yield "SP", first
        yield from (("EP", each) for each in last)
    if one.unverified:
        yield "N1", f"Not verified: {', '.join(one.unverified)}"
    yield "ER", ""
