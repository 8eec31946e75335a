"""Problems: one order and three renderings."""

from __future__ import annotations

import json

import pytest

from kb.problems import (
    CorpusError,
    Problem,
    as_github,
    as_json,
    as_text,
    has_errors,
    ordered,
    summary,
)

ERROR = Problem("KB030", "error", "a/b.yml", 3, 7, "tags.city", "no city Oslo", "use NO")
WARNING = Problem("KB051", "warning", "references.bib", 9, 1, "x", "no record uses x")
PLACELESS = Problem("KB080", "error", "corpus", 0, 0, "", "no codebook", "add one")


def test_text() -> None:
    assert as_text([ERROR, WARNING, PLACELESS]) == (
        "a/b.yml:3:7: error[KB030]: tags.city: no city Oslo; use NO\n"
        "references.bib:9:1: warning[KB051]: x: no record uses x\n"
        "corpus: error[KB080]: no codebook; add one\n"
    )


def test_json() -> None:
    keys = ["code", "severity", "path", "line", "column", "field", "message", "hint"]
    text = as_json([ERROR, WARNING])
    assert [list(problem) for problem in json.loads(text)] == [keys, keys]
    assert json.loads(text)[0]["line"] == 3
    assert json.loads(as_json([])) == []
    assert "ö" in as_json([Problem("KB001", "error", "ö.yml", 1, 1, "", "x")])


def test_github() -> None:
    assert as_github([ERROR, WARNING, PLACELESS]) == (
        "::error file=a/b.yml,line=3,col=7,title=KB030::tags.city: no city Oslo; use NO\n"
        "::warning file=references.bib,line=9,col=1,title=KB051::x: no record uses x\n"
        "::error file=corpus,title=KB080::no codebook; add one\n"
    )


def test_what_a_file_says_cannot_break_out_of_its_line() -> None:
    hostile = Problem("KB020", "error", "a,b:c.yml", 1, 1, "x\n::error::y", "100%\r\n\x1b[31m")
    assert as_text([hostile]) == (
        "a,b:c.yml:1:1: error[KB020]: x\\n::error::y: 100%\\r\\n\\x1b[31m\n"
    )
    assert as_github([hostile]) == (
        "::error file=a%2Cb%3Ac.yml,line=1,col=1,title=KB020::"
        "x%0A::error::y: 100%25%0D%0A\x1b[31m\n"
    )


def test_order_is_by_place_and_nothing_stands_twice() -> None:
    late = Problem("KB001", "error", "a/b.yml", 10, 1, "", "x")
    assert ordered([WARNING, late, ERROR, WARNING, PLACELESS]) == (ERROR, late, PLACELESS, WARNING)


@pytest.mark.parametrize(
    ("problems", "text", "errors"),
    [
        ([], "no problems", False),
        ([WARNING], "1 warning", False),
        ([ERROR], "1 error", True),
        ([ERROR, WARNING, PLACELESS, WARNING], "2 errors, 2 warnings", True),
    ],
)
def test_summary(problems: list[Problem], text: str, errors: bool) -> None:
    assert summary(problems) == text
    assert has_errors(problems) is errors


def test_error_carries_its_problems_in_order() -> None:
    error = CorpusError([WARNING, ERROR])
    assert error.problems == (ERROR, WARNING)
    assert str(error) == f"{ERROR}\n{WARNING}"
