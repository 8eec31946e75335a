"""The cache: never out of date, never in the way, and the same answers with it and without."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from kb import bibliography, remembered
from kb import cache as caches
from kb.cache import Cache
from kb.corpus import read
from kb.folder import REFERENCES, SETTINGS, snapshot
from kb.references import References
from kb.rules import load
from kb.verdict import recall, remember
from tests.conftest import Command
from tests.making import finding, study, write
from tests.strategies import Files, knowledge_bases, lay_out, spoilt
from tests.test_generated import QUICK

FILE = "kb-1.sqlite"
STUDY = "corpus/studies/a.yml"


@pytest.fixture
def store(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A knowledge base of two studies."""
    return write(tmp_path / "base", {"a": study(finding()), "b": study(finding("r2"))})


def replace(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text("utf-8")
    assert old in text
    (root / path).write_text(text.replace(old, new), "utf-8")


def codes(root: Path, store: Cache) -> list[str]:
    return [one.code for one in load(root, cache=store)[1]]


class TestNeverStale:
    @pytest.fixture(autouse=True)
    def warm(self, root: Path, store: Cache) -> None:
        assert codes(root, store) == []
        assert recall(snapshot(root), store) is not None

    def test_a_record_that_changed(self, root: Path, store: Cache) -> None:
        replace(root, STUDY, "- r1", "- r9")
        assert codes(root, store) == ["KB030"]
        replace(root, STUDY, "- r9", "- r1")
        assert codes(root, store) == []

    def test_a_codebook_that_changed(self, root: Path, store: Cache) -> None:
        replace(root, "corpus/codebook/rows.yml", "id: r2", "id: r8")
        assert codes(root, store) == ["KB030"]

    def test_languages_that_changed(self, root: Path, store: Cache) -> None:
        replace(root, SETTINGS, "- sv\n", "- da\n")
        assert set(codes(root, store)) == {"KB024"}

    def test_a_bibliography_that_changed(self, root: Path, store: Cache) -> None:
        replace(root, REFERENCES, "a-1", "a-2")
        assert set(codes(root, store)) == {"KB050", "KB051"}

    def test_a_record_of_another_name(self, root: Path, store: Cache) -> None:
        (root / STUDY).rename(root / "corpus/studies/other.yml")
        corpus, problems = load(root, cache=store)
        assert corpus is not None
        assert (list(corpus.studies), problems) == (["b", "other"], ())

    def test_a_stray_file_and_an_empty_folder_with_a_bad_name(
        self, root: Path, store: Cache
    ) -> None:
        (root / "corpus/studies/c.yaml").write_text("x", "utf-8")
        assert codes(root, store) == ["KB015"]
        (root / "corpus/studies/a b").mkdir()
        assert sorted(codes(root, store)) == ["KB015", "KB016"]

    def test_words_that_a_comment_takes_from_a_text(self, root: Path, store: Cache) -> None:
        replace(root, STUDY, "en: Something", "en: Something is # 2")
        for _ in range(2):
            assert codes(root, store) == ["KB017"]
        replace(root, "corpus/studies/b.yml", "- r2", "- r9")
        assert codes(root, store) == ["KB017", "KB030"]

    def test_a_file_behind_a_link(self, root: Path, store: Cache, tmp_path: Path) -> None:
        shutil.move(root / STUDY, root / "kept.txt")
        (root / STUDY).symlink_to(root / "kept.txt")
        assert codes(root, store) == []
        replace(root, "kept.txt", "- r1", "- r9")
        assert codes(root, store) == ["KB030"]

    def test_another_engine(
        self, root: Path, store: Cache, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(caches, "engine", lambda: b"another")
        assert recall(snapshot(root), store) is None

    def test_what_a_knowledge_base_is_read_from_is_what_was_seen(
        self, root: Path, store: Cache
    ) -> None:
        seen, here = snapshot(root), os.fspath(root)
        opened: list[str] = []

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            if event == "open" and watching and str(arguments[0]).startswith(here):
                opened.append(Path(arguments[0]).relative_to(root).as_posix())

        watching = True
        sys.addaudithook(hook)
        load(root, cache=Cache(None))
        watching = False
        assert set(opened) == set(seen.contents)


class TestEngine:
    @pytest.fixture
    def package(self, tmp_path: Path) -> Path:
        """A copy of the engine."""
        target = tmp_path / "engine" / "kb"
        return shutil.copytree(Path(caches.__file__).parent, target)

    @staticmethod
    def digest(package: Path) -> str:
        code = "from kb.cache import engine; print(engine().hex())"
        environment = {**os.environ, "PYTHONPATH": os.fspath(package.parent)}
        line = [sys.executable, "-B", "-c", code]
        return subprocess.run(
            line, capture_output=True, check=True, text=True, env=environment, cwd=package.parent
        ).stdout

    @pytest.mark.parametrize("name", ["yamlfile.py", "rulebook.yml", "locale/en.yml"])
    def test_a_change_of_its_files_is_another_engine(self, package: Path, name: str) -> None:
        before = self.digest(package)
        assert self.digest(package) == before
        with (package / name).open("a", encoding="utf-8") as file:
            file.write("# more\n")
        assert self.digest(package) != before

    def test_another_package_beside_it_is_another_engine(self, package: Path) -> None:
        before = self.digest(package)
        (package.parent / "pydantic-0.0.0.dist-info").mkdir()
        assert self.digest(package) != before


class TestSame:
    @given(spoilt())
    @QUICK
    def test_with_the_cache_and_without(self, files: Files) -> None:
        with tempfile.TemporaryDirectory() as folder:
            root, store = lay_out(files, Path(folder, "base")), Cache(Path(folder, "cache"))
            plain = load(root, cache=Cache(None))
            assert load(root, cache=store) == plain  # cold
            assert load(root, cache=store) == plain  # warm
            fresh = read(root, cache=Cache(None))
            assert read(root, cache=store) == fresh
            assert repr(fresh[0]) == repr(read(root, cache=store)[0])  # 1 is not 1.0, nor true

    @given(knowledge_bases())
    @QUICK
    def test_of_the_bibliography(self, files: Files) -> None:
        with tempfile.TemporaryDirectory() as folder:
            root, store = lay_out(files, Path(folder, "base")), Cache(Path(folder, "cache"))
            plain, _ = read(root, cache=Cache(None))
            again = [read(root, cache=store)[0] for _ in range(2)][1]
            assert plain is not None
            assert again is not None
            assert again.references == plain.references
            assert list(again.references) == list(plain.references)


class TestFile:
    def test_what_is_put_is_got(self, store: Cache) -> None:
        many = {str(n).encode(): b"x" * n for n in range(1200)}
        store.put("some", many)
        assert store.get("some", list(many)) == many
        assert store.get("others", list(many)) == {}

    @pytest.mark.parametrize("junk", [b"", b"junk" * 500, b"SQLite format 3\0" + b"\xff" * 5000])
    def test_a_damaged_file_is_made_anew(self, store: Cache, tmp_path: Path, junk: bytes) -> None:
        store.put("some", {b"a": b"1"})
        (tmp_path / "cache" / FILE).write_bytes(junk)
        assert store.get("some", [b"a"]) == {}
        store.put("some", {b"a": b"2"})
        store.put("some", {b"a": b"2"})  # the first may only have cleared the way
        assert store.get("some", [b"a"]) == {b"a": b"2"}

    @pytest.mark.parametrize(
        "sql",
        [
            "CREATE TABLE entry (key TEXT, value TEXT, more TEXT)",
            "CREATE TRIGGER t AFTER INSERT ON entry BEGIN DELETE FROM entry; END",
        ],
    )
    def test_a_file_with_another_table_or_a_trigger_is_made_anew(
        self, store: Cache, tmp_path: Path, sql: str
    ) -> None:
        if "TRIGGER" in sql:
            store.put("some", {b"a": b"1"})
        else:
            (tmp_path / "cache").mkdir(mode=0o700)
        with sqlite3.connect(tmp_path / "cache" / FILE) as file:
            file.execute(sql)
        file.close()
        assert store.get("some", [b"a"]) == {}
        store.put("some", {b"a": b"2"})
        assert store.get("some", [b"a"]) == {b"a": b"2"}

    def test_a_value_that_was_changed_is_not_believed(self, store: Cache, tmp_path: Path) -> None:
        store.put("some", {b"a": b"true", b"b": b"kept"})
        with sqlite3.connect(tmp_path / "cache" / FILE) as file:
            for key, value in file.execute("SELECT key, value FROM entry").fetchall():
                changed = bytes(value).replace(b"true", b"fals")
                file.execute("UPDATE entry SET value = ? WHERE key = ?", (changed, key))
        file.close()
        assert b"a" not in store.get("some", [b"a", b"b"])

    def test_the_oldest_go_when_it_is_full(self, tmp_path: Path) -> None:
        store = Cache(tmp_path / "cache", most_bytes=200_000)
        names = [str(n).encode() for n in range(100)]
        for name in names:
            store.put("some", {name: os.urandom(10_000)})
        found = store.get("some", names)
        assert names[-1] in found
        assert names[0] not in found
        assert (tmp_path / "cache" / FILE).stat().st_size < 400_000
        store.put("some", {b"huge": bytes(200_000)})
        assert store.get("some", [b"huge"]) == {}

    def test_one_that_another_process_locks_is_left_alone(
        self, store: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(caches, "_PATIENCE", 0.01)
        store.put("some", {b"a": b"1"})
        other = sqlite3.connect(tmp_path / "cache" / FILE, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        assert store.get("some", [b"a"]) == {}
        store.put("some", {b"a": b"2"})
        other.execute("ROLLBACK")
        other.close()
        assert store.get("some", [b"a"]) == {b"a": b"1"}


class TestPlace:
    def test_no_folder_can_be_made(self, root: Path, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("", "utf-8")
        assert codes(root, Cache(tmp_path / "file" / "cache")) == []

    @pytest.mark.skipif(not hasattr(os, "getuid"), reason="no modes of files here")
    def test_a_folder_that_others_can_write_to_is_not_used(
        self, store: Cache, tmp_path: Path
    ) -> None:
        store.put("some", {b"a": b"1"})
        (tmp_path / "cache").chmod(0o777)
        assert store.get("some", [b"a"]) == {}

    def test_the_variable(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv(caches.VARIABLE, "")
        assert caches.folder() is None
        monkeypatch.setenv(caches.VARIABLE, str(tmp_path))
        assert caches.folder() == tmp_path

    def test_nothing_is_written_to_the_knowledge_base(self, root: Path, command: Command) -> None:
        before = sorted(root.rglob("*"))
        assert command("check", "--root", root).returncode == 0
        assert sorted(root.rglob("*")) == before

    def test_a_cache_in_a_knowledge_base_is_not_looked_at(
        self, root: Path, store: Cache, tmp_path: Path, command: Command
    ) -> None:
        """One that came with a download could say that nothing is wrong."""
        replace(root, STUDY, "- r1", "- r9")
        remember(snapshot(root), True, (), store)
        for place in (".", "build", "corpus", ".cache/evidence-gap-kb", ".evidence-gap-kb"):
            shutil.copytree(tmp_path / "cache", root / place, dirs_exist_ok=True)
        own = str(tmp_path / "own")
        done = command("check", "--root", root, "--format", "json", KB_CACHE=own)
        assert [one["code"] for one in json.loads(done.stdout)] == ["KB030"]


def test_a_check_says_the_same_again(root: Path, tmp_path: Path, command: Command) -> None:
    replace(root, STUDY, "- r1", "- r9")
    own = str(tmp_path / "own")
    one, two, without = (
        command("check", "--root", root, "--format", "json", KB_CACHE=place)
        for place in (own, own, "")
    )
    assert one.stdout == two.stdout == without.stdout
    assert one.returncode == two.returncode == without.returncode == 1
    assert (tmp_path / "own" / FILE).is_file()


HAMMER = """
import os, sys
from pathlib import Path
from kb.cache import Cache
store, number = Cache(Path(sys.argv[1])), sys.argv[2]
for turn in range(60):
    mine = {f"{number} {turn} {n}".encode(): str(turn * n).encode() for n in range(50)}
    both = {f"{turn} {n}".encode(): str(turn * n).encode() for n in range(50)}
    store.put("some", mine | both)
    found = store.get("some", [*mine, *both])
    assert found.items() <= (mine | both).items(), found
    if turn % 20 == 19 and number == "1":
        store.clear()
"""


def test_two_processes_at_once_and_a_file_that_is_deleted_meanwhile(tmp_path: Path) -> None:
    lines = [[sys.executable, "-c", HAMMER, str(tmp_path / "cache"), name] for name in "12"]
    running = [subprocess.Popen(line, stderr=subprocess.PIPE, text=True) for line in lines]
    assert [one.communicate()[1] for one in running] == ["", ""]
    assert [one.returncode for one in running] == [0, 0]
    store = Cache(tmp_path / "cache")
    store.put("some", {b"a": b"1"})
    assert store.get("some", [b"a"]) == {b"a": b"1"}


ENTRIES = [
    f"@book{{b{n},\n title = {{{{B}} {n}}}, author = {{Muster, Anna}}, year = {1990 + n % 9},"
    f" doi = {{10.5555/x{n}}}\n}}\n"
    for n in range(300)
]


def _recalled(text: str, store: Cache) -> object:
    data = text.encode()
    found = remembered.references(data, hashlib.sha256(data).digest(), store)
    assert found == remembered.parsed_references(data)
    assert list(found[0]) == list(remembered.parsed_references(data)[0])
    return found


@pytest.mark.parametrize(
    "added",
    [
        "@book{new, title = {N}, author = {Muster, Anna}, year = 1990}\n",
        "% a comment\n",
        "@book{new, title = {N}, author = {Muster, Anna}, year = 1990, doi = {10.5555/X7}}\n",
        "@book{B7, title = {N}, author = {Muster, Anna}, year = 1990}\n",
        "@book{b7, title = {N}, author = {Muster, Anna}, year = 1990}\n",
        "@book{new, title = {N}\n",
        "@book{new, title = {N\n",
        "book{new, title = {N}}\n",
        '@string{anna = "Muster, Anna"}\n@book{new, title = {N}, author = anna, year = 1990}\n',
    ],
)
@pytest.mark.parametrize("at", [0, 150, 300])
def test_a_changed_bibliography_says_what_it_says_without_a_cache(
    added: str, at: int, store: Cache
) -> None:
    _recalled("".join(ENTRIES), store)
    _recalled("".join([*ENTRIES[:at], added, *ENTRIES[at:]]), store)


def test_only_the_piece_with_a_changed_reference_is_parsed_anew(
    store: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    _recalled("".join(ENTRIES), store)
    parsed: list[str] = []
    piece = bibliography.piece

    def noted(text: str) -> References | None:
        parsed.append(text)
        return piece(text)

    monkeypatch.setattr(bibliography, "piece", noted)
    _recalled("".join(ENTRIES).replace("{B} 150", "{C} 150"), store)
    assert len(parsed) == 1
    assert "{C} 150" in parsed[0]
