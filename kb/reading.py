"""One record from the bytes of its file: a function of these, its path and what is around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from kb import yamlfile
from kb.comments import lost_words
from kb.drafts import Draft, draft
from kb.folder import stem
from kb.kinds import KINDS
from kb.model import Complaint, Record
from kb.problems import Problem
from kb.validation import Around, complaints_of, of_name

AnyRecord = TypeVar("AnyRecord", bound=Record)
Fields = Mapping[str, yamlfile.Value]


@dataclass(frozen=True, slots=True)
class Outcome(Generic[AnyRecord]):
    """What came of reading one file; it can be pickled.

    A file that is no mapping has neither ``record`` nor ``draft``, and one whose form is broken has
    a draft only. ``problems`` are those of the YAML, with their places; ``complaints`` those of the
    form, for :func:`kb.places.locate`.
    """

    record: AnyRecord | None = None
    draft: Draft[Any] | None = None
    complaints: tuple[Complaint, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_record(
    model: type[AnyRecord], data: bytes, path: str, around: Around
) -> Outcome[AnyRecord]:
    """What a file holds as a record of a kind; ``path`` is relative to the knowledge base and gives
    the record its id. Nothing is raised for bad content."""
    fields, problems = read_fields(data, path)
    if fields is None:
        return Outcome(problems=problems)
    return replace(as_record(model, fields, path, around), problems=lost_words(data, path))


def read_fields(data: bytes, path: str) -> tuple[Fields | None, tuple[Problem, ...]]:
    """The fields that a file holds; ``None`` and what is wrong when it is no mapping."""
    value, problems = yamlfile.parse(data, path)
    return (value if isinstance(value, dict) else None), tuple(problems)


def as_record(
    model: type[AnyRecord], fields: Fields, path: str, around: Around
) -> Outcome[AnyRecord]:
    """The record of a kind with these fields, or its draft and what is wrong with it."""
    given = _given(model, path)
    told = [
        Complaint("KB020", path, (key,), "the file's name says it", "remove the field")
        for key in given
        if key in fields
    ]
    value = {**fields, **given}
    try:
        context = {"languages": around.languages}
        return Outcome(model.model_validate(value, context=context), complaints=tuple(told))
    except ValidationError as error:
        for complaint in complaints_of(error, model, path, around):
            named = "id" in given and complaint.keys == ("id",)
            told.append(of_name(complaint) if named else complaint)
        return Outcome(draft=draft(model, value, error), complaints=tuple(told))


_GIVEN = {kind.model: kind.given for kind in KINDS}


def _given(model: type[Record], path: str) -> dict[str, str]:
    """The fields that the place of a file says."""
    said = {"id": stem(path), "path": path}
    return {name: word for name, word in said.items() if name in _GIVEN[model]}
