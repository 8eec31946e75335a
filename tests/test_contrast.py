"""Findings on either side, and what differs between the sides; pages of what is contested."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kb.base import KnowledgeBase, load
from kb.contrast import Contrast, Difference, contrast, differences, studies
from kb.matrix import State
from kb.site import contested, pages
from kb.site.view import View
from tests.sites import shown


def sides(base: KnowledgeBase, **where: str) -> Contrast:
    """The two sides of some findings, which have to have two."""
    found = contrast(base.corpus, base.findings(where))
    assert found is not None
    return found


def difference(base: KnowledgeBase, one: Contrast, name: str) -> Difference:
    """One of the differences."""
    return next(each for each in differences(base.corpus, one) if each.name == name)


def rendered(base: KnowledgeBase, address: str, language: str = "de") -> str:
    """The Markdown of the page at an address."""
    view = View(base, language)
    page = next(one for one in pages.pages(view) if one.address == address)
    return pages.render(view, page)


def test_findings_stand_on_the_side_of_their_stance(base: KnowledgeBase) -> None:
    one = sides(base, effect="diversity")
    assert studies(one.supporting) == ("beispiel2021", "modell2022", "muster2015")
    assert studies(one.challenging) == ("modell2023",)
    assert studies(one.others) == ("schlaf2024",)
    assert one.both == frozenset()
    assert one.studies == ("beispiel2021", "modell2022", "muster2015", "modell2023")


def test_a_study_at_odds_with_itself_is_not_enough(base: KnowledgeBase) -> None:
    assert contrast(base.corpus, base.findings(habitat="balcony")) is None
    assert contrast(base.corpus, base.findings(effect="survival")) is None
    assert contrast(base.corpus, ()) is None
    assert sides(base, effect="visits").both == {"selbst2020"}


def test_what_differs_is_counted_in_studies_in_the_order_of_the_codebook(
    base: KnowledgeBase,
) -> None:
    one = sides(base, effect="diversity")
    level = difference(base, one, "evidence-level")
    assert level.supporting == {"field-trial": 1, "monitoring": 1, "model": 1}
    assert level.challenging == {"model": 1}
    assert level.one_sided == {"field-trial", "monitoring"}
    assert difference(base, one, "year").supporting == {"2015": 1, "2021": 1, "2022": 1}
    assert difference(base, one, "basis").challenging == {"review": 1}


def test_what_one_side_does_not_state_is_no_difference(base: KnowledgeBase) -> None:
    season = difference(base, sides(base, effect="diversity"), "season")
    assert season.supporting == {"spring": 1, "summer": 1}
    assert season.challenging == {}
    assert season.one_sided == frozenset()


def test_tags_are_those_of_the_findings_on_the_side(base: KnowledgeBase) -> None:
    measure = difference(base, sides(base, effect="visits"), "intervention")
    assert measure.supporting == {"seed-mix": 2}
    assert measure.challenging == {"nest-aid": 1, "mowing": 1}


@pytest.mark.parametrize("name", ["real", "fixture"])
def test_every_contested_cell_and_only_those_have_a_place(
    name: str, repo_root: Path, fixture_root: Path
) -> None:
    base = load({"real": repo_root, "fixture": fixture_root}[name])
    view = View(base, base.corpus.languages[0])
    row, found = view.facet(view.settings.matrix.row), set()
    for column in view.columns:
        for term, own in contested.rows(view, column).items():
            found |= {contested.address(one, row, term) for one in own}
    wanted = {
        f"gaps/{row.id}-{column.id}/{cell.row}/contested/#{cell.column}"
        for column in view.columns
        for cell in view.matrix(column.id).cells
        if cell.state is State.CONTESTED
    }
    assert found == wanted
    made = {one.address for one in pages.pages(view)}
    assert {address.partition("#")[0] for address in found} <= made
    assert {contested.address(one) for one in contested.of_terms(view)} <= made


def test_the_page_of_a_term_shows_both_sides(base: KnowledgeBase) -> None:
    page = rendered(base, "contested/effects/visits/")
    supporting, challenging = re.split(r'<div class="kb-side kb-side--\w+">', page)[1:]
    assert "Im Frühling" not in challenging
    assert supporting.count("on both sides") == 1
    table = shown(page[page.index("<table") :])
    assert "Maßnahme ≠ differs Saatmischung (2)" in table
    assert "?studies=muster2015,selbst2020,erfunden2019" in page
    assert "not shown to be a cause" in page


def test_contested_cells_terms_and_gaps_lead_to_both_sides(base: KnowledgeBase) -> None:
    cells = rendered(base, "gaps/habitat-effect/green-roof/")
    assert 'href="../../../gaps/habitat-effect/green-roof/contested/#visits"' in cells
    assert 'contested/#diversity"' not in cells
    assert 'href="../../contested/effects/visits/"' in rendered(base, "effects/visits/")
    assert "contested/" not in rendered(base, "effects/survival/")
    assert 'href="../contested/"' in rendered(base, "gaps/")
    overview = rendered(base, "contested/")
    assert 'href="../gaps/habitat-effect/extensive-roof/contested/#visits"' in overview
    assert 'href="../contested/effects/diversity/"' in overview


def test_where_nothing_is_contested_the_page_says_so(copy: Path) -> None:
    for path in (copy / "corpus" / "claims").iterdir():
        path.unlink()
    for path in (copy / "corpus" / "studies").rglob("*.yml"):
        text = path.read_text("utf-8")
        path.write_text(text.replace("direction: harms", "direction: depends"), "utf-8")
    assert "Nowhere in this knowledge base" in rendered(load(copy), "contested/")
