"""The words of the interface: what is asked for is there, in every language, and nothing else."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
import yaml

from kb import changes, network, problems, records, synthesis, tell
from kb.citations import Kind, Use
from kb.formats import relations
from kb.matrix import State
from kb.site import data
from kb.words import LOCALE

ROOT = Path(__file__).parents[1]
LANGUAGES = sorted(path.stem for path in LOCALE.glob("*.yml"))

SPELT = re.compile(r"""(?:(?<![#\w])(?:t|word|lines)\(|\bwords\[)\s*["']([a-z_-]+)["']\s*[]),]""")
"""A word that code, a template or a script asks for by its name."""
HANDED_ON = re.compile(r"(?<![#\w])(?:t|word)\((?:word|name|help|none)\)|\bwords\[word\]")
"""One whose name stands elsewhere in the same file, in quotes."""
QUOTED = re.compile(r"""["'`]([\w-]*)["'`]""")
PUT_TOGETHER = re.compile(
    r"""f"([\w-]*\{[^"]*)" | `([\w-]*\$\{[^`]*)`
    | ("[\w-]+"\s~\s(?:[\w.]+|\([^)]*\))(?:\s~\s"\w+")?)""",
    re.VERBOSE,
)
"""One whose name is put together, from what is in quotes there or from fixed names."""
BLANK = re.compile(r"\$?\{[^}]*\}|\s~\s(?:[a-z][\w.]*|\([^)]*\))(?:\s~\s)?")
FIXED = {
    *(one.value for one in (*State, *Kind, *Use)),
    *(name for one in (changes.Kind, changes.Move, records.Basis) for name in get_args(one)),
    *(name for one in (synthesis.Status, synthesis.Level) for name in get_args(one)),
    *(name for one in (synthesis.ClaimType, synthesis.Need) for name in get_args(one)),
    *(name for one in (synthesis.Extent, synthesis.Concern) for name in get_args(one)),
    *(*get_args(problems.Severity), *get_args(records.Stance), *network.RELATIONS),
    *(*tell.ONE_OF, *tell.ONE_OF.values(), *data.ON_SITE, *data.ELSEWHERE),
    *("elsewhere", "both", "here", "neither"),  # what a lens of the explorer says of a cell
}


def words(language: str) -> dict[str, str]:
    """The engine's own words in a language."""
    return dict(yaml.safe_load((LOCALE / f"{language}.yml").read_text("utf-8")))


def sources() -> Iterator[str]:
    """The texts of all that can ask for a word."""
    for folder, ends in (("kb", ("py", "j2", "html")), ("docs", ("j2",)), ("web/src", ("ts",))):
        for end in ends:
            for path in sorted((ROOT / folder).rglob(f"*.{end}")):
                yield path.read_text("utf-8")


@cache
def spelt() -> frozenset[str]:
    """The words that are asked for by their names."""
    return frozenset(name for text in sources() for name in SPELT.findall(text))


def composed(text: str) -> Iterator[re.Pattern[str]]:
    """What the names can be that a file puts together."""
    quoted = set(QUOTED.findall(text))
    for found in PUT_TOGETHER.findall(text):
        parts = BLANK.split("".join(found).replace('"', ""))
        if "_" in "".join(parts):
            known = quoted | FIXED if re.search("[a-z]", "".join(parts)) else quoted
            names = "|".join(map(re.escape, known))
            yield re.compile(f"(?:{names})".join(map(re.escape, parts)))


def asked(among: set[str]) -> set[str]:
    """Those of some words that anything asks for."""
    found = among & {*spelt(), *(f"table_{name}" for name in relations.described())}
    for text in sources():
        if HANDED_ON.search(text):
            found |= among & set(QUOTED.findall(text))
        left = among - found
        found |= {word for shape in composed(text) for word in left if shape.fullmatch(word)}
    return found


def test_only_known_words_are_asked_for() -> None:
    assert len(spelt()) > 200
    assert not spelt() - words("en").keys()


def test_every_word_is_asked_for() -> None:
    known = set(words("en"))
    assert not known - asked(known)


def test_a_word_that_is_left_over_is_found() -> None:
    left_over = {"total", "open_studies", "count_terms", "state_crowded", "graph_rests-on_again"}
    assert not asked(left_over)


def placeholders(text: str) -> set[str]:
    """The names in curly brackets."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_languages_have_the_same_words_with_the_same_gaps(language: str) -> None:
    english, other = words("en"), words(language)
    assert set(english) == set(other)
    for key, text in english.items():
        assert placeholders(text) == placeholders(other[key]), key
    assert all(str(text).strip() for text in other.values())
