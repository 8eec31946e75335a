"""The canonical form of record files: one way to write every value, so that diffs show meaning.

Fields stand in the order of their record, mappings in block style, short lists of ids in brackets,
and long texts are folded; there are no blank lines. Comments are kept: one on a line of its own
stays above the field or list item that it preceded, one at the end of a line stays beside its
field, and those before the first field stay first. Above them all, a line names the record's schema
for editors. What cannot be kept leaves the file alone.
"""

from __future__ import annotations

import difflib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from kb.folder import SETTINGS, sources
from kb.kinds import kind_of, schema_line, without_schema_line
from kb.model import Keys, Record, record_in
from kb.textfile import decode
from kb.writing import replace
from kb.yamlfile import Value, parse
from kb.yamlwriter import Notes, dump, notes_of

Terms = Mapping[Keys, str]
"""Terms to put in the place of others, by where they stand in a record."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A file that was, or would be, written anew, and in a few words what changed in it."""

    path: str
    changes: tuple[str, ...]


def format_files(folder: Path, paths: Iterable[Path], write: bool) -> tuple[list[str], list[str]]:
    """Format the record files of a knowledge base, or those at or below some paths.

    Gives the paths, relative to ``folder``, of the files that change and of those left alone
    because they cannot be read, kept whole or written. Links are not followed. Without ``write``
    nothing is changed.
    """
    changed, unreadable = rewrite(folder, paths, write, {})
    return [one.path for one in changed], unreadable


def rewrite(
    folder: Path, paths: Iterable[Path], write: bool, terms: Mapping[str, Terms]
) -> tuple[list[Rewritten], list[str]]:
    """Format as :func:`format_files` does, and replace some terms, by file, on the way."""
    languages = _languages(folder / SETTINGS)
    changed, unreadable = [], []
    for path in _chosen(folder.resolve(), [path.absolute() for path in paths]):
        try:
            data = (folder / path).read_bytes()
            text = canonical(data, path, languages, terms.get(path, {}))
            if text is None:
                unreadable.append(path)
            elif text.encode() != data:
                if write:
                    replace(folder / path, text.encode())
                changed.append(Rewritten(path, _changes(data, text, path, terms.get(path, {}))))
        except OSError:
            unreadable.append(path)
    return changed, unreadable


def canonical(
    data: bytes, path: str, languages: Sequence[str] = (), terms: Terms = MappingProxyType({})
) -> str | None:
    """The canonical form of a record file, or ``None`` if it has problems or would lose anything.

    ``path``, relative to the root, says which record it is; ``languages`` how texts are ordered.
    ``terms`` are put in the place of others.
    """
    value, problems = parse(data, path)
    text, _ = decode(data, path)
    if problems or text is None or not isinstance(value, dict):
        return None
    kind = kind_of(path)
    try:
        notes = notes_of(without_schema_line(text))
        value = _replaced(value, terms, notes) if terms else value
        written = dump(ordered(value, kind.model if kind else None, languages), notes)
        kept = Counter(notes.texts()) == Counter(notes_of(written).texts())
    except (yaml.YAMLError, _Crowded):  # the parser that finds comments is a little stricter
        return None
    if not kept or not _same(value, parse(written.encode(), path)[0]):
        return None
    return schema_line(path) + written


class _Crowded(Exception):
    """A list would lose an entry, and it has comments that belong to its entries."""


def _replaced(value: Any, terms: Terms, notes: Notes, keys: Keys = ()) -> Any:
    """A value with some terms replaced; one that then stands twice in its list stands once."""
    if isinstance(value, dict):
        return {key: _replaced(one, terms, notes, (*keys, key)) for key, one in value.items()}
    if not isinstance(value, list):
        return terms.get(keys, value)
    items = [_replaced(one, terms, notes, (*keys, at)) for at, one in enumerate(value)]
    new = [terms.get((*keys, at)) for at in range(len(value))]
    twice = {at for at, one in enumerate(items) if one in new and one in items[:at]}
    noted = {*notes.above, *notes.beside}
    if twice and any(place[: len(keys)] == keys and place != keys for place in noted):
        raise _Crowded
    return [one for at, one in enumerate(items) if at not in twice]


def _changes(data: bytes, text: str, path: str, terms: Terms) -> tuple[str, ...]:
    old, new = parse(data, path)[0], parse(text.encode(), path)[0]
    said = [
        f"{'.'.join(map(str, keys))}: {_at(old, keys)} -> {term}" for keys, term in terms.items()
    ]
    if not terms and json.dumps(old) != json.dumps(new):
        said.append("fields in their order")
    lines = difflib.unified_diff(data.decode().splitlines(), text.splitlines(), n=0, lineterm="")
    count = sum(line.startswith("+") and not line.startswith("+++") for line in lines)
    return (*said, f"{count} line{'' if count == 1 else 's'} written anew")


def _at(value: Any, keys: Keys) -> Any:
    for key in keys:
        value = value[key]
    return value


def _languages(settings: Path) -> Sequence[str]:
    try:
        value, _ = parse(settings.read_bytes(), SETTINGS)
    except OSError:
        return ()
    languages = value.get("languages") if isinstance(value, dict) else None
    return [str(language) for language in languages] if isinstance(languages, list) else ()


def _chosen(root: Path, named: Sequence[Path]) -> Iterator[str]:
    for path in sources(root):
        file = root / path
        if kind_of(path) is None or file.name.startswith(".") or file.resolve() != file:
            continue  # not a record, or there is a link on the way
        if not named or any(file.is_relative_to(name.resolve()) for name in named):
            yield path
    yield from (_relative(name.resolve(), root) for name in named if not name.exists())


def _relative(path: Path, root: Path) -> str:
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()


def _same(value: Value, other: Value) -> bool:
    # Unlike ==, this tells 1 from 1.0 and from true.
    return json.dumps(value, sort_keys=True) == json.dumps(other, sort_keys=True)


def ordered(value: Any, model: type[Record] | None, languages: Sequence[str]) -> Any:
    """A value with its fields in the order of their record, and its texts in that of languages."""
    if isinstance(value, list):
        return [ordered(item, model, languages) for item in value]
    if not isinstance(value, dict):
        return value
    models = field_models(model) if model else {}
    names = list(models or languages)
    keys = sorted(value, key=lambda key: names.index(key) if key in names else len(names))
    return {key: ordered(value[key], models.get(key), languages) for key in keys}


def field_models(model: type[Record]) -> dict[str, type[Record] | None]:
    """The record that each field of a record holds, alone or in a list, if it holds any."""
    fields = {info.alias or name: info for name, info in model.model_fields.items()}
    return {name: record_in(info.annotation) for name, info in fields.items()}
