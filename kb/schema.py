"""JSON Schema (draft 2020-12) of every kind of record, for editors: made from the models, from what
``fields.yml`` says of each field, and from the codebook of one knowledge base."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from kb import yamlfile
from kb.codebook import Codebook, Facet, Role, Target, Term
from kb.export import dumps
from kb.kinds import KINDS, Kind
from kb.model import Text
from kb.records import Direction, Settings

DRAFT = "https://json-schema.org/draft/2020-12/schema"
TEXTS = Path(__file__).with_name("fields.yml")

ROLES: Mapping[tuple[str, str], Role] = {
    ("Study", "kind"): "kind",
    ("Study", "directness"): "directness",
    ("Codes", "kind"): "kind",
    ("Codes", "directness"): "directness",
    ("Measure", "unit"): "unit",
    ("Gap", "kind"): "gap-kind",
    ("Gap", "reason"): "gap-reason",
    ("MatrixSettings", "direct"): "directness",
}
"""The fields that take terms of the facet with a role, by record and field."""
TARGETS: Mapping[str, Target] = {
    "Study": "study",
    "Finding": "finding",
    "FindingCodes": "finding",
}
"""The records whose tags are only those coded for them."""

Schema = dict[str, Any]
_LINE: Schema = {"type": "string", "minLength": 1}
_WORDS: Schema = {**_LINE, "pattern": r"\S"}  # spaces around a text do not count


@cache
def described() -> Mapping[str, Mapping[str, str]]:
    """What each field is for, by the names of the record's class and of the field."""
    value, problems = yamlfile.parse(TEXTS.read_bytes(), TEXTS.name)
    assert isinstance(value, dict), problems
    return value  # type: ignore[return-value]


def files(settings: Settings, codebook: Codebook) -> dict[str, str]:
    """The schema of each kind of record as the text of a file, by the file's name."""
    kinds = [kind for kind in KINDS if kind.schema]
    return {f"{kind.schema}.json": dumps(schema(kind, settings, codebook)) for kind in kinds}


def schema(kind: Kind, settings: Settings, codebook: Codebook) -> Schema:
    """The schema of one kind of record.

    It is stricter than the reader in one way: a field without a value is to be left out.
    """
    made = kind.model.model_json_schema()
    records = {kind.model.__name__: made, **made.pop("$defs", {})}
    words = _Words(settings, codebook)
    for name, record in records.items():
        given = kind.given if record is made else frozenset()
        _finish(name, record, given, words)
    own = records.pop(kind.model.__name__)
    address = f"{settings.site.rstrip('/')}/schema/{kind.schema}.json" if settings.site else None
    head = {"$schema": DRAFT, **({"$id": address} if address else {})}
    return {**head, **own, "$defs": {**records, **_texts(settings.languages)}}


def _texts(languages: Iterable[str]) -> Schema:
    names = list(languages)
    text = {
        "description": "A text for readers, in each language of the knowledge base",
        "type": "object",
        "properties": dict.fromkeys(names, _WORDS),
        "required": names,
        "additionalProperties": False,
    }
    return {"Text": text}


def _finish(name: str, record: Schema, given: Iterable[str], words: _Words) -> None:
    """Describe the fields of a record, and put in what a value can be."""
    record.pop("title", None)
    record["description"] = summary(record["description"])
    fields: Schema = record["properties"]
    for field in given:
        del fields[field]
    if "required" in record:
        record["required"] = [field for field in record["required"] if field in fields]
    for field, value in fields.items():
        terms = words.of(name, field)
        bare = plain(value)
        wanted = _in_place(bare, terms) if terms else bare
        fields[field] = {"description": described()[name][field], **wanted}


def summary(text: str) -> str:
    """The first paragraph of a docstring, on one line and without its marks."""
    return " ".join(text.split("\n\n")[0].replace("`", "").split())


_BOUNDS = {"ge": "minimum", "le": "maximum"}
_LENGTHS = {"minLength": "minItems", "maxLength": "maxItems"}
"""What pydantic calls by another name where a value is changed before it is judged."""


@cache
def _shapes() -> tuple[tuple[Schema, Schema], ...]:
    return (
        (TypeAdapter(Text).json_schema(), {"$ref": "#/$defs/Text"}),
        ({"anyOf": [{"type": "integer"}, {"type": "number"}]}, {"type": "number"}),
        (_LINE, _WORDS),
    )


def plain(node: Any) -> Any:
    """What pydantic says of a value, without what only repeats it: titles, defaults, null."""
    if not isinstance(node, dict):
        return node
    kept = {key: node[key] for key in node if key not in {"title", "default"}}
    choices = [one for one in kept.get("anyOf", ()) if one != {"type": "null"}]
    if len(choices) == 1:
        return {**{key: kept[key] for key in kept if key != "anyOf"}, **plain(choices[0])}
    names = {**_BOUNDS, **(_LENGTHS if kept.get("type") == "array" else {})}
    kept = {names.get(key, key): inner for key, inner in kept.items()}
    for shape, wanted in _shapes():
        if shape == {key: kept[key] for key in kept if key not in _BOUNDS.values()}:
            return {**{key: kept[key] for key in kept if key not in shape}, **wanted}
    return {key: plain(inner) for key, inner in kept.items()}


def _in_place(node: Schema, terms: Schema) -> Schema:
    """A field's schema with its terms: of a value, of a list's items, or of all tags."""
    if "properties" in terms:  # tags
        return terms
    return {**node, "items": terms, "uniqueItems": True} if "items" in node else terms


class _Words:
    """What the knowledge base allows in the fields that take its words."""

    def __init__(self, settings: Settings, codebook: Codebook) -> None:
        self._languages, self._codebook = settings.languages, codebook
        axes, directions = self._enum(codebook.axes), self._enum(settings.directions)
        self._lists: Mapping[tuple[str, str], Schema] = {
            ("Finding", "direction"): directions,
            ("Codes", "directions"): directions,
            ("FindingCodes", "direction"): directions,
            ("MatrixSettings", "row"): axes,
            ("MatrixSettings", "column"): axes,
            ("MatrixSettings", "narrow"): axes,
            ("Settings", "evidence_columns"): axes,
        }

    def of(self, record: str, field: str) -> Schema | None:
        """The schema of the words that a field takes, or ``None`` when it takes any."""
        if field == "tags":
            return self._tags(record)
        if record == "Exclusion" and field == "with":
            return _tags_schema({axis.id: self._terms(axis) for axis in self._codebook.axes})
        if role := ROLES.get((record, field)):
            facet = self._codebook.with_role(role)
            return self._enum(facet.terms) if facet else None
        return self._lists.get((record, field))

    def _tags(self, record: str) -> Schema:
        target = TARGETS.get(record)
        facets = [f for f in self._codebook.tag_facets if target is None or target in f.applies_to]
        tags = {facet.id: self._terms(facet) for facet in facets}
        for facet in facets:
            if target and not facet.many:
                tags[facet.id]["maxItems"] = 1
        return _tags_schema(tags)

    def _terms(self, facet: Facet) -> Schema:
        """The schema of a list of terms of one facet."""
        about = f"{self._joined(facet.label)}: {self._first(facet.definition)}"
        items = self._enum(facet.terms)
        return {"description": about, "type": "array", "items": items, "uniqueItems": True}

    def _enum(self, words: Iterable[Facet | Term | Direction]) -> Schema:
        ids = [word.id for word in words]
        return {"enum": ids, "enumDescriptions": [self._about(word) for word in words]}

    def _about(self, word: Facet | Term | Direction) -> str:
        note = getattr(word, "scope_note", None)
        parts = [f"{self._joined(word.label)}. {self._first(word.definition)}"]
        parts += [self._first(note)] if note else []
        if getattr(word, "deprecated", False):
            other = getattr(word, "replaced_by", None)
            parts.insert(0, f"Deprecated: use {other}." if other else "Deprecated.")
        return " ".join(parts)

    def _joined(self, text: Mapping[str, str]) -> str:
        return " / ".join(dict.fromkeys(text[name] for name in self._languages))

    def _first(self, text: Mapping[str, str]) -> str:
        return text[self._languages[0]]


def _tags_schema(facets: Mapping[str, Schema]) -> Schema:
    return {"type": "object", "properties": facets, "additionalProperties": False}
