"""The folder of a knowledge base: where it is, and what its files held at one moment."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

SETTINGS = "corpus/knowledge-base.yml"
REFERENCES = "references.bib"
MANIFEST = "manifest.json"
"""By this file the tables of ``kb shard`` are found."""
RECORDS = "corpus"
"""The folder below which all records lie."""


@dataclass(frozen=True)
class Snapshot:
    """What the files of a knowledge base held at one moment: the bytes of every ``.yml`` file below
    ``corpus/`` and of the bibliography by path, and their SHA-256.

    Links, and what could not be read, are not among them. ``digest`` tells this content, and the
    names and kinds of all files and folders, from any other; it is empty where there are links or
    unreadable files, for which nobody vouches.
    """

    root: Path
    contents: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    digests: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    digest: bytes = b""


def snapshot(root: Path, without: str | None = None) -> Snapshot:
    """The files of a knowledge base as they are now, or those outside one folder; nothing is
    raised."""
    look = _Look(root, without)
    look.at(RECORDS)
    look.at(REFERENCES)
    digests = {path: hashlib.sha256(data).digest() for path, data in look.contents.items()}
    if look.unsure:
        return Snapshot(root, look.contents, digests)
    total = hashlib.sha256()
    for name in sorted(look.names):
        total.update(name + b"\0")
    for path in sorted(digests):
        total.update(os.fsencode(path) + b"\0" + digests[path])
    return Snapshot(root, look.contents, digests, total.digest())


class _Look:
    """A walk through a folder that notes what is there."""

    def __init__(self, root: Path, without: str | None) -> None:
        self._root, self._without = os.fspath(root), without
        self.contents: dict[str, bytes] = {}
        self.names: list[bytes] = []
        self.unsure = False

    def at(self, path: str) -> None:
        """Note a file, or a folder with all that is in it."""
        whole = os.path.join(self._root, path)
        if os.path.islink(whole):
            self.unsure = True
        elif os.path.isdir(whole):
            self._folder(path)
        elif os.path.isfile(whole):
            self._file(path)

    def _folder(self, path: str) -> None:
        self.names.append(os.fsencode(f"{path}/"))
        try:
            with os.scandir(os.path.join(self._root, path)) as entries:
                found = list(entries)
        except OSError:
            self.unsure = True
            return
        for entry in found:
            name = f"{path}/{entry.name}"
            if name == self._without:
                continue
            if entry.is_dir(follow_symlinks=False):
                self._folder(name)
            elif entry.is_file(follow_symlinks=False):
                self._file(name)
            else:
                self.unsure = True

    def _file(self, path: str) -> None:
        self.names.append(os.fsencode(path))
        if not path.endswith(".yml") and path != REFERENCES:
            return
        try:
            with open(os.path.join(self._root, path), "rb", 0) as file:
                self.contents[path] = file.read()
        except OSError:
            self.unsure = True


def sources(root: Path) -> list[str]:
    """The paths of all files that a corpus is read from, sorted."""
    files = (path for path in (root / RECORDS).rglob("*.yml") if path.is_file())
    return sorted([*(path.relative_to(root).as_posix() for path in files), REFERENCES])


def stem(path: str) -> str:
    """The name of a file without its folders and its ending, which is the id of its record."""
    name = path.rpartition("/")[2]
    return name.rpartition(".")[0] or name


def find_root(start: Path) -> Path:
    """The nearest folder from ``start`` upwards that holds a knowledge base, else ``start``."""
    here = start.resolve()
    for folder in (here, *here.parents):
        if (folder / SETTINGS).is_file():
            return folder
    return here


def holds_tables(folder: Path) -> bool:
    """Whether ``kb shard`` has made tables in a folder."""
    try:
        with (folder / MANIFEST).open("rb") as file:
            return re.search(rb'"run": ?"run-[0-9a-f]{32}"', file.read(200)) is not None
    except OSError:
        return False


def only_tables(folder: Path) -> str:
    """What to say of a folder with tables that lies in no knowledge base; else nothing."""
    if (find_root(folder) / SETTINGS).is_file() or not holds_tables(folder):
        return ""
    hint = "for all else, name the folder of the knowledge base that they were made of"
    return f"{folder} holds tables of kb shard, which only kb matrix reads; {hint}"
