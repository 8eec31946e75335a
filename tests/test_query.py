"""The page with queries: all ways to ask a question give the answer that stands below it.

``python tests/test_docs.py`` writes the answers anew.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
import rdflib

from kb.formats import material, sqlite
from kb.formats.registry import write as write_formats
from kb.site import data
from kb.site.view import View
from tests.formats import loaded

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("en", "sv")
WAYS = ("sh", "python", "sql", "sparql")
HEADS = {"id", "term", "row,column"}
"""What stands above a column that ``cut`` has taken from a CSV."""
TESTED = ["csv", "turtle", "sqlite", "parquet"]
REMEDY = "run `python tests/test_docs.py`, then look at what it changed"

_BLOCK = re.compile(r"^```([a-z]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Question:
    """A section of the page: its id, and the ways to ask by their language."""

    id: str
    ways: dict[str, str]


def page(language: str) -> Path:
    """The page in a language."""
    return ROOT / "docs" / language / "query/index.md"


def sections(language: str) -> dict[str, list[tuple[str, str]]]:
    """The blocks of each section, as language and content, by the section's id."""
    parts = re.split(r"^## .* \{ #([a-z-]+) \}$", page(language).read_text("utf-8"), flags=re.M)
    return {name: _BLOCK.findall(text) for name, text in zip(parts[1::2], parts[2::2], strict=True)}


def questions(language: str) -> list[Question]:
    """The questions in their order."""
    found = []
    for name, blocks in sections(language).items():
        if name != "ready":
            *asked, answer = blocks
            assert answer[0] == "text", f"{name}: the answer stands last"
            assert len(dict(asked)) == len(asked), f"{name}: two blocks of a kind"
            found.append(Question(name, dict(asked)))
    return found


@cache
def printed(command: str) -> str:
    """What a command of the shell prints; ``kb`` is the one that is tested."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-e", "-c", command],
        cwd=ROOT,
        env={**os.environ, "PATH": path, "LC_ALL": "C", "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), command
    return done.stdout


def with_answers(language: str) -> str:
    """The page with its answers written anew, as the shell gives them."""
    text = page(language).read_text("utf-8")
    return re.sub(
        r"(^```sh\n((?:(?!^```$).)*)^```$(?:(?!^## ).)*?^```text\n)(?:(?!^```$).)*(?=^```$)",
        lambda found: f"{found[1]}{printed(found[2])}",
        text,
        flags=re.MULTILINE | re.DOTALL,
    )


def write() -> None:
    """Write the answers anew in every language."""
    for language in LANGUAGES:
        page(language).write_text(with_answers(language), "utf-8")


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the first section of the page brings, in a copy of the knowledge base with its data."""
    copy = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "corpus", copy / "corpus")
    shutil.copy(ROOT / "references.bib", copy)
    write_formats(material.whole(loaded("real")), TESTED, copy / "site/data")
    brought: dict[str, Any] = {"data": copy / "site/data"}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(copy)
        for kind, code in sections("en")["ready"]:
            assert kind == "python"
            # DuckDB looks for its files when it is asked, from wherever that is.
            exec(code.replace("'site/", f"'{copy}/site/"), brought)
    return brought


def rows(found: object) -> list[str]:
    """An answer as lines: several values of a row have commas between."""
    assert isinstance(found, list)
    return [one if isinstance(one, str) else ",".join(map(str, one)) for one in found]


def asked(way: str, query: str, names: dict[str, Any]) -> list[str]:
    """The rows that one way to ask gives."""
    if way == "sh":
        lines = printed(query).splitlines()
        return lines[bool(HEADS.intersection(lines[:1])) :]
    if way == "sql":
        return rows(names["duckdb"].sql(query).fetchall())
    if way == "sparql":
        return rows([tuple(row) for row in names["graph"].query(query)])
    *before, last = ast.parse(query).body
    own = dict(names)
    exec("\n".join(map(ast.unparse, before)), own)
    return rows(eval(ast.unparse(last), own))


def test_there_are_ten_questions_and_most_can_be_asked_in_every_way() -> None:
    found = questions("en")
    assert len(found) == 10
    assert all({"sh", "python", "sql"} <= set(one.ways) <= set(WAYS) for one in found)
    assert sum(set(one.ways) == set(WAYS) for one in found) >= 6


@pytest.mark.parametrize("question", questions("en"), ids=lambda one: one.id)
def test_every_way_gives_the_same_answer(question: Question, names: dict[str, Any]) -> None:
    answers = {way: asked(way, query, names) for way, query in question.ways.items()}
    wanted = sorted(set(answers["python"]))
    assert {way: sorted(found) for way, found in answers.items()} == dict.fromkeys(answers, wanted)


@pytest.mark.parametrize("question", questions("en"), ids=lambda one: one.id)
def test_parquet_and_sqlite_give_the_answer_of_csv(
    question: Question, names: dict[str, Any]
) -> None:
    query = question.ways["sql"]
    wanted = sorted(rows(names["duckdb"].sql(query).fetchall()))
    with duckdb.connect() as connection:
        connection.execute(f"SET file_search_path = '{names['data']}/parquet'")
        found = connection.execute(query.replace(".csv'", ".parquet'")).fetchall()
    assert sorted(rows(found)) == wanted
    named = re.sub(r"'([a-z-]+)\.csv'", lambda table: table[1].replace("-", "_"), query)
    named = named.replace("references", '"references"')
    with closing(sqlite3.connect(names["data"] / sqlite.NAME)) as connection:
        assert sorted(rows(connection.execute(named).fetchall())) == wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answers_shown_are_those_of_today(language: str) -> None:
    assert page(language).read_text("utf-8") == with_answers(language), REMEDY


def test_the_queries_are_the_same_in_every_language() -> None:
    first, second = (questions(language) for language in LANGUAGES)
    assert [(one.id, one.ways) for one in first] == [(one.id, one.ways) for one in second]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_with_the_data_leads_to_the_questions_where_there_are_some(language: str) -> None:
    assert data.has_questions(View(loaded("real"), language))
    assert not data.has_questions(View(loaded("fixture"), "de"))


def test_the_libraries_are_those_that_the_page_names() -> None:
    text = page("en").read_text("utf-8")
    for library in (duckdb, rdflib):
        assert f"pip install {library.__name__}" in text
