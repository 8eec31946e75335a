"""How large each export is and how long it takes.

``python bench/formats.py [N ...]`` measures this knowledge base (0) and made-up ones of N studies,
each in a process of its own; times are CPU seconds.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from matrix import HERE, write

import kb
from kb.formats import material
from kb.formats.registry import FORMATS


def main() -> None:
    """Measure the sizes named on the command line and print a table of each."""
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measured(int(sys.argv[2]))))
        return
    for size in [int(size) for size in sys.argv[1:]] or [0, 625, 2500, 10_000]:
        command = [sys.executable, __file__, "--one", str(size)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        print(f"\n{size or 'this knowledge base'}")
        for name, files, large, seconds, peak in json.loads(done.stdout):
            print(f"{name:12}{files:6} files {large / 1e6:9.2f} MB {seconds:8.2f} s {peak:7.0f} MB")


def measured(size: int) -> list[tuple[str, int, int, float, float]]:
    """For each format the number of files, their bytes, seconds, and peak memory in MB so far."""
    root = Path(tempfile.mkdtemp(prefix="kb-bench-"))
    try:
        if size:
            write(root, size)
        return _formats(kb.load(root if size else HERE))
    finally:
        shutil.rmtree(root)


def _formats(base: kb.KnowledgeBase) -> list[tuple[str, int, int, float, float]]:
    everything = material.whole(base)
    # What several formats share is not counted with the first of them.
    found = [("shared", 0, 0, _seconds(lambda: (base.facts, base.graph)), _peak())]
    for name, one in FORMATS.items():
        sizes: list[int] = []
        seconds = _seconds(
            lambda one=one, sizes=sizes: sizes.extend(
                len(content) for _, content in one.files(everything)
            )
        )
        found.append((name, len(sizes), sum(sizes), seconds, _peak()))
    return found


def _seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
