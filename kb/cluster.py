"""Studies in a folder or an object store to partitioned Parquet, a shard at a time; needs the extra
``shards``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

from kb import whole
from kb.corpus import Corpus, read
from kb.folder import Snapshot
from kb.listing import Folder
from kb.places import locate
from kb.problems import Problem, SourceError, has_errors, ordered
from kb.shards import Context, File, Row, column, context, gather, of_line, shard

MANIFEST = "manifest.json"
VERSION = 1
SIZE = 1000
"""So many studies are in a shard, unless the source is in JSON Lines: then a file is one."""
_LISTS = {"authors", "reports", "cited", "finding_ids"}
_FLAGS = {"whole", "draft", "unread", "measures"}
_NUMBERS = {"year", "position"}


@dataclass(frozen=True)
class Built:
    """What came of a run: counts, and every problem; with an error no table was made."""

    studies: int
    findings: int
    shards: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class _Task:
    """A shard to be made: where its files are, and where its tables go."""

    number: int
    source: str
    files: tuple[tuple[str, str, bool], ...]
    output: str


def build(
    root: Path,
    output: str,
    source: str | None = None,
    *,
    workers: int = 0,
    scheduler: str | None = None,
    size: int = SIZE,
) -> Built:
    """Read and check the studies of a source and write their fact table as Parquet.

    ``source`` is a folder or an address that fsspec knows, with YAML files or JSON Lines; without
    one the studies of the knowledge base are read. Nothing of an earlier run is replaced until all
    is there, and nothing is when there are errors. ``workers`` are processes of this machine, none
    being this process itself; ``scheduler`` is the address of a running Dask.
    Raises :class:`SourceError` when the source cannot be read or the extra is not installed.
    """
    files = list(_files(root, source))
    lines = any(path.endswith(".jsonl") for path, _, _ in files)
    corpus, problems = read(
        root, Snapshot(root), elsewhere=() if lines else [path for path, _, _ in files]
    )
    if corpus is None:
        return Built(0, 0, 0, ordered(problems))
    run = f"{output.rstrip('/')}/run-{uuid4().hex}"
    tasks = list(_tasks(files, source or str(root), run, 1 if lines else size))
    try:
        _run(tasks, context(corpus), workers, scheduler)
        rows = _table(run, "studies", [len(tasks)])
        if lines:
            corpus, problems = read(root, Snapshot(root), elsewhere=[row["path"] for row in rows])
            assert corpus is not None
        told = [Problem(**row) for row in _table(run, "problems", [len(tasks)])]
        again = {path: address for path, address, _ in files}
        found = gather(corpus, problems, rows, told, lambda path: _bytes(again.get(path)))
        if has_errors(found):
            _remove(run)
        else:
            _finish(output, run, corpus, len(tasks))
    except BaseException:
        _remove(run)
        raise
    findings = sum(len(row["finding_ids"]) for row in rows)
    return Built(len(rows), findings, len(tasks), found)


def _files(root: Path, source: str | None) -> Iterator[tuple[str, str, bool]]:
    """The path of each file as the knowledge base has it, its address, and whether it is the first
    of its name."""
    names: set[str] = set()
    if source is None:
        found = [
            (path, str(root / path)) for path in Folder(Snapshot(root)).records("corpus/studies")
        ]
    else:
        found = sorted(_listed(source))
    for path, address in found:
        name = Path(path).stem.casefold()
        yield path, address, name not in names
        names.add(name)


def _listed(source: str) -> Iterator[tuple[str, str]]:
    fs, base = extra("fsspec").core.url_to_fs(source)
    try:
        found = fs.find(base)
    except OSError as error:
        raise SourceError(f"{source} cannot be read: {error}") from error
    kinds = {name.rpartition(".")[2] for name in found} & {"yml", "jsonl"}
    if len(kinds) != 1:
        what = "both YAML and JSON Lines" if kinds else "neither .yml nor .jsonl files"
        raise SourceError(f"{source} holds {what}; name a folder with one of them")
    for name in found:
        if name.endswith(tuple(kinds)):
            inside = name[len(base.rstrip("/")) + 1 :]
            path = inside if inside.endswith(".jsonl") else f"corpus/studies/{inside}"
            yield path, fs.unstrip_protocol(name)


def _tasks(
    files: Sequence[tuple[str, str, bool]], source: str, run: str, size: int
) -> Iterator[_Task]:
    for number, at in enumerate(range(0, max(len(files), 1), size)):  # of none, empty tables
        yield _Task(number, source, tuple(files[at : at + size]), run)


def _run(tasks: Sequence[_Task], around: Context, workers: int, scheduler: str | None) -> None:
    if not workers and not scheduler:
        for task in tasks:
            _make(task, around)
        return
    distributed = extra("distributed")
    local = (
        None
        if scheduler
        else distributed.LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None
        )
    )
    try:
        with distributed.Client(scheduler or local) as client:
            shared = client.scatter(around, broadcast=True, hash=False)
            client.gather(client.map(_make, tasks, around=shared, pure=False))
    finally:
        if local:
            local.close()


def _make(task: _Task, around: Context) -> int:
    """Write the tables of a shard, and tell how many studies it has: no record travels."""
    made = shard(around, _opened(task, around.corpus.root))
    problems = [asdict(one) for one in made.problems]
    terms = [column(facet.id) for facet in around.codebook.axes]
    _write(f"{task.output}/studies/{task.number:06}.parquet", made.studies, _STUDY)
    _write(f"{task.output}/findings/{task.number:06}.parquet", made.findings, (*_FINDING, *terms))
    _write(f"{task.output}/problems/{task.number:06}.parquet", problems, _PROBLEM)
    return len(made.studies)


_STUDY = (
    "id", "path", "whole", "draft", "unread", "year", "directness", "basis", "authors", "reports",
    "hidden", "cited", "finding_ids", "measures",
)  # fmt: skip
_FINDING = ("study", "position", "finding", "direction")
_PROBLEM = ("code", "severity", "path", "line", "column", "field", "message", "hint")


def _opened(task: _Task, root: Path) -> Iterator[File]:
    folder = Folder(Snapshot(root))
    for path, address, first in task.files:
        if path.endswith(".jsonl"):
            for number, line in enumerate(_bytes(address).splitlines(), 1):
                if line.strip():
                    yield of_line(line, path, number)
        elif task.source == str(root):
            data = folder.read(path)
            wrong = tuple(locate(root, folder.complaints))
            folder.complaints.clear()
            yield File(path, data, first, wrong)
        else:
            yield File(path, _bytes(address), first)


def _bytes(address: str | None) -> bytes:
    if address is None:
        return b""
    fs, name = extra("fsspec").core.url_to_fs(address)
    data: bytes = fs.cat_file(name)
    return data


def _write(address: str, rows: Iterable[Row], names: Sequence[str]) -> None:
    arrow, parquet = extra("pyarrow"), extra("pyarrow.parquet")
    fs, name = extra("fsspec").core.url_to_fs(address)
    schema = arrow.schema([(one, _type(arrow, one)) for one in names])
    fs.makedirs(name.rpartition("/")[0], exist_ok=True)
    with fs.open(name, "wb") as out:
        parquet.write_table(arrow.Table.from_pylist(list(rows), schema), out, compression="zstd")


def _type(arrow: Any, name: str) -> Any:
    if name in _LISTS or name.startswith("term_"):
        return arrow.list_(arrow.string())
    if name == "hidden":
        return arrow.list_(arrow.int64())
    if name in _FLAGS:
        return arrow.bool_()
    return arrow.int64() if name in {*_NUMBERS, "line", "column"} else arrow.string()


def _table(run: str, name: str, shards: Sequence[int]) -> list[Row]:
    """The rows of all parts of a table."""
    import io

    parquet = extra("pyarrow.parquet")
    rows: list[Row] = []
    for number in range(shards[0]):
        data = io.BytesIO(_bytes(f"{run}/{name}/{number:06}.parquet"))
        rows += parquet.read_table(data).to_pylist()
    return rows


def _finish(output: str, run: str, corpus: Corpus, shards: int) -> None:
    """Write the manifest, by which the tables are found, last; then remove an older run."""
    fs, base = extra("fsspec").core.url_to_fs(output)
    name = f"{base.rstrip('/')}/{MANIFEST}"
    older = json.loads(fs.cat_file(name))["run"] if fs.exists(name) else None
    newest = run.rpartition("/")[2]
    stated = {one.source for gap in corpus.gaps.values() for one in gap.stated_by}
    small = {key: one for key, one in corpus.references.items() if key in stated}
    kept = Corpus(corpus.root, corpus.settings, corpus.codebook, small, {}, gaps=corpus.gaps)
    manifest = {"version": VERSION, "run": newest, "shards": shards, "data": whole.whole(kept)}
    beside = f"{name}.{newest}"
    fs.pipe_file(beside, json.dumps(manifest, ensure_ascii=False).encode())
    fs.mv(beside, name)
    if older:
        _remove(f"{output.rstrip('/')}/{older}")


def _remove(address: str) -> None:
    fs, name = extra("fsspec").core.url_to_fs(address)
    if fs.exists(name):
        fs.rm(name, recursive=True)


def extra(name: str) -> Any:
    """A library of the extra. Raises :class:`SourceError` when it is not installed."""
    try:
        return import_module(name)
    except ImportError as error:
        hint = 'pip install "evidence-gap-kb[shards]"'
        raise SourceError(f"{name} is not installed; {hint}") from error
