"""The words of the interface: the engine's, and those that a knowledge base sets instead."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from kb import yamlfile
from kb.model import Complaint, suggestion

LOCALE = Path(__file__).parent / "locale"
OWN = "corpus/interface"


@cache
def engine(language: str) -> Mapping[str, str]:
    """The engine's words in a language; none when it does not have the language."""
    path = LOCALE / f"{language}.yml"
    return _words(path) if path.is_file() else {}


def interface(own: Mapping[str, str], language: str) -> Mapping[str, str]:
    """The words of the pages in a language: English, then the engine's own in that language, then
    those that the knowledge base sets instead."""
    return {**engine("en"), **engine(language), **own}


def _words(path: Path) -> dict[str, str]:
    value, _ = yamlfile.parse(path.read_bytes(), path.name)
    return {key: str(word) for key, word in value.items()} if isinstance(value, dict) else {}


def check(own: Mapping[str, yamlfile.Value], path: str) -> Iterator[Complaint]:
    """What is wrong with a knowledge base's own words: unknown keys, no texts, other blanks."""
    known = engine("en")
    for key, word in own.items():
        if key not in known:
            hint = suggestion(key, known)
            yield Complaint("KB026", path, (key,), f"the pages have no word {key}", hint)
        elif not isinstance(word, str) or not word.strip():
            yield Complaint("KB022", path, (key,), "must be a text", f'write {key}: "..."')
        elif _blanks(word) != _blanks(known[key]):
            blanks = ", ".join(f"{{{name}}}" for name in sorted(_blanks(known[key]) or ()))
            hint = f"use exactly: {blanks}" if blanks else "use no curly brackets"
            message = "the blanks in curly brackets are not those of the English word"
            yield Complaint("KB026", path, (key,), message, hint)


def _blanks(word: str) -> set[str] | None:
    try:
        return {
            str(name) + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
            for _, name, spec, conversion in string.Formatter().parse(word)
            if name is not None
        }
    except ValueError:
        return None
