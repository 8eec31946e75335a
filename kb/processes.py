"""Tasks run in this process, in several of this machine or on a cluster, with Dask."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, TypeVar

from kb.stores import extra

Task = TypeVar("Task")
Made = TypeVar("Made")

_AT_ONCE = 100
"""So many tasks are told to Dask in one message: each names its files."""


@contextmanager
def pool(workers: int, scheduler: str | None) -> Iterator[Any]:
    """A client of Dask, or ``None`` when there is to be none. New processes start meanwhile."""
    if not workers and not scheduler:
        yield None
        return
    distributed = extra("distributed")
    options = {"threads_per_worker": 1, "processes": True, "dashboard_address": None}
    quiet = {"silence_logs": logging.CRITICAL}  # of connections that end with their process
    with ExitStack() as opened:
        local = None
        if not scheduler:
            local = opened.enter_context(distributed.LocalCluster(n_workers=0, **options, **quiet))
            local.scale(workers)
        yield opened.enter_context(distributed.Client(scheduler or local))


def run(
    client: Any, make: Callable[[Task, Any], Made], tasks: Sequence[Task], around: Any
) -> list[Made]:
    """What is made of each task and of what is ``around`` all of them."""
    if client is None:
        return [make(task, around) for task in tasks]
    client.wait_for_workers(1)
    shared = client.scatter(around, broadcast=True, hash=False)
    futures = client.map(make, tasks, around=shared, pure=False, batch_size=_AT_ONCE)
    made: list[Made] = client.gather(futures)
    return made
