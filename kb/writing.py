"""Writing files so that a reader never meets half of one, and several of them all or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from errno import EISDIR
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Change:
    """What a file held when it was read (``None``: it was not there), and what it is to hold."""

    before: bytes | None
    after: bytes


class WritingError(Exception):
    """Nothing was written; the message says why, in one line."""


def write_all(root: Path, changes: Mapping[Path, Change]) -> None:
    """Make all changes, or none: raises :class:`WritingError` when one of them cannot be made, or
    when a file is no longer what it was when it was read. Paths are relative to ``root``."""
    for path in changes:
        if path.is_absolute() or ".." in path.parts:
            raise WritingError(f"nothing was written: {path.as_posix()} leads out of the folder")
    try:
        with tempfile.TemporaryDirectory(dir=root, prefix=".writing-") as folder:
            staged = {path: Path(folder) / str(n) for n, path in enumerate(changes)}
            for path, change in changes.items():
                staged[path].write_bytes(change.after)
                if (root / path).exists():
                    shutil.copymode(root / path, staged[path])
            _move(root, changes, staged)
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        raise WritingError(f"nothing was written: {name}{error.strerror or error}") from error


def differing(root: Path, made: Mapping[str, str]) -> dict[Path, Change]:
    """The changes that files need to hold what was made; none for those that do. Raises
    :class:`OSError` for one that cannot be read."""
    found = {Path(name): Change(content(root / name), made[name].encode()) for name in made}
    return {path: one for path, one in found.items() if one.before != one.after}


@contextmanager
def staging(root: Path) -> Iterator[Path]:
    """A folder to write new files into. In the end all of them take their places below ``root``,
    which is made if need be, or none does: then :class:`WritingError` is raised. A file that has
    the place already goes; others stay."""
    made: list[Path] = []
    try:
        made += _folders(root / "any")
        with tempfile.TemporaryDirectory(dir=root, prefix=".writing-") as folder:
            new, old = Path(folder) / "new", Path(folder) / "old"
            new.mkdir()
            yield new
            _take_places(root, new, old)
            made.clear()
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        raise WritingError(f"nothing was written: {name}{error.strerror or error}") from error
    finally:
        for one in reversed(made):
            if one.is_dir() and not any(one.iterdir()):
                one.rmdir()


def _take_places(root: Path, new: Path, old: Path) -> None:
    """Move all files below ``new`` to the same places below ``root``, and what is there below
    ``old``; when one cannot be moved, all go back."""
    files = sorted(path.relative_to(new) for path in new.rglob("*") if path.is_file())
    made: list[Path] = []
    moves: list[tuple[Path, Path]] = []
    try:
        for path in files:
            made += _folders(root / path)
            if (root / path).exists():
                (old / path).parent.mkdir(parents=True, exist_ok=True)
                moves.append(_moved(root / path, old / path))
            moves.append(_moved(new / path, root / path))
    except BaseException:
        for source, target in reversed(moves):
            target.rename(source)
        for folder in reversed(made):
            folder.rmdir()
        raise


def _moved(source: Path, target: Path) -> tuple[Path, Path]:
    if source.is_dir():
        raise IsADirectoryError(EISDIR, "there is a folder of this name", str(source))
    source.rename(target)
    return source, target


def _move(root: Path, changes: Mapping[Path, Change], staged: Mapping[Path, Path]) -> None:
    made: list[Path] = []
    moved: list[Path] = []
    try:
        for path, change in changes.items():
            if content(root / path) != change.before:
                what = "is there already" if change.before is None else "was changed meanwhile"
                raise WritingError(f"nothing was written: {path.as_posix()} {what}")
            made += _folders(root / path)
            os.replace(staged[path], root / path)
            moved.append(path)
    except BaseException:
        _undo(root, {path: changes[path] for path in moved}, made)
        raise


def _folders(file: Path) -> list[Path]:
    """Make the folders that a file needs; gives those that were not there, outermost first."""
    missing = [folder for folder in file.parents if not folder.exists()][::-1]
    file.parent.mkdir(parents=True, exist_ok=True)
    return missing


def _undo(root: Path, changes: Mapping[Path, Change], folders: list[Path]) -> None:
    for path, change in changes.items():
        if change.before is None:
            (root / path).unlink()
        else:
            replace(root / path, change.before)
    for folder in reversed(folders):
        if not any(folder.iterdir()):
            folder.rmdir()


def content(file: Path) -> bytes | None:
    """What a file holds; ``None`` when there is none."""
    return file.read_bytes() if file.is_file() else None


def replace(file: Path, data: bytes) -> None:
    """Put other content into a file that is there, in one step; its mode stays."""
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with open(descriptor, "wb") as temporary:
            temporary.write(data)
        shutil.copymode(file, name)
        os.replace(name, file)
    except BaseException:
        os.unlink(name)
        raise
