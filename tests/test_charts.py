"""Charts: well-formed, with every value as text, to scale, and hostile labels stay labels."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kb import load
from kb.facts import UnknownName
from kb.site.charts import Bar, chart, figures, rows
from kb.site.view import View
from tests.making import facet, finding, study, text, write

HOSTILE = (
    "<script>alert(1)</script>", "</text></svg><img src=x onerror=alert(1)>", "]]>", "<!--",
    "&amp;", "\"' onload=alert(1)", "{{ 7*7 }}", "`code` *b* [x](y)", "\x02wzxhzdk:0\x03",
    "a" * 200, " ", "5-6",
)  # fmt: skip


def drawn(*bars: Bar, full: float | None = None, title: str = "Title") -> ElementTree.Element:
    """The chart as XML."""
    return ElementTree.fromstring(chart(bars, title=title, axis="Unit", id="id", full=full))


def texts(elements: Iterable[ElementTree.Element]) -> str:
    """All text of some elements, its white space taken out: lines break anywhere."""
    return "".join("".join("".join(one.itertext()).split()) for one in elements)


def lengths(picture: ElementTree.Element, name: str) -> list[float]:
    """An attribute of all bars, which are shares of the width."""
    found = [one.get(name, "") for one in picture.iter("rect") if "kb-bar" in one.get("class", "")]
    assert all(one.endswith("%") for one in found)
    return [float(one.removesuffix("%")) for one in found]


def test_a_chart_has_a_name_a_description_and_its_values_as_text() -> None:
    picture = drawn(Bar("First", 65, "65"), Bar("Second", 42, "42", other=True), full=100)
    assert picture.get("role") == "img"
    named = (picture.get("aria-labelledby") or "").split()
    found = {one.get("id"): one.text for one in picture if one.get("id")}
    assert [found[id] for id in named] == ["Title", "Unit. First: 65; Second: 42."]
    shown = texts(picture.iter("text"))
    assert shown == "Unit65First42Second"
    assert lengths(picture, "width") == [65, 42]
    assert lengths(picture, "x") == [0, 0]
    kinds = [one.get("class") for one in picture.iter("rect")]
    assert kinds == ["kb-track", "kb-bar", "kb-track", "kb-bar kb-bar--other"]


@pytest.mark.parametrize(
    ("values", "full", "widths", "starts"),
    [
        ([0], None, [0], [0]),
        ([0, 0.0], 100, [0, 0], [0, 0]),
        ([35000, 28000], None, [100, 80], [0, 0]),
        ([1e15, 1], None, [100, 0], [0, 0]),
        ([0.5], 100, [0.5], [0]),
        ([150, 75], 100, [100, 50], [0, 0]),
        ([-3, 1], None, [75, 25], [0, 75]),
        ([-2], None, [100], [0]),
    ],
)
def test_bars_are_to_scale(
    values: list[float], full: float | None, widths: list[float], starts: list[float]
) -> None:
    picture = drawn(*(Bar("A label", value, f"{value:g}") for value in values), full=full)
    assert lengths(picture, "width") == pytest.approx(widths)
    assert lengths(picture, "x") == pytest.approx(starts)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_every_hostile_label_stays_a_label(hostile: str) -> None:
    _is_only_text(hostile)


@given(label=st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=120))
@example(label="")
@settings(deadline=None)
def test_any_label_stays_a_label(label: str) -> None:
    _is_only_text(label)


def _is_only_text(label: str) -> None:
    picture = drawn(Bar(label, 5, label[:8]), title=label)
    plain = drawn(Bar("x", 5, "5"))
    assert {one.tag for one in picture.iter()} <= {one.tag for one in plain.iter()} | {"tspan"}
    assert {name for one in picture.iter() for name in one.attrib} <= {
        name for one in plain.iter() for name in one.attrib
    }
    kept = "".join(re.sub(r"[\x00-\x1f\x7f]", " ", label).split())
    assert kept in texts(picture.iter("text"))
    assert kept in texts(picture.iter("desc"))


def test_a_chart_has_no_colour_no_size_in_pixels_and_no_script() -> None:
    markup = chart([Bar("Label", 5, "5")], title="Title", axis="Unit", id="id")
    assert not re.search(r"(?i)fill|stroke|colou?r|style=|px|script|<a\b|http", markup)


@pytest.fixture
def view(tmp_path: Path) -> View:
    """A knowledge base with figures of two units."""
    other = {"label": text("Of others"), "value": 2.25}
    figures = [
        {"label": text("Share"), "value": 61.5, "unit": "percent", "n": 1200},
        {"label": text("Homes"), "value": 35000, "unit": "homes", "comparison": other},
    ]
    one = study(
        finding(measures=figures), finding(measures=[{**figures[0], "value": 7}]), finding()
    )
    units = facet("unit", ["percent", "homes"], role="unit")
    return View(load(write(tmp_path, {"one": one}, [units])), "sv")


def test_figures_are_drawn_by_unit_and_written_as_the_language_does(view: View) -> None:
    chosen = rows(view, ["one#f1", "one#f2"])
    assert [row.measure.value for row in chosen] == [61.5, 35000, 7]
    pictures = ElementTree.fromstring(f"<all>{figures(view, chosen, 'Titel', 100)}</all>")
    shown = [texts(picture.iter("text")) for picture in pictures]
    assert shown == [
        "Labelpercent(sv),n=120061,5Share(sv)7Share(sv)",
        "Labelhomes(sv)35000Homes(sv)2,25Ofothers(sv)",
    ]
    ids = [one.get("id") for one in pictures.iter() if one.get("id")]
    assert len(ids) == len(set(ids)) == 4
    assert [row.measure.unit for row in rows(view, ["one#f1"], ["homes"])] == ["homes"]


@pytest.mark.parametrize(
    ("name", "units", "told"),
    [
        ("one#f9", (), "no finding one#f9;"),
        ("one#f3", (), "one#f3 has no figure"),
        ("one#f2", ("homes",), "one#f2 has no figure of these units"),
    ],
)
def test_what_cannot_be_drawn_is_told(
    view: View, name: str, units: tuple[str, ...], told: str
) -> None:
    with pytest.raises(UnknownName, match=re.escape(told)):
        rows(view, [name], units)
