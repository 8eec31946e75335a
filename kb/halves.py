"""Work on many things done in two processes at once, where that is possible and takes less time."""

from __future__ import annotations

import os
import pickle
import signal
from bisect import bisect
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import accumulate
from pathlib import Path
from typing import NoReturn, TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")

LEAST = 2_000
"""So many things are worth a second process: with fewer it takes more of the processor than it
saves time."""
THREADS = Path("/proc/self/task")
"""The threads of this process, where the system is Linux."""


def worth_two(items: Sequence[object]) -> bool:
    """Whether two processes are possible, and take less time for so many things than one."""
    return len(items) >= LEAST and can_fork() and len(os.sched_getaffinity(0)) > 1


def in_halves(
    work: Callable[[Sequence[Item]], Made], items: Sequence[Item], effort: Callable[[Item], float]
) -> list[Made]:
    """What is made of some things and of the others, which take as much effort, or of all at once.

    What is made must be such that it can be pickled. Of a second process that fails nothing is
    told: the work is done here.
    """
    if not worth_two(items):
        return [work(items)]
    efforts = list(accumulate(map(effort, items)))
    middle = bisect(efforts, efforts[-1] / 2)
    reader, writer = os.pipe()
    try:
        child = os.fork()
    except OSError:  # no room for another process
        os.close(reader)
        os.close(writer)
        return [work(items)]
    if not child:
        os.close(reader)
        _tell(writer, work, items[middle:])
    os.close(writer)
    with open(reader, "rb") as told:
        try:
            first = work(items[:middle])
            second: Made | None = pickle.load(told)
        except (EOFError, pickle.UnpicklingError):
            second = None
        finally:
            with suppress(OSError):  # who ignores its children has them ended by the system
                os.kill(child, signal.SIGKILL)  # it has told all, or nobody listens any more
                os.waitpid(child, 0)
    return [first, work(items[middle:]) if second is None else second]


def _tell(writer: int, work: Callable[[Sequence[Item]], Made], items: Sequence[Item]) -> NoReturn:
    """Work in a copy of the process, which must end here whatever happens."""
    try:
        with open(writer, "wb") as told:
            pickle.dump(work(items), told, pickle.HIGHEST_PROTOCOL)
    finally:
        os._exit(0)


def can_fork() -> bool:
    """Whether a copy of this process can go on with all that it has imported and found out, which
    takes a second to do again. Elsewhere than on Linux the system's own libraries forbid it, and a
    second thread may hold what the copy would wait for."""
    return THREADS.is_dir() and len(list(THREADS.iterdir())) == 1
