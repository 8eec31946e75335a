"""How far independent coders agree, facet by facet: the share of judgements that are the same,
Krippendorff's alpha (2004, ch. 11) and Cohen's kappa (1960)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kb.codebook import Facet
from kb.corpus import Corpus
from kb.second import Codes, FindingCodes, SecondCoding

DIRECTION = "direction"
"""What is compared beside the facets."""

Said = tuple[str, ...]
Unit = tuple[str, str]
"""What two coders said of one thing: a term, or whether a term applies."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two coders agree on one facet.

    ``studies``: how many they both coded. ``units``: how many judgements are compared: one for
    each study or finding where it takes one term, one for each of them and each term that either
    coder used where it takes several. ``alpha`` is Krippendorff's alpha for nominal data, from the
    package ``krippendorff``, ``kappa`` Cohen's kappa; ``None`` where all judgements are the same
    and they are not defined.
    """

    facet: str
    studies: int
    units: int
    agreed: int
    alpha: float | None
    kappa: float | None

    @property
    def share(self) -> float:
        """The share of the judgements that are the same, from 0 to 1."""
        return self.agreed / self.units if self.units else 0.0


@dataclass(frozen=True, slots=True)
class _Pair:
    """What two coders said of a study or a finding, which has one term at most if ``single``."""

    facet: str
    study: str
    one: Said
    other: Said
    single: bool


def agreement(corpus: Corpus) -> list[Agreement]:
    """The agreement on every facet that both coders used, in the order of the codebook."""
    found: dict[str, list[_Pair]] = {name: [] for name in compared(corpus)}
    for record in corpus.second_codings.values():
        for pair in _pairs(corpus, record):
            found[pair.facet].append(pair)
    made = [_of_facet(name, pairs) for name, pairs in found.items()]
    return [one for one in made if one.units]


def disagreements(corpus: Corpus, record: SecondCoding) -> list[str]:
    """The facets on which the two coders differ, in the order of the codebook."""
    differ = {pair.facet for pair in _pairs(corpus, record) if set(pair.one) != set(pair.other)}
    return [name for name in compared(corpus) if name in differ]


def compared(corpus: Corpus) -> list[str]:
    """All that two codings can differ on: kind and directness, the facets of tags, directions."""
    return [*(facet.id for facet in (*_own(corpus), *corpus.codebook.tag_facets)), DIRECTION]


def _own(corpus: Corpus) -> list[Facet]:
    """The facets of which a study has exactly one term, in a field of its own."""
    facets = (corpus.codebook.with_role(role) for role in ("kind", "directness"))
    return [facet for facet in facets if facet is not None]


def _pairs(corpus: Corpus, record: SecondCoding) -> Iterator[_Pair]:
    """What the two coders said of the study, then of each finding that both of them coded."""
    first, second = record.codings
    for facet in _own(corpus):
        one, other = (getattr(codes, facet.role) for codes in record.codings)
        if one and other:
            yield _Pair(facet.id, record.id, (one,), (other,), single=True)
    one, other = _whole(first), _whole(second)
    partly = bool(first.findings or second.findings)  # what no one named was then not asked
    for name in compared(corpus)[len(_own(corpus)) :]:
        pair = one.get(name, ()), other.get(name, ())
        if any(pair) or not partly:
            yield _Pair(name, record.id, *pair, single=False)
    theirs = {codes.finding: codes for codes in second.findings}
    for codes in first.findings:
        if codes.finding in theirs:
            yield from _of_finding(corpus, record.id, codes, theirs[codes.finding])


def _whole(codes: Codes) -> Mapping[str, Said]:
    return {**codes.tags, DIRECTION: codes.directions}


def _of_finding(
    corpus: Corpus, study: str, first: FindingCodes, second: FindingCodes
) -> Iterator[_Pair]:
    for facet in corpus.codebook.tag_facets:
        one, other = first.tags.get(facet.id, ()), second.tags.get(facet.id, ())
        if one or other:
            yield _Pair(facet.id, study, one, other, single=not facet.many)
    if first.direction and second.direction:
        yield _Pair(DIRECTION, study, (first.direction,), (second.direction,), single=True)


def _of_facet(facet: str, pairs: Sequence[_Pair]) -> Agreement:
    units = [*_chosen(pair for pair in pairs if pair.single)]
    units += _applied([pair for pair in pairs if not pair.single])
    agreed = sum(one == other for one, other in units)
    studies = len({pair.study for pair in pairs})
    return Agreement(facet, studies, len(units), agreed, _alpha(units), _kappa(units))


def _chosen(pairs: Iterable[_Pair]) -> Iterator[Unit]:
    """Which term each coder chose; none is a choice, too."""
    for pair in pairs:
        yield " ".join(pair.one), " ".join(pair.other)


def _applied(pairs: Sequence[_Pair]) -> list[Unit]:
    """Whether each coder applied each term, for all terms that one of them used anywhere."""
    terms = sorted({term for pair in pairs for term in (*pair.one, *pair.other)})
    return [
        ("yes" if term in pair.one else "no", "yes" if term in pair.other else "no")
        for pair in pairs
        for term in terms
    ]


def _alpha(units: Sequence[Unit]) -> float | None:
    values = sorted({value for unit in units for value in unit})
    if len(values) < 2:
        return None
    import krippendorff

    codes = [[values.index(unit[coder]) for unit in units] for coder in (0, 1)]
    return round(float(krippendorff.alpha(codes, level_of_measurement="nominal")), 2)


def _kappa(units: Sequence[Unit]) -> float | None:
    """Cohen's kappa: how far two coders agree beyond what their own habits would give by chance
    (Cohen 1960, A coefficient of agreement for nominal scales, formula 1)."""
    first, second = (Counter(unit[coder] for unit in units) for coder in (0, 1))
    total = len(units)
    by_chance = sum(first[value] * second[value] for value in first)  # times the square of total
    if by_chance == total * total:
        return None
    agreed = sum(one == other for one, other in units) * total
    return round((agreed - by_chance) / (total * total - by_chance), 2)
