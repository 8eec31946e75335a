"""Answers: sequences that cannot be changed, and the tables and data frames that they become."""

from __future__ import annotations

import csv
import io
import pickle
from copy import deepcopy
from pathlib import Path
from typing import Any

import networkx as nx
import pandas
import polars
import pytest

import kb
from kb.frozen import FrozenDict
from tests.making import facet, finding, study, text, write

REAL = Path(__file__).resolve().parent.parent
NOUNS = ("studies", "findings", "claims", "gaps", "candidates", "works", "terms")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> kb.KnowledgeBase:
    """Three studies of different years, one of none, and gaps that they answer."""
    root = tmp_path_factory.mktemp("answers")
    studies = {
        "a": study(finding("r1"), finding("r2", direction="supports"), years=[2010, 2012]),
        "b": study(finding("r2", ["c1", "c2"]), years=[2020]),
        "c": study(finding("r3"), years=["n.d."]),
    }
    kinds = [facet("gap-kind", ["few", "none"], role="gap-kind"),
             facet("gap-reason", ["vague"], role="gap-reason")]  # fmt: skip
    works = "@book{old, author={Of, A}, title={T}, year={2005}}\n"
    works += "@book{new, author={Of, B}, title={U}, year={2015}}\n"
    write(root, studies, kinds, works)
    answers = {"a": "partly", "b": "fully"}
    _gap(root, "closed", "old", answers, "closed")
    _gap(root, "open", "old", {}, "open")
    _gap(root, "late", "new", {}, "open", kind="none")
    _gap(root, "known-before", "new", {"a": "partly"}, "narrowed")
    _gap(root, "moved-since", "new", {"a": "partly", "b": "partly"}, "narrowed")
    _gap(root, "touched", "old", {"a": "partly"}, "open")
    claim = {"statement": text("C"), "type": "prediction", "note": text("N"),
             "stated_by": [{"source": "new", "locator": "p. 1"}]}  # fmt: skip
    _put(root / "corpus/claims/said.yml", claim)
    return kb.load(root)


def _gap(root: Path, name: str, source: str, by: dict[str, str], status: str, **more: Any) -> None:
    how = [{"study": one, "extent": extent, "how": text("H")} for one, extent in by.items()]
    gap = {
        "statement": text("Why?"), "kind": "few", "reason": "vague", "needs": "review",
        "stated_by": [{"source": source, "locator": "p. 1", "explicit": True}],
        "closes_with": text("W"), "status": status, "addressed_by": how, **more,
    }  # fmt: skip
    _put(root / f"corpus/gaps/{name}.yml", gap)


def _put(path: Path, data: Any) -> None:
    import yaml

    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump(data), "utf-8")


class TestRecords:
    def test_they_are_shown_by_their_ids(self, base: kb.KnowledgeBase) -> None:
        one, other = list(base.corpus.studies)[:2]
        assert repr(base.studies()[:2]) == f"<2 records: {one}, {other}>"
        cells = base.cells("row", "column")
        assert repr(cells).startswith(f"<{len(cells)} records: r1 x c1, ")
        assert repr(cells).endswith(", ...>")

    def test_they_are_a_sequence(self, base: kb.KnowledgeBase) -> None:
        found = base.studies()
        assert isinstance(found, kb.Records)
        assert (len(found), found[0].id, found[-1].id) == (3, "a", "c")
        assert [one.id for one in found[1:]] == ["b", "c"]
        assert isinstance(found[1:], kb.Records)
        assert found[1] in found
        assert found == base.studies() != found[1:]
        assert not base.studies(row="r1", column="c2")

    def test_they_cannot_be_changed(self, base: kb.KnowledgeBase) -> None:
        found: Any = base.studies()
        for change in (
            lambda: found.append(1),
            lambda: found.__setitem__(0, 1),
            lambda: setattr(found, "items", ()),
        ):
            with pytest.raises((AttributeError, TypeError)):
                change()

    @pytest.mark.parametrize("noun", NOUNS)
    def test_every_noun_becomes_rows(self, base: kb.KnowledgeBase, noun: str) -> None:
        found = getattr(base, noun)()
        assert len(found.to_dicts()) == len(found.to_table().rows) == len(found)
        rows = list(csv.reader(io.StringIO(found.to_csv())))
        assert rows[0] == list(found.to_table().columns)
        assert len(rows) == len(found) + 1

    def test_languages(self, base: kb.KnowledgeBase) -> None:
        assert "A study (sv)" in base.studies().to_csv("sv")
        assert "(sv)" not in base.studies().to_csv()
        with pytest.raises(kb.UnknownName, match=r"^no language svv; did you mean sv\?$"):
            base.studies().to_csv("svv")

    def test_where_as_a_mapping_and_as_keywords(self, base: kb.KnowledgeBase) -> None:
        for one in (base.studies({"row": "r2"}), base.studies(row="r2"),
                    base.studies({"row": ["r2"]}, column="c1")):  # fmt: skip
            assert [study.id for study in one] == ["a", "b"]
        assert [one.id for one in base.studies({"row": "r2"}, column="c2")] == ["b"]
        with pytest.raises(TypeError, match="row is given twice"):
            base.studies({"row": "r1"}, row="r2")

    def test_cells(self, base: kb.KnowledgeBase) -> None:
        found = base.cells("column", "row", state=["empty", "thin"])
        assert {one.state.value for one in found} == {"empty", "thin"}
        other = base.matrix("row", "column")
        assert all(other[one.column, one.row].studies == one.studies for one in found)
        with pytest.raises(kb.UnknownName, match=r"^no state emtpy; did you mean empty\?$"):
            base.cells("row", "column", state="emtpy")

    def test_terms_of_a_facet(self, base: kb.KnowledgeBase) -> None:
        assert [term.id for _, term in base.terms("row")] == ["r1", "r2", "r3"]
        with pytest.raises(kb.UnknownName, match="no facet rwo"):
            base.terms("rwo")

    def test_works_name_their_studies(self, base: kb.KnowledgeBase) -> None:
        owners = {one["key"]: one["studies"] for one in base.works().to_dicts()}
        assert owners["a-1"] == owners["a-2"] == ["a"]
        assert owners["old"] == []

    def test_unknown_words(self, base: kb.KnowledgeBase) -> None:
        for ask, message in (
            (lambda: base.gaps(status="opn"), r"^no status opn; did you mean open\?$"),
            (lambda: base.gaps(kind="fwe"), r"^no kind fwe; did you mean few\?$"),
            (lambda: base.claims(confidence="hihg"), "^no confidence hihg; did you mean high"),
        ):
            with pytest.raises(kb.UnknownName, match=message):
                ask()


class TestAsOf:
    def test_studies_and_findings(self, base: kb.KnowledgeBase) -> None:
        assert [one.id for one in base.studies(as_of=2009)] == []
        assert [one.id for one in base.studies(as_of=2010)] == ["a"]
        assert [one.id for one in base.studies(as_of=2020, row="r2")] == ["a", "b"]
        assert {one.study.id for one in base.findings(as_of=2019)} == {"a"}

    def test_claims(self, base: kb.KnowledgeBase) -> None:
        assert [one.id for one in base.claims(as_of=2014)] == []
        assert [one.id for one in base.claims(as_of=2015)] == ["said"]

    def test_gaps_as_they_were(self, base: kb.KnowledgeBase) -> None:
        def states(year: int | None) -> dict[str, str]:
            return {one.id: one.status for one in base.gaps(as_of=year)}

        assert states(2004) == {}
        assert states(2009) == {"closed": "open", "open": "open", "touched": "open"}
        assert states(2010) == {"closed": "narrowed", "open": "open", "touched": "open"}
        assert states(2020)["closed"] == states(None)["closed"] == "closed"
        assert "late" in states(2015)
        (was,) = (one for one in base.gaps(as_of=2012) if one.id == "closed")
        assert [answer.study for answer in was.addressed_by] == ["a"]
        assert len(base.corpus.gaps["closed"].addressed_by) == 2

    def test_what_was_there_before_has_not_moved_it(self, base: kb.KnowledgeBase) -> None:
        def status(name: str, year: int) -> str:
            return next(one.status for one in base.gaps(as_of=year) if one.id == name)

        assert [status("moved-since", year) for year in (2015, 2019, 2020)] == [
            "open", "open", "narrowed",
        ]  # fmt: skip
        assert status("known-before", 2015) == "narrowed"

    def test_the_status_asked_for_is_that_of_the_year(self, base: kb.KnowledgeBase) -> None:
        assert "closed" in {one.id for one in base.gaps(status="open", as_of=2009)}
        assert "closed" not in {one.id for one in base.gaps(status="open")}


class TestFrames:
    @pytest.mark.parametrize("noun", NOUNS)
    @pytest.mark.parametrize("root", [".", "tests/fixture"])
    def test_both_hold_every_row(self, noun: str, root: str) -> None:
        found = getattr(kb.load(REAL / root), noun)()
        table = found.to_table()
        one, other = found.to_pandas(), found.to_polars()
        assert list(one.columns) == list(other.columns) == list(table.columns)
        assert len(one) == len(other) == len(found) > 0
        assert other.rows() == [
            tuple(list(cell) if isinstance(cell, tuple) else cell for cell in row)
            for row in table.rows
        ]

    def test_types(self, base: kb.KnowledgeBase) -> None:
        frame = base.studies().to_pandas()
        assert str(frame["year"].dtype) == "Int64"
        assert frame["year"].isna().tolist() == [False, False, True]
        assert str(frame["title"].dtype) == "string"
        assert frame["row"].tolist() == [["r1", "r2"], ["r2"], ["r3"]]
        assert frame.explode("row")["row"].tolist() == ["r1", "r2", "r2", "r3"]
        schema = base.studies().to_polars().schema
        assert schema["year"] == polars.Int64()
        assert schema["row"] == polars.List(polars.String())

    def test_an_empty_answer_has_the_same_types(self, base: kb.KnowledgeBase) -> None:
        none, some = base.studies(row="r1", column="c2"), base.studies()
        assert none.to_polars().schema == some.to_polars().schema
        assert (none.to_pandas().dtypes == some.to_pandas().dtypes).all()
        assert isinstance(none.to_pandas(), pandas.DataFrame)

    @pytest.mark.parametrize("library", ["pandas", "polars"])
    def test_without_the_library(
        self, base: kb.KnowledgeBase, library: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def absent(name: str) -> Any:
            raise ImportError(name)

        monkeypatch.setattr("kb.frames.import_module", absent)
        message = rf"^{library} is not installed; pip install {library}, or the extra \[{library}\]"
        with pytest.raises(ImportError, match=message):
            getattr(base.studies(), f"to_{library}")()


class TestNothingCanBeChanged:
    def test_mappings(self, base: kb.KnowledgeBase) -> None:
        one = base.studies()[0]
        for mapping in (
            base.references, base.corpus.studies, base.corpus.gaps, base.codebook.facets,
            base.codebook["row"].by_id, base.codebook["row"].lineage, one.title, one.tags,
            one.findings[0].tags, base.facts[0].tags, base.settings.title,
            base.references["old"].fields, base.settings.by_direction, base.corpus.interface,
            one.tags_of(one.findings[0]), base.codebook["row"].terms[0].attributes,
        ):  # fmt: skip
            changing: Any = mapping
            assert isinstance(mapping, FrozenDict)
            for change in (
                lambda it=changing: it.__setitem__("x", 1), lambda it=changing: it.clear(),
                lambda it=changing: it.update(x=1), lambda it=changing: it.setdefault("x", 1),
                lambda it=changing: it.pop("x", None), lambda it=changing: it.popitem(),
                lambda it=changing: it.__delitem__("x"), lambda it=changing: it.__ior__({"x": 1}),
            ):  # fmt: skip
                with pytest.raises(TypeError, match="cannot be changed"):
                    change()
            copied = dict(mapping)
            copied["x"] = 1

    def test_they_are_dicts_otherwise(self) -> None:
        one = FrozenDict({"a": 1})
        assert one == {"a": 1} == dict(one)
        assert pickle.loads(pickle.dumps(one)) == one
        assert isinstance(pickle.loads(pickle.dumps(one)), FrozenDict)
        assert deepcopy(one) is one
        assert one | {"b": 2} == {"a": 1, "b": 2}

    def test_the_graph(self, base: kb.KnowledgeBase) -> None:
        assert nx.is_frozen(base.graph)
        with pytest.raises(nx.NetworkXError, match=r"[Ff]rozen"):
            base.graph.add_node("x")
        base.graph.copy().add_node("x")

    def test_the_knowledge_base(self, base: kb.KnowledgeBase) -> None:
        with pytest.raises(AttributeError):
            base.corpus = base.corpus  # type: ignore[misc]
        assert isinstance(base.warnings, tuple)
        assert isinstance(base.facts, tuple)
        assert isinstance(base.facts_of("a"), tuple)
        assert isinstance(base.matrix("row", "column").cells, tuple)
