"""The kinds of record files: where each lies, what it is read into, and the schema it names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.changes import Release
from kb.codebook import Facet
from kb.folder import SETTINGS
from kb.model import Record
from kb.records import Settings, Study
from kb.second import SecondCoding
from kb.synthesis import Candidate, Claim, Gap

SCHEMAS = "docs/schema"
"""Where the schemas of a knowledge base lie, below its root."""


@dataclass(frozen=True)
class Kind:
    """One kind of record: the place of its files (a folder, or one file), its model and the name
    of its schema, if people write such records; ``given`` are the fields that the place of a file
    says."""

    place: str
    model: type[Record]
    schema: str
    given: frozenset[str] = frozenset({"id", "path"})


KINDS = (
    Kind(SETTINGS, Settings, "knowledge-base", frozenset()),
    Kind("corpus/codebook/", Facet, "facet", frozenset({"path"})),
    Kind("corpus/studies/", Study, "study"),
    Kind("corpus/claims/", Claim, "claim"),
    Kind("corpus/gaps/", Gap, "gap"),
    Kind("corpus/candidates/", Candidate, "candidate"),
    Kind("corpus/second-codings/", SecondCoding, "second-coding"),
    Kind("corpus/releases/", Release, ""),
)


def kind_of(path: str) -> Kind | None:
    """The kind of the record in a file, whose path is relative to the root; ``None`` for others."""
    return next((kind for kind in KINDS if path.startswith(kind.place)), None)


def schema_line(path: str) -> str:
    """The first line of a record file, which tells editors its schema; empty for other files."""
    kind = kind_of(path)
    if kind is None or not kind.schema:
        return ""
    upwards = "../" * path.count("/")
    return f"# yaml-language-server: $schema={upwards}{SCHEMAS}/{kind.schema}.json\n"


_HEADER = re.compile(r"\A(?:[ \t]*(?:#.*)?\n)*")
_SCHEMA_LINE = re.compile(r"^#[ \t]*yaml-language-server:.*\n", re.MULTILINE)


def without_schema_line(text: str) -> str:
    """The text of a file without the line for editors among its first comments."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    header = _HEADER.match(text)
    assert header is not None  # it can be empty
    return _SCHEMA_LINE.sub("", header[0]) + text[header.end() :]
