"""What MkDocs warns of while it builds, which it only counts and logs, and who is told of it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

from mkdocs.exceptions import MkDocsException


class _Listener(logging.Handler):
    def __init__(self, language: str) -> None:
        super().__init__(logging.WARNING)
        self.language = language
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(f"{self.language}: {record.getMessage()}")


@contextmanager
def listening(language: str) -> Iterator[list[str]]:
    """The warnings of the build of a language, as they come."""
    listener, logger = _Listener(language), logging.getLogger("mkdocs")
    logger.addHandler(listener)
    try:
        yield listener.heard
    finally:
        logger.removeHandler(listener)


@contextmanager
def telling(
    tell: Connection, name: str, warnings: Sequence[str] = (), place: Path | None = None
) -> Iterator[None]:
    """Tell the process that began this one why it failed, and where, if the error does not say."""
    try:
        yield
    except (MkDocsException, OSError, EOFError, SystemExit) as error:
        tell.send(list(warnings) or [f"{name}: {_words(error, place)}"])
        raise SystemExit(1) from error


def _words(error: BaseException, place: Path | None) -> str:
    """What an error says, without its number."""
    if isinstance(error, OSError) and error.strerror:
        return ": ".join(str(one) for one in (error.strerror, error.filename or place) if one)
    return str(error)
