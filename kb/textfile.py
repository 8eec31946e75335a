"""The text of a file: UTF-8 without control characters, or what is wrong with it."""

from __future__ import annotations

import re
from itertools import islice

from kb.problems import Problem

# Control characters, byte order marks, and the line breaks of YAML 1.1 that 1.2 does not know:
# libyaml would fold them, and editors count lines without them.
_FORBIDDEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def decode(data: bytes, path: str, most: int = 100) -> tuple[str | None, list[Problem]]:
    """The text of a file without its byte order mark, or ``None`` and what is wrong with it;
    at most ``most`` problems are named."""
    hint = "save the file as UTF-8"
    if b"\0" in data[:2]:
        return None, [Problem("KB001", "error", path, 1, 1, "", "the file looks like UTF-16", hint)]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = _end_of(error.object[: error.start].decode())
        message = f"the byte 0x{error.object[error.start]:02X} is not UTF-8"
        return None, [Problem("KB001", "error", path, line, column, "", message, hint)]
    if text.replace("\n", " ").isprintable():  # nearly always, and twice as fast as the search
        return text, []
    found = islice(_FORBIDDEN.finditer(text), most)
    problems = [_forbidden_problem(path, text, match.start()) for match in found]
    return (None if problems else text), problems


def _forbidden_problem(path: str, text: str, index: int) -> Problem:
    message = f"the character U+{ord(text[index]):04X} is not allowed"
    hint = "delete it, or put a space or an ordinary line break in its place"
    return Problem("KB002", "error", path, *_end_of(text[:index]), "", message, hint)


def _end_of(text: str) -> tuple[int, int]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return len(lines), len(lines[-1]) + 1
