"""How a failed validation of a record becomes complaints that say what to write instead."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar, get_args, get_origin

from pydantic import StringConstraints, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from kb.codebook import Codebook
from kb.folder import stem
from kb.model import (
    DATE_PATTERN,
    ID_PATTERN,
    LANGUAGE_PATTERN,
    ORCID_PATTERN,
    URL_PATTERN,
    UUID_PATTERN,
    VERSION_PATTERN,
    Complaint,
    Keys,
    Record,
    Text,
    nearest,
    record_in,
    some,
    suggestion,
)
from kb.records import Settings

_PATTERN = "string_pattern_mismatch"
_PATTERN_HINTS = {
    ID_PATTERN: "use letters a-z, digits and hyphens, for example {}",
    LANGUAGE_PATTERN: "use the code of a language, for example en",
    URL_PATTERN: "write the whole address, starting with https://",
    DATE_PATTERN: 'write the date as year-month-day, for example "2026-01-31"',
    ORCID_PATTERN: "write the bare ORCID, for example 0000-0002-1825-0097",
    VERSION_PATTERN: "use three numbers with dots between, for example 0.2.0",
    UUID_PATTERN: "let kb changes --release write the record",
}


Known = TypeVar("Known")


@dataclass(frozen=True)
class Around:
    """What hints need to know of the knowledge base: its languages, and the terms that fields
    take, by the field's name (``gap-kind`` is the field ``kind`` of a gap), and what these are
    called, also by the facet."""

    languages: Collection[str] = ()
    terms: Mapping[str, Collection[str]] = field(default_factory=dict)
    called: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def meant(self, word: str, place: Keys, owner: type[Record] | None) -> str:
        """The term that a word may stand for which is no id; else nothing."""
        name = next((str(key) for key in reversed(place) if isinstance(key, str)), "")
        called = _own(self.called, name, owner) or {}
        return nearest(word, called.values(), called)


def around(settings: Settings | None, codebook: Codebook | None) -> Around | None:
    """What hints can name once both are read; ``None`` while one of them is broken."""
    if settings is None or codebook is None:
        return None
    terms: dict[str, list[str]] = {}
    called = dict.fromkeys(("tags", "with"), codebook.called)
    called["direction"] = settings.directions_called
    for facet in codebook:
        terms[facet.role] = [term.id for term in facet.current]
        called[facet.role] = called[facet.id] = facet.called
    terms["direction"] = list(settings.by_direction)
    terms["coders"] = [one.id for one in settings.coders]
    return Around(settings.languages, terms, called)


def _own(known: Mapping[str, Known], name: str, owner: type[Record] | None) -> Known | None:
    """What is known of the terms of a field, which can have the name of another record's field."""
    return known.get(f"{owner.__name__.lower()}-{name}" if owner else "") or known.get(name)


def complaints_of(
    error: ValidationError, model: type[Record], path: str, around: Around
) -> Iterator[Complaint]:
    """Each failure of a pydantic validation as one or more complaints with a code of ours."""
    for details in error.errors(include_url=False):
        if details["type"] == "languages":
            yield from _language_complaints(details, path)
        else:
            yield _complaint(details, model, path, around)


def _language_complaints(details: ErrorDetails, path: str) -> Iterator[Complaint]:
    keys, context = details["loc"], details["ctx"]
    for name in context["missing"]:
        yield Complaint("KB024", path, keys, f"no text in {name}", f"add {name}: ...")
    for name in context["unknown"]:
        hint = suggestion(name, context["languages"])
        yield Complaint("KB024", path, (*keys, name), "unknown language", hint)


def _complaint(details: ErrorDetails, model: type[Record], path: str, around: Around) -> Complaint:
    kind = details["type"]
    keys = tuple(key for key in details["loc"] if key != "[key]")
    owner, info = _at(model, keys)
    if kind == "extra_forbidden":
        hint = suggestion(str(keys[-1]), _names(owner)) or "remove the field"
        return Complaint("KB020", path, keys, "unknown field", hint)
    if kind == "missing":
        name = str(keys[-1])
        hint = f"add {name}: {_wanted(name, info, owner, around)}"
        return Complaint("KB021", path, keys, f"{name} is missing", hint)
    if kind == "string_too_short":
        hint = "write it, or remove the field" if info else "write the text"
        return Complaint("KB025", path, keys, "the text is empty", hint)
    if kind == "says_nothing":
        keys = (*keys, details["ctx"]["language"])
        message = f"{details['ctx']['text']} has neither a letter nor a digit"
        return Complaint("KB025", path, keys, message, "write the text")
    if kind.endswith("_type"):
        return Complaint("KB022", path, keys, *_type_message(details, info, around))
    place = keys[:-1] if details["loc"][-1] == "[key]" else keys
    near = around.meant(str(details["input"]), place, owner) if kind == _PATTERN else ""
    hint = f"did you mean {near}?" if near else ""
    message, other = _value_message(details)
    return Complaint("KB023", path, keys, message, hint or other)


def _at(model: type[Record], keys: Keys) -> tuple[type[Record] | None, FieldInfo | None]:
    """The record around a place inside ``model``, and the field that the place is, if it is one."""
    owner: type[Record] | None = model
    inner: type[Record] | None = model
    info: FieldInfo | None = None
    for key in keys:
        if isinstance(key, str):
            owner, info = inner, _fields(inner).get(key)
            inner = record_in(info.annotation) if info else None
    return owner, info if keys and isinstance(keys[-1], str) else None


def _fields(model: type[Record] | None) -> dict[str, FieldInfo]:
    fields = model.model_fields if model else {}
    return {info.alias or name: info for name, info in fields.items()}


def _names(model: type[Record] | None) -> list[str]:
    """The fields that a file may have: a path, and an id beside it, come from the file's place."""
    fields = _fields(model)
    return [name for name in fields if "path" not in fields or name not in {"id", "path"}]


def _wanted(name: str, info: FieldInfo | None, owner: type[Record] | None, around: Around) -> str:
    """What belongs behind the name of a field that is missing."""
    if info is None:
        return "..."
    annotation, inner = info.annotation, record_in(info.annotation)
    if inner:
        below = ", ".join(key for key, one in _fields(inner).items() if one.is_required())
        what = "a list, each entry with" if get_origin(annotation) is tuple else "with"
        return f"... ({what} {below})"
    if get_origin(annotation) is tuple:
        known = around.terms.get(name)
        return f"[...] (from: {some(known)})" if known else "[...]"
    if _is_text(info):
        return _texts(around)
    if words := _words(name, info, owner, around):
        return f"... ({words})"
    return "..."


def _words(name: str, info: FieldInfo, owner: type[Record] | None, around: Around) -> str:
    pattern = next((m.pattern for m in info.metadata if isinstance(m, StringConstraints)), None)
    if get_origin(info.annotation) is Literal:
        return f"one of: {', '.join(get_args(info.annotation))}"
    if info.annotation is bool:
        return "true or false"
    if info.annotation is not str:
        return "a number"
    if pattern == ID_PATTERN:
        terms = _own(around.terms, name, owner)
        return f"one of: {some(terms)}" if terms else ""
    return _PATTERN_HINTS.get(str(pattern), "")


def _texts(around: Around) -> str:
    return f"{{{', '.join(f'{language}: ...' for language in around.languages) or '...'}}}"


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
_TRUTHS = {"yes": "true", "y": "true", "on": "true", "true": "true", "1": "true"} | {
    "no": "false",
    "n": "false",
    "off": "false",
    "false": "false",
    "0": "false",
}


def _type_message(details: ErrorDetails, info: FieldInfo | None, around: Around) -> tuple[str, str]:
    expected, hint = _EXPECTED.get(details["type"], ("another type", "write it anew"))
    exact = _exact(details["type"], details["input"], info, around)
    return f"must be {expected}, not {describe(details['input'])}", exact or hint


def _exact(kind: str, given: object, info: FieldInfo | None, around: Around) -> str:
    """The very value to write, or its parts, where what is given tells it; else nothing."""
    inner = record_in(info.annotation) if info else None
    short = isinstance(given, str) and re.fullmatch(r"[\w.-]{1,40}", given)
    if inner and kind in {"tuple_type", "model_type"}:
        head = "write a list, each entry with" if kind == "tuple_type" else "write below it"
        return f"{head} {', '.join(_names(inner))}"
    if kind == "tuple_type" and short and (info is None or _holds_words(info)):
        return f"write [{given}]"
    if kind == "dict_type" and info and _is_text(info):
        return f"write {_texts(around)}"
    if kind in {"int_type", "float_type"} and isinstance(given, str):
        number = r"-?\d+" if kind == "int_type" else r"-?\d+(\.\d+)?"
        return f"write {given}, without quotes" if re.fullmatch(number, given[:40]) else ""
    if kind == "bool_type":
        truth = _TRUTHS.get(str(given).casefold()[:6])
        return f"write {truth}, without quotes" if truth else ""
    if kind == "string_type" and isinstance(given, (int, float)) and not isinstance(given, bool):
        return f'put it in quotes: "{str(given)[:40]}"'
    return ""


def _holds_words(info: FieldInfo) -> bool:
    return get_args(get_args(info.annotation)[0])[:1] == (str,)


def _is_text(info: FieldInfo) -> bool:
    return info.annotation == get_args(Text)[0] or Text in get_args(info.annotation)


_BOUNDS = {
    "greater_than_equal": ("is too small", "use {ge} or more"),
    "less_than_equal": ("is too large", "use {le} or less"),
    "too_short": ("with too few entries", "give at least {min_length}"),
    "too_long": ("with too many entries", "give at most {max_length}"),
    "string_too_long": ("is too long", "use at most {max_length} characters"),
    "literal_error": ("is not allowed", "use {expected}"),
    "date": ("is not a day", "check the month and the day"),
}


def _value_message(details: ErrorDetails) -> tuple[str, str]:
    given, context = describe(details["input"]), details.get("ctx", {})
    if details["type"] == _PATTERN:
        pattern = str(context["pattern"])
        hint = _PATTERN_HINTS.get(pattern, f"it must fit {pattern}")
        example = slug(str(details["input"])) or "weak-anchoring"
        return f"{given} cannot be used here", hint.replace("{}", example)
    if details["type"] in _BOUNDS:
        fault, hint = _BOUNDS[details["type"]]
        return f"{given} {fault}", hint.format_map(context)
    return f"{given}: {details['msg']}", "mend the value"


def of_name(complaint: Complaint) -> Complaint:
    """A complaint about an id as one about the name of the file that gives it."""
    name = slug(stem(complaint.path))
    hint = f"rename it to {name}.yml" if name else f"rename it: {complaint.hint}"
    return replace(complaint, keys=(), message="the file's name cannot be an id", hint=hint)


def slug(text: str) -> str:
    """An id of the letters and digits of a text, for example ``alte-hofe``; it may be empty."""
    plain = unicodedata.normalize("NFKD", text[:200]).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:40].strip("-")


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
