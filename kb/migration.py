"""Older knowledge bases brought to the form that is read today, one version after the other.

A step is one function at the end of ``STEPS``: from the texts of all records and of the
bibliography, by path, it gives those that change. Its docstring is what users are told of it.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kb import textfile, yamlfile
from kb.folder import SETTINGS, sources
from kb.model import Complaint
from kb.writing import Change

FIELD = "schema_version"

Files = Mapping[str, str]
Step = Callable[[Files], Mapping[str, str]]


def _named(files: Files) -> Files:
    """The settings name the version; nothing else changes."""
    return {}


STEPS: tuple[Step, ...] = (_named,)
CURRENT = len(STEPS)
"""The version that is read today; version 0 is what came before the settings named one."""


class MigrationError(Exception):
    """A knowledge base cannot be brought to the current version; the text says why and what to do.
    Nothing was changed."""


@dataclass(frozen=True)
class Migration:
    """What leads from the version of a knowledge base to the current one: a line for each step, and
    the files that change, none if it is current already."""

    steps: tuple[str, ...]
    changes: Mapping[Path, Change]


def complaint(settings: Mapping[str, yamlfile.Value]) -> Complaint | None:
    """What is wrong with the version that settings name; ``None`` when it is the current one."""
    found = _version(settings)
    if found == CURRENT:
        return None
    keys = (FIELD,) if FIELD in settings else ()
    if found is None:
        message, hint = f"{FIELD} must be a whole number", f"write {FIELD}: {CURRENT}"
    else:
        named = f"is of version {found}" if FIELD in settings else f"names no {FIELD}"
        message = f"the knowledge base {named}; this kb reads version {CURRENT}"
        newer = "it was made with a newer release of the engine: install that"
        hint = newer if found > CURRENT else "run kb migrate"
    return Complaint("KB081", SETTINGS, keys, message, hint)


def plan(root: Path) -> Migration:
    """How the knowledge base in a folder gets to the current version; nothing is written.

    Raises :class:`MigrationError`, and :class:`OSError` when a file cannot be read.
    """
    if not (root / SETTINGS).is_file():
        raise MigrationError(f"{root} holds no knowledge base: there is no {SETTINGS}")
    if (root / SETTINGS).is_symlink():
        raise MigrationError(f"{SETTINGS} is a link; put the file itself there")
    start = _start((root / SETTINGS).read_bytes())
    before = {path: (root / path).read_bytes() for path in _paths(root)} if start < CURRENT else {}
    after = _migrated(dict(_texts(before)), start)
    changed = {
        Path(path): Change(before.get(path), text.encode())
        for path, text in after.items()
        if before.get(path) != text.encode()
    }
    said = tuple(
        f"{number} to {number + 1}: {inspect.getdoc(STEPS[number])}"
        for number in range(start, CURRENT)
    )
    return Migration(said, changed)


def _start(data: bytes) -> int:
    """The version of a knowledge base with these settings, if that can be migrated from."""
    value, problems = yamlfile.parse(data, SETTINGS)
    if not isinstance(value, dict):
        raise MigrationError(str(problems[0]) if problems else f"{SETTINGS} is empty")
    version, wrong = _version(value), complaint(value)
    if wrong and (version is None or version > CURRENT):
        raise MigrationError(f"{SETTINGS}: {wrong.message}; {wrong.hint}")
    return version or 0


def _version(settings: Mapping[str, yamlfile.Value]) -> int | None:
    """The version that settings name, 0 if they name none; ``None`` if it is no whole number."""
    found = settings.get(FIELD, 0)
    usable = isinstance(found, int) and not isinstance(found, bool) and found >= 0
    return found if usable else None  # type: ignore[return-value]


def _paths(root: Path) -> Iterator[str]:
    for path in sources(root):
        if (root / path).is_file() and not (root / path).is_symlink():
            yield path


def _texts(files: Mapping[str, bytes]) -> Iterable[tuple[str, str]]:
    """The files that are text; what is wrong with the others is for ``kb check`` to say."""
    for path, data in files.items():
        text, _ = textfile.decode(data, path)
        if text is not None:
            yield path, text


def _migrated(files: dict[str, str], start: int) -> dict[str, str]:
    for number in range(start, CURRENT):
        files |= STEPS[number](files)
        files[SETTINGS] = _numbered(files[SETTINGS], number + 1)
    return files


def _numbered(text: str, version: int) -> str:
    """The settings with another version, in its own line if there is one, else above the rest."""
    line = f"{FIELD}: {version}"
    made, found = re.subn(rf"(?m)^{FIELD}:[^#\r\n]*?(?=[ \t]*(?:#|\r?$))", line, text)
    if not found:
        value, _ = yamlfile.parse(text.encode(), SETTINGS)
        first = list(value)[:1] if isinstance(value, dict) else []
        ((line_of_first, _),) = yamlfile.locate(text.encode(), [first])
        lines = text.splitlines(keepends=True)
        ending = "\r\n" if lines[:1] and lines[0].endswith("\r\n") else "\n"
        lines.insert(line_of_first - 1, line + ending)
        made = "".join(lines)
    value, _ = yamlfile.parse(made.encode(), SETTINGS)
    if not isinstance(value, dict) or value.get(FIELD) != version:
        raise MigrationError(f"{SETTINGS}: the line could not be added; write {line} at its top")
    return made
