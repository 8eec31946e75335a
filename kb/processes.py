"""Tasks run in this process, in several of this machine or on a cluster, with Dask."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from kb.problems import SourceError
from kb.stores import extra

Task = TypeVar("Task")
Made = TypeVar("Made")

_AT_ONCE = 100
"""So many tasks are told to Dask in one message: each names its files."""
_PATIENCE = 10
"""So many seconds a scheduler has to answer."""
_WORKERS = 30
"""So many seconds a scheduler has to have a worker: they are often started after it."""


@contextmanager
def pool(workers: int, scheduler: str | None) -> Iterator[Any]:
    """A client of Dask, or ``None`` when there is to be none. New processes start meanwhile.
    Raises :class:`SourceError` when the scheduler cannot be reached, or has no workers."""
    if not workers and not scheduler:
        yield None
        return
    distributed = extra("distributed")
    if scheduler:
        with _client(distributed, scheduler) as client:
            _await_workers(client, scheduler)
            yield client
        return
    options = {"threads_per_worker": 1, "processes": True, "dashboard_address": None}
    quiet = {"silence_logs": logging.CRITICAL}  # of connections that end with their process
    with (
        distributed.LocalCluster(n_workers=0, **options, **quiet) as local,
        distributed.Client(local) as client,
    ):
        local.scale(workers)
        yield client


def _client(distributed: Any, scheduler: str) -> Any:
    try:
        return distributed.Client(scheduler, timeout=_PATIENCE)
    except (OSError, ValueError) as error:
        hint = "name the address that dask scheduler tells, as tcp://host:8786"
        message = f"the scheduler {scheduler} cannot be reached: {error}; {hint}"
        raise SourceError(message) from error


def _await_workers(client: Any, scheduler: str) -> None:
    try:
        client.wait_for_workers(1, timeout=_WORKERS)
    except TimeoutError as error:
        hint = f"start some with dask worker {scheduler}"
        raise SourceError(f"the scheduler {scheduler} has no workers; {hint}") from error


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
