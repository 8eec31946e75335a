"""The canonical form of record files: one way to write every value, so that diffs show meaning.

Fields stand in the order of their record, mappings in block style, short lists of ids in brackets,
and long texts are folded; there are no blank lines. Comments are kept: one on a line of its own
stays above the field or list item that it preceded, one at the end of a line stays beside its
field, and those before the first field stay first. What cannot be kept leaves the file alone.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, get_args

import yaml
from yaml import MappingEndEvent, MappingStartEvent, SequenceEndEvent, SequenceStartEvent

from kb.codebook import Facet
from kb.corpus import SETTINGS, sources
from kb.model import Keys, Record
from kb.records import Settings, Study
from kb.yamlfile import Value, decode, parse

WIDTH = 90
_MODELS: dict[str, type[Record]] = {
    SETTINGS: Settings,
    "corpus/codebook/": Facet,
    "corpus/studies/": Study,
}


def format_files(
    folder: Path, paths: Iterable[Path], write: bool
) -> tuple[list[str], list[str]]:
    """Format the record files of a knowledge base, or those at or below some paths.

    Gives the paths, relative to ``folder``, of the files that change and of those left alone
    because they cannot be read, kept whole or written. Links are not followed. Without ``write``
    nothing is changed.
    """
    languages = _languages(folder / SETTINGS)
    changed, unreadable = [], []
    for path in _chosen(folder, [path.absolute() for path in paths]):
        try:
            if _format_file(folder / path, path, languages, write):
                changed.append(path)
        except (OSError, _CannotKeep):
            unreadable.append(path)
    return changed, unreadable


def canonical(data: bytes, path: str, languages: Sequence[str] = ()) -> str | None:
    """The canonical form of a record file, or ``None`` if it has problems or would lose anything.

    ``path``, relative to the root, says which record it is; ``languages`` how texts are ordered.
    """
    value, problems = parse(data, path)
    text, _ = decode(data, path)
    if problems or text is None or not isinstance(value, dict):
        return None
    try:
        notes = _notes(text.replace("\r\n", "\n").replace("\r", "\n"))
        written = _Writer(notes).document(_ordered(value, _model(path), languages))
        kept = Counter(notes.texts()) == Counter(_notes(written).texts())
    except yaml.YAMLError:  # the parser of comments is a little stricter than that of values
        return None
    return written if kept and _same(value, parse(written.encode(), path)[0]) else None


class _CannotKeep(Exception):
    """The file has no canonical form that says the same."""


def _languages(settings: Path) -> Sequence[str]:
    try:
        value, _ = parse(settings.read_bytes(), SETTINGS)
    except OSError:
        return ()
    languages = value.get("languages") if isinstance(value, dict) else None
    return [str(language) for language in languages] if isinstance(languages, list) else ()


def _chosen(folder: Path, named: Sequence[Path]) -> Iterator[str]:
    root = folder.resolve()
    for path in sources(folder):
        here = root / path
        if _model(path) is None or here.name.startswith(".") or here.resolve() != here:
            continue  # the last: a link is on the way
        if not named or any(here.is_relative_to(name.resolve()) for name in named):
            yield path
    yield from (_relative(path, root) for path in named if not path.exists())


def _relative(path: Path, root: Path) -> str:
    whole = path.resolve()
    return (whole.relative_to(root) if whole.is_relative_to(root) else whole).as_posix()


def _format_file(file: Path, path: str, languages: Sequence[str], write: bool) -> bool:
    data = file.read_bytes()
    text = canonical(data, path, languages)
    if text is None:
        raise _CannotKeep
    if write and text.encode() != data:
        _replace(file, text.encode())
    return text.encode() != data


def _replace(file: Path, data: bytes) -> None:
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with open(descriptor, "wb") as temporary:
            temporary.write(data)
        shutil.copymode(file, name)
        os.replace(name, file)
    except BaseException:
        os.unlink(name)
        raise


def _same(value: Value, other: Value) -> bool:
    # Unlike ==, this tells 1 from 1.0 and from true.
    return json.dumps(value, sort_keys=True) == json.dumps(other, sort_keys=True)


# The order of fields


def _model(path: str) -> type[Record] | None:
    return next((model for start, model in _MODELS.items() if path.startswith(start)), None)


def _ordered(value: Any, model: type[Record] | None, languages: Sequence[str]) -> Any:
    if isinstance(value, list):
        return [_ordered(item, model, languages) for item in value]
    if not isinstance(value, dict):
        return value
    fields = {info.alias or name: info for name, info in model.model_fields.items()} if model else {}
    models = {name: _model_in(info.annotation) for name, info in fields.items()}
    names = list(fields or languages)
    keys = sorted(value, key=lambda key: names.index(key) if key in names else len(names))
    return {key: _ordered(value[key], models.get(key), languages) for key in keys}


def _model_in(annotation: Any) -> type[Record] | None:
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)


# Comments and where they belong

_END: Keys = ("",)  # the place after everything; no field has an empty name


@dataclass(frozen=True)
class _Notes:
    """The comments of a file by the entry that they stand above or beside; of the file at ()."""

    above: dict[Keys, list[str]] = field(default_factory=lambda: defaultdict(list))
    beside: dict[Keys, list[str]] = field(default_factory=lambda: defaultdict(list))

    def texts(self) -> list[str]:
        return [text for notes in (self.above, self.beside) for ts in notes.values() for text in ts]


@dataclass(frozen=True)
class _Place:
    """A piece of a file that belongs to an entry: its key, its scalar, or one of its brackets."""

    start: int
    end: int
    keys: Keys


def _notes(text: str) -> _Notes:
    notes = _Notes()
    if "#" not in text:
        return notes  # nearly always, and the search is slow
    events = yaml.parse(text, Loader=yaml.SafeLoader)
    root = next(event for event in events if isinstance(event, yaml.CollectionStartEvent))
    places = [_Place(0, 0, ()), *_places(events, root, ())]
    starts = [place.start for place in places]
    for position, comment in _comments(text):
        following = bisect_right(starts, position)
        last = places[following - 1]
        if following == 1:
            notes.above[()].append(comment)
        elif _is_beside(text, last, position):
            notes.beside[last.keys].append(comment)
        else:
            keys = places[following].keys if following < len(places) else _END
            notes.above[keys].append(comment)
    return notes


def _is_beside(text: str, last: _Place, position: int) -> bool:
    line_start = text.rfind("\n", 0, position) + 1
    return text[line_start:position].strip() != "" and "\n" not in text[last.end : position]


def _comments(text: str) -> Iterator[tuple[int, str]]:
    end = 0
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        start = token.start_mark.index
        if isinstance(token, yaml.ScalarToken) and token.style in {"|", ">"}:
            start = text.index("\n", start) if "\n" in text[start:] else len(text)  # its header
        for match in re.finditer("#.*", text[end:start]):
            yield end + match.start(), match[0].rstrip()
        end = max(end, token.end_mark.index)


def _places(events: Iterator[yaml.Event], node: Any, keys: Keys) -> Iterator[_Place]:
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


def _place(event: yaml.Event, keys: Keys) -> _Place:
    return _Place(event.start_mark.index, event.end_mark.index, keys)


# Writing


class _Writer:
    """Writes a value, and the comments where they belong."""

    def __init__(self, notes: _Notes) -> None:
        self._notes = notes
        noted = [*notes.above, *notes.beside]
        self._holding = {keys[:length] for keys in noted for length in range(len(keys))}

    def document(self, value: dict[str, Any]) -> str:
        body = self._block(value, (), 0) or ["{}"]
        lines = [*self._above((), 0), *body, *self._above(_END, 0)]
        return "\n".join(lines) + "\n"

    def _block(self, value: Any, keys: Keys, indent: int) -> list[str]:
        if isinstance(value, dict):
            entries = [
                self._entry(f"{_key(key)}:", inner, (*keys, key), indent)
                for key, inner in value.items()
            ]
        else:
            entries = [self._item(inner, (*keys, n), indent) for n, inner in enumerate(value)]
        return [line for entry in entries for line in entry]

    def _entry(self, name: str, value: Any, keys: Keys, indent: int) -> list[str]:
        head = " " * indent + name
        first, rest = self._content(value, keys, head, indent + 2)
        note = self._notes.beside.get(keys, []) 
        beside = f"  {note[0]}" if len(note) == 1 else ""
        return [*self._above(keys, indent), f"{head}{first}{beside}", *rest]
