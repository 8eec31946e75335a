"""The rows of the tables about studies and their findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kb.facts import study_terms
from kb.formats.material import Material

Row = Mapping[str, Any]


def _studies(material: Material) -> Iterator[Row]:
    for one in material.corpus.studies.values():
        setting, sample, period, coding = one.setting, one.sample, one.period, one.coding
        yield {
            "id": one.id,
            "title": one.title,
            "year": material.corpus.year(one),
            "kind": one.kind,
            "directness": one.directness,
            **({"organisation": setting.organisation, "place": setting.place} if setting else {}),
            **({f"sample_{name}": value for name, value in sample} if sample else {}),
            **({"period_start": period.start, "period_end": period.end} if period else {}),
            "basis": coding.basis,
            "source": coding.source,
            "locator": coding.locator,
            "coded_on": coding.date,
            **({"no_findings": one.no_findings} if one.no_findings else {}),
        }


def _reports(material: Material) -> Iterator[Row]:
    for one in material.corpus.studies.values():
        for position, key in enumerate(one.reports, 1):
            yield {"study": one.id, "position": position, "reference": key}


def _terms(material: Material) -> Iterator[Row]:
    for one in material.corpus.studies.values():
        for facet, terms in study_terms(material.corpus, one).items():
            for term in dict.fromkeys(terms):
                yield {"study": one.id, "facet": facet, "term": term}


def _coders(material: Material) -> Iterator[Row]:
    for one in material.corpus.studies.values():
        yield from ({"study": one.id, "coder": coder} for coder in dict.fromkeys(one.coding.coders))


def _caveats(material: Material) -> Iterator[Row]:
    for one in material.corpus.studies.values():
        for position, caveat in enumerate(one.caveats, 1):
            yield {"study": one.id, "position": position, **dict(caveat)}


def _supplements(material: Material) -> Iterator[Row]:
    for one in material.corpus.studies.values():
        for position, own in enumerate(one.coding.supplements, 1):
            covers = ";".join(own.covers)
            yield {"study": one.id, "position": position, **dict(own), "covers": covers}


def _findings(material: Material) -> Iterator[Row]:
    for fact in material.base.facts:
        one = fact.finding
        yield {
            "id": fact.id,
            "study": fact.study.id,
            "name": one.id,
            "statement": one.statement,
            "direction": one.direction,
            "locator": one.locator,
        }


def _finding_terms(material: Material) -> Iterator[Row]:
    for fact in material.base.facts:
        for facet, terms in fact.tags.items():
            own = facet in fact.finding.tags
            for term in dict.fromkeys(terms):
                yield {"finding": fact.id, "facet": facet, "term": term, "own": own}


def _measures(material: Material) -> Iterator[Row]:
    for fact in material.base.facts:
        for position, one in enumerate(fact.finding.measures, 1):
            other = one.comparison
            yield {
                "finding": fact.id,
                "position": position,
                "label": one.label,
                "value": one.value,
                "unit": one.unit,
                "n": one.n,
                **({f"comparison_{name}": value for name, value in other} if other else {}),
            }


ROWS: Mapping[str, Callable[[Material], Iterator[Row]]] = {
    "studies": _studies,
    "study-reports": _reports,
    "study-terms": _terms,
    "study-coders": _coders,
    "study-caveats": _caveats,
    "study-supplements": _supplements,
    "findings": _findings,
    "finding-terms": _finding_terms,
    "measures": _measures,
}
"""The rows of each table, by its name."""
