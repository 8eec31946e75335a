"""Records with a broken form, as far as they can be read: so that what they say is checked, too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, get_origin

from pydantic import ValidationError

from kb.model import Complaint, Keys, Record, fields_at, record_in

AnyRecord = TypeVar("AnyRecord", bound=Record)

_BLANKS: Mapping[Any, Any] = {tuple: (), dict: {}, int: 0, float: 0.0, bool: False}


@dataclass(frozen=True, slots=True)
class Draft(Generic[AnyRecord]):
    """A record with a blank in each place that is ``broken``. It is there to be checked, not to be
    used: what is said about a blank says nothing."""

    record: AnyRecord
    broken: frozenset[Keys]

    def explains(self, complaint: Complaint, reads: Iterable[Keys]) -> bool:
        """Whether a complaint only follows from what is broken: it is about such a place, or drawn
        from what is missing in one of the fields ``reads``."""
        keys = complaint.keys
        return any(keys[: len(place)] == place for place in self.broken) or self.lacks(reads)

    def lacks(self, fields: Iterable[Keys]) -> bool:
        """Whether a part of some fields is broken; they are named without positions."""
        names = {tuple(key for key in place if isinstance(key, str)) for place in self.broken}
        return any(_meet(name, field) for name in names for field in fields)


def _meet(one: Keys, other: Keys) -> bool:
    """Whether one place is the other, or lies in it."""
    return all(key == same for key, same in zip(one, other, strict=False))


def draft(model: type[AnyRecord], value: Mapping[str, Any], error: ValidationError) -> Draft[Any]:
    """The draft of a record that a validation refused."""
    broken: set[Keys] = set()
    for details in error.errors(include_url=False, include_context=False, include_input=False):
        keys = tuple(key for key in details["loc"] if key != "[key]")
        if keys != ("id",):  # the name of a file, which is known
            broken.add(keys)
        if details["type"] == "extra_forbidden":  # any field that is not there may be meant
            here: Any = value
            for key in keys[:-1]:
                here = here[key]
            absent = (name for name in fields_at(model, keys[:-1]) if name not in here)
            broken |= {(*keys[:-1], name) for name in absent}
    return Draft(_record(model, value, (), frozenset(broken)), frozenset(broken))


def _record(
    model: type[Record], value: Mapping[str, Any], at: Keys, broken: frozenset[Keys]
) -> Any:
    fields = {}
    for name, info in model.model_fields.items():
        key = info.alias or name
        if key in value and (*at, key) not in broken:
            fields[name] = _part(info.annotation, value[key], (*at, key), broken)
        elif info.is_required():
            fields[name] = _blank(info.annotation, (*at, key), broken)
    return model.model_construct(**fields)


def _part(annotation: Any, value: Any, at: Keys, broken: frozenset[Keys]) -> Any:
    if at in broken:
        return _blank(annotation, at, broken)
    model = record_in(annotation)
    if isinstance(value, list):
        return tuple(_part(model, one, (*at, i), broken) for i, one in enumerate(value))
    if isinstance(value, Mapping) and model:
        return _record(model, value, at, broken)
    if isinstance(value, Mapping):
        return {key: _part(None, one, (*at, key), broken) for key, one in value.items()}
    return value.strip() if isinstance(value, str) else value


def _blank(annotation: Any, at: Keys, broken: frozenset[Keys]) -> Any:
    kind = get_origin(annotation) or annotation
    model = record_in(kind)
    return _record(model, {}, at, broken) if model else _BLANKS.get(kind, "")
