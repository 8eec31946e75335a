"""A knowledge base as a git revision has it, written to a folder that is gone afterwards."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kb.folder import REFERENCES
from kb.migration import MigrationError, plan
from kb.writing import write_all

MOST_FILES = 200_000
MOST_BYTES = 500_000_000
_REGULAR = ("100644", "100755")


class RevisionError(Exception):
    """Raised when a revision cannot be read; the text says why, on one line."""


@dataclass(frozen=True, slots=True)
class _Blob:
    path: PurePosixPath
    name: str
    size: int


@contextmanager
def checked_out(root: Path, revision: str) -> Iterator[Path]:
    """A temporary folder with the records and the bibliography of a revision.

    ``root`` is the knowledge base's folder, anywhere in a git repository. Nothing but regular
    files is written, and only below that folder. Records of an older version are brought to the
    current one. Raises :class:`RevisionError`.
    """
    commit = resolve(root, revision)
    blobs = _blobs(root, commit, revision)
    with tempfile.TemporaryDirectory(prefix="kb-") as folder:
        _write(root, Path(folder), blobs, revision)
        with suppress(MigrationError):  # who reads it is told what is wrong with it
            write_all(Path(folder), plan(Path(folder)).changes)
        yield Path(folder)


def resolve(root: Path, revision: str) -> str:
    """The full name of a revision's commit; raises :class:`RevisionError` when there is none."""
    if revision.startswith("-") or not revision.isprintable() or not revision:
        raise RevisionError(f"{revision!r} cannot name a revision")
    try:
        _git(root, "rev-parse", "--git-dir")
    except RevisionError as error:
        raise RevisionError(f"{revision} cannot be read: {error}") from error
    try:
        name = _git(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    except RevisionError as error:
        message = f"{revision} is neither a folder with a knowledge base nor a revision"
        raise RevisionError(f"{message}; git log shows those that there are") from error
    return name.decode("ascii").strip()


def _blobs(root: Path, commit: str, revision: str) -> list[_Blob]:
    """The files of a revision that a knowledge base is read from."""
    prefix = _git(root, "rev-parse", "--show-prefix").decode().strip("\n")
    inside = (f"{prefix}corpus", f"{prefix}{REFERENCES}")
    listed = _git(root, "ls-tree", "-r", "-l", "-z", "--full-tree", commit, "--", *inside)
    blobs, total = [], 0
    for entry in filter(None, listed.split(b"\0")):
        head, _, name = entry.partition(b"\t")
        mode, _, blob, size = head.decode("ascii").split()
        path = PurePosixPath(os.fsdecode(name).removeprefix(prefix))
        if path.suffix.casefold() not in {".yml", ".yaml", ".bib"}:
            continue
        if mode not in _REGULAR or not _is_safe(path):
            raise RevisionError(f"{revision} has {path}, which is no ordinary file")
        total += int(size)
        blobs.append(_Blob(path, blob, int(size)))
    if len(blobs) > MOST_FILES or total > MOST_BYTES:
        raise RevisionError(f"{revision} has more than can be compared: {total} bytes")
    return blobs


def _is_safe(path: PurePosixPath) -> bool:
    """Whether a name from a tree stays below the folder, on every system."""
    apart = path.as_posix().split("/")
    return not path.is_absolute() and not any(
        part in {"", ".", ".."} or "\\" in part or ":" in part for part in apart
    )


def _write(root: Path, folder: Path, blobs: list[_Blob], revision: str) -> None:
    asked = "".join(f"{blob.name}\n" for blob in blobs).encode()
    answer, place = _git(root, "cat-file", "--batch", given=asked), 0
    for blob in blobs:
        start = answer.index(b"\n", place) + 1
        content, place = answer[start : start + blob.size], start + blob.size + 1
        target = folder / blob.path
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with target.open("xb") as file:
                file.write(content)
        except OSError as error:
            raise RevisionError(f"{revision}: {blob.path}: {error.strerror}") from error


def _git(root: Path, *arguments: str, given: bytes | None = None) -> bytes:
    environment = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments],
            input=given,
            capture_output=True,
            check=False,
            env=environment,
        )
    except FileNotFoundError as error:
        raise RevisionError("git is not installed, so no revision can be read") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise RevisionError(said[0] if said else f"git {arguments[0]} failed")
    return done.stdout
