"""What the page that compares studies knows of each: the rows of its column, as data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from kb import addresses
from kb.facts import Fact, study_terms
from kb.records import Study
from kb.site import told
from kb.site.view import View

Value = dict[str, str]
"""A text, and the address of a page of its own if it has one."""


def content(view: View, study: Study) -> bytes:
    """The file of a study, which lies at :func:`kb.addresses.of_column`."""
    return json.dumps(column(view, study), ensure_ascii=False, separators=(",", ":")).encode()


def column(view: View, study: Study) -> dict[str, Any]:
    """A study with its rows, in the order in which they are shown; addresses are relative to the
    language's folder. A row is ``{"id", "label", "values"}``; those of a ``part`` other than
    ``study`` are its findings on one term, each with its direction, and its caveats."""
    facts = view.base.facts_of(study.id)
    return {
        "id": study.id,
        "cited": view.cited(study),
        "title": view.text(study.title),
        "address": addresses.of_study(study.id),
        "rows": [*_of_study(view, study), *_of_findings(view, facts), *_caveats(view, study)],
    }


def _row(part: str, name: str, label: str, values: Sequence[Value]) -> dict[str, Any]:
    return {"part": part, "id": name, "label": label, "values": values}


def _of_study(view: View, study: Study) -> Iterator[dict[str, Any]]:
    year = view.corpus.year(study)
    yield _row("study", "_year", view.t("year"), _texts(str(year or "")))
    coded = {name: list(terms) for name, terms in study_terms(view.corpus, study).items()}
    for fact in view.base.facts_of(study.id):
        for name, terms in fact.finding.tags.items():
            known = coded.setdefault(name, [])
            known += [term for term in terms if term not in known]
    for facet in view.codebook.axes:
        values = [
            {"text": view.label(facet.id, term), "address": addresses.of_term(facet, term)}
            for term in coded.get(facet.id, ())
        ]
        yield _row("study", facet.id, view.text(facet.label), values)
    yield _row("study", "_setting", view.t("setting"), _texts(told.setting(study)))
    yield _row("study", "_sample", view.t("sample"), _texts(told.sample(view, study)))
    yield _row("study", "_period", view.t("period"), _texts(told.period(study)))
    basis = view.t(f"basis_{study.coding.basis}")
    yield _row("study", "_basis", view.t("basis"), _texts(basis))
    source = _reference(view, study.coding.source)
    source["text"] += f", {study.coding.locator}"
    yield _row("study", "_source", view.t("coded_from"), [source])
    reports = [_reference(view, key) for key in study.reports]
    yield _row("study", "_reports", view.t("reports"), reports)
    counts = view.by_direction(view.base.facts_of(study.id))
    numbers = [
        {"text": f"{view.text(one.label)} {view.number(number)}"}
        for one, number in counts
        if number
    ]
    yield _row("study", "_directions", view.t("findings"), numbers)


def _reference(view: View, key: str) -> Value:
    return {"text": view.corpus.references[key].short, "address": addresses.of_reference(key)}


def _of_findings(view: View, facts: Iterable[Fact]) -> Iterator[dict[str, Any]]:
    """The findings by the terms of the facet that the matrix has in its columns by default."""
    facet = view.facet(view.settings.matrix.column)
    by_term: dict[str, list[Value]] = {}
    for fact in facts:
        for term in fact.tags.get(facet.id, ("",)):
            by_term.setdefault(term, []).append(_finding(view, fact))
    for name in facet.by_id:
        if name in by_term:
            yield _row("findings", name, view.label(facet.id, name), by_term[name])
    if "" in by_term:
        label = view.t("findings_without", facet=view.text(facet.label).lower())
        yield _row("findings", "_none", label, by_term[""])


def _finding(view: View, fact: Fact) -> Value:
    direction = view.direction(fact.finding.direction)
    return {
        "text": view.text(fact.finding.statement),
        "address": addresses.of_finding(fact.id),
        "sign": direction.sign,
        "stance": direction.stance,
        "direction": view.text(direction.label),
    }


def _caveats(view: View, study: Study) -> Iterator[dict[str, Any]]:
    caveats = [{"text": view.text(caveat.text)} for caveat in study.caveats]
    yield _row("caveats", "_caveats", view.t("caveats"), caveats)


def _texts(text: str) -> list[Value]:
    return [{"text": text}] if text else []
