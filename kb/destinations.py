"""Where a table's columns can go: the fields of a study or of a second coding, by their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kb.codebook import Facet
from kb.corpus import Corpus
from kb.kinds import kind_of
from kb.model import suggestion
from kb.references import FIELDS
from kb.schema import schema
from kb.textfile import composed

WHOLE = ("locator", "date")
"""The fields of a second coding that hold for both coders."""
REFERENCE = ("type", "in", "language", *FIELDS)
"""The fields of a reference that a column can fill; ``in`` is what the work appeared in."""
PEOPLE = ("author", "editor")
"""Those of them that take several values."""


@dataclass(frozen=True)
class Place:
    """A field that a column fills: where it stands in a study, of what form it is, and which words
    it takes, by all their names in small letters."""

    keys: tuple[str, ...]
    form: Mapping[str, Any]
    words: Mapping[str, str]

    @cached_property
    def many(self) -> bool:
        """Whether the field is a list."""
        return self.form.get("type") == "array"


class Places:
    """The fields that tables can fill, by their names with dots: those of a study or, if ``twice``,
    of a second coding, where those of each coding stand without ``codings``."""

    def __init__(self, corpus: Corpus, twice: bool = False) -> None:
        kind = kind_of("corpus/second-codings/" if twice else "corpus/studies/")
        assert kind is not None
        self._corpus = corpus
        self._schema = schema(kind, corpus.settings, corpus.codebook)
        if twice:
            codes, fields = self._schema["$defs"]["Codes"], self._schema["properties"]
            own = {name: one for name, one in codes["properties"].items() if name != "coder"}
            whole = {name: fields[name] for name in WHOLE}
            self._schema["properties"] = {"study": {"type": "string"}, **own, **whole}
        self._found: dict[str, Place | str] = {}

    def find(self, name: str) -> Place | str:
        """The place of a name, or what is wrong with the name."""
        if name not in self._found:
            self._found[name] = self._place(tuple(name.split(".")))
        return self._found[name]

    def lists(self, keys: tuple[str, ...]) -> bool:
        """Whether a field holds a list of records, such as findings."""
        node = self._node(keys)
        return isinstance(node, dict) and "$ref" in node.get("items", {})

    def several(self, name: str) -> bool:
        """Whether a field takes several values; a name that is none does not matter."""
        start, _, field = name.partition(".")
        if start == "reference":
            return field in PEOPLE
        place = self.find(name)
        return isinstance(place, str) or place.many

    def _place(self, keys: tuple[str, ...]) -> Place | str:
        node = self._node(keys)
        if isinstance(node, str):
            return node
        inner = self._inner(node)
        if keys == ("reports",):
            return "the reports come from the reference"
        if "properties" in inner:
            return f"name one of its fields: {', '.join(inner['properties'])}"
        return Place(keys, node, self._words(keys, node))

    def _node(self, keys: tuple[str, ...]) -> dict[str, Any] | str:
        node: dict[str, Any] = self._schema
        for key in keys:
            fields = self._inner(node).get("properties", {})
            if key not in fields:
                return f"no field {key} here; {suggestion(key, fields)}".rstrip("; ")
            node = fields[key]
        return node

    def _inner(self, node: dict[str, Any]) -> dict[str, Any]:
        reference = node.get("$ref") or node.get("items", {}).get("$ref")
        return self._schema["$defs"][reference.rsplit("/")[-1]] if reference else node

    def _words(self, keys: tuple[str, ...], node: Mapping[str, Any]) -> dict[str, str]:
        ids = node.get("enum") or node.get("items", {}).get("enum") or ()
        named = {term.id: term for term in self._terms(keys)}
        words: dict[str, str] = {}
        for id in ids:
            for name in (id, *(named[id].label.values() if id in named else ())):
                words.setdefault(composed(name).casefold(), id)
        return words

    def _terms(self, keys: tuple[str, ...]) -> Iterable[Any]:
        book = self._corpus.codebook
        facet: Facet | None = None
        if len(keys) > 1 and keys[-2] == "tags":
            facet = book[keys[-1]]
        elif keys in {("kind",), ("directness",)}:
            facet = book.with_role("kind" if keys == ("kind",) else "directness")
        elif keys[-1] == "direction":
            return self._corpus.settings.directions
        return facet.terms if facet else ()
