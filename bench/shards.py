"""What shards cost, and whether they say the same as the plain path.

``python bench/shards.py [N]`` writes N made-up studies (100,000 if none is said) to a temporary
folder, makes their tables in two worker processes, and compares every problem and one matrix with
those of the plain path. Seconds are of the wall and, in brackets, of this process's CPU.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import corpora

from kb import cluster, export, rules
from kb.base import KnowledgeBase
from kb.tallies import tables

Made = TypeVar("Made")


def main() -> None:
    """Measure one size, and end with an error where the two paths differ."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    root = Path(tempfile.mkdtemp(prefix="kb-bench-"))
    try:
        corpora.write(root / "kb", size)
        compare(root / "kb", root / "tables")
    finally:
        shutil.rmtree(root)


def compare(root: Path, output: Path) -> None:
    """Both paths, one after the other."""
    built = _timed("shards, two processes", lambda: cluster.build(root, str(output), workers=2))
    megabytes = sum(one.stat().st_size for one in output.rglob("*.parquet")) / 1e6
    print(f"{built.studies} studies, {built.shards} shards, {megabytes:.1f} MB", flush=True)
    corpus, problems = _timed("plain: read and check", lambda: rules.load(root))
    assert corpus is not None
    assert built.problems == problems, "the problems differ"
    chosen = corpus.settings.matrix
    stored = _timed(
        "DuckDB: a matrix", lambda: tables(str(output)).matrix(chosen.row, chosen.column)
    )
    base = KnowledgeBase(corpus)
    plain = _timed("plain: a matrix", lambda: base.matrix(chosen.row, chosen.column))
    assert export.matrix(stored) == export.matrix(plain), "the matrices differ"
    print(f"the same {len(problems)} problems, the same {len(plain.cells)} cells", flush=True)


def _timed(name: str, work: Callable[[], Made]) -> Made:
    wall, cpu = time.perf_counter(), time.process_time()
    made = work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{name:24} {wall:8.2f} s ({cpu:.2f} s)", flush=True)
    return made


if __name__ == "__main__":
    main()
