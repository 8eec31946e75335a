"""What an error of the YAML parser means, and how places and pieces of a file are shown."""

from __future__ import annotations

from typing import Any

from kb.problems import Problem

_HINTS = (  # a part of the parser's message, and what mends its usual cause
    ("mapping values are not allowed", "quote a text that holds `: `, or mend the indentation"),
    ("entries are not allowed", "start the list on a line of its own"),
    ("cannot start any token", "quote the text"),
    ("alphabetic or numeric character", "quote a text that starts with `*` or `&`"),
    ("end of stream", "close the quote"),
    ("expected ',' or", "close the bracket, put a comma between entries, or quote the text"),
    ("find expected ':'", "write `field: value`, and indent the later lines of a long text"),
    ("escape", "write the character itself; in single quotes a backslash is only a backslash"),
    ("", "check the quotes and the indentation, here and on the lines above"),
)


def syntax_problem(path: str, error: Exception, text: str) -> Problem:
    """An error of the parser as a problem, with what mends its usual cause."""
    mark, opened = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    if mark and opened and mark.index >= len(text):
        mark = opened  # what was left open helps more than the end of the file
    words = (getattr(error, "problem", None) or str(error), getattr(error, "context", None))
    message = " ".join(word for word in words if word)
    hint = next(hint for part, hint in _HINTS if part in message)
    if mark and text[mark.index : mark.index + 1] == "\t":
        message, hint = "a tab stands where only spaces may", "indent with spaces"
    lines = text.split("\n")  # the parser puts the end of a file on a line of its own
    at = min(place(mark), (len(lines), len(lines[-1]) + 1))
    return Problem("KB004", "error", path, *at, "", message, hint)


def shown(text: str) -> str:
    """A piece of the file as a short part of one line that cannot upset a terminal."""
    line = text if text.isprintable() else repr(text)[1:-1]
    return line if len(line) <= 60 else f"{line[:57]}..."


def place(mark: Any) -> tuple[int, int]:
    """The line and column, from 1, of a mark of the parser; the file's start without one."""
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)
