"""One build of a knowledge base at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Let no other build of the knowledge base run; a killed one does not stand in the way."""
    lock = root / "build" / ".lock"
    lock.parent.mkdir(exist_ok=True)
    with FileLock(lock):
        yield
