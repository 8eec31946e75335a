"""The guide for those who adopt the engine, followed to the letter; the example that it makes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import kb
from kb.agreement import agreement
from kb.formatting import format_files
from kb.schema import files as schemas
from kb.site.build import build_site
from kb.stats import count
from tests.sites import own_environment

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples/benches"


def steps(language: str) -> list[str]:
    """The blocks of commands of the guide, in the order in which they stand there."""
    text = (ROOT / f"docs/{language}/contribute/adopt/index.md").read_text("utf-8")
    return re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def base() -> kb.KnowledgeBase:
    return kb.load(EXAMPLE)


def test_both_guides_have_the_same_commands() -> None:
    assert steps("en") == steps("sv") != []


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash")
def test_the_guide_makes_the_example(tmp_path: Path, base: kb.KnowledgeBase) -> None:
    """Every command but those that install: `.ci/run` follows these, too, with a wheel."""
    install, *rest = steps("en")
    assert "pip install" in install
    assert not any("pip " in step for step in rest)
    shutil.copytree(
        ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("build")
    )
    bin = tmp_path / "bin"
    bin.mkdir()
    (bin / "kb").write_text(f'#!/bin/sh\nexec {sys.executable} -m kb "$@"\n', "utf-8")
    (bin / "kb").chmod(0o755)
    variables = {**os.environ, "PATH": f"{bin}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "".join(rest)],
        cwd=tmp_path, env=variables, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    made = kb.load(tmp_path / "benches")
    assert made.warnings == base.warnings == ()
    for name in ("settings", "codebook", "studies", "claims", "gaps", "candidates"):
        assert getattr(made.corpus, name) == getattr(base.corpus, name)
    assert made.corpus.second_codings == base.corpus.second_codings
    assert {key: one.title for key, one in made.references.items()} == {
        key: one.title for key, one in base.references.items()
    }
    for file in sorted((EXAMPLE / "corpus").rglob("*.yml")):
        own = tmp_path / "benches" / file.relative_to(EXAMPLE)
        assert own.read_bytes() == file.read_bytes()
    assert (tmp_path / "benches/site/en/index.html").is_file()
    says = done.stdout + done.stderr
    assert "warning[KB097]" in says  # as the guide tells
    assert "nothing to do: this is version" in says


def test_the_example_is_sound_and_in_its_form(base: kb.KnowledgeBase) -> None:
    assert base.warnings == ()
    assert format_files(EXAMPLE, (), write=False) == ([], [])
    for name, text in schemas(base.settings, base.codebook).items():
        assert (EXAMPLE / "docs/schema" / name).read_text("utf-8") == text


def test_the_totals_of_the_example_are_those_it_tells(base: kb.KnowledgeBase) -> None:
    text = (EXAMPLE / "README.md").read_text("utf-8")
    told = {
        name: int(n) for name, n in re.findall(r"^\| ([a-z]+) \| (\d+) \|$", text, re.MULTILINE)
    }
    counts = count(base)
    assert told == {name: counts[name] for name in told}
    assert set(told) == {"studies", "findings", "claims", "gaps", "candidates", "references"}
    outcome, direction = agreement(base.corpus)
    assert f"{outcome.agreed} of {outcome.units} outcomes" in text
    assert f"{direction.agreed} of {direction.units} directions" in text
    assert f"(Cohen's kappa {outcome.kappa:.2f} and {direction.kappa:.2f})" in text


def test_no_one_can_take_it_for_real(base: kb.KnowledgeBase) -> None:
    assert "demonstration" in base.settings.title["en"]
    assert "invented" in base.settings.short_title["en"]
    for study in base.studies():
        assert "invented" in study.coding.locator
    assert "**Everything in this folder is invented**" in (EXAMPLE / "README.md").read_text("utf-8")


def test_the_example_builds_in_its_one_language(tmp_path: Path) -> None:
    root = shutil.copytree(EXAMPLE, tmp_path / "base")
    with own_environment():
        built = build_site(kb.load(root), tmp_path / "site")
    about = (built.folder / "en/about/index.html").read_text("utf-8")
    assert "Everything here is invented" in about
    assert "kb-languages" not in about  # there is none to choose
    assert [
        path.name for path in built.folder.iterdir() if path.is_dir() and len(path.name) == 2
    ] == ["en"]
