"""Words that YAML takes for a comment, because nothing encloses the text that they follow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from yaml import ScalarEvent

from kb.problems import Problem
from kb.textfile import decode
from kb.yamlfile import Builder, Node, Value
from kb.yamlsyntax import place

_SHORT = re.compile(rb"(?:#.*|(?:- +)*(?:[\w-]+:|-)(?: +(?:\S+|[\"'\[{].*[\"'\]}]))?)?", re.DOTALL)
"""What stands before a comment that nobody takes for a part of it: nothing, another comment, one
word, or what has an end of its own."""
_SPACES = re.compile(r"[ \t]+(?=#)")


def lost_words(data: bytes, path: str) -> tuple[Problem, ...]:
    """A warning for each text of several words in a file without other problems that a comment
    follows on the same line: it may be a part of the text."""
    if not any(_doubtful(data)):
        return ()
    text, _ = decode(data, path)
    reader = _Reader(text or "", path)
    reader.build()
    return tuple(reader.lost.values())


def _doubtful(data: bytes) -> Iterator[bool]:
    """Whether words can be lost, comment by comment; the line for editors is not looked at."""
    at = data.find(b"#", 1)
    while at > 0:
        if data[at - 1] in b" \t":
            start = data.rfind(b"\n", 0, at) + 1
            yield not _SHORT.fullmatch(data[start:at].strip())
            at = end if (end := data.find(b"\n", at)) > 0 else len(data)
        at = data.find(b"#", at + 1)


class _Reader(Builder):
    """Reads a file and keeps the comments that follow several words, by their places."""

    def __init__(self, text: str, path: str) -> None:
        super().__init__(text, path)
        self.lost: dict[tuple[int, int], Problem] = {}

    def _value(self, event: Node) -> Value:
        if isinstance(event, ScalarEvent) and event.implicit[0] and len(event.value.split()) > 1:
            mark: Any = event.end_mark
            if found := _SPACES.match(self._text, mark.index):
                line, column = place(mark)
                self._lost(line, column + len(found[0]))
        return super()._value(event)

    def _lost(self, line: int, column: int) -> None:
        message = "the words after the # are a comment, not a part of the text"
        hint = "put the text in quotes if they belong to it, else move them to a line of their own"
        told = Problem("KB017", "warning", self._path, line, column, self._field, message, hint)
        self.lost.setdefault((line, column), told)
