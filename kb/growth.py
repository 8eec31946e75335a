"""How evidence and gaps have grown: what stood at the end of each year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import get_args

from kb.corpus import Corpus
from kb.stated import stated_in
from kb.synthesis import Extent, Gap, Status

_DOING: Mapping[Status, Extent] = {"narrowed": "partly", "closed": "fully"}
"""What a study must have done to a gap for it to have a status."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Studies by the year of their first report: new ones and all until then, for every year from
    the first to the last; ``undated`` are those without a year."""

    new: Mapping[int, int]
    all: Mapping[int, int]
    undated: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gaps:
    """For every year, until the newest study, how many gaps had each status at its end;
    ``undated`` are those of which no source, or no study that moved them, has a year."""

    by_status: Mapping[Status, Mapping[int, int]]
    undated: tuple[str, ...]


def evidence(corpus: Corpus) -> Evidence:
    """How the studies have grown."""
    years = {study.id: corpus.year(study) for study in corpus.studies.values()}
    counts = Counter(year for year in years.values() if year)
    span = range(min(counts), max(counts) + 1) if counts else range(0)
    return Evidence(
        {year: counts[year] for year in span},
        dict(zip(span, accumulate(counts[year] for year in span), strict=True)),
        tuple(name for name, year in years.items() if not year),
    )


def gaps(corpus: Corpus) -> Gaps:
    """How the gaps have grown, and how they were narrowed and closed.

    A record tells the status of today and the studies that brought it about: until the first of
    them the gap counts as open, since nothing says what it was in between.
    """
    steps: dict[Status, Counter[int]] = {status: Counter() for status in get_args(Status)}
    undated = []
    for gap in corpus.gaps.values():
        history = _history(corpus, gap)
        if not history:
            undated.append(gap.id)
        for status, year in history:
            steps[status][year] += 1
        for (before, _), (_, year) in pairwise(history):
            steps[before][year] -= 1
    years = [year for counts in steps.values() for year in counts]
    span = range(min(years), max([*years, *evidence(corpus).new]) + 1) if years else range(0)
    return Gaps(
        {
            status: dict(zip(span, accumulate(counts[year] for year in span), strict=True))
            for status, counts in steps.items()
        },
        tuple(undated),
    )


def _history(corpus: Corpus, gap: Gap) -> list[tuple[Status, int]]:
    """The statuses that a gap has had, each with the year in which it began; none when such a year
    is unknown. A study that is older than the statement moved the gap from its beginning."""
    stated = stated_in(corpus, gap)
    if gap.status == "open" or not stated:
        return [("open", stated)] if stated else []
    moved = _first(corpus, gap, _DOING[gap.status])
    return [("open", stated), (gap.status, max(stated, moved))] if moved else []


def _first(corpus: Corpus, gap: Gap, extent: Extent) -> int:
    """The year of the first study that went so far with a gap; 0 when none of them has a year."""
    studies = (corpus.studies[one.study] for one in gap.addressed_by if one.extent == extent)
    return min((year for study in studies if (year := corpus.year(study))), default=0)
