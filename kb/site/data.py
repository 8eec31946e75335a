"""The data on its way to the site: the static API, and the formats of the field, whose files are
made before the pages, which tell of each how large it is."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import overload

from kb import api, schema
from kb.base import KnowledgeBase
from kb.formats import material, relations
from kb.formats.registry import FORMATS, Download, write
from kb.site.view import View

ON_SITE = tuple(name for name, one in FORMATS.items() if one.site)
"""The formats that the site offers in ``data/``."""
ELSEWHERE = tuple(name for name, one in FORMATS.items() if one.package)
"""Those that only the command makes, because they need a package that few have."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A format with its files and their size together, in bytes."""

    name: str
    files: tuple[Download, ...]
    size: int


class Later(Sequence[Download]):
    """Files that are made, or told of, when the page is made that tells of them."""

    def __init__(self, find: Callable[[], Sequence[Download]]) -> None:
        self._find = find

    @cached_property
    def _found(self) -> Sequence[Download]:
        return self._find()

    @overload
    def __getitem__(self, index: int) -> Download: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Download]: ...
    def __getitem__(self, index: int | slice) -> Download | Sequence[Download]:
        return self._found[index]

    def __len__(self) -> int:
        return len(self._found)


def folder(base: KnowledgeBase) -> Path:
    """Where the files wait until the pages are there."""
    return base.corpus.root / "build" / "data"


def make(base: KnowledgeBase, target: Path | None = None) -> list[Download]:
    """Write the files anew, where they wait or into another folder; gives what was written.

    Raises :class:`kb.bibwriter.Unwritable` for a reference that BibTeX cannot say.
    """
    target = target or folder(base)
    shutil.rmtree(target, ignore_errors=True)
    return write(material.whole(base), ON_SITE, target)


def publish(base: KnowledgeBase, output: Path) -> None:
    """Write the static API and the schemas of the records into a site."""
    for path, content in api.files(base):
        write_text(output / api.FOLDER / path, content)
    for path, content in schema.files(base.settings, base.codebook).items():
        write_text(output / "schema" / path, content)


def copy(base: KnowledgeBase, output: Path) -> None:
    """Copy the files that wait into a site."""
    shutil.copytree(folder(base), output / "data", dirs_exist_ok=True)


def write_text(path: Path, content: str) -> None:
    """Write a file, and the folders that it lies in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, "utf-8", newline="\n")


def offers(view: View) -> list[Offer]:
    """The formats with their files, in the order in which they are told of."""
    found = []
    for name in ON_SITE:
        files = tuple(one for one in view.downloads if one.format == name)
        if files:
            found.append(Offer(name, files, sum(one.size for one in files)))
    return found


def tables(view: View) -> Iterator[tuple[str, int, int]]:
    """The tables with the sizes of their two files: without the mark of spreadsheets and with."""
    sizes = {one.path: one.size for one in view.downloads}
    for name in relations.described():
        if f"csv/{name}.csv" in sizes:
            yield name, sizes[f"csv/{name}.csv"], sizes[f"spreadsheet/{name}.csv"]


def size(view: View, number: int) -> str:
    """A number of bytes for readers, in kB or MB."""
    if number < 1_000_000:
        return f"{view.number(max(1, round(number / 1000)))} kB"
    return f"{view.number(round(number / 1_000_000, 1))} MB"


def has_questions(view: View) -> bool:
    """Whether there is a hand-written page with questions to the data."""
    return any((view.corpus.root / "docs" / view.language / "query").glob("index.md*"))
