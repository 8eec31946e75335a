"""How far coders agree: figures that others have published, and what counts as a judgement."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

import kb
from kb import rules
from kb.agreement import Agreement, _kappa, agreement, disagreements
from kb.cli import app
from tests import making

CODERS = ("coder", "other")


def table(*rows: tuple[int, ...]) -> list[tuple[str, str]]:
    """The judgements that a table of counts sums up."""
    return [
        (str(one), str(other))
        for one, row in enumerate(rows)
        for other, count in enumerate(row)
        for _ in range(count)
    ]


@pytest.mark.parametrize(
    ("rows", "kappa"),
    [
        # Viera & Garrett (2005), Understanding interobserver agreement, table 1
        (((15, 5), (10, 70)), 0.57),
        # The examples of the English Wikipedia, Cohen's kappa
        (((20, 5), (10, 15)), 0.40),
        (((45, 15), (25, 15)), 0.13),
        (((25, 35), (5, 35)), 0.26),
        # By hand: no better than chance, worse than chance, three categories
        (((1, 1), (1, 1)), 0.0),
        (((0, 5), (5, 0)), -1.0),
        (((2, 0, 0), (0, 2, 0), (0, 1, 1)), 0.75),
    ],
)
def test_kappa_is_what_was_published(rows: tuple[tuple[int, ...], ...], kappa: float) -> None:
    assert _kappa(table(*rows)) == kappa
    turned = [(other, one) for one, other in table(*rows)]
    assert _kappa(turned) == kappa


def test_kappa_is_not_defined_where_all_say_the_same() -> None:
    assert _kappa(table((7,))) is None
    assert _kappa([]) is None


# --- what is compared -----------------------------------------------------------------------------


def codes(coder: str, **said: Any) -> dict[str, Any]:
    return {"coder": coder, **said}


def made(root: Path, *codings: dict[str, Any], **more: Any) -> Path:
    """A study with three findings, coded twice; ``row`` takes one term, ``column`` several."""
    findings = [making.finding(row) for row in making.ROWS]
    single = making.facet("row", making.ROWS, many=False)
    making.write(root, {"a": making.study(*findings)}, [single])
    settings = root / "corpus/knowledge-base.yml"
    value = yaml.safe_load(settings.read_text("utf-8"))
    value["coders"] = [{"id": one, "name": making.text(one)} for one in CODERS]
    settings.write_text(yaml.safe_dump(value, allow_unicode=True), "utf-8")
    record = {"codings": list(codings), "locator": "p. 1", "date": "2026-01-31", **more}
    (root / "corpus/second-codings").mkdir()
    (root / "corpus/second-codings/a.yml").write_text(yaml.safe_dump(record), "utf-8")
    return root


def of_findings(*pairs: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"finding": finding, **said} for finding, said in pairs]


def test_findings_are_judgements_of_their_own(tmp_path: Path) -> None:
    one = of_findings(
        ("f1", {"tags": {"row": ["r1"], "column": ["c1", "c2"]}, "direction": "supports"}),
        ("f2", {"tags": {"row": ["r2"]}, "direction": "mixed"}),
        ("f3", {"tags": {"row": ["r3"]}}),
    )
    other = of_findings(
        ("f3", {"tags": {"row": ["r3"]}, "direction": "mixed"}),
        ("f1", {"tags": {"row": ["r1"], "column": ["c1"]}, "direction": "supports"}),
        ("f2", {"tags": {"row": ["r3"]}, "direction": "supports"}),
    )
    root = made(tmp_path, codes("coder", findings=one), codes("other", findings=other))
    base = kb.load(root)
    found = {facet.facet: facet for facet in agreement(base.corpus)}
    assert list(found) == ["column", "row", "direction"]
    assert (found["row"].units, found["row"].agreed) == (3, 2)  # a term for each finding
    assert (found["column"].units, found["column"].agreed) == (2, 1)  # c1 and c2, for f1 alone
    assert (found["direction"].units, found["direction"].agreed) == (2, 1)  # f3 has only one
    record = base.corpus.second_codings["a"]
    assert disagreements(base.corpus, record) == ["column", "row", "direction"]
    assert [(w.code, w.message) for w in base.warnings] == [
        ("KB097", f"the two coders differ on {name}") for name in ("column", "direction", "row")
    ]


def test_what_was_not_coded_twice_is_not_compared(tmp_path: Path) -> None:
    """Neither as agreement nor as disagreement: the kind, and facets that no one named."""
    both = {"findings": of_findings(("f1", {"tags": {"row": ["r1"]}}))}
    root = made(tmp_path, codes("coder", kind="case", **both), codes("other", **both))
    (found,) = agreement(kb.load(root).corpus)
    assert found == Agreement("row", 1, 1, 1, None, None)


def test_a_study_as_a_whole_is_compared_as_before(tmp_path: Path) -> None:
    one = codes("coder", kind="case", directness="direct", tags={"column": ["c1", "c2"]})
    other = codes("other", kind="case", directness="linked", tags={"column": ["c1"]})
    root = made(tmp_path, one, other, settled=[
        {"facet": name, "decision": making.text("So")} for name in ("directness", "column")
    ])  # fmt: skip
    found = {facet.facet: facet for facet in agreement(kb.load(root).corpus)}
    assert list(found) == ["kind", "directness", "column"]
    assert [one.units for one in found.values()] == [1, 1, 2]
    assert found["column"].kappa == 0.0


@pytest.mark.parametrize(
    ("one", "other", "code", "says"),
    [
        (of_findings(("f9", {})), of_findings(("f9", {})), "KB096", "a has no finding f9"),
        (of_findings(("f1", {})), [], "KB096", "only one of the two coded f1"),
        (of_findings(("f1", {}), ("f1", {})), of_findings(("f1", {})), "KB036", "f1 stands twice"),
        (of_findings(("f1", {"tags": {"row": ["r9"]}})), of_findings(("f1", {})), "KB030",
         "no row r9"),
        (of_findings(("f1", {"tags": {"row": ["r1", "r2"]}})), of_findings(("f1", {})), "KB034",
         "row takes one term"),
        (of_findings(("f1", {"direction": "up"})), of_findings(("f1", {})), "KB062",
         "no direction up"),
    ],
)  # fmt: skip
def test_codes_of_findings_are_checked(
    tmp_path: Path, one: list[Any], other: list[Any], code: str, says: str
) -> None:
    root = made(tmp_path, codes("coder", findings=one), codes("other", findings=other))
    problems = [(p.code, p.message) for p in rules.load(root)[1] if p.code != "KB097"]
    assert (code, says) in problems


def test_both_coefficients_are_printed(tmp_path: Path) -> None:
    one = codes("coder", tags={"column": ["c1"]})
    root = made(tmp_path, one, codes("other", tags={"column": ["c2"]}))
    result = CliRunner().invoke(app, ["agreement", "--format", "csv", "--root", str(root)])
    assert result.stdout.splitlines() == [
        "facet,studies,judgements,agreed,share,alpha,kappa",
        "column,1,2,0,0.00,-0.50,-1.00",
    ]
