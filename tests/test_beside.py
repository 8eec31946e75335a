"""What is made beside the first language: it is waited for, told of when it fails, and stopped."""

from __future__ import annotations

import os
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from mkdocs.exceptions import PluginError

from kb.site.beside import Beside
from kb.site.plugin import data_beside, telling


def writes(tell: Connection, path: str) -> None:
    """Writes down what it waited for."""
    Path(path).write_text(tell.recv())


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


def test_all_get_the_word_and_are_waited_for(tmp_path: Path) -> None:
    beside = Beside()
    for name in ("one", "two"):
        beside.start(name, writes, str(tmp_path / name))
    assert beside
    beside.send("word")
    assert beside.wait() == ""
    assert [(tmp_path / name).read_text() for name in ("one", "two")] == ["word", "word"]


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


def test_data_of_a_broken_knowledge_base_are_a_failure(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "mkdocs.yml").write_text("site_name: x\n")
    beside = Beside()
    beside.start("data", data_beside, str(tmp_path / "mkdocs.yml"), str(tmp_path / "site"))
    assert "corpus/knowledge-base.yml" in beside.wait()
