"""Reading a knowledge base: the real one is without problems, and the same files give the same."""

from __future__ import annotations

import dataclasses
import gc
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pydantic
import pytest

import kb
from kb import yamlfile
from kb.corpus import Corpus, read
from kb.folder import sources
from kb.places import within
from kb.problems import Problem
from kb.rules import load

REAL = Path(__file__).parent.parent
RECORDS = [path for path in sources(REAL) if path.endswith(".yml")]


@pytest.fixture(scope="module")
def real() -> tuple[Corpus | None, tuple[Problem, ...]]:
    """The real knowledge base with its problems."""
    return load(REAL)


@pytest.mark.parametrize("path", [*RECORDS, "references.bib"])
def test_real_file(path: str, real: tuple[Corpus | None, tuple[Problem, ...]]) -> None:
    if path.endswith(".yml"):
        value, problems = yamlfile.parse((REAL / path).read_bytes(), path)
        assert isinstance(value, dict)
        assert problems == []
    assert [str(problem) for problem in real[1] if problem.path == path] == []


def test_real_corpus(real: tuple[Corpus | None, tuple[Problem, ...]]) -> None:
    corpus, problems = real
    assert problems == ()
    assert corpus is not None
    files = [path for path in RECORDS if path.startswith("corpus/studies/")]
    assert sorted(study.path for study in corpus.studies.values()) == files
    assert len(files) >= 20


def test_made_up_corpus(base: kb.KnowledgeBase) -> None:
    corpus = base.corpus
    assert base.warnings == ()
    assert corpus.languages == ("de", "fr")
    assert list(corpus.studies) == sorted(corpus.studies)
    assert len(corpus.studies) == 9
    muster = corpus.studies["muster2015"]
    assert muster.path == "corpus/studies/2010s/muster2015.yml"
    assert [report.key for report in corpus.reports(muster)] == ["muster2015", "muster2018"]
    assert corpus.year(muster) == 2015


def test_tags_of_a_finding_replace_those_of_its_study(base: kb.KnowledgeBase) -> None:
    muster = base.corpus.studies["muster2015"]
    visits, species, _ = (muster.tags_of(finding) for finding in muster.findings)
    assert visits["habitat"] == ("extensive-roof",)
    assert species["habitat"] == ("intensive-roof",)
    assert species["city"] == muster.tags["city"] == ("musterstadt",)


def test_same_content_is_read_alike_whatever_the_order_of_its_files(
    fixture_root: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    files = [path for path in fixture_root.rglob("*") if path.is_file()]
    for path in sorted(files, reverse=True):
        target = other / path.relative_to(fixture_root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    one, two = read(fixture_root)[0], read(other)[0]
    assert one is not None
    assert two is not None
    assert list(one.studies.items()) == list(two.studies.items())
    assert list(one.codebook.facets.items()) == list(two.codebook.facets.items())
    assert list(one.references.items()) == list(two.references.items())
    assert kb.load(fixture_root).fingerprint == kb.load(other).fingerprint


def test_problems_come_in_the_same_order_in_every_process(
    copy: Path, command: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    study = copy / "corpus/studies/alt2009.yml"
    study.write_text(study.read_text("utf-8").replace("courtyard", "a, b, c") + "x: 1\n", "utf-8")
    (copy / "corpus/knowledge-base.yml").write_text("schema_version: 1\ny: 1\nz: 2\n", "utf-8")
    one, two = (command("check", "--root", copy, PYTHONHASHSEED=seed) for seed in "12")
    assert one.stdout == two.stdout
    assert one.stdout.count("\n") > 10


def test_a_corpus_cannot_be_changed(base: kb.KnowledgeBase) -> None:
    corpus = base.corpus
    study = corpus.studies["muster2015"]
    with pytest.raises(dataclasses.FrozenInstanceError):
        corpus.studies = {}  # type: ignore[misc]
    for frozen, name in [
        (corpus.settings, "title"),
        (corpus.codebook["habitat"], "label"),
        (corpus.codebook["habitat"].terms[0], "label"),
        (study, "title"),
        (study.coding, "basis"),
        (study.findings[0], "direction"),
        (study.findings[0].measures[0], "value"),
    ]:
        with pytest.raises(pydantic.ValidationError, match="frozen"):
            setattr(frozen, name, None)
    assert isinstance(study.findings, tuple)
    assert isinstance(study.tags["habitat"], tuple)


def test_reading_leaves_the_garbage_collector_as_it_was(fixture_root: Path) -> None:
    assert gc.isenabled()
    read(fixture_root)
    assert gc.isenabled()
    gc.disable()
    try:
        read(fixture_root)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_load_raises_all_errors_at_once(copy: Path) -> None:
    for name in ("alt2009.yml", "2020s/selbst2020.yml"):
        study = copy / "corpus/studies" / name
        study.write_text(study.read_text("utf-8") + "x: 1\n", "utf-8")
    with pytest.raises(kb.CorpusError) as caught:
        kb.load(copy)
    paths = [problem.path for problem in caught.value.problems]
    assert paths == ["corpus/studies/2020s/selbst2020.yml", "corpus/studies/alt2009.yml"]
    assert str(caught.value).splitlines() == [str(problem) for problem in caught.value.problems]


def test_load_keeps_warnings(copy: Path) -> None:
    (copy / "corpus/studies/new.yaml").write_text("", "utf-8")
    assert [problem.code for problem in kb.load(copy).warnings] == ["KB015"]


def test_load_finds_the_knowledge_base_above(fixture_root: Path) -> None:
    base = kb.load(fixture_root / "corpus" / "studies" / "2010s")
    assert base.corpus.root == fixture_root


def test_problems_can_be_kept_to_files_and_folders(copy: Path) -> None:
    for name in ("alt2009.yml", "2020s/selbst2020.yml"):
        study = copy / "corpus/studies" / name
        study.write_text(study.read_text("utf-8") + "x: 1\n", "utf-8")
    _, problems = load(copy)
    assert len(within(copy, problems, [])) == 2
    for chosen in (copy / "corpus/studies/2020s", copy / "corpus/studies/2020s/selbst2020.yml"):
        assert [p.path for p in within(copy, problems, [chosen])] == [
            "corpus/studies/2020s/selbst2020.yml"
        ]


def test_a_link_inside_the_knowledge_base_is_read(copy: Path) -> None:
    (copy / "corpus/studies/alt2009.yml").rename(copy / "kept.txt")
    (copy / "corpus/studies/alt2009.yml").symlink_to(copy / "kept.txt")
    assert load(copy)[1] == ()


def test_a_folder_named_like_a_record_is_a_folder(copy: Path) -> None:
    study = copy / "corpus/studies/alt2009.yml"
    study.rename(copy / "alt2009.yml")
    study.mkdir()
    (copy / "alt2009.yml").rename(study / "alt2009.yml")
    corpus, problems = load(copy)
    assert [(one.code, one.path) for one in problems] == [("KB016", "corpus/studies/alt2009.yml")]
    assert corpus is not None
    assert "alt2009" in corpus.studies
    assert "corpus/studies/alt2009.yml/alt2009.yml" in sources(copy)
    assert kb.KnowledgeBase(corpus).fingerprint.startswith("sha256:")


def test_windows_files_are_read(copy: Path) -> None:
    before = load(copy)[0]
    for name in sources(copy):
        content = (copy / name).read_bytes().replace(b"\n", b"\r\n")
        (copy / name).write_bytes(b"\xef\xbb\xbf" + content)
    corpus, problems = load(copy)
    assert problems == ()
    assert corpus is not None
    assert before is not None
    assert corpus.studies == before.studies
