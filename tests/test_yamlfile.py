"""Strict reading: one test per problem with its place, and properties over arbitrary input."""

from __future__ import annotations

import itertools
import json
import math
import re
import runpy
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kb import textfile, yamlfile
from kb.comments import lost_words
from kb.yamlfile import Limits, locate, parse

PARSERS = ["libyaml", "python"]


def use(parser: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the module read with one of the two parsers that PyYAML may come with."""
    if parser == "python":
        monkeypatch.setattr(yamlfile, "_Loader", yaml.SafeLoader)
    elif not yaml.__with_libyaml__:
        pytest.skip("PyYAML was built without libyaml")


@pytest.fixture(params=PARSERS)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Runs a test once with each parser."""
    use(request.param, monkeypatch)
    return str(request.param)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("title: Costs rose in unit # 3 and fell", [(1, 27, "title")]),
        ("title: Costs rose in unit   # 3", [(1, 29, "title")]),
        ("title:\n  en: Costs rose\n    in # 3", [(3, 8, "title.en")]),
        ("title:\r\n  en: Kött och bröd 🐝 # 3\r\n", [(2, 23, "title.en")]),
        ("a: [one two # three\n  , {b: two words # c\n  }]", [(1, 13, "a.0"), (2, 19, "a.1.b")]),
        ("- - a: b\n    c: d - e # f", [(2, 14, "0.0.c")]),
        ("a:\n- one two # three", [(2, 11, "a.0")]),
        ("a: &x one two # three\nb: *x # four", [(1, 15, "a")]),
        ('a: it\'s "so" # b', [(1, 14, "a")]),
        ("a: one two\n# three\nb: c", []),
        ("a: one two\n  # three\nb: c", []),
        ("a: one # two three\nb:\n- SE # Sweden, not Norway\n- {c: d} # e f", []),
        ("a: 2019 # as stated\nb: [c, d] # e f\nc: # d e\n  f: g", []),
        ('a: "one # two"\nb: \'one # two\' # three\nc: "d e" # f', []),
        ("a: |\n  one # two\n  three # four\nb: >-\n  one # two", []),
        ("a: one#two three\nb: C# is one", []),
        ("# a: one two # three\n  # b: one two # three\na: b", []),
    ],
)
def test_comments_that_may_be_a_part_of_a_text(
    text: str, places: list[tuple[int, int, str]], parser: str
) -> None:
    told = lost_words(text.encode(), "a.yml")
    assert [(p.line, p.column, p.field) for p in told] == places
    assert {p.severity for p in told} <= {"warning"}


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
    "no_bytes": (b"", [("KB003", 1, 1, "")]),
    "only_a_mark": (b"\xef\xbb\xbf", [("KB003", 1, 1, "")]),
    "only_a_comment": (b"# soon\n", [("KB003", 1, 1, "")]),
    "only_a_start": (b"---\n...\n", [("KB003", 1, 1, "")]),
    "only_null": (b"~\n", [("KB003", 1, 1, "")]),
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
    "nested_too_deeply": (
        b"a: " + b"[" * 60 + b"]" * 60,
        [("KB008", 1, 53, "a" + ".0" * 28 + "...")],
    ),
    "python_tag": (b"a: !!python/object:os.system {}\n", [("KB009", 1, 4, "a")]),
    "tags": (
        b"a: !mine [1]\nb: !!str 1\nc: ! x\nd: !<tag:x> {}\n",
        [("KB009", 1, 4, "a"), ("KB009", 2, 4, "b"), ("KB009", 3, 4, "c"), ("KB009", 4, 4, "d")],
    ),
    "list_at_the_top": (b"# all\n- a\n- b\n", [("KB011", 2, 1, "")]),
    "text_at_the_top": (b"only text\n", [("KB011", 1, 1, "")]),
    "list_as_key": (b"a: 1\n? [b, c]\n: 2\n", [("KB012", 2, 3, "")]),
    "mapping_as_key": (b"a: {{b: 1}: 2}\n", [("KB012", 1, 5, "a")]),
    "nothing_as_key": (b"? \n: 2\n", [("KB012", 1, 2, "")]),
    "empty_key": (b"'': 2\n", [("KB012", 1, 1, "")]),
    "anchored_key": (b"&k a: 1\nb: *k\n", [("KB012", 1, 1, "")]),
    "alias_as_key": (b"a: &x b\n*x : 1\n", [("KB012", 2, 1, "")]),
    "tag_as_key": (b"!!str a: 1\n", [("KB009", 1, 1, ""), ("KB012", 1, 1, "")]),
}


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(("data", "expected"), BAD.values(), ids=BAD)
def test_place_of_problem(data: bytes, expected: list[tuple[str, int, int, str]]) -> None:
    assert places(data) == expected


HINTS = [
    (b"a:\n\tb: 1\n", "a tab stands where only spaces may", "spaces"),
    (b"a: 1\n\tb: 1\n", "a tab stands where only spaces may", "spaces"),
    (b"a: b: c\n", "mapping values are not allowed", "quote a text that holds `: `"),
    (b"a: - b\n", "entries are not allowed", "a line of its own"),
    (b"a: `x`\n", "cannot start any token", "quote the text"),
    (b"a: **bold** text\n", "alphabetic or numeric", "starts with `*`"),
    (b"a: 'x\nb: 1\n", "end of stream", "close the quote"),
    (b"a: [x\nb: 1\n", "',' or ']'", "close the bracket"),
    (b"a: 1\nb\nc: 1\n", "could not find expected ':'", "`field: value`"),
    (b'a: "\\q"\n', "unknown escape character", "single quotes"),
    (b"a: 'it's'\n", "block mapping", "check the quotes"),
    (
        b"a: !!python/name:os.system x\n",
        "!!python/name:os.system",
        "delete !!python/name:os.system",
    ),
    (b"a: \xe5\n", "0xE5", "UTF-8"),
    ("a: 1\n".encode("utf-16"), "0xFF", "UTF-8"),
    ("a: 1\n".encode("utf-16-le"), "UTF-16", "UTF-8"),
    ("a: \u2028".encode(), "U+2028", "line break"),
]


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(("data", "message", "hint"), HINTS)
def test_problem_says_what_to_do(data: bytes, message: str, hint: str) -> None:
    _, (problem,) = parse(data, "a.yml")
    assert message in problem.message
    assert hint in problem.hint


@pytest.mark.parametrize("data", [b"[", b"a: [", b"a: {\n", b'a: "x', b"? ["])
def test_a_problem_lies_in_the_file(data: bytes) -> None:
    _, (problem,) = parse(data, "a.yml")
    lines = data.decode().split("\n")
    assert problem.line <= len(lines)
    assert problem.column <= len(lines[problem.line - 1]) + 1


def test_problem_is_one_short_printable_line() -> None:
    key = "x\\n\\e[31m" + "y" * 500
    _, (problem,) = parse(f'"{key}": 1\n"{key}": 2\n'.encode(), "a.yml")
    assert str(problem).isprintable()
    assert len(str(problem)) < 300


def test_escape_beyond_unicode_without_libyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    use("python", monkeypatch)
    assert places(b'a: "\\UFFFFFFFF"\n') == [("KB004", 1, 1, "")]


def test_module_without_libyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    names = runpy.run_path(str(yamlfile.__file__))
    assert names["_Loader"] is yaml.SafeLoader
    assert names["parse"](b"a: [NO, 1]\n", "a.yml") == ({"a": ["NO", 1]}, [])


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("unit", ["[", "{", "{a: ", "[\n", "- ", "? ", "a: [", "&a [", "!a ["])
@pytest.mark.parametrize("times", [20_000, 200_000])
def test_deep_nesting_ends_the_reading(unit: str, times: int) -> None:
    limits = Limits(max_bytes=10_000_000, max_problems=1000)
    data = unit.encode() * times
    if unit == "a: [":
        data = b"a: " + b"[a: " * times
    assert "KB008" in {code for code, *_ in places(data, limits)}
    locate(data, [["a", 0, "a"]])


def test_deep_indentation_ends_the_reading() -> None:
    data = b"".join(b" " * depth + b"a:\n" for depth in range(2000))
    limits = Limits(max_bytes=10_000_000)
    ((code, line, column, _),) = places(data, limits)
    assert (code, line, column) == ("KB008", 51, 51)


def test_depth_is_counted_in_levels() -> None:
    data = b"a: {b: [1]}\n"
    assert parse(data, "a.yml", Limits(max_depth=3))[1] == []
    assert places(data, Limits(max_depth=2)) == [("KB008", 1, 8, "a.b")]


def test_size_is_bounded() -> None:
    assert parse(b"a: 1", "a.yml", Limits(max_bytes=4)) == ({"a": 1}, [])
    assert places(b"a: 12", Limits(max_bytes=4)) == [("KB010", 1, 1, "")]


def test_number_of_problems_is_bounded() -> None:
    limits = Limits(max_problems=3)
    assert len(places(b"a: 1\n" * 100, limits)) == 3
    assert len(places(b"a: \x01\x02\x03\x04\x05", limits)) == 3


def test_few_aliases_are_allowed() -> None:
    assert value_of("a: &x [1]\nb: *x\nc: &y NO\nd: *y\n") == {
        "a": [1],
        "b": [1],
        "c": "NO",
        "d": "NO",
    }
    assert value_of("a: &x 1\nb: [" + "*x, " * 20 + "]") == {"a": 1, "b": [1] * 20}
    assert places(b"a: &x 1\nb: [" + b"*x, " * 100 + b"]") == [("KB007", 2, 85, "b.20")]


def test_billion_laughs_are_refused() -> None:
    lines = ["a0: &a0 [ha]"]
    lines += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 10)]
    found = places("\n".join(lines).encode())
    assert found[0] == ("KB007", 2, 5, "a1")
    assert {code for code, *_ in found} == {"KB007"}


SCALARS = {
    **dict.fromkeys(["", "~", "null", "Null", "NULL"]),
    **dict.fromkeys(["true", "True", "TRUE"], True),
    **dict.fromkeys(["false", "False", "FALSE"], False),
    "0": 0,
    "-0": 0,
    "+12": 12,
    "-19": -19,
    "2016": 2016,
    "9" * 640: int("9" * 640),
    "0.": 0.0,
    "-0.0": 0.0,
    ".5": 0.5,
    "+12e03": 12000.0,
    "-2E+05": -200000.0,
    "1e-3": 0.001,
    "12.5": 12.5,
    "-.5": -0.5,
    "1.e1": 10.0,
}
TEXTS = [
    *["NO", "no", "No", "yes", "Yes", "on", "off", "y", "n", "nULL", "tRUE", "none", "None"],
    *["2021-05-01", "2021-05-01T12:00:00Z", "12:30", "12:30:45", "190:20:30", "1_000", "1 000"],
    *["010", "0123", "-007", "00", "00.5", "0o17", "0x1F", "0b11", "0777", "1e", "e1", "1.2.3"],
    *[".inf", "-.Inf", ".INF", ".nan", ".NaN", "1e999", "-1e999", ".", "+", "-1-", "+-1", "--1"],
    *["9" * 641, "9" * 5000, "-" + "9" * 5000, "1,5", "\u0661\u0662", "1\u00a0", "<<", "="],
]


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(("text", "value"), SCALARS.items(), ids=lambda item: str(item)[:20])
def test_core_schema_scalar(text: str, value: Any) -> None:
    found = value_of(f"a: {text}\nb: [ {text or '~'} ]\nc: '{text}'\nd: |-\n  {text}\n")
    assert found == {"a": value, "b": [value], "c": text, "d": text}
    assert type(found["a"]) is type(value)


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:20])
def test_text_stays_text(text: str) -> None:
    assert value_of(f"a: {text}") == {"a": text}


@pytest.mark.parametrize("key", ["1", "1.5", "NO", "true", "null", "~", "2021-05-01", "<<", "0x1"])
def test_key_is_text_as_written(key: str) -> None:
    assert value_of(f"{key}: {{{key}: 1}}") == {key: {key: 1}}


def test_merge_key_merges_nothing() -> None:
    assert value_of("a: &a {x: 1}\nb: {<<: *a}") == {"a": {"x": 1}, "b": {"<<": {"x": 1}}}


@pytest.mark.parametrize(
    "data", [b"\xef\xbb\xbfa: 1", b"a: 1\r\n", b"---\na: 1\n...\n", b"a:  1 # b"]
)
def test_mark_line_ends_and_comments_are_no_matter(data: bytes) -> None:
    assert parse(data, "a.yml") == ({"a": 1}, [])


def test_same_key_in_different_mappings() -> None:
    assert value_of("a: {a: 1}\nb: [{a: 1}, {a: 2}]") == {"a": {"a": 1}, "b": [{"a": 1}, {"a": 2}]}


def test_decode_gives_text_of_any_format() -> None:
    assert textfile.decode("\ufeff@article{å,}\n".encode(), "a.bib") == ("@article{å,}\n", [])
    assert textfile.decode(b"", "a.bib") == ("", [])
    text, (problem,) = textfile.decode(b"@article{\xe5", "a.bib")
    assert text is None
    assert (problem.code, problem.path, problem.line, problem.column) == ("KB001", "a.bib", 1, 10)


LOCATED = """\
# a comment
å: {x: 1, "y": 2}
list:
  - first
  - {id: b}
  -
    id: c
? asked
: value
text: |
  å: not a key
"""
LOCATIONS = [
    ((), (2, 1)),
    (("å",), (2, 1)),
    (("å", "x"), (2, 5)),
    (("å", "y"), (2, 11)),
    (("å", "z"), (2, 1)),
    (("å", "x", "deeper", 0), (2, 5)),
    (("list",), (3, 1)),
    (("list", 0), (4, 5)),
    (("list", 1, "id"), (5, 6)),
    (("list", 1, "no"), (5, 5)),
    (("list", 2), (7, 5)),
    (("list", 3, "id"), (3, 1)),
    (("list", "id"), (3, 1)),
    (("asked",), (8, 3)),
    (("text",), (10, 1)),
    (("nowhere",), (2, 1)),
]


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(("keys", "place"), LOCATIONS)
def test_locate(keys: tuple[str | int, ...], place: tuple[int, int]) -> None:
    assert locate(LOCATED.encode(), [keys]) == [place]
    assert locate(LOCATED.encode("utf-8-sig"), [keys]) == [place]


@pytest.mark.usefixtures("parser")
def test_locate_all_at_once() -> None:
    assert locate(LOCATED.encode(), [keys for keys, _ in LOCATIONS]) == [at for _, at in LOCATIONS]


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("data", [b"", b"a: [", b"\xff\xfe", b"\0", b"@", b"[" * 1000, b"a: *b"])
def test_locate_in_a_broken_file(data: bytes) -> None:
    ((line, column),) = locate(data, [["b", 0]])
    assert line == 1
    assert column >= 1


def plain(without: str = "", last: str = "\U0010ffff") -> st.SearchStrategy[str]:
    return st.text(
        st.characters(
            max_codepoint=ord(last), exclude_categories=["Cs"], exclude_characters=without
        )
    )


def json_like(text: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    floats = st.floats(allow_nan=False, allow_infinity=False)
    leaves = st.none() | st.booleans() | st.integers() | floats | text
    keys = text.filter(lambda key: 0 < len(key) <= 100)  # YAML ends a simple key at 1,024
    values = st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4)
    )
    return st.dictionaries(keys, values, max_size=4)


# These are refused, with escapes or without: see KB002.
CONTROLS = {*range(0x20), *range(0x7F, 0xA0)} - {0x09, 0x0A}
DIRECTIONS = {0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
WITHOUT_WIDTH = {*range(0x200B, 0x200E), 0x2060, 0xFEFF}
REFUSED = {*CONTROLS, *DIRECTIONS, *WITHOUT_WIDTH, 0x2028, 0x2029, 0xFFFE, 0xFFFF}
UNWRITABLE = "".join(map(chr, REFUSED))


@pytest.mark.parametrize("code", sorted(REFUSED), ids=hex)
def test_refused_characters_are_found_as_they_are_and_escaped(code: int) -> None:
    says = f"the character U+{code:04X} is not allowed"
    _, problems = parse(f'a: x\nb: [y, "_\\U{code:08x}_"]\n'.encode(), "a.yml")
    assert [(p.code, p.line, p.column, p.field) for p in problems] == [("KB002", 2, 8, "b.1")]
    assert (problems[0].message, problems[0].hint) == (says, "delete its escape")
    _, problems = parse(f'"_\\U{code:08x}_": x\n'.encode(), "a.yml")
    assert [(p.code, p.line, p.column, p.message) for p in problems] == [("KB002", 1, 1, says)]
    if code != ord("\r"):  # part of a line break
        _, problems = parse(f'a: x\nb: [y, "_{chr(code)}_"]\n'.encode(), "a.yml")
        assert (problems[0].code, problems[0].message) == ("KB002", says)


def test_each_refused_escape_has_its_place_and_other_escapes_are_fine() -> None:
    data = b'a: "\\u202e"\nb: {c: ["\\0", "\\u200b"]}\nd: "\\t\\n\\u00e5\\\\"\n'
    problems = parse(data, "a.yml")[1]
    assert [(p.code, p.line, p.field) for p in problems] == [
        ("KB002", 1, "a"),
        ("KB002", 2, "b.c.0"),
        ("KB002", 2, "b.c.1"),
    ]
    assert value_of('d: "\\t\\n\\u00e5\\u00ad\\\\"') == {"d": "\t\n\u00e5\u00ad\\"}


# PyYAML writes by YAML 1.1, where 1e3 is a text; it does not quote it, and in 1.2 it is a number.
OTHER_IN_1_1 = re.compile(r"[-+.0-9]")


class Dumper(yaml.SafeDumper):
    """Writes every value out."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


@pytest.mark.parametrize("flow", [True, False, None])
@given(json_like(plain(UNWRITABLE).filter(lambda text: not OTHER_IN_1_1.match(text))))
def test_what_pyyaml_writes_is_read_back(flow: bool | None, data: dict[str, Any]) -> None:
    text = yaml.dump(data, Dumper=Dumper, allow_unicode=True, default_flow_style=flow)
    assert value_of(text) == data


@given(json_like(plain(UNWRITABLE)), st.sampled_from([None, 2]))
def test_json_is_read_back(data: dict[str, Any], indent: int | None) -> None:
    assert value_of(json.dumps(data, ensure_ascii=False, indent=indent)) == data


@given(json_like(plain(UNWRITABLE, last="\uffff")))
def test_escaped_json_is_read_back(data: dict[str, Any]) -> None:
    assert value_of(json.dumps(data)) == data


PIECES = [
    *"[]{}:,-?!&*#|>'\"%@`\\~ \t\r\n0.eE+aå\u2028\ufeff\0\x85",
    *["\n  ", "a: ", "- ", "? ", ": ", "&a ", "*a ", "!!str ", "---\n", "...\n", "<<: "],
    *['"\\u', "\\UFFFFFFFF"],
]
MESSES = st.binary() | st.lists(st.sampled_from(PIECES)).map(lambda found: "".join(found).encode())


@pytest.mark.parametrize("parser_name", PARSERS)
@settings(max_examples=500)
@given(MESSES, st.lists(st.sampled_from(["a", "b", 0, 1])))
def test_nothing_is_raised_for_any_bytes(
    parser_name: str, data: bytes, keys: list[str | int]
) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        use(parser_name, monkeypatch)
        value, problems = parse(data, "a.yml")
        ((line, column),) = locate(data, [keys])
    assert (value is None) == bool(problems)
    assert all(problem.severity == "error" and problem.hint for problem in problems)
    assert min(line, column) >= 1


CORE = {  # the regular expressions of YAML 1.2.2, section 10.3.2
    int: re.compile(r"[-+]?[0-9]+"),
    float: re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"),
}
STRICTER = re.compile(r"[-+]?0[0-9]")


@given(st.from_regex(r"[-+.0-9][-+.0-9eExo_]{0,8}", fullmatch=True) | st.floats().map(repr))
def test_numbers_are_those_of_the_core_schema(text: str) -> None:
    found = value_of(f"a: {text} # and a comment")["a"] if text.strip("-") else text
    kind = next((kind for kind, form in CORE.items() if form.fullmatch(text)), str)
    if STRICTER.match(text) or (kind is float and math.isinf(float(text))):
        kind = str
    assert found == kind(text)
    assert type(found) is kind


SHAPES = st.recursive(
    st.none(), lambda inner: st.lists(inner, max_size=3) | st.lists(inner, max_size=3).map(tuple)
)


def named(shape: Any, numbers: Iterator[int]) -> Any:
    """A shape filled with names that stand only once: a tuple becomes a mapping."""
    if isinstance(shape, tuple):
        return {f"k\u00e5\U0001f600{next(numbers)}k": named(inner, numbers) for inner in shape}
    if isinstance(shape, list):
        return [named(inner, numbers) for inner in shape]
    return f"v\u00f6\U0001f600{next(numbers)}v"


def entries(value: Any, keys: tuple[str | int, ...] = ()) -> Iterator[tuple[Any, str]]:
    """The keys to each entry, and the name that stands where it starts."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in pairs:
        name = inner if isinstance(key, int) else key
        if isinstance(name, str):
            yield (*keys, key), name
        if not isinstance(inner, str):
            yield from entries(inner, (*keys, key))


@pytest.mark.parametrize("flow", [True, False, None])
@given(st.lists(SHAPES, max_size=4).map(tuple))
def test_locate_points_at_the_name(flow: bool | None, shape: Any) -> None:
    data = named(shape, itertools.count())
    text = yaml.dump(data, allow_unicode=True, default_flow_style=flow, width=30)
    lines = text.splitlines()
    for keys, name in entries(data):
        ((line, column),) = locate(text.encode(), [keys])
        assert lines[line - 1][column - 1 :].lstrip('"').startswith(name)
