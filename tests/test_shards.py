"""Studies read a shard at a time: the same problems and the same matrices as on the plain path."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import distributed
import fsspec
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from typer.testing import CliRunner

import kb
from kb import cluster, export, processes, rules, stores, whole
from kb.cli import app
from kb.problems import SourceError, has_errors
from kb.tallies import tables
from tests.making import dump, finding, study, text, write
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
    """Names and reports twice, a file that is no YAML, a field of a wrong type, a reference that
    cannot be read, words that a comment takes."""
    write(root, {f"s{n}": study(finding("r1"), finding("r2", "c2")) for n in range(6)})
    folder = root / "corpus/studies"
    (folder / "more").mkdir()
    shutil.copy(folder / "s1.yml", folder / "more/S1.yml")
    shutil.copy(folder / "s2.yml", folder / "t2.yml")
    (folder / "s3.yml").write_text("title: [\n", "utf-8")
    file = (folder / "s4.yml").read_text("utf-8")
    (folder / "s4.yml").write_text(file.replace("kind: case", "kind: 4"), "utf-8")
    file = (folder / "s0.yml").read_text("utf-8")
    (folder / "s0.yml").write_text(file.replace("locator: p. 1", "locator: p. 1 # 2"), "utf-8")
    entries = (root / "references.bib").read_text("utf-8")
    (root / "references.bib").write_text(entries.replace("{s5-1,", "{s5-1"), "utf-8")
    return root


def test_broken_records_leave_the_old_tables(tmp_path: Path) -> None:
    root, output = write(tmp_path / "kb", {"s0": study(finding())}), tmp_path / "out"
    cluster.build(root, str(output))
    before = sorted(output.rglob("*"))
    built = cluster.build(broken(root), str(output), size=2)
    assert built.problems == rules.load(root)[1]
    assert {"KB017", "KB040", "KB055", "KB022", "KB052"} <= {one.code for one in built.problems}
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


def test_a_scheduler_with_workers_of_its_own(tmp_path: Path) -> None:
    root = write(tmp_path / "kb", {f"s{n}": study(finding()) for n in range(12)})
    output = str(tmp_path / "out")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as dask:
            command = ["shard", output, "--size", "5", "--root", str(root)]
            done = CliRunner().invoke(app, [*command, "--scheduler", dask.scheduler_address])
    assert done.exit_code == 0, done.output
    assert "12 studies, 12 findings, 3 shards" in done.output
    same_matrices(root, output)


@pytest.fixture
def idle(tmp_path: Path) -> Iterator[str]:
    """The address of a scheduler that runs and has no workers."""
    file = tmp_path / "scheduler.json"
    options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show"]
    line = [sys.executable, "-m", "dask", "scheduler", *options, "--scheduler-file", str(file)]
    with subprocess.Popen(line, stderr=subprocess.DEVNULL) as process:
        try:
            while not file.exists() or not file.read_text("utf-8"):
                assert process.poll() is None, "the scheduler has ended"
                time.sleep(0.05)
            yield json.loads(file.read_text("utf-8"))["address"]
        finally:
            process.terminate()


def test_a_scheduler_without_workers(
    idle: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "_WORKERS", 0.5)
    root = write(tmp_path / "kb", {"s0": study(finding())})
    said = f"the scheduler {idle} has no workers; start some with dask worker {idle}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        refused(root, tmp_path / "out", said, "--scheduler", idle)
    assert list((tmp_path / "out").iterdir()) == []


@pytest.fixture
def store() -> Iterator[Any]:
    """An object store, empty again afterwards."""
    found = fsspec.filesystem("memory")
    yield found
    for name in found.ls("/", detail=False):
        found.rm(name, recursive=True)


def test_lines_of_json_in_an_object_store(store: Any, tmp_path: Path) -> None:
    root = write(tmp_path, {f"s{n}": study(finding()) for n in range(4)})
    lines = [json.dumps(whole.record(one)) + "\n" for one in kb.load(root).studies()]
    store.pipe_file("/shards/a.jsonl", "".join(lines[:2]).encode())
    store.pipe_file("/shards/b.jsonl", "".join(lines[2:]).encode())
    built = cluster.build(root, "memory://tables", "memory://shards")
    assert (built.studies, built.findings, built.shards, built.problems) == (4, 4, 2, ())
    same_matrices(root, "memory://tables")


def test_a_line_that_is_no_study_is_placed(store: Any, tmp_path: Path) -> None:
    root = write(tmp_path, {})
    store.pipe_file("/shards/a.jsonl", b'\n{"id": \nno\n')
    built = cluster.build(root, "memory://tables", "memory://shards")
    told = [(one.path, one.line) for one in built.problems if one.code == "KB001"]
    assert told == [("a.jsonl", 2), ("a.jsonl", 3)]
    assert "KB040" not in {one.code for one in built.problems}
    assert not store.exists("/tables/manifest.json")


def test_names_that_stand_twice_in_lines_of_json(store: Any, tmp_path: Path) -> None:
    root = write(tmp_path / "kb", {f"s{n}": study(finding()) for n in range(4)})
    folder, source = root / "corpus/studies", [whole.record(one) for one in kb.load(root).studies()]
    wrong = {**source[1], "id": "S1", "path": "corpus/studies/x/S1.yml", "kind": "no-such-kind"}
    (folder / "x").mkdir()
    file = (folder / "s1.yml").read_text("utf-8").replace("kind: case", "kind: no-such-kind")
    (folder / "x/S1.yml").write_text(file, "utf-8")
    shutil.copy(folder / "s0.yml", folder / "x/s0.yml")
    first = [json.dumps(one) for one in (*source[:2], source[0])]
    store.pipe_file("/shards/a.jsonl", "\n".join(first).encode())
    store.pipe_file("/shards/b.jsonl", "\n".join(map(json.dumps, [wrong, *source[2:]])).encode())
    built = cluster.build(root, "memory://tables", "memory://shards")
    named = [str(one).partition(";")[0] for one in built.problems if one.code == "KB040"]
    assert named == [
        "a.jsonl:3:1: error[KB040]: the name s0 is taken by a.jsonl:1",
        "b.jsonl:1:1: error[KB040]: the name S1 is taken by a.jsonl:2",
    ]
    plain = {(one.path, one.code) for one in rules.load(root)[1] if one.code != "KB040"}
    assert {(one.path, one.code) for one in built.problems if one.code != "KB040"} == plain
    assert not store.exists("/tables/manifest.json")


def test_a_claim_with_the_name_of_a_study_in_lines_of_json(store: Any, tmp_path: Path) -> None:
    root = write(tmp_path, {"s0": study(finding())})
    line = json.dumps(whole.record(kb.load(root).studies()[0]))
    store.pipe_file("/shards/a.jsonl", line.encode())
    dump(root / "corpus/claims/s0.yml", {"statement": text("A claim")})
    built = cluster.build(root, "memory://tables", "memory://shards")
    told = [(one.path, one.message) for one in built.problems if one.code == "KB040"]
    assert told == [("corpus/claims/s0.yml", "the name s0 is taken by corpus/studies/s0.yml")]
    assert built.problems == rules.load(root)[1]


def test_the_manifest_is_one_put_in_an_object_store(
    store: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write(tmp_path, {"s0": study(finding())})
    put: list[str] = []
    pipe = type(store).pipe_file

    def noted(self: Any, path: str, *rest: Any, **more: Any) -> None:
        put.append(path)
        pipe(self, path, *rest, **more)

    monkeypatch.setattr(type(store), "pipe_file", noted)
    monkeypatch.setattr(type(store), "mv", None)
    cluster.build(root, "memory://tables")
    assert [name for name in put if not name.endswith("/.kb-shard")] == ["/tables/manifest.json"]


def test_yaml_in_an_object_store(store: Any, tmp_path: Path) -> None:
    root = write(tmp_path / "kb", {f"s{n}": study(finding()) for n in range(4)})
    place(root, store)
    cluster.build(root, "memory://tables", "memory://studies", size=3)
    again = cluster.build(root, "memory://tables", "memory://studies", size=1)
    assert (again.studies, again.shards, again.problems) == (4, 4, ())
    same_matrices(root, "memory://tables")


def test_the_previous_run_stays_until_the_next(tmp_path: Path) -> None:
    root, output = write(tmp_path / "kb", {"s0": study(finding())}), tmp_path / "out"
    cluster.build(root, str(output))
    reader = tables(str(output))
    before = export.matrix(reader.matrix("row", "column"))
    write(root, {"s0": study(finding("r2"))})
    cluster.build(root, str(output))
    assert export.matrix(reader.matrix("row", "column")) == before
    runs = [path.name for path in output.glob("run-*")]
    manifest = json.loads((output / "manifest.json").read_bytes())
    assert sorted(runs) == sorted([manifest["run"], manifest["previous"]])
    cluster.build(root, str(output))
    assert len(list(output.glob("run-*"))) == 2
    assert not (output / manifest["previous"]).exists()


def test_a_run_that_did_not_end_is_told_and_left(store: Any, tmp_path: Path) -> None:
    root, killed = write(tmp_path, {"s0": study(finding())}), f"run-{'0' * 32}"
    store.pipe_file(f"/tables/{killed}/studies/000000.parquet", b"half")
    store.pipe_file("/tables/run-of-the-mill/mine", b"mine")
    done = CliRunner().invoke(app, ["shard", "memory://tables", "--root", str(root)])
    assert done.exit_code == 0
    assert f"or have not yet: memory://tables/{killed}\n" in done.stderr
    assert store.exists(f"/tables/{killed}/studies/000000.parquet")


def test_broken_yaml_in_an_object_store_is_placed(store: Any, tmp_path: Path) -> None:
    root = broken(tmp_path / "kb")
    place(root, store)
    built = cluster.build(root, "memory://tables", "memory://studies", size=2)
    assert built.problems == rules.load(root)[1]
    assert not store.exists("/tables/manifest.json")


def place(root: Path, store: Any) -> None:
    """The studies of a knowledge base in a store, too."""
    folder = root / "corpus/studies"
    for path in folder.rglob("*.yml"):
        store.pipe_file(f"/studies/{path.relative_to(folder).as_posix()}", path.read_bytes())


def test_a_single_file_is_no_source(store: Any, tmp_path: Path) -> None:
    root = write(tmp_path, {})
    store.pipe_file("/shards/a.jsonl", b"{}\n")
    with pytest.raises(SourceError, match="a single file; name a folder"):
        cluster.build(root, "memory://tables", "memory://shards/a.jsonl")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--studies", "s3://bucket/x"], "pip install s3fs"),
        (["--studies", "foo://x"], "Protocol not known: foo"),
        (["--studies", "no-such-folder"], "name a folder with one of them"),
        (["--scheduler", "tcp://127.0.0.1:9"], "as tcp://host:8786"),
        (["--scheduler", "nonsense"], "missing port number"),
    ],
)
def test_mistakes_of_an_operator(
    options: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "_PATIENCE", 0.2)
    monkeypatch.setitem(sys.modules, "s3fs", None)
    root = write(tmp_path / "kb", {"s0": study(finding())})
    refused(root, tmp_path / "out", said, *options)
    assert not (tmp_path / "out/manifest.json").exists()


def refused(root: Path, output: object, said: str, *options: str) -> None:
    """One line on standard error, which says so, and 1 as the end."""
    done = CliRunner().invoke(app, ["shard", str(output), "--root", str(root), *options])
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (1, "", 1), done.stderr
    assert said in done.stderr


def test_an_output_that_cannot_be_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write(tmp_path / "kb", {"s0": study(finding())})
    monkeypatch.setattr(cluster, "shard", None)  # it is noticed before the work is done
    (tmp_path / "file").write_text("A file", "utf-8")
    refused(root, tmp_path / "file/out", "where you may write")
    refused(root, "/proc/tables", "where you may write")
    refused(root, "foo://tables", "Protocol not known: foo")
    for held in ('{"name": "An app"}', "[]", "no JSON", '{"run": "../kb"}'):
        (tmp_path / "manifest.json").write_text(held, "utf-8")
        refused(root, tmp_path, "name another place")
        assert (tmp_path / "manifest.json").read_text("utf-8") == held
    assert (root / "corpus").is_dir()


def test_options_that_do_not_go_together(store: Any, tmp_path: Path) -> None:
    root = write(tmp_path / "kb", {"s0": study(finding())})
    store.pipe_file("/shards/a.jsonl", b"{}\n")
    for options, said in (
        ("--workers 0 --scheduler tcp://127.0.0.1:9", "--workers has no say with --scheduler"),
        ("--studies memory://shards --size 1000", "each file is a shard; leave out the size"),
    ):
        line = ["shard", str(tmp_path / "out"), "--root", str(root), *options.split()]
        done = CliRunner().invoke(app, line)
        assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
        assert said in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_relative_output_is_one_of_the_folder_of_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write(tmp_path / "kb", {"s0": study(finding())})
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    run = processes.run

    def elsewhere(*given: Any) -> Any:
        monkeypatch.chdir(tmp_path / "elsewhere")  # as workers are
        return run(*given)

    monkeypatch.setattr(processes, "run", elsewhere)
    cluster.build(root, "out")
    same_matrices(root, str(tmp_path / "out"))
    assert not list((tmp_path / "elsewhere").iterdir())


@pytest.mark.parametrize(
    "command", ["studies", "gaps", "stats", "check", "build", "fmt", "show s0", "new key"]
)
def test_what_needs_records_says_that_these_are_tables(command: str, tmp_path: Path) -> None:
    cluster.build(write(tmp_path / "kb", {"s0": study(finding())}), str(tmp_path / "out"))
    done = CliRunner().invoke(app, [*command.split(), "--root", str(tmp_path / "out")])
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (1, "", 1), done.output
    assert "holds tables of kb shard, which only kb matrix reads" in done.stderr


def test_tables_in_a_knowledge_base_and_another_manifest_hinder_nothing(tmp_path: Path) -> None:
    root = write(tmp_path, {"s0": study(finding())})
    cluster.build(root, str(root / "tables"))
    (root / "manifest.json").write_text('{"name": "An app"}', "utf-8")
    asked = (["studies", "--root", str(root / "tables")], ["matrix", "row", "column"])
    for command in (asked[0], [*asked[1], "--root", str(root)]):
        assert CliRunner().invoke(app, command).exit_code == 0


def test_what_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SourceError, match="run kb shard again"):
        tables(str(tmp_path))
    with pytest.raises(SourceError, match=r"evidence-gap-kb\[shards\]"):
        stores.extra("no_such_library_there")
