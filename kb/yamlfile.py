"""Strict YAML 1.2 (core schema) in one pass; whatever is wrong becomes a problem, never an error.

Stricter than the core schema where a careless reader loses something: a key stands only once, tags
are refused, and a number with a leading zero (``0123``, ``0o17``, ``0x1F``) or without bounds
(``.inf``, ``1e999``) stays the text that it was.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

import yaml
from yaml import AliasEvent, MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent

from kb.problems import Problem
from kb.textfile import decode, hidden
from kb.yamlsyntax import place, shown, syntax_problem

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML without libyaml: the same events, some twenty times slower
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

Value: TypeAlias = "bool | int | float | str | list[Value] | dict[str, Value] | None"
_Keys: TypeAlias = tuple[str | int, ...]
Node: TypeAlias = ScalarEvent | yaml.CollectionStartEvent | AliasEvent


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one file; ``max_depth`` has to stay far below Python's recursion limit."""

    max_bytes: int = 1_000_000
    max_depth: int = 50
    max_aliases: int = 20
    max_problems: int = 100


_LIMITS = Limits()


def parse(data: bytes, path: str, limits: Limits = _LIMITS) -> tuple[Value, list[Problem]]:
    """The mapping that a file holds, or ``None`` and its problems; nothing is ever raised.

    A piece of broken grammar ends the search for problems, most others do not. An alias gives the
    very object of its anchor, so the value is there to be read, not to be changed.
    """
    if len(data) > limits.max_bytes:
        message = f"the file has {len(data):,} bytes; {limits.max_bytes:,} are allowed"
        hint = "split it: one record, one file"
        return None, [Problem("KB010", "error", path, 1, 1, "", message, hint)]
    text, problems = decode(data, path, limits.max_problems)
    if text is None:
        return None, problems
    builder = Builder(text, path, limits)
    value = builder.build()
    if not builder.problems and "\\" in text:  # what stands there as it is was found already
        found = dict(islice(_escaped(value, ()), limits.max_problems))
        for (keys, words), at in zip(found.items(), locate(data, list(found)), strict=True):
            field = shown(".".join(map(str, keys)))
            builder.problems.append(Problem("KB002", "error", path, *at, field, *words))
    return (None if builder.problems else value), builder.problems


def _escaped(value: Value, keys: _Keys) -> Iterator[tuple[_Keys, tuple[str, str]]]:
    """Where an escape brings a refused character into a key or a text, and what is wrong."""
    if isinstance(value, str) and (found := hidden(value)):
        yield keys, found
    elif isinstance(value, (dict, list)):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            for part in (key, inner):
                yield from _escaped(part, (*keys, key))


def locate(data: bytes, wanted: Iterable[Sequence[str | int]]) -> list[tuple[int, int]]:
    """The line and column, from 1, of the entry at each place that is wanted, by the keys that lead
    there: of its key, if it is in a mapping.

    Without such an entry it is the place of the nearest one above. Meant for a file that has
    problems: the file is read again, once for all of them, so that :func:`parse` need not keep
    places.
    """
    trails = [tuple(keys) for keys in wanted]
    locator = _Locator(data.decode("utf-8-sig", "replace"), trails)
    locator.build()
    return [locator.nearest(trail) for trail in trails]


# The parser without libyaml lets the errors of chr() out, for an escape such as "\UFFFFFFFF".
_PARSER_ERRORS = (yaml.YAMLError, ValueError, OverflowError)

_ONE_EACH = "move it to its own file, and delete the line with ---"
_FIELD = "write `field: value`, for example `title: ...`"
_NO_ALIAS = "write the value out, or quote a text that starts with `*` or `&`"


class _StopReading(Exception):
    """What follows in the file cannot be read."""


class Builder:
    """Builds the value of one text from the parser's events; gathers problems on the way."""

    def __init__(self, text: str, path: str, limits: Limits = _LIMITS) -> None:
        self.problems: list[Problem] = []
        self._text, self._path, self._limits = text, path, limits
        self._next: Callable[[], Any]  # set when the reading starts: the parser may refuse at once
        self._trail: list[str | int | None] = []  # the current key of each open container
        self._anchors: dict[str | None, Value] = {}
        self._aliases = 0

    def build(self) -> Value:
        """The value of the only document; of no meaning once there are problems."""
        try:
            return self._document()
        except _StopReading:
            return None
        except _PARSER_ERRORS as error:
            self.problems.append(syntax_problem(self._path, error, self._text))
            return None

    def _document(self) -> Value:
        self._next = _Loader(self._text).get_event
        self._next()  # the start of the stream
        root: Any = None
        value: Value = None
        if isinstance(self._next(), yaml.DocumentStartEvent):
            root = self._next()
            value = self._value(root)
            self._next()  # the end of the document
            if isinstance(more := self._next(), yaml.DocumentStartEvent):
                self._report("KB006", more, "a second document starts", _ONE_EACH)
        if value is None:
            self._report("KB003", None, "the file is empty", "write its fields, or delete the file")
        elif not isinstance(value, dict):
            self._report("KB011", root, "the file is not a mapping", _FIELD)
        return value

    def _value(self, event: Node) -> Value:
        if isinstance(event, ScalarEvent) and event.tag is None and event.anchor is None:
            return _scalar(event)  # most nodes by far
        if isinstance(event, AliasEvent):
            return self._alias(event)
        if event.tag is not None:
            tag = shown(event.tag.replace("tag:yaml.org,2002:", "!!"))
            self._report("KB009", event, f"the tag {tag} is not allowed", f"delete {tag}")
        return self._content(event) if event.anchor is None else self._anchored(event)

    def _content(self, event: ScalarEvent | yaml.CollectionStartEvent) -> Value:
        return _scalar(event) if isinstance(event, ScalarEvent) else self._container(event)

    def _container(self, start: yaml.CollectionStartEvent) -> Value:
        if len(self._trail) >= self._limits.max_depth:
            message = f"more than {self._limits.max_depth} levels of nesting"
            self._report("KB008", start, message, "close the brackets, or nest less")
            raise _StopReading
        self._trail.append(None)
        value = self._mapping() if isinstance(start, MappingStartEvent) else self._sequence()
        self._trail.pop()
        return value

    def _mapping(self) -> dict[str, Value]:
        following = self._next
        entries: dict[str, Value] = {}
        while not isinstance(event := following(), MappingEndEvent):
            key = self._key(event, entries)
            entries[key] = self._value(following())
        return entries

    def _sequence(self) -> list[Value]:
        following = self._next
        items: list[Value] = []
        while not isinstance(event := following(), SequenceEndEvent):
            self._trail[-1] = len(items)
            items.append(self._value(event))
        return items

    def _key(self, event: Node, earlier: Container[str]) -> str:
        if not isinstance(event, ScalarEvent) or event.tag or event.anchor or not event.value:
            return self._odd_key(event)
        self._trail[-1] = key = event.value
        if key in earlier:
            hint = f"keep one of them: delete this `{shown(key)}:` or the one before it"
            self._report("KB005", event, f"the key {shown(key)} stands twice", hint)
        return key

    def _odd_key(self, event: Node) -> str:
        self._trail[-1] = None
        self._value(event)
        self._report("KB012", event, "the key is not a plain text", _FIELD)
        return ""

    def _anchored(self, event: ScalarEvent | yaml.CollectionStartEvent) -> Value:
        aliases = self._aliases
        value = self._anchors[event.anchor] = self._content(event)
        if self._aliases > aliases:  # this is how a few lines become gigabytes
            message = f"the anchor &{shown(str(event.anchor))} holds an alias"
            self._report("KB007", event, message, _NO_ALIAS)
        return value

    def _alias(self, event: AliasEvent) -> Value:
        self._aliases += 1
        if self._aliases == self._limits.max_aliases + 1:
            message = f"more than {self._limits.max_aliases} aliases"
            self._report("KB007", event, message, _NO_ALIAS)
        if event.anchor not in self._anchors:
            message = f"no anchor &{shown(str(event.anchor))} ends before this alias"
            self._report("KB007", event, message, _NO_ALIAS)
        return self._anchors.get(event.anchor)

    @property
    def _field(self) -> str:
        """The field that is read, with dots."""
        return shown(".".join(str(key) for key in self._trail if key is not None))

    def _report(self, code: str, event: yaml.Event | None, message: str, hint: str) -> None:
        line, column = place(event.start_mark) if event else (1, 1)
        where = (self._path, line, column, self._field)
        self.problems.append(Problem(code, "error", *where, message, hint))
        if len(self.problems) >= self._limits.max_problems:
            raise _StopReading


class _Locator(Builder):
    """Reads as a builder does and keeps the places of the entries that lie on some trails."""

    def __init__(self, text: str, trails: Iterable[_Keys]) -> None:
        super().__init__(text, "")
        self._wanted = {trail[:depth] for trail in trails for depth in range(len(trail) + 1)}
        self._places: dict[_Keys, tuple[int, int]] = {}

    def nearest(self, trail: _Keys) -> tuple[int, int]:
        """The place of the entry at a trail, or of the nearest one above."""
        above = (trail[:depth] for depth in range(len(trail), -1, -1))
        return next((self._places[one] for one in above if one in self._places), (1, 1))

    def _key(self, event: Node, earlier: Container[str]) -> str:
        key = super()._key(event, earlier)
        self._note(event)
        return key

    def _value(self, event: Node) -> Value:
        if not self._trail or isinstance(self._trail[-1], int):  # no key has named it
            self._note(event)
        return super()._value(event)

    def _note(self, event: Node) -> None:
        here: Any = tuple(self._trail)
        if here in self._wanted:
            self._places.setdefault(here, place(event.start_mark))


_WORDS: dict[str, Value] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_MAX_DIGITS = sys.int_info.str_digits_check_threshold  # int() takes so many, however Python is set


def _scalar(event: ScalarEvent) -> Value:
    text = event.value
    if not event.implicit[0]:  # quoted, or a block
        return text
    if text in _WORDS:
        return _WORDS[text]
    return _number(text) if text[0] in "+-.0123456789" else text


def _number(text: str) -> int | float | str:
    # A leading zero marks a code rather than a count, and YAML 1.1 reads 010 as 8: it stays a text.
    if _INTEGER.fullmatch(text):
        return int(text) if len(text) <= _MAX_DIGITS else text
    if _FLOAT.fullmatch(text) and math.isfinite(number := float(text)):
        return number
    return text
