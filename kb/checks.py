"""The small checks that records of several kinds share: keys, terms, tags, coders, repetitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kb.codebook import Facet, Role, Target, term_hint, unknown_terms
from kb.corpus import Corpus
from kb.model import Complaint, Keys, nearest, some, suggestion

Tagged = Mapping[str, tuple[str, ...]]


def known_key(corpus: Corpus, key: str | None, path: str, keys: Keys) -> Iterator[Complaint]:
    """A complaint when no reference has the key, not even one that cannot be read."""
    if key is not None and key not in corpus.references and key not in corpus.unreadable:
        near = nearest(key, corpus.references)
        hint = f"did you mean {near}?" if near else f"add @misc{{{key}, ...}} to references.bib"
        yield Complaint("KB050", path, keys, f"no reference {key}", hint)


def role_term(corpus: Corpus, role: Role, term: str, path: str, keys: Keys) -> Iterator[Complaint]:
    """A complaint when the facet of a role lacks a term, or has deprecated it."""
    facet = corpus.codebook.with_role(role)
    if facet is None:
        return
    if term not in facet.by_id:
        yield Complaint("KB030", path, keys, f"no {facet.id} {term}", term_hint(facet, term))
    else:
        yield from _deprecated(facet, term, path, keys)


def tags(
    corpus: Corpus, coded: Tagged, path: str, keys: Keys, target: Target | None = None
) -> Iterator[Complaint]:
    """A complaint for each tag that the codebook lacks, or that does not belong to the target."""
    for name, terms in coded.items():
        if not _sound(corpus, name, terms, target):  # nearly all are: the rest takes its time
            yield from _unsound(corpus, name, terms, path, keys, target)


def _sound(corpus: Corpus, name: str, terms: Sequence[str], target: Target | None) -> bool:
    """Whether there is no complaint about the tags of a facet."""
    facet = corpus.codebook.facets.get(name)
    return (
        facet is not None
        and facet.role == "tag"
        and (target is None or (target in facet.applies_to and (facet.many or len(terms) < 2)))
        and len(facet.in_use.intersection(terms)) == len(terms)
    )


def _unsound(
    corpus: Corpus, name: str, terms: Sequence[str], path: str, keys: Keys, target: Target | None
) -> Iterator[Complaint]:
    yield from unknown_terms(corpus.codebook, {name: terms}, path, keys)
    if name not in corpus.codebook:
        return
    facet, place = corpus.codebook[name], (*keys, name)
    if facet.role != "tag" or (target and target not in facet.applies_to):
        message = f"{name} is not coded for a {target}" if target else f"{name} is no tag"
        yield Complaint("KB033", path, place, message, _where(facet))
    if target and not facet.many and len(terms) > 1:
        hint = f"keep one of: {', '.join(terms)}"
        yield Complaint("KB034", path, place, f"{name} takes one term", hint)
    for position, term in enumerate(terms):
        if term in facet.by_id:
            yield from _deprecated(facet, term, path, (*place, position))
    yield from repeated(path, terms, place)


_OWN_FIELDS: Mapping[Role, str] = {
    "kind": "kind of a study",
    "directness": "directness of a study",
    "unit": "unit of a figure in measures",
    "gap-kind": "kind of a gap",
    "gap-reason": "reason of a gap",
}


def _where(facet: Facet) -> str:
    if facet.role != "tag":
        return f"move it to the field {_OWN_FIELDS[facet.role]}"
    return f"move it to tags of each {' or each '.join(facet.applies_to)}"


def _deprecated(facet: Facet, term: str, path: str, keys: Keys) -> Iterator[Complaint]:
    if facet.by_id[term].deprecated:
        other = facet.replacement(term)
        choices = some(one.id for one in facet.current)
        hint = f"use {other}" if other else f"choose another term: {choices}"
        yield Complaint("KB032", path, keys, f"{term} is deprecated", hint, other)


def repeated(path: str, values: Sequence[str], keys: Keys) -> Iterator[Complaint]:
    """A complaint for each value that stands a second time."""
    if len(set(values)) == len(values):
        return
    seen: set[str] = set()
    for position, value in enumerate(values):
        if value in seen:
            message = f"{value} stands twice"
            yield Complaint("KB036", path, (*keys, position), message, "remove one of them")
        seen.add(value)


def coders(corpus: Corpus, ids: Sequence[str], path: str, keys: Keys) -> Iterator[Complaint]:
    """A complaint for each person who signs and is not in the settings."""
    known = [person.id for person in corpus.settings.coders]
    for position, coder in enumerate(ids):
        if coder not in known:
            hint = suggestion(coder, known)
            yield Complaint("KB062", path, (*keys, position), f"no coder {coder}", hint)


def directions(corpus: Corpus, ids: Sequence[str], path: str, keys: Keys) -> Iterator[Complaint]:
    """A complaint for each direction that the settings do not list."""
    known = corpus.settings.by_direction
    for position, name in enumerate(ids):
        if name not in known:
            hint = suggestion(name, known, corpus.settings.directions_called)
            yield Complaint("KB062", path, (*keys, position), f"no direction {name}", hint)
