"""`kb import`: works from other programs, all of a file or nothing, and never twice."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import kb
from kb import arrivals, incoming, rules, works
from kb.bibliography import parse
from kb.bibwriter import Unwritable, Works, entry, new_key
from kb.cli import app
from kb.corpus import read as read_corpus
from kb.formatting import canonical
from kb.importing import plan
from kb.mapping import TableMapping
from kb.references import Name, Reference
from tests import making

RIS = """\
Provider: Made-up Press

TY  - JOUR
T1  - First, of two
A1  - Muster, Max, Jr.
PY  - 2020///
JF  - Journal of Nothing
SP  - 11
EP  - 19
SN  - 1234-5679
UR  - https://doi.org/10.1234/one
TY  - CHAP
TI  - Second
AU  - Beispiel, Bea
A2  - Editor, Edda
T2  - A Book
PB  - House
SN  - 9780306406157
LA  - sv
N1  - a note
that goes on
"""
ZOTERO = (
    '\ufeff"Key","Item Type","Publication Year","Author","Title","Publication Title","ISBN","ISSN",'
    '"DOI","Url","Pages","Issue","Volume","Publisher","Place","Language","Manual Tags"\r\n'
    '"AB12","journalArticle","2020","Muster, Max, Jr.; Amt","First, of two","Journal of Nothing",'
    '"","1234-5679","10.1234/one","","11-19","","","","","",""\r\n'
    '"AB13","report","","Beispiel, Bea","Second","","","","","https://example.org/a","","","",'
    '"House","Ort","en","x; y"\r\n'
)


def run(root: Path, *arguments: str | Path) -> tuple[int, str, str]:
    line = ["import", *map(str, arguments), "--root", str(root)]
    result = CliRunner().invoke(app, line)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def contents(root: Path) -> dict[str, bytes]:
    return {str(f.relative_to(root)): f.read_bytes() for f in root.rglob("*") if f.is_file()}


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A small knowledge base in which every finding needs a row."""
    needed = making.facet("row", making.ROWS, required=True)
    return making.write(tmp_path / "base", {"seed": making.study(making.finding())}, [needed])


def put(folder: Path, name: str, content: str | bytes | dict[str, Any]) -> Path:
    if isinstance(content, dict):
        content = yaml.dump(content, allow_unicode=True, sort_keys=False)
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder / name


def references(root: Path) -> dict[str, Reference]:
    corpus, problems = read_corpus(root)
    assert corpus is not None
    assert problems == []
    return dict(corpus.references)


# --- exports of reference managers ----------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [RIS, "\ufeff" + RIS.replace("\n", "\r\n"), RIS.replace("TY  - CHAP", "ER  - \n\nTY  - CHAP"),
     RIS.replace("  - ", " - ")],
)  # fmt: skip
def test_ris_with_its_quirks(base, tmp_path, text):
    code, out, err = run(base, put(tmp_path, "a.ris", text))
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == (
        "2 references, 0 studies, 2 candidates added; 0 were there already"
    )
    one, two = (references(base)[key] for key in ("musterjr2020", "beispiel"))
    assert (one.type, one.title, one.year, one.doi) == (
        "article",
        "First, of two",
        2020,
        "10.1234/one",
    )
    assert one.authors == (Name("Muster Jr.", "Max"),)
    assert (one.fields["journal"], one.fields["pages"]) == ("Journal of Nothing", "11--19")
    assert one.fields["issn"] == "1234-5679"
    assert (two.type, two.year, two.editors) == ("incollection", None, (Name("Editor", "Edda"),))
    assert two.fields["booktitle"] == "A Book"
    assert two.fields["isbn"] == "9780306406157"
    assert two.language == "sv"
    assert kb.load(base).warnings == ()


def test_a_zotero_table_needs_no_mapping(base, tmp_path):
    code, out, err = run(base, put(tmp_path, "a.csv", ZOTERO))
    assert code == 0
    assert err == "columns that the mapping leaves out: Key, Manual Tags\n"
    found = references(base)
    assert found["musterjr2020"].authors == (Name("Muster Jr.", "Max"), Name("Amt"))
    assert found["beispiel"].type == "techreport"
    assert found["beispiel"].fields["institution"] == "House"
    assert "2 candidates added" in out


def test_endnote_bibtex_and_csl_json(base, tmp_path):
    bibtex = (
        "\ufeff@article{RN1,\r\n   author = {Muster, M.},\r\n   title = {First},\r\n"
        "   year = {2020},\r\n   type = {Journal Article}\r\n}\r\n\r\n"
        "@inbook{RN2,\r\n   author = {Beispiel, B.},\r\n   title = {Second},\r\n"
        "   booktitle = {Book},\r\n   year = {2021}\r\n}\r\n"
    )
    csl = {"items": [
        {"type": "thesis", "title": "Third <i>of</i> all", "publisher": "University",
         "author": [{"family": "Dritt", "given": "D", "non-dropping-particle": "von"}],
         "issued": {"raw": "May 2019"}, "page": "3–9", "language": "de-AT"},
        {"title": "Fourth", "DOI": "no doi", "ISBN": "978-0-00-000000-1"},
    ]}  # fmt: skip
    assert run(base, put(tmp_path, "a.bib", bibtex))[0] == 0
    code, _, err = run(base, put(tmp_path, "a.json", json.dumps(csl)))
    assert code == 0
    assert err.count("left out") == 2
    found = references(base)
    assert found["beispiel2021"].fields["booktitle"] == "Book"
    third = found["vondritt2019"]
    assert (third.type, third.title, third.year) == ("thesis", "Third of all", 2019)
    assert (third.fields["school"], third.fields["pages"]) == ("University", "3--9")
    assert third.language == "de"
    assert found["fourth"].nameless


def test_what_cannot_be_completed_waits_as_a_candidate(base, tmp_path):
    run(base, put(tmp_path, "a.ris", RIS))
    path = "corpus/candidates/beispiel.yml"
    text = (base / path).read_text("utf-8")
    assert canonical(text.encode(), path, ("en", "sv")) == text
    one = kb.load(base).corpus.candidates["beispiel"]
    assert (one.title, one.report, one.coding, one.tags) == ("Second", "beispiel", None, {})
    lacks = "year, title, kind, directness, coding, findings"
    assert one.missing == {
        "en": f"For a study, these fields are missing: {lacks}.",
        "sv": f"För att bli en studie saknar den fälten: {lacks}.",
    }
    assert all(one.known.values())
    assert one.known["en"] != one.known["sv"]
    assert one.check["en"] != one.check["sv"]


@pytest.mark.parametrize("name", ["a.ris", "a.csv"])
def test_importing_again_adds_nothing(base, tmp_path, name):
    file = put(tmp_path, name, RIS if name == "a.ris" else ZOTERO)
    assert run(base, file)[0] == 0
    before = contents(base)
    code, out, _ = run(base, file)
    assert code == 0
    assert "there already, as musterjr2020: First, of two\n" in out
    assert out.endswith("0 references, 0 studies, 0 candidates added; 2 were there already\n")
    assert contents(base) == before


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ({}, True),
        ({"UR": "", "TI": "FIRST – of: two!"}, True),
        ({"UR": "https://doi.org/10.1234/ONE", "TI": "Renamed", "PY": "1999"}, True),
        ({"UR": "", "PY": "2021"}, False),
        ({"UR": "", "AU": "Anderer, Max"}, False),
        ({"UR": "", "TI": "First, of three"}, False),
    ],
)
def test_what_the_same_work_is(base, tmp_path, changed, same):
    fields = {"TI": "First, of two", "AU": "Muster, M", "PY": "2020",
              "UR": "https://doi.org/10.1234/one"}  # fmt: skip

    def ris(fields: dict[str, str]) -> str:
        return "TY  - JOUR\n" + "".join(f"{k}  - {v}\n" for k, v in fields.items()) + "ER  - \n"

    run(base, put(tmp_path, "a.ris", ris(fields)))
    _, out, _ = run(base, put(tmp_path, "b.ris", ris({**fields, **changed})))
    assert ("1 were there already" in out) == same
    _, out, _ = run(base, put(tmp_path, "c.ris", ris({**fields, **changed})))
    assert "1 were there already" in out


def test_undated_works_at_two_addresses_are_two():
    one = Reference("a", "misc", {"title": "T", "url": "https://a.org"}, (), (), None, 1)
    works = Works([one])
    assert works.find(Reference("", "misc", dict(one.fields), (), (), None, 1)) == "a"
    assert works.find(Reference("", "misc", {"title": "T"}, (), (), None, 1)) == "a"
    other = {"title": "T", "url": "https://b.org"}
    assert works.find(Reference("", "misc", other, (), (), None, 1)) == ""


def test_a_work_that_stands_twice_is_added_once(base, tmp_path):
    _, out, _ = run(base, put(tmp_path, "a.ris", RIS + RIS))
    assert out.endswith("2 references, 0 studies, 2 candidates added; 2 were there already\n")


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_letters_are_composed(base, tmp_path, form):
    """Otherwise one author would count as two; an export may write them in either form."""
    name, title = (unicodedata.normalize(form, one) for one in ("Åström", "Räddning"))
    bibtex = f"@book{{x, author = {{{name}, A.}}, title = {{{title} 1}}, year = {{2020}}}}"
    csl = [{"title": f"{title} 2", "author": [{"family": name}], "issued": {"raw": "2021"}}]
    ris = f"TY  - BOOK\nTI  - {title} 3\nAU  - {name}, A.\nPY  - 2022\nER  - \n"
    for file, text in {"a.bib": bibtex, "a.json": json.dumps(csl), "a.ris": ris}.items():
        assert run(base, put(tmp_path, file, text))[0] == 0
    found = {key: one for key, one in references(base).items() if key.startswith("astrom")}
    assert {one.authors[0].family for one in found.values()} == {"Åström"}
    assert {one.title[:-2] for one in found.values()} == {"Räddning"}
    assert len(found) == 3


def test_a_dry_run_says_the_same_and_writes_nothing(base, tmp_path):
    before = contents(base)
    file = put(tmp_path, "a.ris", RIS)
    code, dry, _ = run(base, file, "--dry-run")
    assert code == 0
    assert contents(base) == before
    assert dry.replace("would be added", "added") == run(base, file)[1]


@pytest.mark.parametrize(
    ("name", "content", "code", "says"),
    [
        ("a.ris", RIS.replace("TI  - Second\n", ""), "KB054", "a.ris:12:1: error"),
        ("a.ris", b"TY  - JOUR\nTI  - \xff\nER  - \n", "KB001", "a.ris:2:7"),
        ("a.ris", "TY  - JOUR\nTI  - a\x07\nER  - \n", "KB002", "a.ris:2:8"),
        ("a.ris", "nothing at all", "KB052", "no work can be found"),
        ("a.bib", "@article{a, title = {b}\n@book{c,", "KB052", "a.bib:1"),
        ("a.json", '[{"title": "a"}, 3]', "KB052", "1: this is no work"),
        ("a.json", "{", "KB052", "is no JSON"),
    ],
)
def test_one_bad_record_and_nothing_is_written(base, tmp_path, name, content, code, says):
    before = contents(base)
    found, out, err = run(base, put(tmp_path, name, content))
    assert (found, out) == (1, "")
    assert f"[{code}]" in err
    assert says in err
    assert err.endswith("nothing was written: mend what is named above, and import again\n")
    assert contents(base) == before


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_failed_write_leaves_all_as_it_was(base, tmp_path, monkeypatch, nth):
    file = put(tmp_path, "a.ris", RIS)
    before, real, calls = contents(base), os.replace, []

    def refuse(source: Any, target: Any) -> None:
        calls.append(target)
        if len(calls) == nth:
            raise PermissionError(13, "Permission denied")
        real(source, target)

    monkeypatch.setattr(os, "replace", refuse)
    code, out, err = run(base, file)
    assert (code, out) == (1, "")
    assert err == "nothing was written: Permission denied\n"
    assert contents(base) == before
    assert not (base / "corpus/candidates").exists()


def test_without_a_mapping_a_table_is_wrong_usage(base, tmp_path):
    code, _, err = run(base, put(tmp_path, "a.csv", "a,b\n1,2\n"))
    assert code == 2
    assert "--mapping" in err


# --- tables with a mapping ------------------------------------------------------------------------

MAPPING: dict[str, Any] = {
    "columns": {
        "Title": ["reference.title", "title.en", "title.sv"],
        "Author": {"to": "reference.author", "separator": ";"},
        "Year": "reference.year",
        "Countries": {"to": "tags.country", "separator": ";",
                      "values": {"Sweden": "SE", "Norway": "NO", "Elsewhere": None}},
        "n": "sample.n",
        "Result": ["findings.statement.en", "findings.statement.sv"],
        "Place": "findings.locator",
        "Result id": "findings.id",
    },
    "marks": [
        {"to": "findings.tags.column", "columns": {"about c1": "c1", "about c2": "c2"}},
    ],
    "constants": {
        "kind": "case",
        "directness": "direct",
        "sample.unit.en": "people",
        "sample.unit.sv": "personer",
        "coding.basis": "abstract",
        "coding.locator": "abstract",
        "coding.coders": ["coder"],
        "coding.date": "2026-01-31",
        "findings.direction": "descriptive",
        "findings.tags.row": ["r2"],
    },
}  # fmt: skip
ROW = {
    "Title": "A table’s study", "Author": "Muster, Max; Beispiel, Bea", "Year": "2020",
    "Countries": "Sweden; Norway;Elsewhere", "n": "40", "Result": "It worked",
    "Place": "p. 3", "Result id": "It worked!", "about c1": "x", "about c2": "",
}  # fmt: skip


def table(*rows: dict[str, str], delimiter: str = ",") -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(ROW), delimiter=delimiter)
    writer.writeheader()
    writer.writerows({**ROW, **row} for row in rows)
    return text.getvalue()


def with_mapping(
    root: Path, folder: Path, text: str | bytes, **changed: Any
) -> tuple[int, str, str]:
    mapping = put(folder, "m.yml", {**MAPPING, **changed})
    return run(root, put(folder, "a.csv", text), "--mapping", mapping)


def test_a_row_that_tells_all_becomes_a_study(base, tmp_path):
    code, out, err = with_mapping(base, tmp_path, table({}))
    assert (code, err) == (0, "")
    path = "corpus/studies/muster2020.yml"
    assert out.startswith(f"study {path}\n")
    loaded = kb.load(base)
    assert loaded.warnings == ()
    study = loaded.corpus.studies["muster2020"]
    assert study.title["en"] == "A table’s study"
    assert study.tags == {"country": ("SE", "NO")}
    assert study.sample
    assert (study.sample.n, study.sample.unit["sv"]) == (40, "personer")
    assert study.coding.source == "muster2020"
    (finding,) = study.findings
    assert (finding.id, finding.locator) == ("It-worked", "p. 3")
    assert finding.tags == {"row": ("r2",), "column": ("c1",)}
    text = (base / path).read_bytes()
    assert canonical(text, path, ("en", "sv")) == text.decode()


def test_importing_a_table_again_adds_nothing(base, tmp_path):
    rows = table({}, {"Title": "Another", "Result": ""})
    assert with_mapping(base, tmp_path, rows)[0] == 0
    before = contents(base)
    code, out, _ = with_mapping(base, tmp_path, rows)
    assert code == 0
    assert out.endswith("0 references, 0 studies, 0 candidates added; 2 were there already\n")
    assert contents(base) == before


def test_a_reference_that_is_there_gets_its_study(base, tmp_path):
    with (base / "references.bib").open("a", encoding="utf-8") as file:
        file.write("\n@misc{known, author = {Muster, Max}, title = {A table’s study},"
                   " year = {2020}, keywords = {listed-in:seed-1}}\n")  # fmt: skip
    _, out, _ = with_mapping(base, tmp_path, table({}))
    assert out.startswith("study corpus/studies/known.yml\n0 references, 1 studies")


def test_a_row_that_lacks_something_becomes_a_candidate_with_what_is_known(base, tmp_path):
    code, out, _ = with_mapping(base, tmp_path, table({"Result": "", "Year": "#N/A"}))
    assert code == 0
    assert "candidate corpus/candidates/muster.yml: without year, findings.statement\n" in out
    one = kb.load(base).corpus.candidates["muster"]
    assert one.tags["country"] == ("SE", "NO")
    assert "sample.n: 40" in one.known["en"]
    assert "kind: case" in one.known["sv"]


def test_a_constant_holds_only_where_a_row_says_nothing(base, tmp_path):
    columns = {**MAPPING["columns"], "n": ["sample.n"], "Place": ["findings.tags.row"]}
    constants = {**MAPPING["constants"], "findings.locator": "p. 1"}
    rows = table({"Place": "r1"}, {"Title": "B", "Place": ""})
    code, _, _ = with_mapping(base, tmp_path, rows, columns=columns, constants=constants)
    assert code == 0
    studies = kb.load(base).corpus.studies
    assert studies["muster2020"].findings[0].tags["row"] == ("r1",)
    assert studies["muster2020b"].findings[0].tags["row"] == ("r2",)


def test_rows_of_one_study_are_grouped(base, tmp_path):
    rows = table(
        {}, {"Result": "It also worked", "Result id": "b", "about c1": "", "about c2": "X"}
    )
    code, _, err = with_mapping(base, tmp_path, rows, group="Title")
    assert (code, err) == (0, "")
    study = kb.load(base).corpus.studies["muster2020"]
    assert [one.id for one in study.findings] == ["It-worked", "b"]
    assert study.findings[1].tags["column"] == ("c2",)
    assert study.tags["country"] == ("SE", "NO")


def test_rows_of_one_study_have_to_agree(base, tmp_path):
    rows = table({}, {"n": "41", "Result id": "b"})
    code, _, err = with_mapping(base, tmp_path, rows, group="Title")
    assert code == 1
    assert "a.csv:3:1: error[KB023]: n: sample.n is 40 in an earlier row, 41 here" in err


def test_another_table_is_joined(base, tmp_path):
    put(tmp_path, "years.csv", "Title,When\nA table’s study,2019\n")
    columns = {**MAPPING["columns"], "When": "reference.year"}
    del columns["Year"]
    join = [{"file": "years.csv", "on": "Title"}]
    code, _, _ = with_mapping(base, tmp_path, table({}), columns=columns, join=join)
    assert code == 0
    assert "muster2019" in references(base)
    put(tmp_path, "years.csv", "Title,When\na,2019\na,2018\n")
    assert (
        "a second row has the same Title"
        in with_mapping(base, tmp_path, table({}), columns=columns, join=join)[2]
    )
    join = [{"file": "nowhere.csv", "on": "Title"}]
    code, _, err = with_mapping(base, tmp_path, table({}), columns=columns, join=join)
    assert code == 1
    assert "KB014" in err


def test_terms_are_known_by_their_labels_too(base, tmp_path):
    columns = {**MAPPING["columns"], "Countries": {"to": "tags.country", "separator": "/"}}
    code, _, _ = with_mapping(base, tmp_path, table({"Countries": "label se/NO"}), columns=columns)
    assert code == 0
    assert kb.load(base).corpus.studies["muster2020"].tags["country"] == ("SE", "NO")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"Countries": "Sweden; Atlantis"}, "[KB030]: Countries: tags.country has no Atlantis"),
        ({"about c1": "maybe"}, "[KB023]: about c1: maybe is neither yes nor no"),
        ({"n": "many"}, "[KB022]: n: many is no number"),
        ({"n": "-3"}, "[KB023]: sample.n"),
        ({"Title": ""}, "[KB054]: title: the work has no title"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_with_its_place(base, tmp_path, row, says):
    before = contents(base)
    code, out, err = with_mapping(base, tmp_path, table({}, {"Title": "B", **row}, {}))
    assert (code, out) == (1, "")
    assert f"a.csv:3:1: error{says}" in err
    assert contents(base) == before


def test_what_breaks_a_rule_of_the_whole_is_named_with_its_row(base, tmp_path):
    constants = {**MAPPING["constants"], "coding.coders": ["nobody"]}
    before = contents(base)
    code, _, err = with_mapping(base, tmp_path, table({}), constants=constants)
    assert code == 1
    assert "a.csv:2:1: error[KB062]: coding.coders.0: no coder nobody" in err
    assert contents(base) == before


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"columns": {"Titel": "reference.title"}}, "a.csv:1:1: error[KB020]: Titel: the table has "
         "no such column; did you mean Title?"),
        ({"columns": {"Title": "reference.titel"}}, "reference.titel: no field titel here"),
        ({"columns": {"Title": "tilte.en"}}, "no field tilte here; did you mean title?"),
        ({"columns": {"Title": "title"}}, "name one of its fields: en, sv"),
        ({"columns": {"Title": "reports"}}, "the reports come from the reference"),
        ({"columns": {"Title": "tags.colour"}}, "no field colour here"),
        ({"columns": {"n": {"to": "tags.country", "values": {"a": "SV"}}}},
         "tags.country has no SV"),
        ({"marks": [{"to": "tags.country", "columns": {"n": "SV"}}]}, "tags.country has no SV"),
        ({"constants": {"kin": "case"}}, "no field kin here; did you mean kind?"),
        ({"constants": {"kind": "label tesis"}}, "kind has no label tesis; did you mean thesis?"),
        ({"columns": {}}, "say where each column goes"),
        ({"colums": {}}, "[KB020]: colums: unknown field; did you mean columns?"),
        ({"encoding": "klingon"}, "no encoding of texts is called klingon"),
        ({"encoding": "ascii"}, "the table is not in ascii"),
        ({"delimiter": ";"}, "[KB020]"),
        ({"header": 9}, "the table is empty"),
    ],
)  # fmt: skip
def test_a_mapping_that_does_not_fit_is_explained(base, tmp_path, changed, says):
    before = contents(base)
    code, out, err = with_mapping(base, tmp_path, table({}), **changed)
    assert (code, out) == (1, "")
    assert says in err
    assert contents(base) == before


def test_a_mapping_that_is_no_yaml_is_a_problem(base, tmp_path):
    mapping = put(tmp_path, "m.yml", "columns: [\n")
    code, _, err = run(base, put(tmp_path, "a.csv", table({})), "--mapping", mapping)
    assert code == 1
    assert "m.yml:" in err
    assert "KB004" in err


def test_a_wide_table_in_an_old_encoding_needs_nothing_but_its_mapping(tmp_path):
    """1,000 rows and 90 columns in cp1252: columns that mean yes or blank, several values in a
    cell, errors of a spreadsheet, and categories that no row has."""
    terms = [f"c{number}" for number in range(80)]
    base = making.write(tmp_path, None, [making.facet("column", terms)])
    marks = {f"Wide – {term}": term for term in terms}
    names = ["Titel", "Författare", "År", "DOI", "Länder", "Resultat", "Ställe", "Kod", "x1", "x2"]
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(["Exported by a spreadsheet"])
    writer.writerow([*names, *marks])
    chosen = random.Random(1)
    expected: dict[str, int] = dict.fromkeys(terms, 0)
    for number in range(1000):
        has = chosen.sample(terms[:70], 3)  # the last ten are never used
        for term in has:
            expected[term] += 1
        own = [f"Studie “{number}” é", f"Åström{number}, Å. & Öberg, Ö.", "#N/A" if number % 50 == 0
               else str(1950 + number % 70), chosen.choice(["#REF!", "#DIV/0!"]),
               "Sverige|Norge" if number % 2 else "Finland",
               "Något", "s. 3", "f", "", "#VALUE!"]  # fmt: skip
        writer.writerow(
            [*own, *("Ja" if term in has else chosen.choice(["", "#N/A"]) for term in terms)]
        )
    columns = {
        "Titel": ["reference.title", "title.en", "title.sv"],
        "Författare": {"to": "reference.author", "separator": " & "},
        "År": "reference.year",
        "DOI": "reference.doi",
        "Länder": {"to": "tags.country", "separator": "|",
                   "values": {"Sverige": "SE", "Norge": "NO", "Finland": "FI", "Island": "SE"}},
        "Resultat": ["findings.statement.en", "findings.statement.sv"],
        "Ställe": "findings.locator",
        "Kod": "findings.id",
    }  # fmt: skip
    mapping = {
        "encoding": "cp1252",
        "delimiter": ";",
        "header": 2,
        "columns": columns,
        "marks": [{"to": "findings.tags.column", "yes": ["ja"], "columns": marks}],
        "constants": MAPPING["constants"],
    }
    file = put(tmp_path, "a.csv", text.getvalue().encode("cp1252"))
    code, out, err = run(base, file, "--mapping", put(tmp_path, "m.yml", mapping))
    assert (code, err) == (0, "columns that the mapping leaves out: x1, x2\n")
    assert out.endswith("1000 references, 1000 studies, 0 candidates added; 0 were there already\n")
    loaded = kb.load(base)
    crossed = loaded.matrix("row", "column")
    assert {term: len(crossed["r2", term].studies) for term in terms} == expected
    assert sum(reference.year is None for reference in loaded.references.values()) == 20
    assert any("“" in reference.title for reference in loaded.references.values())
    assert run(base, file, "--mapping", tmp_path / "m.yml")[1].endswith("1000 were there already\n")


# --- whatever is given ----------------------------------------------------------------------------

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029"))
PIECES = st.sampled_from(
    ["TY  - JOUR", "TY  - ", "TI  - T", "T1  - ", "AU  - A, B", "AU  - ,", "PY  - 2020//", "ER  -",
     "ER  - ", "DO  - 10.1/x", "SN  - 1", "UR  - ", "  more", "XX  - y", "@article{a,", "}", "[",
     "{", '{"title": 3}', '[{"author": [null, {"family": {}}], "issued": {"date-parts": [[[]]]}}]']
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(PIECES | TEXTS, max_size=12).map("\n".join))
@example("TY  - JOUR\nTY  - JOUR")
@example("@")
@example("")
def test_no_export_is_ever_too_strange(text):
    found = arrivals.exported(text.encode("utf-8", "surrogatepass"), "a")
    assert found.works or found.problems
    assert all(one.message for one in found.problems)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_are_ever_too_strange(data):
    incoming.read(data, "a")
    corpus = FIXTURE.corpus
    mapping = TableMapping(columns={})
    arrivals.of_table(data, "a.csv", mapping, corpus, Path(), strict=False)


FIXTURE = kb.load(Path(__file__).parent / "fixture")
NAMES = st.builds(
    Name,
    TEXTS.map(lambda text: " ".join(text.split())).filter(bool),
    TEXTS.map(lambda text: " ".join(text.split())),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(title=TEXTS, authors=st.lists(NAMES, max_size=3), year=st.none() | st.integers(1500, 2099))
@example("a \\ & % {b} $x_1$", [Name("Müller \\ Söhne")], 2020)
@example("@article{x,", [Name("and", "and")], None)
def test_an_entry_is_read_as_what_was_written(title, authors, year):
    told = {"title": title, "author": authors, "issued": str(year or "")}
    reference, _ = works.work("book", told, "a", 1)
    key = new_key(reference, {"taken"})
    made = Reference(key, "book", reference.fields, tuple(authors), (), year, 1)
    try:
        text = entry(made)
    except Unwritable:
        return
    found, problems = parse(text)
    assert problems == []
    assert (found[key].title, found[key].authors, found[key].year) == (
        made.title, made.authors, year
    )  # fmt: skip


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.fixed_dictionaries(
            {"title": TEXTS, "DOI": st.sampled_from(["", "10.1234/a", "10.1234/b"]),
             "author": st.lists(st.fixed_dictionaries({"family": TEXTS}), max_size=2),
             "issued": st.fixed_dictionaries({"raw": st.sampled_from(["", "2020", "2021"])})}
        ),
        max_size=4,
    )
)  # fmt: skip
def test_importing_twice_is_importing_once(tmp_path_factory, items):
    root = making.write(tmp_path_factory.mktemp("twice"), {"seed": making.study(making.finding())})
    file = put(root, "a.json", json.dumps(items))
    before = contents(root)
    code, _, err = run(root, file)
    if code:
        assert "nothing was written" in err
        assert contents(root) == before
        return
    once = contents(root)
    assert not [one for one in rules.load(root)[1] if one.severity == "error"]
    assert run(root, file)[0] == 0
    assert contents(root) == once


def test_a_plan_writes_nothing_by_itself(base, tmp_path):
    corpus, _ = read_corpus(base)
    assert corpus is not None
    before = contents(base)
    planned = plan(corpus, arrivals.exported(RIS.encode(), "a.ris").works, "a.ris")
    assert len(planned.changes) == 3
    assert contents(base) == before
