"""The walk-through on the page on contributing: from a clone to a checked record and its diff.

What the page shows is run, file by file and command by command, in a clone of this repository.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sites import ROOT

PAGES = {language: ROOT / f"docs/{language}/contribute/index.md.j2" for language in ("en", "sv")}
KB = Path(sys.executable).with_name("kb")
"""The command as it is installed here, so that the clone gets no environment of its own."""


def blocks(language: str) -> list[tuple[str, str]]:
    """The blocks of the walk-through: their kind, and what is in them."""
    text = (
        PAGES[language].read_text("utf-8").partition("{ #walk-through }")[2].partition("\n## ")[0]
    )
    return re.findall(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def commands(block: str) -> list[tuple[str, list[str]]]:
    """The commands of a transcript without their times, each with the lines that it prints."""
    found: list[tuple[str, list[str]]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:].partition("  #")[0].strip(), []))
        elif line != "  ...":
            found[-1][1].append(line)
    return found


def told(command: str, folder: Path) -> list[str]:
    """The lines that a command prints in a folder, standard error included."""
    command = command.replace("make check", "kb check").replace(".venv/bin/", "")
    command = re.sub(r"^kb\b", f"'{KB}'", command)
    done = subprocess.run(
        command, shell=True, cwd=folder, capture_output=True, check=False, encoding="utf-8"
    )
    assert "Traceback" not in done.stderr
    return [*done.stdout.splitlines(), *done.stderr.splitlines()]


def test_both_pages_show_the_same() -> None:
    assert blocks("en") == blocks("sv")
    assert [kind for kind, _ in blocks("en")] == ["text", "console", "yaml", "console", "console"]


@pytest.mark.skipif(
    not (ROOT / ".git").exists() or not shutil.which("git"), reason="this is no clone"
)
def test_what_is_shown_is_what_happens(tmp_path: Path) -> None:
    (_, work), (_, begin), (_, filled), (_, check), (_, end) = blocks("en")
    (tmp_path / "work.ris").write_text(work, "utf-8")
    clone, record = tmp_path / "kb", tmp_path / "kb/corpus/studies/ek2024.yml"
    (cloning, _), *begun = commands(begin)
    assert cloning == "git clone ADDRESS kb; cd kb"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    for command, lines in begun:
        assert told(command, clone) == lines
    assert record.read_text("utf-8").count("\n# findings, required: ") == 1
    record.write_text(filled, "utf-8")
    for command, lines in commands(check):
        assert told(command, clone) == lines
    wrong, right = re.findall(r"no outcome (\w+); did you mean (\w+)\?", check)[0]
    record.write_text(filled.replace(wrong, right), "utf-8")
    for command, lines in commands(end):
        printed = told(command, clone)
        assert [line for line in lines if line not in printed] == [], "\n".join(printed)
    changed = subprocess.run(
        ["git", "status", "--short"], cwd=clone, capture_output=True, check=True, encoding="utf-8"
    )
    assert changed.stdout == " M references.bib\n?? corpus/studies/ek2024.yml\n"
