"""The canonical form: what it looks like, and that nothing is ever lost by it."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from typer.testing import CliRunner

from kb import corpus, formatting
from kb.cli import app
from kb.formatting import canonical, format_files
from kb.kinds import schema_line
from kb.textfile import hidden
from kb.yamlfile import parse

ROOT = Path(__file__).parent.parent
LANGUAGES = ["en", "sv"]
STUDY = "corpus/studies/a.yml"
FIRST = "# yaml-language-server: $schema=../../docs/schema/study.json\n"


def formatted(text: str, path: str = "a.yml") -> str:
    result = canonical(text.encode(), path, LANGUAGES)
    assert result is not None
    assert canonical(result.encode(), path, LANGUAGES) == result
    assert re.search(r"[ \t\r]$", result, re.MULTILINE) is None
    assert result.endswith("\n")
    first = schema_line(path)
    assert result.startswith(first)
    return result.removeprefix(first)


def value_of(text: str) -> Any:
    value, problems = parse(text.encode(), "a.yml")
    assert problems == []
    return value


# What it looks like

FIELDS_IN_ANY_ORDER = """\
findings:
- statement: {sv: Tvärtom., en: The reverse.}
  id: f
  tags: {outcome: [trust, discretion]}
  direction: mixed
  locator: "p. 1"
zebra: 1
coding: {date: "2026-01-31", coders: [c], basis: review, locator: '¶6', source: s2022}
sample: {unit: {sv: personer, en: persons}, n: 7}
title:
    sv: Titel

    en: Title
"""
FIELDS_IN_THEIRS = """\
title:
  en: Title
  sv: Titel
sample:
  n: 7
  unit:
    en: persons
    sv: personer
coding:
  basis: review
  source: s2022
  locator: "¶6"
  coders: [c]
  date: "2026-01-31"
findings:
  - id: f
    statement:
      en: The reverse.
      sv: Tvärtom.
    direction: mixed
    tags:
      outcome: [trust, discretion]
    locator: p. 1
zebra: 1
"""


def test_fields_stand_in_the_order_of_their_record_and_unknown_ones_after() -> None:
    assert formatted(FIELDS_IN_ANY_ORDER, STUDY) == FIELDS_IN_THEIRS


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("corpus/knowledge-base.yml", "scope: s\ntitle: t\n", "title: t\nscope: s\n"),
        ("corpus/codebook/a.yml", "terms: []\nid: a\n", "id: a\nterms: []\n"),
        (
            "corpus/codebook/a.yml",
            "exclusions:\n  - with:\n      sv: [x]\n      en: [z]\n    term: t\n",
            "exclusions:\n  - term: t\n    with:\n      en: [z]\n      sv: [x]\n",
        ),
        (
            "corpus/codebook/a.yml",
            "terms:\n  - alt_labels:\n      sv: [x]\n      en: [z]\n    id: t\n",
            "terms:\n  - id: t\n    alt_labels:\n      en: [z]\n      sv: [x]\n",
        ),
        ("elsewhere.yml", "title: t\nid: a\n", "title: t\nid: a\n"),
    ],
)
def test_the_path_says_which_record_it_is(path: str, before: str, after: str) -> None:
    assert formatted(before, path) == after


MISREAD = (
    *("NO", "yes", "on", "y", "N", "Off", "null", "2021-05-01", "12:30", "1_000", "010", "1e3"),
    *("0o17", "0x1F", "1:30:45.5", "2001-12-14 21:59:43.1 -5", "~", "<<", "=", ".inf", "-1"),
)
OTHER_QUOTED = (
    "",
    " a",
    "a ",
    "a: b",
    "a:",
    "a #b",
    "- a",
    "*a",
    "[a]",
    "+",
    "¶6",
    "…",
    "a\tb",
    "\\",
)
PLAIN = (
    "a",
    "Åland",
    "a:b",
    "a#b",
    "it's",
    'a "b"',
    "A–D, x ¶1",
    "(a)",
    "“a”",
    "n-1",
    "1st",
    "nan",
)


@pytest.mark.parametrize("text", [*MISREAD, *OTHER_QUOTED])
def test_texts_that_a_reader_could_take_for_something_else_are_quoted(text: str) -> None:
    result = formatted(f"a: {json.dumps(text)}\n")
    assert result.startswith('a: "')
    assert yaml.safe_load(result) == {"a": text}


@pytest.mark.parametrize("text", PLAIN)
def test_other_texts_are_plain(text: str) -> None:
    assert formatted(f"a: {json.dumps(text)}\n") == f"a: {text}\n"


@pytest.mark.parametrize("word", ["null", "true", "false", "7", "-7", "1.0", "-0.0", "1.0e+22"])
def test_words_and_numbers_stay_what_they_are(word: str) -> None:
    assert formatted(f"a: {word}\n") == f"a: {word}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a:\n- b\n- c\n", "a: [b, c]\n"),
        ("a: [SE, 'NO']\n", 'a: [SE, "NO"]\n'),
        ("a: [b c, d]\n", "a:\n  - b c\n  - d\n"),
        ("a: [[b, c], [[d e]], {}, []]\n", "a:\n  - [b, c]\n  - - - d e\n  - {}\n  - []\n"),
        ("a:\n", "a: null\n"),
        ("{}\n", "{}\n"),
        ("n: 1\n'no': 2\n", 'n: 1\n"no": 2\n'),
        ("a: &x {b: c}\nd: *x\n", "a:\n  b: c\nd:\n  b: c\n"),
        ("\ufeff%YAML 1.2\n---\r\na: 1\r\n\r\n\r\nb: 2\r\n...\r\n", "a: 1\nb: 2\n"),
    ],
)
def test_layout(before: str, after: str) -> None:
    assert formatted(before) == after


def test_lists_that_are_too_long_for_a_line_are_blocks() -> None:
    ids = ["word" + str(number) for number in range(20)]
    assert formatted(f"a: [{', '.join(ids)}]\n") == "a:\n" + "".join(f"  - {id}\n" for id in ids)


def test_long_texts_are_folded_and_no_line_is_wider_than_need_be() -> None:
    long = "word " * 100 + "x" * 200 + " - # end: of it"
    result = formatted(f"a:\n  b: {json.dumps(long)}\n")
    lines = result.splitlines()
    assert lines[1] == "  b: >-"
    assert [line for line in lines if len(line) > 90] == ["    " + "x" * 200]
    assert value_of(result) == {"a": {"b": long}}


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a\nb", [">-", "a", "", "b"]),
        ("a\n\nb\n", [">", "a", "", "", "b"]),
        ("\na", ['"\\na"']),
        ("a\n\n", ['"a\\n\\n"']),
        ("a\n b", ['"a\\n b"']),
    ],
)
def test_texts_of_several_lines(text: str, lines: list[str]) -> None:
    result = formatted(f"x: {json.dumps(text)}\n")
    assert [line.strip() for line in result.removeprefix("x: ").splitlines()] == lines


def test_two_spaces_and_no_break_spaces_survive_folding() -> None:
    long = "10\u00a0000  personer " * 20 + "slut"
    assert value_of(formatted(f"a: {json.dumps(long)}\n")) == {"a": long}


# Comments

COMMENTS = """\
# yaml-language-server: $schema=study.json

# About the file.
kind: case        # beside kind
# above title
title:   # beside title
  # above sv
  sv: >-   # beside sv
    Titel
  en: "Title # 1"   # beside en
tags: [   # opened
  b,      # beside b
  # above c
  c
]
reports:
  - one # beside one
  - # inside two
    two
findings:
- # above the finding
  statement: x
  # above id
  id: f
  # above the next
- {id: g, # beside g
   locator: p}
coding: {source: s} # beside coding
# the end
"""
COMMENTS_PLACED = """\
# About the file.
# above title
title:  # beside title
  en: "Title # 1"  # beside en
  # above sv
  sv: Titel  # beside sv
reports:
  - one  # beside one
  # inside two
  - two
kind: case  # beside kind
tags:  # opened
  - b  # beside b
  # above c
  - c
coding:  # beside coding
  source: s
findings:
  # above the finding
  # above id
  - id: f
    statement: x
  # above the next
  - id: g  # beside g
    locator: p
# the end
"""


def test_comments_stay_where_they_belong() -> None:
    assert formatted(COMMENTS, STUDY) == COMMENTS_PLACED


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a:\n  # c\n  b\nd: e\n", "# c\na: b\nd: e\n"),
        ("x: z\na:\n  # c\n  b\nd: e\n", "x: z\n# c\na: b\nd: e\n"),
        ("a: [ # one\n  b\n] # two\n", "# one\n# two\na: [b]\n"),
        ("x: z\na: [\n  b\n  # last\n]\n", "x: z\n# last\na: [b]\n"),
        ("a: # c\nb: 1\n", "a: null  # c\nb: 1\n"),
        ("a: |  # c\n  # text\n# after\nb: 1\n", "a: >  # c\n  # text\n# after\nb: 1\n"),
        ("a:\n  - - # c\n      b: 1\n", "a:\n  # c\n  - - b: 1\n"),
        ("a:\n  - &x {b: 1} # c\n  - *x # d\n", "a:\n  # c\n  - b: 1\n  # d\n  - b: 1\n"),
        ("{a: 1} # c\n# d\n", "# c\na: 1\n# d\n"),
        ("--- # c\na: 'b\n  # no comment' # d\n... # e\n", '# c\na: "b # no comment"  # d\n# e\n'),
        ("# c\r\na: 1 #d\r\n", "# c\na: 1  #d\n"),
        ("x: 1\na:\n  b: 1\n  # c", "x: 1\na:\n  b: 1\n# c\n"),
        ("? a # c\n: b # d\n", "# c\n# d\na: b\n"),
        ("a: [[ # c\n  # d\n  b]]\n", "a:\n  # d\n  - [b]  # c\n"),
        ("a: [[ b # c\n  , # d\n  e]]\n", "a:\n  - - b  # c\n    # d\n    - e\n"),
    ],
)
def test_where_comments_go(before: str, after: str) -> None:
    assert formatted(before) == after


# What is left alone

LEFT_ALONE = {
    "syntax": b"a: [b\n",
    "twice": b"a: 1\na: 2\n",
    "not_utf_8": b"a: \xff\n",
    "not_a_mapping": b"- a\n",
    "empty": b"# only this\n",
    "too_large_when_written_out": b"a: &a ["
    + b"abc, " * 20_000
    + b"]\n"
    + b"".join(b"b%d: *a\n" % number for number in range(12)),
}


@pytest.mark.parametrize("data", LEFT_ALONE.values(), ids=LEFT_ALONE.keys())
def test_files_with_problems_have_no_canonical_form(data: bytes) -> None:
    assert canonical(data, STUDY) is None


def test_a_comment_that_would_be_lost_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formatting, "dump", lambda value, notes: "a: 1\n")
    assert canonical(b"a: 1\n", STUDY) == f"{FIRST}a: 1\n"
    assert canonical(b"a: 1 # c\n", STUDY) is None


@pytest.mark.parametrize("other", ["a: 1.0\n", "a: true\n", 'a: "1"\n', "b: 1\n", "a: [\n"])
def test_another_value_is_a_reason(monkeypatch: pytest.MonkeyPatch, other: str) -> None:
    monkeypatch.setattr(formatting, "dump", lambda value, notes: other)
    assert canonical(b"a: 1\n", STUDY) is None


# The line for editors


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("corpus/knowledge-base.yml", "../docs/schema/knowledge-base.json"),
        ("corpus/codebook/countries.yml", "../../docs/schema/facet.json"),
        ("corpus/studies/2020s/a.yml", "../../../docs/schema/study.json"),
        ("corpus/claims/a.yml", "../../docs/schema/claim.json"),
        ("corpus/gaps/a/b/c.yml", "../../../../docs/schema/gap.json"),
        ("corpus/candidates/a.yml", "../../docs/schema/candidate.json"),
        ("corpus/second-codings/a.yml", "../../docs/schema/second-coding.json"),
    ],
)
def test_the_first_line_names_the_schema(path: str, where: str) -> None:
    assert canonical(b"a: 1\n", path) == f"# yaml-language-server: $schema={where}\na: 1\n"


def test_other_files_get_no_first_line() -> None:
    assert canonical(b"a: 1\n", "corpus/interface/en.yml") == "a: 1\n"


@pytest.mark.parametrize(
    "before",
    [
        "a: 1\n",
        "# yaml-language-server: $schema=study.json\na: 1\n",
        "# yaml-language-server:$schema=x\n\n# yaml-language-server: $schema=y\na: 1\n",
        "#yaml-language-server: $schema=x\r\na: 1\r\n",
        "#yaml-language-server: $schema=x\ra: 1\r",
        "\ufeffa: 1\n",
    ],
)
def test_a_first_line_that_is_missing_or_wrong_is_mended(before: str) -> None:
    assert canonical(before.encode(), STUDY) == f"{FIRST}a: 1\n"


def test_the_first_line_stands_above_other_comments_and_leaves_texts_alone() -> None:
    text = "# c\n# yaml-language-server: x\n\na: |\n  # yaml-language-server: y\n  z\nb: 1\n"
    result = canonical(text.encode(), STUDY)
    assert result is not None
    assert result.startswith(f"{FIRST}# c\na:")
    assert value_of(result) == {"a": "# yaml-language-server: y\nz\n", "b": 1}


# Properties: any value, written in any way, with comments anywhere

MARK = "⁂"  # around the numbers of comments, and in no text
CHARACTERS = st.characters(exclude_characters=MARK, exclude_categories=["Cs"])
TEXTS = st.one_of(
    st.sampled_from([*MISREAD, *OTHER_QUOTED, *PLAIN]),
    st.text(CHARACTERS, max_size=8),
    st.text(st.sampled_from("aÅ1  \n\t#:-'\"\\,[]{}&*!|>%@`\u00a0\u00ad\u202f😀"), max_size=12),
    st.lists(st.text("abcdeå.:#-", min_size=1, max_size=12), max_size=40).map(" ".join),
).filter(lambda text: not hidden(text))
SCALARS = st.one_of(
    TEXTS, st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False)
)
FIELDS = st.sampled_from(["id", "title", "tags", "findings", "sample", "unit", "n", "en", "sv"])
NAMES = st.one_of(FIELDS, TEXTS.filter(bool))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


class Author:
    """Writes a value in one of many ways, with comments, each of them once."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.comments = 0
        self._draw = draw

    def often(self) -> bool:
        return self._draw(st.booleans())

    def comment(self) -> str:
        if self._draw(st.integers(0, 4)) < 4:
            return ""
        self.comments += 1
        return f"#{MARK}{self.comments}{MARK} 'it\": [is"

    def lines(self, indent: int) -> str:
        notes = (self.comment(), self.comment())
        lines = [" " * (indent + self.often()) + note for note in notes if note]
        return "".join(f"{line}\n" for line in lines) + "\n" * self.often()

    def block(self, value: Any, indent: int) -> str:
        pad = " " * indent
        if isinstance(value, dict):
            entries = [(f"{self.text(key)}:", inner) for key, inner in value.items()]
        else:
            entries = [("-", inner) for inner in value]
        return "".join(
            f"{self.lines(indent)}{pad}{name}{self.value(inner, indent + 2)}"
            for name, inner in entries
        )

    def value(self, value: Any, indent: int) -> str:
        if value and isinstance(value, (dict, list)) and self.often():
            return f" {self.comment()}\n{self.block(value, indent)}"
        return f" {self.flow(value, indent)} {self.comment()}\n"

    def flow(self, value: Any, indent: int) -> str:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            inner = [f"{self.text(key)}: {self.flow(one, indent)}" for key, one in value.items()]
            return f"{{{self.joined(inner, indent)}}}"
        if isinstance(value, list):
            return f"[{self.joined([self.flow(one, indent) for one in value], indent)}]"
        return json.dumps(value)

    def joined(self, parts: list[str], indent: int) -> str:
        spaced = [f"{self.gap(indent)}{part}{self.gap(indent)}" for part in parts]
        return ",".join(spaced) + self.gap(indent)

    def gap(self, indent: int) -> str:
        comment = self.comment()
        return f" {comment}\n{self.lines(indent)}{' ' * indent}" if comment else " "

    def text(self, text: str) -> str:
        if text.isprintable() and self.often():
            return "'" + text.replace("'", "''") + "'"
        plain = (c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08x}" for c in text)
        return f'"{"".join(plain)}"'


@st.composite
def files(draw: st.DrawFn) -> tuple[str, Any, int]:
    value = draw(st.dictionaries(NAMES, VALUES, min_size=1, max_size=4))
    author = Author(draw)
    text = author.block(value, 0) + author.lines(0)
    return text, value, author.comments


@given(files(), st.sampled_from(["a.yml", STUDY]))
def test_nothing_is_lost_however_it_was_written(file: tuple[str, Any, int], path: str) -> None:
    text, value, comments = file
    assert value_of(text) == value
    result = formatted(text, path)
    for same in (value_of(result), yaml.safe_load(result)):
        assert json.dumps(same, sort_keys=True) == json.dumps(value, sort_keys=True)
    found = re.findall(f"#{MARK}([0-9]+){MARK} 'it\": \\[is$", result, re.MULTILINE)
    assert sorted(map(int, found)) == list(range(1, comments + 1))


@given(st.one_of(st.binary(), st.text("ab:-#,[]{}'\"|>&*!%?\n\r\t ").map(str.encode)))
@example(b"? a # b\n: # c\n  d # e\n")
@example(b"a: !!str b # c\n")
@example(b"a: &b # c\n  d\n")
@example(b"? # b\n  a\n: c\n")
def test_nothing_is_ever_raised(data: bytes) -> None:
    result = canonical(data, STUDY, LANGUAGES)
    if result is not None:
        assert canonical(result.encode(), STUDY, LANGUAGES) == result
        assert parse(result.encode(), STUDY) == parse(data, STUDY)


# Files


def base(root: Path, **studies: str) -> Path:
    (root / "corpus/studies").mkdir(parents=True)
    settings = schema_line("corpus/knowledge-base.yml") + "languages: [sv, en]\n"
    (root / "corpus/knowledge-base.yml").write_text(settings)
    for name, text in studies.items():
        (root / f"corpus/studies/{name}.yml").write_text(text)
    return root


MESSY = "kind:   k\ntitle: {en: t, sv: t}\n"
TIDY = f"{FIRST}title:\n  sv: t\n  en: t\nkind: k\n"


def test_files_are_written_in_the_order_of_the_languages(tmp_path: Path) -> None:
    base(tmp_path, messy=MESSY, tidy=TIDY, broken="a: [\n")
    expected = ["corpus/studies/messy.yml"], ["corpus/studies/broken.yml"]
    assert format_files(tmp_path, (), write=False) == expected
    assert (tmp_path / "corpus/studies/messy.yml").read_text() == MESSY
    assert format_files(tmp_path, (), write=True) == expected
    assert (tmp_path / "corpus/studies/messy.yml").read_bytes() == TIDY.encode()
    assert (tmp_path / "corpus/studies/broken.yml").read_text() == "a: [\n"
    assert format_files(tmp_path, (), write=True) == ([], expected[1])


def test_only_records_are_formatted(tmp_path: Path) -> None:
    base(tmp_path)
    for name in ("corpus/other.yml", "corpus/studies/.a.yml", "corpus/studies/a.yaml", "b.yml"):
        (tmp_path / name).write_text(MESSY)
    assert format_files(tmp_path, (), write=True) == ([], [])


def test_some_files_or_folders_can_be_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base(tmp_path, a=MESSY, b=MESSY)
    monkeypatch.chdir(tmp_path / "corpus")
    one = format_files(tmp_path, [Path("studies/b.yml")], write=False)
    assert one == (["corpus/studies/b.yml"], [])
    assert format_files(tmp_path, [Path("studies")], write=False)[0] == [
        "corpus/studies/a.yml",
        "corpus/studies/b.yml",
    ]
    assert format_files(tmp_path, [Path("nowhere.yml")], write=True) == ([], ["corpus/nowhere.yml"])
    assert format_files(tmp_path, [Path("/no/where.yml")], write=True) == ([], ["/no/where.yml"])


def test_without_settings_the_order_of_languages_stays(tmp_path: Path) -> None:
    base(tmp_path, a=MESSY)
    (tmp_path / "corpus/knowledge-base.yml").unlink()
    assert format_files(tmp_path, (), write=True) == (["corpus/studies/a.yml"], [])
    expected = f"{FIRST}title:\n  en: t\n  sv: t\nkind: k\n"
    assert (tmp_path / "corpus/studies/a.yml").read_text() == expected


def test_links_are_not_followed(tmp_path: Path) -> None:
    base(tmp_path / "base")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.yml").write_text(MESSY)
    (tmp_path / "base/corpus/studies/a.yml").symlink_to(outside / "a.yml")
    (tmp_path / "base/corpus/studies/folder").symlink_to(outside)
    (tmp_path / "base/corpus/codebook").symlink_to(outside)
    assert format_files(tmp_path / "base", (), write=True) == ([], [])
    assert (outside / "a.yml").read_text() == MESSY


def test_the_mode_of_a_file_stays(tmp_path: Path) -> None:
    file = base(tmp_path, a=MESSY) / "corpus/studies/a.yml"
    file.chmod(0o640)
    format_files(tmp_path, (), write=True)
    assert file.read_text() == TIDY
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_a_file_that_cannot_be_replaced_stays_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    base(tmp_path, a=MESSY)
    monkeypatch.setattr(os, "replace", refuse)
    assert format_files(tmp_path, (), write=True) == ([], ["corpus/studies/a.yml"])
    assert [file.name for file in (tmp_path / "corpus/studies").iterdir()] == ["a.yml"]
    assert (tmp_path / "corpus/studies/a.yml").read_text() == MESSY


def test_the_command_says_what_it_did(tmp_path: Path) -> None:
    base(tmp_path, messy=MESSY)

    def fmt(*options: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(app, ["fmt", "--root", str(tmp_path), *options])
        return result.exit_code, result.stdout, result.stderr

    assert fmt("--check") == (1, "would change corpus/studies/messy.yml\n", "")
    assert fmt() == (0, "changed corpus/studies/messy.yml\n", "")
    assert fmt("--check") == (0, "", "")
    (tmp_path / "corpus/studies/messy.yml").write_text("a: [\n")
    code, out, err = fmt()
    assert (code, out) == (1, "")
    assert err.startswith("left alone corpus/studies/messy.yml")
    (tmp_path / "mkdocs.yml").write_text("a:   1\n")
    code, out, err = fmt(str(tmp_path / "mkdocs.yml"))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "mkdocs.yml is nothing that the knowledge base" in err


def test_the_real_corpus_says_the_same_afterwards(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    shutil.copy(ROOT / "references.bib", tmp_path)
    before, problems = corpus.read(tmp_path)
    assert before is not None
    _, unreadable = format_files(tmp_path, (), write=True)
    assert unreadable == sorted({p.path for p in problems if p.code < "KB020"})
    once = {file: file.read_bytes() for file in (tmp_path / "corpus").rglob("*.yml")}
    after, _ = corpus.read(tmp_path)
    assert after == before
    assert format_files(tmp_path, (), write=True) == ([], unreadable)
    assert {file: file.read_bytes() for file in (tmp_path / "corpus").rglob("*.yml")} == once
