"""Releases of the evidence: their records, in order and written; the log of what each brought."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from kb import tell
from kb.base import KnowledgeBase
from kb.changes import Comparison, Kind, Release
from kb.compare import compare
from kb.corpus import Corpus
from kb.formatting import canonical
from kb.stats import count
from kb.tell import ONE_OF, Words, counts
from kb.writing import Change, write_all

FOLDER = "corpus/releases"
TOLD: tuple[Kind, ...] = ("study", "claim", "gap", "candidate")
"""Kinds of records that the log names; of the others only the numbers are told."""


class ReleaseError(Exception):
    """Raised when a release cannot be recorded; says why, on one line."""


def log(corpus: Corpus) -> list[Release]:
    """The releases, newest first."""
    return sorted(corpus.releases.values(), key=lambda one: one.number, reverse=True)


def since(old: Corpus, new: Corpus) -> Comparison:
    """What changed in the evidence: the comparison of two corpora, kept to what the log names."""
    all_of_it = compare(old, new)
    return all_of_it.model_copy(
        update={
            name: tuple(one for one in getattr(all_of_it, name) if one.kind in TOLD)
            for name in ("added", "removed", "changed", "renamed")
        }
    )


def release(base: KnowledgeBase, version: str, date: str, old: Corpus | None) -> Release:
    """The record of a release of a knowledge base as it is; ``old`` is the one before, if any.

    The same content gives the same record. Raises :class:`ReleaseError` for a version that is not
    above the newest one, and :class:`pydantic.ValidationError` for one that is none.
    """
    numbers = count(base)
    made = Release.model_validate(
        {
            "id": version,
            "path": f"{FOLDER}/{version}.yml",
            "uuid": str(uuid5(NAMESPACE_URL, f"{base.fingerprint}/{version}")),
            "date": date,
            "counts": {name: numbers[name] for name in ONE_OF},
            "changes": since(old, base.corpus) if old else None,
        }
    )
    newest = next(iter(log(base.corpus)), None)
    if newest and made.number <= newest.number:
        raise ReleaseError(f"{version} does not come after {newest.id}, the newest release")
    return made


def write(root: Path, one: Release, languages: tuple[str, ...]) -> None:
    """Write the record of a release in its canonical form; a file that exists is never replaced.

    Raises :class:`kb.writing.WritingError`.
    """
    body = one.model_dump(mode="json", exclude={"id", "path"}, exclude_defaults=True)
    text = canonical(json.dumps(body, ensure_ascii=False).encode(), one.path, languages)
    assert text is not None  # JSON of a record is YAML of one
    write_all(root, {Path(one.path): Change(None, text.encode())})


def as_text(chosen: Iterable[Release], words: Words, language: str) -> str:
    """Some releases for a terminal, each with its counts and what it brought."""
    return "\n".join(
        f"{_title(one, words)}\n{', '.join(counts(one.counts, words))}\n"
        + (tell.as_text(one.changes, words, language) if one.changes else _first(words))
        for one in chosen
    )


def as_markdown(chosen: Iterable[Release], words: Words, language: str) -> str:
    """Some releases as Markdown; of a single one, these are its release notes."""
    return "\n".join(
        f"## {_title(one, words)}\n\n{', '.join(counts(one.counts, words))}\n\n"
        + (tell.as_markdown(one.changes, words, language) if one.changes else _first(words))
        for one in chosen
    )


def _title(one: Release, words: Words) -> str:
    return f"{words['changes_of'].format(version=one.id)} ({one.date})"


def _first(words: Words) -> str:
    return f"{words['changes_first']}\n"
