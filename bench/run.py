"""Measures every stage of the engine on made-up knowledge bases: ``bench/results.json``.

``python bench/run.py [N ...]`` (default: 62 250 1000 4000 10000 100000) makes a knowledge base of N
studies, runs every stage, every limit and every peer on it in a process of its own, one after the
other, and then words the results in the docs (``bench/report.py``). What is short is run several
times, and the run with the least CPU counts: whatever else a machine does only adds to it. The
real knowledge base is checked and built once besides. ``--before FOLDER`` measures another checkout
of the engine in the same run. What renders pages is left out above
``--pages-up-to`` studies, and above ``--all-up-to`` all but what a check and a first matrix take.
Peers are installed in environments of their own the first time, in ``.cache/bench/``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import corpora
import limits
import report
import stages

HERE = Path(__file__).resolve().parent
ENVIRONMENTS = HERE.parent / ".cache" / "bench"
PEERS = ("acl_anthology", "colrev", "pysigma")
PAGED = ("pages", "site", "plain")
CACHED = ("warm", "changed")
LARGE = (
    "disk", "libyaml", "parsers", "orjson", "checked", "warm", "changed", "read", "check",
    "one_matrix", "next_matrix",
)  # fmt: skip
SIZES = (62, 250, 1000, 4000, 10_000, 100_000)
SHORT, TWO = ("checked", "warm", "one_matrix", "next_matrix"), ("en", "sv")
"""What is measured once more with texts in two languages, where a study takes 2 KB."""
TRIES, LONG, PATIENCE = 5, 10.0, 40.0
"""How often something is measured, unless that takes more seconds in all, or more with what has to
be there first."""
VERSIONS = ("pyyaml", "pydantic", "networkx", "bibtexparser", "mkdocs", "mkdocs-material")


def main() -> None:
    """Measure what the arguments ask for."""
    parser = argparse.ArgumentParser(description="Measure every stage of the engine.")
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, metavar="N")
    parser.add_argument("--before", type=Path, help="another checkout, measured in the same run")
    parser.add_argument("--pages-up-to", type=int, default=250, metavar="N")
    parser.add_argument("--all-up-to", type=int, default=10_000, metavar="N")
    parser.add_argument(
        "--stage", action="append", choices=[*stages.STAGES, *limits.LIMITS, *PEERS]
    )
    given = parser.parse_args()
    made = {"machine": machine(), "sizes": {}}
    for size in given.sizes:
        wanted = given.stage or [*limits.LIMITS, *stages.STAGES, *PEERS]
        if size > given.pages_up_to:
            wanted = [name for name in wanted if name not in PAGED]
        if size > given.all_up_to:
            wanted = [name for name in wanted if name in LARGE]
        made["sizes"][str(size)] = dict(figures(size, wanted, given.before))
    if given.stage:
        return
    made["short"] = {str(size): dict(figures(size, SHORT, None, TWO)) for size in (1000, 10_000)}
    made["real"] = dict(real())
    report.RESULTS.write_text(json.dumps(made, indent=1) + "\n", "utf-8", newline="\n")
    report.main()


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    cpu = next(
        (
            line.partition(": ")[2].strip()
            for line in _lines("/proc/cpuinfo")
            if "model name" in line
        ),
        platform.processor(),
    )
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "cpu": cpu,
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in VERSIONS} | _pinned(),
    }


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).is_file() else []


def _pinned() -> dict[str, str]:
    pins = (
        line for path in sorted((HERE / "requirements").glob("*.txt")) for line in _lines(str(path))
    )
    return dict(pin.split("==") for pin in pins if "==" in pin and not pin.startswith("typing"))


def figures(
    size: int,
    wanted: Iterable[str],
    before: Path | None,
    languages: Sequence[str] = corpora.LANGUAGES,
) -> Iterator[tuple[str, dict[str, float]]]:
    """The figures of each limit, stage and peer at a size, as they come; they are printed too."""
    with tempfile.TemporaryDirectory(prefix="kb-bench-") as folder:
        root = Path(folder) / "base"
        corpora.write(root, size, languages=languages)
        for name in wanted:
            for label, figure in _measured(name, root, size, before):
                print(
                    f"{size:7} {label:24}" + "".join(f"{k} {v:9.3f}  " for k, v in figure.items())
                )
                sys.stdout.flush()
                yield label, figure


def real() -> Iterator[tuple[str, dict[str, float]]]:
    """The figures of the knowledge base beside the engine, of a copy of it."""
    with tempfile.TemporaryDirectory(prefix="kb-bench-") as folder:
        root = Path(folder) / "base"
        for name in ("corpus", "docs"):
            shutil.copytree(HERE.parent / name, root / name)
        for name in ("mkdocs.yml", "references.bib"):
            shutil.copy(HERE.parent / name, root)
        for name in ("checked", "site"):
            yield from _measured(name, root, 0, None)


def _measured(
    name: str, root: Path, size: int, before: Path | None
) -> Iterator[tuple[str, dict[str, float]]]:
    if name in PEERS:
        with tempfile.TemporaryDirectory(prefix="kb-bench-") as folder:
            yield name, _run(_python(name), "peers.py", name, folder, str(size))
    elif name in limits.LIMITS:
        python = _python("orjson") if name == "orjson" else sys.executable
        yield name, _run(python, "limits.py", name, str(root))
    else:
        cache = str(root.parent / "cache") if name in CACHED else ""
        yield (
            name,
            _run(sys.executable, "stages.py", name, str(root), engine=HERE.parent, cache=cache),
        )
        if before:
            other = root.parent / "before"
            if not other.exists():
                shutil.copytree(root, other)
            arguments = ("stages.py", name, str(other))
            yield f"{name}, before", _run(sys.executable, *arguments, engine=before, cache=cache)


def _run(
    python: str, script: str, *arguments: str, engine: Path | None = None, cache: str = ""
) -> dict[str, float]:
    """The figures of the run that took the least CPU."""
    environment = {**os.environ, "PYTHONHASHSEED": "0", "NO_MKDOCS_2_WARNING": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # as where it is installed: compiled once
    if engine:
        environment |= {"PYTHONPATH": str(engine), "KB_CACHE": cache}
    line = [python, str(HERE / script), *arguments]
    found: list[dict[str, float]] = []
    started = time.monotonic()
    while len(found) < TRIES and sum(one["wall"] for one in found) < LONG:
        found.append(_once(line, environment))
        if time.monotonic() - started > PATIENCE:
            break
    return min(found, key=lambda one: one["cpu"])


def _once(line: list[str], environment: dict[str, str]) -> dict[str, float]:
    done = subprocess.run(line, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(line)}\n{done.stderr[-2000:]}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _python(peer: str) -> str:
    """The Python of an environment that has what a peer needs, made if it is not there."""
    folder = ENVIRONMENTS / peer
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    needs = HERE / "requirements" / f"{peer}.txt"
    stamp = folder / ".made"
    if not stamp.is_file() or stamp.read_text() != needs.read_text():
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        quiet = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        also = ["pyyaml"] if peer == "orjson" else []
        subprocess.run([python, *quiet, "--requirement", needs, *also], check=True)
        stamp.write_text(needs.read_text())
    return str(python)


if __name__ == "__main__":
    main()
