"""The generated pages belong to no generator: Zensical builds the same ones."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.sites import ROOT, Site, own_environment

pytest_plugins = ["tests.site_fixtures"]


@pytest.fixture(scope="module")
def zensical() -> str:
    """The program; it has an environment of its own, since it shares no requirement with ours."""
    found = os.environ.get("KB_ZENSICAL") or ROOT / ".venv-zensical" / "bin" / "zensical"
    path = shutil.which(str(found))
    if path is None:
        pytest.skip(
            f"no Zensical at {Path(found).name}: .ci/run installs one, or name it in KB_ZENSICAL"
        )
    return path


def test_zensical_makes_the_same_pages(zensical: str, sites: Mapping[str, Site]) -> None:
    site = sites["fixture"]
    build = site.base.corpus.root / "build"
    for language in site.languages:
        command = [zensical, "build", "--strict", "--config-file", f"zensical.{language}.yml"]
        with own_environment():
            done = subprocess.run(command, cwd=build, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        made = build / "zensical" / language
        pages = (page.parent.relative_to(made).as_posix() for page in made.rglob("index.html"))
        assert sorted("" if page == "." else f"{page}/" for page in pages) == site.pages_of(
            language
        )
        home = (made / "index.html").read_text("utf-8")
        assert f'<html lang="{language}"' in home
        assert 'class="kb-cell' in home
