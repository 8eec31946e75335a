"""Built sites as fixtures; test modules register this one with ``pytest_plugins``."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from kb.base import load
from kb.site.build import build_site
from tests.sites import SOURCES, Site, copy, own_environment


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Site]:
    """The sites of the knowledge bases; each is built when it is first asked for."""

    class Sites(dict[str, Site]):
        def __missing__(self, name: str) -> Site:
            root = copy(name, tmp_path_factory.mktemp(name) / "base")
            base = load(root)
            with own_environment():
                self[name] = Site(name, base, build_site(base, root / "site").folder)
            return self[name]

    return Sites()


@pytest.fixture(scope="session", params=sorted(SOURCES))
def site(request: pytest.FixtureRequest, sites: Mapping[str, Site]) -> Site:
    """The built site of the real knowledge base, and that of the made-up one."""
    return sites[request.param]
