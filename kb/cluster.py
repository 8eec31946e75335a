"""Studies in a folder or an object store to partitioned Parquet, a shard at a time; needs the extra
``shards``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import uuid4

from kb import processes, stores, whole
from kb.corpus import Corpus, begin, rest
from kb.folder import MANIFEST, Snapshot, snapshot, stem
from kb.listing import Folder
from kb.places import locate
from kb.problems import Problem, SourceError, has_errors, ordered
from kb.shards import NEEDED, Context, File, Row, column, context, gather, of_line, shard

VERSION = 2
SIZE = 1000
"""So many studies are in a shard, unless the source is in JSON Lines: then a file is one."""
_STUDIES = "corpus/studies"
_RUN = re.compile(r"run-[0-9a-f]{32}")


class SizeError(ValueError):
    """Raised for a size of shards that are as large as their files."""


@dataclass(frozen=True)
class Built:
    """What came of a run: counts, and every problem; with an error no table was made. Runs that
    are ``left`` beside the tables did not end, or have not yet."""

    studies: int
    findings: int
    shards: int
    problems: tuple[Problem, ...]
    left: tuple[str, ...] = ()


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
        return stores.data(f"{self.address}/{inside}")


@dataclass(frozen=True)
class _Task:
    """A shard to be made: its files, those ``later`` whose name an earlier one has (in JSON Lines
    their lines), and where its tables go."""

    number: int
    source: _Source
    later: frozenset[str | int]
    output: str

    def table(self, name: str) -> str:
        """Where a table goes."""
        return f"{self.output}/{name}/{self.number:06}.parquet"


def build(
    root: Path,
    output: str,
    source: str | None = None,
    *,
    workers: int = 0,
    scheduler: str | None = None,
    size: int | None = None,
) -> Built:
    """Read and check the studies of a source and write their fact table as Parquet.

    ``source`` is a folder or an address that fsspec knows, with YAML files or JSON Lines; without
    one the studies of the knowledge base are read. Nothing of an earlier run is replaced until all
    is there, and nothing is when there are errors. ``workers`` are processes of this machine, none
    being this process itself; ``scheduler`` is the address of a running Dask.
    Raises :class:`SourceError` when the source cannot be read, the output not be written, the
    scheduler not be reached, or something is not installed, and :class:`SizeError` for a ``size``
    of studies in JSON Lines.
    """
    files = _listed(source) if source else _of(root)
    if files.lines and size is not None:
        raise SizeError(f"{source} is in JSON Lines: each file is a shard; leave out the size")
    output = _opening(output)
    with processes.pool(workers, scheduler) as pool:
        begun = begin(root, snapshot(root, without=_STUDIES))
        if begun.against is None:
            return Built(0, 0, 0, ordered(rest(begun, ())[1]))
        around = context(begun.against)
        run = f"{output}/run-{uuid4().hex}"
        tasks = list(_tasks(files, run, 1 if files.lines else size or SIZE))
        try:
            counted = processes.run(pool, _make, tasks, around)
            paths, twice = _named(tasks) if files.lines else (files.paths, {})
            if twice:
                processes.run(pool, _make, list(_again(tasks, twice)), around)
            corpus, problems = rest(begun, paths)
            assert corpus is not None
            problems += chain.from_iterable(twice.values())
            rows = _rows(tasks, "studies", list(NEEDED))
            told = [Problem(**row) for row in _rows(tasks, "problems")]
            read = (lambda _: b"") if files.lines else files.data
            found = gather(corpus, problems, rows, told, read)
            if has_errors(found):
                stores.remove(run)
            left = () if has_errors(found) else _finish(output, run, corpus, len(tasks))
        except BaseException:
            stores.remove(run)
            raise
    studies, findings = map(sum, zip(*counted, strict=True))
    return Built(studies, findings, len(tasks), found, left)


def _opening(output: str) -> str:
    """The absolute address of a place for tables, which can be written and holds nothing else."""
    fs, base = stores.at(output)
    there: str = fs.unstrip_protocol(base)
    stores.try_to_write(there)
    if _manifest(there) is None:
        hint = f"it holds a {MANIFEST} that is not of kb shard; name another place for the tables"
        raise SourceError(f"{output} cannot be taken: {hint}")
    return there


def _manifest(output: str) -> dict[str, Any] | None:
    """What the manifest in a place says, if there is one; ``None`` when it is of something else."""
    fs, base = stores.at(output)
    if not fs.exists(f"{base}/{MANIFEST}"):
        return {}
    try:
        found = json.loads(stores.data(f"{output}/{MANIFEST}"))
    except ValueError:
        return None
    run = found.get("run") if isinstance(found, dict) else None
    return found if isinstance(run, str) and _RUN.fullmatch(run) else None


def _of(root: Path) -> _Source:
    paths = Folder(Snapshot(root)).records(_STUDIES)
    return _Source(str(root / _STUDIES), tuple(paths), own=True)


def _listed(source: str) -> _Source:
    fs, base = stores.at(source)
    try:
        found = fs.find(base)
    except Exception as error:  # each store has its own, as of missing keys
        raise SourceError(f"{source} cannot be read: {error}") from error
    kinds = {name.rpartition(".")[2] for name in found} & {"yml", "jsonl"}
    if len(kinds) != 1 or found == [base]:
        what = "both YAML and JSON Lines" if kinds else "neither .yml nor .jsonl files"
        what = "a single file" if found == [base] else what
        raise SourceError(f"{source} holds {what}; name a folder with one of them")
    inside = sorted(name[len(base) + 1 :] for name in found if name.endswith(tuple(kinds)))
    paths = (one if one.endswith(".jsonl") else f"{_STUDIES}/{one}" for one in inside)
    return _Source(fs.unstrip_protocol(base), tuple(paths), own=False)


def _tasks(files: _Source, run: str, size: int) -> Iterator[_Task]:
    names: set[str] = set()
    for number, at in enumerate(range(0, max(len(files.paths), 1), size)):  # of none, empty tables
        some, later = files.paths[at : at + size], set[str | int]()
        for path in some:
            name = stem(path).casefold()
            if name in names and not files.lines:
                later.add(path)
            names.add(name)
        yield _Task(number, replace(files, paths=some), frozenset(later), run)


def _make(task: _Task, around: Context) -> tuple[int, int]:
    """Write the tables of a shard, and tell how many studies and findings are in them: no record
    travels."""
    made = shard(around, _opened(task, around.corpus.root))
    problems = [asdict(one) for one in made.problems]
    terms = [column(facet.id) for facet in around.codebook.axes]
    stores.write(task.table("studies"), made.studies, _STUDY)
    stores.write(task.table("findings"), made.findings, (*_FINDING, *terms))
    stores.write(task.table("problems"), problems, _PROBLEM)
    return len(made.studies), sum(len(row["finding_ids"]) for row in made.studies)


_STUDY = (
    "id", "path", "line", "whole", "draft", "unread", "year", "directness", "basis", "authors",
    "reports", "hidden", "cited", "finding_ids", "measures",
)  # fmt: skip
_FINDING = ("study", "position", "finding", "direction", "year", "directness", "basis")
_PROBLEM = ("code", "severity", "path", "line", "column", "field", "message", "hint")


def _opened(task: _Task, root: Path) -> Iterator[File]:
    folder = Folder(Snapshot(root))
    for path in task.source.paths:
        if path.endswith(".jsonl"):
            for number, line in enumerate(task.source.data(path).splitlines(), 1):
                if line.strip():
                    yield of_line(line, path, number, number not in task.later)
        elif task.source.own:
            data = folder.read(path)
            wrong = tuple(locate(root, folder.complaints))
            folder.complaints.clear()
            yield File(path, data, path not in task.later, wrong)
        else:
            yield File(path, task.source.data(path), path not in task.later)


def _rows(tasks: Iterable[_Task], name: str, columns: list[str] | None = None) -> Iterator[Row]:
    """The rows of all parts of a table, one part in memory at a time."""
    for task in tasks:
        yield from stores.rows(task.table(name), columns)


def _named(tasks: Iterable[_Task]) -> tuple[list[str], dict[int, list[Problem]]]:
    """The paths of the studies in JSON Lines, of each name the first; and by shard what is wrong
    with the others. Only their shards tell what is in JSON Lines, so this is asked afterwards."""
    paths: list[str] = []
    twice: dict[int, list[Problem]] = {}
    places: dict[str, str] = {}
    for task in tasks:
        (file,) = task.source.paths
        for row in stores.rows(task.table("studies"), ["id", "path", "line"]):
            place = f"{file}:{row['line']}"
            first = places.setdefault(row["id"].casefold(), place) if row["id"] else ""
            if first == place:
                paths.append(row["path"])
            elif first:
                message = f"the name {row['id']} is taken by {first}"
                hint = "delete one of the lines, or give one another id"
                one = Problem("KB040", "error", file, row["line"], 1, "", message, hint)
                twice.setdefault(task.number, []).append(one)
    return paths, twice


def _again(tasks: Iterable[_Task], twice: Mapping[int, list[Problem]]) -> Iterator[_Task]:
    """The shards with studies that are not the first of their name, which they know now."""
    for task in tasks:
        if task.number in twice:
            yield replace(task, later=frozenset(one.line for one in twice[task.number]))


def _finish(output: str, run: str, corpus: Corpus, shards: int) -> tuple[str, ...]:
    """Write the manifest, by which the tables are found, last; then remove the run before the
    previous one, which someone may still read. Tell which other runs are there: nobody knows
    whether they go on elsewhere."""
    fs, base = stores.at(output)
    manifest = _manifest(output) or {}
    previous, older = manifest.get("run"), manifest.get("previous")
    newest = run.rpartition("/")[2]
    stated = {one.source for gap in corpus.gaps.values() for one in gap.stated_by}
    small = {key: one for key, one in corpus.references.items() if key in stated}
    kept = Corpus(corpus.root, corpus.settings, corpus.codebook, small, {}, gaps=corpus.gaps)
    own = {"version": VERSION, "run": newest, "previous": previous, "shards": shards}
    manifest = {**own, "data": whole.whole(kept)}
    stores.put(fs, f"{base}/{MANIFEST}", json.dumps(manifest, ensure_ascii=False).encode())
    if older and _RUN.fullmatch(older):
        stores.remove(f"{output}/{older}")
    there = (name.rstrip("/").rpartition("/")[2] for name in fs.ls(base, detail=False))
    return tuple(sorted(set(filter(_RUN.fullmatch, there)) - {newest, previous}))
