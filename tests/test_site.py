"""The built site: links, languages, matrix, records, data, and building it all or nothing."""

from __future__ import annotations

import html
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from typer.testing import CliRunner

from kb import addresses, api, export, schema
from kb.base import load
from kb.cli import app
from kb.matrix import State
from kb.site import pages
from kb.site.build import build_site
from tests.sites import Document, Site, contents, copy, folded, own_environment, shown

pytest_plugins = ["tests.site_fixtures"]

LINKS = ("href", "src", "srcset", "poster", "data", "action")
HOST = "https://site.invalid/"


def links(document: Document) -> Iterator[tuple[str, str]]:
    """The tags of a page that lead somewhere, and where to; its own address is no such link."""
    for tag, attributes in document.tags:
        for name in LINKS:
            if name in attributes and attributes.get("rel") != "canonical":
                yield tag, attributes[name]


def target(address: str, link: str) -> tuple[str, str]:
    """The address in the site that a link on a page leads to, and its place there."""
    parts = urlsplit(urljoin(HOST + address, link))
    return unquote(parts.path.removeprefix("/")), unquote(parts.fragment)


# --- Links ---------------------------------------------------------------------------------------


def test_every_link_leads_to_a_file_and_a_place(site: Site) -> None:
    dead = Counter[str]()
    for address in site.addresses:
        for tag, link in links(site.page(address)):
            if urlsplit(link).scheme:
                continue
            path, place = target(address, link)
            page = path.removesuffix("index.html")
            is_page = page == "" or page.endswith("/")
            file = site.folder / page / "index.html" if is_page else site.folder / path
            if not file.is_file():
                dead[f"{address}: <{tag}> {link}"] += 1
            elif place and place not in site.page(page).ids:
                dead[f"{address}: <{tag}> {link}: no such place"] += 1
    assert not dead


def test_nothing_is_loaded_from_elsewhere(site: Site) -> None:
    foreign = set()
    for address in site.addresses:
        for tag, link in links(site.page(address)):
            scheme, host = urlsplit(link)[:2]
            if tag == "a":
                fine = scheme in ("", "http", "https", "mailto") and (scheme or not host)
            else:
                fine = (not scheme and not host) or link.startswith("data:")
            if not fine:
                foreign.add(f"{address}: <{tag}> {link}")
    for path in site.folder.rglob("*.css"):
        found = re.findall(r"(?:url\(\s*[\"']?|@import\s+[\"'])(?:https?:)?//", path.read_text())
        foreign |= {f"{path.name}: {one}" for one in found}
    assert not foreign


def test_an_id_stands_only_once_on_a_page(site: Site) -> None:
    twice = {
        f"{address}#{id}"
        for address in site.addresses
        for id, number in Counter(site.page(address).ids).items()
        if number > 1
    }
    assert not twice


def test_no_template_is_left_on_a_page(site: Site) -> None:
    for address in site.addresses:
        assert not re.search(r"\{[{%#]|\{ ?[#.]\w", shown(site.page(address).content)), address
        assert "Undefined" not in site.page(address).content


# --- Languages -----------------------------------------------------------------------------------


def test_all_languages_have_the_same_pages(site: Site) -> None:
    first, *others = (site.pages_of(language) for language in site.languages)
    assert len(first) > 100
    assert all(other == first for other in others)
    expected = {page.address for page in pages.pages(site.view(site.languages[0]))}
    docs = site.base.corpus.root / "docs" / site.languages[0]
    paths = {path.relative_to(docs).as_posix().removesuffix(".j2") for path in docs.rglob("*.*")}
    written = {path.removesuffix("index.md") for path in paths if path.endswith(".md")}
    assert set(first) == expected | written


def test_every_page_names_its_language_and_offers_its_twins(site: Site) -> None:
    for language in site.languages:
        for page in site.pages_of(language):
            document = site.page(f"{language}/{page}")
            assert next(a.get("lang") for tag, a in document.tags if tag == "html") == language
            twins: dict[str, set[tuple[str, str]]] = {"a": set(), "link": set()}
            for tag, attributes in document.tags:
                if tag in twins and "hreflang" in attributes:
                    address, _ = target(f"{language}/{page}", attributes["href"])
                    twins[tag].add((attributes["hreflang"], address))
            expected = {(other, f"{other}/{page}") for other in site.languages}
            assert twins == {"a": expected, "link": expected}, page


def test_the_root_offers_every_language(site: Site) -> None:
    document = site.page("")
    offered = [
        (attributes["hreflang"], attributes["href"])
        for tag, attributes in document.tags
        if tag == "a"
    ]
    assert offered == [(language, f"{language}/") for language in site.languages]
    for language in site.languages:
        view = site.view(language)
        assert view.text(site.base.settings.title) in shown(document.text)
        assert view.t("language") in shown(document.text)


def test_search_holds_only_the_texts_of_its_language(site: Site) -> None:
    texts = {language: _texts(site, language) for language in site.languages}
    for language in site.languages:
        index = json.loads((site.folder / language / "search/search_index.json").read_text("utf-8"))
        whole = folded(" ".join(shown(d["title"] + " " + d["text"]) for d in index["docs"]))
        missing = [text for text in texts[language] if text not in whole]
        assert not missing
        others = set().union(*(texts[other] for other in site.languages if other != language))
        foreign = [text for text in others - texts[language] if text in whole]
        assert not foreign
        for document in index["docs"]:
            path, _, place = document["location"].partition("#")
            page = site.page(f"{language}/{path}")
            assert not place or place in page.ids


def _texts(site: Site, language: str) -> set[str]:
    view = site.view(language)
    return {folded(view.text(fact.finding.statement)) for fact in site.base.facts}


# --- The matrix ----------------------------------------------------------------------------------

CELL = re.compile(
    r'<td class="kb-cell kb-cell--([\w-]+)"[^>]*>\s*<a [^>]*?href="([^"]+)"[^>]*>(.*?)</a>'
)


def test_every_cell_leads_to_its_place_which_tells_its_state(site: Site) -> None:
    row = site.base.settings.matrix.row
    for language in site.languages:
        view = site.view(language)
        for column in addresses.matrix_columns(site.base.corpus):
            matrix = view.matrix(column.id)
            expected = {
                f"{language}/{addresses.of_cell(row, column.id, cell.row, cell.column)}": cell
                for cell in matrix.cells
            }
            here = f"{language}/{addresses.of_matrix(row, column.id)}"
            found = {}
            for state, link, text in CELL.findall(site.page(here).content):
                found["#".join(target(here, html.unescape(link)))] = (state, shown(text))
            assert found.keys() == expected.keys()
            for address, cell in expected.items():
                state, text = found[address]
                word = view.t(f"state_{cell.state.value}")
                assert state == cell.state.value
                assert word in text
                if cell.studies:
                    assert f" {len(cell.studies)} " in f" {text} "
                page, _, place = address.partition("#")
                section = site.page(page).sections()[place]
                states = re.findall(r"kb-state--([\w-]+)", section)
                assert states == [cell.state.value]
                assert word in shown(section)
                for fact in cell.facts:
                    assert folded(view.text(fact.finding.statement)) in shown(section)
                if cell.reason:
                    assert folded(view.text(cell.reason)) in shown(section)
                elif not cell.studies:
                    assert view.t("cell_missing") in shown(section)
                    assert "contribute/" in section


def test_the_made_up_matrix_has_every_state(sites: Mapping[str, Site]) -> None:
    site = sites["fixture"]
    settings = site.base.settings.matrix
    page = site.page(f"{site.languages[0]}/{addresses.of_matrix(settings.row, settings.column)}")
    found = {(state, shown(text).split(" ", 1)[1]) for state, _, text in CELL.findall(page.content)}
    view = site.view(site.languages[0])
    for state in State:
        words = [text for one, text in found if one == state.value]
        assert words, state
        assert all(view.t(f"state_{state.value}") in text for text in words)


# --- Records -------------------------------------------------------------------------------------


def test_study_pages_tell_the_whole_record(site: Site) -> None:
    for language in site.languages:
        view = site.view(language)
        for study in site.base.corpus.studies.values():
            document = site.page(f"{language}/{addresses.of_study(study.id)}")
            text = shown(document.content)
            expected = [view.text(study.title), study.coding.locator, study.coding.date, study.path]
            expected += [view.t(f"basis_{study.coding.basis}")]
            expected += [view.text(p.name) for p in site.base.settings.coders
                         if p.id in study.coding.coders]  # fmt: skip
            expected += [site.base.references[key].short for key in study.reports]
            expected += [site.base.references[study.coding.source].short]
            expected += [view.text(study.no_findings)]
            for caveat in study.caveats:
                expected += [view.text(caveat.text), caveat.locator or "", caveat.url or ""]
            for supplement in study.coding.supplements:
                expected += [supplement.locator, *supplement.covers]
                expected += [site.base.references[supplement.source].short]
                assert not supplement.url or supplement.url in [a for _, a in links(document)]
            if study.setting:
                expected += [study.setting.organisation or "", study.setting.place or ""]
            if study.sample:
                expected += [view.text(study.sample.unit)]
                numbers = (study.sample.n, study.sample.population, study.sample.response_rate)
                expected += [view.number(number) for number in numbers if number is not None]
            if study.period:
                expected += [str(study.period.start), str(study.period.end)]
            for url in (caveat.url for caveat in study.caveats if caveat.url):
                assert url in [address for _, address in links(document)]
                expected.remove(url)
            for finding in study.findings:
                assert finding.id in document.ids
                expected += [view.text(finding.statement), finding.locator]
                expected += [view.text(view.direction(finding.direction).label)]
                expected += [view.label(f, t) for f, terms in finding.tags.items() for t in terms]
                for measure in finding.measures:
                    expected += [
                        view.text(measure.label),
                        view.measured(measure.value, measure.unit),
                    ]
                    if measure.n is not None:
                        expected.append(view.number(measure.n))
                    if other := measure.comparison:
                        value = view.measured(other.value, measure.unit)
                        expected.append(f"{view.text(other.label)}: {value}")
            missing = [one for one in expected if folded(one) not in text]
            assert not missing, (language, study.id)


def test_reference_pages_tell_what_is_not_verified(site: Site) -> None:
    assert any(reference.unverified for reference in site.base.references.values())
    for language in site.languages:
        view = site.view(language)
        overview = html.unescape(site.page(f"{language}/references/").content)
        for reference in site.base.references.values():
            page = site.page(f"{language}/{addresses.of_reference(reference.key)}")
            text = shown(page.content)
            assert all(folded(value) in text for _, value in view.reference_fields(reference))
            if reference.unverified:
                assert view.t("unverified_note") in text
                names = ", ".join(reference.unverified)
                assert names in text
                row = overview.partition(f'id="{reference.key}"')[2].partition("</tr>")[0]
                assert names in shown(row)
                flags = shown(page.content).count(view.t("unverified").lower())
                told = {name for name, _ in view.reference_fields(reference)}
                assert flags >= len(told & set(reference.unverified))
            else:
                assert view.t("verified_note") in text
            if reference.link:
                assert reference.link in [address for _, address in links(page)]


def test_every_study_and_reference_is_listed(site: Site) -> None:
    for language in site.languages:
        for folder, ids in (
            ("studies", site.base.corpus.studies),
            ("references", site.base.references),
        ):
            here = f"{language}/{folder}/"
            found = {target(here, link)[0] for tag, link in links(site.page(here)) if tag == "a"}
            assert {f"{here}{id}/" for id in ids} <= found


# --- Data ----------------------------------------------------------------------------------------


def run(*arguments: str) -> Any:
    """What a ``kb`` command prints as JSON."""
    result = CliRunner().invoke(app, [*arguments, "--format", "json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_schemas_are_there(site: Site) -> None:
    expected = schema.files(site.base.settings, site.base.codebook)
    assert contents(site.folder / "schema") == {n: t.encode() for n, t in expected.items()}


def test_data_files_say_what_the_commands_say(site: Site) -> None:
    files = {n: json.loads(content) for n, content in contents(site.folder / api.FOLDER).items()}
    data = {name: content["data"] for name, content in files.items() if "data" in content}
    for name in data:
        assert set(files[name]) - {"context"} == {"version", "generated_from", "data"}
        assert files[name]["generated_from"] == site.base.fingerprint
    assert {one["path"] for one in data["index.json"]["files"]} == set(data) - {"index.json"}
    root = ("--root", str(site.base.corpus.root))
    for command in ("studies", "findings", "codebook"):
        assert data[f"{command}.json"] == run(command, *root)
    settings = site.base.settings.matrix
    pair = (settings.row, settings.column)
    assert data[f"matrix/{'-'.join(pair)}.json"] == run("matrix", *pair, *root)
    for row, column in api.pairs(site.base.corpus):
        matrix = json.loads(export.dumps(export.matrix(site.base.matrix(row, column))))
        assert data[f"matrix/{row}-{column}.json"] == matrix
    assert {one["key"] for one in data["references.json"]} == set(site.base.references)
    nodes = {node["id"] for node in data["graph.json"]["nodes"]}
    edges = data["graph.json"]["edges"]
    assert {edge[end] for edge in edges for end in ("source", "target")} <= nodes


# --- Building ------------------------------------------------------------------------------------


def test_a_second_build_gives_the_same_bytes_and_keeps_nothing_old(
    sites: Mapping[str, Site], tmp_path: Path
) -> None:
    root = copy("fixture", tmp_path / "elsewhere")
    (root / "site" / "de" / "stale").mkdir(parents=True)
    (root / "site" / "de" / "stale" / "index.html").write_text("old")
    with own_environment():
        built = build_site(load(root), root / "site")
    first, second = contents(sites["fixture"].folder), contents(built.folder)
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []
    assert built.pages == len([name for name in second if name.endswith(".html")])


def _record_error(root: Path, _: pytest.MonkeyPatch) -> None:
    path = root / "corpus/studies/alt2009.yml"
    path.write_text(path.read_text("utf-8").replace("kind:", "knid:"), "utf-8")


def _bibliography_error(root: Path, _: pytest.MonkeyPatch) -> None:
    (root / "references.bib").write_text("@article{muster2015, title = {Unclosed", "utf-8")


def _template_error(_: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setattr("kb.site.view.View.counted", lambda *_: 1 / 0)


def _dead_link_first(root: Path, _: pytest.MonkeyPatch) -> None:
    (root / "docs/de/contribute/index.md.j2").write_text("# Seite\n\n[Tot](nowhere.md)\n", "utf-8")


def _dead_link_last(root: Path, _: pytest.MonkeyPatch) -> None:
    (root / "docs/fr/contribute/index.md.j2").write_text("# Page\n\n[Mort](nowhere.md)\n", "utf-8")


def _theme_error(root: Path, _: pytest.MonkeyPatch) -> None:
    path = root / "mkdocs.yml"
    path.write_text(path.read_text("utf-8").replace("name: material", "name: no-such-theme"))


def _no_configuration(root: Path, _: pytest.MonkeyPatch) -> None:
    (root / "mkdocs.yml").unlink()


def _data_error(root: Path, _: pytest.MonkeyPatch) -> None:
    (root / "build").mkdir()
    (root / "build" / "data").write_text("a file where a folder must be")


@pytest.mark.parametrize(
    "breaking",
    [
        _record_error,
        _bibliography_error,
        _template_error,
        _dead_link_first,
        _dead_link_last,
        _theme_error,
        _no_configuration,
        _data_error,
    ],
)
def test_a_build_that_fails_leaves_the_old_site_as_it_was(
    breaking: Callable[[Path, pytest.MonkeyPatch], None],
    tmp_path: Path,
) -> None:
    root = copy("fixture", tmp_path / "base")
    (root / "site" / "de").mkdir(parents=True)
    (root / "site" / "de" / "index.html").write_text("the old site")
    with own_environment() as patch:
        breaking(root, patch)
        before = contents(root / "site")
        beside = {path.name for path in root.iterdir()}
        result = CliRunner().invoke(app, ["build", "--root", str(root)])
    assert result.exit_code == 1
    assert contents(root / "site") == before
    assert {path.name for path in root.iterdir()} | {"build"} == beside | {"build"}
    assert not list(tmp_path.glob(".*"))


def test_a_failed_build_tells_why(tmp_path: Path) -> None:
    root = copy("fixture", tmp_path / "base")
    with own_environment() as patch:
        _record_error(root, patch)
        result = CliRunner().invoke(app, ["build", "--root", str(root)])
    assert "corpus/studies/alt2009.yml" in result.stderr
    assert "knid" in result.stderr


def test_every_dead_link_is_told_with_its_page(tmp_path: Path) -> None:
    root = copy("fixture", tmp_path / "base")
    with own_environment() as patch:
        _dead_link_first(root, patch)
        _dead_link_last(root, patch)
        result = CliRunner().invoke(app, ["build", "--root", str(root)])
    links = [line.removeprefix("the site was not built: ") for line in result.stderr.splitlines()]
    assert [line.partition(":")[0] for line in links] == ["de", "fr"]
    assert all("contribute/index.md" in line and "nowhere.md" in line for line in links)


def test_hostile_texts_pass_through_the_theme_as_text(tmp_path: Path) -> None:
    """The whole way through MkDocs: a title that breaks out would be seen in any page's head."""
    hostile = """</title><script>alert("x")</script> & 'it' {{ 7*7 }} <b>"""
    root = copy("fixture", tmp_path / "base")
    settings = root / "corpus/knowledge-base.yml"
    text = settings.read_text("utf-8")
    for name in ("title", "short_title", "description"):
        value = json.dumps(hostile)
        text = re.sub(rf"(?m)^{name}:.*\n((?:  .*\n)*)", "", text)
        text += f"{name}: {{de: {value}, fr: {value}}}\n"
    text = text.replace("name: CC0 1.0", f"name: {json.dumps(hostile)}")
    settings.write_text(text, "utf-8")
    study = root / "corpus/studies/alt2009.yml"
    lines = study.read_text("utf-8")
    lines = re.sub(r"(?m)^title:.*\n((?:  .*\n)*)", "", lines)
    study.write_text(f"title: {{de: {value}, fr: {value}}}\n{lines}", "utf-8")
    with own_environment():
        built = build_site(load(root), root / "site")
    site = Site("hostile", load(root), built.folder)
    for address in ("", "de/", "fr/", "de/studies/alt2009/", "fr/studies/alt2009/", "de/studies/"):
        page = site.page(address)
        scripts = re.findall(r"<script([^>]*)>(.*?)</script>", page.text, re.S)
        run = [script for kind, script in scripts if "application/ld+json" not in kind]
        assert "alert(" not in "".join(run)
        assert not re.search(r"<b[\s>]\s*(?:-|</|<)", page.text)
        assert shown(hostile.replace("<", "&lt;").replace(">", "&gt;")) in shown(page.text)
        title = re.findall(r"<title>(.*?)</title>", page.text)
        assert len(title) == 1
        assert hostile in html.unescape(title[0])
    index = json.loads((built.folder / "de/search/search_index.json").read_text("utf-8"))
    found = [one for one in index["docs"] if one["location"] == "studies/alt2009/"]
    assert found
    assert "<script" not in found[0]["title"] + found[0]["text"]


# --- MkDocs by itself ----------------------------------------------------------------------------


def mkdocs(root: Path, *arguments: str, **more: Any) -> subprocess.Popen[str]:
    """MkDocs as anybody may start it, without a word of ours."""
    environment = {k: v for k, v in os.environ.items() if k != "SOURCE_DATE_EPOCH"}
    return subprocess.Popen(
        [sys.executable, "-m", "mkdocs", *arguments],
        cwd=root,
        env=environment | {"NO_MKDOCS_2_WARNING": "1", "PYTHONUNBUFFERED": "1"},
        stderr=subprocess.STDOUT,
        text=True,
        **more,
    )


def test_plain_mkdocs_makes_the_same_files(sites: Mapping[str, Site], tmp_path: Path) -> None:
    root = copy("fixture", tmp_path / "base")
    process = mkdocs(root, "build", "--strict", stdout=subprocess.PIPE)
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0, output
    assert contents(root / "site").keys() == contents(sites["fixture"].folder).keys()


@contextmanager
def served(root: Path, log: Path) -> Iterator[str]:
    """The address of a live server of a knowledge base."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    with log.open("w") as output:
        process = mkdocs(root, "serve", "--strict", "--dev-addr", address, stdout=output)
        try:
            yield f"http://{address}/"
            assert process.poll() is None, log.read_text()
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def get(url: str) -> str:
    """The page at an address, or nothing while it is not to be had."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return str(answer.read().decode())
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return ""


def wait_for(condition: Callable[[], bool], what: str, log: Path) -> None:
    """Waits until something holds, for a minute."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, f"{what}\n{log.read_text()}"
        time.sleep(0.2)


def test_the_server_shows_changes_of_records(tmp_path: Path) -> None:
    root, log = copy("fixture", tmp_path / "base"), tmp_path / "log"
    record = root / "corpus/studies/alt2009.yml"
    whole = record.read_text("utf-8")
    statement = load(root).corpus.studies["alt2009"].findings[0].statement
    with served(root, log) as url:
        wait_for(lambda: "hreflang" in get(url), "no root page", log)
        for language in statement:
            assert f'lang="{language}"' in get(f"{url}{language}/")
            assert statement[language] in html.unescape(get(f"{url}{language}/studies/alt2009/"))
        assert get(f"{url}api/v1/studies.json")
        changed = whole
        for text in statement.values():
            assert text in whole
            changed = changed.replace(text, f"Anders als vorher {text}")
        record.write_text(changed, "utf-8")
        for language in statement:
            page = f"{url}{language}/studies/alt2009/"
            wait_for(lambda page=page: "Anders als vorher" in get(page), "no change", log)  # type: ignore[misc]
        assert "Anders als vorher" in get(f"{url}api/v1/studies.json")
        record.write_text(whole.replace("kind:", "knid:"), "utf-8")
        wait_for(lambda: "knid" in log.read_text(), "the error is not told", log)
        record.write_text(whole, "utf-8")
        wait_for(lambda: "Anders" not in get(page), "not mended", log)
