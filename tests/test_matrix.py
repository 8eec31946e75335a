"""Cells, their states and flags: each rule alone, and all of them against an independent model."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kb
from kb.matrix import Cell, Matrix, State
from tests.making import COLUMNS, ROWS, facet, finding, reference, study, term, text, write


def crossed(
    root: Path,
    *studies: dict[str, Any],
    changed: tuple[dict[str, Any], ...] = (),
    as_of: int | None = None,
    **matrix: Any,
) -> Matrix:
    """Rows by columns of a knowledge base with studies ``s1``, ``s2`` ..."""
    named = {f"s{number}": one for number, one in enumerate(studies, 1)}
    return kb.load(write(root, named, changed, **matrix)).matrix("row", "column", as_of=as_of)


def cell(root: Path, *studies: dict[str, Any], **more: Any) -> Cell:
    """The first cell, ``r1`` by ``c1``."""
    return crossed(root, *studies, **more)["r1", "c1"]


def excluding(row: str = "r1", column: str = "c1", terms: tuple[Any, ...] = ROWS) -> dict[str, Any]:
    """A row facet that rules one cell out."""
    rule = {"term": row, "with": {"column": [column]}, "reason": text("They never meet")}
    return facet("row", terms, exclusions=[rule])


def unsearched(name: str, *terms: str) -> dict[str, Any]:
    """A facet whose first term lies outside the search."""
    return facet(name, [term(terms[0], searched=False), *terms[1:]])


def direct(number: int) -> list[dict[str, Any]]:
    return [study(finding()) for _ in range(number)]


class TestStates:
    def test_empty_without_a_study(self, tmp_path: Path) -> None:
        assert cell(tmp_path, study(finding("r2", "c1"), finding("r1", "c2"))) == Cell(
            "r1", "c1", State.EMPTY
        )

    def test_not_applicable_with_the_reason(self, tmp_path: Path) -> None:
        found = crossed(tmp_path, study(finding("r1", "c2")), changed=(excluding(),))
        assert found["r1", "c1"].state is State.NOT_APPLICABLE
        assert found["r1", "c1"].reason == text("They never meet")
        assert found["r1", "c2"].state is State.THIN
        assert found["r1", "c2"].reason is None
        assert found["r2", "c1"].state is State.EMPTY

    def test_not_applicable_from_the_other_facet(self, tmp_path: Path) -> None:
        rule = {"term": "c1", "with": {"row": ["r2"]}, "reason": text("Never")}
        found = crossed(tmp_path, changed=(facet("column", COLUMNS, exclusions=[rule]),))
        none = {(one.row, one.column) for one in found.cells if one.state == "not-applicable"}
        assert none == {("r2", "c1")}

    def test_not_applicable_below_an_excluded_parent(self, tmp_path: Path) -> None:
        rows = ("r1", term("r1a", broader="r1"), term("r1aa", broader="r1a"), "r2")
        columns = facet("column", ["c1", term("c1a", broader="c1"), "c2"])
        found = crossed(tmp_path, changed=(excluding(terms=rows), columns))
        none = {(one.row, one.column) for one in found.cells if one.state == "not-applicable"}
        assert none == {(r, c) for r in ("r1", "r1a", "r1aa") for c in ("c1", "c1a")}

    def test_not_applicable_above_is_possible(self, tmp_path: Path) -> None:
        rows = ("r1", term("r1a", broader="r1"))
        found = crossed(tmp_path, changed=(excluding("r1a", terms=rows),))
        assert found["r1a", "c1"].state is State.NOT_APPLICABLE
        assert found["r1", "c1"].state is State.EMPTY

    def test_not_applicable_before_not_searched(self, tmp_path: Path) -> None:
        rows = (term("r1", searched=False), "r2")
        assert cell(tmp_path, changed=(excluding(terms=rows),)).state is State.NOT_APPLICABLE

    def test_a_study_in_an_excluded_cell_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(kb.CorpusError) as error:
            crossed(tmp_path, study(finding()), changed=(excluding(),))
        assert [problem.code for problem in error.value.problems] == ["KB060"]

    @pytest.mark.parametrize("name", ["row", "column"])
    def test_not_searched_by_either_term(self, tmp_path: Path, name: str) -> None:
        terms = ROWS if name == "row" else COLUMNS
        assert cell(tmp_path, changed=(unsearched(name, *terms),)).state is State.NOT_SEARCHED

    def test_not_searched_only_without_a_study(self, tmp_path: Path) -> None:
        found = crossed(tmp_path, study(finding()), changed=(unsearched("row", *ROWS),))
        assert found["r1", "c1"].state is State.THIN
        assert found["r1", "c2"].state is State.NOT_SEARCHED
        assert found["r2", "c2"].state is State.EMPTY

    def test_indirect_when_none_is_direct(self, tmp_path: Path) -> None:
        found = cell(tmp_path, *[study(finding(), directness="explicit") for _ in range(5)])
        assert found.state is State.INDIRECT

    def test_indirect_before_contested(self, tmp_path: Path) -> None:
        one = study(finding(direction="supports"), directness="linked")
        other = study(finding(direction="challenges"), directness="linked")
        assert cell(tmp_path, one, other).state is State.INDIRECT

    def test_the_settings_say_what_is_direct(self, tmp_path: Path) -> None:
        one = study(finding(), directness="explicit")
        assert cell(tmp_path, one, direct=["direct", "explicit"]).state is State.THIN

    @pytest.mark.parametrize(
        ("threshold", "studies", "state"),
        [(3, 2, "thin"), (3, 3, "covered"), (1, 1, "covered"), (5, 4, "thin"), (5, 5, "covered")],
    )
    def test_thin_below_the_threshold(
        self, tmp_path: Path, threshold: int, studies: int, state: str
    ) -> None:
        assert cell(tmp_path, *direct(studies), thin_below=threshold).state == state

    def test_the_threshold_is_three_unless_set(self, tmp_path: Path) -> None:
        assert cell(tmp_path / "two", *direct(2)).state is State.THIN
        assert cell(tmp_path / "three", *direct(3)).state is State.COVERED

    def test_indirect_studies_do_not_thicken(self, tmp_path: Path) -> None:
        linked = [study(finding(), directness="linked") for _ in range(4)]
        found = cell(tmp_path, *direct(2), *linked)
        assert (found.state, len(found.studies)) == (State.THIN, 6)

    def test_every_state_can_be_met_in_one_matrix(self, tmp_path: Path) -> None:
        rule = {"term": "r1", "with": {"column": ["c1"]}, "reason": text("Never")}
        rows = facet("row", [*ROWS, term("r4", searched=False)], exclusions=[rule])
        studies = [
            study(finding("r1", "c2", "supports"), finding("r3", "c2")),
            study(finding("r1", "c2", "challenges"), finding("r3", "c2")),
            study(finding("r1", "c3"), finding("r3", "c2")),
            study(finding("r2", "c1"), directness="linked"),
        ]
        found = crossed(tmp_path, *studies, changed=(rows,))
        assert found["r1", "c1"].state == "not-applicable"
        assert found["r4", "c1"].state == "not-searched"
        assert found["r2", "c2"].state == "empty"
        assert found["r2", "c1"].state == "indirect"
        assert found["r1", "c2"].state == "contested"
        assert found["r1", "c3"].state == "thin"
        assert found["r3", "c2"].state == "covered"
        assert sum(found.counts().values()) == len(found.cells) == 12
        assert list(found.counts()) == list(State)
        assert all(found.counts().values())


class TestContested:
    @pytest.mark.parametrize(
        ("directions", "contested"),
        [
            (["supports", "challenges"], True),
            (["supports", "supports"], False),
            (["challenges", "challenges"], False),
            (["supports", "mixed"], False),
            (["challenges", "descriptive"], False),
            (["mixed", "mixed"], False),
            (["supports"], False),
        ],
    )
    def test_by_the_stances(self, tmp_path: Path, directions: list[str], contested: bool) -> None:
        found = cell(tmp_path, *[study(finding(direction=one)) for one in directions])
        assert (found.state is State.CONTESTED) is contested

    def test_not_by_one_study_at_odds_with_itself(self, tmp_path: Path) -> None:
        torn = study(finding(direction="supports"), finding(direction="challenges"))
        assert cell(tmp_path / "a", torn).state is State.THIN
        assert cell(tmp_path / "b", torn, study(finding())).state is State.THIN

    def test_by_a_second_study_against_one_at_odds_with_itself(self, tmp_path: Path) -> None:
        torn = study(finding(direction="supports"), finding(direction="challenges"))
        other = study(finding(direction="supports"))
        assert cell(tmp_path, torn, other).state is State.CONTESTED

    def test_before_thin_and_covered(self, tmp_path: Path) -> None:
        against = study(finding(direction="challenges"), directness="linked")
        in_favour = study(finding(direction="supports"))
        assert cell(tmp_path, against, in_favour, *direct(4)).state is State.CONTESTED

    def test_only_by_findings_of_the_cell(self, tmp_path: Path) -> None:
        one = study(finding(direction="supports"))
        other = study(finding(), finding("r1", "c2", "challenges"))
        assert cell(tmp_path, one, other).state is State.THIN


class TestCounting:
    def test_a_study_counts_once_however_many_findings(self, tmp_path: Path) -> None:
        found = cell(tmp_path, study(*[finding() for _ in range(4)]))
        assert (found.studies, len(found.facts), found.state) == (("s1",), 4, State.THIN)

    def test_a_study_counts_once_however_many_reports(self, tmp_path: Path) -> None:
        found = crossed(tmp_path, study(finding(), years=[2018, 2019, 2020]))
        assert (found["r1", "c1"].studies, found.studies, found.entries) == (("s1",), 1, 1)

    def test_a_cell_needs_one_finding_with_both_terms(self, tmp_path: Path) -> None:
        found = crossed(tmp_path, study(finding("r1", "c1"), finding("r2", "c2")))
        assert {(one.row, one.column) for one in found.cells if one.studies} == {
            ("r1", "c1"),
            ("r2", "c2"),
        }

    def test_a_finding_with_several_terms_stands_in_each_pair(self, tmp_path: Path) -> None:
        found = crossed(tmp_path, study(finding(["r1", "r2"], ["c1", "c3"])))
        assert {(one.row, one.column) for one in found.cells if one.studies} == {
            (row, column) for row in ("r1", "r2") for column in ("c1", "c3")
        }

    def test_the_tags_of_a_finding_replace_those_of_its_study(self, tmp_path: Path) -> None:
        one = study(finding("r2"), finding([]), tags={"row": ["r1"]})
        found = crossed(tmp_path, one)
        assert [fact.id for fact in found["r1", "c1"].facts] == ["s1#f2"]
        assert [fact.id for fact in found["r2", "c1"].facts] == ["s1#f1"]

    def test_a_study_without_findings_stands_nowhere(self, tmp_path: Path) -> None:
        found = crossed(tmp_path, study(tags={"row": ["r1"], "column": ["c1"]}))
        assert (found.studies, found.entries, found.inflation) == (0, 0, 0.0)
        assert found["r1", "c1"].state is State.EMPTY

    def test_parents_include_their_children(self, tmp_path: Path) -> None:
        rows = facet("row", ["r1", term("r1a", broader="r1"), term("r1aa", broader="r1a"), "r2"])
        found = crossed(
            tmp_path, study(finding("r1aa")), study(finding("r1a")), study(finding("r1")),
            changed=(rows,),
        )  # fmt: skip
        held = {row: found[row, "c1"].studies for row in ("r1", "r1a", "r1aa", "r2")}
        assert held == {"r1": ("s1", "s2", "s3"), "r1a": ("s1", "s2"), "r1aa": ("s1",), "r2": ()}
        assert (found.studies, found.entries, found.inflation) == (3, 6, 2.0)

    def test_a_parent_and_its_child_on_one_finding_count_once(self, tmp_path: Path) -> None:
        rows = facet("row", ["r1", term("r1a", broader="r1"), term("r1b", broader="r1")])
        found = crossed(tmp_path, study(finding(["r1", "r1a", "r1b"])), changed=(rows,))
        assert len(found["r1", "c1"].facts) == 1

    def test_every_pair_is_there_in_the_order_of_the_codebook(self, tmp_path: Path) -> None:
        found = crossed(tmp_path, study(finding("r3", "c3")))
        pairs = [(one.row, one.column) for one in found.cells]
        assert pairs == [(row, column) for row in ROWS for column in COLUMNS]

    def test_deprecated_terms_are_no_axes(self, tmp_path: Path) -> None:
        rows = facet("row", ["r1", term("old", deprecated=True), term("r2", broader="old"), "r3"])
        found = crossed(tmp_path, study(finding("r2")), changed=(rows,))
        assert {one.row for one in found.cells} == {"r1", "r2", "r3"}
        assert (found.studies, found.entries) == (1, 1)

    def test_entries_are_the_studies_summed_over_the_cells(self, tmp_path: Path) -> None:
        found = crossed(
            tmp_path, study(finding(["r1", "r2"], ["c1", "c2"])), study(finding()), study(),
        )  # fmt: skip
        assert found.entries == sum(len(one.studies) for one in found.cells) == 5
        assert (found.studies, found.inflation) == (2, 2.5)

    def test_kind_and_directness_are_axes(self, tmp_path: Path) -> None:
        base = kb.load(write(tmp_path, {"s1": study(finding(), directness="linked")}))
        assert base.matrix("directness", "kind")["linked", "case"].studies == ("s1",)

    def test_the_same_cells_with_rows_and_columns_swapped(self, tmp_path: Path) -> None:
        base = kb.load(write(tmp_path, {"s1": study(finding("r2", ["c1", "c3"]))}))
        straight, turned = base.matrix("row", "column"), base.matrix("column", "row")
        for one in straight.cells:
            other = turned[one.column, one.row]
            assert (one.state, one.facts, one.flags) == (other.state, other.facts, other.flags)

    def test_a_whole_matrix_is_made_once(self, tmp_path: Path) -> None:
        base = kb.load(write(tmp_path, {"s1": study(finding())}))
        whole = base.matrix("row", "column")
        assert base.matrix("row", "column") is whole
        assert base.matrix("row", "column", kind="case").studies == 1
        assert base.matrix("row", "column", as_of=1900).studies == 0
        assert base.matrix("row", "column") is whole


def flags(root: Path, *studies: dict[str, Any], **more: Any) -> set[str]:
    return set(cell(root, *studies, **more).flags)


class TestFlags:
    def test_none_on_an_empty_cell(self, tmp_path: Path) -> None:
        assert flags(tmp_path, narrow=["country"]) == set()

    @pytest.mark.parametrize(
        ("countries", "flagged"),
        [
            ([["SE"], ["SE"]], True),
            ([["SE"], ["NO"]], False),
            ([["SE", "NO"], ["SE"]], False),
            ([["SE", "NO"], ["SE", "NO"]], False),
            ([["SE"], []], False),
            ([[], []], False),
        ],
    )
    def test_one_term_of_a_narrow_facet(
        self, tmp_path: Path, countries: list[list[str]], flagged: bool
    ) -> None:
        studies = [study(finding(tags={"country": one})) for one in countries]
        assert ("one-country" in flags(tmp_path, *studies, narrow=["country"])) is flagged

    def test_no_flag_for_a_facet_that_is_not_narrow(self, tmp_path: Path) -> None:
        one = study(finding(tags={"country": ["SE"]}))
        assert "one-country" not in flags(tmp_path, one)

    def test_one_kind(self, tmp_path: Path) -> None:
        assert "one-kind" in flags(tmp_path, *direct(2), narrow=["kind"])

    @pytest.mark.parametrize(
        ("authors", "flagged"),
        [
            (["Ask, Ann"], True),
            (["Ask, Ann", "Ask, Ann"], True),
            (["Ask, Ann", "Bo, Bea"], False),
            (["Ask, Ann", "Ask, A."], True),
            (["Ask, Ann", "Ask, Bo"], False),
            (["Ask, Ann and Bo, Bea", "Bo, Bea and Cy, Carl"], True),
            (["Ask, Ann and Bo, Bea", "Dee, Dan", "Bo, Bea and Dee, Dan"], True),
            (["Ask, A and Bo, B", "Cy, C and Dee, D", "Bo, B and Cy, C", "Dee, D"], True),
            (["Ask, A and Bo, B", "Cy, C and Dee, D", "Bo, B", "Dee, D"], False),
            (["N.N."], False),
            (["N.N.", "N.N."], False),
            (["N.N. and Ask, Ann", "N.N. and Bo, Bea"], False),
            (["N.N. and Ask, Ann", "N.N. and Ask, Ann"], True),
        ],
    )
    def test_one_team_through_shared_authors(
        self, tmp_path: Path, authors: list[str], flagged: bool
    ) -> None:
        studies = [study(finding(), authors=one) for one in authors]
        assert ("one-team" in flags(tmp_path, *studies)) is flagged

    def test_one_team_is_not_linked_by_a_study_outside_the_cell(self, tmp_path: Path) -> None:
        one, other = (study(finding(), authors=name) for name in ("Ask, A", "Bo, B"))
        link = study(finding("r2"), authors="Ask, A and Bo, B")
        found = crossed(tmp_path, one, other, link)
        assert "one-team" not in found["r1", "c1"].flags
        assert "one-team" in found["r2", "c1"].flags

    def test_one_team_needs_authors(self, tmp_path: Path) -> None:
        entry = reference("edited", "", 2020).replace("author = {}", "editor = {Ed, Eve}")
        one = study(finding()) | {"reports": ["edited"]}
        base = kb.load(write(tmp_path, {"s1": one}, references=entry))
        assert "one-team" not in base.matrix("row", "column")["r1", "c1"].flags

    @pytest.mark.parametrize(
        ("bases", "flagged"),
        [
            (["review", "review"], True),
            (["review", "abstract"], True),
            (["review", "full-text"], False),
            (["full-text"], False),
        ],
    )
    def test_secondary_coding(self, tmp_path: Path, bases: list[str], flagged: bool) -> None:
        studies = [study(finding(), basis=one) for one in bases]
        assert ("secondary-coding" in flags(tmp_path, *studies)) is flagged

    @pytest.mark.parametrize(
        ("year", "flagged"), [(2014, True), (2015, False), (2016, False), (2025, False)]
    )
    def test_dated_by_the_newest_report_of_all(
        self, tmp_path: Path, year: int, flagged: bool
    ) -> None:
        newest = study(finding("r3", "c3"), years=[2025])
        found = flags(tmp_path, study(finding(), years=[year]), newest, dated_after=10)
        assert ("dated" in found) is flagged

    def test_dated_by_the_newest_study_of_the_cell(self, tmp_path: Path) -> None:
        years = (1990, 2024, 2025)
        assert "dated" not in flags(tmp_path, *[study(finding(), years=[y]) for y in years])

    def test_dated_after_as_many_years_as_set(self, tmp_path: Path) -> None:
        studies = [study(finding(), years=[2020]), study(finding("r2"), years=[2025])]
        assert "dated" in flags(tmp_path / "a", *studies, dated_after=4)
        assert "dated" not in flags(tmp_path / "b", *studies, dated_after=5)

    def test_dated_as_of_a_year(self, tmp_path: Path) -> None:
        studies = [study(finding(), years=[2000]), study(finding("r2"), years=[2025])]
        assert "dated" not in flags(tmp_path / "a", *studies, as_of=2010)
        assert "dated" in flags(tmp_path / "b", *studies, as_of=2011)


class TestAsOf:
    def test_by_the_first_report(self, tmp_path: Path) -> None:
        base = kb.load(write(tmp_path, {"s1": study(finding(), years=[2019, 2012, 2021])}))
        states = [
            base.matrix("row", "column", as_of=year)["r1", "c1"].state for year in (2011, 2012)
        ]
        assert states == [State.EMPTY, State.THIN]

    def test_counts_and_states_of_that_year(self, tmp_path: Path) -> None:
        studies = {
            f"s{year}": study(finding(direction=direction), years=[year])
            for year, direction in ((2001, "supports"), (2005, "challenges"), (2009, "mixed"))
        }
        base = kb.load(write(tmp_path, studies))
        found = {y: base.matrix("row", "column", as_of=y) for y in (2000, 2001, 2004, 2005, 2009)}
        states = {year: one["r1", "c1"].state.value for year, one in found.items()}
        assert states == {
            2000: "empty", 2001: "thin", 2004: "thin", 2005: "contested", 2009: "contested",
        }  # fmt: skip
        assert [one.studies for one in found.values()] == [0, 1, 1, 2, 3]
        assert [one.as_of for one in found.values()] == list(found)
        assert {len(one.cells) for one in found.values()} == {9}

    def test_studies_without_a_year_are_named(self, tmp_path: Path) -> None:
        studies = {
            "dated": study(finding(), years=["n.d.", 2001]),
            "undated": study(finding("r1", "c1"), finding("r2", "c2"), years=["n.d."]),
            "elsewhere": study(finding("r1", ()), years=["n.d."]),
        }
        base = kb.load(write(tmp_path, studies))
        found = base.matrix("row", "column", as_of=2030)
        assert found.undated == ("undated",)
        assert found["r1", "c1"].studies == ("dated",)
        assert base.matrix("row", "column", as_of=1990).undated == ("undated",)
        assert base.matrix("row", "column").undated == ()
        assert base.matrix("row", "column")["r1", "c1"].studies == ("dated", "undated")


class TestUnknownNames:
    def test_a_facet_that_does_not_exist(self, tmp_path: Path) -> None:
        base = kb.load(write(tmp_path))
        with pytest.raises(kb.UnknownName, match=r"no facet colum; did you mean column\?"):
            base.matrix("row", "colum")

    def test_a_facet_that_findings_are_not_coded_with(self, tmp_path: Path) -> None:
        with pytest.raises(kb.UnknownName, match="no facet unit"):
            kb.load(write(tmp_path)).matrix("unit", "column")

    def test_a_facet_with_itself(self, tmp_path: Path) -> None:
        with pytest.raises(kb.UnknownName, match="cannot be crossed with itself"):
            kb.load(write(tmp_path)).matrix("row", "row")


# An independent model: nested loops over cells, studies and findings, written from the rules alone.

PARENTS = {"r2": "r1", "r3": "r2", "c2": "c1"}
OUTSIDE, RULED_OUT = {"r4", "c3"}, ("r2", "c3")
PEOPLE = ["Ask, A", "Bo, B", "Cy, C", "Dee, D"]


def model(studies: dict[str, Any], row: str, column: str) -> dict[str, Any]:
    """State, studies and flags of a cell, the slow and simple way."""
    here = {
        name: [f for f in one["findings"] if _at(f, "row", row) and _at(f, "column", column)]
        for name, one in studies.items()
    }
    found = {name: studies[name] for name in sorted(here) if here[name]}
    findings = [f for name in found for f in here[name]]
    takes = {
        stance: {name for name in found if any(f["direction"] == stance for f in here[name])}
        for stance in ("supports", "challenges")
    }
    disputed = any(a != b for a in takes["supports"] for b in takes["challenges"])
    straight = [one for one in found.values() if one["directness"] == "direct"]
    if row in _below(RULED_OUT[0]) and column == RULED_OUT[1]:
        state = "not-applicable"
    elif not found:
        state = "not-searched" if {row, column} & OUTSIDE else "empty"
    elif not straight:
        state = "indirect"
    else:
        state = "contested" if disputed else "thin" if len(straight) < 2 else "covered"
    newest = max((one["years"][0] for one in studies.values()), default=0)
    marks = {
        "one-country": bool(findings)
        and {tuple(f["tags"].get("country", ())) for f in findings} in ({("SE",)}, {("NO",)}),
        "one-team": bool(found) and _one_group([_names(one) for one in found.values()]),
        "secondary-coding": all(one["basis"] != "full-text" for one in found.values()),
        "dated": all(one["years"][0] < newest - 3 for one in found.values()),
    }
    flagged = [name for name, holds in marks.items() if holds and found]
    return {"state": state, "studies": tuple(found), "flags": tuple(flagged)}


def _below(top: str) -> set[str]:
    return {top} | {
        low for child, parent in PARENTS.items() if parent == top for low in _below(child)
    }


def _at(one: dict[str, Any], name: str, wanted: str) -> bool:
    return any(coded in _below(wanted) for coded in one["tags"].get(name, ()))


def _names(one: dict[str, Any]) -> set[str]:
    return set(one["authors"].split(" and "))


def _one_group(teams: list[set[str]]) -> bool:
    for _ in teams:  # merge whatever touches, as often as there are teams
        merged: list[set[str]] = []
        for team in teams:
            near = [group for group in merged if group & team]
            merged = [group for group in merged if not group & team]
            merged.append(set().union(team, *near))
        teams = merged
    return len(teams) == 1


def _some(*terms: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(terms), min_size=1, max_size=2, unique=True)


FINDINGS = st.builds(
    lambda row, column, direction, country: finding(
        row, column, direction, tags={"country": country}
    ),
    _some("r1", "r2", "r3", "r4"),
    _some("c1", "c2", "c3"),
    st.sampled_from(["supports", "challenges", "mixed", "descriptive"]),
    st.sampled_from([["SE"], ["SE"], ["NO"], ["SE", "NO"], []]),
).filter(lambda one: not (_at(one, "row", RULED_OUT[0]) and _at(one, "column", RULED_OUT[1])))
STUDIES = st.lists(
    st.builds(
        lambda findings, directness, basis, people, year: study(
            *findings,
            directness=directness,
            basis=basis,
            authors=" and ".join(people),
            years=[year],
        ),
        st.lists(FINDINGS, max_size=3),
        st.sampled_from(["direct", "direct", "explicit"]),
        st.sampled_from(["full-text", "abstract", "review"]),
        _some(*PEOPLE),
        st.integers(2015, 2022),
    ),
    max_size=6,
)


def rewritten(studies: dict[str, Any]) -> kb.KnowledgeBase:
    """A knowledge base with broader terms, an exclusion and terms outside the search."""
    rule = {"term": "r2", "with": {"column": ["c3"]}, "reason": text("Never")}
    book = {
        name: [
            term(
                id,
                searched=id not in OUTSIDE,
                **({"broader": PARENTS[id]} if id in PARENTS else {}),
            )
            for id in terms
        ]
        for name, terms in (("row", (*ROWS, "r4")), ("column", COLUMNS))
    }
    changed = [facet("row", book["row"], exclusions=[rule]), facet("column", book["column"])]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write(root, studies, changed, narrow=["country"], thin_below=2, dated_after=3)
        return kb.load(root)


@settings(max_examples=60, deadline=None)
@given(STUDIES, st.none() | st.integers(2014, 2023))
def test_agrees_with_nested_loops(made: list[dict[str, Any]], as_of: int | None) -> None:
    studies = {f"s{number}": one for number, one in enumerate(made)}
    found = rewritten(studies).matrix("row", "column", as_of=as_of)
    if as_of is not None:
        # A study of the year itself without findings moves "now", and stands in no cell.
        kept = {name: one for name, one in studies.items() if one["years"][0] <= as_of}
        studies = {**kept, "now": study(years=[as_of])}
    expected = {
        (row, column): model(studies, row, column) for row in (*ROWS, "r4") for column in COLUMNS
    }
    assert {
        (one.row, one.column): {
            "state": one.state.value, "studies": one.studies, "flags": one.flags
        }
        for one in found.cells
    } == expected  # fmt: skip
    assert found.entries == sum(len(one["studies"]) for one in expected.values())
    assert found.studies == len({name for one in expected.values() for name in one["studies"]})
