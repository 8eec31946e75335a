"""Works that may belong into a knowledge base: those that share links with it and are not there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from kb.bibwriter import Works, bare
from kb.corpus import Corpus
from kb.export import Json
from kb.openalex import Work
from kb.references import Reference
from kb.tables import Kind, Table


class Source(Protocol):
    """Who is asked for works; :class:`kb.openalex.OpenAlex` is one."""

    def with_doi(self, dois: Iterable[str]) -> Iterator[Work]: ...
    def citing(self, works: Iterable[str]) -> Iterator[Work]: ...
    def written_by(self, authors: Iterable[str]) -> Iterator[Work]: ...
    def about(self, words: str) -> Iterator[Work]: ...


@dataclass(frozen=True, slots=True)
class Found:
    """A work that is not in the knowledge base, and what links it: the keys of the works that it
    cites, the authors that it shares, the words searched for that it has."""

    work: Work
    cites: tuple[str, ...]
    authors: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def links(self) -> int:
        """How many links there are."""
        return len(self.cites) + len(self.authors) + len(self.words)


@dataclass
class _Links:
    work: Work
    words: list[str] = field(default_factory=list)


def discover(corpus: Corpus, source: Source, limit: int) -> list[Found]:
    """The works that cite, share authors with or are about the same as the works that the corpus
    rests on, those with most links first, each once; at most ``limit``."""
    keys = {work.doi.casefold(): key for key, work in _seeds(corpus).items() if work.doi}
    seeds = {one.id: one for one in source.with_doi(keys)} if keys else {}
    own = {one.id: keys[one.doi.casefold()] for one in seeds.values() if one.doi.casefold() in keys}
    people = {id: name for one in seeds.values() for id, name in _known_authors(one)}
    met: dict[str, _Links] = {}
    for work in (*source.citing(own), *source.written_by(people)):
        met.setdefault(work.id, _Links(work))
    for words in corpus.settings.discover.search if corpus.settings.discover else ():
        for work in source.about(words):
            met.setdefault(work.id, _Links(work)).words.append(words)
    found = [_found(one, own, people) for one in met.values() if one.work.id not in seeds]
    found.sort(key=_order)
    return list(_once(corpus, found))[:limit]


def _order(one: Found) -> tuple[object, ...]:
    """Most links first, then newest; of two entries for the same work the one with a DOI."""
    work = one.work
    return (-one.links, -(work.year or 0), bare(work.title), not work.doi, work.id)


def _seeds(corpus: Corpus) -> Mapping[str, Reference]:
    """The works that the knowledge base rests on; not those that a definition or a method cites."""
    keys = [key for study in corpus.studies.values() for key in study.reports]
    keys += [one.report for one in corpus.candidates.values()]
    for records in (corpus.claims, corpus.gaps):
        keys += [one.source for record in records.values() for one in record.stated_by]
    return {key: corpus.references[key] for key in keys if key in corpus.references}


def _known_authors(work: Work) -> Iterator[tuple[str, str]]:
    return ((id, name) for id, name in work.authors.items() if id.startswith("A"))


def _found(one: _Links, own: Mapping[str, str], people: Mapping[str, str]) -> Found:
    cites = sorted({own[id] for id in one.work.cites if id in own})
    authors = tuple(name for id, name in one.work.authors.items() if id in people)
    return Found(one.work, tuple(cites), authors, tuple(dict.fromkeys(one.words)))


def _once(corpus: Corpus, found: Iterable[Found]) -> Iterator[Found]:
    """The works that the bibliography does not have, each only the first time."""
    works = Works(corpus.references.values())
    for one in found:
        reference = one.work.reference
        if not works.find(reference):
            yield one
        works.add(replace(reference, key=one.work.id))


def as_data(one: Found) -> Json:
    """A work as plain data for JSON."""
    work = one.work
    return {
        "openalex": work.id,
        "doi": work.doi,
        "title": work.title,
        "year": work.year,
        "type": work.type,
        "venue": work.venue,
        "authors": list(work.authors.values()),
        "links": one.links,
        "cites": list(one.cites),
        "shared_authors": list(one.authors),
        "words": list(one.words),
    }


def table(found: Iterable[Found]) -> Table:
    """A listing of works with what links them."""
    columns: dict[str, Kind] = {
        "links": "integer",
        "year": "integer",
        "title": "text",
        "authors": "list",
        "doi": "text",
        **dict.fromkeys(("cites", "shared authors", "words"), "list"),
        "id": "text",
    }
    rows = (
        (
            one.links,
            one.work.year or None,
            one.work.title,
            tuple(one.work.authors.values()),
            one.work.doi,
            tuple(one.cites),
            tuple(one.authors),
            tuple(one.words),
            one.work.id,
        )
        for one in found
    )
    return Table(columns, tuple(rows))
