"""The records keep to the rules and to their form, and editors know today's codebook."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import kb

ROOT = Path(__file__).resolve().parents[1]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "kb", *arguments, "--root", str(ROOT)]
    return subprocess.run(line, capture_output=True, text=True, check=False)


def test_the_records_keep_to_the_rules() -> None:
    base = kb.load(ROOT)  # raises an error that names every problem
    assert [str(warning) for warning in base.warnings] == []


def test_the_records_are_in_their_form() -> None:
    done = run("fmt", "--check")
    assert done.returncode == 0, f"run make format: {done.stdout}{done.stderr}"


def test_the_schemas_have_the_terms_of_the_codebook() -> None:
    done = run("schema", "--check")
    assert done.returncode == 0, f"run make format: {done.stdout}{done.stderr}"
