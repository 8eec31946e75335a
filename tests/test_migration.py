"""`kb migrate`: older knowledge bases in the form of today, all of one or nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

import kb
from kb import migration
from kb.cli import app
from kb.folder import SETTINGS
from kb.migration import CURRENT, FIELD
from tests.making import finding, study, write

FIXTURE = Path(__file__).with_name("fixture")


def run(root: Path, *options: str, command: str = "migrate") -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [command, *options, "--root", str(root)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def contents(root: Path) -> dict[str, bytes]:
    return {str(f.relative_to(root)): f.read_bytes() for f in root.rglob("*") if f.is_file()}


def settings(root: Path, old: str, new: str) -> None:
    text = (root / SETTINGS).read_text("utf-8")
    assert old in text
    (root / SETTINGS).write_text(text.replace(old, new, 1), "utf-8")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The made-up knowledge base as it was before its settings named a version."""
    root = tmp_path / "old"
    shutil.copytree(FIXTURE, root)
    settings(root, f"{FIELD}: {CURRENT}\n", "")
    return root


def test_what_has_no_version_gets_one_and_nothing_else_changes(old: Path) -> None:
    assert run(old, command="check")[0] == 1
    before = contents(old)
    code, out, err = run(old)
    assert code == 0
    assert out == (
        "version 0 to 1: The settings name the version; nothing else changes.\n"
        f"changed {SETTINGS}\n"
    )
    assert "kb check" in err
    after = contents(old)
    assert after[SETTINGS] == (FIXTURE / SETTINGS).read_bytes()
    assert {name for name in after if after[name] != before.get(name)} == {SETTINGS}
    assert kb.load(old).settings.schema_version == CURRENT


def test_a_second_run_changes_nothing(old: Path) -> None:
    run(old)
    before = contents(old)
    assert run(old) == (0, f"nothing to do: this is version {CURRENT}\n", "")
    assert contents(old) == before


def test_a_dry_run_says_the_same_and_writes_nothing(old: Path) -> None:
    before = contents(old)
    code, dry, _ = run(old, "--dry-run")
    assert code == 0
    assert contents(old) == before
    assert dry.replace("would change", "changed") == run(old)[1]


@pytest.mark.parametrize("command", ["migrate", "check", "build"])
def test_a_newer_version_is_refused(old: Path, command: str) -> None:
    settings(old, "title:", f"{FIELD}: {CURRENT + 1}\ntitle:")
    before = contents(old)
    code, out, err = run(old, command=command)
    assert code == 1
    assert f"is of version {CURRENT + 1}; this kb reads version {CURRENT}" in out + err
    assert "newer release of the engine" in out + err
    assert contents(old) == before


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("schema_version: one\n", "must be a whole number"),
        ("schema_version: -1\n", "must be a whole number"),
        ("title: [\n", "KB004"),
        ("", "KB003"),
        ("# nothing\n", "KB003"),
        ("{title: x}\n", "write schema_version: 1 at its top"),
    ],
)
def test_settings_that_cannot_be_used_are_explained(old: Path, content: str, says: str) -> None:
    (old / SETTINGS).write_text(content, "utf-8")
    before = contents(old)
    code, out, err = run(old)
    assert (code, out) == (1, "")
    assert says in err
    assert err.count("\n") == 1
    assert contents(old) == before


def test_where_there_is_no_knowledge_base(tmp_path: Path) -> None:
    code, _, err = run(tmp_path)
    assert code == 1
    assert f"there is no {SETTINGS}" in err


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_comments_and_line_endings_stay(old: Path, ending: str) -> None:
    text = "# About it\n\n# The title\n" + (old / SETTINGS).read_text("utf-8")
    (old / SETTINGS).write_bytes(text.replace("\n", ending).encode())
    run(old)
    changed = (old / SETTINGS).read_bytes().decode()
    assert changed.replace(f"{FIELD}: {CURRENT}{ending}", "", 1) == text.replace("\n", ending)


def test_a_later_step_is_one_function(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if version 2 called a locator a place, and kept a list of what had been renamed."""

    def renamed(files: Mapping[str, str]) -> Mapping[str, str]:
        """Places have another name."""
        made = {
            path: text.replace("locator:", "place:")
            for path, text in files.items()
            if path.startswith("corpus/studies/") and "locator:" in text
        }
        return {**made, "corpus/renamed.txt": "".join(f"{path}\n" for path in sorted(made))}

    def unneeded(files: Mapping[str, str]) -> Mapping[str, str]:
        """Nothing is done twice."""
        assert "place:" in files["corpus/studies/alt2009.yml"]
        return {}

    monkeypatch.setattr(migration, "STEPS", (*migration.STEPS, renamed, unneeded))
    monkeypatch.setattr(migration, "CURRENT", 3)
    before = contents(old)
    code, out, _ = run(old)
    assert code == 0
    assert "version 1 to 2: Places have another name.\n" in out
    after = contents(old)
    assert f"{FIELD}: 3\n".encode() in after[SETTINGS]
    assert after[SETTINGS].count(FIELD.encode()) == 1
    assert b"locator:" not in b"".join(
        text for name, text in after.items() if name.startswith("corpus/studies/")
    )
    assert after["corpus/gaps/wer-zaehlt.yml"] == before["corpus/gaps/wer-zaehlt.yml"]
    assert b"alt2009" in after["corpus/renamed.txt"]
    assert run(old)[1] == "nothing to do: this is version 3\n"


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_failed_write_leaves_all_as_it_was(
    old: Path, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    def longer(files: Mapping[str, str]) -> Mapping[str, str]:
        """Two more files change."""
        names = ("corpus/studies/alt2009.yml", "corpus/gaps/wer-zaehlt.yml")
        return {name: files[name] + "# longer\n" for name in names}

    monkeypatch.setattr(migration, "STEPS", (longer,))
    before, real, calls = contents(old), os.replace, []

    def refuse(source: Path, target: Path) -> None:
        calls.append(target)
        if len(calls) == nth:
            raise PermissionError(13, "Permission denied")
        real(source, target)

    monkeypatch.setattr(os, "replace", refuse)
    code, out, err = run(old)
    assert (code, out, err) == (1, "", "nothing was written: Permission denied\n")
    assert contents(old) == before


def test_a_link_is_not_written_through(old: Path, tmp_path: Path) -> None:
    (old / SETTINGS).rename(tmp_path / "elsewhere.yml")
    (old / SETTINGS).symlink_to(tmp_path / "elsewhere.yml")
    code, _, err = run(old)
    assert code == 1
    assert "is a link" in err


def test_both_forms_of_a_record_are_read_alike(tmp_path: Path) -> None:
    """What a script sees of a migrated knowledge base is what it saw of one made today."""
    new = write(tmp_path / "new", {"a": study(finding())})
    shutil.copytree(new, tmp_path / "old")
    settings(tmp_path / "old", f"{FIELD}: {CURRENT}\n", "")
    run(tmp_path / "old")
    assert kb.load(tmp_path / "old").settings == kb.load(new).settings
