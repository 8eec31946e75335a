"""New entries of the bibliography: their keys, their text, and whether a work is there already."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable
from dataclasses import replace
from itertools import count
from string import ascii_lowercase

from kb import bibliography
from kb.model import is_device
from kb.references import FIELDS, NAMELESS, OTHERS, UNDATED, Name, Reference

_ORDER = (*(name for name in FIELDS if name not in {"year", "doi", "isbn", "issn", "url"}),
          "year", "doi", "isbn", "issn", "url", "langid", "unverified")  # fmt: skip
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "ð": "d", "þ": "th", "ł": "l"})


class Unwritable(ValueError):
    """A reference that would be another one after being written and read."""


class Works:
    """The works of a bibliography, to be found again by what they are."""

    def __init__(self, references: Iterable[Reference]) -> None:
        self._dois: dict[str, str] = {}
        self._titles: dict[tuple[object, ...], dict[str, str]] = {}  # address to key, for each work
        for reference in references:
            self.add(reference)

    def add(self, reference: Reference) -> None:
        """Remember a work under its key; the first one of several that are the same stays."""
        if doi := _doi(reference):
            self._dois.setdefault(doi, reference.key)
        same = self._titles.setdefault(_sign(reference), {})
        same.setdefault(reference.fields.get("url", ""), reference.key)

    def find(self, reference: Reference) -> str:
        """The key of the same work: one with its DOI, or with its title, year and first author. An
        undated work at another address is another one. An empty string when there is none."""
        if found := self.with_doi(_doi(reference)):
            return found
        same, url = self._titles.get(_sign(reference), {}), reference.fields.get("url", "")
        if reference.year or not url:
            return next(iter(same.values()), "")
        return same.get(url) or same.get("", "")

    def with_doi(self, doi: str) -> str:
        """The key of the work with a DOI; an empty string when there is none."""
        return self._dois.get(doi.casefold(), "")


def _doi(reference: Reference) -> str:
    url = reference.fields.get("url", "")
    found = bibliography.DOI.search(reference.doi or (url if "doi.org/" in url else ""))
    return found[0].casefold() if found else ""


def _sign(reference: Reference) -> tuple[object, ...]:
    names = reference.authors[0].family.split() if reference.authors else []
    # Sources differ in where a family name begins, and in what accents they keep.
    return bare(reference.title), reference.year, bare(names[-1] if names else "")


def bare(text: str) -> str:
    """The letters and digits of a text without case and accents, which are the same everywhere."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(filter(str.isalnum, folded)) or folded


def new_key(reference: Reference, taken: Container[str]) -> str:
    """A key as ``family2024`` or ``family2024b`` that is not among those ``taken``, which are in
    small letters."""
    names = reference.authors or reference.editors
    stem = _ascii(names[0].family if names else reference.title)[:40] or "work"
    base = f"{stem}{reference.year or ''}"
    lettered = [letter for letter in ascii_lowercase if f"{base}{letter}" in taken]
    if base not in taken and not lettered and not is_device(base):
        return base
    free = (f"{base}{letter}" for letter in ascii_lowercase[1:]) if reference.year else iter(())
    numbered = (f"{base}-{number}" for number in count(2))
    return next(key for keys in (free, numbered) for key in keys if key not in taken)


def _ascii(text: str) -> str:
    """The letters of a name as a key has them; of a longer text its first long word."""
    words = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS)).split()
    plain = [re.sub(r"[^a-z]", "", word) for word in words]
    return "".join(plain) if len(plain) < 4 else next((w for w in plain if len(w) > 3), plain[0])


def entry(reference: Reference) -> str:
    """A reference as an entry of ``references.bib``, with the signs for what no one has seen.

    Raises :class:`Unwritable` when no entry would be read as this reference.
    """
    for protect in (False, True):
        text = _text(reference, protect)
        found, problems = bibliography.parse(text)
        if not problems and _same(found.get(reference.key), reference):
            return text
    reason = problems[0].message if problems else "it would be read as something else"
    raise Unwritable(f"the reference {reference.key} cannot be written as BibTeX: {reason}")


def _same(found: Reference | None, wanted: Reference) -> bool:
    if found is None:
        return False
    return replace(_bare_of_signs(found), line=0) == replace(_bare_of_signs(wanted), line=0)


def _bare_of_signs(one: Reference) -> Reference:
    """The reference without what is not the entry's own: the signs, and the letter of a year."""
    told = {name: value for name, value in one.fields.items() if value not in {UNDATED, NAMELESS}}
    return replace(one, fields=told, suffix="")


def _text(reference: Reference, protect: bool) -> str:
    year = {} if "date" in reference.fields else {"year": str(reference.year or UNDATED)}
    fields = {
        **year,
        **reference.fields,
        "author": _people(reference, "author", protect),
        "editor": _people(reference, "editor", protect),
    }
    if not reference.authors and not reference.editors:
        fields["author"] = NAMELESS
    names = (*_ORDER, *sorted(fields.keys() - set(_ORDER)))
    kept = {name: fields[name] for name in names if fields.get(name)}
    width = max(map(len, kept))
    people = {"author", "editor"}
    lines = [
        f"  {name:<{width}} = {{{value if name in people else _escaped(value)}}}"
        for name, value in kept.items()
    ]
    return f"@{reference.type}{{{reference.key},\n" + ",\n".join(lines) + "\n}\n"


def _people(reference: Reference, role: str, protect: bool) -> str:
    return " and ".join(_person(name, protect) for name in reference.signed(role))


def _person(name: Name, protect: bool) -> str:
    if str(name) == OTHERS:
        return OTHERS
    family, given = _escaped(name.family), _escaped(name.given)
    if not given:
        return f"{{{family}}}"
    return f"{{{family}}}, {given}" if protect else f"{family}, {given}"


def _escaped(text: str) -> str:
    """A value as it stands in braces; the reader decodes LaTeX only where there is a backslash."""
    text = re.sub(r"[{}]", "", text)
    if "\\" not in text:
        return text
    from pylatexenc.latexencode import unicode_to_latex

    return str(unicode_to_latex(text, replacement_latex_protection="braces-all"))


def appended(before: bytes | None, entries: Iterable[str]) -> bytes:
    """A bibliography with some entries after those that it has."""
    old = before or b""
    gap = b"" if not old else b"\n" if old.endswith(b"\n") else b"\n\n"
    return old + gap + "\n".join(entries).encode()
