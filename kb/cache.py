"""What was read once, kept in the user's cache folder: a file that may be deleted at any time.

Entries are found by what they were made from and by the engine that made them, so that none can be
out of date. Whatever is wrong with the file, the cache only remembers nothing.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from functools import cache
from itertools import islice
from pathlib import Path

VARIABLE = "KB_CACHE"
"""The environment variable that names the folder of the cache; when it is empty, there is none."""

MOST_BYTES = 512 * 1024 * 1024
"""How large the file grows: then the older half of the entries goes."""

_NAME = "kb-1.sqlite"
_TABLE = "CREATE TABLE entry (key BLOB PRIMARY KEY, value BLOB NOT NULL)"
_PATIENCE = 2.0  # seconds to wait for another process, whose transactions are short
_AT_ONCE = 500  # how many keys a question names: SQLite takes 999 even where it is old
_SEAL = 16
_PASSING = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_NOMEM,
}
"""Errors that say nothing about the file: another process has it, or the disk is full."""


class Cache:
    """Values by what they were made from. Nothing is ever raised: what cannot be kept is not.

    Each call opens the file, makes one transaction and closes it, so that others can write to it
    and delete it at any time.
    """

    def __init__(self, folder: Path | None, most_bytes: int = MOST_BYTES) -> None:
        self._folder, self._most = folder, most_bytes

    @property
    def keeps(self) -> bool:
        """Whether there is a folder to keep anything in."""
        return self._folder is not None

    def get(self, kind: str, sources: Sequence[bytes]) -> dict[bytes, bytes]:
        """The values that are there of one kind, by their source."""
        found: dict[bytes, bytes] = {}
        by_key = {_key(kind, source): source for source in sources}

        def fetch(file: sqlite3.Connection) -> None:
            keys = iter(by_key)
            while some := tuple(islice(keys, _AT_ONCE)):
                marks = ",".join("?" * len(some))
                rows = file.execute(f"SELECT key, value FROM entry WHERE key IN ({marks})", some)
                for key, sealed in rows:
                    value = _unsealed(key, sealed)
                    if value is not None:
                        found[by_key[key]] = value

        if self._folder and by_key and (self._folder / _NAME).is_file():
            _on_file(self._folder, fetch)
        return found

    def put(self, kind: str, values: Mapping[bytes, bytes]) -> None:
        """Keep the values of one kind by their source."""
        rows = [(key := _key(kind, one), _seal(key, value)) for one, value in values.items()]

        def keep(file: sqlite3.Connection) -> None:
            with file:
                file.execute("BEGIN IMMEDIATE")
                file.executemany("INSERT OR REPLACE INTO entry VALUES (?, ?)", rows)
                self._shorten(file)

        if self._folder and rows and sum(len(value) for _, value in rows) < self._most // 2:
            _on_file(self._folder, keep)

    def clear(self) -> None:
        """Forget everything."""
        if self._folder:
            _delete(self._folder)

    def _shorten(self, file: sqlite3.Connection) -> None:
        pragmas = ("page_count", "freelist_count", "page_size")
        pages, free, size = (file.execute(f"PRAGMA {one}").fetchone()[0] for one in pragmas)
        if (pages - free) * size > self._most:
            half = "SELECT rowid FROM entry ORDER BY rowid LIMIT (SELECT count(*) / 2 FROM entry)"
            file.execute(f"DELETE FROM entry WHERE rowid IN ({half})")


def _on_file(folder: Path, work: Callable[[sqlite3.Connection], None]) -> None:
    """Do something with the file; an error ends it, and no more."""
    try:
        _prepare(folder)
        address = folder / _NAME
        with closing(sqlite3.connect(address, _PATIENCE, isolation_level=None)) as file:
            _expect_table(file)
            work(file)
    except OSError:
        pass  # nothing can be there
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _PASSING:
            _delete(folder)  # it is damaged, or none of ours


def _prepare(folder: Path) -> None:
    """Make the folder; :class:`OSError` when it is not the user's own or others can write to it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.stat()
    if hasattr(os, "getuid") and (found.st_uid != os.getuid() or found.st_mode & 0o022):
        raise PermissionError(f"{folder} is not safe from others")


def _expect_table(file: sqlite3.Connection) -> None:
    """Make the table in a new file; :class:`sqlite3.DatabaseError` when the file holds another."""
    file.execute("PRAGMA trusted_schema = OFF")
    file.execute("PRAGMA synchronous = OFF")  # an entry that a power cut damages is not unsealed
    question = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"
    if not (found := file.execute(question).fetchall()):
        with file:
            file.execute("BEGIN IMMEDIATE")  # another process may be first
            if not (found := file.execute(question).fetchall()):
                file.execute(_TABLE)
                found = [(_TABLE,)]
    if found != [(_TABLE,)]:
        raise sqlite3.DatabaseError("another table")


def _delete(folder: Path) -> None:
    for name in (_NAME, f"{_NAME}-journal"):
        with suppress(OSError):
            (folder / name).unlink()


def _key(kind: str, source: bytes) -> bytes:
    return hashlib.sha256(b"\0".join((engine(), kind.encode(), source))).digest()


def _seal(key: bytes, value: bytes) -> bytes:
    return hashlib.blake2b(value, digest_size=_SEAL, key=key).digest() + value


def _unsealed(key: bytes, sealed: object) -> bytes | None:
    """The value, if it is whole and belongs to the key."""
    if not isinstance(sealed, bytes):
        return None
    value = sealed[_SEAL:]
    return value if _seal(key, value)[:_SEAL] == sealed[:_SEAL] else None


@cache
def engine() -> bytes:
    """What tells this engine from any other: its own files, Python, and the packages beside it."""
    total = hashlib.sha256(f"{sys.version}\0{sys.prefix}".encode())
    package = Path(__file__).parent
    own = [*package.glob("*.py"), *package.glob("*.yml"), *package.glob("locale/*.yml")]
    for path in sorted(own):
        total.update(f"\0{path.name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    for name in sorted(_packages()):
        total.update(b"\0" + os.fsencode(name))
    return total.digest()


def _packages() -> Iterator[str]:
    """The names of the installed packages, with their versions."""
    for folder in sys.path:
        try:
            names = os.listdir(folder or ".")
        except OSError:
            continue
        yield from (one for one in names if one.endswith((".dist-info", ".egg-info")))


def folder() -> Path | None:
    """The folder of the cache; ``None`` when there is to be none."""
    if (named := os.environ.get(VARIABLE)) is not None:
        return Path(named).absolute() if named else None
    try:
        return _users() / "evidence-gap-kb"
    except RuntimeError:  # a user without a home
        return None


def _users() -> Path:
    """Where the system wants programs to keep what they can do without."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    named = os.environ.get("XDG_CACHE_HOME", "")
    return Path(named) if os.path.isabs(named) else Path.home() / ".cache"


def opened() -> Cache:
    """The cache of the user; one that keeps nothing where there is to be none."""
    whole = Path(__file__).is_file()  # not in an archive, whose content nobody could vouch for
    return Cache(folder() if whole else None)
