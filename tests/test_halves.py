"""Half of the parsing in a second process: the same comes of it, whatever becomes of that process.

Each case runs in a process of its own, for a test process has threads, and then nothing is copied.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from kb import halves
from tests.making import finding, study, write
from tests.sites import ROOT

WORK = """
import json, os, threading, time
from kb import halves

main = os.getpid()
halves.LEAST = 4

def work(items):
    {work}
    return os.getpid() == main, items

def run():
    return halves.in_halves(work, {items}, lambda item: item)

{run}
left = []
try:
    os.waitpid(-1, os.WNOHANG)
except ChildProcessError:
    left.append("no child")
print(json.dumps([made, left]))
"""
ENOUGH = 400
TWO = pytest.mark.skipif(
    not halves.THREADS.is_dir() or len(os.sched_getaffinity(0)) < 2,
    reason="only Linux, on two cores, copies a process",
)


def told(work: str = "pass", items: str = "[1, 1, 1, 1, 4]", run: str = "made = run()") -> Any:
    """What came of some work: for each part whether it was done here, and on what."""
    script = WORK.format(work=work, items=items, run=run)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr
    made, left = json.loads(done.stdout)
    assert left == ["no child"]
    return made


@TWO
def test_the_second_half_of_the_effort_is_made_in_a_copy() -> None:
    assert told() == [[True, [1, 1, 1, 1]], [False, [4]]]
    assert told(items="[9, 1, 1, 1]") == [[True, []], [False, [9, 1, 1, 1]]]


@TWO
def test_few_things_are_worth_no_copy() -> None:
    assert told(items="[1, 1, 1]") == [[True, [1, 1, 1]]]


@TWO
@pytest.mark.parametrize(
    "fault",
    [
        "os.getpid() == main or 1 / 0",
        "os.getpid() == main or os._exit(3)",
        "os.getpid() == main or os.kill(os.getpid(), 9)",
        "items[0] == 4 and os.getpid() != main and exit(1)",
    ],
)
def test_what_a_copy_fails_to_do_is_done_here(fault: str) -> None:
    assert told(fault) == [[True, [1, 1, 1, 1]], [True, [4]]]


@TWO
def test_a_copy_does_not_outlive_what_began_it() -> None:
    fault = "os.getpid() == main or time.sleep(600)\n    if os.getpid() == main: 1 / 0"
    run = "try:\n    made = run()\nexcept ZeroDivisionError:\n    made = 'raised'"
    assert told(fault, run=run) == "raised"


@TWO
def test_nothing_is_copied_where_there_are_threads_one_core_or_no_room() -> None:
    here = [[True, [1, 1, 1, 1, 4]]]
    wait = "threading.Thread(target=time.sleep, args=(600,), daemon=True).start()"
    assert told(run=f"{wait}\nmade = run()") == here
    assert told(run="os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])\nmade = run()") == here
    refused = "def refuse():\n    raise BlockingIOError\nos.fork = refuse\nmade = run()"
    assert told(run=refused) == here


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge base that is worth two processes, with something wrong in either half."""
    studies = {f"s{number:03}": study(finding()) for number in range(ENOUGH + 20)}
    made = write(tmp_path_factory.mktemp("halves") / "base", studies)
    folder = made / "corpus" / "studies"
    (folder / "s001.yml").write_text("title: [", "utf-8")
    (folder / "s002.yml").write_text((folder / "s003.yml").read_text("utf-8") + "odd: 1\n", "utf-8")
    (folder / "s410.yml").write_text("a: 1\na: 2\n", "utf-8")
    with (made / "references.bib").open("a", encoding="utf-8") as file:
        file.write("@article{odd, title = {One}}\n")
    return made


def checked(root: Path, cache: Path | None, least: int = ENOUGH) -> tuple[str, Sequence[str]]:
    """What a check says, and what of the second half the first process parsed."""
    script = f"""
import os, sys
from pathlib import Path
from kb import halves, reading, rules
halves.LEAST = {least}
main, here, real = os.getpid(), [], reading.read_fields
def noted(data, path):
    here.append(path)
    return real(data, path)
reading.read_fields = noted
_, problems = rules.load(Path({str(root)!r}))
print(len(here), file=sys.stderr)
print(*problems, sep="\\n")
"""
    environment = {**os.environ, "KB_CACHE": str(cache or "")}
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True, text=True, cwd=ROOT, env=environment, check=True,
    )  # fmt: skip
    return done.stdout, done.stderr.splitlines()


@TWO
def test_a_check_says_the_same_with_two_processes_and_with_one(root: Path, tmp_path: Path) -> None:
    alone, all_here = checked(root, None, 10**9)
    assert all(name in alone for name in ("s001.yml", "s002.yml", "s410.yml", "references.bib"))
    both, half_here = checked(root, None)
    assert both == alone
    assert int(half_here[0]) < int(all_here[0])
    kept = tmp_path / "cache"
    assert checked(root, kept)[0] == alone
    again, anew = checked(root, kept)
    assert again == alone
    assert int(anew[0]) <= 2 * 3  # what cannot be kept: files that are no mapping
