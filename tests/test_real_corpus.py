"""What must hold of the real knowledge base: facts of its sources, and rules of its coding."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

import kb
from kb.matrix import State
from kb.records import Measure

REAL = Path(__file__).resolve().parent.parent
SPREAD = {"johnsen2020", "siverbo2019", "siverbo2022survey", "statskontoret2018"}
REVIEWED = {
    "alexius2018", "alvehus2019", "astvik2018", "astvik2020", "bentzen2016", "bjurstrom2021",
    "blomqvist2022", "christensen2018", "christensen2020", "ellegard2018", "elmersjo2021",
    "erlandsson2018", "fransson2018", "johnsen2019", "lavik2021", "lundquist1997", "mukhtar2018",
    "niemann2016", "persson2021", "statskontoret2019", "sundstrom2016", "svensson2021",
    "vallentin2017",
}  # fmt: skip
REVIEW = "siverbo2022"


@pytest.fixture(scope="module")
def base() -> kb.KnowledgeBase:
    """The real knowledge base, which has no errors, or this fails."""
    return kb.load(REAL)


def test_no_problems(base: kb.KnowledgeBase) -> None:
    assert base.warnings == ()


def test_languages(base: kb.KnowledgeBase) -> None:
    assert base.corpus.languages == ("en", "sv")


def test_the_studies_of_the_review_and_of_the_spread(base: kb.KnowledgeBase) -> None:
    assert (len(REVIEWED), len(SPREAD)) == (23, 4)
    assert set(base.corpus.studies) >= REVIEWED | SPREAD


@pytest.mark.parametrize(
    ("study", "reports"),
    [
        ("johnsen2020", ("johnsen2020", "johnsen2022")),
        ("alexius2018", ("alexius2018", "alexius2019conf")),
    ],
)
def test_studies_with_a_second_report(
    base: kb.KnowledgeBase, study: str, reports: tuple[str, ...]
) -> None:
    assert base.corpus.studies[study].reports == reports


def test_copenhagen_is_one_study_in_three_reports(base: kb.KnowledgeBase) -> None:
    study = base.corpus.studies["bentzen2016"]
    assert study.reports == ("bentzen2016", "bentzen2019a", "bentzen2019b")
    assert study.sample is not None
    assert study.sample.n == 70
    assert base.corpus.year(study) == 2016
    assert study.directness == "introduction"


def test_a_study_may_belong_to_several_relationships(base: kb.KnowledgeBase) -> None:
    study = base.corpus.studies["astvik2018"]
    assert study in base.studies(relationship="B")
    assert study in base.studies(relationship="D")
    assert study not in base.studies(relationship="C")


def test_a_study_without_findings_says_why(base: kb.KnowledgeBase) -> None:
    silent = [study for study in base.corpus.studies.values() if not study.findings]
    assert [study.id for study in silent] == ["lundquist1997"]
    assert silent[0].no_findings is not None
    assert set(silent[0].no_findings) == {"en", "sv"}


def test_the_works_that_the_review_lists(base: kb.KnowledgeBase) -> None:
    words = {key: one.fields.get("keywords", "") for key, one in base.references.items()}
    listed = [key for key, text in words.items() if f"listed-in:{REVIEW}" in text]
    assert len(listed) == 40
    assert REVIEW not in listed
    assert "siverbo2022survey" not in listed


def test_every_study_is_reported_and_coded_somewhere(base: kb.KnowledgeBase) -> None:
    for study in base.corpus.studies.values():
        assert set(study.reports) <= set(base.references), study.id
        assert study.coding.source in base.references, study.id
        assert study.coding.locator, study.id
        if study.coding.basis == "review":
            assert study.coding.source not in study.reports, study.id


def test_every_finding_has_a_place_a_relationship_and_an_outcome(base: kb.KnowledgeBase) -> None:
    assert len(base.facts) > 100
    for fact in base.facts:
        assert fact.finding.locator.strip(), fact.id
        assert fact.tags.get("relationship"), fact.id
        assert fact.tags.get("outcome"), fact.id


def texts(value: Any, where: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Every text for readers below a value."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from texts(getattr(value, name), f"{where}.{name}")
    elif isinstance(value, dict) and isinstance(value.get("en", value.get("sv")), str):
        yield where, value
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from texts(one, f"{where}.{name}")
    elif isinstance(value, tuple):
        for position, one in enumerate(value):
            yield from texts(one, f"{where}.{position}")


def test_every_text_is_there_in_both_languages(base: kb.KnowledgeBase) -> None:
    found = list(texts(base.settings, "settings"))
    found += [one for facet in base.codebook for one in texts(facet, facet.id)]
    corpus = base.corpus
    for records in (corpus.studies, corpus.claims, corpus.gaps, corpus.candidates):
        found += [one for record in records.values() for one in texts(record, record.id)]
    assert len(found) > 500
    for where, text in found:
        assert list(text) == ["en", "sv"], where
        assert all(words.strip() for words in text.values()), where


def test_statements_are_translated(base: kb.KnowledgeBase) -> None:
    same = [f.id for f in base.facts if f.finding.statement["en"] == f.finding.statement["sv"]]
    assert same == []


class TestCodebook:
    def test_practices(self, base: kb.KnowledgeBase) -> None:
        practices = base.codebook["practice"]
        assert len(practices.terms) == 18
        assert [one.id for one in practices.attributes] == ["instrument", "aim"]
        for term in practices.terms:
            assert set(term.attributes) == {"instrument", "aim"}, term.id

    def test_relationships(self, base: kb.KnowledgeBase) -> None:
        focus = {
            term.id: term.attributes.get("survey-focus")
            for term in base.codebook["relationship"].terms
        }
        assert focus == {
            "A": "low", "B": "in-focus", "C": "in-focus", "D": "in-focus",
            "horizontal-employees": "between", "horizontal-units": "between",
            "external-partners": "low", "private-providers": "low",
            "residents-users": "between", "state-internal": None, "whole-organisation": None,
        }  # fmt: skip

    def test_the_countries_that_were_not_searched(self, base: kb.KnowledgeBase) -> None:
        countries = base.codebook["country"]
        assert [term.id for term in countries.terms] == ["SE", "DK", "NO", "FI", "IS"]
        assert {term.id for term in countries.terms if not term.searched} == {"FI", "IS"}
        found = base.matrix("country", "relationship")
        states = {one.state for one in found.cells if one.row in {"FI", "IS"}}
        assert states == {State.NOT_SEARCHED}

    def test_norway_is_a_country(self, base: kb.KnowledgeBase) -> None:
        assert "johnsen2019" in {study.id for study in base.studies(country="NO")}


SURVEY = [
    (59, 198, None),
    (7, 198, None),
    (1, 198, None),
    (0.5, 198, None),
    (65, None, 42),
    (35_000, None, 28_000),
    (21, None, 14),
    (2.5, None, 3.0),
    (33, None, None),
    (33, None, None),
]
"""The figures that the text of the survey chapter gives: value, n, and what it is set against."""


def _row(one: Measure) -> tuple[float, int | None, float | None]:
    return one.value, one.n, one.comparison.value if one.comparison else None


def test_the_figures_of_the_survey(base: kb.KnowledgeBase) -> None:
    study = base.corpus.studies["siverbo2022survey"]
    assert study.sample is not None
    assert (study.sample.n, study.sample.response_rate) == (198, 68)
    assert study.coding.basis == "full-text"
    measures = [one for each in study.findings for one in each.measures]
    assert [_row(one) for one in measures] == SURVEY
    units = {one.value: one.unit for one in measures}
    assert (units[59], units[0.5], units[65]) == ("percent", "percent", "percent")
    assert (units[1], units[35_000]) == ("municipalities", "inhabitants")


def test_units_are_in_the_codebook(base: kb.KnowledgeBase) -> None:
    units = base.codebook["unit"].by_id
    measures = [one for fact in base.facts for one in fact.finding.measures]
    assert len(measures) > 15
    assert {one.unit for one in measures} <= set(units)
    assert all(0 <= one.value <= 100 for one in measures if one.unit == "percent")


def test_the_default_matrix(base: kb.KnowledgeBase) -> None:
    found = base.matrix(base.settings.matrix.row, base.settings.matrix.column)
    assert (found.row.id, found.column.id) == ("relationship", "outcome")
    assert found.studies == len([s for s in base.corpus.studies.values() if s.findings])
    assert found.counts()[State.EMPTY] > 0
    assert found.counts()[State.CONTESTED] > 0
    assert found.entries == sum(len(one.studies) for one in found.cells)


EXEMPLIFIED = ("directness", "kind", "gap-kind", "gap-reason", "outcome", "perspective", "practice")
"""The facets where two coders have differed, or have to choose between near neighbours."""


@pytest.mark.parametrize("facet", EXEMPLIFIED)
def test_terms_that_are_hard_to_tell_apart_have_examples_and_counter_examples(
    base: kb.KnowledgeBase, facet: str
) -> None:
    for term in base.codebook[facet].current:
        assert term.examples, term.id
        assert term.counter_examples, term.id


def test_directions_have_examples_and_counter_examples(base: kb.KnowledgeBase) -> None:
    for one in base.settings.directions:
        assert one.examples, one.id
        assert one.counter_examples, one.id
