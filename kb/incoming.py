"""Works as reference managers export them (RIS, BibTeX, CSL-JSON), read into references without a
key; whatever is wrong becomes a problem."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from kb import bibliography, textfile
from kb.problems import Problem
from kb.references import LANGUAGES, Name, Reference
from kb.unreadable import workbook
from kb.works import person, tidy, work

Works = tuple[list[Reference], list[Problem]]
"""The works of a file in their order, and what is wrong with it; warnings leave something out."""


def read(data: bytes, path: str) -> Works:
    """The works in an export, whose format shows in its first characters."""
    if wrong := workbook(data):
        return [], [_problem("KB052", path, 1, "", wrong.message, wrong.hint)]
    text, problems = textfile.decode(data, path)
    if text is None:
        return [], problems
    text = textfile.composed(text.replace("\r\n", "\n").replace("\r", "\n"))
    works, problems = _reader(text)(text, path)
    if not works and not problems:
        hint = "give an export in RIS, BibTeX or CSL-JSON, or a CSV file with its mapping"
        problems = [_problem("KB052", path, 1, "", "no work can be found in the file", hint)]
    return works, problems


def _reader(text: str) -> Callable[[str, str], Works]:
    if re.search(r"^TY {0,2}-", text, re.MULTILINE):
        return _ris
    return _csl if text.lstrip()[:1] in {"[", "{"} else _bibtex


# --- RIS ----------------------------------------------------------------------------------------

_TAG = re.compile(r"^([A-Z][A-Z0-9]) {0,2}-(?: |$)(.*)$")
_RIS = {
    "title": "title primary_title caption",
    "in": "secondary_title journal_name alternate_title3 alternate_title2",
    "issued": "year publication_year date",
    "volume": "volume",
    "number": "number",
    "edition": "edition",
    "publisher": "publisher",
    "address": "place_published",
    "doi": "doi",
    "url": "urls",
    "sn": "issn",
    "language": "language",
}


def _ris(text: str, path: str) -> Works:
    works, problems = [], []
    for line, record in _ris_records(text):
        made, left = _ris_work(record, path, line)
        works.append(made)
        problems += left
    return works, problems


def _ris_records(text: str) -> Iterator[tuple[int, str]]:
    """Each record with its first line, its tags written as they should be, and with its end."""
    record: list[str] = []
    start = 0
    for number, line in enumerate(text.split("\n"), 1):
        tag = _TAG.match(line)
        if tag and tag[1] in {"TY", "ER"} and record:
            yield start, "\n".join([*record, "ER  - \n"])
            record = []
        if tag and tag[1] == "TY":
            start = number
            record = [f"TY  - {tag[2].strip()}"]
        elif record:
            record.append(f"{tag[1]}  - {tag[2]}" if tag else line)
    if record:
        yield start, "\n".join([*record, "ER  - \n"])


def _ris_work(record: str, path: str, line: int) -> tuple[Reference, list[Problem]]:
    import rispy

    (told,) = rispy.loads(record) or [{}]
    fields = {
        name: next((told[key] for key in keys.split() if told.get(key)), "")
        for name, keys in _RIS.items()
    }
    pages = [str(told.get(name, "")) for name in ("start_page", "end_page")]
    kind = str(told.get("type_of_reference", ""))
    editors = told.get("secondary_authors", []) if kind.upper() in {"CHAP", "CONF", "ECHAP"} else []
    authors = told.get("authors") or told.get("first_authors") or []
    people = {"author": map(person, authors), "editor": map(person, editors)}
    return work(kind, {**fields, "pages": _pages(pages), **people}, path, line)


def _pages(pages: Iterable[str]) -> str:
    text = "-".join(dict.fromkeys(page.strip() for page in pages if page.strip()))
    return re.sub(r"\s*[-\u2010-\u2015]+\s*", "--", text)


# --- CSL-JSON -----------------------------------------------------------------------------------

_CSL = {
    "title": "title",
    "in": "container-title",
    "volume": "volume",
    "number": "issue",
    "edition": "edition",
    "publisher": "publisher",
    "address": "publisher-place",
    "doi": "DOI",
    "isbn": "ISBN",
    "issn": "ISSN",
    "url": "URL",
    "language": "language",
}


def _csl(text: str, path: str) -> Works:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        reason = getattr(error, "msg", "it is nested too deeply")
        hint = "export the file anew as CSL-JSON"
        return [], [_problem("KB052", path, line, "", f"the file is no JSON: {reason}", hint)]
    if isinstance(value, dict):
        value = value["items"] if isinstance(value.get("items"), list) else [value]
    works, problems = [], []
    for position, item in enumerate(value):
        if not isinstance(item, dict):
            hint = "export the file anew as CSL-JSON"
            problems.append(_problem("KB052", path, 1, f"{position}", "this is no work", hint))
            continue
        made, left = _csl_work(item, path)
        works.append(made)
        problems += [replace(one, field=f"{position}.{one.field}") for one in left]
    return works, problems


def _csl_work(item: Mapping[str, Any], path: str) -> tuple[Reference, list[Problem]]:
    fields = {name: item.get(key, "") for name, key in _CSL.items()}
    fields["number"] = fields["number"] or item.get("number", "")
    people = {role: list(_csl_names(item.get(role))) for role in ("author", "editor")}
    issued = item.get("issued")
    date = issued if isinstance(issued, dict) else {}
    parts = date.get("date-parts")
    while isinstance(parts, list):
        parts = parts[0] if parts else None
    fields["issued"] = parts or date.get("raw") or date.get("literal") or ""
    fields["pages"] = _pages([tidy(item.get("page"))])
    return work(tidy(item.get("type")), {**fields, **people}, path, 1)


def _csl_names(value: Any) -> Iterator[Name]:
    for one in value if isinstance(value, list) else ():
        if isinstance(one, dict):
            particle = tidy(one.get("non-dropping-particle") or one.get("dropping-particle"))
            family = " ".join((particle, tidy(one.get("family")), tidy(one.get("suffix")))).split()
            name = " ".join(family) or tidy(one.get("literal") or one.get("name"))
            if name:
                yield Name(name, tidy(one.get("given")) if family else "")


# --- BibTeX -------------------------------------------------------------------------------------


def _bibtex(text: str, path: str) -> Works:
    found, problems = bibliography.parse(text, path)
    works = []
    for one in found.values():
        told: dict[str, Any] = dict(one.fields)
        told |= {role: one.signed(role) for role in ("author", "editor")}
        told["issued"] = str(one.year or "")
        told["in"] = told.get("journal") or told.get("journaltitle") or told.get("booktitle")
        told["publisher"] = next(
            (told[n] for n in ("institution", "school", "publisher") if told.get(n)), ""
        )
        told["address"] = told.get("address") or told.get("location")
        told["pages"] = _pages([told.get("pages", "")])
        told["language"] = LANGUAGES.get(one.fields.get("langid", "").lower()) or told.get(
            "language"
        )
        made, left = work(one.type, told, path, one.line)
        works.append(made)
        problems += left
    # Keys are made anew, and what a reference lacks is told by whoever needs it.
    return works, [one for one in problems if one.severity == "warning" or one.code != "KB054"]


def _problem(
    code: str, path: str, line: int, field: str, message: str, hint: str, warning: bool = False
) -> Problem:
    severity = "warning" if warning else "error"
    return Problem(code, severity, path, line, 1, field, message, hint)  # type: ignore[arg-type]
