"""The rows of the tables about claims, gaps and candidates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from kb.formats.material import Material
from kb.synthesis import Candidate, Claim, Component, Confidence, Gap

Row = Mapping[str, Any]


def _claims(material: Material) -> Iterator[Row]:
    alone = {one.id for one in material.base.claims(one_team=True)}
    for one in material.corpus.claims.values():
        yield {
            "id": one.id,
            "type": one.type,
            "statement": one.statement,
            **({"note": one.note} if one.note else {}),
            **(_confidence(one.confidence) if one.confidence else {}),
            "one_team": one.id in alone,
        }


def _confidence(one: Confidence) -> Row:
    row: dict[str, Any] = {"confidence": one.level, "assessed_on": one.date}
    for name, value in one:
        if isinstance(value, Component):
            row |= {name: value.concern, f"{name}_reason": value.reason}
    return row


def _assessors(material: Material) -> Iterator[Row]:
    for one in material.corpus.claims.values():
        for coder in dict.fromkeys(one.confidence.by if one.confidence else ()):
            yield {"claim": one.id, "coder": coder}


def _claim_sources(material: Material) -> Iterator[Row]:
    for one in material.corpus.claims.values():
        for position, source in enumerate(one.stated_by, 1):
            yield {"claim": one.id, "position": position, **dict(source)}


def _claim_findings(material: Material) -> Iterator[Row]:
    for one in material.corpus.claims.values():
        for position, support in enumerate(one.rests_on, 1):
            yield {"claim": one.id, "position": position, **dict(support)}


def _gaps(material: Material) -> Iterator[Row]:
    for one in material.corpus.gaps.values():
        urgent = one.priority
        yield {
            "id": one.id,
            "statement": one.statement,
            "kind": one.kind,
            "reason": one.reason,
            "needs": one.needs,
            "status": one.status,
            "closes_with": one.closes_with,
            **({f"priority_{name}": value for name, value in urgent} if urgent else {}),
        }


def _gap_sources(material: Material) -> Iterator[Row]:
    for one in material.corpus.gaps.values():
        for position, source in enumerate(one.stated_by, 1):
            yield {"gap": one.id, "position": position, **dict(source)}


def _gap_answers(material: Material) -> Iterator[Row]:
    for one in material.corpus.gaps.values():
        for position, answer in enumerate(one.addressed_by, 1):
            yield {"gap": one.id, "position": position, **dict(answer)}


def _candidates(material: Material) -> Iterator[Row]:
    for one in material.corpus.candidates.values():
        coding = one.coding
        yield {
            "id": one.id,
            "title": one.title,
            "report": one.report,
            "known": one.known,
            "missing": one.missing,
            "to_check": one.check,
            "basis": coding.basis if coding else None,
            "source": coding.source if coding else None,
            "locator": coding.locator if coding else None,
        }


def _terms(noun: str, records: Iterable[Claim | Gap | Candidate]) -> Iterator[Row]:
    for one in records:
        for facet, terms in one.tags.items():
            yield from ({noun: one.id, "facet": facet, "term": t} for t in dict.fromkeys(terms))


ROWS: Mapping[str, Callable[[Material], Iterator[Row]]] = {
    "claims": _claims,
    "claim-assessors": _assessors,
    "claim-sources": _claim_sources,
    "claim-findings": _claim_findings,
    "claim-terms": lambda material: _terms("claim", material.corpus.claims.values()),
    "gaps": _gaps,
    "gap-sources": _gap_sources,
    "gap-answers": _gap_answers,
    "gap-terms": lambda material: _terms("gap", material.corpus.gaps.values()),
    "candidates": _candidates,
    "candidate-terms": lambda material: _terms("candidate", material.corpus.candidates.values()),
}
"""The rows of each table, by its name."""
