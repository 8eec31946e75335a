"""One record, found by its id, as data and as readable lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kb import export
from kb.base import KnowledgeBase
from kb.facts import UnknownName
from kb.model import suggestion


def find(base: KnowledgeBase, name: str) -> Mapping[str, object]:
    """The study, finding, claim, gap, candidate, reference, facet or term of that id, as data.

    ``references/KEY`` is a reference even where a study has the same id. Raises
    :class:`UnknownName` with the nearest id when there is none.
    """
    corpus = base.corpus
    if name in corpus.studies:
        return export.study(corpus, corpus.studies[name])
    for fact in base.facts:
        if fact.id == name:
            return export.listed_finding(fact)
    for records in (corpus.claims, corpus.gaps, corpus.candidates):
        if name in records:
            return export.synthesised(records[name])
    key = name.removeprefix("references/")
    if key in corpus.references:
        return export.references(corpus, [corpus.references[key]])[0]
    if name in base.codebook:
        return export.facet(base.codebook[name])
    facet, _, term = name.partition("/")
    if facet in base.codebook and term in base.codebook[facet].by_id:
        return export.term(base.codebook[facet].by_id[term])
    raise UnknownName(f"nothing here has the id {name}; {suggestion(name, _ids(base))}")


def _ids(base: KnowledgeBase) -> Iterator[str]:
    yield from base.corpus.studies
    yield from (fact.id for fact in base.facts)
    yield from (*base.corpus.claims, *base.corpus.gaps, *base.corpus.candidates)
    yield from base.references
    for facet in base.codebook:
        yield facet.id
        yield from (f"{facet.id}/{term.id}" for term in facet.terms)


def readable(record: Mapping[str, object], language: str) -> Iterator[str]:
    """The record as indented lines, texts in one language."""
    yield from _lines(record, language, 0)


def _lines(value: object, language: str, depth: int) -> Iterator[str]:
    indent = "  " * depth
    if isinstance(value, dict):
        for key, inner in value.items():
            short = _short(inner, language)
            if short is not None:
                yield f"{indent}{key}: {short}"
            else:
                yield f"{indent}{key}:"
                yield from _lines(inner, language, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _item(inner, language, depth)


def _item(value: object, language: str, depth: int) -> Iterator[str]:
    indent = "  " * depth
    short = _short(value, language)
    if short is not None:
        yield f"{indent}- {short}"
        return
    for position, line in enumerate(_lines(value, language, depth + 1)):
        yield f"{indent}- {line.lstrip()}" if position == 0 else line


def _short(value: object, language: str) -> str | None:
    """The value on one line, or ``None`` when it needs several."""
    if isinstance(value, dict):
        text = value.get(language)
        return text if isinstance(text, str) else None
    if isinstance(value, list):
        plain = all(isinstance(inner, (str, int, float)) for inner in value)
        return ", ".join(str(inner) for inner in value) if plain else None
    return "" if value is None else str(value)
