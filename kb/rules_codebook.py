"""What is wrong inside a codebook: repeated ids, broken references between terms, circles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kb.codebook import Codebook, Facet, term_hint, unknown_terms
from kb.model import Complaint, is_device, suggestion


def check(codebook: Codebook) -> Iterator[Complaint]:
    """A complaint for each thing that is wrong."""
    yield from _roles(codebook)
    for facet in codebook:
        yield from _ids(facet)
        yield from _hierarchy(facet)
        yield from _attributes(facet)
        yield from _exclusion_terms(codebook, facet)


def _roles(codebook: Codebook) -> Iterator[Complaint]:
    seen: dict[str, str] = {}
    for facet in codebook:
        if facet.role != "tag" and facet.role in seen:
            message = f"the role {facet.role} is taken by {seen[facet.role]}"
            hint = "give one facet that role, and the other role: tag"
            yield Complaint("KB073", facet.path, ("role",), message, hint)
        seen[facet.role] = facet.path


def _ids(facet: Facet) -> Iterator[Complaint]:
    seen: set[str] = set()
    for position, term in enumerate(facet.terms):
        if term.id.casefold() in seen:
            hint = "rename or remove one; ids differ by more than upper and lower case"
            message = f"the term {term.id} stands twice"
            yield Complaint("KB070", facet.path, ("terms", position, "id"), message, hint)
        seen.add(term.id.casefold())
        if is_device(term.id):
            message = f"Windows keeps the name {term.id} for a device"
            keys = ("terms", position, "id")
            yield Complaint("KB016", facet.path, keys, message, "add a word to it")


def _hierarchy(facet: Facet) -> Iterator[Complaint]:
    for position, term in enumerate(facet.terms):
        for name in ("broader", "replaced_by"):
            other = getattr(term, name)
            if other is not None and other not in facet.by_id:
                keys = ("terms", position, name)
                message = f"no term {other} in this facet"
                yield Complaint("KB071", facet.path, keys, message, term_hint(facet, other))
        keys = ("terms", position, "replaced_by")
        if term.replaced_by and not term.deprecated:
            message = f"{term.id} has a replacement and is not deprecated"
            hint = "add deprecated: true, or remove replaced_by"
            yield Complaint("KB071", facet.path, keys, message, hint)
        elif term.replaced_by in facet.by_id and not facet.replacement(term.id):
            message = f"{term.id} is replaced by no term in use"
            yield Complaint("KB072", facet.path, keys, message, "name a term that is in use")
        if facet.by_id[facet.lineage[term.id][-1]].broader == term.id:
            keys = ("terms", position, "broader")
            message = f"{term.id} is broader than itself"
            hint = f"remove `broader` from one of: {', '.join(facet.lineage[term.id])}"
            yield Complaint("KB072", facet.path, keys, message, hint)


def _attributes(facet: Facet) -> Iterator[Complaint]:
    yield from _twice(facet, [one.id for one in facet.attributes], ("attributes",))
    for at, one in enumerate(facet.attributes):
        yield from _twice(facet, [value.id for value in one.values], ("attributes", at, "values"))
    allowed = {a.id: [value.id for value in a.values] for a in facet.attributes}
    for position, term in enumerate(facet.terms):
        for name, value in term.attributes.items():
            keys = ("terms", position, "attributes", name)
            if name not in allowed:
                hint = suggestion(name, allowed)
                yield Complaint("KB071", facet.path, keys, f"no attribute {name} here", hint)
            elif value not in allowed[name]:
                hint = suggestion(value, allowed[name])
                yield Complaint("KB071", facet.path, keys, f"{name} has no value {value}", hint)


def _twice(facet: Facet, ids: Sequence[str], keys: tuple[str | int, ...]) -> Iterator[Complaint]:
    for position, name in enumerate(ids):
        if name in ids[:position]:
            place = (*keys, position, "id")
            yield Complaint("KB070", facet.path, place, f"{name} stands twice", "rename one")


def _exclusion_terms(codebook: Codebook, facet: Facet) -> Iterator[Complaint]:
    for position, rule in enumerate(facet.exclusions):
        keys = ("exclusions", position)
        if rule.term not in facet.by_id:
            hint = term_hint(facet, rule.term)
            place = (*keys, "term")
            yield Complaint("KB030", facet.path, place, f"no {facet.id} {rule.term}", hint)
        yield from unknown_terms(codebook, rule.with_, facet.path, (*keys, "with"))
