"""BibTeX as bibtexparser takes it: blocks with their fields, LaTeX decoded, lost commas found."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from functools import cache
from itertools import chain, pairwise
from typing import Any

from bibtexparser import Library  # type: ignore[attr-defined] # it exports this without saying so
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import (
    LatexDecodingMiddleware,
    NormalizeFieldKeys,
    RemoveEnclosingMiddleware,
    ResolveStringReferencesMiddleware,
)
from bibtexparser.middlewares.middleware import Middleware
from bibtexparser.model import Entry, Field

logging.getLogger("bibtexparser").setLevel(logging.ERROR)

_KEY = re.compile(r"@?\s*\w+\s*[{(]\s*([^\s{}(),=]+)")
_MARK = re.compile(r'(?<!\\)[{}"=]')
_NAME = re.compile(r'(?:\A|(?<=[\s}"]))[A-Za-z][\w-]*\s*\Z')
_COMMAND = re.compile(r"(?<!\\)(?:\\\\)*\\([A-Za-z]+)")
_PERCENT = re.compile(r"(?<!\\)%")


def blocks(text: str) -> Library:
    """The entries of a text with their fields, what cannot be read, and what lies between them."""
    stack: list[Middleware] = [
        _Parting(),
        NormalizeFieldKeys(),
        ResolveStringReferencesMiddleware(),
        RemoveEnclosingMiddleware(),
    ]
    if "\\" in text:
        stack.append(_Decoding(keep_braced_groups=True))
    return parse_string(text, parse_stack=stack)


def key_in(text: str) -> str:
    """The key with which an entry begins that cannot be read; empty if it has none."""
    found = _KEY.match(text)
    return found[1] if found else ""


def run_together(entry: Entry) -> list[tuple[str, str, str]]:
    """The fields of an entry that no comma ends: the name, what stands there, and what follows."""
    found: list[tuple[str, str, str]] = entry.parser_metadata.get(_Parting.__name__, [])
    return found


class _Parting(Middleware):
    """Parts the fields that the parser takes for one value, because no comma is between them."""

    def transform(self, library: Library) -> Library:
        for entry in library.entries:
            if (entry.raw or "").count("=") == len(entry.fields):
                continue  # most by far
            if [one for one in entry.fields if "=" in one.value and any(_names(one.value))]:
                _part(entry)
        return library


def _part(entry: Entry) -> None:
    parted = [list(_parts(field)) for field in entry.fields]
    entry.fields = list(chain.from_iterable(parted))
    entry.parser_metadata[_Parting.__name__] = [
        (one.key.lower(), f"{one.key} = {' '.join(one.value.split())}", other.key)
        for parts in parted
        for one, other in pairwise(parts)
    ]


def _parts(field: Field) -> Iterator[Field]:
    """The fields that stand in the value of one."""
    value, key, start, line = field.value, field.key, 0, field.start_line
    for end, following, equals in _names(value):
        yield Field(key, value[start:end].strip(), line)
        key, start, line = following, equals + 1, field.start_line + value[:equals].count("\n")
    yield Field(key, value[start:].strip(), line)


def _names(value: str) -> Iterator[tuple[int, str, int]]:
    """The names in a value that a ``=`` follows, outside of braces and quotes, where a value ends:
    their start, they themselves, and where the ``=`` is."""
    if value[:1] == "{" and "}" not in value[:-1]:
        return  # one pair of braces holds all of it
    start, depth, quoted = 0, 0, False
    for mark in _MARK.finditer(value):
        if mark[0] in "{}":
            depth += 1 if mark[0] == "{" else -1
        elif not depth and mark[0] == '"':
            quoted = not quoted
        elif not depth and not quoted:
            found = _NAME.search(before := value[start : mark.start()])
            if found and _ends(before[: found.start()].strip()):
                yield start + found.start(), found[0].strip(), mark.start()
                start = mark.end()


def _ends(value: str) -> bool:
    """Whether a value ends here, and not within words that nothing encloses."""
    return value[-1:] in {"", "}", '"'} or "#" in value or len(value.split()) == 1


class _Decoding(LatexDecodingMiddleware):
    """Decodes LaTeX in the values that hold a backslash, and leaves all others as they are.

    It is thirty times as slow as the rest. By itself it takes what follows a ``%`` for a comment,
    and passes over commands that it does not know: neither may lose what an entry says.
    """

    def _transform_python_value_string(self, python_string: str) -> tuple[str, str]:
        if "\\" not in python_string:
            return python_string, ""
        for name in _COMMAND.findall(python_string):
            if _latex().get_macro_spec(name) is None:
                return "", f"the LaTeX command \\{name} is not known; write what it stands for"
        whole = _PERCENT.sub(r"\\%", python_string)
        text, error = super()._transform_python_value_string(whole)
        return str(text), str(error)


@cache
def _latex() -> Any:
    """The LaTeX commands whose letters are known."""
    from pylatexenc.latex2text import get_default_latex_context_db

    return get_default_latex_context_db()
