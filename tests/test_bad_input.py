"""Hostile and careless input: everything is told in one run, and nothing is raised or built."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import kb
from kb.rules import load

REFERENCES = "references.bib"
GOOD = """\
title: {de: Erfunden, fr: Inventé}
reports: [REPORT]
kind: experiment
directness: field-trial
tags: {habitat: [balcony], city: [NO]}
coding:
  basis: full-text
  source: REPORT
  locator: S. 1
  coders: [probe]
  date: "2024-01-01"
findings:
  - id: one
    statement: {de: Erfunden., fr: Inventé.}
    direction: helps
    tags: {effect: [visits]}
    locator: S. 2
"""
ENTRY = """
@book{REPORT,
  title = {Erfunden},
  author = {Niemand, N.},
  year = {2001}
}
"""
BOMB = "a: &a [x, x]\n" + "".join(
    f"{after}: &{after} [*{before}, *{before}, *{before}, *{before}]\n"
    for before, after in zip("abcdefghi", "bcdefghij", strict=True)
)


@dataclass(frozen=True)
class Bad:
    """One bad study: what is put in the place of what in a good one, and what must be told.

    Without ``old`` all of the file is ``new``. ``place`` is ``line:column``.
    """

    name: str
    old: str
    new: str | bytes
    code: str
    place: str
    told: str

    @property
    def path(self) -> str:
        """Where the study lies in the broken copy."""
        return f"corpus/studies/bad/{self.name}.yml"

    def content(self) -> bytes:
        """What the file holds."""
        if not self.old:
            return self.new if isinstance(self.new, bytes) else self.new.encode()
        good, old = GOOD.encode(), self.old.encode()
        assert good.count(old) == 1
        new = self.new if isinstance(self.new, bytes) else self.new.encode()
        return good.replace(old, new).replace(b"REPORT", self.name.encode())


BAD = [
    Bad("unknown-key", "kind:", "knd: x\nkind:", "KB020", "3:1", "did you mean kind?"),
    Bad("unknown-term", "balcony", "balkony", "KB030", "5:18", "did you mean balcony?"),
    Bad("missing-field", "directness: field-trial\n", "", "KB021", "1:1", "add directness: ..."),
    Bad("wrong-type", "[NO]", "NO", "KB022", "5:28", "write [NO]"),
    Bad("key-twice", "kind:", "kind: essay\nkind:", "KB005", "4:1", "keep one of them"),
    Bad("unknown-report", "[REPORT]", "[unknown-reprot]", "KB050", "2:11", "mean unknown-report?"),
    Bad("tab", "  basis", "\tbasis", "KB004", "7:1", "indent with spaces"),
    Bad("latin-1", "Invent\xe9}", b"Invent\xe9}", "KB001", "1:33", "save the file as UTF-8"),
    Bad("null-byte", "S. 1", "S.\0 1", "KB002", "9:14", "delete it"),
    Bad("empty", "", "", "KB003", "1:1", "write its fields, or delete the file"),
    Bad("list", "", "- a\n- b\n", "KB011", "1:1", "write `field: value`"),
    Bad("scalar", "", "just words\n", "KB011", "1:1", "write `field: value`"),
    Bad("two-documents", "kind:", "---\nkind:", "KB006", "3:1", "move it to its own file"),
    Bad("alias-bomb", "", BOMB, "KB007", "2:4", "write the value out"),
    Bad("deep", "", "a: " + "[" * 20_000, "KB008", "1:53", "close the brackets, or nest less"),
    Bad(
        "python-tag",
        "helps",
        "!!python/object:os.x {}",
        "KB009",
        "15:16",
        "delete !!python/object:os.x",
    ),
    Bad("impossible", "[visits]", "[hive-weight]", "KB060", "13:5", "remove one of the two"),
]


@pytest.fixture(scope="module")
def broken(fixture_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the made-up knowledge base with every kind of bad file in it at once."""
    root = shutil.copytree(fixture_root, tmp_path_factory.mktemp("broken") / "base")
    good = "".join(ENTRY.replace("REPORT", bad.name) for bad in BAD if bad.old)
    good += ENTRY.replace("REPORT", "doppelt")
    (root / "corpus/studies/bad").mkdir()
    for bad in BAD:
        (root / bad.path).write_bytes(bad.content())
    for folder in ("a", "b"):
        study = root / "corpus/studies" / folder / "doppelt.yml"
        study.parent.mkdir()
        study.write_text(GOOD.replace("REPORT", "doppelt"), "utf-8")
    (root.parent / "secret.yml").write_text("password: 1\n", "utf-8")
    (root / "corpus/studies/link.yml").symlink_to(root.parent / "secret.yml")
    with (root / REFERENCES).open("a", encoding="utf-8") as file:
        file.write(good + ENTRY.replace("REPORT", "unused") + "\n@book{broken\n  title = {x}\n}\n")
    (root / "site").mkdir()
    (root / "site/index.html").write_text("the old site", "utf-8")
    return root


@pytest.fixture(scope="module")
def checked(
    broken: Path, command: Callable[..., subprocess.CompletedProcess[str]]
) -> list[dict[str, Any]]:
    """What one run of ``kb check`` tells of it."""
    result = command("check", "--root", broken, "--format", "json")
    assert result.returncode == 1
    assert result.stderr == ""
    problems: list[dict[str, Any]] = json.loads(result.stdout)
    return problems


def about(problems: list[dict[str, Any]], path: str) -> list[tuple[str, str, str]]:
    return [
        (p["code"], f"{p['line']}:{p['column']}" if p["line"] else "", p["severity"])
        for p in problems
        if p["path"] == path
    ]


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_bad_study(bad: Bad, checked: list[dict[str, Any]]) -> None:
    told = about(checked, bad.path)
    assert told[0] == (bad.code, bad.place, "error")
    assert len(told) == 1 or bad.name == "alias-bomb"
    problem = next(p for p in checked if p["path"] == bad.path)
    assert bad.told in problem["hint"]


def test_id_in_two_folders(checked: list[dict[str, Any]]) -> None:
    assert about(checked, "corpus/studies/a/doppelt.yml") == []
    assert about(checked, "corpus/studies/b/doppelt.yml") == [("KB040", "1:1", "error")]


def test_link_out_of_the_corpus(checked: list[dict[str, Any]]) -> None:
    assert about(checked, "corpus/studies/link.yml") == [("KB013", "1:1", "error")]
    assert not any("password" in str(problem) for problem in checked)


def test_references(broken: Path, checked: list[dict[str, Any]]) -> None:
    lines = (broken / REFERENCES).read_text("utf-8").split("\n")
    unused, malformed = lines.index("@book{unused,") + 1, lines.index("@book{broken") + 1
    assert about(checked, REFERENCES) == [
        ("KB051", f"{unused}:1", "warning"),
        ("KB052", f"{malformed}:1", "error"),
    ]


def test_nothing_else_is_told(checked: list[dict[str, Any]]) -> None:
    expected = {bad.path for bad in BAD} | {
        "corpus/studies/b/doppelt.yml",
        "corpus/studies/link.yml",
        REFERENCES,
    }
    assert {problem["path"] for problem in checked} == expected


def test_as_text_each_problem_is_one_line(
    broken: Path, command: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    result = command("check", "--root", broken)
    assert result.returncode == 1
    lines = result.stdout.splitlines()
    assert "corpus/studies/bad/unknown-term.yml:5:18: error[KB030]: tags.habitat.0: " in "".join(
        line for line in lines if "unknown-term" in line
    )
    assert all("error[KB" in line or "warning[KB" in line for line in lines)
    assert result.stderr.splitlines()[0].endswith(" errors, 1 warning")


def test_what_is_built_already_stays(
    broken: Path, command: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    before = snapshot(broken)
    result = command("build", "--root", broken)
    assert result.returncode == 1
    assert result.stdout == ""
    assert "error[KB030]" in result.stderr
    assert "Traceback" not in result.stderr
    assert snapshot(broken) == before


def snapshot(root: Path) -> dict[str, tuple[int, bytes]]:
    files = [path for path in root.rglob("*") if path.is_file()]
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def test_a_warning_alone_does_not_fail(
    copy: Path, command: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    with (copy / REFERENCES).open("a", encoding="utf-8") as file:
        file.write(ENTRY.replace("REPORT", "unused"))
    result = command("check", "--root", copy)
    assert (result.returncode, result.stderr.splitlines()[0]) == (0, "1 warning")
    assert "references.bib:" in result.stdout
    assert "warning[KB051]: unused: " in result.stdout


def test_norway_is_a_country(base: kb.KnowledgeBase) -> None:
    assert base.corpus.studies["selbst2020"].tags["city"] == ("NO",)
    assert [study.id for study in base.studies(city="NO")] == ["selbst2020"]


def test_a_folder_without_a_knowledge_base(
    tmp_path: Path, command: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    result = command("check", "--root", tmp_path)
    assert result.returncode == 1
    assert "corpus/knowledge-base.yml: error[KB080]" in result.stdout
    assert "Traceback" not in result.stderr


FILES = ["corpus/knowledge-base.yml", "corpus/codebook/habitats.yml", REFERENCES]
STUDY = "corpus/studies/2010s/muster2015.yml"
SCRAPS = ["[", "]", "{", "}", ": ", "- ", "\n", "\n  ", "null", "[]", "{}", "1", "&a ", "*a", '"']


@given(
    st.sampled_from([*FILES, STUDY, STUDY, STUDY]),
    st.lists(
        st.tuples(st.integers(0, 2_500), st.integers(0, 60), st.sampled_from(SCRAPS) | st.text()),
        min_size=1,
        max_size=4,
    ),
)
@example(STUDY, [(0, 9_999, "")])
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_no_change_of_a_file_raises(
    copy: Path, fixture_root: Path, path: str, changes: list[tuple[int, int, str]]
) -> None:
    text = (fixture_root / path).read_text("utf-8")
    for start, length, new in changes:
        text = text[:start] + new + text[start + length :]
    (copy / path).write_bytes(text.encode("utf-8", "replace"))
    _, problems = load(copy)
    assert all(problem.hint and problem.message for problem in problems)
    assert all(len(str(problem).splitlines()) == 1 for problem in problems)
    (copy / path).write_bytes((fixture_root / path).read_bytes())
