"""``kb diff`` between git revisions and folders, and ``kb comment`` on what no one vouches for."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kb import artefact
from kb.cli import app
from kb.revisions import RevisionError, checked_out, resolve
from tests.making import finding, study, write

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="there is no git")


def run(*arguments: object, **environment: str) -> Result:
    return CliRunner().invoke(
        app, [str(one) for one in arguments], env=environment, catch_exceptions=False
    )


def git(root: Path, *arguments: str) -> str:
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    line = ["git", "-c", "user.name=T", "-c", "user.email=t@example.org", *arguments]
    environment = {**os.environ, **quiet}
    done = subprocess.run(line, cwd=root, check=True, capture_output=True, env=environment)
    return done.stdout.decode().strip()


def commit(root: Path, tag: str) -> None:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", tag)
    git(root, "tag", tag)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge base in a folder of a repository: v1 has one study, v2 two, now there are three;
    ``broken`` has a study that is no YAML, ``linked`` one that is a link, ``bare`` nothing."""
    top = tmp_path_factory.mktemp("history")
    git(top, "init", "--quiet", "--initial-branch", "main")
    git(top, "config", "core.autocrlf", "false")
    (top / "README").write_text("A repository\n", "utf-8")
    commit(top, "bare")
    root = top / "base"
    one, two, three = (study(finding(row)) for row in ("r1", "r2", "r3"))
    write(root, {"a": one})
    commit(top, "v1")
    write(root, {"a": one, "b": two})
    commit(top, "v2")
    (root / "corpus/studies/x.yml").write_text("title: [\n", "utf-8")
    commit(top, "broken")
    (root / "corpus/studies/x.yml").unlink()
    (root / "corpus/studies/x.yml").symlink_to("/etc/passwd")
    commit(top, "linked")
    (root / "corpus/studies/x.yml").unlink()
    write(root, {"a": one, "b": two, "c": three})
    return root


class TestDiff:
    def test_a_revision_against_what_is_there_now(self, history: Path) -> None:
        done = run("diff", "v2", "--root", history)
        assert done.exit_code == 0
        assert "Added: studies (1)\n  c | A study\n" in done.stdout
        assert "Label r3 × Label c1 | No study (0) → Thin (1)" in done.stdout

    def test_two_revisions(self, history: Path) -> None:
        found = json.loads(run("diff", "v1", "v2", "--format", "json", "--root", history).stdout)
        assert (found["old"], found["new"]) == ("v1", "v2")
        assert [one["id"] for one in found["added"] if one["kind"] == "study"] == ["b"]
        assert found["crossed"][0] == {"row": "row", "column": "column"}

    def test_backwards_it_is_removed(self, history: Path) -> None:
        done = run("diff", "v2", "v1", "--root", history)
        assert "Removed: studies (1)\n  b | A study\n" in done.stdout

    def test_no_difference_is_no_failure(self, history: Path) -> None:
        done = run("diff", "v1", "v1", "--format", "md", "--language", "sv", "--root", history)
        assert (done.exit_code, done.stdout) == (0, "Inget har ändrats.\n")

    def test_folders_need_no_git(self, history: Path, tmp_path: Path) -> None:
        other = shutil.copytree(history, tmp_path / "other")
        (other / "corpus/studies/c.yml").unlink()
        done = run("diff", other, history, "--language", "sv", PATH="")
        assert "Tillagt: studier (1)" in done.stdout

    def test_markdown_goes_from_and_to(self, history: Path) -> None:
        done = run("diff", "v1", "v2", "--format", "md", "--root", history)
        assert "### Added: studies\n\n- `b` – A study\n" in done.stdout

    @pytest.mark.parametrize(
        ("revision", "message"),
        [
            ("nowhere", "nowhere is neither a folder with a knowledge base nor a revision"),
            ("--output=x", "'--output=x' cannot name a revision"),
            ("v1\nv2", "cannot name a revision"),
            ("linked", "linked has corpus/studies/x.yml, which is no ordinary file"),
        ],
    )
    def test_what_cannot_be_read(self, history: Path, revision: str, message: str) -> None:
        done = run("diff", "--root", history, "--", revision)
        assert (done.exit_code, done.stdout) == (2, "")
        assert message in done.stderr
        assert done.stderr.count("\n") == 1

    def test_a_broken_side_is_told_with_its_problems(self, history: Path) -> None:
        done = run("diff", "v1", "broken", "--root", history)
        assert (done.exit_code, done.stdout) == (1, "")
        first, *_, last = done.stderr.splitlines()
        assert first.startswith("corpus/studies/x.yml:")
        assert last.startswith("broken: ")

    def test_a_revision_without_a_knowledge_base(self, history: Path) -> None:
        done = run("diff", "bare", "--root", history)
        assert done.exit_code == 1
        assert "KB080" in done.stderr

    def test_no_repository(self, fixture_root: Path, tmp_path: Path) -> None:
        root = shutil.copytree(fixture_root, tmp_path / "copy")
        done = run("diff", "HEAD", "--root", root, GIT_CEILING_DIRECTORIES=str(tmp_path.parent))
        assert done.exit_code == 2
        assert "not a git repository" in done.stderr

    def test_no_git(self, history: Path) -> None:
        done = run("diff", "v1", "--root", history, PATH="")
        assert done.exit_code == 2
        assert "git is not installed" in done.stderr

    def test_no_such_language(self, history: Path) -> None:
        done = run("diff", "v1", "--language", "xx", "--root", history)
        assert done.exit_code == 2


class TestRevisions:
    def test_the_folder_is_gone_afterwards(self, history: Path) -> None:
        with checked_out(history, "v1") as folder:
            files = {path.name for path in folder.rglob("*") if path.is_file()}
            assert (folder / "corpus/studies/a.yml").read_bytes()
        assert {"a.yml", "references.bib"} <= files
        assert "b.yml" not in files
        assert not folder.exists()

    def test_a_revision_of_an_older_version_is_brought_to_the_current_one(
        self, tmp_path: Path
    ) -> None:
        root = write(tmp_path, {"a": study(finding())})
        settings = root / "corpus/knowledge-base.yml"
        current = settings.read_bytes()
        settings.write_bytes(current.partition(b"\n")[2])
        git(root, "init", "--quiet")
        commit(root, "old")
        settings.write_bytes(current)
        done = run("diff", "old", "--root", root)
        assert (done.exit_code, done.stderr) == (0, "")

    def test_a_name_that_leads_out_is_refused(self, tmp_path: Path) -> None:
        git(tmp_path, "init", "--quiet")
        blob = _given(tmp_path, b"title: x\n", "hash-object", "-w", "--stdin")
        for name in ("..", "a\\b.yml", "C:x.yml"):
            inner = _given(tmp_path, f"100644 blob {blob}\tx.yml\n".encode(), "mktree")
            entry = f"040000 tree {inner}\t{name}\n"
            if name.endswith(".yml"):
                entry = f"100644 blob {blob}\t{name}\n"
            corpus = _given(tmp_path, entry.encode(), "mktree")
            top = _given(tmp_path, f"040000 tree {corpus}\tcorpus\n".encode(), "mktree")
            bad = git(tmp_path, "commit-tree", top, "-m", "bad")
            with (
                pytest.raises(RevisionError, match="no ordinary file"),
                checked_out(tmp_path, bad),
            ):
                raise AssertionError
        assert not list(tmp_path.rglob("x.yml"))

    def test_a_tree_is_no_revision(self, history: Path) -> None:
        with pytest.raises(RevisionError, match="neither a folder"):
            resolve(history, "v1:base")


def _given(root: Path, content: bytes, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=root, input=content, check=True, capture_output=True
    )
    return done.stdout.decode().strip()


@pytest.fixture(scope="module")
def written(history: Path) -> str:
    """What ``kb diff --format json`` wrote."""
    return run("diff", "v1", "--format", "json", "--root", history).stdout


def archive(path: Path, **members: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name.replace("_", "."), content)
    return path


class TestComment:
    def test_bare_or_in_an_archive(self, written: str, tmp_path: Path) -> None:
        bare = tmp_path / "bare"
        bare.write_text(written, "utf-8")
        packed = archive(tmp_path / "a.zip", changes_json=written)
        one, other = run("comment", bare), run("comment", packed)
        assert one.exit_code == other.exit_code == 0
        assert one.stdout == other.stdout
        assert one.stdout.startswith("<!-- kb comment -->\n## What this changes in the evidence\n")
        assert "- `c` – A study" in one.stdout

    def test_the_preview_and_the_language(self, written: str, tmp_path: Path) -> None:
        packed = archive(tmp_path / "a.zip", changes_json=written)
        address = "https://example.org/1"
        done = run("comment", packed, "--language", "sv", "--preview", address)
        assert f"[Förhandsvisning av webbplatsen](<{address}>)" in done.stdout
        assert "Tillagt: studier" in done.stdout

    def test_names_in_the_artefact_are_not_shown(self, written: str, tmp_path: Path) -> None:
        false = {**json.loads(written), "old": "@all", "new": "<img>"}
        packed = archive(tmp_path / "a.zip", changes_json=json.dumps(false))
        done = run("comment", packed).stdout
        assert "@" not in done
        assert "<img" not in done

    @pytest.mark.parametrize(
        "members",
        [
            {},
            {"other_json": "{}"},
            {"changes_json": "{}", "more": ""},
            {"..//changes_json": "{}"},
            {"changes_json": "[]"},
            {"changes_json": '{"old": "a", "new": "b", "pull_request": 7}'},
            {"changes_json": '{"old": "a", "new": "b", "added": [{"kind": "script"}]}'},
            {"changes_json": " " * (artefact.MOST + 1)},
            {"changes_json": "[" * 100_000},
        ],
    )
    def test_anything_else_is_refused(self, members: dict[str, str], tmp_path: Path) -> None:
        done = run("comment", archive(tmp_path / "a.zip", **members))
        assert (done.exit_code, done.stdout) == (1, "")
        assert done.stderr.count("\n") == 1

    def test_an_archive_that_lies_about_its_size(self, tmp_path: Path) -> None:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
            made.writestr(artefact.NAME, "0" * (artefact.MOST * 4))
        path = tmp_path / "a.zip"
        size = (artefact.MOST * 4).to_bytes(4, "little")
        path.write_bytes(packed.getvalue().replace(size, (9).to_bytes(4, "little")))
        done = run("comment", path)
        assert (done.exit_code, done.stdout) == (1, "")

    @pytest.mark.parametrize("packing", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
    def test_an_unusual_packing(self, packing: int, written: str, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "a.zip", "w", packing) as made:
            made.writestr(artefact.NAME, written)
        done = run("comment", tmp_path / "a.zip")
        assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (1, "", 1)

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        assert run("comment", tmp_path / "none").exit_code == 1

    def test_a_broken_archive(self, tmp_path: Path) -> None:
        (tmp_path / "a.zip").write_bytes(b"PK\x03\x04 and nothing that follows")
        done = run("comment", tmp_path / "a.zip")
        assert (done.exit_code, done.stderr) == (1, "the archive cannot be read\n")
