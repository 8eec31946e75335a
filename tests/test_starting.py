"""`kb init`: a knowledge base that works at once, made whole or not at all, over nothing."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import kb
from kb import rules, starting
from kb.cli import app
from kb.formatting import format_files
from kb.starting import STARTER, Start, StartError, installed_from, start
from kb.writing import WritingError, write_all
from kb.yamlwriter import notes_of
from tests.sites import own_environment

ROOT = Path(__file__).resolve().parents[1]
ENGINE = "evidence-gap-kb==0"


def run(*arguments: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [*map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def contents(root: Path) -> dict[str, bytes]:
    return {str(f.relative_to(root)): f.read_bytes() for f in root.rglob("*") if f.is_file()}


# --- what it makes --------------------------------------------------------------------------------


@pytest.mark.parametrize("languages", [("en",), ("sv", "en"), ("en", "da"), ("fo", "de")])
def test_it_is_sound_at_once(tmp_path: Path, languages: tuple[str, ...]) -> None:
    root = tmp_path / "deep" / "new"
    options = [part for one in languages for part in ("--language", one)]
    code, out, err = run("init", root, *options, "--engine", ENGINE)
    assert code == 0
    assert out == f"{len(contents(root))} files -> {root}\n"
    assert "kb check" in err
    assert run("check", "--root", root) == (0, "", "no problems\n")
    assert run("fmt", "--check", "--root", root)[:2] == (0, "")
    assert run("schema", "--check", "--root", root)[:2] == (0, "")
    base = kb.load(root)
    assert base.corpus.languages == languages
    assert not base.studies()
    assert {path.name for path in (root / "docs").iterdir()} == {*languages, "schema"}


def test_it_builds_at_once_in_languages_that_engine_and_theme_lack(tmp_path: Path) -> None:
    """Faroese is known to neither, Danish to the theme only: what is missing is English."""
    root = tmp_path / "new"
    start(root, Start("Bøkur & <b>", ["fo", "da", "sv"], ENGINE))
    with own_environment():
        code, out, err = run("build", "--root", root)
    assert (code, err) == (0, "")
    assert re.search(r"^\d+ pages in fo, da, sv -> ", out)
    for language, word in (("fo", "Contribute"), ("da", "Contribute"), ("sv", "Bidra")):
        page = (root / f"site/{language}/contribute/index.html").read_text("utf-8")
        assert f'<html lang="{language}"' in page
        assert re.findall(r'lang="(\w+)" aria-current="true"', page) == [language]
        assert word in page
        assert "Bøkur &amp; &lt;b&gt;" in page
        assert "<b>" not in page


def test_its_own_tests_pass_and_fail_when_they_should(tmp_path: Path) -> None:
    root = tmp_path / "new"
    start(root, Start(None, ["en", "sv"], ENGINE))
    line = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    passed = subprocess.run(line, cwd=root, capture_output=True, text=True, check=False)
    assert "3 passed" in passed.stdout, passed.stdout + passed.stderr
    topics = root / "corpus/codebook/topics.yml"
    text = topics.read_text("utf-8")
    topics.write_text(text.replace("first-topic", "another-topic"), "utf-8")
    (root / "corpus/studies").mkdir()
    (root / "corpus/studies/x.yml").write_text("title: x\n", "utf-8")
    failed = subprocess.run(line, cwd=root, capture_output=True, text=True, check=False)
    assert "3 failed" in failed.stdout, failed.stdout
    assert "run make format" in failed.stdout


def test_the_title_stands_where_it_is_read(tmp_path: Path) -> None:
    title = """Benches: "a" & 'b' – #1"""
    start(tmp_path / "new", Start(title, ["en", "da"], ENGINE))
    settings = kb.load(tmp_path / "new").settings
    assert settings.title == settings.short_title == {"en": title, "da": title}
    assert (tmp_path / "new/README.md").read_text("utf-8").startswith(f"# {title}\n")
    site = yaml.safe_load((tmp_path / "new/mkdocs.yml").read_text("utf-8"))
    assert site["site_name"] == title


def test_every_guiding_comment_is_kept(tmp_path: Path) -> None:
    start(tmp_path / "new", Start("x", ["de"], ENGINE))
    for file in sorted((STARTER / "corpus").rglob("*.yml")):
        text = (tmp_path / "new" / file.relative_to(STARTER)).read_text("utf-8")
        comments = notes_of(file.read_text("utf-8")).texts()
        assert notes_of(text).texts() == comments
        assert comments[1:], f"{file.name} guides no one"


def test_what_git_and_github_look_for_has_its_name(tmp_path: Path) -> None:
    start(tmp_path / "new", Start(None, ["en"], ENGINE))
    made = set(contents(tmp_path / "new"))
    assert {
        ".gitignore", ".github/workflows/check.yml", ".github/workflows/pages.yml", "Makefile",
        "README.md", "mkdocs.yml", "references.bib", "requirements.txt", "tests/test_records.py",
        "docs/en/contribute/index.md.j2", "docs/schema/study.json", "corpus/knowledge-base.yml",
    } <= made  # fmt: skip
    assert not [name for name in made if "dot-" in name or "__pycache__" in name]


def test_the_same_is_made_each_time(tmp_path: Path) -> None:
    for name in ("one", "two"):
        start(tmp_path / name, Start("x", ["sv", "en"], ENGINE))
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_what_the_makefile_runs_is_there(tmp_path: Path) -> None:
    """Each target, with the environment of these tests in the place of its own."""
    if not shutil.which("make"):
        pytest.skip("there is no make")
    root = tmp_path / "new"
    start(root, Start(None, ["en"], ENGINE))
    (root / ".venv/bin").mkdir(parents=True)
    for name in ("kb", "python"):
        program = Path(sys.executable).with_name(name)
        (root / f".venv/bin/{name}").write_text(f'#!/bin/sh\nexec {program} "$@"\n', "utf-8")
        (root / f".venv/bin/{name}").chmod(0o755)
    (root / ".venv/.ready").touch()
    for target, says in (
        ("check", "no problems"),
        ("test", "3 passed"),
        ("site", "pages in en"),
        ("format", ""),
        ("help", "make serve"),
        ("clean", ""),
    ):
        done = subprocess.run(
            ["make", target], cwd=root, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert says in done.stdout + done.stderr
    assert not (root / "site").exists()


# --- what is in the way ---------------------------------------------------------------------------


@pytest.mark.parametrize("there", ["README.md", "corpus", "docs", ".github", "references.bib"])
def test_nothing_is_overwritten(tmp_path: Path, there: str) -> None:
    root = tmp_path / "mine"
    root.mkdir()
    if "." in there[1:]:
        (root / there).write_text("mine\n", "utf-8")
    else:
        (root / there / "inner").mkdir(parents=True)
    before = contents(root)
    code, out, err = run("init", root)
    assert (code, out) == (1, "")
    assert err == f"nothing was written: {root} has {there} already; name another folder\n"
    assert contents(root) == before
    assert [path.name for path in root.iterdir()] == [there]


def test_a_folder_with_a_repository_and_a_licence_will_do(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "LICENSE").write_text("mine\n", "utf-8")
    assert run("init", tmp_path)[0] == 0
    assert (tmp_path / "LICENSE").read_text("utf-8") == "mine\n"
    assert run("check", "--root", tmp_path)[0] == 0
    assert run("init", tmp_path)[0] == 1


@pytest.mark.parametrize("nth", [1, 2, 20])
def test_a_failed_write_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    real, calls = os.replace, []

    def refuse(source: Any, target: Any) -> None:
        calls.append(target)
        if len(calls) == nth:
            raise OSError(28, "No space left on device")
        real(source, target)

    monkeypatch.setattr(os, "replace", refuse)
    code, out, err = run("init", tmp_path / "a" / "b")
    assert (code, out) == (1, "")
    assert err == "nothing was written: No space left on device\n"
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine\n", "utf-8")
    for folder in (tmp_path / "file", tmp_path / "file" / "new"):
        code, _, err = run("init", folder)
        assert code == 1
        assert err.startswith("nothing was written: ")
        assert err.count("\n") == 1
    assert (tmp_path / "file").read_text("utf-8") == "mine\n"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--language", "../x"), "../x is no code of a language; write one as en or pt-BR"),
        (("--language", "EN"), "EN is no code of a language"),
        (("--language", "en", "--language", "en"), "the language en stands twice"),
        (("--title", " "), "the title must be a text on one line"),
        (("--title", "¡–"), "the title must be a text on one line, with a letter or a digit"),
        (("--title", "a\nb"), "the title must be a text on one line"),
        (("--engine", "a\n--index-url x"), "the engine must be a requirement on one line"),
    ],
)
def test_wrong_usage_is_explained(tmp_path: Path, options: tuple[str, ...], says: str) -> None:
    code, out, err = run("init", tmp_path / "new", *options)
    assert (code, out) == (2, "")
    assert says in err
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    "engine",
    [
        "", "kb", "kb==1", "evidence-gap-kb==main", "evidence-gap-kb @ ../kb", "-e .",
        "./evidence_gap_kb-0.1.0-py3-none-any.whl", "https://example.org/kb.whl",
        "evidence-gap-kb # of today", "evidence-gap-kb -r others.txt",
    ],
)  # fmt: skip
def test_an_engine_that_is_none_is_refused(tmp_path: Path, engine: str) -> None:
    """Each kind of requirement is shown, in a form that is taken."""
    code, out, err = run("init", tmp_path / "new", "--engine", engine)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert not (tmp_path / "new").exists()
    shown = re.findall(r'"([^"]+)"', err)
    assert len(shown) == 3
    for one in shown:
        Start(None, ["en"], one)


@pytest.mark.parametrize(
    "engine",
    [
        "evidence-gap-kb", "Evidence_Gap.KB[shards] >= 0.1", "evidence-gap-kb @ file:///x/kb.whl",
        "evidence-gap-kb @ git+ssh://git@example.org/kb@v1#subdirectory=kb",
        "evidence-gap-kb @ https://${TOKEN}@example.org/kb.whl",
    ],
)  # fmt: skip
def test_an_engine_as_pip_takes_it(tmp_path: Path, engine: str) -> None:
    start(tmp_path, Start(None, ["en"], engine))
    assert f"{engine}\n" in (tmp_path / "requirements.txt").read_text("utf-8")


@settings(deadline=None, max_examples=25)
@given(title=st.text(max_size=40), language=st.text("aå-Zz0./", max_size=6) | st.just("da"))
@example(title=",", language="da")
def test_whatever_is_given_it_is_sound_or_refused(
    tmp_path_factory: pytest.TempPathFactory, title: str, language: str
) -> None:
    root = tmp_path_factory.mktemp("any") / "new"
    with contextlib.suppress(StartError):
        start(root, Start(title, [language], ENGINE))
        assert not rules.load(root)[1]
        assert format_files(root, (), write=False) == ([], [])


# --- where the engine comes from ------------------------------------------------------------------


class _Installed:
    """An installation as pip notes it."""

    def __init__(self, origin: str | None) -> None:
        self._origin = origin

    def read_text(self, name: str) -> str | None:
        assert name == "direct_url.json"
        return self._origin


@pytest.mark.parametrize(
    ("origin", "source", "here"),
    [
        (None, f"evidence-gap-kb=={kb.__version__}", ""),
        ('{"url": "file:///home/x.whl", "archive_info": {}}',
         f"evidence-gap-kb=={kb.__version__}", "file:///home/x.whl"),
        ('{"url": "https://example.org/x.whl", "archive_info": {}}',
         "evidence-gap-kb @ https://example.org/x.whl", ""),
        ('{"url": "https://example.org/x.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}}',
         "evidence-gap-kb @ git+https://example.org/x.git@abc", ""),
    ],
)  # fmt: skip
def test_the_engine_comes_from_where_this_one_came(
    monkeypatch: pytest.MonkeyPatch, origin: str | None, source: str, here: str
) -> None:
    monkeypatch.setattr(starting, "distribution", lambda name: _Installed(origin))
    assert installed_from() == (source, here)


def test_no_one_is_left_to_guess_that_an_index_is_asked(tmp_path: Path) -> None:
    """A name that an index does not have, or that another takes there, would be a trap."""
    _, _, err = run("init", tmp_path / "one")
    _, here = installed_from()
    assert (f'--engine "evidence-gap-kb @ {here}"' in err) == bool(here)
    _, _, err = run("init", tmp_path / "two", "--engine", "evidence-gap-kb @ https://example.org/x")
    assert "index" not in err
    text = (tmp_path / "two/requirements.txt").read_text("utf-8")
    assert "evidence-gap-kb @ https://example.org/x\n" in text


# --- the starter ----------------------------------------------------------------------------------


def test_the_starter_is_a_sound_knowledge_base_itself() -> None:
    corpus, problems = rules.load(STARTER)
    assert corpus is not None
    assert list(problems) == []
    assert format_files(STARTER, (), write=False) == ([], [])


def test_its_site_is_configured_as_this_one() -> None:
    ours, theirs = (
        yaml.safe_load((root / "mkdocs.yml").read_text("utf-8")) for root in (ROOT, STARTER)
    )
    for one in (ours, theirs):
        del one["site_name"], one["theme"]["icon"]
        for palette in one["theme"]["palette"]:
            del palette["toggle"]["name"]
    assert theirs == ours


def test_nothing_of_another_subject_is_in_it() -> None:
    text = b"".join(path.read_bytes() for path in STARTER.rglob("*") if path.is_file())
    for word in (b"trust", b"tillit", b"relationship", b"TBSL"):
        assert word.lower() not in text.lower()


def test_an_unusable_starter_is_never_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = shutil.copytree(STARTER, tmp_path / "starter")
    (broken / "corpus/codebook/kinds.yml").unlink()
    monkeypatch.setattr(starting, "STARTER", broken)
    with pytest.raises(kb.CorpusError):
        start(tmp_path / "new", Start(None, ["en"], ENGINE))
    assert not (tmp_path / "new").exists()


def test_two_at_once_do_not_mix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that appears while the folder is being made stays as it is."""
    root = tmp_path / "new"

    def late(folder: Path, changes: Any) -> None:
        (folder / "README.md").write_text("theirs\n", "utf-8")
        write_all(folder, changes)

    monkeypatch.setattr(starting, "write_all", late)
    with pytest.raises(WritingError, match=r"README.md is there already"):
        start(root, Start(None, ["en"], ENGINE))
    assert contents(root) == {"README.md": b"theirs\n"}
