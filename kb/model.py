"""What every record is made of: the frozen base class, its text and id types, and how a failed
validation becomes problems."""

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
    ValidationError,
    ValidationInfo,
)
from pydantic_core import ErrorDetails, PydanticCustomError

Keys = tuple[str | int, ...]
"""Where in a record: the keys and list positions that lead to a value."""

ID_PATTERN = r"^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,78}[A-Za-z0-9])?$"
URL_PATTERN = r"^https?://[^\s<>\"]+$"
DATE_PATTERN = r"^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$"
ORCID_PATTERN = r"^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$"
PATTERN_HINTS = {
    ID_PATTERN: "use letters a-z, digits and hyphens, for example weak-anchoring",
    URL_PATTERN: "write the whole address, starting with https://",
    DATE_PATTERN: 'write the date as year-month-day, for example "2026-01-31"',
    ORCID_PATTERN: "write the bare ORCID, for example 0000-0002-1825-0097",
}


class Record(BaseModel):
    """A frozen record that refuses fields it does not know."""

    # Built when it is first used: most records are parts of others, and are built as such.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


@dataclass(frozen=True, slots=True)
class Complaint:
    """A problem before its line is known: a rule's code and the place inside a record's file."""

    code: str
    path: str
    keys: Keys
    message: str
    hint: str = ""


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _check_languages(value: dict[str, str], info: ValidationInfo) -> dict[str, str]:
    languages: tuple[str, ...] = (info.context or {}).get("languages", ())
    missing = [language for language in languages if language not in value]
    unknown = [language for language in value if languages and language not in languages]
    if missing or unknown:
        context = {"missing": missing, "unknown": unknown, "languages": languages}
        raise PydanticCustomError("languages", "the wrong languages", context)
    return value


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
Text = Annotated[dict[str, Line], AfterValidator(_check_languages)]
"""A text for readers: language code to text, one for each language of the knowledge base."""

Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
Lines = Annotated[tuple[Line, ...], BeforeValidator(_as_tuple)]
Url = Annotated[str, StringConstraints(pattern=URL_PATTERN)]
Date = Annotated[str, StringConstraints(pattern=DATE_PATTERN), AfterValidator(_check_date)]
Orcid = Annotated[str, StringConstraints(pattern=ORCID_PATTERN)]
Ids = Annotated[tuple[Id, ...], BeforeValidator(_as_tuple)]
Number = Annotated[int | float, BeforeValidator(_check_number)]
Tags = dict[Id, Annotated[tuple[Id, ...], BeforeValidator(_as_tuple)]]
ListToTuple = BeforeValidator(_as_tuple)


_MANY = 500


def nearest(word: str, valid: Iterable[str]) -> str:
    """The valid word that ``word`` most likely stands for, or an empty string."""
    sought = word.casefold()
    choices = {choice.casefold(): choice for choice in valid}
    if len(choices) > _MANY:  # a comparison costs much, and each of many words may be sought
        choices = {key: choices[key] for key in choices if _is_alike(key, sought)}
    close = difflib.get_close_matches(sought, choices, n=1, cutoff=0.6)
    return choices[close[0]] if close else ""


def _is_alike(one: str, other: str) -> bool:
    return one[:1] == other[:1] and abs(len(one) - len(other)) < 3


def suggestion(word: str, valid: Iterable[str]) -> str:
    """A hint that names the nearest valid word, or the valid ones when none is near."""
    choices = list(valid)
    near = nearest(word, choices)
    if near:
        return f"did you mean {near}?"
    shown = ", ".join(choices[:12]) + (" ..." if len(choices) > 12 else "")
    return f"use one of: {shown}" if shown else ""


def complaints_of(error: ValidationError, model: type[Record], path: str) -> Iterator[Complaint]:
    """Each failure of a pydantic validation as one or more complaints with a code of ours."""
    for details in error.errors(include_url=False):
        if details["type"] == "languages":
            yield from _language_complaints(details, path)
        else:
            yield _complaint(details, model, path)


def _language_complaints(details: ErrorDetails, path: str) -> Iterator[Complaint]:
    keys, context = details["loc"], details["ctx"]
    for name in context["missing"]:
        yield Complaint("KB024", path, keys, f"no text in {name}", f"add {name}: ...")
    for name in context["unknown"]:
        hint = suggestion(name, context["languages"])
        yield Complaint("KB024", path, (*keys, name), "unknown language", hint)


def _complaint(details: ErrorDetails, model: type[Record], path: str) -> Complaint:
    kind = details["type"]
    keys = tuple(key for key in details["loc"] if key != "[key]")
    if kind == "extra_forbidden":
        valid = list(fields_at(model, keys[:-1]))
        return Complaint("KB020", path, keys, "unknown field", suggestion(str(keys[-1]), valid))
    if kind == "missing":
        name = str(keys[-1])
        return Complaint("KB021", path, keys, f"{name} is missing", f"add {name}: ...")
    if kind == "string_too_short":
        return Complaint("KB025", path, keys, "the text is empty", "write it, or remove the field")
    if kind.endswith("_type"):
        return Complaint("KB022", path, keys, *_type_message(details))
    return Complaint("KB023", path, keys, *_value_message(details))


_EXPECTED = {
    "string_type": ("a text", "put it in quotes if it is one"),
    "dict_type": ("a mapping", "write one `key: value` line for each entry"),
    "model_type": ("a mapping", "write one `key: value` line for each field"),
    "tuple_type": ("a list", "put it in square brackets, for example [one, two]"),
    "list_type": ("a list", "put it in square brackets, for example [one, two]"),
    "int_type": ("a whole number", "write digits only, without quotes"),
    "float_type": ("a number", "write digits with a decimal point, without quotes"),
    "bool_type": ("true or false", "write true or false, without quotes"),
}


def _type_message(details: ErrorDetails) -> tuple[str, str]:
    expected, hint = _EXPECTED.get(details["type"], ("another type", ""))
    return f"must be {expected}, not {describe(details['input'])}", hint


_BOUNDS = {
    "greater_than_equal": ("is too small", "use {ge} or more"),
    "less_than_equal": ("is too large", "use {le} or less"),
    "too_short": ("is too short", "give at least {min_length}"),
    "string_too_long": ("is too long", "use at most {max_length} characters"),
    "literal_error": ("is not allowed", "use {expected}"),
    "date": ("is not a day", "check the month and the day"),
}


def _value_message(details: ErrorDetails) -> tuple[str, str]:
    given, context = describe(details["input"]), details.get("ctx", {})
    if details["type"] == "string_pattern_mismatch":
        pattern = str(context["pattern"])
        return f"{given} cannot be used here", PATTERN_HINTS.get(pattern, f"it must fit {pattern}")
    if details["type"] in _BOUNDS:
        fault, hint = _BOUNDS[details["type"]]
        return f"{given} {fault}", hint.format_map(context)
    return f"{given}: {details['msg']}", "mend the value"


def describe(value: object) -> str:
    """A short name for a value in a message: its kind, and the value where it is short."""
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return f"the text {text[:40]!r}" if isinstance(value, str) else f"the number {text[:40]}"


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
