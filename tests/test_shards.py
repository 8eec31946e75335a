"""Studies read a shard at a time: the same problems and the same matrices as on the plain path."""

from __future__ import annotations

import json
import shutil
import warnings
from itertools import permutations
from pathlib import Path
from typing import Any

import fsspec
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings

import kb
from kb import cluster, export, rules, whole
from kb.problems import SourceError, has_errors
from kb.tallies import tables
from tests.making import finding, study, write
from tests.strategies import Files, knowledge_bases, lay_out, spoilt

HERE = Path(__file__).resolve().parent


def same_matrices(root: Path, output: str) -> None:
    base, stored = kb.load(root), tables(output)
    axes = [facet.id for facet in base.codebook.axes]
    for row, column in permutations(axes, 2):
        for as_of in (None, 2019):
            expected = export.matrix(base.matrix(row, column, as_of=as_of))
            assert export.matrix(stored.matrix(row, column, as_of=as_of)) == expected
    first = base.codebook[axes[0]].current[0].id
    for where in ({axes[0]: (first,)}, {"basis": ("full-text",)}):
        expected = export.matrix(base.matrix(axes[0], axes[1], where))
        assert export.matrix(stored.matrix(axes[0], axes[1], where)) == expected


@pytest.mark.parametrize("root", [HERE / "fixture", HERE.parent])
def test_the_plain_path_and_shards_say_the_same(root: Path, tmp_path: Path) -> None:
    built = cluster.build(root, str(tmp_path), size=7)
    assert built.problems == rules.load(root)[1]
    same_matrices(root, str(tmp_path))


@pytest.mark.parametrize("made", [knowledge_bases(), spoilt()])
def test_made_up_ones(made: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    @hypothesis_settings(
        max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    @given(made)
    def same(files: Files) -> None:
        root = lay_out(files, tmp_path_factory.mktemp("made"))
        corpus, problems = rules.load(root)
        output = str(tmp_path_factory.mktemp("out"))
        built = cluster.build(root, output, size=1)
        if corpus is None:
            assert has_errors(built.problems)
            return
        assert built.problems == problems
        if not has_errors(problems):
            same_matrices(root, output)

    same()


def broken(root: Path) -> Path:
    """Names and reports twice, a file that is no YAML, a field of a wrong type."""
    write(root, {f"s{n}": study(finding("r1"), finding("r2", "c2")) for n in range(6)})
    folder = root / "corpus/studies"
    (folder / "more").mkdir()
    shutil.copy(folder / "s1.yml", folder / "more/S1.yml")
    shutil.copy(folder / "s2.yml", folder / "t2.yml")
    (folder / "s3.yml").write_text("title: [\n", "utf-8")
    text = (folder / "s4.yml").read_text("utf-8")
    (folder / "s4.yml").write_text(text.replace("kind: case", "kind: 4"), "utf-8")
    return root


def test_broken_records_leave_the_old_tables(tmp_path: Path) -> None:
    root, output = write(tmp_path / "kb", {"s0": study(finding())}), tmp_path / "out"
    cluster.build(root, str(output))
    before = sorted(output.rglob("*"))
    built = cluster.build(broken(root), str(output), size=2)
    assert built.problems == rules.load(root)[1]
    assert {"KB040", "KB055", "KB022"} <= {one.code for one in built.problems}
    assert sorted(output.rglob("*")) == before


def test_two_processes(tmp_path: Path) -> None:
    studies = {f"s{n}": study(finding(f"r{n % 3 + 1}"), years=[2000 + n % 20]) for n in range(60)}
    root = write(tmp_path / "kb", studies)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of sockets and processes that Dask leaves to the system
        built = cluster.build(root, str(tmp_path / "out"), workers=2, size=10)
    assert (built.studies, built.shards) == (60, 6)
    assert built.problems == rules.load(root)[1]
    same_matrices(root, str(tmp_path / "out"))


def test_lines_of_json_in_an_object_store(tmp_path: Path) -> None:
    root = write(tmp_path, {f"s{n}": study(finding()) for n in range(4)})
    lines = [json.dumps(whole.record(one)) + "\n" for one in kb.load(root).studies()]
    store = fsspec.filesystem("memory")
    store.pipe_file("/shards/a.jsonl", "".join(lines[:2]).encode())
    store.pipe_file("/shards/b.jsonl", "".join(lines[2:]).encode())
    built = cluster.build(root, "memory://tables", "memory://shards")
    assert (built.studies, built.shards, built.problems) == (4, 2, ())
    same_matrices(root, "memory://tables")


def test_what_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SourceError, match="run kb shard again"):
        tables(str(tmp_path))
    with pytest.raises(SourceError, match=r"evidence-gap-kb\[shards\]"):
        cluster.extra("no_such_library_there")
