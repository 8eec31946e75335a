"""How far independent coders agree, facet by facet (Krippendorff 2004, ch. 11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kb.codebook import Facet
from kb.corpus import Corpus
from kb.second import Codes, SecondCoding

DIRECTION = "direction"
"""What is compared beside the facets."""

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


def coded(corpus: Corpus, codes: Codes) -> Mapping[str, tuple[str, ...]]:
    """What a coder said of a study, by facet; the directions of its findings are under
    ``direction``."""
    fields = {"kind": codes.kind, "directness": codes.directness}
    found: dict[str, tuple[str, ...]] = {f.id: (fields[f.role],) for f in _single(corpus)}
    found |= {facet.id: codes.tags.get(facet.id, ()) for facet in corpus.codebook.tag_facets}
    return found | {DIRECTION: codes.directions}


def _single(corpus: Corpus) -> list[Facet]:
    """The facets of which a study has exactly one term."""
    facets = (corpus.codebook.with_role(role) for role in ("kind", "directness"))
    return [facet for facet in facets if facet is not None]


def _facets(corpus: Corpus, records: Sequence[SecondCoding]) -> Iterator[tuple[str, list[Unit]]]:
    pairs = [[coded(corpus, codes) for codes in record.codings] for record in records]
    single = {facet.id for facet in _single(corpus)}
    for name in pairs[0][0] if pairs else ():
        said = [(one[name], other[name]) for one, other in pairs]
        yield name, [(a[0], b[0]) for a, b in said] if name in single else _applied(said)


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


def disagreements(corpus: Corpus, record: SecondCoding) -> list[str]:
    """The facets on which the two coders differ, in the order of the codebook."""
    first, second = (coded(corpus, codes) for codes in record.codings)
    return [name for name in first if set(first[name]) != set(second[name])]
