"""What the formats are made from: a knowledge base, or what of it fits a selection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any, TypeVar

from kb.base import KnowledgeBase
from kb.citations import Use, citations
from kb.corpus import Corpus
from kb.facts import TAGGED, Where, facts_of, fits, selectable, study_fits, wanted
from kb.records import Study
from kb.references import Reference
from kb.stated import Tagged, tagged
from kb.synthesis import Claim, Gap

Made = TypeVar("Made")


@dataclass(frozen=True)
class Material:
    """What is written. ``works`` are those of a bibliography: all references, or the works that
    the records of a selection report; other references that these name are in the corpus, too."""

    base: KnowledgeBase
    works: tuple[Reference, ...]
    version: str
    """What tells this content from any other."""
    made: dict[object, Any] = field(default_factory=dict, repr=False, compare=False)
    """What several formats have in common, by the function that made it."""

    @property
    def corpus(self) -> Corpus:
        """The records."""
        return self.base.corpus


def once(make: Callable[[Material], Made]) -> Callable[[Material], Made]:
    """A function whose answer is kept with the material, for all formats that ask for it."""

    @wraps(make)
    def kept(material: Material) -> Made:
        if make not in material.made:
            material.made[make] = make(material)
        return material.made[make]  # type: ignore[no-any-return]

    return kept


def whole(base: KnowledgeBase) -> Material:
    """Everything."""
    return Material(base, tuple(base.references.values()), base.fingerprint)


def selected(base: KnowledgeBase, where: Where) -> Material:
    """What fits a selection of findings, as a knowledge base that names nothing outside of it.

    Kept are the findings that fit with their studies, studies without findings that fit
    themselves, and the claims, gaps and candidates whose tags fit: none when a condition is about
    something that only studies have. What these say of other findings and studies is left out.
    """
    corpus = base.corpus
    studies = _studies(corpus, where)
    findings = {fact.id for one in studies.values() for fact in facts_of(corpus, one)}
    claims = (_without(one, findings) for one in _tagged(corpus, corpus.claims, where))
    gaps = (_known(one, studies) for one in _tagged(corpus, corpus.gaps, where))
    candidates = _tagged(corpus, corpus.candidates, where)
    kept = replace(
        corpus,
        studies=studies,
        claims={one.id: one for one in claims},
        gaps={one.id: one for one in gaps},
        candidates={one.id: one for one in candidates},
        second_codings={},
        releases={},
    )
    cited = list(citations(kept))
    kept = replace(kept, references=_named(corpus, (one.key for one in cited)))
    works = _named(corpus, (one.key for one in cited if one.use is Use.REPORT))
    part = KnowledgeBase(kept, generated_from=base.fingerprint)
    return Material(part, tuple(works.values()), base.fingerprint)


def _studies(corpus: Corpus, where: Where) -> dict[str, Study]:
    found: dict[str, Study] = {}
    chosen = wanted(corpus, where)
    for study in corpus.studies.values():
        if study_fits(corpus, study, chosen):
            own = [fact.finding for fact in facts_of(corpus, study) if fits(fact, chosen)]
            found[study.id] = study.model_copy(update={"findings": tuple(own)})
    return found


def _tagged(corpus: Corpus, records: Mapping[str, Tagged], where: Where) -> list[Tagged]:
    if not set(where) <= set(selectable(corpus, TAGGED[0])):
        return []
    return tagged(corpus, records.values(), where)


def _without(claim: Claim, findings: set[str]) -> Claim:
    kept = tuple(one for one in claim.rests_on if one.finding in findings)
    return claim.model_copy(update={"rests_on": kept})


def _known(gap: Gap, studies: Mapping[str, Study]) -> Gap:
    kept = tuple(one for one in gap.addressed_by if one.study in studies)
    return gap.model_copy(update={"addressed_by": kept})


def _named(corpus: Corpus, keys: Iterable[str]) -> dict[str, Reference]:
    """The references of some keys, in the order of the bibliography."""
    wanted = set(keys)
    return {key: one for key, one in corpus.references.items() if key in wanted}
