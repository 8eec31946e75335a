"""What changed between two states of a knowledge base, as data and as text that cannot do harm."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

import kb
from kb import tell
from kb.changes import CellChange, Change, Comparison, Entry, StateName
from kb.compare import compare
from kb.matrix import State
from kb.words import engine
from tests.making import COLUMNS, facet, finding, reference, study, term, text, write

WORDS = engine("en")


@pytest.fixture
def two(tmp_path: Path) -> Callable[..., Comparison]:
    """Compares two made-up knowledge bases, each given by the arguments of ``write``."""

    def compared(old: dict[str, Any], new: dict[str, Any]) -> Comparison:
        bases = []
        for name, content in (("old", old), ("new", new)):
            root = tmp_path / name
            shutil.rmtree(root, ignore_errors=True)
            bases.append(kb.load(write(root, **content)).corpus)
        return compare(*bases)

    return compared


def named(entries: Any) -> set[tuple[str, str]]:
    return {(one.kind, one.id) for one in entries}


class TestRecords:
    def test_the_same_is_no_change(self, two: Callable[..., Comparison]) -> None:
        same = {"studies": {"a": study(finding())}}
        found = two(same, same)
        assert not any((found.added, found.removed, found.changed, found.renamed, found.cells))
        assert tell.as_text(two(same, same), WORDS, "en").startswith("Nothing changed.\n")

    def test_what_came_and_what_went(self, two: Callable[..., Comparison]) -> None:
        found = two(
            {"studies": {"a": study(finding("r1"))}},
            {"studies": {"b": study(finding("r2"), title=text("Another"))}},
        )
        came = {("study", "b"), ("finding", "b#f1"), ("reference", "b-1")}
        assert named(found.added) == came
        assert named(found.removed) == {("study", "a"), ("finding", "a#f1"), ("reference", "a-1")}
        (title,) = (one.text for one in found.added if one.kind == "study")
        assert title == {"en": "Another", "sv": "Another (sv)"}

    def test_changed_fields_are_named(self, two: Callable[..., Comparison]) -> None:
        old = study(finding(), title=text("Before"), tags={"country": ["SE"]})
        new = study(finding(locator="p. 2"), title={**text("Before"), "sv": "Efter"})
        found = two({"studies": {"a": old}}, {"studies": {"a": new}})
        assert {(one.id, one.fields) for one in found.changed} == {
            ("a", ("title.sv", "tags.country")),
            ("a#f1", ("locator",)),
        }
        assert not found.added
        assert not found.removed

    def test_terms_facets_references_and_settings(self, two: Callable[..., Comparison]) -> None:
        columns = facet("column", [*COLUMNS, term("c4")], label=text("Outcomes"))
        found = two(
            {"studies": {"a": study(finding())}},
            {
                "studies": {"a": study(finding(), years=[1999])},
                "changed": [columns],
                "thin_below": 5,
            },
        )
        assert named(found.added) == {("term", "column/c4")}
        assert {(one.kind, one.id, one.fields) for one in found.changed} == {
            ("reference", "a-1", ("year",)),
            ("facet", "column", ("label.en", "label.sv")),
            ("settings", "knowledge-base", ("matrix.thin_below",)),
        }

    def test_another_id_with_the_same_content_is_a_new_name(
        self, two: Callable[..., Comparison]
    ) -> None:
        one = {"reports": ["a-1"], "coding": _coding("a-1")}
        shared = reference("a-1", "Of, Ann", 2020)
        found = two(
            {"studies": {"old": {**study(finding()), **one}}, "references": shared},
            {"studies": {"new": {**study(finding()), **one}}, "references": shared},
        )
        studies = {(r.kind, r.old, r.id) for r in found.renamed}
        assert studies == {
            ("study", "old", "new"),
            ("finding", "old#f1", "new#f1"),
        }
        assert ("study", "new") not in named(found.added)
        assert ("study", "old") not in named(found.removed)

    def test_a_gap_of_another_name_is_neither_stated_nor_taken_back(
        self, fixture_root: Path, tmp_path: Path
    ) -> None:
        old = kb.load(fixture_root).corpus
        root = shutil.copytree(fixture_root, tmp_path / "new")
        file = next((root / "corpus/gaps").rglob("bienen-auf-balkonen.yml"))
        file.rename(file.with_name("andere-bienen.yml"))
        found = compare(old, kb.load(root).corpus)
        assert [(one.old, one.id) for one in found.renamed] == [
            ("bienen-auf-balkonen", "andere-bienen")
        ]
        assert found.gaps == ()

    def test_a_finding_alike_in_another_study_is_no_new_name(
        self, two: Callable[..., Comparison]
    ) -> None:
        found = two(
            {"studies": {"a": study(finding(), finding("r2")), "b": study(finding("r3"))}},
            {"studies": {"a": study(finding()), "b": study(finding("r3"), finding("r2"))}},
        )
        assert named(found.added) == {("finding", "b#f2")}
        assert named(found.removed) == {("finding", "a#f2")}


def _coding(source: str) -> dict[str, Any]:
    return {
        "basis": "full-text",
        "source": source,
        "locator": "p. 1",
        "coders": ["coder"],
        "date": "2026-01-31",
    }


class TestCells:
    def test_a_cell_goes_from_empty_to_thin(self, two: Callable[..., Comparison]) -> None:
        found = two(
            {"studies": {"a": study(finding("r1", "c1"))}},
            {
                "studies": {
                    "a": study(finding("r1", "c1")),
                    "b": study(finding("r2", "c1", tags={"country": ["NO"]})),
                }
            },
        )
        moved = {(c.column_facet, c.row, c.column, c.before, c.after) for c in found.cells}
        assert ("column", "r2", "c1", "empty", "thin") in moved
        assert ("country", "r2", "NO", "empty", "thin") in moved
        assert not any(row == "r1" for _, row, *_ in moved)
        assert (found.crossed[0].row, found.crossed[0].column) == ("row", "column")
        assert "Label r2 × Label c1 | No study (0) → Thin (1)" in tell.as_text(found, WORDS, "en")

    def test_cells_of_a_new_term_count_only_with_studies(
        self, two: Callable[..., Comparison]
    ) -> None:
        columns = facet("column", [*COLUMNS, "c4", "c5"], role="tag")
        found = two(
            {"studies": {"a": study(finding())}},
            {"studies": {"a": study(finding(column=["c1", "c4"]))}, "changed": [columns]},
        )
        (cell,) = (one for one in found.cells if one.column_facet == "column")
        assert (cell.row, cell.column, cell.before, cell.after) == ("r1", "c4", None, "thin")

    def test_states_are_those_of_the_matrix(self) -> None:
        assert get_args(StateName) == tuple(state.value for state in State)


@pytest.fixture
def changed(copy: Path) -> Callable[..., Comparison]:
    """Compares the made-up knowledge base with a copy in which one record says something else."""
    before = kb.load(copy).corpus

    def compared(path: str, **fields: Any) -> Comparison:
        file = copy / "corpus" / path
        content = yaml.safe_load(file.read_text("utf-8")) if file.exists() else {}
        content = {k: v for k, v in {**content, **fields}.items() if v is not None}
        file.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
        return compare(before, kb.load(copy).corpus)

    return compared


ANSWER = {"study": "modell2022", "extent": "fully", "how": {"de": "So.", "fr": "Ainsi."}}


class TestGapsAndClaims:
    def test_a_gap_is_closed_by_a_study(self, changed: Callable[..., Comparison]) -> None:
        found = changed("gaps/waende-und-arten.yml", status="closed", addressed_by=[ANSWER])
        (gap,) = found.gaps
        assert (gap.id, gap.move, gap.before, gap.after, gap.studies) == (
            "waende-und-arten",
            "closed",
            "narrowed",
            "closed",
            ("modell2022",),
        )
        told = tell.as_text(found, WORDS, "fr")
        assert told.splitlines()[0] == "Gaps closed (1)"
        assert "Narrowed → Closed: modell2022" in told
        assert "Changed: gaps" not in told

    def test_a_gap_is_opened_again(self, changed: Callable[..., Comparison]) -> None:
        (gap,) = changed("gaps/waende-und-arten.yml", status="open", addressed_by=[]).gaps
        assert (gap.move, gap.after) == ("reopened", "open")

    def test_other_changes_of_a_gap_are_told_as_such(
        self, changed: Callable[..., Comparison]
    ) -> None:
        found = changed("gaps/waende-und-arten.yml", needs="review")
        assert not found.gaps
        assert [(one.id, one.fields) for one in found.changed] == [("waende-und-arten", ("needs",))]

    def test_a_gap_is_taken_back_and_another_stated(self, copy: Path) -> None:
        before = kb.load(copy).corpus
        gaps = copy / "corpus/gaps"
        text = (gaps / "wer-zaehlt.yml").read_text("utf-8")
        (gaps / "wer-zaehlt.yml").unlink()
        (gaps / "neu.yml").write_text(text.replace("explicit: true", "explicit: false"), "utf-8")
        found = compare(before, kb.load(copy).corpus)
        assert [(one.id, one.move) for one in found.gaps] == [
            ("neu", "stated"),
            ("wer-zaehlt", "withdrawn"),
        ]

    def test_a_claim_loses_its_confidence_and_a_finding(
        self, changed: Callable[..., Comparison]
    ) -> None:
        rests = [
            {"finding": "muster2015#more-species", "stance": "supports"},
            {"finding": "muster2015#more-visits", "stance": "challenges"},
        ]
        found = changed("claims/saat-hilft.yml", confidence=None, rests_on=rests)
        (claim,) = found.claims
        assert (claim.before, claim.after) == ("moderate", None)
        assert claim.gained == ("muster2015#more-visits (challenges)",)
        assert "beispiel2021#many-species (supports)" in claim.lost
        told = tell.as_text(found, WORDS, "de")
        assert "Moderate → Not assessed; + muster2015#more-visits (challenges)" in told
        assert "Changed: claims" not in told


HOSTILE = (
    "<script>alert(1)</script> @someone #12 GH-3 https://evil.example/x www.evil.example "
    "[here](javascript:alert) ![x](y) **bold** `code` | table &amp; \u202e\u200b~~gone~~\n# Big\n"
)


def hostile(number: int = 1, length: int = 1) -> Comparison:
    title = {"en": HOSTILE * length}
    return Comparison(
        added=tuple(Entry(kind="study", id=f"a`b{n}", text=title) for n in range(number)),
        changed=(Change(kind="gap", id="g", text=title, fields=("<b>", "@x")),),
        cells=(
            CellChange(row_facet="a", row="b", column_facet="c", column="d", text=title),
        ),
    )  # fmt: skip


class TestMarkdown:
    def test_nothing_of_a_record_is_read_as_markup(self) -> None:
        from markdown import Markdown  # as strict as GitHub's in what concerns us here

        made = tell.as_markdown(hostile(), WORDS, "en")
        for live in ("<script", "@someone", "#12", "GH-3", "https://", "www.", "\u202e", "\n# Big"):
            assert live not in made
        for visible in ("@\u200bsomeone", "https\\:\u200b//evil", "\\*\\*bold"):
            assert visible in made
        html = Markdown().convert(made)
        for tag in ("<script", "<a ", "<img", "<h1"):
            assert tag not in html
        assert "<strong>1</strong>" in html
        assert html.count("<strong>") == 3

    def test_ids_stay_in_their_code(self) -> None:
        assert tell.code("a`b") == "`a'b`"
        assert tell.code("") == ""

    def test_long_texts_are_clipped(self) -> None:
        assert len(tell.clean("x" * 10_000_000)) == tell.LONGEST + 1

    @pytest.mark.parametrize("number", [10, 10_000])
    def test_a_comment_fits_and_says_what_it_leaves_out(self, number: int) -> None:
        made = tell.as_comment(hostile(number, 9), WORDS, "en", "https://example.org/run/1")
        assert len(made.encode()) < 65_536
        assert made.startswith(tell.MARK)
        assert made.rstrip().endswith("](<https://example.org/run/1>)")
        shown = made.count("\n- ")
        left_out = number + 2 - shown
        assert (f"Not shown here for want of room: {left_out}." in made) == (left_out > 0)
        assert (left_out > 0) == (number > 10)
