"""A work as any format tells of it, made into a reference without a key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from kb import bibliography
from kb.problems import Problem
from kb.references import FIELDS, LANGUAGES, Name, Reference
from kb.textfile import composed

_TYPES = {
    "article": "jour ejour mgzn news inpr journalarticle magazinearticle newspaperarticle "
    "articlejournal articlemagazine articlenewspaper",
    "book": "ebook whole edbook monograph editedbook",
    "incollection": "chap echap booksection chapter bookchapter encyclopediaarticle",
    "inproceedings": "conf cpaper conferencepaper paperconference proceedingsarticle",
    "techreport": "rprt govdoc report statute",
    "thesis": "thes dissertation",
    "unpublished": "unpb manscpt manuscript preprint postedcontent unpd",
    "misc": "gen generic elec web webpage website blog blogpost data dataset comp software "
    "computerprogram video videorecording film motionpicture audio audiorecording podcast map "
    "patent presentation slide speech letter personalcommunication email interview hearing bill "
    "legislation case legalcase standard artwork graphic figure forumpost instantmessage "
    "radiobroadcast tvbroadcast broadcast document other online misc",
}
TYPES: Mapping[str, str] = {word: type for type, words in _TYPES.items() for word in words.split()}
"""The BibTeX type for what other formats call a work, in small letters without hyphens."""
_KEPT = {*TYPES.values(), "phdthesis", "mastersthesis", "inbook", "proceedings"}
_UNDATED = {"", "n.d.", "nd", "u.å."}
_HOLDERS = {"article": "journal"} | dict.fromkeys(
    ("incollection", "inproceedings", "inbook"), "booktitle"
)
_PUBLISHERS = {"techreport": "institution"} | dict.fromkeys(
    ("thesis", "phdthesis", "mastersthesis"), "school"
)
_BABEL = {code: name for name, code in reversed(LANGUAGES.items())}


def work(
    kind: str, told: Mapping[str, Any], path: str, line: int
) -> tuple[Reference, list[Problem]]:
    """A reference from what any format tells, and what had to be left out of it.

    ``kind`` is what the format calls the work. ``told`` has the names of BibTeX's fields (texts),
    beside ``author`` and ``editor`` (names), ``in`` (what it appeared in), ``publisher``,
    ``issued`` (a text with a year), ``language`` and ``sn`` (an ISBN or ISSN).
    """
    type = type_of(kind) or "misc"
    fields = {name: tidy(told.get(name)) for name in FIELDS}
    if holder := tidy(told.get("in")):
        fields[_HOLDERS.get(type, "series")] = holder
    publisher = fields.pop("publisher")
    fields[_PUBLISHERS.get(type, "publisher")] = publisher
    issued, language = tidy(told.get("issued")), tidy(told.get("language"))
    year = bibliography.YEAR.search(issued)
    fields["year"] = year[0] if year else ""
    fields["langid"] = _language(language)
    left = [_numbers(fields, tidy(told.get("sn")))]
    left += [("year", issued)] if not year and issued.lower() not in _UNDATED else []
    left += [("language", language)] if language and not fields["langid"] else []
    left += _addresses(fields)
    people = {role: tuple(told.get(role, ())) for role in ("author", "editor")}
    fields |= {role: " and ".join(map(str, names)) for role, names in people.items()}
    kept = {name: value for name, value in fields.items() if value}
    made = Reference(
        "", type, kept, people["author"], people["editor"], int(year[0]) if year else None, line
    )
    hint = "left out; add the right one"
    return made, [
        Problem("KB054", "warning", path, line, 1, name, _fault(name, value), hint)
        for name, value in filter(None, left)
    ]


_NONE = {
    "year": "no year, and the work has none",
    "language": f"none that is known; use one of: {', '.join(sorted({*LANGUAGES.values()}))}",
    "url": "no address that begins with http:// or https://",
}
"""What is wrong with a value, where more can be said than that it is none."""


def _fault(name: str, value: str) -> str:
    return f"{value} is {_NONE.get(name, 'none')}"


def type_of(kind: str) -> str:
    """The BibTeX type for what a format calls a work, or an empty string."""
    word = re.sub(r"[^a-z]", "", kind.lower())
    return TYPES.get(word, word if word in _KEPT else "")


def _language(text: str) -> str:
    word = text.lower()
    return word if word in LANGUAGES else _BABEL.get(word[:2], "")


def _addresses(fields: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Sort a DOI and another address into their fields; gives the fields and texts that are
    neither."""
    doi, url = fields["doi"], fields["url"]
    found = bibliography.DOI.search(doi)
    if doi and not found:
        yield "doi", doi
    if "doi.org/" in url:
        found = found or bibliography.DOI.search(url)
        url = "" if found else url
    if url and not re.match(r"https?://", url):
        yield "url", url
        url = ""
    fields["doi"] = found[0].rstrip(".,;") if found else ""
    fields["url"] = url


def _numbers(fields: dict[str, str], mixed: str) -> tuple[str, str] | None:
    """Sort an ISBN and an ISSN into their fields; gives the field and text that are neither."""
    text = " ".join((fields["isbn"], fields["issn"], mixed))
    isbns = [word for word in re.findall(r"[\dXx-]{10,17}", text) if bibliography.is_isbn(word)]
    issns = re.findall(r"\b\d{4}-?\d{3}[\dXx]\b", text)
    fields["isbn"] = isbns[0] if isbns else ""
    fields["issn"] = issns[0] if issns and not isbns else ""
    return ("isbn", text.strip()) if text.strip() and not isbns and not issns else None


def person(text: str) -> Name:
    """A name as formats write it: ``Family, Given[, Suffix]``, or a body without a comma."""
    family, _, rest = (" ".join(part.split()) for part in text.partition(","))
    given, _, suffix = (part.strip() for part in rest.partition(","))
    return Name(f"{family} {suffix}".strip(), given)


def tidy(value: Any) -> str:
    """A value as text on one line, without markup, its letters composed."""
    if isinstance(value, (list, tuple)):
        value = value[0] if value else ""
    text = str(value) if isinstance(value, (str, int, float)) else ""
    bare = re.sub(r"</?(?:i|b|em|strong|sub|sup|scp|span)\b[^<>]*>|[{}]", "", text)
    return composed(" ".join(bare.split()))
