"""The small checks that records of several kinds share: keys, terms, tags, coders, repetitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kb.codebook import Facet, Role, Target, unknown_terms
from kb.corpus import Corpus
from kb.model import Complaint, Keys, nearest, suggestion

Tagged = Mapping[str, tuple[str, ...]]


def known_key(corpus: Corpus, key: str | None, path: str, keys: Keys) -> Iterator[Complaint]:
    """A complaint when no reference has the key."""
    if key is not None and key not in corpus.references:
        near = nearest(key, corpus.references)
        hint = f"did you mean {near}?" if near else "add it to references.bib"
        yield Complaint("KB050", path, keys, f"no reference {key}", hint)


def role_term(corpus: Corpus, role: Role, term: str, path: str, keys: Keys) -> Iterator[Complaint]:
    """A complaint when the facet of a role lacks a term, or has deprecated it."""
    facet = corpus.codebook.with_role(role)
    if facet is None:
        return
    if term not in facet.by_id:
        hint = suggestion(term, facet.by_id)
        yield Complaint("KB030", path, keys, f"no {facet.id} {term}", hint)
    else:
        yield from _deprecated(facet, term, path, keys)


def tags(
    corpus: Corpus, coded: Tagged, path: str, keys: Keys, target: Target | None = None
) -> Iterator[Complaint]:
    """A complaint for each tag that the codebook lacks, or that does not belong to the target."""
    yield from unknown_terms(corpus.codebook, coded, path, keys)
    for name, terms in coded.items():
        if name not in corpus.codebook:
            continue
        facet, place = corpus.codebook[name], (*keys, name)
        if facet.role != "tag" or (target and target not in facet.applies_to):
            what = f"a {target}" if target else "it"
            yield Complaint("KB033", path, place, f"{name} is not coded for {what}", _where(facet))
        if target and not facet.many and len(terms) > 1:
            yield Complaint("KB034", path, place, f"{name} takes one term", "keep one")
        for position, term in enumerate(terms):
            if term in facet.by_id:
                yield from _deprecated(facet, term, path, (*place, position))
            if term in terms[:position]:
                message = f"{term} stands twice"
                yield Complaint("KB036", path, (*place, position), message, "remove one")


def _where(facet: Facet) -> str:
    if facet.role != "tag":
        return f"write it as the field {facet.role}"
    return "code it for each " + " or each ".join(facet.applies_to)


def _deprecated(facet: Facet, term: str, path: str, keys: Keys) -> Iterator[Complaint]:
    if facet.by_id[term].deprecated:
        other = facet.by_id[term].replaced_by
        hint = f"use {other}" if other else "choose another term"
        yield Complaint("KB032", path, keys, f"{term} is deprecated", hint)


def repeated(path: str, values: Sequence[str], keys: Keys) -> Iterator[Complaint]:
    """A complaint for each value that stands a second time."""
    for position, value in enumerate(values):
        if value in values[:position]:
            message = f"{value} stands twice"
            yield Complaint("KB036", path, (*keys, position), message, "remove one")


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
            hint = suggestion(name, known)
            yield Complaint("KB062", path, (*keys, position), f"no direction {name}", hint)
