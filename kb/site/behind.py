"""The whole site, built behind the one that is being looked at: for what needs all pages.

That is the search, the map of the site and the links that lead nowhere. It is built in a process
of its own that gives way to others, language after language, and begun again after each change.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from threading import Condition, Thread, current_thread, main_thread

from mkdocs.exceptions import MkDocsException

from kb.base import load
from kb.site import data
from kb.site.alone import alone
from kb.site.beside import SPAWN
from kb.site.heard import listening
from kb.site.plugin import Part, build_part, failing

Tell = Callable[[str], None]


class Behind:
    """The last whole site that was finished; ``tell`` gets the warnings of each."""

    def __init__(self, configuration: Path, url: str, tell: Tell) -> None:
        self._given, self._tell = (str(configuration), url), tell
        self._all = Path(tempfile.mkdtemp(prefix="kb-site-"))
        self._process: SpawnProcess | None = None
        self._folder: Path | None = None
        self._ended = Condition()

    def begin(self) -> None:
        """Build the site as it is now; one that is being built is given up."""
        folder = Path(tempfile.mkdtemp(dir=self._all))
        heard, tell = SPAWN.Pipe(duplex=False)
        given = (tell, str(folder), *self._given)
        with _uninterrupted():
            process = SPAWN.Process(target=_build, args=given, daemon=True)
            process.start()
            tell.close()
            self._instead(process)
            Thread(target=self._wait, args=(process, heard, folder), daemon=True).start()

    def content(self, path: str, wait: bool = False) -> bytes | None:
        """The file at a path of the site that was finished last; if asked to, waits for the first
        one."""
        with self._ended:
            if wait:
                self._ended.wait_for(lambda: self._folder or not self._process)
            file = self._folder / path if self._folder else None
            return file.read_bytes() if file and file.is_file() else None

    def end(self) -> None:
        """Give up the site that is being built."""
        self._instead(None)

    def close(self) -> None:
        """Give up the site that is being built, and remove the one that was finished."""
        self.end()
        shutil.rmtree(self._all, ignore_errors=True)

    def _instead(self, process: SpawnProcess | None) -> None:
        with self._ended:
            before, self._process = self._process, process
            self._ended.notify_all()
        if before:
            before.terminate()
            before.join()

    def _wait(self, process: SpawnProcess, heard: Connection, folder: Path | None) -> None:
        whole, told = False, list[str]()
        with suppress(EOFError, OSError):  # when it was given up
            whole, told = heard.recv()
        process.join()
        with self._ended:
            if self._process is process:
                self._process = None
                if whole:
                    self._folder, folder = folder, self._folder
                self._ended.notify_all()
        if folder:
            shutil.rmtree(folder, ignore_errors=True)
        for line in told:
            self._tell(line)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Have Ctrl+C wait, and a process that starts meanwhile not mind it at all: either would end
    with a traceback where the other has begun to tell it what to do."""
    if current_thread() is not main_thread():
        yield
        return
    interrupts: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: interrupts.append(number))
    masks = hasattr(signal, "pthread_sigmask")  # not on Windows; a new process takes it over
    if masks:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        if masks:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        signal.signal(signal.SIGINT, before)
    if interrupts:
        raise KeyboardInterrupt


def _build(tell: Connection, output: str, configuration: str, url: str) -> None:
    """Build all languages below a folder, and tell what MkDocs warns of."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server ends this process itself
    Thread(target=_end_with_parent, daemon=True).start()
    with suppress(AttributeError, OSError):  # not everywhere
        os.nice(10)
    whole, told = False, list[str]()
    try:
        root = Path(configuration).parent
        with alone(root), failing():
            base = load(root)
            downloads = data.make(base)
            for language in base.corpus.languages:
                part = Part(base, language, Path(output), downloads)
                with listening(language) as warnings:
                    build_part(part, configuration, url, strict=False, guarded=False)
                told += warnings
        whole = True
    except (MkDocsException, OSError, SystemExit) as error:
        told.append(f"the search is not that of now: {error}")
    tell.send((whole, told))


def _end_with_parent() -> None:
    parent = parent_process()
    if parent:
        parent.join()
        os._exit(1)
