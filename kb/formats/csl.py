"""CSL-JSON, which citation processors read: Zotero, pandoc, citeproc."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kb.export import dumps
from kb.formats.material import Material
from kb.formats.works import container, doubtful, pages, publisher
from kb.references import Name, Reference

TYPES = {
    "article": "article-journal",
    "book": "book",
    "incollection": "chapter",
    "inbook": "chapter",
    "inproceedings": "paper-conference",
    "proceedings": "book",
    "techreport": "report",
    "thesis": "thesis",
    "phdthesis": "thesis",
    "mastersthesis": "thesis",
    "unpublished": "manuscript",
}
"""What CSL calls the types of BibTeX; all others are a ``document``."""


def files(material: Material) -> Iterator[tuple[str, bytes]]:
    """The works, one item each."""
    yield "references.csl.json", dumps([item(one) for one in material.works]).encode()


def item(one: Reference) -> dict[str, Any]:
    """A work as an item of CSL-JSON; what no one has seen is left out."""
    fields, span = one.fields, tuple(dict.fromkeys(filter(None, pages(one))))
    issue = "issue" if one.type == "article" else "number"
    told = {
        "id": one.key,
        "type": TYPES.get(one.type, "document"),
        "citation-key": one.key,
        "author": [_name(name) for name in one.authors],
        "editor": [_name(name) for name in one.editors],
        "title": one.title,
        "container-title": container(one),
        "collection-title": fields.get("series"),
        "event-title": fields.get("eventtitle"),
        "genre": fields.get("type"),
        "issued": {"date-parts": [[one.year]]} if one.year else None,
        "volume": fields.get("volume"),
        issue: fields.get("number"),
        "edition": fields.get("edition"),
        "chapter-number": fields.get("chapter"),
        "page": "-".join(span),
        "publisher": publisher(one),
        "publisher-place": fields.get("address"),
        "DOI": one.doi,
        "ISBN": fields.get("isbn"),
        "ISSN": fields.get("issn"),
        "URL": fields.get("url"),
        "language": one.language,
        "note": doubtful(one),
    }
    return {name: value for name, value in told.items() if value}


def _name(one: Name) -> dict[str, str]:
    return {"family": one.family, "given": one.given} if one.given else {"literal": one.family}
