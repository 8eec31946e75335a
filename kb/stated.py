"""Claims and gaps in their places: which terms, cells, studies and references they belong to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TypeVar, get_args

from kb.codebook import Facet
from kb.corpus import Corpus
from kb.facts import Where, wanted
from kb.meeting import Meetings, Upper
from kb.synthesis import Candidate, Claim, Gap, Level, Status

Tagged = TypeVar("Tagged", Claim, Gap, Candidate)

_STATUSES = get_args(Status)  # from open to closed


def tagged(corpus: Corpus, records: Iterable[Tagged], where: Where) -> list[Tagged]:
    """The records that have, for every facet of a selection, one of its terms or a narrower one."""
    chosen = wanted(corpus, where)
    return [
        record
        for record in records
        if all(not terms.isdisjoint(record.tags.get(f, ())) for f, terms in chosen.items())
    ]


def gaps_at(
    corpus: Corpus,
    rows: Facet,
    columns: Facet,
    as_of: int | None = None,
    where: Where | None = None,
) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """For each cell of two facets the gaps that name both its terms, broader terms included.

    With ``as_of`` only gaps that a source had stated by that year. With ``where`` no gap that is
    about other terms; one that says nothing of a facet selected is not, and stays.
    """
    down, across, meetings = Upper(corpus, rows.id), Upper(corpus, columns.id), Meetings[str]()
    chosen = wanted(corpus, where or {})
    for gap in corpus.gaps.values():
        if rows.id not in gap.tags or columns.id not in gap.tags:
            continue
        if as_of is not None and not 0 < stated_in(corpus, gap) <= as_of:
            continue
        if any(terms.isdisjoint(gap.tags[f]) for f, terms in chosen.items() if f in gap.tags):
            continue
        for put in meetings[down[gap.tags[rows.id]], across[gap.tags[columns.id]]]:
            put(gap.id)
    return {pair: tuple(ids) for pair, ids in meetings.met.items()}


def stated_in(corpus: Corpus, record: Claim | Gap) -> int:
    """The year of the first source that states a record; 0 when no source has a year."""
    keys = (one.source for one in record.stated_by)
    years = [corpus.references[key].year or 0 for key in keys if key in corpus.references]
    return min((year for year in years if year), default=0)


def studies_under(claim: Claim) -> list[str]:
    """The distinct studies whose findings a claim rests on or is challenged by."""
    return list(dict.fromkeys(support.finding.partition("#")[0] for support in claim.rests_on))


def main_year(corpus: Corpus) -> int:
    """The year of the source that states most gaps, of several the earliest; 0 without a year."""
    named = Counter(
        key for gap in corpus.gaps.values() for key in {one.source for one in gap.stated_by}
    )
    years = [(-number, corpus.references[key].year or 0) for key, number in named.items()]
    return min((one for one in years if one[1]), default=(0, 0))[1]


def moved_since(corpus: Corpus, year: int) -> list[Gap]:
    """The gaps closed or narrowed that a study first reported in a year, or later, addresses."""
    return [
        gap for gap in corpus.gaps.values() if gap.status != "open" and _since(corpus, gap, year)
    ]


def _since(corpus: Corpus, gap: Gap, year: int) -> bool:
    studies = (corpus.studies[answer.study] for answer in gap.addressed_by)
    return any((corpus.year(study) or 0) >= year for study in studies)


def by_confidence(claims: Iterable[Claim]) -> list[Claim]:
    """Claims in the order of the confidence in them; those that were not assessed come last."""
    ranks = {level: rank for rank, level in enumerate(get_args(Level))}
    return sorted(claims, key=lambda c: ranks[c.confidence.level] if c.confidence else len(ranks))


def gap_in(corpus: Corpus, gap: Gap, year: int) -> Gap | None:
    """A gap as it was at the end of a year: without the sources and studies that came later, and
    with the status that it then had; ``None`` when no source had stated it."""
    statuses = [status for status, since in history(corpus, gap) if since <= year]
    if not statuses:
        return None
    first = _first_years(corpus, gap)
    then: dict[str, object] = {
        "addressed_by": tuple(one for one in gap.addressed_by if 0 < first[one.study] <= year),
        "status": statuses[-1],
        "stated_by": tuple(one for one in gap.stated_by if _there(corpus, one.source, year)),
    }
    if gap.priority and not _there(corpus, gap.priority.source, year):
        then["priority"] = None
    return gap.model_copy(update=then)


def history(corpus: Corpus, gap: Gap) -> tuple[tuple[Status, int], ...]:
    """The statuses that a gap has had, each with the year from which it had it; none when no source
    that states it has a year.

    A study moves a gap as far as its answer goes, and never further than the status of today. What
    was there before a source said that it is not known has not moved the gap, unless nothing else
    has: then from the beginning. A study without a year moves nothing.
    """
    stated = stated_in(corpus, gap)
    if not stated:
        return ()
    first = _first_years(corpus, gap)
    later = [one for one in gap.addressed_by if first[one.study] >= stated]
    found: list[tuple[Status, int]] = [("open", stated)]
    moves = [one for one in later or gap.addressed_by if first[one.study]]
    for one in sorted(moves, key=lambda one: first[one.study]):
        moved: Status = "closed" if one.extent == "fully" else "narrowed"
        status = min(gap.status, moved, key=_STATUSES.index)
        if _STATUSES.index(status) > _STATUSES.index(found[-1][0]):
            found.append((status, max(stated, first[one.study])))
    return tuple(found)


def _first_years(corpus: Corpus, gap: Gap) -> dict[str, int]:
    return {one.study: corpus.year(corpus.studies[one.study]) or 0 for one in gap.addressed_by}


def _there(corpus: Corpus, key: str, year: int) -> bool:
    """Whether a work was there by the end of a year."""
    work = corpus.references.get(key)
    return work is not None and 0 < (work.year or 0) <= year
