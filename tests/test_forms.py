"""Issue forms: what GitHub asks of them, the codebook in them, and the links that open them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from kb import forms
from kb.base import KnowledgeBase, load
from kb.codebook import Facet
from kb.records import Study
from kb.site import pages
from kb.site.view import View
from kb.synthesis import Claim, Gap
from tests.conftest import Command
from tests.sites import ROOT

REPOSITORY = "https://github.com/example/gardens"
NAMES = ("add-study", "correct-record", "report-gap")
ATTRIBUTES = {
    "markdown": {"value"},
    "input": {"label", "description"},
    "textarea": {"label", "description"},
    "dropdown": {"label", "description", "multiple", "options"},
}
RESERVED = {"template", "title", "body", "labels", "assignees", "milestone", "projects", "type"}
"""Parameters of GitHub's own that a field's id would clash with."""


def parsed(base: KnowledgeBase) -> dict[str, dict[str, Any]]:
    """The forms by their names, as a reader of YAML 1.1 understands them."""
    made = forms.files(base.corpus)
    return {Path(path).stem: yaml.safe_load(text) for path, text in made.items()}


@pytest.fixture(scope="module", params=["real", "fixture"])
def knowledge(request: pytest.FixtureRequest, base: KnowledgeBase) -> KnowledgeBase:
    """The real knowledge base, and the made-up one."""
    return load(ROOT) if request.param == "real" else base


def test_the_committed_forms_are_those_of_the_codebook() -> None:
    assert forms.write(load(ROOT).corpus, check_only=True) == [], "run `kb forms`"


def test_forms_are_what_github_accepts(knowledge: KnowledgeBase) -> None:
    made = parsed(knowledge)
    assert tuple(sorted(made)) == NAMES
    for form in made.values():
        assert set(form) == {"name", "description", "title", "body"}
        assert all(
            isinstance(form[key], str) and form[key].strip() for key in form if key != "body"
        )
        assert len(form["description"]) <= 200
        fields = [one for one in form["body"] if one["type"] != "markdown"]
        ids = [one["id"] for one in fields]
        labels = [one["attributes"]["label"] for one in fields]
        assert len(ids) == len(set(ids))
        assert len(labels) == len(set(labels))
        assert all(re.fullmatch(r"[A-Za-z0-9_-]+", one) for one in ids)
        assert not RESERVED & set(ids)
        assert any(one["validations"]["required"] for one in fields)
        for one in form["body"]:
            assert set(one) <= {"type", "id", "attributes", "validations"}
            assert set(one["attributes"]) <= ATTRIBUTES[one["type"]]
            texts = [
                text
                for key, text in one["attributes"].items()
                if key not in {"multiple", "options"}
            ]
            assert all(isinstance(text, str) and text.strip() for text in texts)


def test_options_are_unique_texts_and_none_is_reserved(knowledge: KnowledgeBase) -> None:
    for form in parsed(knowledge).values():
        for one in form["body"]:
            if one["type"] == "dropdown":
                options = one["attributes"]["options"]
                assert options
                assert all(isinstance(option, str) and option.strip() for option in options)
                assert len({option.casefold() for option in options}) == len(options)
                assert "none" not in {option.casefold() for option in options}


def options_of(form: dict[str, Any]) -> dict[str, list[str]]:
    return {
        one["id"].removeprefix("facet-"): one["attributes"]["options"]
        for one in form["body"]
        if one["type"] == "dropdown"
    }


def test_options_are_the_terms_in_use(knowledge: KnowledgeBase) -> None:
    made = parsed(knowledge)
    book = knowledge.codebook
    study, gap = options_of(made["add-study"]), options_of(made["report-gap"])
    assert set(study) == {"read", *(facet.id for facet in book.axes)}
    own = {facet.id for facet in book if facet.role in {"gap-kind", "gap-reason"}}
    assert set(gap) == {"explicit", *own, *(facet.id for facet in book.tag_facets)}
    for options in (study, gap):
        for name in set(options) - {"read", "explicit"}:
            ids = [term.id for term in book[name].current]
            assert [option.rpartition(" (")[2].rstrip(")") for option in options[name]] == ids


def test_options_are_in_all_languages_at_once(base: KnowledgeBase) -> None:
    options = options_of(parsed(base)["add-study"])
    assert "Nordost / Nord-est (NO)" in options["city"]
    assert "Simulation (simulation)" in options["design"]
    assert "moss-mat" not in str(options)


def test_a_facet_without_terms_in_use_gives_no_field(base: KnowledgeBase) -> None:
    facets = dict(base.codebook.facets)
    season = facets["season"].model_dump(mode="python")
    old = [{**one, "deprecated": True} for one in season["terms"]]
    facets["season"] = Facet.model_validate({**season, "terms": old})
    corpus = replace(base.corpus, codebook=replace(base.codebook, facets=facets))
    text = forms.files(corpus)[f"{forms.FOLDER}/add-study.yml"]
    assert "season" not in text
    assert "habitat" in text


def test_the_command_writes_what_differs(copy: Path, command: Command) -> None:
    first = command("forms", "--root", copy, "--check")
    assert (first.returncode, len(first.stdout.splitlines())) == (1, 3)
    assert not (copy / ".github").exists()
    assert command("forms", "--root", copy).returncode == 0
    path = copy / forms.FOLDER / "add-study.yml"
    path.write_text("name: old\n", "utf-8")
    again = command("forms", "--root", copy)
    assert again.stdout == "changed .github/ISSUE_TEMPLATE/add-study.yml\n"
    done = command("forms", "--root", copy, "--check")
    assert (done.returncode, done.stdout) == (0, "")


# --- Links ---------------------------------------------------------------------------------------


def query(address: str) -> dict[str, str]:
    """What a link to a form fills in."""
    parts = urlsplit(address)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{REPOSITORY}/issues/new"
    return {key: values[0] for key, values in parse_qs(parts.query, strict_parsing=True).items()}


def test_all_are_written_or_none(copy: Path, command: Command) -> None:
    folder = copy / forms.FOLDER
    command("forms", "--root", copy)
    for name in NAMES[:2]:
        (folder / f"{name}.yml").write_text("old\n", "utf-8")
    (folder / f"{NAMES[2]}.yml").unlink()
    (folder / f"{NAMES[2]}.yml" / "inner").mkdir(parents=True)
    done = command("forms", "--root", copy)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith("nothing was written: ")
    assert [(folder / f"{name}.yml").read_text("utf-8") for name in NAMES[:2]] == ["old\n"] * 2
    assert not list(copy.glob(".writing-*"))


def test_an_address_brings_its_values_whole() -> None:
    tags = {"city": ["NO", "neu & hafen"], "effect": ["a=b#c+d"]}
    made = forms.address(f"{REPOSITORY}/", "correct-record", "ö ß/#?&x", tags)
    assert made.isascii()
    assert query(made) == {
        "template": "correct-record.yml",
        "title": "Correction: ö ß/#?&x",
        "record": "ö ß/#?&x",
        "tags": "city=NO,neu & hafen effect=a=b#c+d",
    }


def rendered(base: KnowledgeBase, repository: str | None) -> Iterator[tuple[str, str]]:
    """Address and Markdown of each generated page."""
    settings = base.settings.model_copy(update={"repository": repository})
    view = View(KnowledgeBase(replace(base.corpus, settings=settings), base.warnings), "de")
    for page in pages.pages(view):
        yield page.address, pages.render(view, page)


def links(text: str) -> list[dict[str, str]]:
    """The links to forms of a page, by what they fill in."""
    found = re.findall(r'href="(https://github\.com/[^"]*/issues/new[^"]*)"', text)
    return [query(one.replace("&amp;", "&")) for one in found]


@pytest.fixture(scope="module")
def linked(base: KnowledgeBase) -> dict[str, str]:
    """All pages of the made-up knowledge base, with an address of its repository."""
    return dict(rendered(base, REPOSITORY))


def test_every_record_has_a_link_that_names_it(linked: dict[str, str], base: KnowledgeBase) -> None:
    records: dict[str, Study | Claim | Gap] = {
        **{f"studies/{one.id}/": one for one in base.corpus.studies.values()},
        **{f"claims/{one.id}/": one for one in base.corpus.claims.values()},
        **{f"stated-gaps/{one.id}/": one for one in base.corpus.gaps.values()},
    }
    for address, record in records.items():
        own = [one for one in links(linked[address]) if one["template"] == "correct-record.yml"]
        assert [one["record"] for one in own] == [record.id]
        tags = " ".join(f"{facet}={','.join(terms)}" for facet, terms in record.tags.items())
        assert own[0].get("tags", "") == tags


def test_every_record_links_to_its_file_on_whatever_the_main_branch_is(
    linked: dict[str, str], base: KnowledgeBase
) -> None:
    corpus, pages_of = (
        base.corpus,
        {"studies": "studies", "claims": "claims", "gaps": "stated-gaps"},
    )
    for name, folder in pages_of.items():
        for one in getattr(corpus, name).values():
            page = linked[f"{folder}/{one.id}/"]
            assert f'<a href="{REPOSITORY}/blob/HEAD/{one.path}" rel="noopener">' in page
    assert not any("/blob/" in page for _, page in rendered(base, None))


def test_every_term_has_three_links(linked: dict[str, str], base: KnowledgeBase) -> None:
    for facet in base.codebook.axes:
        for term in facet.terms:
            found = links(linked[f"{Path(facet.path).stem}/{term.id}/"])
            assert {"template": "correct-record.yml", "title": f"Correction: {facet.id}/{term.id}",
                    "record": f"{facet.id}/{term.id}"} in found  # fmt: skip
            for name in ("add-study", "report-gap"):
                assert {"template": f"{name}.yml", "tags": f"{facet.id}={term.id}"} in found


def test_every_cell_that_can_exist_has_one_link(
    linked: dict[str, str], base: KnowledgeBase
) -> None:
    matrix = base.matrix("habitat", "effect")
    for row in base.codebook["habitat"].current:
        found = links(linked[f"gaps/habitat-effect/{row.id}/"])
        possible = [cell for cell in matrix.cells if cell.row == row.id and not cell.reason]
        assert [one["tags"] for one in found] == [
            f"habitat={cell.row} effect={cell.column}" for cell in possible
        ]
        assert {one["template"] for one in found} == {"add-study.yml"}


def test_a_link_adds_little_to_a_page_of_cells(linked: dict[str, str], base: KnowledgeBase) -> None:
    plain = dict(rendered(base, None))
    for address in (one for one in plain if one.startswith("gaps/habitat-effect/")):
        cells = linked[address].count("issues/new")
        assert len(linked[address]) - len(plain[address]) <= 200 * cells


def test_without_an_address_links_lead_to_the_page_on_contributing(base: KnowledgeBase) -> None:
    made = dict(rendered(base, None))
    assert not [address for address, text in made.items() if "issues/new" in text]
    for address in ("studies/alt2009/", "gaps/habitat-effect/green-wall/", "cities/NO/"):
        assert f'href="{"../" * address.count("/")}contribute/"' in made[address]
