"""The references: ``references.bib`` read with bibtexparser into frozen entries."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from string import ascii_lowercase

import bibtexparser
from bibtexparser.middlewares import (
    LatexDecodingMiddleware,
    NormalizeFieldKeys,
    RemoveEnclosingMiddleware,
    ResolveStringReferencesMiddleware,
)
from bibtexparser.middlewares.middleware import Middleware
from bibtexparser.middlewares.names import (
    InvalidNameError,
    parse_single_name_into_parts,
    split_multiple_persons_names,
)
from bibtexparser.model import DuplicateBlockKeyBlock, Entry, ParsingFailedBlock

from kb.problems import Problem

logging.getLogger("bibtexparser").setLevel(logging.ERROR)

_YEAR = re.compile(r"\b(1[5-9]\d\d|20\d\d)\b")
_DOI = re.compile(r"^10\.\d{4,9}/\S+$")


_LANGUAGES = {
    "english": "en", "swedish": "sv", "danish": "da", "norwegian": "no", "nynorsk": "nn",
    "norsk": "nb", "bokmal": "nb", "finnish": "fi", "icelandic": "is", "german": "de",
    "french": "fr",
}


@dataclass(frozen=True, slots=True)
class Name:
    """A person or a corporate author; ``given`` is empty for the latter."""

    family: str
    given: str = ""

    def __str__(self) -> str:
        return f"{self.family}, {self.given}" if self.given else self.family

    @property
    def identity(self) -> str:
        """What tells authors apart: family name and first initial."""
        return f"{self.family}, {self.given[:1]}".rstrip(", ").casefold()


@dataclass(frozen=True)
class Reference:
    """One report: an entry of the bibliography. ``line`` is where it starts in the file."""

    key: str
    type: str
    fields: Mapping[str, str]
    authors: tuple[Name, ...]
    editors: tuple[Name, ...]
    year: int | None
    line: int
    suffix: str = ""

    @property
    def title(self) -> str:
        """The title as the entry has it, without braces."""
        return self.fields.get("title", "")

    @property
    def doi(self) -> str:
        """The bare DOI, or an empty string."""
        return self.fields.get("doi", "")

    @property
    def link(self) -> str:
        """Where the work can be found: its DOI's address, else its own, else nothing."""
        return f"https://doi.org/{self.doi}" if self.doi else self.fields.get("url", "")

    @cached_property
    def unverified(self) -> tuple[str, ...]:
        """The fields that no source but the citing review confirms (its ``unverified`` field)."""
        names = self.fields.get("unverified", "").split(",")
        return tuple(name.strip() for name in names if name.strip())

    @property
    def language(self) -> str:
        """The BCP 47 code of the title's language, as far as the field ``langid`` tells."""
        return _LANGUAGES.get(self.fields.get("langid", "").lower(), "")

    @property
    def short(self) -> str:
        """Authors and year as they are cited in running text."""
        names = [name.family for name in self.authors or self.editors] or [self.key]
        who = f"{names[0]} et al." if len(names) > 2 else " & ".join(names)
        return f"{who} ({self.year or 'n.d.'}{self.suffix})"


References = Mapping[str, Reference]


def parse(text: str, path: str = "references.bib") -> tuple[References, list[Problem]]:
    """The entries of a BibTeX text by key, and what is wrong with it; nothing is raised."""
    library = bibtexparser.parse_string(text, parse_stack=_stack(text))
    lines = text.split("\n")
    problems = [_broken(block, path, lines) for block in library.failed_blocks]
    references: dict[str, Reference] = {}
    for entry in library.entries:
        reference, complaints = _reference(entry, path, lines)
        references[reference.key] = reference
        problems.extend(complaints)
    return _told_apart(references), problems


def _told_apart(references: dict[str, Reference]) -> References:
    """The references with a letter after the year where authors and year are the same."""
    alike: dict[str, list[str]] = {}
    for reference in references.values():
        alike.setdefault(reference.short, []).append(reference.key)
    for keys in alike.values():
        for letter, key in zip(ascii_lowercase, sorted(keys), strict=False):
            if len(keys) > 1:
                references[key] = replace(references[key], suffix=letter)
    return references


def _stack(text: str) -> list[Middleware]:
    stack: list[Middleware] = [
        NormalizeFieldKeys(),
        ResolveStringReferencesMiddleware(),
        RemoveEnclosingMiddleware(),
    ]
    # Decoding LaTeX is thirty times as slow as the rest, and real letters need none.
    return [*stack, LatexDecodingMiddleware()] if "\\" in text else stack


def _broken(block: ParsingFailedBlock, path: str, lines: list[str]) -> Problem:
    line = block.start_line + 1
    column = len(lines[line - 1]) - len(lines[line - 1].lstrip()) + 1 if line <= len(lines) else 1
    if isinstance(block, DuplicateBlockKeyBlock):
        message = f"the key {block.key} stands twice"
        return Problem("KB053", "error", path, line, column, block.key, message, "keep one entry")
    reason = " ".join(str(getattr(block.error, "abort_reason", block.error)).split())
    message = "the entry cannot be read" + (f": {reason[:160].rstrip('. ')}" if reason else "")
    hint = "check its braces, commas and the = of each field"
    return Problem("KB052", "error", path, line, column, "", message, hint)


def _reference(entry: Entry, path: str, lines: list[str]) -> tuple[Reference, list[Problem]]:
    fields = {field.key: _clean(field.value) for field in entry.fields if field.key != "author"}
    raw = {field.key: str(field.value) for field in entry.fields}
    problems: list[Problem] = []
    names: dict[str, tuple[Name, ...]] = {}
    for role in ("author", "editor"):
        try:
            names[role] = tuple(_names(raw.get(role, "")))
        except InvalidNameError as error:
            names[role] = ()
            problems.append(_field_problem(entry, role, path, lines, "KB054", str(error)))
    fields["author"] = " and ".join(str(name) for name in names["author"])
    year = _YEAR.search(fields.get("year", "") or fields.get("date", ""))
    reference = Reference(
        key=entry.key,
        type=entry.entry_type.lower(),
        fields={key: value for key, value in fields.items() if value},
        authors=names["author"],
        editors=names["editor"],
        year=int(year[0]) if year else None,
        line=entry.start_line + 1,
    )
    problems += [
        _field_problem(entry, name, path, lines, "KB054", message)
        for name, message in _faults(reference)
    ]
    return reference, problems


def _faults(reference: Reference) -> Iterator[tuple[str, str]]:
    if not reference.title:
        yield "title", "the entry has no title"
    if not reference.authors and not reference.editors:
        yield "author", "the entry has neither author nor editor"
    if reference.year is None:
        yield "year", "the entry has no year"
    if reference.doi and not _DOI.match(reference.doi):
        yield "doi", f"{reference.doi} is not a DOI (10.xxxx/...)"
    if reference.fields.get("isbn") and not _is_isbn(reference.fields["isbn"]):
        yield "isbn", f"the check digit of {reference.fields['isbn']} is wrong"
    url = reference.fields.get("url", "")
    if url and not re.match(r"^https?://[^\s<>\"]+$", url):
        yield "url", "the address must start with http:// or https://"
    for name in reference.unverified:
        if name not in reference.fields:
            yield "unverified", f"the entry has no field {name}"


def _field_problem(
    entry: Entry, name: str, path: str, lines: list[str], code: str, message: str
) -> Problem:
    found = entry.fields_dict.get(name)
    line = (found.start_line if found and found.start_line else entry.start_line) + 1
    text = lines[line - 1] if line <= len(lines) else ""
    column = len(text) - len(text.lstrip()) + 1
    hint = f"mend {name} of {entry.key}"
    return Problem(code, "error", path, line, column, f"{entry.key}.{name}", message, hint)


def _names(text: str) -> Iterator[Name]:
    for person in split_multiple_persons_names(text.strip()) if text.strip() else ():
        if person.startswith("{") and person.endswith("}"):
            yield Name(_clean(person))
            continue
        parts = parse_single_name_into_parts(person, strict=False)
        family = " ".join(_clean(word) for word in (*parts.von, *parts.last, *parts.jr))
        yield Name(family, " ".join(_clean(word) for word in parts.first))


def _clean(value: object) -> str:
    return " ".join(str(value).replace("{", "").replace("}", "").split())


def _is_isbn(text: str) -> bool:
    digits = text.replace("-", "").replace(" ", "").upper()
    if re.fullmatch(r"\d{13}", digits):
        return sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits)) % 10 == 0
    if re.fullmatch(r"\d{9}[\dX]", digits):
        values = [10 if d == "X" else int(d) for d in digits]
        return sum((10 - i) * v for i, v in enumerate(values)) % 11 == 0
    return False
