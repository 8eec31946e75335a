"""When a build is disturbed: the site that was there stays whole, and the message is clear."""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from kb.base import load
from kb.site.build import BuildError, build_site
from tests.sites import contents, copy, own_environment

linux = pytest.mark.skipif(sys.platform != "linux", reason="takes powers away as Linux does")


def disturbed(root: Path) -> str:
    """What is said when the site of a folder cannot be built."""
    with own_environment(), pytest.raises(BuildError) as caught:
        build_site(load(root), root / "site")
    return str(caught.value)


def old_site(root: Path) -> dict[str, bytes]:
    """A site that was there before."""
    (root / "site" / "de").mkdir(parents=True)
    (root / "site" / "de" / "index.html").write_text("die alte Seite", "utf-8")
    return contents(root / "site")


def leftovers(root: Path) -> list[Path]:
    """The folders of unfinished builds."""
    return list(root.glob(".site-*"))


def started(
    root: Path, first: Callable[[], object] | None = None, command: str = "build"
) -> subprocess.Popen[str]:
    """A command in a process, and a group, of its own, which does something else ``first``."""
    line = [sys.executable, "-m", "kb", command, "--root", str(root)]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        line, stdout=pipe, stderr=pipe, text=True, start_new_session=True, preexec_fn=first
    )


def refused(root: Path, first: Callable[[], object]) -> str:
    """The one line that is said when a build is refused something."""
    process = started(root, first)
    out, said = process.communicate(timeout=240)
    assert (process.returncode, out, said.count("\n")) == (1, "", 1), said
    return said


def like_anyone() -> None:
    """Give up what lets the superuser write and read everything."""
    drop, write_anything, read_anything = 24, 1, 2
    for power in (write_anything, read_anything):
        ctypes.CDLL(None).prctl(drop, power, 0, 0, 0)


def waited_for(root: Path, process: subprocess.Popen[str]) -> None:
    """Wait until a build has begun to write."""
    deadline = time.monotonic() + 60
    while not leftovers(root) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = copy("fixture", tmp_path / "base")
    before = old_site(root)

    def full(content: bytes, path: str) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)

    monkeypatch.setattr("mkdocs.utils.write_file", full)
    assert "No space left on device" in disturbed(root)
    assert contents(root / "site") == before
    assert leftovers(root) == []


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    root = copy("fixture", tmp_path / "base")
    (root / "place").write_text("eine Datei", "utf-8")
    with own_environment(), pytest.raises(BuildError, match=r"the site was not built: .*exists"):
        build_site(load(root), root / "place" / "site")
    assert (root / "place").read_text("utf-8") == "eine Datei"


@linux
@pytest.mark.parametrize("most", [1_000, 30_000, 200_000])
def test_a_disk_that_refuses_at_any_point(tmp_path: Path, most: int) -> None:
    """Each file may have so many bytes: first our own pages fail, then those of MkDocs."""
    root = copy("fixture", tmp_path / "base")
    before = old_site(root)
    limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (most, most))
    assert f": File too large: {root}" in refused(root, limit)
    assert contents(root / "site") == before
    assert leftovers(root) == []


@linux
def test_no_permission(tmp_path: Path) -> None:
    root = copy("fixture", tmp_path / "base")
    before = old_site(root)
    (root / "build").mkdir()
    root.chmod(0o555)
    try:
        assert f"Permission denied: {root}/.site-new-" in refused(root, like_anyone)
    finally:
        root.chmod(0o755)
    assert contents(root / "site") == before


@linux
def test_a_record_that_may_not_be_read(tmp_path: Path) -> None:
    root = copy("fixture", tmp_path / "base")
    before = old_site(root)
    (root / "corpus/studies/alt2009.yml").chmod(0)
    process = started(root, like_anyone)
    _, said = process.communicate(timeout=240)
    assert process.returncode == 1
    assert "corpus/studies/alt2009.yml: error[KB014]: the file cannot be read: Permission" in said
    assert "Traceback" not in said
    assert contents(root / "site") == before


def test_a_record_that_is_changed_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = copy("fixture", tmp_path / "base")
    before = old_site(root)
    settings = root / "corpus" / "knowledge-base.yml"

    def changing(base: object, target: Path) -> None:
        target.mkdir()
        settings.write_bytes(settings.read_bytes() + b"# anders\n")

    monkeypatch.setattr("kb.site.build._mkdocs", changing)
    assert "a record was changed" in disturbed(root)
    assert contents(root / "site") == before


@pytest.mark.parametrize("path", ["docs/de/contribute/index.md.j2", "mkdocs.yml"])
def test_a_page_that_is_changed_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    root = copy("fixture", tmp_path / "base")
    before = old_site(root)

    def changing(base: object, target: Path) -> None:
        target.mkdir()
        (root / path).write_bytes((root / path).read_bytes() + b"\n# anders\n")

    monkeypatch.setattr("kb.site.build._mkdocs", changing)
    assert "a page was changed; build again" in disturbed(root)
    assert contents(root / "site") == before


def test_a_build_that_is_interrupted(tmp_path: Path) -> None:
    root = copy("fixture", tmp_path / "base")
    before = old_site(root)
    process = started(root)
    waited_for(root, process)
    os.killpg(process.pid, signal.SIGINT)
    out, said = process.communicate(timeout=60)
    assert (process.returncode, out, said.strip()) == (130, "", "")
    assert contents(root / "site") == before
    assert leftovers(root) == []


def test_a_killed_build(tmp_path: Path) -> None:
    root = copy("fixture", tmp_path / "base")
    before = old_site(root)
    process = started(root)
    waited_for(root, process)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert contents(root / "site") == before
    assert leftovers(root)
    again = started(root)
    _, said = again.communicate(timeout=120)
    assert again.returncode == 0, said
    assert leftovers(root) == []
    assert "die alte Seite" not in (root / "site/de/index.html").read_text("utf-8")


def test_a_site_that_a_killed_build_had_moved_aside_comes_back(tmp_path: Path) -> None:
    root = copy("fixture", tmp_path / "base")
    before = old_site(root)
    aside = root / ".site-new-x"
    aside.mkdir()
    (root / "site").rename(aside / "old")
    (root / "docs" / "de" / "kaputt.md.j2").write_text("{{", "utf-8")  # nothing new takes its place
    disturbed(root)
    assert contents(root / "site") == before


def test_two_builds_at_once(tmp_path: Path) -> None:
    root = copy("fixture", tmp_path / "base")
    both = [started(root), started(root)]
    said = [process.communicate(timeout=240) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert leftovers(root) == []
    assert said[0][0] == said[1][0]
    assert (root / "site" / "fr" / "index.html").is_file()
