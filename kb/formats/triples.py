"""Statements of RDF, and how they are written: Turtle and JSON-LD, streamed, in a steady order.

A library would hold all statements in memory and takes 24 seconds for as many as 10,000 studies
have; written as they come they take less than one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple


class Iri(str):
    """An address, absolute or relative to the base of the document."""

    __slots__ = ()


class Curie(str):
    """A name of a vocabulary, as ``skos:Concept``."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, with its language or its type if it has one."""

    text: str
    language: str = ""
    type: str = ""


Object = Iri | Curie | Literal


class Statement(NamedTuple):
    """One statement; the predicate ``a`` says what kind of thing the subject is."""

    subject: Iri
    predicate: str
    object: Object


def turtle(
    statements: Iterable[Statement], prefixes: Mapping[str, str], base: str
) -> Iterator[str]:
    """Pieces of a Turtle document; those about one subject must come together."""
    yield f"@base <{base}> .\n"
    yield from (f"@prefix {name}: <{address}> .\n" for name, address in prefixes.items())
    for subject, about in groupby(statements, lambda one: one.subject):
        lines = (f"{one.predicate} {_turtle(one.object)}" for one in dict.fromkeys(about))
        yield f"\n{_in_brackets(subject)} " + " ;\n    ".join(lines) + " .\n"


def jsonld(
    statements: Iterable[Statement], prefixes: Mapping[str, str], base: str
) -> Iterator[str]:
    """Pieces of a JSON-LD document; those about one subject must come together."""
    context = json.dumps({"@base": base, **prefixes}, indent=1)
    yield f'{{"@context": {context},\n"@graph": ['
    for number, (subject, about) in enumerate(groupby(statements, lambda one: one.subject)):
        node: dict[str, Any] = {"@id": subject}
        for one in dict.fromkeys(about):
            if one.predicate == "a":
                node.setdefault("@type", []).append(one.object)
            else:
                node.setdefault(one.predicate, []).append(_json(one.object))
        yield (",\n" if number else "\n") + json.dumps(node, ensure_ascii=False)
    yield "\n]}\n"


_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_SPECIAL = re.compile(r'[\\"\n\r\t]')
# What Turtle allows in no address, and what an address of a record can hold all the same.
_UNSAFE = re.compile(r'[\x00-\x20<>"{}|^`\\]')


def _turtle(one: Object) -> str:
    if isinstance(one, Iri):
        return _in_brackets(one)
    if isinstance(one, Curie):
        return one
    text = '"' + _SPECIAL.sub(lambda found: _ESCAPES[found[0]], one.text) + '"'
    if one.language:
        return f"{text}@{one.language}"
    return f"{text}^^{one.type}" if one.type else text


def _in_brackets(iri: Iri) -> str:
    return f"<{iri}>"


def iri(text: str) -> Iri:
    """An address with what no address may hold written as ``%20`` and the like."""
    return Iri(_UNSAFE.sub(lambda found: f"%{ord(found[0]):02X}", text))


def _json(one: Object) -> dict[str, str]:
    if not isinstance(one, Literal):
        return {"@id": one}
    if one.language:
        return {"@value": one.text, "@language": one.language}
    return {"@value": one.text, "@type": one.type} if one.type else {"@value": one.text}
