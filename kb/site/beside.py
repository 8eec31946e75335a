"""What is made beside the pages of the first language, each in a process of its own: MkDocs itself
keeps to one core."""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any

SPAWN = get_context("spawn")


class Beside:
    """Some processes that each wait for the same word, and tell what has failed."""

    def __init__(self) -> None:
        self._running: list[tuple[SpawnProcess, Connection]] = []

    def __bool__(self) -> bool:
        return bool(self._running)

    def start(self, name: str, work: Callable[..., None], *given: Any) -> None:
        """Start some work in a process, which gets its end of a connection and what is given."""
        ours, its = SPAWN.Pipe()
        process = SPAWN.Process(target=work, args=(its, *given), name=name)
        process.start()
        its.close()
        self._running.append((process, ours))

    def send(self, word: object) -> None:
        """Tell all of them what they wait for."""
        for _, ours in self._running:
            ours.send(word)

    def wait(self) -> str:
        """Wait for all of them; returns what the first that failed says, and nothing otherwise."""
        for process, ours in self._running:
            told = _told(ours)
            process.join()
            if process.exitcode:
                return "\n".join(told) or f"{process.name}: could not be built"
        return ""

    def stop(self) -> None:
        """Leave none of them running."""
        for process, _ in self._running:
            process.terminate()
            process.join()


def _told(ours: Connection) -> list[str]:
    try:
        return list(ours.recv())
    except EOFError:  # it ended and had nothing to tell
        return []
