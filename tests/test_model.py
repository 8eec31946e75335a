"""The base of all records: types, hints, and validation errors as complaints."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from kb.codebook import Facet
from kb.model import Complaint, Record, nearest, record_in, suggestion
from kb.records import Coding, Finding, Measure, Sample, Settings, Study
from kb.rulebook import RULES
from kb.synthesis import Component, Confidence
from kb.validation import Around, complaints_of, slug

TEXT = {"en": "x", "sv": "x"}
AROUND = Around(("en", "sv"), {"unit": ["percent"]})


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("helth", "health"),
        ("HEALTH", "health"),
        ("elder care", "elder-care"),
        ("xyz", ""),
        ("", ""),
    ],
)
def test_nearest(word: str, near: str) -> None:
    assert nearest(word, ["health", "elder-care", "school"]) == near


CALLED = {"Skola": "school", "Schola": "school", "Äldreomsorg": "elder-care", "Police": "police"}


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("skola", "school"),
        ("Skolan", "school"),
        ("äldreomsorgen", "elder-care"),
        ("elder care", "elder-care"),
        ("police", ""),
        ("xyz", ""),
    ],
)
def test_nearest_by_what_words_are_called(word: str, near: str) -> None:
    """A name for something that is not valid here helps nobody."""
    assert nearest(word, ["health", "elder-care", "school"], CALLED) == near
    assert suggestion(word, ["elder-care", "school"], CALLED).endswith(f"{near}?") == bool(near)


def test_nearest_of_very_many() -> None:
    many = [f"{name}{year}" for name in ("berg", "lund", "strand") for year in range(1700, 2100)]
    assert nearest("Lund1918a", many) == "lund1918"
    assert nearest("quist", many) == ""


def test_suggestion() -> None:
    assert suggestion("helth", ["health", "school"]) == "did you mean health?"
    assert suggestion("xyz", ["health", "school"]) == "use one of: health, school"
    assert suggestion("xyz", []) == ""
    many = suggestion("xyz", [f"term-{i}" for i in range(20)])
    assert many.endswith("term-11 ...")


def complaints(model: type[Record], value: object) -> list[Complaint]:
    try:
        model.model_validate(value, context={"languages": ("en", "sv")})
    except ValidationError as error:
        return list(complaints_of(error, model, "a.yml", AROUND))
    return []


def measure(**fields: Any) -> list[tuple[str, str, str]]:
    value = {"label": TEXT, "value": 1, "unit": "percent", **fields}
    return [(c.code, ".".join(map(str, c.keys)), c.message) for c in complaints(Measure, value)]


def test_good_measure() -> None:
    assert measure() == measure(value=1.5, n=0) == measure(value=-1) == []


@pytest.mark.parametrize(
    ("fields", "code", "where", "message"),
    [
        ({"value": "1"}, "KB022", "value", "must be a number, not the text '1'"),
        ({"value": True}, "KB022", "value", "must be a number, not true"),
        ({"value": None}, "KB022", "value", "must be a number, not nothing"),
        ({"n": 1.0}, "KB022", "n", "must be a whole number, not the number 1.0"),
        ({"n": True}, "KB022", "n", "must be a whole number, not true"),
        ({"n": -1}, "KB023", "n", "the number -1 is too small"),
        ({"unit": "per cent"}, "KB023", "unit", "the text 'per cent' cannot be used here"),
        ({"unit": ["percent"]}, "KB022", "unit", "must be a text, not a list"),
        ({"label": "x"}, "KB022", "label", "must be a mapping, not the text 'x'"),
        ({"label": {**TEXT, "sv": " "}}, "KB025", "label.sv", "the text is empty"),
        ({"label": {"en": "x"}}, "KB024", "label", "no text in sv"),
        ({"label": {**TEXT, "fi": "x"}}, "KB024", "label.fi", "unknown language"),
        ({"unitt": "x"}, "KB020", "unitt", "unknown field"),
        ({"comparison": {}}, "KB021", "comparison.label", "label is missing"),
    ],
)
def test_bad_measure(fields: dict[str, Any], code: str, where: str, message: str) -> None:
    assert (code, where, message) in measure(**fields)
    assert {found[0] for found in measure(**fields)} == {code}


@pytest.mark.parametrize(
    ("fields", "hint"),
    [
        ({"value": "1.5"}, "write 1.5, without quotes"),
        ({"value": "many"}, "write digits with a decimal point, without quotes"),
        ({"n": "12"}, "write 12, without quotes"),
        ({"n": "a dozen"}, "write digits only, without quotes"),
        ({"unit": "Per Cent"}, "for example per-cent"),
        ({"unit": "!"}, "for example weak-anchoring"),
        ({"unit": 7}, 'put it in quotes: "7"'),
        ({"label": "x"}, "write {en: ..., sv: ...}"),
        ({"label": {**TEXT, "sv": ""}}, "write the text"),
        ({"comparison": "x"}, "write below it label, value"),
        ({"comparison": {"label": TEXT}}, "add value: ... (a number)"),
        ({"comparison": {"value": 1}}, "add label: {en: ..., sv: ...}"),
    ],
)
def test_hints_say_what_to_write(fields: dict[str, Any], hint: str) -> None:
    value = {"label": TEXT, "value": 1, "unit": "percent", **fields}
    assert hint in next(found.hint for found in complaints(Measure, value))


def test_hints_name_what_a_missing_field_takes() -> None:
    hints = {found.keys: found.hint for found in complaints(Study, {"coding": {}})}
    assert hints["title",] == "add title: {en: ..., sv: ...}"
    assert hints["reports",] == "add reports: [...]"
    assert hints["kind",] == "add kind: ..."
    assert hints["findings",].startswith("add findings: ... (a list, each entry with id, statement")
    assert hints["coding", "basis"] == "add basis: ... (one of: full-text, abstract, review)"
    assert "2026-01-31" in hints["coding", "date"]
    measure = {(found.keys, found.hint) for found in complaints(Measure, {})}
    assert (("unit",), "add unit: ... (one of: percent)") in measure


def test_slug() -> None:
    assert slug("Alte Höfe, 2. Band") == "alte-hofe-2-band"
    assert slug("../") == ""


@pytest.mark.parametrize(
    ("orcid", "good"),
    [
        ("0000-0002-1825-0097", True),
        ("https://orcid.org/0000-0002-1825-0097", False),
        ("0000-0002-1825-009X", True),
        ("0000-0002-1825", False),
    ],
)
def test_orcid(orcid: str, good: bool) -> None:
    coders = [{"id": "a", "name": TEXT, "orcid": orcid}]
    found = [c for c in complaints(Settings, {"coders": coders}) if c.code == "KB023"]
    assert [c.keys for c in found] == ([] if good else [("coders", 0, "orcid")])
    assert all("bare ORCID" in c.hint for c in found)


@pytest.mark.parametrize(
    ("date", "good"),
    [
        ("2024-02-29", True),
        ("2023-02-29", False),
        ("2024-2-9", False),
        ("20240229", False),
        ("2024-02-29T00:00", False),
        ("2024-W05-1", False),
    ],
)
def test_date(date: str, good: bool) -> None:
    found = [c for c in complaints(Study, {"coding": {"date": date}}) if c.code == "KB023"]
    assert [c.keys for c in found] == ([] if good else [("coding", "date")])


def test_texts_are_trimmed_and_lists_become_tuples() -> None:
    made = Measure.model_validate({"label": {"en": " x\n"}, "value": 1, "unit": "percent"})
    assert made.label == {"en": "x"}


NAMES = sorted(
    {name for model in (Study, Facet, Settings) for name in model.model_fields}
    | {"locator", "text", "source", "broader", "with", "start", "covers", "en", "sv", "stance"}
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(NAMES) | st.text(), inner, max_size=6)
    ),
    max_leaves=30,
)


@given(
    st.sampled_from([Study, Facet, Settings]),
    st.dictionaries(st.sampled_from(NAMES) | st.text(), VALUES, max_size=12),
)
@settings(deadline=None)
def test_whatever_is_wrong_becomes_complaints_that_help(
    model: type[Record], value: dict[str, Any]
) -> None:
    found = complaints(model, value)
    assert found
    assert all(complaint.code in RULES and complaint.message for complaint in found)
    assert all(complaint.hint for complaint in found)


def test_the_record_that_a_field_holds() -> None:
    held = {
        name: record_in(info.annotation)
        for model in (Study, Confidence)
        for name, info in model.model_fields.items()
    }
    assert (held["coding"], held["sample"], held["findings"]) == (Coding, Sample, Finding)
    assert (held["title"], held["reports"], held["tags"]) == (None, None, None)
    assert held["coherence"] is Component
