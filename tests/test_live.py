"""The live site: what is made when it is asked for is what a build makes, whatever has changed."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.context import SpawnProcess
from pathlib import Path

import pytest

from kb.base import load
from kb.site import data
from kb.site.behind import Behind
from kb.site.live import Live, Titles
from kb.site.plugin import Part, build_part
from tests.sites import contents, copy, own_environment
from tests.test_site import get, wait_for

URL = "http://127.0.0.1:8000/"
WHOLE = {"404.html", "search/search_index.json", "sitemap.xml", "sitemap.xml.gz"}
"""What takes all pages, and is built behind the live site."""

STUDY = "corpus/studies/alt2009.yml"
GAP = "corpus/gaps/larven-an-waenden.yml"
CITY = """\
  - id: berg
    label: {de: Bergstadt, fr: Ville-Haute}
    definition: {de: Eine erfundene Stadt am Berg., fr: Une ville inventée sur la colline.}
"""


def _another_study(root: Path) -> None:
    text = (root / STUDY).read_text("utf-8").replace("reports: [alt2009]", "reports: [neu2020]")
    (root / "corpus/studies/neu2020.yml").write_text(text, "utf-8")
    entry = "\n@misc{neu2020,\n author={Neu, Nele},\n title={Neues},\n year={2020}\n}\n"
    with (root / "references.bib").open("a", encoding="utf-8") as file:
        file.write(entry)


def _in_study(old: str, new: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        text = (root / STUDY).read_text("utf-8")
        assert old in text
        (root / STUDY).write_text(text.replace(old, new), "utf-8")

    return change


def _no_gap(root: Path) -> None:
    (root / GAP).unlink()


def _a_term(root: Path) -> None:
    with (root / "corpus/codebook/cities.yml").open("a", encoding="utf-8") as file:
        file.write(CITY)


def _a_page(root: Path) -> None:
    for language in ("de", "fr"):
        path = root / "docs" / language / "thema" / "index.md.j2"
        path.parent.mkdir()
        path.write_text("# Thema {{ view.corpus.studies | length }}\n\n## Teil\n", "utf-8")
        (path.parent / "mehr.md").write_text("# Mehr\n\n[Thema](index.md)\n", "utf-8")


CHANGES: Sequence[Callable[[Path], None]] = (
    _another_study,
    _in_study("Erfundene alte Zählung", "Umbenannte Zählung"),
    _in_study("direction: describes", "direction: harms"),
    _no_gap,
    _a_term,
    _a_page,
)


def test_whatever_changes_it_is_the_site_that_a_build_makes(tmp_path: Path) -> None:
    root, titles = copy("fixture", tmp_path / "base"), Titles()
    chance = random.Random(1)
    before: set[str] = set()
    with own_environment() as environment:
        environment.setenv("SOURCE_DATE_EPOCH", "0")
        order = chance.sample(CHANGES, len(CHANGES))
        for number in range(0, len(order), 2):
            for change in order[number : number + 2]:
                change(root)
            made = _built(root, tmp_path / f"site-{number}")
            live = Live(load(root), root / "mkdocs.yml", URL, titles)
            names = sorted(made)
            chance.shuffle(names)  # what was asked for earlier makes no difference
            assert [name for name in names if live.content(name) != made[name]] == []
            assert [name for name in before - made.keys() if live.content(name) is not None] == []
            before = set(made)


def _built(root: Path, output: Path) -> dict[str, bytes]:
    """What a whole build makes for the live site's address."""
    base = load(root)
    told = data.make(base)
    for language in base.corpus.languages:
        part = Part(base, language, output, told)
        build_part(part, str(root / "mkdocs.yml"), URL, strict=True, guarded=False)
    made = contents(output)
    return {name: own for name, own in made.items() if name.partition("/")[2] not in WHOLE}


def test_an_interrupt_waits_until_a_build_has_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, told = copy("fixture", tmp_path / "base"), list[str]()
    start = SpawnProcess.start

    def interrupted(process: SpawnProcess) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        start(process)

    monkeypatch.setattr(SpawnProcess, "start", interrupted)
    behind = Behind(root / "mkdocs.yml", URL, told.append)
    try:
        with pytest.raises(KeyboardInterrupt):
            behind.begin()
        assert behind.content("de/search/search_index.json", wait=True)
        assert told == []
    finally:
        behind.close()


# --- A real server -------------------------------------------------------------------------------


def command(root: Path, address: str) -> list[str]:
    """What starts the server."""
    return [sys.executable, "-m", "kb", "serve", "--root", str(root), "--address", address]


@contextmanager
def served(root: Path, log: Path, temporary: Path) -> Iterator[str]:
    """The address of ``kb serve``, which must end well."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    temporary.mkdir()
    environment = {**os.environ, "TMPDIR": str(temporary), "PYTHONUNBUFFERED": "1"}
    with log.open("w") as output:
        process = subprocess.Popen(
            command(root, address), env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            yield f"http://{address}/"
            assert process.poll() is None, log.read_text()
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0, log.read_text()
        finally:
            process.kill()
            process.wait()


def test_the_server_follows_what_changes(tmp_path: Path) -> None:
    root, log = copy("fixture", tmp_path / "base"), tmp_path / "log"
    study, page = root / STUDY, root / "docs/de/contribute/index.md.j2"
    whole, written = study.read_text("utf-8"), page.read_text("utf-8")
    with served(root, log, tmp_path / "tmp") as url:

        def shows(address: str, text: str) -> Callable[[], bool]:
            return lambda: text in get(f"{url}{address}")

        wait_for(shows("", "hreflang"), "no root page", log)
        assert 'lang="fr"' in get(f"{url}fr/")
        assert "livereload" in get(f"{url}de/studies/alt2009")  # by way of the address with a slash
        assert get(f"{url}de/nowhere/") == ""

        _in_study("Erfundene alte Zählung", "Neuerdings")(root)
        wait_for(shows("de/studies/alt2009/", "Neuerdings"), "no change", log)
        assert "Neuerdings" in get(f"{url}api/v1/studies.json")
        assert "Neuerdings" in get(f"{url}data/csv/studies.csv")
        wait_for(shows("de/search/search_index.json", "Neuerdings"), "not to be found", log)
        assert get(f"{url}de/sitemap.xml")

        study.write_text(whole.replace("kind:", "knid:"), "utf-8")
        wait_for(shows("de/studies/alt2009/", "knid"), "the error is not shown", log)
        assert 'role="alert"' in get(f"{url}fr/")
        assert "Neuerdings" in get(f"{url}de/studies/alt2009/")
        assert "alt2009.yml:3:1: error" in log.read_text()

        study.write_text(whole, "utf-8")
        wait_for(shows("de/studies/alt2009/", "alte Zählung"), "not mended", log)
        assert 'role="alert"' not in get(f"{url}de/studies/alt2009/")

        broken = page.with_name("broken.md.j2")
        broken.write_text("# Kaputt\n\n{{ broken( }}\n", "utf-8")
        wait_for(shows("de/", "docs/de/contribute/broken.md.j2:3"), "not shown", log)
        broken.unlink()
        page.write_text(f"{written}\n[Tot](fehlt.md)\n", "utf-8")
        wait_for(lambda: "fehlt.md" in log.read_text(), "the dead link is not told", log)
        assert 'role="alert"' not in get(f"{url}de/")

        _another_study(root)
        wait_for(shows("fr/studies/neu2020/", "<h1"), "no new page", log)
        (root / "corpus/studies/neu2020.yml").unlink()
        wait_for(lambda: not get(f"{url}fr/studies/neu2020/"), "the page is still there", log)
    assert list((tmp_path / "tmp").iterdir()) == []
    assert "Traceback" not in log.read_text()


def test_an_address_that_is_taken(tmp_path: Path) -> None:
    root = copy("fixture", tmp_path / "base")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        done = subprocess.run(
            command(root, address), capture_output=True, check=False, timeout=60, encoding="utf-8"
        )
    assert done.returncode == 1
    assert f"the site cannot be served at {address}: Address already in use" in done.stderr
    assert "Traceback" not in done.stderr
