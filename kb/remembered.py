"""What files hold once they are parsed, remembered: fields of records, entries of references."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import astuple
from typing import Any

from pydantic_core import from_json, to_json

from kb import bibliography, reading, textfile
from kb.cache import Cache
from kb.folder import REFERENCES, Snapshot
from kb.problems import Problem
from kb.references import Name, Reference, References

_FIELDS, _REFERENCES, _PIECES = "fields", "references", "pieces"
_LINE = 6  # where it stands in what is kept of a reference
_AT_ONCE = 1_000


class Parsed:
    """The record files of a snapshot, parsed by now or before. What is kept is the JSON of their
    fields, a function of nothing but the bytes of a file: all else is looked at anew. Without a
    cache nothing is parsed before it is asked for."""

    def __init__(self, seen: Snapshot, cache: Cache) -> None:
        self._problems: dict[str, tuple[Problem, ...]] = {}
        self._cache, self._seen = cache, seen
        paths = [path for path in seen.contents if path != REFERENCES] if cache.keeps else []
        self._json = cache.get(_FIELDS, [seen.digests[path] for path in paths])
        for start in range(0, len(paths), _AT_ONCE):
            some = paths[start : start + _AT_ONCE]
            made = dict(self._made(one for one in some if seen.digests[one] not in self._json))
            cache.put(_FIELDS, made)
            self._json |= made

    def _made(self, paths: Iterator[str]) -> Iterator[tuple[bytes, bytes]]:
        for path in paths:
            fields, problems = reading.read_fields(self._seen.contents[path], path)
            if fields is None:
                self._problems[path] = problems
            elif (text := _as_json(fields)) is not None:
                yield self._seen.digests[path], text

    def __contains__(self, path: str) -> bool:
        return path in self._problems or self._seen.digests.get(path) in self._json

    def __getitem__(self, path: str) -> tuple[reading.Fields | None, tuple[Problem, ...]]:
        """The same as :func:`kb.reading.read_fields`."""
        if path in self._problems:
            return None, self._problems[path]
        return from_json(self._json[self._seen.digests[path]]), ()


def _as_json(value: object) -> bytes | None:
    """The JSON of a value; ``None`` for the few that have none."""
    try:
        return to_json(value)
    except ValueError:
        return None


def references(data: bytes, digest: bytes, cache: Cache) -> tuple[References, list[Problem]]:
    """The entries of a bibliography with a SHA-256, and what is wrong with it."""
    found = cache.get(_REFERENCES, [digest])
    if digest in found:
        entries, told = from_json(found[digest])
        return {one[0]: _reference(*one) for one in entries}, [Problem(*one) for one in told]
    pieced = _pieced(data, cache) if cache.keeps else None
    made, problems = parsed_references(data) if pieced is None else (pieced, [])
    kept = _as_json([[_plain(one) for one in made.values()], [astuple(one) for one in problems]])
    cache.put(_REFERENCES, {digest: kept} if kept else {})
    return made, problems


def _pieced(data: bytes, cache: Cache) -> References | None:
    """The entries of a bibliography without problems, put together from pieces of it; ``None`` for
    any other, whose text has to be seen as a whole."""
    text, problems = textfile.decode(data, REFERENCES)
    if text is None or problems:
        return None
    pieces = [(one, one.encode()) for one in bibliography.pieces(text)]
    known = cache.get(_PIECES, [source for _, source in pieces])
    made: dict[bytes, bytes] = {}
    found: dict[str, Reference] = {}
    line = count = 0
    for piece, source in pieces:
        if source not in known:
            own = bibliography.piece(piece)
            kept = None if own is None else _as_json([_plain(one) for one in own.values()])
            if kept is None:
                return None
            known[source] = made[source] = kept
        for one in from_json(known[source]):
            one[_LINE] += line
            found[one[0]] = _reference(*one)
            count += 1
        line += piece.count("\n")
    works = [one.doi.casefold() for one in found.values() if one.doi]
    if len({key.casefold() for key in found}) < count or len({*works}) < len(works):
        return None  # a key, or a DOI, stands twice
    cache.put(_PIECES, made)
    return bibliography.told_apart(found)


def parsed_references(data: bytes) -> tuple[References, list[Problem]]:
    """The entries of a bibliography, and what is wrong with it."""
    text, problems = textfile.decode(data, REFERENCES)
    return bibliography.parse(text, REFERENCES) if text is not None else ({}, problems)


def _plain(one: Reference) -> list[object]:
    people = [[(name.family, name.given) for name in own] for own in (one.authors, one.editors)]
    return [one.key, one.type, one.fields, *people, one.year, one.line, one.suffix]


def _reference(
    key: str, type: str, fields: Mapping[str, str], authors: Any, editors: Any, *rest: Any
) -> Reference:
    signed, edited = (tuple(Name(*one) for one in own) for own in (authors, editors))
    return Reference(key, type, fields, signed, edited, *rest)
