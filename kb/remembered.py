"""What files hold once they are parsed, remembered: fields of records, entries of references."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field
from itertools import islice
from typing import Any

from pydantic_core import from_json, to_json

from kb import bibliography, reading, textfile
from kb.cache import Cache
from kb.folder import REFERENCES, Snapshot
from kb.halves import in_halves, worth_two
from kb.problems import Problem
from kb.references import Name, Reference, References

_FIELDS, _REFERENCES, _PIECES = "fields", "references", "pieces"
_LINE = 6  # where it stands in what is kept of a reference
_AT_ONCE = 1_000
_BIBTEX = 3  # so many bytes of YAML are parsed while one of BibTeX is


@dataclass
class _Made:
    """What came of parsing: JSON by the SHA-256 of the files, and what is wrong with others, by
    their paths."""

    fields: dict[bytes, bytes] = field(default_factory=dict)
    bibliography: dict[bytes, bytes] = field(default_factory=dict)
    problems: dict[str, tuple[Problem, ...]] = field(default_factory=dict)


class Parsed:
    """The files of a snapshot, parsed by now or before. What is kept is the JSON of their fields, a
    function of nothing but the bytes of a file: all else is looked at anew. Where neither a cache
    nor a second process gains from it, nothing is parsed before it is asked for."""

    def __init__(self, seen: Snapshot, cache: Cache) -> None:
        self._seen, self._cache = seen, cache
        paths = [path for path in seen.contents if path != REFERENCES]
        fields = cache.get(_FIELDS, [seen.digests[path] for path in paths])
        self._known = _Made(fields)
        new = [path for path in paths if seen.digests[path] not in fields]
        if worth_two(new):
            new += self._bibliography()
        elif not cache.keeps:
            return
        for made in in_halves(self._made, new, self._effort):
            for start in range(0, len(made.fields), _AT_ONCE):
                cache.put(_FIELDS, dict(islice(made.fields.items(), start, start + _AT_ONCE)))
            self._known.fields |= made.fields
            self._known.bibliography |= made.bibliography
            self._known.problems |= made.problems

    def _bibliography(self) -> list[str]:
        """The path of the bibliography, if it is there and was not read before."""
        digest = self._seen.digests.get(REFERENCES)
        return [REFERENCES] if digest and not self._cache.get(_REFERENCES, [digest]) else []

    def _effort(self, path: str) -> float:
        return len(self._seen.contents[path]) * (_BIBTEX if path == REFERENCES else 1)

    def _made(self, paths: Sequence[str]) -> _Made:
        made = _Made()
        for path in paths:
            data, digest = self._seen.contents[path], self._seen.digests[path]
            if path == REFERENCES:
                text = _plainly(*references(data, digest, self._cache))
                made.bibliography |= {digest: text} if text else {}
                continue
            fields, problems = reading.read_fields(data, path)
            if fields is None:
                made.problems[path] = problems
            elif (text := _as_json(fields)) is not None:
                made.fields[digest] = text
        return made

    def references(self, data: bytes) -> tuple[References, list[Problem]]:
        """The entries of the bibliography, and what is wrong with it."""
        digest = self._seen.digests.get(REFERENCES)
        if digest is None:
            return parsed_references(data)
        if digest in self._known.bibliography:
            return _from_plain(self._known.bibliography[digest])
        return references(data, digest, self._cache)

    def __contains__(self, path: str) -> bool:
        known = self._known
        return path in known.problems or self._seen.digests.get(path) in known.fields

    def __getitem__(self, path: str) -> tuple[reading.Fields | None, tuple[Problem, ...]]:
        """The same as :func:`kb.reading.read_fields`."""
        if path in self._known.problems:
            return None, self._known.problems[path]
        return from_json(self._known.fields[self._seen.digests[path]]), ()


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
        return _from_plain(found[digest])
    pieced = _pieced(data, cache) if cache.keeps else None
    made, problems = parsed_references(data) if pieced is None else (pieced, [])
    kept = _plainly(made, problems) if cache.keeps else None
    cache.put(_REFERENCES, {digest: kept} if kept else {})
    return made, problems


def _plainly(found: References, problems: Sequence[Problem]) -> bytes | None:
    return _as_json([[_plain(one) for one in found.values()], [astuple(one) for one in problems]])


def _from_plain(text: bytes) -> tuple[References, list[Problem]]:
    entries, told = from_json(text)
    return {one[0]: _reference(*one) for one in entries}, [Problem(*one) for one in told]


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
