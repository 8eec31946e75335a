"""What narrows a question: unclaimed findings, claims on one team, urgent gaps, unstudied terms."""

from __future__ import annotations

from pathlib import Path

import pytest

import kb
from kb.graph import on_one_team
from kb.synthesis import Gap
from tests.formats import loaded
from tests.test_cli import run

FIXTURE = Path(__file__).parent / "fixture"


@pytest.fixture(params=["real", "fixture"])
def base(request: pytest.FixtureRequest) -> kb.KnowledgeBase:
    return loaded(request.param)


def test_unclaimed_findings_are_those_that_no_claim_names(base: kb.KnowledgeBase) -> None:
    named = {one.finding for claim in base.claims() for one in claim.rests_on}
    found = {fact.id for fact in base.findings(unclaimed=True)}
    assert found == {fact.id for fact in base.findings()} - named
    assert found
    first = base.settings.directions[0].id
    fitting = base.findings(unclaimed=True, direction=first)
    assert {one.id for one in fitting} == {
        fact.id for fact in base.findings(direction=first) if fact.id not in named
    }


def test_a_claim_that_was_made_later_names_no_finding_yet(base: kb.KnowledgeBase) -> None:
    year = max(base.corpus.year(one) or 0 for one in base.studies())
    early = min(one.year for one in base.works() if one.year)
    before = base.findings(unclaimed=True, as_of=early)
    assert list(before) == list(base.findings(as_of=early))
    late = {one.id for one in base.findings(unclaimed=True, as_of=year)}
    assert late < {one.id for one in base.findings(as_of=year)}


def test_claims_on_one_team_are_those_of_the_graph(base: kb.KnowledgeBase) -> None:
    found = [one.id for one in base.claims(one_team=True)]
    assert found == on_one_team(base.graph) != []
    assert found != [one.id for one in base.claims()]


def sources(gap: Gap) -> set[str]:
    return {one.source for one in gap.stated_by}


def test_urgent_gaps_and_those_that_several_works_state(base: kb.KnowledgeBase) -> None:
    urgent = base.gaps(urgent=True)
    assert [one.id for one in urgent] == [one.id for one in base.gaps() if one.priority] != []
    for least in (1, 2, 3):
        wanted = [one.id for one in base.gaps() if len(sources(one)) >= least]
        assert [one.id for one in base.gaps(sources=least)] == wanted


@pytest.mark.parametrize("year", [2015, 2018, 2020, 2022, 2030])
def test_as_of_a_year_only_the_works_of_then_state_a_gap(base: kb.KnowledgeBase, year: int) -> None:
    for gap in base.gaps(as_of=year):
        today = base.corpus.gaps[gap.id]
        assert sources(gap) == {
            one for one in sources(today) if 0 < (base.references[one].year or 0) <= year
        }
        assert gap.stated_by
        called = today.priority and base.references[today.priority.source].year
        assert bool(gap.priority) == bool(called and called <= year)


def test_unstudied_terms_have_no_study(base: kb.KnowledgeBase) -> None:
    axes = {facet.id for facet in base.codebook.axes}
    found = {(facet, term.id) for facet, term in base.terms(unstudied=True)}
    assert found == {
        (facet, term.id)
        for facet, term in base.terms()
        if facet in axes and not base.studies({facet: term.id})
    }
    assert found


@pytest.mark.parametrize(
    ("where", "hint"),
    [
        ("habitat=Balcon", "no habitat Balcon; did you mean balcony?"),
        ("habitat=GRÜNE-WAND", "no habitat GRÜNE-WAND; did you mean green-wall?"),
        ("habitat=Sedumdächer", "no habitat Sedumdächer; did you mean extensive-roof?"),
        ("Lebensräume=balcony", "no facet Lebensräume; did you mean habitat?"),
        ("direction=Profite", "no direction Profite; did you mean helps?"),
    ],
)
def test_what_is_asked_for_by_its_label_is_named(where: str, hint: str) -> None:
    """The word itself is refused all the same: a label can change, or be that of two terms."""
    found = run("findings --where", where, "--root", FIXTURE)
    assert (found.code, found.out) == (2, "")
    assert hint in found.err


@pytest.mark.parametrize(
    ("command", "hint"),
    [
        ("codebook Habitat", "did you mean habitat?"),
        ("matrix Lebensraum effect", "did you mean habitat?"),
        ("gaps --kind Ungesehen", "did you mean"),
    ],
)
def test_facets_and_kinds_are_known_by_their_labels(command: str, hint: str) -> None:
    found = run(command, "--root", FIXTURE)
    assert found.code == 2
    assert hint in found.err


def test_what_studies_are_not_coded_with_has_no_unstudied_terms() -> None:
    with pytest.raises(kb.UnknownName, match="studies are not coded with lacuna; use one of:"):
        loaded("fixture").terms("lacuna", unstudied=True)
    failed = run("codebook lacuna --unstudied --root", FIXTURE)
    assert failed.code == 2
    assert "studies are not coded with lacuna" in failed.err


@pytest.mark.parametrize(
    ("command", "name", "asked"),
    [
        ("findings --unclaimed", "findings", {"unclaimed": True}),
        ("claims --one-team", "claims", {"one_team": True}),
        ("gaps --urgent", "gaps", {"urgent": True}),
        ("gaps --sources 2", "gaps", {"sources": 2}),
    ],
)
def test_the_command_line_asks_the_same(
    command: str, name: str, asked: dict[str, object], base: kb.KnowledgeBase
) -> None:
    printed = run(f"{command} --format json --root", base.corpus.root).json
    assert printed == getattr(base, name)(**asked).to_dicts()


def test_the_command_line_keeps_facets_with_unstudied_terms(base: kb.KnowledgeBase) -> None:
    printed = run("codebook --unstudied --format json --root", base.corpus.root).json
    found = [(facet["id"], term["id"]) for facet in printed for term in facet["terms"]]
    assert found == [(facet, term.id) for facet, term in base.terms(unstudied=True)]


def test_a_gap_needs_one_source_at_least() -> None:
    assert run("gaps --sources 0 --root", FIXTURE).code == 2
