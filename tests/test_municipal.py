"""A real table by others, openly licensed, becomes a knowledge base by mapping alone.

The table is not in the repository (see ``municipal/README.md``). Where it is said to be, in the
variable ``KB_MUNICIPAL_AI``, its absence is a failure; elsewhere it is a reason to skip.
"""

from __future__ import annotations

import csv
import os
import shutil
from collections import Counter
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

import kb
from kb.agreement import agreement
from kb.cli import app
from kb.folder import SETTINGS

HERE = Path(__file__).with_name("municipal")
PLACE = "KB_MUNICIPAL_AI"
NAMED = os.environ.get(PLACE)
TABLES = Path(NAMED or HERE.parents[2] / "shared/source/municipal-ai")

pytestmark = pytest.mark.skipif(
    not NAMED and not TABLES.is_dir(), reason=f"no {TABLES}; {PLACE} can name another place"
)


def run(*arguments: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [*map(str, arguments)], catch_exceptions=False)
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables with the mappings beside them."""
    assert TABLES.is_dir(), f"{PLACE} names {TABLES}, which is not there"
    folder = tmp_path_factory.mktemp("tables")
    for file in (*TABLES.glob("*.csv"), *HERE.glob("*.yml")):
        shutil.copy(file, folder)
    return folder


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory, tables: Path) -> Path:
    """A new knowledge base with the codebook of the table, and the table in it."""
    root = tmp_path_factory.mktemp("municipal") / "base"
    assert run("init", root, "--title", "Municipal AI governance")[0] == 0
    for name in (
        "kinds",
        "directness",
        "topics",
        "outcomes",
        "populations",
        "countries",
        "methods",
    ):
        (root / f"corpus/codebook/{name}.yml").unlink()
    shutil.copytree(HERE / "corpus", root / "corpus", dirs_exist_ok=True)
    settings = yaml.safe_load((root / SETTINGS).read_text("utf-8"))
    settings["matrix"] = {"row": "dimension", "column": "status", "direct": ["direct"]}
    settings["evidence_columns"] = ["country"]
    (root / SETTINGS).write_text(yaml.safe_dump(settings, allow_unicode=True), "utf-8")
    table, mapping = tables / "coding_results_v0_1_1.csv", tables / "studies.yml"
    code, out, err = run("import", table, "--mapping", mapping, "--root", root)
    assert code == 0, err
    assert out.endswith("23 references, 23 studies, 0 candidates added; 0 were there already\n")
    table, mapping = tables / "irr_merged_v1.csv", tables / "codings.yml"
    code, out, err = run("import", table, "--mapping", mapping, "--root", root)
    assert code == 0, err
    assert out.endswith("\n8 second codings added; 0 were there already\n")
    return root


@pytest.fixture(scope="module")
def base(root: Path) -> kb.KnowledgeBase:
    return kb.load(root)


def test_the_counts_are_those_of_the_source(base: kb.KnowledgeBase) -> None:
    assert len(base.studies()) == 23
    assert len(base.findings()) == 115
    totals = Counter(fact.finding.tags["status"][0] for fact in base.findings())
    assert totals == {
        "not-observable": 50,
        "policy-commitment": 37,
        "partial-or-indirect": 25,
        "named-artefact": 3,
    }
    assert {len(study.findings) for study in base.studies()} == {5}
    places = {study.setting.place for study in base.studies() if study.setting}
    assert len(places) == 6


def test_every_cell_counts_the_documents_of_the_source(base: kb.KnowledgeBase) -> None:
    crossed = base.matrix("dimension", "status")
    assert sum(len(cell.studies) for cell in crossed.cells) == 115
    for term in base.codebook["dimension"].terms:
        cells = [cell for cell in crossed.cells if cell.row == term.id]
        assert sum(len(cell.studies) for cell in cells) == 23


def test_what_was_quoted_stands_in_the_record(base: kb.KnowledgeBase, tables: Path) -> None:
    with (tables / "coding_results_v0_1_1.csv").open(encoding="utf-8", newline="") as file:
        quoted = Counter(" ".join(row["quoted_evidence"].split()) for row in csv.DictReader(file))
    nothing = quoted.pop("")
    found = Counter(fact.finding.statement["en"] for fact in base.findings())
    assert found.pop("Nothing of it was observed.") == nothing == 50
    assert found == quoted


def test_the_coders_agree_as_the_source_reports(base: kb.KnowledgeBase) -> None:
    (status,) = agreement(base.corpus)
    assert (status.facet, status.studies, status.units, status.agreed) == ("status", 8, 40, 35)
    assert status.share == 0.875
    assert status.kappa == 0.81


def test_nothing_is_wrong_but_what_the_source_leaves_open(base: kb.KnowledgeBase) -> None:
    """Where the coders differed, the source does not say why one of them was followed."""
    assert {warning.code for warning in base.warnings} == {"KB097"}
    assert len(base.warnings) == 4


def test_importing_again_adds_nothing(root: Path, tables: Path) -> None:
    for table, mapping, end in (
        ("coding_results_v0_1_1.csv", "studies.yml", "23 were there already\n"),
        ("irr_merged_v1.csv", "codings.yml", "0 second codings added; 8 were there already\n"),
    ):
        line = ("import", tables / table, "--mapping", tables / mapping, "--root", root)
        code, out, _ = run(*line)
        assert code == 0
        assert out.endswith(end)
