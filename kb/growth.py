"""How evidence and gaps have grown: what stood at the end of each year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import get_args

from kb import stated
from kb.corpus import Corpus
from kb.synthesis import Status


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

    See :func:`kb.stated.history`.
    """
    steps: dict[Status, Counter[int]] = {status: Counter() for status in get_args(Status)}
    undated = []
    for gap in corpus.gaps.values():
        history = stated.history(corpus, gap)
        if not history or history[-1][0] != gap.status:
            undated.append(gap.id)
            continue
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
