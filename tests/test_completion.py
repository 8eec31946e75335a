"""What the shell offers on TAB: asked for as bash, zsh and fish do."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kb.cli import main
from kb.completion import _rejoined

REAL = Path(__file__).resolve().parent.parent
BASH = shutil.which("bash")


def offered(*words: str, cwd: Path = REAL, shell: str = "complete_bash") -> list[str]:
    """What follows the words of a line, the last of which is being typed."""
    asked = {
        "_KB_COMPLETE": shell,
        "COMP_WORDS": "\n".join(words),
        "COMP_CWORD": str(len(words) - 1),
        "_TYPER_COMPLETE_ARGS": " ".join(words),
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    out = io.StringIO()
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.chdir(cwd),
        contextlib.redirect_stdout(out),
        contextlib.suppress(SystemExit),
    ):
        patch.setattr(sys, "argv", ["kb"])
        for name, value in asked.items():
            patch.setenv(name, value)
        main()
    return out.getvalue().splitlines()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("gap",), ["gaps"]),
        (("gaps", "--status", ""), ["open", "narrowed", "closed"]),
        (("gaps", "--status", "open,n"), ["open,narrowed"]),
        (("claims", "--confidence", "very"), ["very-low"]),
        (("matrix", "rel"), ["relationship"]),
        (("matrix", "relationship", "out"), ["outcome"]),
        (("matrix", "relationship", "outcome", "--state", "em"), ["empty"]),
        (("codebook", "uni"), ["unit"]),
        (("studies", "--language", ""), ["en", "sv"]),
        (("studies", "--where", "country", "="), ["SE", "DK", "NO", "FI", "IS"]),
        (("studies", "--where", "country", "=", "SE,D"), ["SE,DK"]),
        (
            ("studies", "--where", "countr"),
            ["country=SE", "country=DK"],
        ),
        (("studies", "--where", "direct"), ["directness=", "direction="]),
        (("gaps", "--where", "direction"), []),
        (("studies", "--where", "country", "=", "SE", "--where", "basis", "=", "f"), ["full-text"]),
        (("show", "bentzen2016#control"), ["bentzen2016#control-felt-as-support-when-shared"]),
        (("show", "country/N"), ["country/NO"]),
        (("show", "references/siverbo2022"), ["references/siverbo2022"]),
        (("show", "tbsl-is-el"), ["tbsl-is-elusive"]),
        (("show", "no-such-record"), []),
        (("gaps", "--root", "http://127.0.0.1:9/", "--where", ""), []),
    ],
)
def test_words(words: tuple[str, ...], expected: list[str]) -> None:
    assert offered("kb", *words)[: len(expected) or 1] == expected


@pytest.mark.parametrize("shell", ["complete_fish", "complete_zsh"])
def test_other_shells_take_the_whole_word(shell: str) -> None:
    shown = "\n".join(offered("kb", "studies", "--where", "country=S", shell=shell))
    assert "country=SE" in shown
    assert "country=DK" not in shown


def test_the_knowledge_base_is_the_one_of_the_line(tmp_path: Path) -> None:
    fixture = str(REAL / "tests/fixture")
    assert "habitat=" in offered("kb", "studies", "--root", fixture, "--where", "")
    assert "alt2009" in offered("kb", "show", "--root", fixture, "alt")
    assert offered("kb", "show", "", cwd=tmp_path) == []


@pytest.mark.parametrize(
    ("words", "at", "expected"),
    [
        (["kb", "a", "=", "b"], 3, (["kb", "a=b"], 1)),
        (["kb", "a", "="], 2, (["kb", "a="], 1)),
        (["kb", "--where", "=", "a", "=", "b", "x"], 6, (["kb", "--where=a=b", "x"], 2)),
        (["kb", "--where", "a", "=", "b", "x"], 2, (["kb", "--where", "a=b", "x"], 2)),
        (["kb"], 1, (["kb"], 1)),
        (["kb", ""], 1, (["kb", ""], 1)),
    ],
)
def test_words_that_bash_split(words: list[str], at: int, expected: tuple[list[str], int]) -> None:
    assert _rejoined(words, at) == expected


@pytest.mark.skipif(BASH is None, reason="no bash")
def test_in_a_real_bash(tmp_path: Path) -> None:
    """With the script that the command itself prints."""
    assert BASH is not None
    kb = tmp_path / "kb"
    kb.write_text(f"#!{sys.executable}\nfrom kb.cli import main\nmain()\n")
    kb.chmod(0o755)
    script = (
        'eval "$(kb --show-completion bash)"; COMP_WORDS=(kb studies --where country = N); '
        'COMP_CWORD=5; _kb_completion kb; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [BASH, "-c", script], cwd=REAL, env={**os.environ, "PATH": path}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("NO\n", "")
