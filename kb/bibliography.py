"""The references: ``references.bib`` read with bibtexparser into frozen entries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from string import ascii_lowercase
from zlib import crc32

from bibtexparser.middlewares.names import (
    InvalidNameError,
    parse_single_name_into_parts,
    split_multiple_persons_names,
)
from bibtexparser.model import (
    Block,
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    Entry,
    ImplicitComment,
    ParsingFailedBlock,
)

from kb.bibsyntax import blocks, key_in, run_together
from kb.model import ID_PATTERN, URL_PATTERN, is_device, suggestion
from kb.problems import Problem
from kb.references import NAMELESS, UNDATED, Name, Reference, References
from kb.textfile import hidden
from kb.yamlsyntax import shown

YEAR = re.compile(r"\b(1[5-9]\d\d|20\d\d)\b")
DOI = re.compile(r"10\.\d{4,9}/\S+")
_BRACED = re.compile(r"\{[^{}]*\}")
_WORDS = r"(?!and\b)[\w.'-]+(?: (?!and\b)[\w.'-]+)*"
_PLAIN = re.compile(f"{_WORDS}, {_WORDS}", re.IGNORECASE)
"""A person who needs no parser, which takes a hundred times as long: ``Family, Given``."""
_START = re.compile(r"^@.*", re.MULTILINE)
_NO_AT = re.compile(r"^[a-zA-Z]+\s*\{[^\s{},]+,", re.MULTILINE)


def parse(text: str, path: str = "references.bib") -> tuple[References, list[Problem]]:
    """The entries of a BibTeX text by key, and what is wrong with it; nothing is raised."""
    library = blocks(text)
    lines = text.split("\n")
    problems = [_broken(block, path, lines) for block in library.failed_blocks]
    problems += _lost(library.comments, path)
    references: dict[str, Reference] = {}
    taken: dict[str, str] = {}
    works: dict[str, str] = {}
    for entry in library.entries:
        reference, complaints = _reference(entry, path, lines)
        references[reference.key] = reference
        problems.extend(complaints)
        other = taken.setdefault(reference.key.casefold(), reference.key)
        if other != reference.key:
            message = f"only upper and lower case tell it from the key {other}"
            problems.append(_problem(entry, "", path, lines, "KB053", message, "rename one"))
        other = works.setdefault(reference.doi.casefold(), reference.key)
        if reference.doi and other != reference.key:
            message = f"{other} has the same DOI"
            hint = "make them one entry, or give each its own DOI"
            told = _problem(entry, "doi", path, lines, "KB056", message, hint)
            problems.append(replace(told, severity="warning"))
    return told_apart(references), problems


def pieces(text: str) -> list[str]:
    """The text in pieces of some dozens of entries, cut at lines that seem to begin one: which ones
    is a matter of the line alone, so that a change moves few cuts."""
    starts = [one.start() for one in _START.finditer(text) if crc32(one[0].encode()) % 32 == 0]
    return [text[start:end] for start, end in pairwise([0, *starts, len(text)])]


def piece(text: str) -> References | None:
    """The entries of a piece by key, not told apart; ``None`` when something is wrong with it, or
    when it has a meaning for other pieces or they for it."""
    library = blocks(text)
    if library.failed_blocks or library.strings or any(_lost(library.comments, "")):
        return None
    made = [_reference(entry, "", []) for entry in library.entries]
    return None if any(wrong for _, wrong in made) else {one.key: one for one, _ in made}


def _lost(comments: Iterable[Block], path: str) -> Iterator[Problem]:
    """What stands between the entries as a comment and looks as if it were meant to be one."""
    for comment in comments:
        text = comment.comment if isinstance(comment, ImplicitComment) else ""
        if found := _NO_AT.search(text):
            line = (comment.start_line or 0) + 1 + text[: found.start()].count("\n")
            message, hint = "the entry is read as a comment", "put an @ before it"
            yield Problem("KB052", "error", path, line, 1, key_in(found[0]), message, hint)


def told_apart(references: dict[str, Reference]) -> References:
    """The references with a letter after the year where authors and year are the same."""
    alike: dict[str, list[str]] = {}
    for reference in references.values():
        alike.setdefault(reference.short, []).append(reference.key)
    for keys in alike.values():
        for letter, key in zip(ascii_lowercase, sorted(keys), strict=False):
            if len(keys) > 1:
                references[key] = replace(references[key], suffix=letter)
    return references


def _broken(block: ParsingFailedBlock, path: str, lines: list[str]) -> Problem:
    line = (block.start_line or 0) + 1
    column = len(lines[line - 1]) - len(lines[line - 1].lstrip()) + 1 if line <= len(lines) else 1
    if isinstance(block, DuplicateBlockKeyBlock):
        message = f"the key {block.key} stands twice"
        return Problem("KB053", "error", path, line, column, block.key, message, "keep one entry")
    key = key_in(block.raw or "")
    if isinstance(block, DuplicateFieldKeyBlock):
        names = ", ".join(sorted(block.duplicate_keys))
        message = f"the entry cannot be read: it has the field {names} twice"
        return Problem("KB052", "error", path, line, column, key, message, "keep one of them")
    reason = " ".join(str(getattr(block.error, "abort_reason", block.error)).split())
    message = "the entry cannot be read" + (f": {reason[:160].rstrip('. ')}" if reason else "")
    hint = "check its braces, commas and the = of each field"
    return Problem("KB052", "error", path, line, column, key, message, hint)


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
            hint = "write Family, Given and Family, Given"
            problems.append(_problem(entry, role, path, lines, "KB054", str(error), hint))
        if ";" in _BRACED.sub("", raw.get(role, "")):
            message, hint = "a semicolon does not part persons", "put the word and between them"
            problems.append(_problem(entry, role, path, lines, "KB054", message, hint))
    fields["author"] = " and ".join(str(name) for name in names["author"])
    names["author"] = tuple(name for name in names["author"] if str(name) != NAMELESS)
    year = YEAR.search(fields.get("year", "") or fields.get("date", ""))
    reference = Reference(
        key=entry.key,
        type=entry.entry_type.lower(),
        fields={key: value for key, value in fields.items() if value},
        authors=names["author"],
        editors=names["editor"],
        year=int(year[0]) if year else None,
        line=(entry.start_line or 0) + 1,
    )
    for name, text, following in run_together(entry):
        told = f"the comma is missing before {following}", f"put a comma after {shown(text)}"
        problems.append(_problem(entry, name, path, lines, "KB052", *told))
    problems += [
        _problem(entry, name, path, lines, "KB002", *found)
        for name, value in reference.fields.items()
        if (found := hidden(value))
    ]
    problems += [
        _problem(entry, name, path, lines, "KB054", message, hint)
        for name, message, hint in _faults(reference)
    ]
    return reference, problems


def _faults(reference: Reference) -> Iterator[tuple[str, str, str]]:
    """The field, what is wrong with it, and what to do; no field for the key itself."""
    if not re.match(ID_PATTERN, reference.key):
        yield "", f"the key {reference.key!r} cannot be used", "use letters a-z, digits and hyphens"
    if is_device(reference.key):
        message = f"Windows keeps the key {reference.key} for a device"
        yield "", message, "add the year to it"
    if not reference.title:
        yield "title", "the entry has no title", "add title = {...}"
    if not reference.authors and not reference.editors and not reference.nameless:
        yield (
            "author",
            "the entry has neither author nor editor",
            f"add author = {{Family, Given}}, or {{{NAMELESS}}} if no one has seen it",
        )
    if reference.year is None and reference.fields.get("year") != UNDATED:
        yield (
            "year",
            "the entry has no year",
            f"add year = {{...}}, with four digits, or {{{UNDATED}}} if no one has seen it",
        )
    if reference.doi and not DOI.fullmatch(reference.doi):
        bare = DOI.search(reference.doi)
        hint = f"write {bare[0]}" if bare else "write the bare DOI, which starts with 10."
        yield "doi", f"{reference.doi} is not a DOI", hint
    isbn = reference.fields.get("isbn", "")
    if isbn and not is_isbn(isbn):
        yield (
            "isbn",
            f"the check digit of {isbn} is wrong",
            "compare it with the book's own, or remove the field",
        )
    url = reference.fields.get("url", "")
    if url and not re.match(URL_PATTERN, url):
        yield "url", f"{url} is not an address", "start it with https://, without spaces"
    for name in reference.unverified:
        if name not in reference.fields:
            hint = suggestion(name, reference.fields)
            yield "unverified", f"the entry has no field {name}", hint


def _problem(
    entry: Entry, name: str, path: str, lines: list[str], code: str, message: str, hint: str
) -> Problem:
    found = entry.fields_dict.get(name)
    line = ((found and found.start_line) or entry.start_line or 0) + 1
    text = lines[line - 1] if line <= len(lines) else ""
    column = len(text) - len(text.lstrip()) + 1
    field = f"{entry.key}.{name}" if name else entry.key
    return Problem(code, "error", path, line, column, field, message, hint)


def _names(text: str) -> Iterator[Name]:
    if all(map(_PLAIN.fullmatch, people := text.split(" and "))):
        yield from (Name(*one.split(", ")) for one in people)
        return
    for person in split_multiple_persons_names(text.strip()) if text.strip() else ():
        if person.startswith("{") and person.endswith("}"):
            yield Name(_clean(person))
            continue
        parts = parse_single_name_into_parts(person, strict=False)
        family = " ".join(_clean(word) for word in (*parts.von, *parts.last, *parts.jr))
        yield Name(family, " ".join(_clean(word) for word in parts.first))


def _clean(value: object) -> str:
    return " ".join(str(value).replace("{", "").replace("}", "").split())


def is_isbn(text: str) -> bool:
    """Whether a text is an ISBN whose check digit is right."""
    digits = text.replace("-", "").replace(" ", "").upper()
    if re.fullmatch(r"\d{13}", digits):
        return sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits)) % 10 == 0
    if re.fullmatch(r"\d{9}[\dX]", digits):
        values = [10 if d == "X" else int(d) for d in digits]
        return sum((10 - i) * v for i, v in enumerate(values)) % 11 == 0
    return False
