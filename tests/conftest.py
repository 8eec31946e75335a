"""What the tests share: the made-up knowledge base, copies of it, and the command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import kb
from kb.cache import VARIABLE

HERE = Path(__file__).parent
Command = Callable[..., "subprocess.CompletedProcess[str]"]

# How fast a test runs says more about the machine than about the code.
settings.register_profile("kb", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kb")


@pytest.hookimpl(optionalhook=True, wrapper=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """Browsers, servers and other processes are often waited for: one more uses that time."""
    return (yield) + 1


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What the tests read is remembered, but not among what the user has."""
    os.environ[VARIABLE] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def repo_root() -> Path:
    """The folder of the real knowledge base."""
    return HERE.parent


@pytest.fixture(scope="session")
def fixture_root() -> Path:
    """The folder of the made-up knowledge base; to be read only."""
    return HERE / "fixture"


@pytest.fixture
def copy(fixture_root: Path, tmp_path: Path) -> Path:
    """A copy of the made-up knowledge base, to be changed at will."""
    return shutil.copytree(fixture_root, tmp_path / "copy")


@pytest.fixture(scope="session")
def base(fixture_root: Path) -> kb.KnowledgeBase:
    """The made-up knowledge base, loaded."""
    return kb.load(fixture_root)


@pytest.fixture(scope="session")
def command() -> Command:
    """Runs ``kb`` with some arguments in a process of its own, and gives what came of it."""

    def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "kb", *map(str, arguments)]
        variables = {**os.environ, **environment}
        return subprocess.run(
            line, capture_output=True, check=False, encoding="utf-8", env=variables
        )

    return run
