"""Files that are not in the encoding they are said to be in: what they are instead."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")  # of today, and of old programs
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Wrong:
    """Why a file cannot be read, in which line, and what to do."""

    message: str
    hint: str
    line: int = 1


def decoded(data: bytes, encoding: str) -> tuple[str, Wrong | None]:
    """The text of a file in an encoding, without its byte order mark, or what is wrong."""
    if wrong := workbook(data):
        return "", wrong
    try:
        name = codecs.lookup(encoding).name
        if data.startswith(_UTF16) and not name.startswith(("utf-16", "utf-32")):
            hint = "say in its mapping encoding: utf-16"
            return "", Wrong(f"the table is not in {encoding}, but in UTF-16", hint)
        text = data.decode(name).removeprefix("\ufeff")
        text.encode()
    except LookupError:
        hint = "say in the mapping in which one the table is, for example encoding: cp1252"
        return "", Wrong(f"no encoding of texts is called {encoding}", hint)
    except ValueError as error:
        line = data[: getattr(error, "start", 0)].count(b"\n") + 1
        message = f"the table is not in {encoding}: {getattr(error, 'reason', error)}"
        others = ", or ".join(f"encoding: {one}" for one in _others(data, name))
        hint = f"say in its mapping {others}" if others else "export it as CSV (UTF-8)"
        return "", Wrong(message, hint, line)
    return text, None


def workbook(data: bytes) -> Wrong | None:
    """What is wrong with a file that is no text but that of a spreadsheet program."""
    if data.startswith(_WORKBOOKS):
        message = "the file is a workbook (.xlsx, .xls or .ods) and no text"
        return Wrong(message, "export its sheet as CSV (UTF-8)")
    return None


def _others(data: bytes, name: str) -> Iterator[str]:
    for other in ("utf-8", "cp1252"):
        try:
            data.decode(other)
        except ValueError:
            continue
        if other != name:
            yield other
            return
