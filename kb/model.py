"""What every record is made of: the frozen base class, its types of text and id, and complaints."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationInfo,
)
from pydantic_core import PydanticCustomError

from kb.frozen import FrozenDict

Keys = tuple[str | int, ...]
"""Where in a record: the keys and list positions that lead to a value."""

ID_PATTERN = r"^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,78}[A-Za-z0-9])?$"
LANGUAGE_PATTERN = r"^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$"
URL_PATTERN = r"^https?://[^\s<>\"]+$"
DATE_PATTERN = r"^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$"
ORCID_PATTERN = r"^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$"
VERSION_PATTERN = r"^(?:0|[1-9]\d{0,5})(?:\.(?:0|[1-9]\d{0,5})){2}$"
UUID_PATTERN = r"^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$"


_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
)


class Record(BaseModel):
    """A frozen record that refuses fields it does not know."""

    # Built when it is first used: most records are parts of others, and are built as such.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


@dataclass(frozen=True, slots=True)
class Complaint:
    """A problem before its line is known: a rule's code and the place inside a record's file.

    ``instead`` is a value that can stand there without a second thought, where there is one.
    """

    code: str
    path: str
    keys: Keys
    message: str
    hint: str = ""
    instead: str = ""


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _check_text(value: dict[str, str], info: ValidationInfo) -> FrozenDict[str, str]:
    languages: tuple[str, ...] = (info.context or {}).get("languages", ())
    if languages != (*value,):
        missing = [language for language in languages if language not in value]
        unknown = [language for language in value if languages and language not in languages]
        if missing or unknown:
            context = {"missing": missing, "unknown": unknown, "languages": languages}
            raise PydanticCustomError("languages", "the wrong languages", context)
    for language, text in value.items():
        if not any(map(str.isalnum, text)):  # dots and dashes look as if something were said
            context = {"language": language, "text": text}
            raise PydanticCustomError("says_nothing", "neither a letter nor a digit", context)
    return FrozenDict(value)


def _check_date(value: str) -> str:
    try:
        date.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("date", "there is no such day") from None
    return value


def _check_number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise PydanticCustomError("float_type", "a number")
    return value


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Text = Annotated[dict[str, Line], AfterValidator(_check_text)]
"""A text for readers: language code to text, one for each language of the knowledge base."""

Texts = Annotated[tuple[Text, ...], BeforeValidator(_as_tuple)]
LanguageTag = Annotated[str, StringConstraints(pattern=LANGUAGE_PATTERN)]
"""A language by its code, as in BCP 47."""
Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
Lines = Annotated[tuple[Line, ...], BeforeValidator(_as_tuple)]
Url = Annotated[str, StringConstraints(pattern=URL_PATTERN)]
Date = Annotated[str, StringConstraints(pattern=DATE_PATTERN), AfterValidator(_check_date)]
Orcid = Annotated[str, StringConstraints(pattern=ORCID_PATTERN)]
Ids = Annotated[tuple[Id, ...], BeforeValidator(_as_tuple)]
Number = Annotated[int | float, BeforeValidator(_check_number)]
Frozen = AfterValidator(FrozenDict)
Tags = Annotated[dict[Id, Ids], Frozen]
ListToTuple = BeforeValidator(_as_tuple)


def is_device(name: str) -> bool:
    """Whether Windows keeps a name for a device, so that no file or folder can have it there."""
    return name.partition(".")[0].casefold() in _DEVICES


_MANY = 500
_NOTHING: Mapping[str, str] = FrozenDict()


def nearest(word: str, valid: Iterable[str], called: Mapping[str, str] = _NOTHING) -> str:
    """The valid word that ``word`` most likely stands for, or an empty string. It may be ``called``
    something else, as terms are by their labels: what each such name stands for."""
    sought = word.casefold()
    known = {choice.casefold(): choice for choice in valid}
    names = ((name.casefold(), one) for name, one in called.items() if one.casefold() in known)
    choices = {**dict(names), **known}
    if len(choices) > _MANY:  # a comparison costs much, and each of many words may be sought
        choices = {key: choices[key] for key in choices if _is_alike(key, sought)}
    close = difflib.get_close_matches(sought, choices, n=1, cutoff=0.6)
    return choices[close[0]] if close else ""


def _is_alike(one: str, other: str) -> bool:
    return one[:1] == other[:1] and abs(len(one) - len(other)) < 3


def suggestion(word: str, valid: Iterable[str], called: Mapping[str, str] = _NOTHING) -> str:
    """A hint that names the nearest valid word, see :func:`nearest`, or the valid ones when none
    is near."""
    choices = list(valid)
    near = nearest(word, choices, called)
    if near:
        return f"did you mean {near}?"
    return f"use one of: {some(choices)}" if choices else ""


def some(words: Iterable[str]) -> str:
    """Some words with commas between them: all of them, if that is not too many to read."""
    shown = list(words)
    return ", ".join(shown[:12]) + (" ..." if len(shown) > 12 else "")


def fields_at(model: type[Record], keys: Keys) -> Iterator[str]:
    """The field names of the model that stands at a place inside ``model``."""
    for key in keys:
        if isinstance(key, str) and key in model.model_fields:
            inner = record_in(model.model_fields[key].annotation)
            if inner is None:
                return
            model = inner
    for name, field in model.model_fields.items():
        if name not in {"id", "path"} or keys:
            yield field.alias or name


def record_in(annotation: Any) -> type[Record] | None:
    """The record that a field holds, on its own or in a list; ``None`` when it holds none."""
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return annotation
    return next(filter(None, map(record_in, get_args(annotation))), None)
