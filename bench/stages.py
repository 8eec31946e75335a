"""The stages of the engine, each measured in a process of its own.

``python bench/stages.py STAGE FOLDER`` prints the figures of one stage on one knowledge base as
JSON: CPU and wall seconds of the stage alone, the peak memory of its process in MB (what came
before it included), and the MB that it hands on, where it writes. Stages that start processes of
their own are counted with these.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

Work = Callable[[], object]
"""What is measured; what it returns is kept until it has been."""


def read(root: Path) -> Work:
    """Reading all files and checking their form, without a cache."""
    from kb import corpus

    return lambda: corpus.read(root)


def check(root: Path) -> Work:
    """Checking the records across each other."""
    from kb.collector import collector_paused
    from kb.corpus import read
    from kb.rules import check

    found, problems = read(root)
    assert found is not None
    assert not problems, problems[:3]

    def work() -> object:
        with collector_paused():  # as when a knowledge base is loaded
            complaints = list(check(found))
        assert not complaints, complaints[:3]
        return complaints

    return work


def link(root: Path) -> Work:
    """Linking all records in a graph."""
    import networkx  # noqa: F401 # what importing it takes is no part of the stage

    base = _base(root)
    return lambda: base.graph


def matrix(root: Path) -> Work:
    """The matrices of every two facets."""
    from kb import api

    base = _base(root)
    return lambda: [base.matrix(*pair) for pair in api.pairs(base.corpus)]


def one_matrix(root: Path) -> Work:
    """The default matrix, the first that is asked for."""
    base = _base(root)
    wanted = base.settings.matrix
    return lambda: base.matrix(wanted.row, wanted.column)


def next_matrix(root: Path) -> Work:
    """The matrix of two other facets, when the first has been made."""
    from kb import api

    base = _base(root)
    first = base.settings.matrix.row, base.settings.matrix.column
    base.matrix(*first)
    row, column = next(pair for pair in api.pairs(base.corpus) if {*pair}.isdisjoint(first))
    return lambda: base.matrix(row, column)


def api(root: Path) -> Work:
    """The files of the static API."""
    from kb import api as static

    base = _base(root)
    return lambda: sum(len(text.encode()) for _, text in static.files(base))


def export(root: Path) -> Work:
    """The files of all formats."""
    from kb.formats import material
    from kb.formats.registry import FORMATS

    everything = material.whole(_base(root))
    return lambda: _bytes(
        content for one in FORMATS.values() for _, content in one.files(everything)
    )


def pages(root: Path) -> Work:
    """The Markdown of the pages in all languages."""
    from kb.site import generate

    base = _base(root)

    def work() -> object:
        for language in base.corpus.languages:
            generate.generate(base, language)
        return _size(root / "build" / "docs")

    return work


def site(root: Path) -> Work:
    """The whole of ``kb build``."""

    def work() -> object:
        _kb(root, "build")
        return _size(root / "site")

    return work


def plain(root: Path) -> Work:
    """MkDocs alone on the Markdown that the last ``kb build`` left, language by language."""
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    names = sorted(path.name for path in (root / "build").glob("zensical.*.yml"))
    assert names, "the stage site leaves what this one needs"

    def work() -> object:
        for name in names:
            target = root / "build" / "plain" / name
            build(load_config(str(root / "build" / name), site_dir=str(target), strict=False))
        return _size(root / "build" / "plain")

    return work


def checked(root: Path) -> Work:
    """The command ``kb check`` as a whole, without a cache."""
    return lambda: _kb(root, "check", KB_CACHE="")


def warm(root: Path) -> Work:
    """``kb check`` once more, with the cache of a run before."""
    _kb(root, "check")
    return lambda: _kb(root, "check")


def changed(root: Path) -> Work:
    """``kb check`` after one study was changed."""
    _kb(root, "check")
    study = next((root / "corpus" / "studies").rglob("*.yml"))
    study.write_text(study.read_text("utf-8") + "# changed\n", "utf-8", newline="\n")
    return lambda: _kb(root, "check")


def help(root: Path) -> Work:
    """The command ``kb --help``."""
    return lambda: _kb(None, "--help")


STAGES = {
    one.__name__: one
    for one in (
        help, checked, warm, changed, read, check, link, one_matrix, next_matrix, matrix, api,
        export, pages, site, plain,
    )
}  # fmt: skip


def measured(name: str, root: Path) -> dict[str, float]:
    """The figures of a stage."""
    work = STAGES[name](root)
    before, started = _cpu(), time.perf_counter()
    result = work()
    seconds = {"cpu": _cpu() - before, "wall": time.perf_counter() - started}
    return seconds | {"peak": _peak(), "out": result / 1e6 if isinstance(result, int) else 0.0}


def _cpu() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def _peak() -> float:
    """MB of memory of this process or of the largest of its children."""
    return max(memory(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)


def memory() -> float:
    """The most MB of memory that this process has had; what started it does not count."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.is_file() else []
    peak = next((line.split()[1] for line in lines if line.startswith("VmHWM")), None)
    return int(peak or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / 1024


def _base(root: Path):  # type: ignore[no-untyped-def] # the engine is imported when measured
    from kb.base import KnowledgeBase
    from kb.corpus import read

    corpus, problems = read(root)
    assert corpus is not None
    assert not problems, problems[:3]
    base = KnowledgeBase(corpus)
    assert base.facts
    gc.freeze()  # as the commands do
    return base


def _kb(root: Path | None, *arguments: str, **environment: str) -> None:
    line = [sys.executable, "-m", "kb", *arguments]
    line += ["--root", str(root)] if root else []
    variables = {**os.environ, **environment}
    subprocess.run(line, check=True, stdout=subprocess.DEVNULL, env=variables)


def _bytes(contents: Iterable[bytes]) -> int:
    return sum(map(len, contents))


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    print(json.dumps(measured(sys.argv[1], Path(sys.argv[2]))))
