"""The text of a file: UTF-8 without control or hidden characters, or what is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from itertools import islice

from kb.problems import Problem

# Control characters, those that no one sees or that turn the direction of a line, byte order marks,
# and the line breaks of YAML 1.1 that 1.2 does not know: libyaml would fold them, and editors count
# lines without them.
_REFUSED = (
    "\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
    "\u061c\u200b-\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff"
)
_IN_FILE = re.compile(f"[{_REFUSED}]")
_IN_VALUE = re.compile(f"[{_REFUSED}\r]")  # in a file it is half of a line break


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
    found = islice(_IN_FILE.finditer(text), most)
    problems = [_forbidden_problem(path, text, match.start()) for match in found]
    return (None if problems else text), problems


def composed(text: str) -> str:
    """A text in the form in which letters with accents are one sign each (NFC), as nearly all are:
    otherwise words that look the same differ."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def hidden(value: str) -> tuple[str, str] | None:
    """What is wrong with a value that holds a refused character, however it was written in the
    file, and what to do; ``None`` when nothing is."""
    found = None if value.isprintable() else _IN_VALUE.search(value)
    return _refusal(found[0], "delete its escape") if found else None


def _forbidden_problem(path: str, text: str, index: int) -> Problem:
    words = _refusal(
        text[index], "delete it, or put a space or an ordinary line break in its place"
    )
    return Problem("KB002", "error", path, *_end_of(text[:index]), "", *words)


def _refusal(character: str, hint: str) -> tuple[str, str]:
    return f"the character U+{ord(character):04X} is not allowed", hint


def _end_of(text: str) -> tuple[int, int]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return len(lines), len(lines[-1]) + 1
