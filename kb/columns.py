"""The fact table in columns of numbers: one small file from which any matrix can be computed.

The gap explorer of the site reads it; ``web/src/explorer/`` repeats the rules of :mod:`kb.matrix`
on it, and a test compares the two. Terms, studies and directions go by their positions. What the
records say in words is left to the other files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from kb.codebook import Facet
from kb.corpus import Corpus
from kb.facts import Fact
from kb.records import Basis, Study
from kb.stated import by_confidence, history, stated_in
from kb.synthesis import Claim, Gap

Json = dict[str, Any]


def columns(corpus: Corpus, facts: Sequence[Fact]) -> Json:
    """The codebook, the studies, the findings, the gaps and the claims as far as cells need them.

    A finding's ``tags`` are its effective ones, for each facet a list of positions of terms.
    Claims stand in the order of the confidence in them.
    """
    studies = list({fact.study.id: fact.study for fact in facts}.values())
    matrix = corpus.settings.matrix
    return {
        "title": corpus.settings.title,
        "row": matrix.row,
        "column": matrix.column,
        "thin_below": matrix.thin_below,
        "dated_after": matrix.dated_after,
        "direct": list(matrix.direct),
        "narrow": list(matrix.narrow),
        "newest": max((corpus.year(one) or 0 for one in corpus.studies.values()), default=0),
        "bases": list(get_args(Basis)),
        "directions": [
            one.model_dump(mode="json", include={"id", "label", "sign", "stance"})
            for one in corpus.settings.directions
        ],
        "facets": [_facet(facet) for facet in corpus.codebook.axes],
        "exclusions": list(_exclusions(corpus)),
        "studies": _studies(corpus, studies),
        "findings": _findings(corpus, facts, {one.id: at for at, one in enumerate(studies)}),
        "gaps": _stated(corpus, corpus.gaps.values())
        | {"history": [history(corpus, gap) for gap in corpus.gaps.values()]},
        "claims": _stated(corpus, by_confidence(corpus.claims.values())),
    }


def _facet(facet: Facet) -> Json:
    kept = {"id", "label", "plural", "role"}
    return facet.model_dump(mode="json", include=kept) | {"terms": list(_terms(facet))}


def _terms(facet: Facet) -> Iterable[Json]:
    position = _positions(facet)
    for term in facet.terms:
        yield {
            "id": term.id,
            "label": term.label,
            **({"short_label": term.short_label} if term.short_label else {}),
            **({"broader": position[term.broader]} if term.broader else {}),
            **({} if term.searched else {"searched": False}),
            **({"deprecated": True} if term.deprecated else {}),
        }


def _positions(facet: Facet) -> Mapping[str, int]:
    return {term.id: at for at, term in enumerate(facet.terms)}


def _exclusions(corpus: Corpus) -> Iterable[Json]:
    for facet in corpus.codebook.axes:
        for rule in facet.exclusions:
            body = rule.model_dump(mode="json", by_alias=True)
            yield {"facet": facet.id, **body}


def _studies(corpus: Corpus, studies: Sequence[Study]) -> Json:
    """The studies with findings. Authors are numbers that only tell who is the same."""
    people: dict[str, int] = {}
    bases, direct = get_args(Basis), corpus.settings.matrix.direct
    reports = [corpus.reports(study) for study in studies]
    return {
        "id": [study.id for study in studies],
        "title": {
            language: [study.title.get(language, "") for study in studies]
            for language in corpus.languages
        },
        "cited": [
            own[0].short if own else study.id for study, own in zip(studies, reports, strict=True)
        ],
        "year": [corpus.year(study) or 0 for study in studies],
        "basis": [bases.index(study.coding.basis) for study in studies],
        "direct": [int(study.directness in direct) for study in studies],
        "authors": [
            sorted(
                {
                    people.setdefault(one.identity, len(people))
                    for report in own
                    for one in report.authors
                }
            )
            for own in reports
        ],
    }


def _findings(corpus: Corpus, facts: Sequence[Fact], place: Mapping[str, int]) -> Json:
    directions = list(corpus.settings.by_direction)
    return {
        "id": [fact.finding.id for fact in facts],
        "study": [place[fact.study.id] for fact in facts],
        "direction": [directions.index(fact.finding.direction) for fact in facts],
        "tags": _tags(corpus.codebook.axes, [fact.tags for fact in facts]),
    }


def _stated(corpus: Corpus, records: Iterable[Claim | Gap]) -> Json:
    """Gaps or claims: ``year`` is that of the first source that states one, 0 without a year."""
    known = list(records)
    return {
        "id": [one.id for one in known],
        "year": [stated_in(corpus, one) for one in known],
        "tags": _tags(corpus.codebook.tag_facets, [one.tags for one in known]),
    }


def _tags(
    facets: Iterable[Facet], tagged: Sequence[Mapping[str, tuple[str, ...]]]
) -> dict[str, list[list[int]]]:
    found = {}
    for facet in facets:
        position = _positions(facet)
        found[facet.id] = [[position[term] for term in own.get(facet.id, ())] for own in tagged]
    return found
