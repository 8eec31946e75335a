"""Tables, the columns of compared studies, and what reference managers import; as data."""

from __future__ import annotations

import json

from kb import evidence as evidences
from kb.base import KnowledgeBase
from kb.site import compared, pages, sheets_of
from kb.site.generate import sources
from kb.site.sheets import Sheet
from kb.site.view import View
from tests.sites import shown


def evidence(base: KnowledgeBase, facet: str, term: str, language: str = "de") -> Sheet:
    """The evidence on a term."""
    rows = evidences.evidence(base.corpus, base.facts, facet, term)
    return sheets_of.of_studies(View(base, language), rows)


def ids(sheet: Sheet, name: str) -> list[str]:
    """The terms to choose from in a facet."""
    return [term for one in sheet.choices if one.id == name for term, _ in one.terms]


# --- Evidence ------------------------------------------------------------------------------------


def test_the_columns_of_the_settings_are_shown_and_all_others_can_be(base: KnowledgeBase) -> None:
    sheet = evidence(base, "habitat", "green-roof")
    usual = [column.id for column in sheet.columns if column.shown]
    assert usual == ["_study", "city", "evidence-level", "intervention", "_findings"]
    assert {axis.id for axis in base.codebook.axes} < {column.id for column in sheet.columns}
    assert [column.id for column in sheet.columns if column.number] == [
        "_year",
        "_sample",
        "_period",
    ]


def test_a_finding_carries_its_own_terms_and_the_broader_ones(base: KnowledgeBase) -> None:
    line = next(
        one for one in evidence(base, "habitat", "green-roof").lines if one.id == "muster2015"
    )
    tokens = {item.fact.finding.id: set(item.tokens.split()) for item in line.items}
    assert {"habitat:extensive-roof", "habitat:green-roof", "direction:helps"} <= tokens[
        "more-visits"
    ]
    assert "habitat:extensive-roof" not in tokens["more-species"]
    assert "basis:full-text" in tokens["more-species"]
    assert line.tokens == ""
    assert line.keys == base.corpus.studies["muster2015"].reports


def test_lines_can_be_narrowed_by_year_the_newest_first(base: KnowledgeBase) -> None:
    sheet = evidence(base, "habitat", "green-roof")
    years = [line.row.year for line in sheet.lines if line.row and line.row.year]
    assert ids(sheet, "_year") == [str(year) for year in sorted(set(years), reverse=True)]
    for line in sheet.lines:
        assert line.row
        own = [line.tokens, *(item.tokens for item in line.items)]
        told = {one for each in own for one in each.split() if one.startswith("_year:")}
        assert told == ({f"_year:{line.row.year}"} if line.row.year else set())
    for other in (
        sheets_of.of_gaps(View(base, "de"), base.corpus.gaps.values()),
        sheets_of.of_claims(View(base, "de"), base.corpus.claims.values()),
    ):
        assert ids(other, "_year"), other.noun


def test_a_study_without_findings_carries_its_own_terms(base: KnowledgeBase) -> None:
    line = evidence(base, "habitat", "green-roof").lines[-1]
    assert line.id == "leer2018"
    assert line.items == ()
    assert {"habitat:green-roof", "basis:full-text"} <= set(line.tokens.split())


def test_what_all_have_is_not_offered_and_the_rest_in_its_order(base: KnowledgeBase) -> None:
    sheet = evidence(base, "habitat", "extensive-roof")
    assert ids(sheet, "evidence-level") == []
    assert ids(sheet, "habitat") == []
    assert ids(sheet, "direction") == ["helps", "depends", "harms", "describes"]
    assert ids(sheet, "city") == ["musterstadt", "neuhafen"]
    assert ids(evidence(base, "effect", "visits"), "habitat") == [
        "green-roof",
        "extensive-roof",
        "balcony",
        "courtyard",
    ]


def test_numbers_are_sorted_by_their_value(base: KnowledgeBase) -> None:
    for line in evidence(base, "habitat", "green-roof").lines:
        study = base.corpus.studies[line.id]
        assert line.cells["_year"].order == base.corpus.year(study)
        assert line.cells["_sample"].order == (study.sample.n if study.sample else None)


# --- Gaps, claims and references -----------------------------------------------------------------


def test_gaps_are_sorted_by_status_and_filtered_by_kind(base: KnowledgeBase) -> None:
    sheet = sheets_of.of_gaps(View(base, "de"), base.corpus.gaps.values())
    assert [line.id for line in sheet.lines] == list(base.corpus.gaps)
    for line in sheet.lines:
        gap = base.corpus.gaps[line.id]
        assert line.cells["_status"].order == ["open", "narrowed", "closed"].index(gap.status)
        assert f"_status:{gap.status}" in line.tokens.split()
        assert set(line.keys) == {one.source for one in gap.stated_by}
    assert ids(sheet, "_status") == ["open", "narrowed", "closed"]
    assert set(ids(sheet, "lacuna")) == {gap.kind for gap in base.corpus.gaps.values()}


def test_claims_are_sorted_by_confidence_and_count_their_findings(base: KnowledgeBase) -> None:
    sheet = sheets_of.of_claims(View(base, "de"), base.corpus.claims.values())
    lines = {line.id: line for line in sheet.lines}
    assert lines["saat-hilft"].cells["_confidence"].order == 1  # moderate, after high
    assert lines["bald-mehr"].cells["_confidence"].order == 4  # not assessed, after very low
    assert lines["saat-hilft"].cells["_for"].order == 3
    assert lines["waende-umstritten"].cells["_against"].order == 1


def test_references_say_what_they_are_used_for(base: KnowledgeBase) -> None:
    page = next(p for p in pages.pages(View(base, "de")) if p.address == "references/")
    text = pages.render(View(base, "de"), page)
    assert 'id="muster2015"' in text
    row = text[text.index('id="muster2015"') :].partition("</tr>")[0]
    assert "Studies it reports" in shown(row)
    assert "_use:use_report" in row


# --- Columns of the page that compares -----------------------------------------------------------


def test_each_study_has_a_file_with_its_rows(base: KnowledgeBase) -> None:
    assert {f"compare/{name}.json" for name in base.corpus.studies} <= set(
        sources(View(base, "de"))
    )
    one = json.loads(sources(View(base, "de"))["compare/muster2015.json"]())
    rows = {(row["part"], row["id"]): row for row in one["rows"]}
    assert one["address"] == "studies/muster2015/"
    assert [value["text"] for value in rows["study", "city"]["values"]] == ["Musterstadt"]
    assert [value["address"] for value in rows["study", "effect"]["values"]] == [
        "effects/visits/",
        "effects/diversity/",
        "effects/survival/",
    ]
    assert [value["text"] for value in rows["study", "_directions"]["values"]] == [
        "Nützt 1",
        "Nützt sehr 1",
        "Beschreibt 1",
    ]
    (visits,) = rows["findings", "visits"]["values"]
    assert visits["stance"] == "supports"
    assert visits["direction"] == "Nützt"
    assert visits["address"] == "studies/muster2015/#more-visits"
    french = json.loads(sources(View(base, "fr"))["compare/muster2015.json"]())
    assert french["title"] == base.corpus.studies["muster2015"].title["fr"]


def test_every_address_in_a_column_is_a_page(base: KnowledgeBase) -> None:
    made = {one.address for one in pages.pages(View(base, "de"))}
    for study in base.corpus.studies.values():
        for row in compared.column(View(base, "de"), study)["rows"]:
            for value in row["values"]:
                address = value.get("address", "").partition("#")[0]
                assert not address or address in made or address == "codebook/"
