"""What bounds the engine from below: the same bytes, read with nothing made of them.

``python bench/limits.py LIMIT FOLDER`` prints figures as ``bench/stages.py`` does.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from stages import memory

Work = Callable[[], object]


def disk(root: Path) -> Work:
    """Reading the bytes of all records and of the bibliography."""
    files = [*_files(root), root / "references.bib"]
    return lambda: sum(len(path.read_bytes()) for path in files)


def libyaml(root: Path) -> Work:
    """libyaml parsing the records, without a Python object for what it finds."""
    from yaml._yaml import CParser

    contents = [path.read_bytes() for path in _files(root)]

    def work() -> object:
        for content in contents:
            CParser(content).raw_parse()

    return work


def parsers(root: Path) -> Work:
    """PyYAML giving the events of all records, and bibtexparser the parts of the bibliography."""
    from bibtexparser.splitter import Splitter
    from yaml import CSafeLoader

    contents = [path.read_bytes() for path in _files(root)]
    bibliography = (root / "references.bib").read_text("utf-8")

    def work() -> object:
        for content in contents:
            following = CSafeLoader(content).get_event
            while following():
                pass
        return Splitter(bibliography).split()

    return work


def orjson(root: Path) -> Work:
    """orjson reading the same records, each a JSON text."""
    import orjson
    import yaml

    texts = [orjson.dumps(yaml.load(path.read_bytes(), yaml.CSafeLoader)) for path in _files(root)]
    return lambda: [orjson.loads(text) for text in texts]


LIMITS = {one.__name__: one for one in (disk, libyaml, parsers, orjson)}


def _files(root: Path) -> list[Path]:
    return sorted((root / "corpus").rglob("*.yml"))


def measured(name: str, root: Path) -> dict[str, float]:
    """The figures of a limit."""
    work = LIMITS[name](root)
    before, started = time.process_time(), time.perf_counter()
    work()
    seconds = {"cpu": time.process_time() - before, "wall": time.perf_counter() - started}
    return seconds | {"peak": memory(), "out": 0.0}


if __name__ == "__main__":
    print(json.dumps(measured(sys.argv[1], Path(sys.argv[2]))))
