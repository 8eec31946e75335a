"""`kb import` of awkward tables: they come in by mapping alone, and nothing is lost in silence."""

from __future__ import annotations

import codecs
import csv
import io
import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import kb
from kb import tabular
from kb.mapping import TableMapping
from kb.quoting import unquoted
from kb.records import Setting
from kb.values import squeezed
from tests import making
from tests.test_import import MAPPING, ROW, contents, put, run, table, with_mapping


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A small knowledge base in which every finding needs a row."""
    needed = making.facet("row", making.ROWS, required=True)
    return making.write(tmp_path / "base", {"seed": making.study(making.finding())}, [needed])


def told(err: str) -> list[str]:
    """The problems that were told, from the line number on."""
    return [line.split(".csv:")[-1] for line in err.splitlines() if ": error[" in line
            or ": warning[" in line]  # fmt: skip


def columns(**changed: Any) -> dict[str, Any]:
    return {**MAPPING["columns"], **changed}


def sizes(base: Path) -> list[int | None]:
    """How many were studied, in each study that was imported."""
    studies = kb.load(base).corpus.studies.values()
    return [one.sample.n if one.sample else None for one in studies if one.id != "seed"]


def study(base: Path, name: str = "muster2020") -> kb.Study:
    return kb.load(base).corpus.studies[name]


# --- letters that can be written in two ways ------------------------------------------------------

APART, WHOLE = (unicodedata.normalize(form, "Åström") for form in ("NFD", "NFC"))


def records(*rows: dict[str, str]) -> str:
    """A table with all columns of its rows."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@pytest.mark.parametrize("cell", [APART, WHOLE])
@pytest.mark.parametrize("mapped", [APART, WHOLE])
@pytest.mark.parametrize("label", [APART, WHOLE])
def test_letters_may_be_composed_or_not(tmp_path, cell, mapped, label):
    """In cells, headers, mappings and labels alike; what is written is composed."""
    terms: list[str | dict[str, Any]] = ["r1", making.term("r2", label=making.text(label))]
    base = making.write(tmp_path / "base", {}, [making.facet("row", terms)])
    own = columns(**{
        f"In {mapped}": "setting.place",
        "Rows": {"to": "tags.row", "values": {f"x{mapped}": "r1"}},
        "Journal": "reference.journal",
    })  # fmt: skip
    mark = {"to": "findings.tags.column", "columns": {f"Is {mapped}": "c2"}, "yes": [mapped]}
    constants = {**MAPPING["constants"], "setting.organisation": mapped}
    mapping = {**MAPPING, "columns": own, "marks": [mark], "missing": [f"no {mapped}"],
               "constants": constants}  # fmt: skip
    first = {**ROW, "Title": f"On {cell}", "Author": f"{cell}, A.", f"In {cell}": f"{cell}stad",
             "Rows": cell, "Journal": f"no {cell}", f"Is {cell}": cell}  # fmt: skip
    text = records(first, {**first, "Title": "Other", "Rows": f"x{cell}", "Journal": "Journal"})
    code, _, err = run(base, put(tmp_path, "a.csv", text), "--mapping",
                       put(tmp_path, "m.yml", mapping))  # fmt: skip
    assert (code, err) == (0, "columns that the mapping leaves out: about c1, about c2\n")
    one, two = study(base, "astrom2020"), study(base, "astrom2020b")
    assert one.setting == Setting(organisation=WHOLE, place=f"{WHOLE}stad")
    assert (one.tags["row"], two.tags["row"]) == (("r2",), ("r1",))
    assert one.findings[0].tags["column"] == ("c2",)
    book = (base / "references.bib").read_text("utf-8")
    assert (book.count(WHOLE), book.count("journal ")) == (3, 1)
    assert unicodedata.is_normalized("NFC", book)


# --- quotes, and rows of other lengths ------------------------------------------------------------

UNDATED = {"Title": "reference.title", "Author": "reference.author"}
QUOTED: dict[str, Any] = {"columns": {**UNDATED, "Year": "reference.year"}}


def quoted(base: Path, folder: Path, text: str, **changed: Any) -> tuple[int, str, list[str]]:
    mapping = put(folder, "m.yml", {**QUOTED, **changed})
    code, out, err = run(base, put(folder, "a.csv", text), "--mapping", mapping)
    return code, out, told(err)


@pytest.mark.parametrize(
    ("rows", "line", "cell"),
    [
        (['A,"Muster,2020', "B,Muster,2020", "C,Muster,2020"], 2, 2),
        (["A,Muster,2020", 'B,"5 inch,2020', 'C,6 "inch",2020', "D,Muster,2020"], 3, 2),
        (["A,Muster,2020", 'B,"Mus"ter,2020'], 3, 2),
        (['"A\nin two lines",Muster,2020', '"B\nb","Mus', "ter,2020"], 5, 2),
    ],
)
def test_a_quote_that_does_not_close_is_told_where_it_opens(base, tmp_path, rows, line, cell):
    before = contents(base)
    code, out, problems = quoted(base, tmp_path, "\n".join(["Title,Author,Year", *rows, ""]))
    assert (code, out) == (1, "")
    (one,) = problems
    assert one.startswith(f"{line}:1: error[KB052]: cell {cell} begins with a quote")
    assert contents(base) == before


def test_a_quote_that_a_later_one_closes_is_told(base, tmp_path):
    rows = ["Title,Author,Year", 'A,"5 inch,2020', "B,Muster,2019", 'C,6",2018', "D,Muster,2017"]
    code, out, problems = quoted(base, tmp_path, "\n".join(rows))
    assert code == 0
    assert out.endswith("2 references, 0 studies, 2 candidates added; 0 were there already\n")
    assert any(one.startswith("2:1: warning[KB052]: the quote of cell 2 closes 2 lines") for one
               in problems)  # fmt: skip


def test_line_breaks_in_cells_are_no_reason_to_complain(base, tmp_path):
    text = 'Title,Author,Year\r\n"A, of two\r\nlines, or\r\n""three""",Muster,2020\r\n'
    assert quoted(base, tmp_path, text)[::2] == (0, [])
    assert next(kb.load(base).references[key].title for key in kb.load(base).references
                if key == "muster2020") == 'A, of two lines, or "three"'  # fmt: skip


def test_what_stands_above_the_header_may_have_any_quotes(base, tmp_path):
    text = '"Report" of 2020\nTitle,Author,Year\nA,Muster,2020\n'
    assert quoted(base, tmp_path, text, header=2)[::2] == (0, [])


def test_rows_of_another_length_are_told(base, tmp_path):
    head = "Title,Author,Year,Note\n"
    code, _, problems = quoted(base, tmp_path, head + "A,Muster,2020,a,b\nB,Muster,2020,a,,\n")
    assert code == 1
    assert problems == [
        "2:1: error[KB052]: the row has 5 cells, the header 4; check its quotes and the delimiter"
    ]
    short = head + "A,Muster\nB,Muster,2020,a\nC,Muster\n"
    code, _, problems = quoted(base, tmp_path, short)
    assert code == 1
    (one,) = problems
    assert one.startswith("2:1: error[KB052]: the row has 2 cells, the header 4 (so in 1 more row)")
    assert "without Year; add the cells, or set short_rows: true" in one
    code, _, problems = quoted(base, tmp_path, head + "A,Muster,2020\nB,Muster,2020\n")
    assert code == 0
    assert problems == ["2:1: warning[KB052]: the row has 3 cells, the header 4 (so in 1 more row)"]
    assert quoted(base, tmp_path, short, short_rows=True)[::2] == (0, [])


# --- values that were lost ------------------------------------------------------------------------


def test_rows_of_one_study_have_to_agree_on_the_work(base, tmp_path):
    rows = table({}, {"Year": "2021", "Result id": "b"}, {"Year": "2022", "Result id": "c"})
    code, _, err = with_mapping(base, tmp_path, rows, group="Title")
    assert code == 1
    assert [one.partition(";")[0] for one in told(err)] == [
        "3:1: error[KB023]: Year: reference.year is 2020 in an earlier row, 2021 here",
        "4:1: error[KB023]: Year: reference.year is 2020 in an earlier row, 2022 here",
    ]


def test_a_constant_of_the_work_holds_where_no_row_says_anything(base, tmp_path):
    constants = {**MAPPING["constants"], "reference.year": "1999"}
    rows = table({"Year": ""}, {"Result id": "b"}, {"Title": "B", "Year": ""})
    code, out, err = with_mapping(base, tmp_path, rows, group="Title", constants=constants)
    assert (code, err) == (0, "")
    assert "muster2020.yml" in out
    assert "muster1999.yml" in out


def test_two_columns_cannot_go_where_only_one_can(base, tmp_path):
    changed = columns(Result=["findings.statement.en", "reference.year"])
    changed["Author"] = ["reference.author", "reference.editor"]
    changed["Place"] = ["findings.locator", "reference.author"]
    code, _, err = with_mapping(base, tmp_path, table({}), columns=changed)
    assert code == 1
    assert err.count("[KB036]") == 1
    assert "columns.Result: reference.year takes one value, and Year goes there, too" in err


def test_a_row_that_marks_two_terms_where_one_is_allowed_is_told(base, tmp_path):
    marks = [{"to": "kind", "columns": {"about c1": "case", "about c2": "thesis"}}]
    code, _, err = with_mapping(base, tmp_path, table({}, {"about c2": "x"}), marks=marks)
    assert code == 1
    (one,) = told(err)
    assert one.startswith("3:1: error[KB034]: about c2: kind takes one value; the row says case, ")


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("year", "in press", "KB054]: Note: in press is no year, and the work has none"),
        ("year", "c. 1998/99", "KB023]: Note: c. 1998/99 is taken for 1998"),
        ("url", "example.org/a", "KB054]: Note: example.org/a is no address"),
        ("language", "Quechua", "KB054]: Note: Quechua is none that is known; use one of: da, de"),
        ("type", "leaflet", "KB023]: Note: leaflet is no type: misc is taken"),
        ("doi", "none yet", "KB054]: Note: none yet is none"),
    ],
)
def test_what_a_reference_cannot_hold_is_told(base, tmp_path, field, value, says):
    text = f"Title,Author,Note\nA,Muster,{value}\n"
    names = {**UNDATED, "Note": f"reference.{field}"}
    code, _, problems = quoted(base, tmp_path, text, columns=names)
    assert code == 0
    (one,) = problems
    assert one.startswith(f"2:1: warning[{says}")


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("year", "2020.0", "2020"),
        ("year", "2020-05-01", "2020"),
        ("year", "n.d.", None),
        ("language", "Swedish", "swedish"),
        ("language", "en-GB", "english"),
        ("type", "Web page", None),
        ("url", "doi.org/10.1234/a", None),
    ],
)
def test_what_a_reference_can_hold_is_not_told(base, tmp_path, field, value, kept):
    names = {**UNDATED, "Note": f"reference.{field}"}
    text = f"Title,Author,Note\nA,Muster,{value}\n"
    assert quoted(base, tmp_path, text, columns=names)[::2] == (0, [])
    (made,) = (one for one in kb.load(base).references.values() if one.title == "A")
    if kept:
        assert made.fields[{"language": "langid"}.get(field, field)] == kept


def test_columns_without_a_name_are_among_those_left_out(base, tmp_path):
    text = "Title,,Author,,Year\nA,,Muster,lost,2020\n"
    mapping = put(tmp_path, "m.yml", QUOTED)
    code, _, err = run(base, put(tmp_path, "a.csv", text), "--mapping", mapping)
    assert code == 0
    assert err == "columns that the mapping leaves out: number 4, which has no name\n"


def test_columns_without_a_name_in_another_table_are_told_too(base, tmp_path):
    put(tmp_path, "more.csv", "Title,,When\nA,lost,2020\n")
    names = {**UNDATED, "When": "reference.year"}
    changed = {"columns": names, "join": [{"file": "more.csv", "on": "Title"}]}
    mapping = put(tmp_path, "m.yml", changed)
    file = put(tmp_path, "a.csv", "Title,Author\nA,Muster\n")
    code, _, err = run(base, file, "--mapping", mapping)
    assert code == 0
    assert err == "columns that the mapping leaves out: number 2 of more.csv, which has no name\n"


def test_rows_that_a_join_leaves_alone_are_told(base, tmp_path):
    put(tmp_path, "more.csv", "Title,When,Author\nA,2020,Other\nX,1\nY,2,\nZ,3,\n")
    names = {**UNDATED, "When": "reference.year"}
    join = [{"file": "more.csv", "on": "Title"}]
    text = "Title,Author\nA,Muster\nB,Muster\nC,Muster\n"
    code, _, problems = quoted(base, tmp_path, text, columns=names, join=join, short_rows=True)
    assert code == 0
    assert [one.partition(";")[0] for one in problems] == [
        "2:1: warning[KB023]: Author: more.csv says something else here, which is left out",
        "3:1: warning[KB052]: no row of more.csv has the same Title (so in 1 more row)",
        "3:1: warning[KB052]: no row of the table has the same Title (so in 2 more rows)",
    ]


# --- errors of spreadsheets -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "word", ["#SAKNAS!", "#VÄRDEFEL!", "#DIVISION/0!", "#n/a", "#GETTING_DATA"]
)
def test_errors_of_spreadsheets_are_blank(base, tmp_path, word):
    code, out, err = with_mapping(base, tmp_path, table({"n": word, "about c2": word}))
    assert (code, err) == (0, "")
    assert "1 studies" in out
    assert sizes(base) == [None]


@pytest.mark.parametrize(
    "word", ["#WERT!", "#¡VALOR!", "#NV", "#I/T", "#ДЕЛ/0!", "Err:502", "########", "#ZÉRÓ_X!"]
)
def test_what_looks_like_an_error_is_blank_and_told(base, tmp_path, word):
    code, out, err = with_mapping(base, tmp_path, table({"n": word}, {"Title": "B", "n": word}))
    assert code == 0
    (one,) = told(err)
    assert one.startswith(f"2:1: warning[KB023]: n: {word} is taken for an error of a spreadsheet")
    assert "(so in 1 more row)" in one
    assert "2 studies" in out
    assert sizes(base) == [None, None]
    assert with_mapping(base, tmp_path, table({"n": word}), missing=[word])[2] == ""


@pytest.mark.parametrize("word", ["#metoo", "#1", "#One!", "a #N/A"])
def test_what_only_begins_like_an_error_is_content(base, tmp_path, word):
    code, _, err = with_mapping(base, tmp_path, table({"Result": word}))
    assert (code, err) == (0, "")
    assert study(base).findings[0].statement["en"] == word


# --- several values in a cell ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("separator", "cell"),
    [("\n", "Sweden\nNorway"), ("\n", "Sweden \r\n Norway\r\n"),
     ("  ", "Sweden  Norway"), (" and ", "Sweden  and\nNorway")],
)  # fmt: skip
def test_a_separator_can_be_white_space(base, tmp_path, separator, cell):
    countries = {**MAPPING["columns"]["Countries"], "separator": separator}
    rows = table({"Countries": cell})
    code, _, err = with_mapping(base, tmp_path, rows, columns=columns(Countries=countries))
    assert (code, err) == (0, "")
    assert study(base).tags["country"] == ("SE", "NO")


def test_white_space_in_the_mapping_matters_as_little_as_in_the_table(base, tmp_path):
    countries = {"to": "tags.country", "values": {"The  Kingdom of Sweden": "SE"}}
    changed = {squeezed(name): one for name, one in MAPPING["columns"].items()}
    changed |= {"Result  id": changed.pop("Result id"), "Countries": countries}
    rows = table({"Countries": "the kingdom  of\nSweden"})
    code, _, err = with_mapping(base, tmp_path, rows, columns=changed)
    assert (code, err) == (0, "")
    assert study(base).tags["country"] == ("SE",)


def test_a_value_can_stand_for_several_terms_and_hold_the_separator(base, tmp_path):
    values = {"Scandinavia": ["SE", "NO"], "Norway; mainland": "NO", "Elsewhere": None}
    countries = {"to": "tags.country", "separator": ";", "values": values}
    rows = table(
        {"Countries": "Elsewhere; Scandinavia"},
        {"Title": "B", "Countries": "Norway; mainland"},
    )
    code, _, err = with_mapping(base, tmp_path, rows, columns=columns(Countries=countries))
    assert (code, err) == (0, "")
    assert study(base).tags["country"] == ("SE", "NO")
    assert study(base, "muster2020b").tags["country"] == ("NO",)
    values["Scandinavia"] = ["SE", "XX"]
    _, _, err = with_mapping(base, tmp_path, rows, columns=columns(Countries=countries))
    assert "m.yml:" in err
    assert "tags.country has no XX" in err


# --- numbers and dates ----------------------------------------------------------------------------

VALUE = "findings.measures.value"


def measured(base: Path, folder: Path, cell: str, **changed: Any) -> tuple[float | None, str]:
    """The figure that a cell becomes, and what is told."""
    names = columns(n=[VALUE], **changed.pop("columns", {}))
    constants = {name: value for name, value in MAPPING["constants"].items()
                 if not name.startswith("sample.")}  # fmt: skip
    constants |= {f"findings.measures.label.{language}": "share" for language in ("en", "sv")}
    constants["findings.measures.unit"] = "percent"
    changed = {"columns": names, "constants": constants, **changed}
    _, _, err = with_mapping(base, folder, table({"n": cell}), **changed)
    studies = kb.load(base).corpus.studies
    made = studies.get("muster2020")
    return (made.findings[0].measures[0].value if made else None), err


@pytest.mark.parametrize(
    ("cell", "numbers", "value"),
    [
        ("3.5", {}, 3.5),
        ("\u22123", {}, -3),
        ("3,5", {"decimal": ","}, 3.5),
        ("1 234,5", {"decimal": ",", "thousands": " "}, 1234.5),
        ("1\u00a0234\u202f567", {"thousands": " "}, 1234567),
        ("1\u2009234", {"thousands": " "}, 1234),
        ("1.234", {"decimal": ",", "thousands": "."}, 1234),
        ("45%", {"unit": "%"}, 45),
        ("45,5 %", {"decimal": ",", "unit": "%"}, 45.5),
        ("-1,234.50", {"thousands": ","}, -1234.5),
    ],
)
def test_numbers_are_read_as_the_mapping_says(base, tmp_path, cell, numbers, value):
    assert measured(base, tmp_path, cell, numbers=numbers) == (value, "")


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [("3,5", {}), ("3.5", {"decimal": ","}), ("12 34", {"thousands": " "}), ("45%", {}),
     ("1 234", {}), ("45 kr", {"unit": "%"}), ("1.2.3", {}), ("٣", {})],
)  # fmt: skip
def test_no_number_is_guessed(base, tmp_path, cell, numbers):
    value, err = measured(base, tmp_path, cell, numbers=numbers)
    assert value is None
    assert f"[KB022]: n: {squeezed(cell)} is no number; say in the mapping" in err
    assert 'numbers: {decimal: ",", thousands: " "' in err


def test_a_column_can_have_numbers_of_its_own_and_values_are_plain(base, tmp_path):
    numbers = {"decimal": ",", "thousands": "."}
    column = {"to": "sample.n", "numbers": numbers, "values": {"some": "7"}}
    rows = table({"n": "1.000"}, {"Title": "B", "n": "Some"})
    code, _, err = with_mapping(base, tmp_path, rows, columns=columns(n=column))
    assert (code, err) == (0, "")
    samples = [study(base, name).sample for name in ("muster2020", "muster2020b")]
    assert [one.n for one in samples if one] == [1000, 7]


@pytest.mark.parametrize(
    ("cell", "dates"),
    [("31.01.2026", "%d.%m.%Y"), ("31/01/2026", "%d/%m/%Y"), ("2026-1-31", "%Y-%m-%d"),
     ("2026-01-31 00:00:00", "%Y-%m-%d %H:%M:%S"), ("31 January 2026", "%d %B %Y")],
)  # fmt: skip
def test_dates_are_read_as_the_mapping_says(base, tmp_path, cell, dates):
    names = columns(Place=["findings.locator"], n={"to": "coding.date", "dates": dates})
    code, _, err = with_mapping(base, tmp_path, table({"n": cell}), columns=names)
    assert (code, err) == (0, "")
    assert kb.load(base).corpus.studies["muster2020"].coding.date == "2026-01-31"


@pytest.mark.parametrize("cell", ["31.01.2026", "2026-02-30", "46053", "January"])
def test_no_date_is_guessed(base, tmp_path, cell):
    code, _, err = with_mapping(
        base, tmp_path, table({"n": cell}), columns=columns(n="coding.date")
    )
    assert code == 1
    assert f"[KB022]: n: {cell} is no date of the form %Y-%m-%d; say in the mapping" in err


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"dates": "%d.%m"}, "dates: %d.%m does not say year, month and day"),
        ({"dates": "day"}, "dates: day does not say"),
        ({"numbers": {"decimal": ",", "thousands": ","}}, "numbers: decimals and thousands have"),
        ({"numbers": {"decimal": "x"}}, "numbers.decimal"),
        ({"columns": columns(n={"to": "sample.n", "dates": "%Q"})}, "columns.n.dates: %Q does"),
        ({"columns": columns(n={"to": "sample.n", "values": {"a": "b"}})}, "b is no number"),
        (
            {"columns": columns(n={"to": "kind", "values": {"a": "case", "A": "thesis"}})},
            "columns.n.values.A: A and a are the same value",
        ),
        ({"columns": columns(n={"to": "kind", "values": {" ": "case"}})}, "a blank cell has no"),
        ({"constants": {"sample.n": "many"}}, "constants.sample.n: many is no number"),
        ({"constants": {"kind": "case-book"}}, "constants.kind: kind has no case-book"),
        ({"constants": {"kind": ["case", "thesis"]}}, "kind takes one value, not 2"),
    ],
)
def test_what_is_wrong_in_the_mapping_is_told_there(base, tmp_path, changed, says):
    code, _, err = with_mapping(base, tmp_path, table({}, {"Title": "B"}), **changed)
    assert code == 1
    assert says in err
    assert "m.yml:" in err
    assert "a.csv" not in err


# --- the wrong delimiter, header or encoding ------------------------------------------------------


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_a_wrong_delimiter_is_told_once(base, tmp_path, delimiter, quoting):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, quoting=quoting).writerows([ROW, ROW.values()])
    code, _, err = with_mapping(base, tmp_path, text.getvalue())
    assert code == 1
    (one,) = told(err)
    assert one.startswith("1:1: error[KB0")
    assert f"set delimiter: {json.dumps(delimiter)} in the mapping" in one


def test_the_columns_that_there_are_are_told_once(base, tmp_path):
    names = {f"No {number}": "reference.title" for number in range(3)}
    code, _, err = with_mapping(base, tmp_path, table({}), columns=dict(list(names.items())[:1]))
    assert code == 1
    assert err.count("the columns of the table are: Title, Author, Year") == 1


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("utf8", codecs.BOM_UTF8 + table({}).encode()),
        ("UTF_8", codecs.BOM_UTF8 + table({}).encode()),
        ("utf-16-le", codecs.BOM_UTF16_LE + table({}).encode("utf-16-le")),
        ("utf-16", codecs.BOM_UTF16_BE + table({}).encode("utf-16-be")),
        ("latin1", table({"Title": "É"}).encode("latin1")),
    ],
)
def test_an_encoding_goes_by_any_of_its_names(base, tmp_path, encoding, data):
    rows = data.replace("’".encode(), b"'")
    code, _, err = with_mapping(base, tmp_path, rows, encoding=encoding)
    assert (code, err) == (0, "")


@pytest.mark.parametrize(
    ("encoding", "data", "says"),
    [
        ("utf-8", "é".encode("cp1252"), "say in its mapping encoding: cp1252"),
        ("cp1252", "Á".encode(), "say in its mapping encoding: utf-8"),
        ("ascii", "é".encode(), "say in its mapping encoding: utf-8"),
        ("cp1252", codecs.BOM_UTF16_LE + b"a\0", "but in UTF-16; say in its mapping encoding: utf"),
        ("utf-8", codecs.BOM_UTF16_BE + b"\0a", "but in UTF-16; say in its mapping encoding: utf"),
        ("utf-8", b"PK\x03\x04rest", "a workbook (.xlsx, .xls or .ods) and no text; export its"),
        ("cp1252", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "export its sheet as CSV (UTF-8)"),
        ("rot13", b"a", "no encoding of texts is called rot13"),
    ],
)
def test_a_table_in_another_encoding_is_told_with_the_way_out(base, tmp_path, encoding, data, says):
    code, _, err = with_mapping(base, tmp_path, data, encoding=encoding)
    assert code == 1
    (one,) = told(err)
    assert one.startswith("1:1: error[KB001]")
    assert says in one


def test_a_workbook_is_no_export_either(base, tmp_path):
    code, _, err = run(base, put(tmp_path, "a.xlsx", b"PK\x03\x04rest"))
    assert code == 1
    assert "export its sheet as CSV (UTF-8)" in err


# --- where errors are told ------------------------------------------------------------------------


def test_the_same_value_is_told_once_with_its_number(base, tmp_path):
    rows = [{"Title": f"T{number}", "Countries": "Atlantis"} for number in range(5)]
    code, _, err = with_mapping(base, tmp_path, table({}, *rows))
    assert code == 1
    (one,) = told(err)
    assert one.startswith(
        "3:1: error[KB030]: Countries: tags.country has no Atlantis (so in 4 more rows); say in"
    )


def test_what_a_field_refuses_is_told_with_the_column(base, tmp_path):
    _, _, err = with_mapping(base, tmp_path, table({"n": "-3"}))
    (one,) = told(err)
    assert one.startswith("2:1: error[KB023]: sample.n: ")
    assert "(column n)" in one


def test_a_cell_that_is_too_long_is_told(base, tmp_path):
    rows = table({}, {"Title": "B", "Result": "long " * 30_000})
    before = csv.field_size_limit(131_072)  # which other packages raise for the whole process
    try:
        code, _, err = with_mapping(base, tmp_path, rows)
    finally:
        csv.field_size_limit(before)
    assert code == 1
    assert (
        "3:1: error[KB052]: a cell has more than 131,072 characters; mend or shorten its cells"
        in err
    )


# --- whatever is given ----------------------------------------------------------------------------

CELLS = st.text(st.sampled_from('ab,;"\n\r \t'), max_size=8)


@settings(deadline=None)
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=5))
def test_what_a_program_writes_is_read_as_it_was(rows):
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["A", "B", "C"], *rows])
    found = tabular.read(text.getvalue().encode(), "a.csv", TableMapping(), Path())
    assert [one for one in found.problems if one.severity == "error"] == []
    cells = [[squeezed(row[name]) for name in "ABC"] for _, row in found.rows]
    assert cells == [row for row in ([*map(squeezed, row)] for row in rows) if any(row)]


@settings(deadline=None)
@given(st.text(st.sampled_from('a,"\n'), max_size=20))
@example('"a\n"b')
def test_a_quote_that_csv_refuses_is_always_found(text):
    lines = io.StringIO(text, newline="").readlines()
    reader = csv.reader(lines, strict=True)
    start = 0
    try:
        for _ in reader:
            start = reader.line_num
    except csv.Error:
        at = unquoted("".join(lines[start:]), ",")
        assert at.found
        assert '"' in lines[start + at.line]
