"""The formats: every one holds every record, its files open in programs of others, and the command
writes all of them or none."""

from __future__ import annotations

import asyncio
import json
import os
import re
import warnings
from collections.abc import Mapping
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from typer.testing import CliRunner

import kb
from kb.cli import app
from kb.formats import material, registry, relations, sqlite
from kb.formats.material import Material
from kb.formats.registry import FORMATS, MEDIA
from kb.site.data import ELSEWHERE, ON_SITE
from kb.writing import WritingError, staging
from tests.conftest import Command
from tests.formats import (
    READERS,
    database,
    ids,
    knowledge_bases,
    loaded,
    made,
    rows,
    whole,
)

WORKS = {"bibtex", "ris", "csl-json"}
"""The formats that have references and no records: see test_formats_works.py."""


@pytest.fixture(scope="module", params=["fixture", "real"])
def one(request: pytest.FixtureRequest) -> Material:
    """The made-up knowledge base, then the real one."""
    return whole(loaded(request.param))


# --- every record is there ----------------------------------------------------------------------


def test_every_format_is_tested() -> None:
    assert set(FORMATS) == set(READERS) | WORKS


@pytest.mark.parametrize("name", READERS)
def test_every_record_is_there(one: Material, name: str) -> None:
    assert READERS[name](made(one, name)) == ids(one.corpus)


@pytest.mark.parametrize("name", READERS)
@given(base=knowledge_bases())
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_record_that_can_be_made_up_is_there(name: str, base: kb.KnowledgeBase) -> None:
    assert READERS[name](made(whole(base), name)) == ids(base.corpus)


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_bytes_twice(one: Material, name: str) -> None:
    again = whole(kb.load(one.corpus.root))
    assert made(again, name) == made(one, name)


@pytest.mark.parametrize("name", FORMATS)
def test_every_file_has_a_media_type_and_text_is_utf_8(one: Material, name: str) -> None:
    for path, content in made(one, name).items():
        assert Path(path).suffix in MEDIA
        if not path.endswith((".sqlite", ".parquet")):
            content.decode("utf-8")


# --- CSV ----------------------------------------------------------------------------------------


@given(base=knowledge_bases())
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_cell_of_a_csv_is_a_formula_and_no_text_is_lost(base: kb.KnowledgeBase) -> None:
    everything = whole(base)
    files = made(everything, "csv")
    for table in relations.relations(everything):
        texts = {column.name for column in table.columns if column.type == "string"}
        read = rows(files[f"csv/{table.name}.csv"])
        for row, values in zip(read, table.rows, strict=True):
            for column, value in zip(table.columns, values, strict=True):
                cell = row[column.name]
                if column.name in texts:
                    plain = "" if value is None else str(value)
                    told = plain.replace("\r\n", "\n").replace("\r", "\n")
                    assert cell.replace("'", "") == told.replace("'", "")
                    if not re.fullmatch(r"-[\d.]+", cell):
                        assert not re.search(r"(?:^|[;\t\n])[=+\-@]|^[\t\n]", cell)
                elif isinstance(value, bool):
                    assert cell == str(value).lower()
                else:
                    assert cell == ("" if value is None else str(value))


def test_the_two_kinds_of_csv_differ_only_in_mark_and_line_ends(one: Material) -> None:
    plain, marked = made(one, "csv"), made(one, "spreadsheet")
    for path, content in marked.items():
        assert content.startswith(b"\xef\xbb\xbf")
        same = plain[path.replace("spreadsheet/", "csv/")]
        assert rows(content, "utf-8-sig") == rows(same)
        assert not same.startswith(b"\xef\xbb\xbf")


def _package(one: Material, folder: Path) -> Path:
    for path, content in made(one, "csv").items():
        file = folder / path
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
    return folder / "csv/datapackage.json"


def _faults(package: Path) -> list[Any]:
    """What frictionless says of a package: types, keys of the rows, and keys of other tables."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from frictionless import Package

        report = Package(str(package)).validate()
    return list(report.flatten(["type", "title", "note"]))


def test_frictionless_finds_the_package_valid(one: Material, tmp_path: Path) -> None:
    package = _package(one, tmp_path)
    assert _faults(package) == []
    told = json.loads(package.read_text("utf-8"))
    assert [each["name"] for each in told["resources"]] == list(relations.described())
    assert told["licenses"][0]["path"] == one.corpus.settings.licence.url
    assert told["languages"] == list(one.corpus.languages)
    for each in told["resources"]:
        assert (package.parent / each["path"]).stat().st_size == each["bytes"]
        assert all(column["description"] for column in each["schema"]["fields"])


@pytest.mark.parametrize(
    ("table", "old", "new", "fault"),
    [
        ("findings", b"muster2015,", b"nobody,", "foreign-key"),
        ("studies", b"2015", b"soon", "type-error"),
    ],
)
def test_frictionless_would_find_what_is_wrong(
    tmp_path: Path, table: str, old: bytes, new: bytes, fault: str
) -> None:
    package = _package(whole(loaded("fixture")), tmp_path)
    file = package.parent / f"{table}.csv"
    assert old in file.read_bytes()
    file.write_bytes(file.read_bytes().replace(old, new))
    assert fault in {kind for kind, *_ in _faults(package)}


# --- SQLite -------------------------------------------------------------------------------------


def test_sqlite_holds_together(one: Material) -> None:
    with closing(database(made(one, "sqlite")[sqlite.NAME])) as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert file.execute("PRAGMA foreign_key_check").fetchall() == []
        for table in relations.relations(one):
            name = sqlite.table_name(table.name)
            ((number,),) = file.execute(f'SELECT count(*) FROM "{name}"')
            assert number == sum(1 for _ in table.rows)
            assert len(file.execute(f'PRAGMA foreign_key_list("{name}")').fetchall()) == sum(
                len(key.columns) for key in table.foreign
            )
        (told,) = file.execute("SELECT value FROM about WHERE name = 'generated_from'").fetchall()
        assert told == (one.version,)


def test_sqlite_uses_its_indices() -> None:
    with closing(database(made(whole(loaded("real")), "sqlite")[sqlite.NAME])) as file:
        plan = file.execute(
            "EXPLAIN QUERY PLAN SELECT * FROM finding_terms WHERE facet = 'x' AND term = 'y'"
        ).fetchall()
        assert "USING INDEX finding_terms_facet_term" in plan[0][-1]


def test_the_search_knows_both_languages_and_letters_without_accents() -> None:
    with closing(database(made(whole(loaded("real")), "sqlite")[sqlite.NAME])) as file:

        def found(words: str, language: str) -> set[tuple[str, str]]:
            query = "SELECT kind, id FROM search WHERE search MATCH ? AND language = ?"
            return set(file.execute(query, (words, language)))

        assert found("trygghet", "sv")
        assert {kind for kind, _ in found("trygghet", "en")} <= {"references"}  # as published
        assert found("Kopenhamn*", "sv") == found("Köpenhamn*", "sv") != set()
        for claim in loaded("real").corpus.claims.values():
            words = " ".join(re.findall(r"\w+", claim.statement["sv"]))
            assert ("claims", claim.id) in found(words, "sv")
        languages = {two for (two,) in file.execute("SELECT DISTINCT language FROM search")}
        assert languages == {"en", "sv"}


def test_datasette_opens_the_database(tmp_path: Path) -> None:
    file = tmp_path / sqlite.NAME
    file.write_bytes(made(whole(loaded("fixture")), "sqlite")[sqlite.NAME])

    async def asked() -> tuple[Any, Any]:
        from datasette.app import Datasette

        server = Datasette([str(file)], settings={"num_sql_threads": 0})
        await server.invoke_startup()
        own = await server.client.get("/knowledge-base/studies.json?_shape=array&_size=max")
        query = "/knowledge-base.json?sql=select+id+from+search+where+search+match+'Moos*'"
        return own.json(), (await server.client.get(query)).json()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        studies, found = asyncio.run(asked())
    assert {one["id"] for one in studies} == set(loaded("fixture").corpus.studies)
    assert found["rows"]


# --- Parquet ------------------------------------------------------------------------------------


def _plain(row: tuple[Any, ...]) -> list[Any]:
    """Values as the records have them: a day of a database is no text."""
    return [value.isoformat() if isinstance(value, date) else value for value in row]


def _asked(query: str) -> list[tuple[Any, ...]]:
    """What DuckDB answers."""
    import duckdb

    with duckdb.connect() as connection:
        return connection.execute(query).fetchall()


def test_duckdb_and_pandas_read_parquet(one: Material, tmp_path: Path) -> None:
    import pandas

    for path, content in made(one, "parquet").items():
        (tmp_path / Path(path).name).write_bytes(content)
    for table in relations.relations(one):
        file = tmp_path / f"{table.name}.parquet"
        assert list(pandas.read_parquet(file).columns) == [c.name for c in table.columns]
        values = _asked(f"SELECT * FROM '{file}'")
        assert [_plain(row) for row in values] == [list(row) for row in table.rows]
    studies, findings = (tmp_path / f"{name}.parquet" for name in ("studies", "findings"))
    described = _asked(f"DESCRIBE SELECT * FROM '{studies}'")
    types = {name: type for name, type, *_ in described}
    assert (types["year"], types["coded_on"], types["id"]) == ("BIGINT", "DATE", "VARCHAR")
    joined = _asked(f"SELECT 1 FROM '{findings}' f JOIN '{studies}' s ON f.study = s.id")
    assert len(joined) == len(one.base.facts)


# --- graphs -------------------------------------------------------------------------------------


def test_networkx_reads_the_same_graph_from_both(one: Material) -> None:
    import networkx

    told = networkx.parse_graphml(made(one, "graphml")["graph.graphml"].decode())
    data = json.loads(made(one, "node-link")["graph.node-link.json"])
    linked = networkx.node_link_graph(data, edges="edges")
    assert dict(told.edges) == dict(linked.edges)
    graph = one.base.graph
    assert set(told) == {f"{kind}:{name}" for kind, name in graph}
    assert {(a, b, edge["kind"]) for a, b, edge in told.edges(data=True)} == {
        (":".join(a), ":".join(b), edge) for a, b, edge in graph.edges(data="edge")
    }
    study = next(iter(one.corpus.studies.values()))
    node = told.nodes[f"study:{study.id}"]
    for language in one.corpus.languages:
        assert node[f"label_{language}"] == study.title[language]
    assert node.get("year") == one.corpus.year(study)


# --- selections ---------------------------------------------------------------------------------


def test_a_selection_keeps_what_fits_and_names_nothing_else(tmp_path: Path) -> None:
    base = loaded("real")
    where: dict[str, Any] = {"relationship": ("B",), "country": ("NO",)}
    chosen = material.selected(base, where)
    assert set(chosen.corpus.studies) == {one.id for one in base.studies(**where)}
    assert ids(chosen.corpus)["findings"] == {one.id for one in base.findings(**where)}
    assert set(chosen.corpus.claims) == {one.id for one in base.claims(**where)}
    assert set(chosen.corpus.gaps) == {one.id for one in base.gaps(**where)}
    reports = {key for one in chosen.corpus.studies.values() for key in one.reports}
    waiting = {one.report for one in chosen.corpus.candidates.values()}
    assert {one.key for one in chosen.works} == reports | waiting
    assert _faults(_package(chosen, tmp_path)) == []
    for name in READERS:
        assert READERS[name](made(chosen, name)) == ids(chosen.corpus)


def test_a_selection_by_what_only_studies_have_keeps_no_gaps() -> None:
    chosen = material.selected(loaded("real"), {"directness": ("introduction",)})
    assert chosen.corpus.studies
    assert not chosen.corpus.gaps
    assert not chosen.corpus.claims


# --- the command --------------------------------------------------------------------------------


def _contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_the_command_writes_all(command: Command, fixture_root: Path, tmp_path: Path) -> None:
    done = command("export", tmp_path / "a/b", "--root", fixture_root)
    assert (done.returncode, done.stderr) == (0, "")
    everything = whole(loaded("fixture"))
    assert _contents(tmp_path / "a/b") == {
        path: content for name in FORMATS for path, content in made(everything, name).items()
    }
    assert [line.split()[0] for line in done.stdout.splitlines()] == list(FORMATS)


def _run(*words: str | Path) -> Any:
    return CliRunner().invoke(app, ["export", *map(str, words)])


def test_some_formats_of_a_selection(fixture_root: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("stays", "utf-8")
    (tmp_path / "references.bib").write_text("goes", "utf-8")
    done = _run(tmp_path, "--format", "bibtex,ris", "--where", "habitat=green-wall", "--root",
                fixture_root)  # fmt: skip
    assert done.exit_code == 0, done.output
    found = _contents(tmp_path)
    assert set(found) == {"mine.txt", "references.bib", "references.ris"}
    assert found["mine.txt"] == b"stays"
    assert b"goes" not in found["references.bib"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--format", "cvs"], "no format cvs; did you mean csv?"),
        (["--where", "habitat=sea"], "no habitat sea"),
        (["--where", "habitat"], "write FACET=TERM"),
    ],
)
def test_wrong_words_write_nothing(
    options: list[str], says: str, fixture_root: Path, tmp_path: Path
) -> None:
    done = _run(tmp_path / "new", *options, "--root", fixture_root)
    assert done.exit_code == 2
    assert says in done.stderr
    assert not (tmp_path / "new").exists()


def test_a_broken_knowledge_base_writes_nothing(copy: Path, tmp_path: Path) -> None:
    (copy / "corpus/gaps/wer-zaehlt.yml").write_text("statement: 1\n", "utf-8")
    done = _run(tmp_path / "new", "--root", copy)
    assert done.exit_code == 1
    assert "wer-zaehlt.yml:1:" in done.stderr
    assert not (tmp_path / "new").exists()


def test_what_is_not_installed(
    fixture_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "find_spec", lambda name: None)
    done = _run(tmp_path / "one", "--format", "parquet", "--root", fixture_root)
    assert done.exit_code == 1
    assert "parquet needs pyarrow: pip install" in done.stderr
    assert not (tmp_path / "one").exists()
    done = _run(tmp_path / "two", "--root", fixture_root)
    assert done.exit_code == 0
    assert "left out: parquet needs pyarrow" in done.stderr
    assert (tmp_path / "two/csv/studies.csv").is_file()
    assert not (tmp_path / "two/parquet").exists()


def test_all_or_nothing_when_a_format_fails(
    fixture_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "references.ris").write_text("old", "utf-8")

    def full(path: Path, data: bytes) -> int:
        raise OSError(28, os.strerror(28), str(path))

    monkeypatch.setattr(Path, "write_bytes", full)
    done = _run(tmp_path, "--format", "ris", "--root", fixture_root)
    assert done.exit_code == 1
    assert "nothing was written" in done.stderr
    assert "No space left" in done.stderr
    assert _contents(tmp_path) == {"references.ris": b"old"}
    assert [path.name for path in tmp_path.iterdir()] == ["references.ris"]


def test_all_or_nothing_when_a_file_cannot_take_its_place(tmp_path: Path) -> None:
    place = tmp_path / "place"
    (place / "c.txt").mkdir(parents=True)
    (place / "a.txt").write_text("old", "utf-8")

    def put() -> None:
        with staging(place) as new:
            for name in ("a.txt", "b/b.txt", "c.txt"):
                (new / name).parent.mkdir(exist_ok=True)
                (new / name).write_text("new", "utf-8")

    with pytest.raises(WritingError, match=r"c\.txt: there is a folder of this name"):
        put()
    assert _contents(place) == {"a.txt": b"old"}
    assert not (place / "b").exists()


def test_an_interrupted_export_leaves_no_new_folder(tmp_path: Path) -> None:
    def put() -> None:
        with staging(tmp_path / "x/y") as new:
            (new / "a").write_text("half", "utf-8")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        put()
    assert not (tmp_path / "x").exists()


def test_the_help_names_every_format() -> None:
    listed = " ".join(_run("--help").stdout.replace("│", " ").split())
    assert f"{', '.join(FORMATS)} (default: all)" in listed


# --- the description of the tables --------------------------------------------------------------


def test_every_row_has_only_described_columns(one: Material) -> None:
    told = relations.described()
    assert set(told) == set(relations.ROWS)
    for table in relations.relations(one):
        names = {column.name for column in table.columns}
        assert set(table.key) <= names
        for key in table.foreign:
            assert set(key.columns) <= names
            assert list(told).index(key.table) <= list(told).index(table.name)
        keys = [tuple(row[: len(table.key)]) for row in table.rows]
        assert [column.name for column in table.columns[: len(table.key)]] == list(table.key)
        assert len(keys) == len(set(keys))


def test_tables_are_made_once_for_all_formats(monkeypatch: pytest.MonkeyPatch) -> None:
    everything, asked = whole(loaded("fixture")), []
    for name, rows_of in relations.ROWS.items():

        def noted(material: Material, name: str = name, rows_of: Any = rows_of) -> Any:
            asked.append(name)
            return rows_of(material)

        monkeypatch.setitem(relations.ROWS, name, noted)
    for name in ("csv", "spreadsheet", "sqlite"):
        made(everything, name)
    assert sorted(asked) == sorted(relations.ROWS)


@pytest.mark.parametrize("language", ["en", "sv"])
def test_every_format_of_the_site_and_table_has_words(language: str, repo_root: Path) -> None:
    words: Mapping[str, str] = yaml.safe_load(
        (repo_root / f"kb/locale/{language}.yml").read_text("utf-8")
    )
    assert {f"format_{name}" for name in (*ON_SITE, *ELSEWHERE)} <= set(words)
    assert {f"table_{name}" for name in relations.described()} <= set(words)


@pytest.mark.parametrize("language", ["en", "sv"])
def test_the_docs_name_each_format_with_its_files(language: str, repo_root: Path) -> None:
    text = (repo_root / f"docs/{language}/commands/index.md").read_text("utf-8")
    told = dict(re.findall(r"^\| `([a-z-]+)` \| (`[^|]+`) \|", text, re.MULTILINE))
    everything = whole(loaded("fixture"))
    for name in FORMATS:
        for path in made(everything, name):
            short = re.sub(r"^(csv|spreadsheet|parquet)/[\w-]+\.(csv|parquet)$", r"\1/*.\2", path)
            short = "api/v1/" if name == "json" else short
            assert f"`{short}`" in told[name]
