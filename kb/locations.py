"""Where a knowledge base can be read from: a folder, a data file, or the address of a site."""

from __future__ import annotations

from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import Request, urlopen

from kb import __version__
from kb.folder import SETTINGS, find_root
from kb.problems import SourceError
from kb.whole import API_VERSION, NAME

TIMEOUT = 30.0
"""Seconds that a server may be silent."""
MOST = 500_000_000
"""Bytes that are read at most."""

API = f"api/v{API_VERSION}/"
_ANY = "a folder, a data file or the address of a site"


def is_address(source: str | Path) -> bool:
    """Whether a source is an address on the web rather than a path."""
    return isinstance(source, str) and source.lower().startswith(("http://", "https://"))


def is_store(source: str | Path) -> bool:
    """Whether a source is an address that is not of the web, as ``s3://bucket/folder``."""
    return isinstance(source, str) and "://" in source and not is_address(source)


def absent(source: str | Path, wanted: str = _ANY) -> str:
    """What to say of a source where no knowledge base can be, and what is wanted instead; nothing
    of an address on the web, and of a path that is there."""
    if is_store(source):
        only = "only tables of kb shard can be at such an address, and only kb matrix reads them"
        return f"{source} cannot be read: {only}; name {wanted}"
    if is_address(source) or Path(source).exists():
        return ""
    return f"{source} does not exist; name {wanted}"


def data_of(source: str | Path) -> tuple[bytes, str] | None:
    """The bytes of a data file and its path or address; ``None`` for a folder of records, and for
    one inside of it.

    The folder of a site, and its ``api/v1/``, are read from ``knowledge-base.json``. Raises
    :class:`SourceError`.
    """
    if is_address(source):
        return _fetched(str(source))
    path = Path(source)
    inside = (find_root(path) / SETTINGS).is_file()  # what was built from it may be older
    for file in (path, *(() if inside else (path / NAME, path / API / NAME))):
        if file.is_file():
            return _content(file), str(file)
    return None


def _content(file: Path) -> bytes:
    try:
        if file.stat().st_size > MOST:
            raise SourceError(f"{file} has more than {MOST:,} bytes")
        return file.read_bytes()
    except OSError as error:
        raise SourceError(f"{file} cannot be read: {error.strerror}") from error


def _fetched(address: str) -> tuple[bytes, str]:
    """What stands at an address, or at that of the data of the site around it."""
    try:
        tried = list(dict.fromkeys(_candidates(address)))
    except ValueError as error:
        raise SourceError(f"{address} is no address: {error}") from error
    for one in tried[:-1]:
        try:
            return _get(one), one
        except _NotFound:
            continue
    return _get(tried[-1]), tried[-1]


def _candidates(address: str) -> Iterator[str]:
    """A data file itself; else that of the site which a page is part of, the nearest first."""
    parts = urlsplit(address)
    plain = parts._replace(query="", fragment="").geturl()
    if parts.path.endswith(".json"):
        yield address
        return
    folder = plain if parts.path.endswith("/") else f"{plain}/"
    for _ in range(folder.count("/") - 2):
        yield urljoin(folder, NAME if folder.endswith(f"/{API}") else f"{API}{NAME}")
        folder = urljoin(folder, "../")


class _NotFound(SourceError):
    """There is nothing at an address."""


def _get(address: str) -> bytes:
    request = Request(address, headers={"User-Agent": f"kb/{__version__}"})
    try:
        with urlopen(request, timeout=TIMEOUT) as answer:
            if not is_address(answer.url):
                raise SourceError(f"{address} leads to another kind of address")
            data: bytes = answer.read(MOST + 1)
    except HTTPError as error:
        what = f"{address}: the server answers {error.code} {error.reason}"
        if error.code in {404, 410}:
            raise _NotFound(f"{what}; name a site that has {API}{NAME}, or a file of it") from error
        raise SourceError(f"{what}; try again later") from error
    except (OSError, HTTPException, ValueError) as error:
        why = error.reason if isinstance(error, URLError) else error
        raise SourceError(f"{address} cannot be read: {why}") from error
    if len(data) > MOST:
        raise SourceError(f"{address} has more than {MOST:,} bytes")
    return data
