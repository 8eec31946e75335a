"""BibTeX in, references and problems out."""

from __future__ import annotations

import dataclasses
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kb import bibliography, bibwriter
from kb.bibliography import parse
from kb.references import Name, Reference


def entry(fields: str, key: str = "a") -> str:
    """An entry with what every entry needs, and more."""
    defaults = {"title": "Invented", "author": "Nobody, N.", "year": "2001"}
    rest = [f"{name} = {{{text}}}" for name, text in defaults.items() if f"{name} =" not in fields]
    return f"@book{{{key}, {', '.join([fields, *rest] if fields else rest)}}}"


def one(fields: str) -> Reference:
    references, problems = parse(entry(fields))
    assert problems == []
    return references["a"]


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("Beispiel, Bernd", [Name("Beispiel", "Bernd")]),
        ("Bernd Beispiel", [Name("Beispiel", "Bernd")]),
        ("von Schlaf, Siegfried", [Name("von Schlaf", "Siegfried")]),
        ("Nyström, A. B. and Ängel, Ö.", [Name("Nyström", "A. B."), Name("Ängel", "Ö.")]),
        ("{Amt für Dächer and Wände}", [Name("Amt für Dächer and Wände")]),
        ("{Amt} and Muster, Anna", [Name("Amt"), Name("Muster", "Anna")]),
        (r"M{\"u}ller, J{\'e}r{\^o}me", [Name("Müller", "Jérôme")]),
        ("Muster, Jr, Anna", [Name("Muster Jr", "Anna")]),
    ],
)
def test_names(author: str, names: list[Name]) -> None:
    assert list(one(f"author = {{{author}}}").authors) == names


def test_an_author_is_known_by_family_and_initial() -> None:
    assert Name("Muster", "Anna").identity == Name("MUSTER", "A.").identity
    assert Name("Muster", "Anna").identity != Name("Muster", "Bo").identity
    assert Name("Amt").identity == "amt"


@pytest.mark.parametrize(
    ("authors", "short"),
    [
        ("Muster, Anna", "Muster (2001)"),
        ("Muster, Anna and Beispiel, B.", "Muster & Beispiel (2001)"),
        ("A, A and B, B and C, C", "A et al. (2001)"),
        ("A, A and others", "A et al. (2001)"),
    ],
)
def test_how_a_reference_is_cited(authors: str, short: str) -> None:
    assert one(f"author = {{{authors}}}").short == short


def test_references_alike_get_letters() -> None:
    references, problems = parse(entry("", "b") + entry("", "a") + entry("year = {2002}", "c"))
    assert problems == []
    assert {key: reference.short for key, reference in references.items()} == {
        "a": "Nobody (2001a)",
        "b": "Nobody (2001b)",
        "c": "Nobody (2002)",
    }


def test_fields() -> None:
    reference = one(
        "title = {The {ABC} of\n   Nothing}, note = {}, langid = {swedish}, "
        "doi = {10.1234/x}, url = {https://example.org}, unverified = {title, year}"
    )
    assert reference.title == "The ABC of Nothing"
    assert reference.fields["author"] == "Nobody, N."
    assert "note" not in reference.fields
    assert reference.language == "sv"
    assert reference.link == "https://doi.org/10.1234/x"
    assert reference.unverified == ("title", "year")
    assert one("url = {https://example.org}").link == "https://example.org"
    assert one("").link == ""


@pytest.mark.parametrize(
    ("field", "year"),
    [("year = {2018}", 2018), ("year = {c. 1897}", 1897), ("year = {}, date = {2019-05-01}", 2019)],
)
def test_year(field: str, year: int) -> None:
    assert one(field).year == year


def test_a_year_that_no_one_has_seen() -> None:
    reference = one("year = {n.d.}")
    assert reference.year is None
    assert reference.short == "Nobody (n.d.)"
    assert reference.fields["year"] == "n.d."


def test_authors_that_no_one_has_seen() -> None:
    reference = one("author = {N.N.}")
    assert reference.authors == ()
    assert reference.nameless
    assert reference.short == "N.N. (2001)"
    assert reference.fields["author"] == "N.N."
    assert not one("author = {Nobody, N.}").nameless
    assert list(one("author = {N.N. and Muster, A.}").authors) == [Name("Muster", "A.")]


def test_others_are_no_author_and_stay_in_the_entry() -> None:
    reference = one("author = {Muster, Anna and others}")
    assert list(reference.authors) == [Name("Muster", "Anna")]
    assert reference.unnamed("author")
    assert not one("author = {Muster, Anna}").unnamed("author")
    assert "Muster, Anna and others}" in bibwriter.entry(reference)


def test_works_without_authors_and_year_are_told_apart() -> None:
    fields = "author = {N.N.}, year = {n.d.}"
    references, problems = parse(entry(fields) + entry(fields, "b"))
    assert problems == []
    assert [one.short for one in references.values()] == ["N.N. (n.d.a)", "N.N. (n.d.b)"]


@pytest.mark.parametrize(
    ("field", "says"),
    [
        ("year = {}", "no year"),
        ("year = {nd}", "no year"),
        ("year = {unknown}", "no year"),
        ("author = {}", "neither author nor editor"),
    ],
)
def test_what_is_only_left_out_is_a_problem(field: str, says: str) -> None:
    references, problems = parse(entry(field))
    assert [(p.code, p.message) for p in problems] == [("KB054", f"the entry has {says}")]
    assert problems[0].hint.startswith(f"add {field.split()[0]} = ")
    assert not references["a"].nameless


@pytest.mark.parametrize("isbn", ["978-91-38-24805-8", "9789144123387", "0-8044-2957-X"])
def test_good_isbn(isbn: str) -> None:
    assert one(f"isbn = {{{isbn}}}").fields["isbn"] == isbn


@pytest.mark.parametrize("isbn", ["978-91-38-24805-9", "978", "080442957X1", "X-8044-2957-0"])
def test_bad_isbn(isbn: str) -> None:
    _, problems = parse(entry(f"isbn = {{{isbn}}}"))
    assert [problem.field for problem in problems] == ["a.isbn"]


def test_strings_are_resolved() -> None:
    references, problems = parse('@string{p = "Nowhere Press"}\n' + entry("publisher = p"))
    assert problems == []
    assert references["a"].fields["publisher"] == "Nowhere Press"


def test_a_backslash_changes_only_the_value_that_it_stands_in() -> None:
    plain = "pages = {1--9}, url = {https://example.org/~a?b=%20c}"
    alone, _ = parse(entry(plain))
    beside, problems = parse(entry(f"{plain}, note = {{A \\& B}}") + entry("title = {\\'e}", "b"))
    assert problems == []
    assert beside["a"].fields["note"] == "A & B"
    assert beside["b"].title == "é"
    assert {k: v for k, v in beside["a"].fields.items() if k != "note"} == alone["a"].fields


def test_decoding_loses_nothing() -> None:
    assert one(r"title = {R\&D rose by 50% in care}").title == "R&D rose by 50% in care"
    assert one(r"url = {https://example.org/a\_b%20c}").link == "https://example.org/a_b%20c"
    _, problems = parse(entry(r"title = {Trust \SI{5}{\euro} rule}"))
    assert [problem.code for problem in problems] == ["KB052"]
    assert r"the LaTeX command \SI is not known" in problems[0].message


def test_a_doi_leads_where_it_resolves() -> None:
    assert one("doi = {10.1234/b#c<1>}").link == "https://doi.org/10.1234/b%23c%3C1%3E"
    assert one("doi = {10.1016/S0140-6736(05)1}").link == "https://doi.org/10.1016/S0140-6736(05)1"


def test_comments_are_passed_over() -> None:
    text = "% a remark, {with} braces\nA heading: see book {a}\n\n@comment{x}\n" + entry("")
    references, problems = parse(text)
    assert list(references) == ["a"]
    assert problems == []


def test_a_broken_entry_does_not_hide_the_others() -> None:
    text = f"{entry('', 'a')}\n@book{{b,\n  title = {{x}}\n\n{entry('', 'c')}\n"
    references, problems = parse(text, "r.bib")
    assert list(references) == ["a", "c"]
    assert [(p.code, p.path, p.line, p.column) for p in problems] == [("KB052", "r.bib", 2, 1)]


WHOLE = """@book{a,
  author = {Beispiel, Bernd and Muster, Anna},
  title = {Dächer, {a = b}},
  journal = "Zeitschrift {\"}, a = b",
  year = 2001,
  note = {x} # "y = z",
  url = {https://example.org/?a=b&year=2},
}"""


def test_values_may_hold_signs_of_equality() -> None:
    """Braces and quotes keep them; what nothing encloses is taken as it is."""
    bare = WHOLE.replace("year = 2001", "year = 2001, a = https://b.org/?c=1, d = one where e = 2")
    for text in (WHOLE, bare):
        references, problems = parse(text)
        assert problems == [], text
        assert references["a"].title == "Dächer, a = b"
    assert references["a"].fields["d"] == "one where e = 2"


@pytest.mark.parametrize("follows", ["title", "journal", "year", "note", "url"])
def test_a_comma_that_is_missing_is_all_that_is_told(follows: str) -> None:
    """The fields are read all the same, whatever encloses the value before it."""
    text = re.sub(rf",(\n  {follows} =)", r"\1", WHOLE)
    line = next(at for at, one in enumerate(text.split("\n"), 1) if not one.endswith(("{a,", ",")))
    references, problems = parse(text)
    assert [(p.code, p.line, p.column, p.message) for p in problems] == [
        ("KB052", line, 3, f"the comma is missing before {follows}")
    ]
    assert references == parse(WHOLE)[0]


def test_the_value_that_lacks_its_comma_is_shown() -> None:
    text = '@book{a, Title={One\n two}  AUTHOR = "Ek, A."\n\nyear=2001 doi = {10.5555/x}}'
    references, problems = parse(text)
    assert [(p.line, p.field, p.hint) for p in problems] == [
        (1, "a.title", "put a comma after Title = {One two}"),
        (2, "a.author", 'put a comma after AUTHOR = "Ek, A."'),
        (4, "a.year", "put a comma after year = 2001"),
    ]
    assert references["a"].doi == "10.5555/x"


def test_place_of_a_field() -> None:
    text = "\n\n@book{a,\n  title = {x},\n  year = {2001},\n    author = {A, B},\n  doi = {no}\n}"
    _, problems = parse(text)
    assert [(p.line, p.column, p.field) for p in problems] == [(7, 3, "a.doi")]


def test_lines_that_end_as_on_windows() -> None:
    text = entry("") + "\r\n\r\n" + entry("doi = {no}", "b") + "\r\n"
    references, problems = parse(text)
    assert references["b"].line == 3
    assert [(p.line, p.column) for p in problems] == [(3, 1)]


def test_references_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        one("").year = 2002  # type: ignore[misc]


PIECES = [
    *("@book{", "@article{", "@string{", "@comment{", "@preamble{", "@", "{", "}", "(", ")"),
    *("a", "b", ",", "=", '"', "#", "\n", "\r\n", "\t", "%", "~", "\\", "\\'e", '{\\"u}'),
    *("title", "author", "editor", "year", "doi", "isbn", "url", "unverified"),
    *(" = ", " and ", ", ", "2019", "10.1234/x", "https://x", "von ", "{a}", "jan"),
]


@given(st.lists(st.sampled_from(PIECES)).map("".join) | st.text())
@example("@book{a, author = {, , , }}")
@example("@book{a, author = {A and and B}}")
@example("@book{a, author = {\\}}")
@example("@book{" * 50)
@settings(deadline=None)
def test_no_text_raises(text: str) -> None:
    references, problems = parse(text)
    lines = text.count("\n") + 1
    assert all(1 <= problem.line <= lines and problem.column >= 1 for problem in problems)
    assert all(problem.message and problem.hint for problem in problems)
    assert all(1 <= reference.line <= lines for reference in references.values())


@given(
    st.dictionaries(
        st.from_regex(r"[a-z][a-z0-9-]{0,8}[a-z0-9]", fullmatch=True),
        st.text("abc åäö-", min_size=1).map(" ".join).map(str.strip).filter(bool),
        max_size=5,
    )
)
@settings(deadline=None)
def test_what_is_written_is_read(titles: dict[str, str]) -> None:
    text = "\n".join(entry(f"title = {{{title}}}", key) for key, title in titles.items())
    references, problems = parse(text)
    assert problems == []
    assert {k: r.title for k, r in references.items()} == {
        key: " ".join(title.split()) for key, title in titles.items()
    }


@pytest.mark.parametrize(
    ("fields", "name", "code"),
    [
        (r"title = {No \textcompwordmark width}", "title", "U+200C"),
        (r"author = {Muster\nolinebreak, Ann}", "author", "U+2060"),
    ],
)
def test_commands_for_hidden_characters_are_refused(fields: str, name: str, code: str) -> None:
    (problem,) = parse(entry(fields))[1]
    assert (problem.code, problem.line, problem.field) == ("KB002", 1, f"a.{name}")
    assert problem.message == f"the character {code} is not allowed"


@pytest.mark.parametrize(
    "authors",
    [
        "Muster, Anna", "Muster, Anna and de la Cruz, B. C.", "Muster, Anna AND Beispiel, Bo",
        "And, Anna and and, Bo", "Muster, Jr, Anna", "Anna Muster", "Muster,Anna", "Muster, ",
        "Muster, Anna and others", "{Amt, das} and Muster, Anna", "O'Neil, B.-C. and 中, 文",
    ],
)  # fmt: skip
def test_plain_names_are_read_as_the_parser_reads_them(
    authors: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"@book{{a, title = {{T}}, year = 2000, author = {{{authors}}}}}"
    plain = parse(text)
    monkeypatch.setattr(bibliography, "_PLAIN", re.compile(r"(?!)"))
    assert parse(text) == plain
