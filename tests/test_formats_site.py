"""The data on the site: its files and the page that tells of them, and what programs read in the
pages: citation tags, COinS and schema.org."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin

import pytest
from markupsafe import Markup

import kb
from kb import addresses, bibliography
from kb.formats.registry import FORMATS
from kb.formats.works import inverted
from kb.records import Study
from kb.references import Reference
from kb.site import data, meta
from kb.site.text import front_matter
from kb.site.view import View
from tests.formats import loaded, made, whole
from tests.sites import Document, Site, contents, copy

pytest_plugins = ["tests.site_fixtures"]


class Head(HTMLParser):
    """What a browser finds of a page: its meta tags, the scripts with data, and the COinS."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self.tags: list[tuple[str, str]] = []
        self.data: list[Any] = []
        self.coins: list[dict[str, list[str]]] = []
        self._inside = False
        self.feed(document.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes a tag."""
        own = {name: value or "" for name, value in attrs}
        self._inside = tag == "script" and own.get("type") == "application/ld+json"
        if tag == "meta" and own.get("name", "").startswith("citation_"):
            self.tags.append((own["name"].removeprefix("citation_"), own["content"]))
        if own.get("class") == "Z3988":
            self.coins.append(parse_qs(own["title"]))

    def handle_data(self, data: str) -> None:
        """Notes the data in a script."""
        if self._inside:
            self.data.append(json.loads(data))

    def handle_endtag(self, tag: str) -> None:
        """Notes that a script ends."""
        self._inside = False

    def all(self, name: str) -> list[str]:
        """The contents of all tags of a name."""
        return [content for own, content in self.tags if own == name]


# --- the files ----------------------------------------------------------------------------------


def test_the_site_has_the_files_of_all_formats_that_need_nothing(site: Site) -> None:
    everything = whole(site.base)
    assert set(data.ON_SITE) | set(data.ELSEWHERE) == set(FORMATS) - {"json"}
    assert contents(site.folder / "data") == {
        path: content for name in data.ON_SITE for path, content in made(everything, name).items()
    }


def test_the_page_names_each_file_with_what_it_is_for_and_its_size(site: Site) -> None:
    downloads = data.make(site.base)
    for language in site.languages:
        view, page = View(site.base, language, downloads), site.page(f"{language}/data/")
        here = f"https://e.org/{language}/data/"
        links = {urljoin(here, own.get("href", "")) for tag, own in page.tags if tag == "a"}
        for path in contents(site.folder / "data"):
            assert f"https://e.org/data/{path}" in links, path
        text = unescape(page.content)
        for offer in data.offers(view):
            assert view.t(f"format_{offer.name}") in text
            assert offer.size == sum(
                (site.folder / "data" / one.path).stat().st_size for one in offer.files
            )
            assert data.size(view, offer.size) in text
        for name, plain, _ in data.tables(view):
            assert view.t(f"table_{name}") in text
            assert plain == (site.folder / f"data/csv/{name}.csv").stat().st_size
        assert site.base.settings.licence.name in text
        assert site.base.fingerprint in text
        assert view.t("how_to_cite") in text


def test_what_is_there_no_more_goes(tmp_path: Path) -> None:
    base = kb.load(copy("fixture", tmp_path / "copy"))
    before = data.make(base)
    stale = data.folder(base) / "csv/old.csv"
    stale.write_text("old", "utf-8")
    assert data.make(base) == before
    assert not stale.exists()


@pytest.mark.parametrize(
    ("number", "shown"), [(1, "1 kB"), (1499, "1 kB"), (999_999, "1,000 kB"), (1_250_000, "1.2 MB")]
)
def test_sizes(number: int, shown: str) -> None:
    assert data.size(View(loaded("real"), "en"), number) == shown


# --- schema.org ---------------------------------------------------------------------------------


def test_the_page_with_the_data_describes_a_dataset(site: Site) -> None:
    for language in site.languages:
        (told,) = Head(site.page(f"{language}/data/")).data
        settings = site.base.settings
        assert (told["@context"], told["@type"]) == ("https://schema.org", "Dataset")
        assert told["name"] == settings.title[language]
        assert 50 <= len(told["description"]) <= 5000  # what Google Dataset Search asks for
        assert told["license"] == settings.licence.url
        assert told["version"] == site.base.fingerprint
        here = f"https://e.org/{language}/data/"
        files = contents(site.folder / "data")
        assert {urljoin(here, one["contentUrl"]) for one in told["distribution"]} == {
            f"https://e.org/data/{path}" for path in files
        }
        for one in told["distribution"]:
            assert one["contentSize"] == f"{len(files[one['name']])} B"
            assert "/" in one["encodingFormat"]


def test_each_study_page_tells_what_it_is_about(site: Site) -> None:
    for language in site.languages:
        for study in site.base.corpus.studies.values():
            (told,) = Head(site.page(f"{language}/studies/{study.id}/")).data
            assert told["@type"] == "WebPage"
            assert told["name"] == study.title[language]
            assert told["isPartOf"]["name"] == site.base.settings.title[language]
            main = told["mainEntity"]
            assert main["identifier"] == study.id
            assert [one["text"] for one in main["hasPart"]] == [
                one.statement[language] for one in study.findings
            ]
            works = site.base.corpus.reports(study)
            assert [one["name"] for one in main["workExample"]] == [one.title for one in works]
            for one, work in zip(main["workExample"], works, strict=True):
                assert one.get("datePublished") == (str(work.year) if work.year else None)
                assert len(one.get("author", [])) == len(work.authors)


def test_addresses_are_absolute_when_the_site_is_known(tmp_path: Path) -> None:
    root = copy("fixture", tmp_path / "copy")
    settings = root / "corpus/knowledge-base.yml"
    settings.write_text(f"{settings.read_text('utf-8')}site: https://example.org/kb\n", "utf-8")
    base = kb.load(root)
    told = json.loads(meta.dataset(View(base, "de", data.make(base))))
    assert told["url"] == "https://example.org/kb/de/data/"
    urls = {one["contentUrl"] for one in told["distribution"]}
    assert "https://example.org/kb/data/references.bib" in urls
    study = base.corpus.studies["muster2015"]
    told = json.loads(meta.study(View(base, "fr"), study, base.facts_of(study.id)))
    assert told["@id"] == "https://example.org/kb/fr/studies/muster2015/"


def test_data_in_a_page_cannot_end_its_script() -> None:
    text = "</script><script>alert(1)</script> <!-- & \u2028 “x”"
    linked = meta.linked({"name": text})
    assert not set("<>&") & set(linked)
    assert json.loads(linked)["name"] == text


def test_metadata_is_escaped_also_in_lists() -> None:
    head = front_matter(citation=[("citation_title", '"><script>')], linked=Markup('{"a": 1}'))
    assert '"&quot;&gt;&lt;script&gt;"' in head
    assert '{\\"a\\": 1}' in head


# --- citation tags and COinS --------------------------------------------------------------------


def _with_reports(site: Site) -> Iterator[tuple[Study, tuple[Reference, ...]]]:
    for study in site.base.corpus.studies.values():
        yield study, site.base.corpus.reports(study)


def test_each_study_page_has_the_tags_of_its_main_report(site: Site) -> None:
    for language in site.languages:
        for study, (main, *_) in _with_reports(site):
            _are_of(main, Head(site.page(f"{language}/studies/{study.id}/")))


def test_each_page_of_a_reference_has_its_tags(site: Site) -> None:
    for work in site.base.corpus.references.values():
        address = f"{site.languages[0]}/{addresses.of_reference(work.key)}"
        _are_of(work, Head(site.page(address)))


def _are_of(work: Reference, head: Head) -> None:
    assert head.all("title") == [work.title]
    assert head.all("author") == [inverted(name) for name in work.authors]
    assert head.all("publication_date") == ([str(work.year)] if work.year else [])
    assert head.all("doi") == ([work.doi] if work.doi else [])
    assert head.all("language") == ([work.language] if work.language else [])
    if work.type == "article":
        journal = work.fields.get("journal")
        assert head.all("journal_title") == ([journal] if journal else [])


def test_pages_with_several_reports_offer_them_all(site: Site) -> None:
    several = 0
    for study, works in _with_reports(site):
        head = Head(site.page(f"{site.languages[0]}/studies/{study.id}/"))
        several += len(works) > 1
        assert len(head.coins) == (len(works) if len(works) > 1 else 0)
        for told, work in zip(head.coins, works, strict=False):
            assert told["ctx_ver"] == ["Z39.88-2004"]
            assert work.title in (told.get("rft.atitle") or told["rft.title"])
            assert told.get("rft.au", []) == [inverted(name) for name in work.authors]
            assert told.get("rft.date") == ([str(work.year)] if work.year else None)
            if work.doi:
                assert told["rft_id"] == [f"info:doi/{work.doi}"]
    assert several


@pytest.mark.parametrize(
    ("type", "fields", "tag", "content"),
    [
        ("article", "journal = {J}, number = {2}", "journal_title", "J"),
        ("article", "journal = {J}, number = {2}", "issue", "2"),
        ("incollection", "booktitle = {B}", "book_title", "B"),
        ("inproceedings", "booktitle = {C}", "conference_title", "C"),
        ("mastersthesis", "school = {U}", "dissertation_institution", "U"),
        ("techreport", "institution = {I}, number = {3}", "technical_report_institution", "I"),
        ("techreport", "institution = {I}, number = {3}", "technical_report_number", "3"),
        ("book", "publisher = {P}", "publisher", "P"),
        ("book", "series = {S}", "series_title", "S"),
        ("article", "journal = {J}, pages = {12--34}", "lastpage", "34"),
    ],
)
def test_tags_by_which_zotero_knows_the_type(
    type: str, fields: str, tag: str, content: str
) -> None:
    text = f"@{type}{{k, author = {{A, B}}, title = {{T}}, year = {{2020}}, {fields}}}"
    found, problems = bibliography.parse(text)
    assert not problems
    assert (f"citation_{tag}", content) in meta.citation(found["k"])
