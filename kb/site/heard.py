"""What MkDocs warns of while it builds: it only counts its warnings, and logs what they say."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager


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
