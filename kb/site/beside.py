"""What is made beside the pages of the first language, each in a process of its own: MkDocs itself
keeps to one core."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess, SpawnProcess
from typing import Any

from kb.halves import can_fork

SPAWN = get_context("spawn")


class Beside:
    """Some processes that are waited for, and tell what has failed."""

    def __init__(self) -> None:
        self._running: list[tuple[ForkProcess | SpawnProcess, Connection]] = []

    def __bool__(self) -> bool:
        return bool(self._running)

    def start(self, name: str, work: Callable[..., None], *given: Any) -> None:
        """Start some work in a process, which gets its end of a connection and what is given."""
        forks = can_fork()
        context = get_context("fork") if forks else SPAWN
        ours, its = context.Pipe()
        # A fork also has our end of each connection: open there, none would break when we die.
        others = [ours, *(one for _, one in self._running)] if forks else []
        process = context.Process(target=_work, args=(others, work, its, *given), name=name)
        process.start()
        its.close()
        self._running.append((process, ours))

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


def _work(others: Sequence[Connection], work: Callable[..., None], *given: Any) -> None:
    for one in others:
        one.close()
    work(*given)


def _told(ours: Connection) -> list[str]:
    try:
        return list(ours.recv())
    except EOFError:  # it ended and had nothing to tell
        return []
