"""What scripts rely on: names of the package, queries in Python, and the order of its layers."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

import kb
from kb import records
from tests.making import facet, finding, study, term, write

PACKAGE = Path(kb.__file__).parent

LAYERS = (
    {"__init__"},
    {"collector", "frozen", "problems", "writing", "cache", "folder", "halves"},
    {"verdict"},
    {"textfile", "yamlsyntax", "unreadable", "quoting", "bibsyntax"},
    {"yamlfile"},
    {"comments"},
    {"model", "references", "teams"},
    {"yamlwriter", "codebook", "bibliography", "words"},
    {"records", "rulebook", "bibwriter", "works", "doi", "ris"},
    {"synthesis", "second", "places", "drafts", "incoming"},
    {"changes", "validation"},
    {"listing", "kinds"},
    {"reading"},
    {"remembered"},
    {"migration"},
    {"corpus"},
    {"facts"},
    {"meeting"},
    {"stated", "checks", "agreement", "citations"},
    {
        "rules_studies",
        "rules_stated",
        "rules_codebook",
        "shapes",
        "evidence",
        "formatting",
        "addresses",
    },
    {"rules"},
    {"shards"},
    {"states"},
    {"graph", "matrix", "contrast", "growth", "columns", "revisions"},
    {"network"},
    {"tables", "export", "compare", "tell"},
    {"artefact", "whole", "frames"},
    {"datafile", "unpack", "answers", "locations", "selecting"},
    {"stores"},
    {"processes"},
    {"cluster"},
    {"tallies"},
    {"base", "schema"},
    {"api_schema"},
    {"openapi"},
    {"api"},
    {"formats"},
    {"stats", "show", "forms", "questions", "destinations"},
    {"values"},
    {"mapping"},
    {"scaffold", "adding", "tabular"},
    {"beginning", "arrivals", "asking"},
    {"importing"},
    {"fixing", "releases", "recoding", "starting", "starter"},
    {"feed"},
    {"openalex"},
    {"discover"},
    {"waiting"},
    {"site"},
    {"completion"},
    {"cli_shared"},
    {
        "cli_lists",
        "cli_checks",
        "cli_changes",
        "cli_discover",
        "cli_write",
        "cli_new",
        "cli_import",
        "cli_init",
        "cli_shard",
    },
    {"cli"},
    {"__main__"},
)
"""The modules from the lowest up; each may import from lower ones only."""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> kb.KnowledgeBase:
    """Three studies; the row ``r1a`` is narrower than ``r1``."""
    rows = facet("row", ["r1", term("r1a", broader="r1"), "r2"])
    place = facet("kind-of-place", ["town", "village"])
    studies = {
        "a": study(finding("r1", direction="supports"), finding("r2", "c2")),
        "b": study(finding("r1a", direction="challenges"), basis="review"),
        "c": study(tags={"row": ["r2"], "kind-of-place": ["town"]}),
    }
    return kb.load(write(tmp_path_factory.mktemp("api"), studies, [rows, place]))


class TestNames:
    def test_all_of_them_exist_and_are_documented(self) -> None:
        for name in kb.__all__:
            public = getattr(kb, name)
            assert inspect.getdoc(public), name
            assert public.__module__.startswith("kb."), name

    def test_methods_are_documented(self) -> None:
        bare = [
            f"{name}.{part}"
            for name in kb.__all__
            for part, value in vars(getattr(kb, name)).items()
            if not part.startswith("_") and part not in {"model_config", "problems"}
            and (callable(value) or isinstance(value, property) or hasattr(value, "func"))
            and not inspect.getdoc(value)
        ]  # fmt: skip
        assert bare == []

    def test_they_are_the_ones_that_scripts_were_promised(self) -> None:
        promised = {"load", "KnowledgeBase", "CorpusError", "UnknownName", "Problem", "Study"}
        assert promised <= set(kb.__all__)
        assert kb.__all__ == sorted(kb.__all__)

    def test_other_names_are_refused(self) -> None:
        with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
            kb.nonsense  # noqa: B018

    def test_the_version(self) -> None:
        assert kb.__version__.count(".") == 2

    def test_importing_the_package_imports_nothing_heavy(self) -> None:
        code = "import kb, sys; assert not {'pydantic', 'networkx', 'yaml'} & set(sys.modules)"
        subprocess.run([sys.executable, "-c", code], check=True)


def ids(found: Iterable[kb.Study]) -> list[str]:
    return [one.id for one in found]


class TestQueries:
    def test_all(self, base: kb.KnowledgeBase) -> None:
        assert ids(base.studies()) == ["a", "b", "c"]
        assert [fact.id for fact in base.findings()] == ["a#f1", "a#f2", "b#f1"]

    def test_a_broader_term_includes_the_narrower(self, base: kb.KnowledgeBase) -> None:
        assert ids(base.studies(row="r1")) == ["a", "b"]
        assert ids(base.studies(row="r1a")) == ["b"]

    def test_values_of_a_list_are_or_and_facets_are_and(self, base: kb.KnowledgeBase) -> None:
        assert ids(base.studies(row=["r1a", "r2"])) == ["a", "b", "c"]
        assert ids(base.studies(row=("r1",), column="c1")) == ["a", "b"]
        assert ids(base.studies(row="r1", column="c2")) == []

    def test_direction_and_basis(self, base: kb.KnowledgeBase) -> None:
        assert ids(base.studies(direction="challenges")) == ["b"]
        assert [fact.id for fact in base.findings(basis=["full-text"])] == ["a#f1", "a#f2"]

    def test_underscores_stand_for_hyphens(self, base: kb.KnowledgeBase) -> None:
        assert ids(base.studies(kind_of_place="town")) == ["c"]
        assert ids(base.studies({"kind-of-place": "village"})) == []

    @pytest.mark.parametrize(
        ("where", "message"),
        [
            ({"rwo": "r1"}, r"^no facet rwo; did you mean row\?$"),
            ({"row": "r1b"}, r"^no row r1b; did you mean r1"),
            ({"row": ["r1", "zzz"]}, r"^no row zzz; use one of: r1, r1a, r2$"),
            ({"direction": "support"}, r"did you mean supports\?$"),
            ({"basis": "fulltext"}, r"did you mean full-text\?$"),
        ],
    )
    def test_unknown_names(
        self, base: kb.KnowledgeBase, where: dict[str, Any], message: str
    ) -> None:
        for query in (base.studies, base.findings):
            with pytest.raises(kb.UnknownName, match=message):
                query(**where)

    def test_unknown_names_in_the_selection_of_a_matrix(self, base: kb.KnowledgeBase) -> None:
        with pytest.raises(kb.UnknownName, match=r"^no country SV; "):
            base.matrix("row", "column", country="SV")

    def test_unknown_names_are_value_errors(self) -> None:
        assert issubclass(kb.UnknownName, ValueError)

    def test_matrix_of_a_selection(self, base: kb.KnowledgeBase) -> None:
        assert base.matrix("row", "column").studies == 2
        found = base.matrix("row", "column", direction="supports")
        assert (found.studies, found["r1", "c1"].studies) == (1, ("a",))
        assert len(found.cells) == 9

    def test_matrix_has_no_other_cells(self, base: kb.KnowledgeBase) -> None:
        with pytest.raises(KeyError):
            base.matrix("row", "column")["c1", "r1"]

    def test_facts_of_a_study(self, base: kb.KnowledgeBase) -> None:
        assert [fact.id for fact in base.facts_of("a")] == ["a#f1", "a#f2"]
        assert not base.facts_of("c")
        assert not base.facts_of("nobody")
        assert base.facts[0].tags == {
            "row": ("r1",), "column": ("c1",), "kind": ("case",), "directness": ("direct",),
        }  # fmt: skip


class TestLoading:
    def test_from_a_folder_below(self, base: kb.KnowledgeBase) -> None:
        below = base.corpus.root / "corpus" / "studies"
        assert kb.load(below).corpus.root == base.corpus.root
        assert kb.load(str(below)).fingerprint == base.fingerprint

    def test_errors_are_raised_with_all_problems(self, tmp_path: Path) -> None:
        root = write(tmp_path, {"a": study(finding("r9")), "b": study(finding("r8"))})
        with pytest.raises(kb.CorpusError) as error:
            kb.load(root)
        assert [problem.code for problem in error.value.problems] == ["KB030", "KB030"]
        assert all(isinstance(problem, kb.Problem) for problem in error.value.problems)
        assert "no row r9" in str(error.value)

    def test_warnings_are_kept(self, tmp_path: Path) -> None:
        entry = "@misc{lonely, author = {A, B}, title = {T}, year = {2020}}\n"
        loaded = kb.load(write(tmp_path, references=entry))
        assert [problem.code for problem in loaded.warnings] == ["KB051"]

    def test_a_folder_without_a_knowledge_base(self, tmp_path: Path) -> None:
        with pytest.raises(kb.CorpusError) as error:
            kb.load(tmp_path)
        assert "KB080" in {problem.code for problem in error.value.problems}

    def test_the_fingerprint_tells_contents_apart(self, tmp_path: Path) -> None:
        root = write(tmp_path, {"a": study(finding())})
        before = kb.load(root).fingerprint
        assert kb.load(root).fingerprint == before
        path = root / "corpus/studies/a.yml"
        path.write_text(path.read_text("utf-8") + "# more\n", "utf-8")
        assert kb.load(root).fingerprint != before
        assert before.startswith("sha256:")


def models() -> list[type[BaseModel]]:
    found = [one for _, one in inspect.getmembers(records, inspect.isclass)]
    return [one for one in found if issubclass(one, BaseModel)]


class TestFrozen:
    def test_every_model(self) -> None:
        assert len(models()) > 10
        for model in models():
            assert model.model_config["frozen"], model
            assert model.model_config["extra"] == "forbid", model

    def test_records(self, base: kb.KnowledgeBase) -> None:
        one = base.studies()[0]
        for record, name in ((one, "kind"), (one.coding, "basis"), (one.findings[0], "id")):
            with pytest.raises(ValidationError, match="frozen"):
                setattr(record, name, "other")
        assert isinstance(one.findings, tuple)
        assert all(isinstance(terms, tuple) for terms in one.findings[0].tags.values())

    def test_facts_cells_matrices_and_problems(self, base: kb.KnowledgeBase) -> None:
        crossed = base.matrix("row", "column")
        problem = kb.Problem("KB000", "error", "a", 1, 1, "", "")
        for one, name in (
            (base.facts[0], "tags"), (crossed.cells[0], "state"), (crossed, "entries"),
            (base.corpus, "studies"), (problem, "code"),
        ):  # fmt: skip
            with pytest.raises(FrozenInstanceError):
                setattr(one, name, None)


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).parts[0].removesuffix(".py"), path


def imported(path: Path) -> set[str]:
    """The modules of the package that a file imports anywhere, but for type checking."""
    tree = ast.parse(path.read_text("utf-8"))
    only_types = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if node in only_types:
            continue
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names = [one.name for one in node.names]
            found |= {f"kb.{one}" for one in names} if node.module == "kb" else {str(node.module)}
    inside = {name.split(".")[1] for name in found if name.startswith("kb.")}
    return {name for name in inside if name in set().union(*LAYERS)}


class TestLayers:
    def test_every_module_has_its_place(self) -> None:
        assert {name for name, _ in modules()} <= set().union(*LAYERS)

    def test_imports_lead_down(self) -> None:
        depth = {name: at for at, layer in enumerate(LAYERS) for name in layer}
        upwards = [
            f"{path.relative_to(PACKAGE)} imports {other}"
            for name, path in modules()
            for other in imported(path)
            if depth[other] >= depth[name] and not (name == other and name in {"site", "formats"})
        ]
        assert upwards == []
