"""What changed, as a file: written by ``kb diff --format json``, and read without trusting it."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

from pydantic import ValidationError

from kb import export
from kb.changes import Comparison

NAME = "changes.json"
"""The one file that an archive must hold, and nothing beside it."""
MOST = 5_000_000
"""So many bytes are read at most, packed or unpacked."""


class ArtefactError(Exception):
    """Raised for a file that is not what ``kb diff --format json`` writes; says why."""


def dumps(one: Comparison, old: str, new: str) -> str:
    """The changes as JSON, with what was compared."""
    return export.dumps({"old": old, "new": new, **one.model_dump(mode="json")})


def load(path: Path) -> Comparison:
    """The changes in a JSON file, or in a ZIP archive that holds only ``changes.json``.

    The names of what was compared are left out: no one vouches for them. Raises
    :class:`ArtefactError`.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MOST + 1)
    except OSError as error:
        raise ArtefactError(f"{path}: {error.strerror}") from error
    text = _unpacked(data) if data[:2] == b"PK" else data
    if len(data) > MOST or len(text) > MOST:
        raise ArtefactError(f"{path} is larger than {MOST} bytes")
    try:
        return _Stored.model_validate_json(text)
    except ValidationError as error:
        raise ArtefactError(f"{path} is not what kb diff --format json writes") from error


_PACKINGS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
"""Others are never used for this, and each has errors of its own."""


class _Stored(Comparison):
    old: str
    new: str


def _unpacked(data: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if names != [NAME]:
                raise ArtefactError(f"the archive must hold {NAME} and nothing else")
            if archive.getinfo(NAME).compress_type not in _PACKINGS:
                raise ArtefactError("the archive is packed in a way that GitHub does not use")
            with archive.open(NAME) as file:  # stops there, whatever the archive says of itself
                return file.read(MOST + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise ArtefactError("the archive cannot be read") from error
