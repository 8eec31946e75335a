"""How long reading, checking and crossing take, and how that grows with the number of studies.

``python bench/matrix.py [N ...]`` writes N made-up studies of some 2 KB, coded by the codebook of
this repository, to a temporary folder. Each size runs in a process of its own, so that its peak
memory is its own; times are CPU seconds.
"""

from __future__ import annotations

import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

from kb import api, datafile, export, tables, whole
from kb import graph as graphs
from kb.base import KnowledgeBase
from kb.citations import Kind
from kb.codebook import Codebook
from kb.corpus import read
from kb.rules import check

HERE = Path(__file__).resolve().parent.parent
WORDS = (
    "trust",
    "control",
    "discretion",
    "manager",
    "employee",
    "review",
    "goal",
    "budget",
    "service",
    "leader",
    "practice",
    "change",
    "result",
    "council",
    "region",
    "school",
    "care",
    "dialogue",
    "quality",
    "learning",
    "structure",
    "support",
    "time",
)
STUDY = """\
title: {{en: {title}, sv: {title}}}
reports: [r{number}]
kind: {kind}
directness: {directness}
tags: {{country: [{country}], sector: [{sector}], method: [{method}]}}
coding:
  {{basis: {basis}, source: r{number}, locator: "p. {number}", coders: [first-coder],
   date: "2026-01-01"}}
findings:
"""
FINDING = """\
  - id: finding-{position}
    statement:
      en: {text}
      sv: {text}
    direction: {direction}
    tags: {{relationship: [{relationship}], outcome: [{outcomes}], practice: [{practice}]}}
    locator: "p. {position}"
"""
REFERENCE = "@article{{r{number},\n  author = {{Author{one}, A. and Author{two}, B.}},\n  title = \
{{Work {number}}},\n  journal = {{Journal}},\n  year = {{{year}}}\n}}\n\n"


def main() -> None:
    """Measure the sizes named on the command line, one process each, and print a table."""
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measured(int(sys.argv[2]))))
        return
    sizes = [int(size) for size in sys.argv[1:]] or [625, 2500, 10_000]
    results = [_in_process(size) for size in sizes]
    for name in results[0]:
        figures = [f"{result[name]:10.3f}" for result in results]
        print(f"{name:24}", *figures, _growth([result[name] for result in results]))


def _in_process(size: int) -> dict[str, float]:
    command = [sys.executable, __file__, "--one", str(size)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _growth(values: list[float]) -> str:
    pairs = pairwise(values)
    return "  x" + ", x".join(f"{later / max(earlier, 1e-4):.1f}" for earlier, later in pairs)


def measured(size: int) -> dict[str, float]:
    """Seconds of each stage, and megabytes after reading and checking and at the end."""
    root = Path(tempfile.mkdtemp(prefix="kb-bench-"))
    try:
        write(root, size)
        return {"studies": size, **dict(_stages(root))}
    finally:
        shutil.rmtree(root)


def _stages(root: Path) -> Iterator[tuple[str, float]]:
    started = time.process_time()
    corpus, problems = read(root)
    yield "read", time.process_time() - started
    assert corpus is not None
    assert not problems, problems[:3]
    seconds, complaints = _timed(lambda: list(check(corpus)))
    yield "check", seconds
    assert not complaints, complaints[:3]
    yield "peak MB, checked", _peak()
    base = KnowledgeBase(corpus)
    yield "facts", _timed(lambda: base.facts)[0]
    pairs = list(api.pairs(corpus))
    first = _timed(lambda: base.matrix(*pairs[0]))[0]
    times = [_timed(lambda p=p: base.matrix(*p))[0] for p in pairs]
    yield "first matrix", first
    yield f"slowest of {len(pairs)} matrices", max(times)
    yield "mean matrix", sum(times) / len(times)
    dated = _timed(lambda: base.matrix(*pairs[0], as_of=2010))[0]
    yield "matrix as of a year", dated
    records = corpus.studies.values()
    yield "selection", _timed(lambda: base.studies(relationship="D", country=["SE", "DK"]))[0]
    yield "table of studies", _timed(lambda: tables.studies(corpus, records, "en"))[0]
    yield "table of findings", _timed(lambda: tables.findings(corpus, base.facts, "en"))[0]
    yield "graph", _timed(lambda: base.graph)[0]
    nodes = [(Kind.STUDY, study) for study in list(corpus.studies)[:100]]
    yield "related, 100 studies", _timed(lambda: [graphs.related(base.graph, n) for n in nodes])[0]
    yield "static files", _timed(lambda: sum(1 for _ in api.files(base)))[0]
    seconds, text = _timed(lambda: export.line(_enveloped(base)))
    yield "whole as one file", seconds
    yield "MB of that file", len(str(text)) / 1e6
    yield "read from that file", _timed(lambda: datafile.read(str(text).encode(), "x"))[0]
    yield "peak MB, end", _peak()


def _enveloped(base: KnowledgeBase) -> dict[str, object]:
    return {"version": whole.API_VERSION, "data": whole.whole(base.corpus)}


def _timed(work: Callable[[], object]) -> tuple[float, object]:
    started = time.process_time()
    result = work()
    return time.process_time() - started, result


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def write(root: Path, size: int) -> None:
    """A knowledge base with this repository's codebook and ``size`` made-up studies."""
    chance = random.Random(size)
    shutil.copytree(HERE / "corpus" / "codebook", root / "corpus" / "codebook")
    shutil.copy(HERE / "corpus" / "knowledge-base.yml", root / "corpus")
    corpus, _ = read(HERE)
    assert corpus is not None
    folder = root / "corpus" / "studies"
    folder.mkdir()
    with (root / "references.bib").open("w", encoding="utf-8") as references:
        references.write((HERE / "references.bib").read_text("utf-8") + "\n")
        for number in range(size):
            references.write(_reference(chance, number, size))
            text = "".join(_study(chance, corpus.codebook, number))
            (folder / f"study{number}.yml").write_text(text, "utf-8")


def _reference(chance: random.Random, number: int, size: int) -> str:
    one, two = chance.randrange(size), chance.randrange(size)
    return REFERENCE.format(number=number, one=one, two=two, year=chance.randint(1995, 2026))


def _study(chance: random.Random, codebook: Codebook, number: int) -> Iterator[str]:
    relationship = chance.choice("BCD")
    own = {name: _term(chance, codebook, name) for name in ("country", "method")}
    own |= {role: _term(chance, codebook, role) for role in ("kind", "directness")}
    sector = chance.choice(["home-care", "education", "hospital-care", "social-services"])
    basis = chance.choice(["full-text", "abstract", "review"])
    title = _text(chance, 8)
    yield STUDY.format(number=number, title=title, sector=sector, basis=basis, **own)
    for position in range(chance.randint(2, 6)):
        outcomes = {_term(chance, codebook, "outcome") for _ in range(chance.randint(1, 3))}
        yield FINDING.format(
            position=position,
            text=_text(chance, 14),
            direction=chance.choice(["supports", "mixed", "challenges", "descriptive"]),
            relationship=relationship,
            outcomes=", ".join(sorted(outcomes)),
            practice=_term(chance, codebook, "practice"),
        )


def _term(chance: random.Random, codebook: Codebook, facet: str) -> str:
    return chance.choice(codebook[facet].current).id


def _text(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(WORDS, k=words)).capitalize()


if __name__ == "__main__":
    main()
