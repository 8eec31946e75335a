"""Strict reading: one test per problem with its place, and properties over arbitrary input."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kb import yamlfile
from kb.yamlfile import Limits, locate, parse


@pytest.fixture(params=["libyaml", "python"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Runs a test with both parsers that PyYAML may come with."""
    if request.param == "python":
        monkeypatch.setattr(yamlfile, "_Loader", yaml.SafeLoader)
    elif not yaml.__with_libyaml__:
        pytest.skip("PyYAML was built without libyaml")
    return str(request.param)


def value_of(text: str) -> Any:
    value, problems = parse(text.encode(), "a.yml")
    assert problems == []
    return value


def places(data: bytes, limits: Limits | None = None) -> list[tuple[str, int, int, str]]:
    value, problems = parse(data, "corpus/a.yml", limits or Limits())
    assert value is None
    assert all(problem.message and problem.hint for problem in problems)
    assert all(problem.path == "corpus/a.yml" for problem in problems)
    return [(p.code, p.line, p.column, p.field) for p in problems]


BAD = {
    "latin_1": ("title: ok\nname: Sk\xe5ne\n".encode("latin-1"), [("KB001", 2, 9, "")]),
    "latin_1_after_wide": ("å: é\nö: ".encode() + b"\xe5", [("KB001", 2, 4, "")]),
    "latin_1_after_mark": (b"\xef\xbb\xbfa: \xff", [("KB001", 1, 4, "")]),
    "latin_1_after_crlf": (b"a: 1\r\nb: \xff", [("KB001", 2, 4, "")]),
    "utf_16": ("a: 1\n".encode("utf-16"), [("KB001", 1, 1, "")]),
    "utf_16_le_unmarked": ("a: 1\n".encode("utf-16-le"), [("KB001", 1, 1, "")]),
    "utf_16_be_unmarked": ("a: 1\n".encode("utf-16-be"), [("KB001", 1, 1, "")]),
    "surrogate": (b"a: \xed\xa0\x80", [("KB001", 1, 4, "")]),
    "nul": (b"a: x\0y\nb: \x1b[31m\n", [("KB002", 1, 5, ""), ("KB002", 2, 4, "")]),
    "control_character": ("a: å\x9f\n".encode(), [("KB002", 1, 5, "")]),
    "line_separator": ("a: 'x\u2028y'\n".encode(), [("KB002", 1, 6, "")]),
    "next_line": ("a: x\x85y\n".encode(), [("KB002", 1, 5, "")]),
    "second_mark": (b"\xef\xbb\xbf\xef\xbb\xbfa: 1", [("KB002", 1, 1, "")]),
    "no_bytes": (b"", [("KB003", 0, 0, "")]),
    "only_a_mark": (b"\xef\xbb\xbf", [("KB003", 0, 0, "")]),
    "only_a_comment": (b"# soon\n", [("KB003", 0, 0, "")]),
    "only_a_start": (b"---\n...\n", [("KB003", 0, 0, "")]),
    "only_null": (b"~\n", [("KB003", 0, 0, "")]),
    "tab_as_indentation": (b"a:\n\tb: 1\n", [("KB004", 2, 1, "")]),
    "tab_after_spaces": (b"a:\n  b: 1\n  \tc: 2\n", [("KB004", 3, 3, "")]),
    "colon_in_text": (b"a: Trust: a study\n", [("KB004", 1, 9, "")]),
    "colon_in_flow_text": (b"a: {en: Trust: a study}\n", [("KB004", 1, 14, "")]),
    "open_quote": (b"a: 1\nb: 'x\nc: 2\n", [("KB004", 2, 4, "")]),
    "open_bracket": (b"a: [1, 2\n", [("KB004", 1, 4, "")]),
    "reserved_character": (b"a: @x\n", [("KB004", 1, 4, "")]),
    "stray_bracket": (b"{a: 1}}\n", [("KB004", 1, 7, "")]),
    "key_twice": (b"a: 1\nb: 2\na: 3\n", [("KB005", 3, 1, "a")]),
    "keys_twice": (
        b"a: {x: 1, x: 2}\nb:\n  - y: 1\n    'y': 2\n",
        [("KB005", 1, 11, "a.x"), ("KB005", 4, 5, "b.0.y")],
    ),
    "key_twice_and_syntax": (
        b"a: 1\na: 2\nb: @\n",
        [("KB005", 2, 1, "a"), ("KB004", 3, 4, "")],
    ),
    "key_twice_two_documents": (
        b"a: 1\na: 2\n---\nb: 1\n",
        [("KB005", 2, 1, "a"), ("KB006", 3, 1, "")],
    ),
    "two_documents": (b"a: 1\n---\nb: 2\n", [("KB006", 2, 1, "")]),
    "alias_of_nothing": (b"a:\n  b: *x\n", [("KB007", 2, 6, "a.b")]),
    "alias_of_itself": (b"a: &x [*x]\n", [("KB007", 1, 8, "a.0"), ("KB007", 1, 4, "a")]),
    "alias_of_alias": (b"a: &a [x]\nb: &b [*a, *a]\nc: [*b]\n", [("KB007", 2, 4, "b")]),
    "nested_too_deeply": (b"a: " + b"[" * 60 + b"]" * 60, [("KB008", 1, 53, "")]),
    "python_tag": (b"a: !!python/object:os.system {}\n", [("KB009", 1, 4, "a")]),
    "tags": (
        b"a: !mine [1]\nb: !!str 1\nc: ! x\nd: !<tag:x> {}\n",
        [("KB009", 1, 4, "a"), ("KB009", 2, 4, "b"), ("KB009", 3, 4, "c"), ("KB009", 4, 4, "d")],
    ),
    "list_at_the_top": (b"# all\n- a\n- b\n", [("KB011", 2, 1, "")]),
    "text_at_the_top": (b"only text\n", [("KB011", 1, 1, "")]),
    "list_as_key": (b"a: 1\n? [b, c]\n: 2\n", [("KB012", 2, 3, "")]),
    "mapping_as_key": (b"a: {{b: 1}: 2}\n", [("KB012", 1, 5, "a")]),
    "nothing_as_key": (b"? \n: 2\n", [("KB012", 1, 1, "")]),
    "empty_key": (b"'': 2\n", [("KB012", 1, 1, "")]),
    "anchored_key": (b"&k a: 1\nb: *k\n", [("KB012", 1, 1, "")]),
    "alias_as_key": (b"a: &x b\n*x : 1\n", [("KB012", 2, 1, "")]),
    "tag_as_key": (b"!!str a: 1\n", [("KB009", 1, 1, ""), ("KB012", 1, 1, "")]),
}
KNOWN_DIFFERENCES = {"open_bracket"}


@pytest.mark.parametrize(("data", "expected"), BAD.values(), ids=BAD)
def test_place_of_problem(
    data: bytes, expected: list[tuple[str, int, int, str]], parser: str
) -> None:
    found = places(data)
    if expected[0][0] == "KB008":
        found = [(code, line, column, "") for code, line, column, _ in found]
    assert found == expected
