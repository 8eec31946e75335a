"""What is made beside the first language: it is waited for, told of when it fails, and stopped."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from mkdocs.exceptions import PluginError

from kb import halves
from kb.base import load
from kb.halves import can_fork
from kb.site.beside import SPAWN, Beside
from kb.site.data import ON_SITE, Later
from kb.site.heard import telling
from kb.site.plugin import data_beside
from tests.sites import ROOT, copy


def writes(tell: Connection, path: Path) -> None:
    """Writes something down."""
    path.write_text("done")


def fails(tell: Connection) -> None:
    """Fails in a way that is told."""
    with telling(tell, "data"):
        raise OSError("no room")


def warns(tell: Connection) -> None:
    """Fails after warnings, which say more."""
    with telling(tell, "sv", ["a link leads nowhere"]):
        raise PluginError("gave up")


def dies(tell: Connection) -> None:
    """Ends without a word."""
    os._exit(3)


def sleeps(tell: Connection) -> None:
    """Takes longer than any test."""
    time.sleep(600)


def waits(tell: Connection, path: Path) -> None:
    """Writes down that it is there, and once more when nobody can speak to it any longer."""
    path.touch()
    with suppress(EOFError):
        tell.recv()
    path.write_text("alone")


@pytest.fixture(params=["copies", "with threads", "elsewhere"], autouse=True)
def system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The ways in which a process can begin: as a copy, if this one may be copied, or anew."""
    end = threading.Event()
    if request.param == "with threads":
        threading.Thread(target=end.wait).start()
        assert not can_fork()
    if request.param == "elsewhere":
        monkeypatch.setattr(halves, "THREADS", Path("/nowhere"))
        assert not can_fork()
    yield
    end.set()


def test_all_are_waited_for(tmp_path: Path) -> None:
    beside = Beside()
    for name in ("one", "two"):
        beside.start(name, writes, tmp_path / name)
    assert beside
    assert beside.wait() == ""
    assert [(tmp_path / name).read_text() for name in ("one", "two")] == ["done", "done"]


def die_first(folder: Path) -> None:
    """Begins two that wait for a word, and dies without one."""
    beside = Beside()
    for name in ("one", "two"):
        beside.start(name, waits, folder / name)
    while not all((folder / name).exists() for name in ("one", "two")):
        time.sleep(0.05)
    os.write(1, b"copied\n" if can_fork() else b"anew\n")
    os._exit(0)


def test_none_waits_for_one_that_has_died(tmp_path: Path) -> None:
    code = "from pathlib import Path; from tests.test_beside import die_first; "
    line = [sys.executable, "-c", f"{code} die_first(Path({str(tmp_path)!r}))"]
    # All that it began have its output, too: this ends when the last of them has.
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout == ("copied\n" if sys.platform == "linux" else "anew\n")
    assert [(tmp_path / name).read_text() for name in ("one", "two")] == ["alone", "alone"]


@pytest.mark.parametrize(
    ("work", "said"),
    [(fails, "data: no room"), (warns, "a link leads nowhere"), (dies, "part: could not be built")],
)
def test_a_failure_is_told(work: object, said: str) -> None:
    beside = Beside()
    beside.start("part", work)  # type: ignore[arg-type]
    assert beside.wait() == said


def test_nothing_is_left_running() -> None:
    beside = Beside()
    beside.start("long", sleeps)
    beside.stop()
    assert beside.wait()


def test_a_place_for_the_data_that_is_none_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "api").write_text("a file where a folder must be")
    beside = Beside()
    beside.start("data", data_beside, load(copy("fixture", tmp_path / "base")), tmp_path, [])
    assert "data: " in beside.wait()


def test_a_language_that_has_failed_does_not_stop_the_data(tmp_path: Path) -> None:
    gone, heard = SPAWN.Pipe(duplex=False)
    gone.close()
    there, other = SPAWN.Pipe(duplex=False)
    beside = Beside()
    base = load(copy("fixture", tmp_path / "base"))
    beside.start("data", data_beside, base, tmp_path / "site", [heard, other])
    for one in (heard, other):
        one.close()
    assert {one.format for one in Later(there.recv)} == {*ON_SITE}
    assert beside.wait() == ""
    assert (tmp_path / "site" / "api").is_dir()


def test_data_that_is_not_made_is_told_to_the_languages(tmp_path: Path) -> None:
    root = copy("fixture", tmp_path / "base")
    (root / "build").write_text("a file where a folder must be")
    heard, told = SPAWN.Pipe(duplex=False)
    beside = Beside()
    beside.start("data", data_beside, load(root), tmp_path / "site", [told])
    told.close()
    with pytest.raises(EOFError):
        len(Later(heard.recv))
    assert "data: " in beside.wait()
