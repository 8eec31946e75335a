"""Studies in a folder or an object store to partitioned Parquet, a shard at a time; needs the extra
``shards``."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

from kb import whole
from kb.corpus import Corpus, read
from kb.folder import Snapshot, snapshot, stem
from kb.listing import Folder
from kb.places import locate
from kb.problems import Problem, SourceError, has_errors, ordered
from kb.shards import NEEDED, Context, File, Row, column, context, gather, of_line, shard

MANIFEST = "manifest.json"
VERSION = 2
SIZE = 1000
"""So many studies are in a shard, unless the source is in JSON Lines: then a file is one."""
_STUDIES = "corpus/studies"
_AT_ONCE = 100
"""So many shards are told to Dask in one message: each names its files."""
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
class _Source:
    """The files of studies: the folder or address where they lie, and their paths as the knowledge
    base has them; ``own`` when they are in its folder."""

    address: str
    paths: tuple[str, ...]
    own: bool

    @property
    def lines(self) -> bool:
        """Whether the studies are in JSON Lines."""
        return any(path.endswith(".jsonl") for path in self.paths)

    def data(self, path: str) -> bytes:
        """What a file holds."""
        inside = path if path.endswith(".jsonl") else path.removeprefix(f"{_STUDIES}/")
        return _bytes(f"{self.address}/{inside}")


@dataclass(frozen=True)
class _Task:
    """A shard to be made: its files, those ``later`` whose name an earlier one has, and where its
    tables go."""

    number: int
    source: _Source
    later: frozenset[str]
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
    with _pool(workers, scheduler) as pool:
        files = _listed(source) if source else _of(root)
        seen = snapshot(root, without=_STUDIES)
        corpus, problems = read(root, seen, elsewhere=() if files.lines else files.paths)
        if corpus is None:
            return Built(0, 0, 0, ordered(problems))
        run = f"{output.rstrip('/')}/run-{uuid4().hex}"
        tasks = list(_tasks(files, run, 1 if files.lines else size))
        try:
            counted = _run(pool, tasks, context(corpus))
            if files.lines:  # only now their names are known
                names = [row["path"] for row in _rows(run, "studies", len(tasks), ["path"])]
                corpus, problems = read(root, seen, elsewhere=names)
                assert corpus is not None
            rows = _rows(run, "studies", len(tasks), list(NEEDED))
            told = [Problem(**row) for row in _rows(run, "problems", len(tasks))]
            again = (lambda _: b"") if files.lines else files.data
            found = gather(corpus, problems, rows, told, again)
            if has_errors(found):
                _remove(run)
            else:
                _finish(output, run, corpus, len(tasks))
        except BaseException:
            _remove(run)
            raise
    studies, findings = map(sum, zip(*counted, strict=True))
    return Built(studies, findings, len(tasks), found)


def _of(root: Path) -> _Source:
    paths = Folder(Snapshot(root)).records(_STUDIES)
    return _Source(str(root / _STUDIES), tuple(paths), own=True)


def _listed(source: str) -> _Source:
    fs, base = extra("fsspec").core.url_to_fs(source)
    try:
        found = fs.find(base)
    except OSError as error:
        raise SourceError(f"{source} cannot be read: {error}") from error
    kinds = {name.rpartition(".")[2] for name in found} & {"yml", "jsonl"}
    if len(kinds) != 1 or found == [base]:
        what = "both YAML and JSON Lines" if kinds else "neither .yml nor .jsonl files"
        what = "a single file" if found == [base] else what
        raise SourceError(f"{source} holds {what}; name a folder with one of them")
    base = base.rstrip("/")
    inside = sorted(name[len(base) + 1 :] for name in found if name.endswith(tuple(kinds)))
    paths = (one if one.endswith(".jsonl") else f"{_STUDIES}/{one}" for one in inside)
    return _Source(fs.unstrip_protocol(base), tuple(paths), own=False)


def _tasks(files: _Source, run: str, size: int) -> Iterator[_Task]:
    names: set[str] = set()
    for number, at in enumerate(range(0, max(len(files.paths), 1), size)):  # of none, empty tables
        some, later = files.paths[at : at + size], set()
        for path in some:
            name = stem(path).casefold()
            if name in names:
                later.add(path)
            names.add(name)
        yield _Task(number, replace(files, paths=some), frozenset(later), run)


@contextmanager
def _pool(workers: int, scheduler: str | None) -> Iterator[Any]:
    """A client of Dask, or ``None`` when there is to be none. New processes start meanwhile."""
    if not workers and not scheduler:
        yield None
        return
    distributed = extra("distributed")
    options = {"threads_per_worker": 1, "processes": True, "dashboard_address": None}
    quiet = {"silence_logs": logging.CRITICAL}  # of connections that end with their process
    with ExitStack() as opened:
        local = None
        if not scheduler:
            local = opened.enter_context(distributed.LocalCluster(n_workers=0, **options, **quiet))
            local.scale(workers)
        yield opened.enter_context(distributed.Client(scheduler or local))


def _run(pool: Any, tasks: Sequence[_Task], around: Context) -> list[tuple[int, int]]:
    """How many studies and findings are in each shard."""
    if pool is None:
        return [_make(task, around) for task in tasks]
    pool.wait_for_workers(1)
    shared = pool.scatter(around, broadcast=True, hash=False)
    made = pool.map(_make, tasks, around=shared, pure=False, batch_size=_AT_ONCE)
    counted: list[tuple[int, int]] = pool.gather(made)
    return counted


def _make(task: _Task, around: Context) -> tuple[int, int]:
    """Write the tables of a shard, and tell how many studies and findings are in them: no record
    travels."""
    made = shard(around, _opened(task, around.corpus.root))
    problems = [asdict(one) for one in made.problems]
    terms = [column(facet.id) for facet in around.codebook.axes]
    _write(f"{task.output}/studies/{task.number:06}.parquet", made.studies, _STUDY)
    _write(f"{task.output}/findings/{task.number:06}.parquet", made.findings, (*_FINDING, *terms))
    _write(f"{task.output}/problems/{task.number:06}.parquet", problems, _PROBLEM)
    return len(made.studies), sum(len(row["finding_ids"]) for row in made.studies)


_STUDY = (
    "id", "path", "whole", "draft", "unread", "year", "directness", "basis", "authors", "reports",
    "hidden", "cited", "finding_ids", "measures",
)  # fmt: skip
_FINDING = ("study", "position", "finding", "direction", "year", "directness", "basis")
_PROBLEM = ("code", "severity", "path", "line", "column", "field", "message", "hint")


def _opened(task: _Task, root: Path) -> Iterator[File]:
    folder = Folder(Snapshot(root))
    for path in task.source.paths:
        if path.endswith(".jsonl"):
            for number, line in enumerate(task.source.data(path).splitlines(), 1):
                if line.strip():
                    yield of_line(line, path, number)
        elif task.source.own:
            data = folder.read(path)
            wrong = tuple(locate(root, folder.complaints))
            folder.complaints.clear()
            yield File(path, data, path not in task.later, wrong)
        else:
            yield File(path, task.source.data(path), path not in task.later)


def _bytes(address: str) -> bytes:
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


def _rows(run: str, name: str, shards: int, columns: list[str] | None = None) -> Iterator[Row]:
    """The rows of all parts of a table, one part in memory at a time."""
    parquet = extra("pyarrow.parquet")
    for number in range(shards):
        data = BytesIO(_bytes(f"{run}/{name}/{number:06}.parquet"))
        yield from parquet.read_table(data, columns=columns).to_pylist()


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
    _put(fs, name, json.dumps(manifest, ensure_ascii=False).encode())
    if older:
        _remove(f"{output.rstrip('/')}/{older}")


def _put(fs: Any, name: str, data: bytes) -> None:
    """Replace a file at one moment: whoever reads it finds the old one or the new one, whole."""
    if fs.protocol != extra("fsspec").get_filesystem_class("file").protocol:
        fs.pipe_file(name, data)  # an object store shows an object once all of it has arrived
        return
    beside = f"{name}.new"
    fs.pipe_file(beside, data)
    os.replace(beside, name)


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
