"""The listings of the command line: which records fit, and what they look like as JSON and rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from kb import export, tables
from kb.base import KnowledgeBase
from kb.corpus import Corpus
from kb.facts import Where, fits, study_fits
from kb.stated import tagged
from kb.synthesis import Claim, Gap, Level, Status
from kb.tables import Table


@dataclass(frozen=True, slots=True)
class Choice:
    """A field to narrow a listing by: the words that it may have, and the one of a record."""

    words: Callable[[Corpus], Collection[str]]
    of: Callable[[Any], str | None]


@dataclass(frozen=True, slots=True)
class Listing:
    """How records of one kind are listed."""

    fitting: Callable[[KnowledgeBase, Where], Iterable[Any]]
    data: Callable[[Corpus, Any], object]
    table: Callable[[Corpus, Iterable[Any], str], Table]
    choices: Mapping[str, Choice] = field(default_factory=dict)


def _studies(base: KnowledgeBase, where: Where) -> Iterable[Any]:
    return (one for one in base.corpus.studies.values() if study_fits(base.corpus, one, where))


def _findings(base: KnowledgeBase, where: Where) -> Iterable[Any]:
    return (fact for fact in base.facts if fits(base.corpus, fact, where))


def _kinds(corpus: Corpus) -> Collection[str]:
    facet = corpus.codebook.with_role("gap-kind")
    return list(facet.by_id) if facet else []


def _level(claim: Claim) -> str | None:
    return claim.confidence.level if claim.confidence else None


def _status(gap: Gap) -> str:
    return gap.status


def _kind(gap: Gap) -> str:
    return gap.kind


LISTINGS: Mapping[str, Listing] = {
    "studies": Listing(_studies, export.study, tables.studies),
    "findings": Listing(_findings, lambda _, one: export.listed_finding(one), tables.findings),
    "claims": Listing(
        lambda base, where: tagged(base.corpus, base.corpus.claims.values(), where),
        lambda _, one: export.synthesised(one),
        tables.claims,
        {"confidence": Choice(lambda _: get_args(Level), _level)},
    ),
    "gaps": Listing(
        lambda base, where: tagged(base.corpus, base.corpus.gaps.values(), where),
        lambda _, one: export.synthesised(one),
        tables.gaps,
        {"status": Choice(lambda _: get_args(Status), _status), "kind": Choice(_kinds, _kind)},
    ),
    "candidates": Listing(
        lambda base, where: tagged(base.corpus, base.corpus.candidates.values(), where),
        lambda _, one: export.synthesised(one),
        tables.candidates,
    ),
}
"""The listings by the names of their commands."""
