"""Findings that point in different directions, side by side, and what differs between the sides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kb.corpus import Corpus
from kb.facts import Fact

YEAR, BASIS = "year", "basis"
"""What is compared beside the facets of the codebook."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """Findings on one matter by what they say of the proposition; ``others`` take no side."""

    supporting: tuple[Fact, ...]
    challenging: tuple[Fact, ...]
    others: tuple[Fact, ...]

    @property
    def both(self) -> frozenset[str]:
        """The studies that stand on both sides."""
        return frozenset(studies(self.supporting)) & frozenset(studies(self.challenging))

    @property
    def studies(self) -> tuple[str, ...]:
        """All studies that take a side."""
        return studies((*self.supporting, *self.challenging))


@dataclass(frozen=True, slots=True)
class Difference:
    """A facet, or the year or basis, with how many studies of each side have each term of it; a
    study that states none is not counted."""

    name: str
    supporting: Mapping[str, int]
    challenging: Mapping[str, int]

    @property
    def one_sided(self) -> frozenset[str]:
        """The terms that only one of the sides has, when both state any."""
        if not self.supporting or not self.challenging:
            return frozenset()
        return frozenset(self.supporting.keys() ^ self.challenging.keys())


def studies(facts: Iterable[Fact]) -> tuple[str, ...]:
    """The distinct studies behind some findings."""
    return tuple(dict.fromkeys(fact.study.id for fact in facts))


def by_study(facts: Iterable[Fact]) -> Mapping[str, list[Fact]]:
    """Some findings by their studies, in the order of :func:`studies`."""
    found: dict[str, list[Fact]] = {}
    for fact in facts:
        found.setdefault(fact.study.id, []).append(fact)
    return found


def contrast(corpus: Corpus, facts: Iterable[Fact]) -> Contrast | None:
    """The two sides of some findings, if one study supports the proposition and another challenges
    it; a study at odds with itself is not enough."""
    sides: dict[str, list[Fact]] = {"supports": [], "challenges": [], "": []}
    for fact in facts:
        stance = corpus.settings.by_direction[fact.finding.direction].stance
        sides[stance if stance in sides else ""].append(fact)
    made = Contrast(*(tuple(own) for own in sides.values()))
    contested = made.supporting and made.challenging and len(made.studies) > 1
    return made if contested else None


def differences(corpus: Corpus, one: Contrast) -> list[Difference]:
    """For the year, each facet of the codebook and the basis of the coding, what the two sides
    have; what neither states is left out."""
    names = (YEAR, *(facet.id for facet in corpus.codebook.axes), BASIS)
    sides = (one.supporting, one.challenging)
    found = (Difference(name, *(_counted(corpus, side, name) for side in sides)) for name in names)
    return [each for each in found if each.supporting or each.challenging]


def _counted(corpus: Corpus, facts: Iterable[Fact], name: str) -> Mapping[str, int]:
    """How many of the studies have each term, in the order of the codebook or of the years."""
    pairs = {(term, fact.study.id) for fact in facts for term in _terms(corpus, fact, name)}
    counts = Counter(term for term, _ in pairs)
    order = list(corpus.codebook[name].by_id) if name in corpus.codebook else sorted(counts)
    return {term: counts[term] for term in order if counts[term]}


def _terms(corpus: Corpus, fact: Fact, name: str) -> tuple[str, ...]:
    if name == BASIS:
        return (fact.study.coding.basis,)
    if name == YEAR:
        year = corpus.year(fact.study)
        return (str(year),) if year else ()
    return fact.tags.get(name, ())
