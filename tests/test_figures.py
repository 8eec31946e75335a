"""The page of charts: growth over years, columns to scale, and a table behind each chart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import kb
from kb import addresses, growth
from kb.corpus import Corpus
from kb.site import figures
from kb.site.columns import HEIGHT, Series, columns
from kb.site.view import View
from kb.stated import gap_in
from kb.synthesis import Answer, Gap, Status
from tests.making import study, write
from tests.sites import SOURCES, shown
from tests.test_charts import texts


@cache
def view(name: str = "fixture") -> View:
    """One of the knowledge bases in its first language."""
    base = kb.load(SOURCES[name])
    return View(base, base.corpus.languages[0])


def drawn(picture: str) -> ElementTree.Element:
    return ElementTree.fromstring(picture)


# --- Growth --------------------------------------------------------------------------------------


def test_studies_count_once_in_the_year_of_their_first_report(tmp_path: Path) -> None:
    studies = {"a": study(years=[2019, 2015]), "b": study(years=[2017]), "c": study(years=["n.d."])}
    found = growth.evidence(kb.load(write(tmp_path, studies)).corpus)
    assert found.new == {2015: 1, 2016: 0, 2017: 1}
    assert found.all == {2015: 1, 2016: 1, 2017: 2}
    assert found.undated == ("c",)


@pytest.mark.parametrize("years", [[], ["n.d."]])
def test_without_a_year_there_is_no_growth(tmp_path: Path, years: list[Any]) -> None:
    studies = {"a": study(years=years)} if years else {}
    corpus = kb.load(write(tmp_path, studies)).corpus
    found = growth.evidence(corpus)
    assert (found.new, found.all, found.undated) == ({}, {}, tuple(studies))
    assert growth.gaps(corpus).by_status["open"] == {}
    assert list(figures.growing(View(kb.load(tmp_path), "en"))) == []


def test_gaps_of_the_made_up_corpus() -> None:
    """Stated 2018, 2018, 2020 and 2021 and once without a year; closed 2020, narrowed 2023."""
    found = growth.gaps(view().corpus)
    years = range(2018, 2025)
    assert found.by_status == {
        "open": dict(zip(years, (2, 2, 2, 3, 3, 2, 2), strict=True)),
        "narrowed": dict(zip(years, (0, 0, 0, 0, 0, 1, 1), strict=True)),
        "closed": dict(zip(years, (0, 0, 1, 1, 1, 1, 1), strict=True)),
    }
    assert found.undated == ("wer-zaehlt",)


def moved(status: Status, *answers: tuple[str, str]) -> tuple[Corpus, Gap]:
    """The made-up corpus with a single gap, stated 2018."""
    corpus = view().corpus
    given = [Answer(study=one, extent=extent, how={"de": "x"}) for one, extent in answers]  # type: ignore[arg-type]
    gap = corpus.gaps["waende-und-arten"].model_copy(
        update={"status": status, "addressed_by": tuple(given)}
    )
    return replace(corpus, gaps={gap.id: gap}), gap


def first(values: Mapping[int, int]) -> int:
    """The first year with a value; 0 when there is none."""
    return next((year for year, value in values.items() if value), 0)


@pytest.mark.parametrize(
    ("status", "answers", "expected"),
    [
        ("open", (), (2018, 0, 0)),
        ("open", (("modell2022", "partly"),), (2018, 0, 0)),
        ("narrowed", (("modell2023", "partly"), ("modell2022", "partly")), (2018, 2022, 0)),
        ("narrowed", (("alt2009", "partly"),), (0, 2018, 0)),
        ("closed", (("modell2022", "partly"), ("modell2023", "fully")), (2018, 2022, 2023)),
    ],
)
def test_a_gap_moves_with_the_first_study_that_did_it_and_never_before_it_was_stated(
    status: Status, answers: tuple[tuple[str, str], ...], expected: tuple[int, int, int]
) -> None:
    corpus, gap = moved(status, *answers)
    by_status = growth.gaps(corpus).by_status
    assert tuple(map(first, by_status.values())) == expected
    for year in by_status["open"]:  # the same as when someone asks for that year
        then = gap_in(corpus, gap, year)
        assert [name for name, values in by_status.items() if values[year]] == [
            then.status if then else None
        ]
    ends = {name: list(values.values())[-1] for name, values in by_status.items()}
    assert ends == {name: int(name == status) for name in ends}


@pytest.mark.parametrize("name", SOURCES)
def test_the_last_year_is_the_state_of_today(name: str) -> None:
    one = view(name)
    found = growth.gaps(one.corpus)
    today = {status: values[max(values)] for status, values in found.by_status.items()}
    dated = [gap.status for gap in one.corpus.gaps.values() if gap.id not in found.undated]
    assert today == {status: dated.count(status) for status in today}
    for year in found.by_status["open"]:
        assert all(values[year] >= 0 for values in found.by_status.values())
    studies = growth.evidence(one.corpus)
    assert studies.all[max(studies.all)] + len(studies.undated) == len(one.corpus.studies)


# --- Columns -------------------------------------------------------------------------------------


def test_columns_are_to_scale_and_stand_on_each_other() -> None:
    series = [Series("Low", "low", {2019: 1, 2020: 2}), Series("High", "high", {2019: 0, 2020: 2})]
    picture = drawn(columns(series, title="Title", axis="Unit", id="id", close=True))
    bars = [
        (one.get("class", "").split("--")[1], one.get("x"), one.get("height"))
        for one in picture.iter("rect")
    ]
    full = f"{HEIGHT:g}em"
    half, quarter = f"{HEIGHT / 2:g}em", f"{HEIGHT / 4:g}em"
    assert bars == [("low", "0%", quarter), ("low", "50%", half), ("high", "50%", half)]
    foots = {
        round(float(one.get("y", "")[:-2]) + float(one.get("height", "")[:-2]), 2)
        for one in picture.iter("rect")
        if "low" in one.get("class", "")
    }
    assert len(foots) == 1
    assert full != half
    assert texts(picture.iter("text")) == "Unit201942020"
    assert texts(picture.iter("desc")) == "Unit.2019:Low1,High0;2020:Low2,High2."
    assert picture.get("role") == "img"


def test_few_years_are_named_the_last_always() -> None:
    years = range(1950, 2027)
    picture = drawn(
        columns([Series("x", "all", dict.fromkeys(years, 1))], title="T", axis="A", id="i")
    )
    named = [
        one.text for one in picture.iter("text") if one.get("class", "").startswith("kb-axis ")
    ]
    assert 1 < len(named) <= 6
    assert named[-1] == "2026"


def test_columns_of_nothing_are_none() -> None:
    picture = drawn(columns([Series("x", "all", {2020: 0})], title="T", axis="A", id="i"))
    assert not list(picture.iter("rect"))


# --- The figures ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SOURCES)
def test_every_axis_is_charted_those_of_the_default_matrix_first(name: str) -> None:
    one = view(name)
    found = [facet.id for facet in figures.axes(one)]
    assert found[:2] == [one.settings.matrix.row, one.settings.matrix.column]
    assert sorted(found) == sorted(facet.id for facet in one.codebook.axes)
    assert [each.id for each in figures.studied(one)] == [f"_figure-studies-{id}" for id in found]


@pytest.mark.parametrize("name", SOURCES)
def test_every_term_has_a_bar_that_leads_to_its_page_and_a_row_in_the_table(name: str) -> None:
    one = view(name)
    one.here = addresses.FIGURES
    for facet, each in zip(figures.axes(one), figures.studied(one), strict=True):
        picture = drawn(each.picture)
        hrefs = [link.get("href") for link in picture.iter("a")]
        assert hrefs == [f"../{addresses.of_term(facet, term.id)}" for term in facet.current]
        assert picture.get("role") == "group"
        assert [shown(row[0]) for row in each.rows] == [
            one.label(facet.id, t.id) for t in facet.current
        ]
        assert [row[1] for row in each.rows] == [
            one.number(one.studies_at(facet.id, term.id)) for term in facet.current
        ]


@pytest.mark.parametrize("name", SOURCES)
def test_the_parts_of_a_bar_are_the_directions_and_add_up(name: str) -> None:
    one = view(name)
    for each in figures.pointing(one):
        assert len(each.key) == len(one.settings.directions)
        picture = drawn(each.picture)
        for link, row in zip(picture.iter("a"), each.rows, strict=True):
            *numbers, total = [int(str(cell)) for cell in row[1:]]
            assert sum(numbers) == total
            _, *bars = [bar for bar in link.iter("rect") if bar.get("width") != "0%"]
            assert len(bars) == sum(number > 0 for number in numbers)
            widths = [float(bar.get("width", "").removesuffix("%")) for bar in bars]
            shares = [100 * number / max(int(str(r[-1])) for r in each.rows) for number in numbers]
            assert widths == pytest.approx([share for share in shares if share], abs=0.01)


@pytest.mark.parametrize("name", SOURCES)
def test_the_tables_over_years_say_what_the_columns_say(name: str) -> None:
    one = view(name)
    years, all_, gaps = figures.growing(one)
    assert [shown(row[0]) for row in years.rows] == [
        str(y) for y in growth.evidence(one.corpus).new
    ]
    assert sum(int(str(row[1])) for row in years.rows) == int(str(all_.rows[-1][1]))
    assert len(years.named) == len(growth.evidence(one.corpus).undated)
    assert len(gaps.head) == len(gaps.rows[0]) == 4


@pytest.mark.parametrize("name", SOURCES)
def test_columns_lead_to_the_studies_and_the_matrix_of_their_year(name: str) -> None:
    one = view(name)
    one.here = addresses.FIGURES
    years, all_, gaps = figures.growing(one)
    new = {year: n for year, n in growth.evidence(one.corpus).new.items() if n}
    assert {f"../{addresses.of_published(year)}" for year in new} == set(leads(years))
    assert [one.number(n) for n in new.values()] == [
        shown(row[1]) for row in years.rows if "<a" in str(row[0])
    ]
    for each in (all_, gaps):
        found = leads(each)
        assert found
        assert all(str(link).endswith(f"&as-of={year}") for link, year in found.items())


def leads(each: figures.Figure) -> dict[str | None, str]:
    """Where columns lead, with the year that their name begins with."""
    return {
        link.get("href"): str(link.findtext("title")).partition(":")[0]
        for link in drawn(each.picture).iter("a")
    }
