"""The bibliographic formats: programs of others read every work, and find it said what it says."""

from __future__ import annotations

import io
import json
import re
import warnings
from dataclasses import replace
from typing import Any

import pytest
import rispy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pybtex.database import parse_bytes

import kb
from kb import bibliography, incoming
from kb.bibwriter import Unwritable, entry
from kb.formats.material import Material
from kb.formats.works import inverted
from kb.references import Name, Reference
from tests.formats import knowledge_bases, loaded, made, whole


@pytest.fixture(scope="module", params=["fixture", "real"])
def one(request: pytest.FixtureRequest) -> Material:
    """The made-up knowledge base, then the real one."""
    return whole(loaded(request.param))


def _bibtex(material: Material) -> bytes:
    return made(material, "bibtex")["references.bib"]


def _ris(material: Material) -> list[dict[str, Any]]:
    return rispy.loads(made(material, "ris")["references.ris"].decode())


def _csl(material: Material) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(made(material, "csl-json")["references.csl.json"])
    return found


# --- all works are there ------------------------------------------------------------------------


def _keys(material: Material) -> list[list[str]]:
    return [
        list(parse_bytes(_bibtex(material), "bibtex").entries),
        [work["id"] for work in _ris(material)],
        [item["id"] for item in _csl(material)],
    ]


def test_every_work_is_there(one: Material) -> None:
    assert _keys(one) == [list(one.corpus.references)] * 3


@given(base=knowledge_bases())
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_work_that_can_be_made_up_is_there(base: kb.KnowledgeBase) -> None:
    assert _keys(whole(base)) == [list(base.references)] * 3


# --- BibTeX -------------------------------------------------------------------------------------


def test_bibtex_says_exactly_what_the_bibliography_says(one: Material) -> None:
    found, problems = bibliography.parse(_bibtex(one).decode())
    assert not problems
    assert {key: replace(work, line=0) for key, work in found.items()} == {
        key: replace(work, line=0) for key, work in one.corpus.references.items()
    }


def test_pybtex_reads_the_fields(one: Material) -> None:
    database = parse_bytes(_bibtex(one), "bibtex")
    for key, work in one.corpus.references.items():
        read = database.entries[key]
        assert read.type == work.type
        fields = {name.lower(): str(value) for name, value in read.fields.items()}
        for name in ("title", "journal", "doi", "url", "langid", "note"):
            assert fields.get(name, "").replace("\\&", "&") == work.fields.get(name, "")


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "50 % & #1 {x} \\emph{y} $z$ ~ é “q”", "year": "2019"},
        {"title": "x", "date": "2019-05"},
        {"title": "x", "year": "ca. 2016"},
        {"title": "x", "year": "n.d.", "abstract": "Of no known field", "unverified": "title"},
    ],
)
def test_an_entry_keeps_what_was_read(fields: dict[str, str]) -> None:
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    text = f"@misc{{key,\n  author = {{Muster, Ann}},\n{lines}\n}}\n"
    found, problems = bibliography.parse(text)
    assert not problems
    again, problems = bibliography.parse(entry(found["key"]))
    assert not problems
    assert replace(again["key"], line=0) == replace(found["key"], line=0)


def test_what_no_entry_can_say_is_named(one: Material) -> None:
    work = next(iter(one.corpus.references.values()))
    broken = replace(work, fields={**work.fields, "title": "a } b"})
    with pytest.raises(Unwritable, match=f"the reference {work.key} cannot be written"):
        entry(broken)


# --- RIS ----------------------------------------------------------------------------------------


def test_ris_says_what_the_bibliography_says(one: Material) -> None:
    for told, work in zip(_ris(one), one.corpus.references.values(), strict=True):
        assert told["title"] == work.title
        assert told.get("year", "") == str(work.year or "")
        assert told.get("authors", []) == list(map(inverted, work.authors))
        assert told.get("doi", "") == work.doi
        assert told.get("language", "") == work.language
        link = work.fields.get("url", "") or work.link
        assert told.get("urls", []) == ([link] if link else [])
        doubtful = f"Not verified: {', '.join(work.unverified)}"
        assert told.get("notes", []) == ([doubtful] if work.unverified else [])


@pytest.mark.parametrize("name", ["ris", "csl-json"])
def test_what_is_written_is_imported_as_the_same_works(one: Material, name: str) -> None:
    ((path, content),) = made(one, name).items()
    found, problems = incoming.read(content, path)
    assert not [problem for problem in problems if problem.severity == "error"]
    for told, work in zip(found, one.corpus.references.values(), strict=True):
        title = re.sub(r"</?\w+>", "", work.title)  # as an import takes it
        assert (told.title, told.year, told.doi) == (title, work.year, work.doi)
        assert list(map(inverted, told.authors)) == list(map(inverted, work.authors))
        assert told.fields.get("journal") == work.fields.get("journal")


def test_a_line_break_in_a_field_makes_no_new_tag() -> None:
    work = Reference("k", "misc", {"title": "a\nER  - \nTY  - BOOK"}, (), (), None, 1)
    told = rispy.loads(made(_of(work), "ris")["references.ris"].decode())
    assert [one["title"] for one in told] == ["a ER - TY - BOOK"]


def _of(*works: Reference) -> Material:
    base = loaded("fixture")
    return Material(base, works, "x")


# --- CSL-JSON -----------------------------------------------------------------------------------


def test_citeproc_cites_every_work(one: Material) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from citeproc import Citation, CitationItem, CitationStylesBibliography, formatter
        from citeproc import CitationStylesStyle as Style
        from citeproc.source.json import CiteProcJSON

        items = _csl(one)
        source = CiteProcJSON(items)
        style = Style("harvard-cite-them-right", validate=False)
        cited = CitationStylesBibliography(style, source, formatter.plain)
        for item in items:
            cited.register(Citation([CitationItem(item["id"])]))
        lines = [str(line) for line in cited.bibliography()]
    assert len(lines) == len(items)
    text = " ".join(lines).casefold()
    for work in one.corpus.references.values():
        for name in work.authors[:1]:
            assert name.family.casefold() in text


def test_csl_has_the_form_of_its_schema(one: Material) -> None:
    for item in _csl(one):
        assert set(item) <= VARIABLES
        assert item["type"] in TYPES
        assert all(isinstance(item[name], str) for name in item if name not in STRUCTURED)
        assert all(
            set(name) in ({"family", "given"}, {"literal"}) for name in item.get("author", [])
        )
        for part in item.get("issued", {}).get("date-parts", []):
            assert [type(number) for number in part] == [int]


STRUCTURED = {"author", "editor", "issued"}
VARIABLES = STRUCTURED | {
    "id", "type", "citation-key", "title", "container-title", "collection-title", "event-title",
    "genre", "volume", "issue", "number", "edition", "chapter-number", "page", "publisher",
    "publisher-place", "DOI", "ISBN", "ISSN", "URL", "language", "note",
}  # fmt: skip
"""Those variables of CSL 1.0.2 that are written; the specification names them so."""
TYPES = {"article-journal", "book", "chapter", "paper-conference", "report", "thesis",
         "manuscript", "document"}  # fmt: skip


# --- what all have in common --------------------------------------------------------------------


def test_what_no_one_has_seen_is_left_out() -> None:
    text = "@misc{k, author = {N.N.}, title = {[Title not seen: a report]}, year = {n.d.}}"
    found, _ = bibliography.parse(text)
    material = _of(found["k"])
    (item,) = _csl(material)
    assert "author" not in item
    assert "issued" not in item
    (told,) = _ris(material)
    assert "authors" not in told
    assert "year" not in told


def test_names() -> None:
    assert inverted(Name("Muster", "Ann")) == "Muster, Ann"
    # After a comma a program would look for given names.
    assert inverted(Name("Board of Works, Bridges and Roads")) == "Board of Works Bridges and Roads"


PAGES = [("12--34", "12", "34"), ("12", "12", "12"), ("e12 – e15", "e12", "e15"), ("", "", "")]


@pytest.mark.parametrize(("pages", "first", "last"), PAGES)
def test_pages(pages: str, first: str, last: str) -> None:
    fields = {"title": "x", **({"pages": pages} if pages else {})}
    work = Reference("k", "article", fields, (), (), None, 1)
    (told,) = _ris(_of(work))
    assert (told.get("start_page", ""), told.get("end_page", "")) == (first, last)
    (item,) = _csl(_of(work))
    assert item.get("page", "") == (f"{first}-{last}" if first != last else first)


@given(st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1))
@settings(max_examples=200, deadline=None)
def test_any_title_that_can_be_read_can_be_written(title: str) -> None:
    found, problems = bibliography.parse(
        f"@misc{{k, author={{A, B}}, title={{{title}}}, year=2020}}"
    )
    if problems or "k" not in found or not found["k"].title:
        return
    again, problems = bibliography.parse(entry(found["k"]))
    assert not problems
    assert again["k"].title == found["k"].title


def test_the_bytes_are_utf_8_without_a_mark(one: Material) -> None:
    for name in ("bibtex", "ris", "csl-json"):
        ((_, content),) = made(one, name).items()
        assert io.BytesIO(content).read(3) != b"\xef\xbb\xbf"
        content.decode("utf-8")
