"""YAML as a person would write it: block mappings, folded texts, and comments where they were.

The same value with the same comments always gives the same text, whatever it was read from.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, takewhile
from typing import Any, TypeAlias

import yaml
from yaml import MappingEndEvent, MappingStartEvent, SequenceEndEvent, SequenceStartEvent

from kb.model import Keys
from kb.yamlfile import Value

WIDTH = 90

_END: Keys = ("",)  # the place after everything; no field has an empty name
_Event: TypeAlias = Any  # of PyYAML, whose types leave the marks and values of events open


def dump(value: dict[str, Any], notes: Notes) -> str:
    """A mapping as the text of a file, with the comments where they belong."""
    return _Writer(notes).document(value)


@dataclass(frozen=True)
class Notes:
    """The comments of a file, by the entry that they stand above or beside; ``()`` is the file."""

    above: dict[Keys, list[str]] = field(default_factory=lambda: defaultdict(list))
    beside: dict[Keys, list[str]] = field(default_factory=lambda: defaultdict(list))

    def texts(self) -> list[str]:
        """All comments, from their ``#`` on."""
        return [text for notes in (self.above, self.beside) for ts in notes.values() for text in ts]


@dataclass(frozen=True)
class _Place:
    """A piece of a file that belongs to an entry: its key, its scalar, or one of its brackets."""

    start: int
    end: int
    keys: Keys


def notes_of(text: str) -> Notes:
    """The comments of a file that :func:`kb.yamlfile.parse` can read.

    One on a line of its own belongs to the entry that follows it, one at the end of a line to the
    entry before it, and those before the first entry to the file.
    """
    notes = Notes()
    if "#" not in text:
        return notes  # nearly always, and the search is slow
    text = text.replace("\r\n", "\n").replace("\r", "\n") + "\n"
    places = [_Place(0, 0, ()), *_all_places(text)]
    starts = [place.start for place in places]
    for position, comment in _comments(text):
        following = bisect_right(starts, position)
        if following > 1 and _is_beside(text, places[following - 1], position):
            notes.beside[places[following - 1].keys].append(comment)
        else:
            keys = places[following].keys if following < len(places) else _END
            notes.above[_outermost(keys) if following > 1 else ()].append(comment)
    for keys in [keys for keys, comments in notes.beside.items() if len(comments) > 1]:
        notes.above[_outermost(keys)] += notes.beside.pop(keys)  # there is one line for them
    return notes


def _outermost(keys: Keys) -> Keys:
    """The entry that starts on the line of this one: ``- - a`` has one place above it."""
    while len(keys) > 1 and keys[-1] == 0 and isinstance(keys[-2], int):
        keys = keys[:-1]
    return keys


def _is_beside(text: str, last: _Place, position: int) -> bool:
    line_start = text.rfind("\n", 0, position) + 1
    return text[line_start:position].strip() != "" and "\n" not in text[last.end : position]


def _comments(text: str) -> Iterator[tuple[int, str]]:
    end = 0
    tokens: Iterator[Any] = yaml.scan(text, Loader=yaml.SafeLoader)
    for token in tokens:
        start = token.start_mark.index
        if isinstance(token, yaml.ScalarToken) and token.style in {"|", ">"}:
            start = text.index("\n", start)  # a comment may stand beside its sign
        for match in re.finditer("#.*", text[end:start]):
            yield end + match.start(), match[0].rstrip()
        end = max(end, token.end_mark.index)


def _all_places(text: str) -> Iterator[_Place]:
    events: Iterator[_Event] = yaml.parse(text, Loader=yaml.SafeLoader)
    root = next(event for event in events if isinstance(event, MappingStartEvent))
    return _places(events, root, ())


def _places(events: Iterator[_Event], node: _Event, keys: Keys) -> Iterator[_Place]:
    """The places of a node in their order; a block that a field holds has none of its own."""
    inline = getattr(node, "flow_style", True)
    if inline or (keys and isinstance(keys[-1], int)):
        yield _place(node, keys)
    if isinstance(node, MappingStartEvent):
        while not isinstance(key := next(events), MappingEndEvent):
            yield _place(key, (*keys, key.value))
            yield from _places(events, next(events), (*keys, key.value))
        if inline:
            yield _place(key, keys)
    elif isinstance(node, SequenceStartEvent):
        for position in count():
            if isinstance(item := next(events), SequenceEndEvent):
                break
            yield from _places(events, item, (*keys, position))
        if inline:
            yield _place(item, keys)


def _place(event: _Event, keys: Keys) -> _Place:
    return _Place(event.start_mark.index, event.end_mark.index, keys)


class _Writer:
    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        noted = [*notes.above, *notes.beside]
        self._holding = {keys[:length] for keys in noted for length in range(len(keys))}

    def document(self, value: dict[str, Any]) -> str:
        above, beside = self._noted(())
        last, _ = self._noted(_END)
        return "\n".join([*above, *beside, *(self._block(value, (), 0) or ["{}"]), *last, ""])

    def _noted(self, keys: Keys) -> tuple[list[str], list[str]]:
        return self._notes.above.get(keys, []), self._notes.beside.get(keys, [])

    def _block(self, value: Any, keys: Keys, indent: int) -> list[str]:
        entries: list[tuple[str, str | int, Any]]
        if isinstance(value, dict):
            entries = [(f"{_key(key)}:", key, inner) for key, inner in value.items()]
        else:
            entries = [("-", position, inner) for position, inner in enumerate(value)]
        written = (self._entry(name, inner, (*keys, k), indent) for name, k, inner in entries)
        return [line for lines in written for line in lines]

    def _entry(self, name: str, value: Any, keys: Keys, indent: int) -> list[str]:
        head = " " * indent + name
        lines = self._inline(value, keys, WIDTH - len(head) - 1, indent + 2)
        if lines is None and name == "-":
            return self._nested(value, keys, indent)
        first, *rest = lines or ["", *self._block(value, keys, indent + 2)]
        above, beside = self._noted(keys)
        line = "  ".join([f"{head} {first}".rstrip(" "), *beside])
        return [*(" " * indent + note for note in above), line, *rest]

    def _nested(self, value: Any, keys: Keys, indent: int) -> list[str]:
        """An item that is a block: it starts beside its dash, so comments stand above the dash."""
        lines = self._block(value, keys, indent + 2)
        inner = list(takewhile(lambda line: line.lstrip(" ").startswith("#"), lines))
        first, *rest = lines[len(inner) :]
        above, beside = self._noted(keys)
        notes = [*above, *beside, *(line.lstrip(" ") for line in inner)]
        return [*(" " * indent + note for note in (*notes, f"- {first.lstrip(' ')}")), *rest]

    def _inline(self, value: Any, keys: Keys, room: int, indent: int) -> list[str] | None:
        """The lines of a value that starts on the line of its name, or ``None`` for a block."""
        if isinstance(value, str):
            return _text(value, room, indent)
        if not isinstance(value, (dict, list)):
            return [_word(value)]
        if not value:
            return ["{}" if isinstance(value, dict) else "[]"]
        if isinstance(value, dict) or keys in self._holding or not all(map(_is_id, value)):
            return None
        line = f"[{', '.join(map(_line, value))}]"
        return [line] if len(line) <= room else None


_CONTROL = "\0-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff"
_ESCAPED = re.compile(f'["\\\\\n{_CONTROL}]')
_NOT_PLAIN = re.compile(f"^[^\\w(“”]|: |:$| #| $|[\n{_CONTROL}]")
_NOT_FOLDED = re.compile(f"\\A\n|\n\n\\Z|^ | $|[{_CONTROL}]", re.MULTILINE)
_MISREAD = re.compile(  # by a reader of YAML 1.1 or 1.2, as a truth value, a number, a date, a time
    r"y|n|yes|no|on|off|true|false|null|\d[\da-fotxz:.,_+ -]*", re.IGNORECASE
)
_ID = re.compile(r"[A-Za-z0-9][\w.-]*")


def _is_id(value: Value) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _key(key: str) -> str:
    return key if key == "n" else _line(key)  # a field of ours; no common reader takes it for "no"


def _word(value: Value) -> str:
    # YAML 1.1 reads 1e+22 as a text, 1.0e+22 as a number.
    return re.sub(r"^(-?\d+)e", r"\1.0e", json.dumps(value))


def _line(text: str) -> str:
    """A text on one line: plain if no reader can take it for anything else, else in quotes."""
    if text and not _NOT_PLAIN.search(text) and not _MISREAD.fullmatch(text):
        return text
    return f'"{_ESCAPED.sub(lambda match: json.dumps(match[0])[1:-1], text)}"'


def _text(text: str, room: int, indent: int) -> list[str]:
    line = _line(text)
    fits = len(line) <= room and "\n" not in text
    if fits or not re.search("[ \n]", text) or _NOT_FOLDED.search(text):
        return [line]
    body = text.removesuffix("\n").split("\n")
    lines = [line for part in body for line in ("", *_filled(part, WIDTH - indent))][1:]
    sign = ">" if text.endswith("\n") else ">-"
    return [sign, *(f"{' ' * indent}{line}" if line else "" for line in lines)]


def _filled(text: str, width: int) -> list[str]:
    lines: list[str] = []
    for word in re.split("(?<=[^ ]) (?=[^ ])", text) if text else ():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
