"""How far independent coders agree, facet by facet (Krippendorff 2004, ch. 11)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kb.corpus import Corpus
from kb.second import Codes, SecondCoding

Unit = tuple[str, str]
"""What two coders said of one thing: a term, or whether a term applies."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two coders agree on one facet.

    ``studies``: how many they both coded. ``units``: how many judgements are compared: one for
    each study where a facet takes one term, one for each study and term that either coder used
    where it takes several. ``alpha`` is Krippendorff's alpha for nominal data, from the package
    ``krippendorff``; ``None`` where all judgements are the same and it is not defined.
    """

    facet: str
    studies: int
    units: int
    agreed: int
    alpha: float | None

    @property
    def share(self) -> float:
        """The share of the judgements that are the same, from 0 to 1."""
        return self.agreed / self.units if self.units else 0.0


def agreement(corpus: Corpus) -> list[Agreement]:
    """The agreement on every facet that both coders used, in the order of the codebook."""
    records = list(corpus.second_codings.values())
    found = [_of_facet(name, records, units) for name, units in _facets(corpus, records)]
    return [one for one in found if one.units]


def _facets(corpus: Corpus, records: Sequence[SecondCoding]) -> Iterator[tuple[str, list[Unit]]]:
    for role in ("kind", "directness"):
        facet = corpus.codebook.with_role(role)
        if facet is not None:
            yield facet.id, [(getattr(a, role), getattr(b, role)) for a, b in _pairs(records)]
    for facet in corpus.codebook.tag_facets:
        yield (
            facet.id,
            _applied(
                [(a.tags.get(facet.id, ()), b.tags.get(facet.id, ())) for a, b in _pairs(records)]
            ),
        )
    yield "direction", _applied([(a.directions, b.directions) for a, b in _pairs(records)])


def _pairs(records: Sequence[SecondCoding]) -> Iterator[tuple[Codes, Codes]]:
    for record in records:
        yield record.codings[0], record.codings[1]


def _applied(pairs: Sequence[tuple[tuple[str, ...], tuple[str, ...]]]) -> list[Unit]:
    """Whether each coder applied each term, for all terms that one of them used anywhere."""
    terms = sorted({term for pair in pairs for coded in pair for term in coded})
    return [
        ("yes" if term in one else "no", "yes" if term in other else "no")
        for one, other in pairs
        for term in terms
    ]


def _of_facet(facet: str, records: Sequence[SecondCoding], units: list[Unit]) -> Agreement:
    agreed = sum(one == other for one, other in units)
    return Agreement(facet, len(records), len(units), agreed, _alpha(units))


def _alpha(units: list[Unit]) -> float | None:
    values = sorted({value for unit in units for value in unit})
    if len(values) < 2:
        return None
    import krippendorff

    codes = [[values.index(unit[coder]) for unit in units] for coder in (0, 1)]
    return round(float(krippendorff.alpha(codes, level_of_measurement="nominal")), 2)


def disagreements(record: SecondCoding) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Each facet on which the two coders differ, with what each of them has and the other lacks."""
    first, second = record.codings
    for name in ("kind", "directness"):
        if getattr(first, name) != getattr(second, name):
            yield name, (getattr(first, name),), (getattr(second, name),)
    for facet in sorted({*first.tags, *second.tags}):
        one, other = first.tags.get(facet, ()), second.tags.get(facet, ())
        if set(one) != set(other):
            yield facet, _without(one, other), _without(other, one)
    if set(first.directions) != set(second.directions):
        yield (
            "direction",
            _without(first.directions, second.directions),
            _without(second.directions, first.directions),
        )


def _without(terms: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(term for term in terms if term not in others)
