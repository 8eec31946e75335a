"""RIS, which reference managers import: EndNote, Mendeley, Zotero, Citavi."""

from __future__ import annotations

from collections.abc import Iterator

from kb.formats.material import Material
from kb.formats.works import PARTS, container, doubtful, inverted, pages, publisher
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


def files(material: Material) -> Iterator[tuple[str, bytes]]:
    """The works, one record each."""
    yield "references.ris", "\r\n".join(map(record, material.works)).encode()


def record(one: Reference) -> str:
    """A work as a record of RIS; what no one has seen is left out."""
    return "".join(f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in _tags(one))


def _tags(one: Reference) -> Iterator[tuple[str, str]]:
    fields, (first, last) = one.fields, pages(one)
    yield "TY", TYPES.get(one.type, "GEN")
    yield "ID", one.key
    yield from (("AU", inverted(name)) for name in one.authors)
    role = "A2" if one.type in PARTS else "ED"
    yield from ((role, inverted(name)) for name in one.editors)
    told = {
        "TI": one.title,
        "T2": container(one) or fields.get("series", ""),
        "T3": fields.get("series", "") if container(one) else "",
        "PY": str(one.year or ""),
        "VL": fields.get("volume", ""),
        "IS": fields.get("number", ""),
        "ET": fields.get("edition", ""),
        "SE": fields.get("chapter", ""),
        "SP": first,
        "EP": last,
        "PB": publisher(one),
        "CY": fields.get("address", ""),
        "M3": fields.get("type", ""),
        "SN": fields.get("isbn", "") or fields.get("issn", ""),
        "DO": one.doi,
        "UR": fields.get("url", "") or one.link,
        "LA": one.language,
        "N1": doubtful(one),
    }
    yield from ((tag, value) for tag, value in told.items() if value)
    yield "ER", ""
