"""The benchmarks: what is measured is the same each time, and what the docs say of it is so."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import corpora
import gate
import pytest
import report
import yaml

import kb


def made(size: int, seed: int = 1) -> dict[str, str]:
    return dict(corpora.files(size, seed))


def test_the_same_seed_makes_the_same_files_and_another_one_others() -> None:
    assert made(30) == made(30)
    study = "corpus/studies/part-0/study7.yml"
    assert made(30)[study] != made(30, seed=2)[study]


def test_a_larger_knowledge_base_continues_a_smaller_one() -> None:
    less, more = made(20), made(80)
    studies = [path for path in less if "/studies/" in path]
    assert len(studies) == 20
    assert all(less[path] == more[path] for path in studies)
    assert more["references.bib"].startswith(less["references.bib"])


def test_what_is_made_is_sound_and_like_a_literature(tmp_path: Path) -> None:
    corpora.write(tmp_path, 300)
    base = kb.load(tmp_path)
    assert base.warnings == ()
    assert (len(base.studies()), len(base.gaps()), len(base.claims())) == (300, 60, 30)
    numbers = [len(study.findings) for study in base.studies()]
    assert min(numbers) == 1
    assert max(numbers) > 10
    # By Zipf's law: the first of sixteen terms is far more common than the eighth.
    outcomes = Counter(term for fact in base.facts for term in fact.tags["outcome"])
    assert outcomes["outcome-1"] > 4 * outcomes["outcome-8"] > 0
    statement = base.studies()[0].findings[0].statement
    assert set(statement) == set(corpora.LANGUAGES)
    assert max(map(ord, statement["el"])) > 0x370


def test_records_are_written_as_yaml_reads_them() -> None:
    record = corpora.Maker(10).study(3)
    read = yaml.safe_load(corpora.yaml(record))
    assert read == {name: value for name, value in record.items() if value != []}


def test_the_docs_have_the_results() -> None:
    for path, text in report.pages():
        assert path.read_text("utf-8") == text, "run python bench/report.py"


def test_the_results_are_whole() -> None:
    told = report.Told(json.loads(report.RESULTS.read_text("utf-8")), "en")
    assert {62, 250, 1000, 4000, 10_000} <= told.sizes.keys()
    assert {*report.CHARTED, "checked", "warm", "export"} <= told.sizes[10_000].keys()
    assert {"site", "plain", "pages"} <= told.sizes[250].keys()
    assert told.machine["cpu"]
    assert len(list(told.targets())) == len([*report.TARGETS, *report.REAL]) + 1
    assert told.grown("site") != "–"


@pytest.mark.parametrize(("count", "fails"), [(1.5, False), (2.19, False), (2.21, True)])
def test_a_tenth_more_instructions_are_too_many(count: float, fails: bool) -> None:
    assert bool(list(gate.compared({"kb check": count}, {"kb check": 2.0}))) is fails


def test_a_command_without_a_count_is_a_complaint_and_another_python_is_told(capsys: Any) -> None:
    assert list(gate.compared({"kb new": 1.0}, {}))
    assert not list(gate.compared({"kb new": 1.0}, None))
    assert "no counts" in capsys.readouterr().out


@pytest.mark.parametrize(("more", "fails"), [(4.9, False), (5.1, True)])
def test_five_times_the_time_is_too_much(
    more: float, fails: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = {"10": 1.0, "40": more}
    monkeypatch.setattr(gate, "STAGES", {"read": 10})
    monkeypatch.setattr(gate, "_seconds", lambda stage, root: times[root.name])
    assert bool(list(gate.growing(tmp_path))) is fails


def test_every_command_has_a_count() -> None:
    assert all(counts.keys() == gate.COMMANDS.keys() for counts in gate._all().values())
