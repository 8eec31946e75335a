"""Fails when the engine grows faster than what it reads, or takes more instructions than it did.

``python bench/gate.py`` measures made-up knowledge bases of fixed sizes and exits with 1 when a
stage takes five times the CPU time or more for four times as many studies, or a command a tenth
more instructions than ``bench/baseline.json`` says. ``--write`` records the counts of today.

Instructions are counted by Valgrind and divided by those of a reference program, counted in the
same run: so they depend on neither the load of the machine nor its clock, and little on how Python
was built. Each version of Python has counts of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import corpora

HERE = Path(__file__).resolve().parent
BASELINE = HERE / "baseline.json"
MORE = 1.10
"""How many times the instructions of before are too many."""
GROWTH = 5.0
"""How many times the time is too much, for four times as many studies."""
TRIES = 5
"""How often a stage that seems to grow too fast is measured; the least time counts."""

STAGES = {
    "read": 1000, "check": 1000, "link": 1000, "matrix": 1000,
    "api": 250, "export": 250, "pages": 40, "site": 10,
}  # fmt: skip
"""Each stage, and the number of studies from which its growth is measured."""

COUNTED = 60
"""Studies of the knowledge base on which instructions are counted."""
BUILT = 2
"""Studies of the one that is built, in one language: most of a build is the same for every page."""
COMMANDS = {
    "kb --help": ("--help",),
    "kb check": ("check", "--root", "{root}"),
    "kb matrix": ("matrix", "topic", "outcome", "--format", "json", "--root", "{root}"),
    "kb build": ("build", "--root", "{built}"),
}
REFERENCE = (
    "import json, yaml\n"
    "text = ''.join(f'- {{a: [{n}, x{n}], b: \"text {n}\"}}\\n' for n in range(400))\n"
    "print(len(json.dumps(yaml.load(text, yaml.SafeLoader))))\n"
)


def main() -> None:
    """Measure, and say what is too much."""
    parser = argparse.ArgumentParser(description="Fail on growth and on more instructions.")
    parser.add_argument("--write", action="store_true", help="record the counts of today")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kb-gate-") as folder, ThreadPoolExecutor(1) as beside:
        # The counts do not mind what else runs; so the times are taken meanwhile.
        counting = beside.submit(counts, Path(folder))
        complaints = [] if given.write else list(growing(Path(folder)))
        counted = counting.result()
    if given.write:
        _write(counted)
        return
    complaints += compared(counted, _baseline())
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    sys.exit(1 if complaints else 0)


def growing(folder: Path) -> Iterator[str]:
    """A complaint for each stage that grows too fast; what was measured is printed."""
    for stage, size in STAGES.items():
        less, more = (_corpus(folder, number) for number in (size, 4 * size))
        least: dict[Path, float] = {}
        for _ in range(TRIES):
            for root in (less, more):
                least[root] = min(least.get(root, 1e9), _seconds(stage, root))
            growth = least[more] / least[less]
            if growth < GROWTH:
                break
        print(f"{stage:12}{size:6} to {4 * size:6} studies: {growth:5.2f} times the time")
        if growth >= GROWTH:
            yield f"{stage} takes {growth:.2f} times as long for four times as many studies"


def _corpus(folder: Path, size: int) -> Path:
    root = folder / str(size)
    if not root.exists():
        corpora.write(root, size)
    return root


def _seconds(stage: str, root: Path) -> float:
    line = [sys.executable, str(HERE / "stages.py"), stage, str(root)]
    done = subprocess.run(line, capture_output=True, text=True, check=True, env=_environment())
    return float(json.loads(done.stdout.splitlines()[-1])["cpu"])


def counts(folder: Path) -> Mapping[str, float]:
    """The instructions of each command as shares of those of the reference program."""
    root, built = folder / "counted", folder / "built"
    corpora.write(root, COUNTED)
    corpora.write(built, BUILT, languages=("en",))
    reference = instructions("-c", REFERENCE)
    counted = {}
    for name, given in COMMANDS.items():
        arguments = ("-m", "kb", *(one.format(root=root, built=built) for one in given))
        # Python compiles each module once, when it is first imported: not in the run that counts.
        subprocess.run([sys.executable, *arguments], capture_output=True, env=_environment())
        counted[name] = instructions(*arguments) / reference
    return counted


def instructions(*arguments: str) -> int:
    """How many instructions Python takes for some arguments, in all processes that are copies."""
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        sys.exit("instructions are counted by Valgrind: install it (apt install valgrind)")
    line = [valgrind, "--tool=callgrind", "--callgrind-out-file=/dev/null", sys.executable]
    done = subprocess.run(
        [*line, *arguments], capture_output=True, text=True, check=False, env=_environment()
    )
    found = re.findall(r"Collected : (\d+)", done.stderr)
    if done.returncode or not found:
        sys.exit(f"{' '.join(arguments)} could not be counted:\n{done.stderr[-2000:]}")
    return sum(map(int, found))


def _environment() -> Mapping[str, str]:
    # Without a cache, with the same order of sets in every run, and compiled once, as installed.
    given = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**given, "PYTHONHASHSEED": "0", "KB_CACHE": "", "NO_MKDOCS_2_WARNING": "1"}


def compared(counted: Mapping[str, float], before: Mapping[str, float] | None) -> Iterator[str]:
    """A complaint for each command that takes too many instructions; all are printed."""
    if before is None:
        print(f"no counts of instructions for Python {_version()} in {BASELINE.name}")
        return
    for name, count in counted.items():
        known = before.get(name)
        if known is None:
            yield f"{name} has no count in {BASELINE.name}; run bench/gate.py --write"
            continue
        print(f"{name:12} {count / known:6.1%} of the instructions of before")
        if count > MORE * known:
            yield f"{name} takes {count / known - 1:.1%} more instructions than it did"


def _version() -> str:
    return ".".join(map(str, sys.version_info[:2]))


def _all() -> dict[str, Mapping[str, float]]:
    found: dict[str, Mapping[str, float]] = json.loads(BASELINE.read_text("utf-8"))
    return found


def _baseline() -> Mapping[str, float] | None:
    return _all().get(_version()) if BASELINE.is_file() else None


def _write(counted: Mapping[str, float]) -> None:
    known = _all() if BASELINE.is_file() else {}
    known[_version()] = {name: round(count, 4) for name, count in counted.items()}
    text = json.dumps(dict(sorted(known.items())), indent=1) + "\n"
    BASELINE.write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    main()
