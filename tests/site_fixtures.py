"""Built sites as fixtures; test modules register this one with ``pytest_plugins``."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from filelock import FileLock

from kb.base import load
from kb.site.build import build_site
from tests.sites import SOURCES, Site, copy, own_environment


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Site]:
    """The sites of the knowledge bases; each is built when it is first asked for, once for all the
    processes that run the tests."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # this process has a folder of its own in that of all
        folder = folder.parent

    class Sites(dict[str, Site]):
        def __missing__(self, name: str) -> Site:
            root = folder / f"{name}-base"
            with FileLock(folder / f"{name}.lock"):
                if not (root / "site").is_dir():
                    _build(name, root)
            self[name] = Site(name, load(root), root / "site")
            return self[name]

    return Sites()


def _build(name: str, root: Path) -> None:
    shutil.rmtree(root, ignore_errors=True)  # what a build that failed has left
    with own_environment():
        build_site(load(copy(name, root)), root / "site")


@pytest.fixture(scope="session", params=sorted(SOURCES))
def site(request: pytest.FixtureRequest, sites: Mapping[str, Site]) -> Site:
    """The built site of the real knowledge base, and that of the made-up one."""
    return sites[request.param]
