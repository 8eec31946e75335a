"""Claims, gaps and candidates: their places, the commands that list them, and their data."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import kb
from kb.citations import Kind, Use, citing
from kb.corpus import Corpus
from kb.problems import as_text
from kb.rules import load
from kb.show import find, readable
from kb.stated import (
    by_confidence,
    gaps_at,
    main_year,
    moved_since,
    stated_in,
    studies_under,
    tagged,
)
from kb.synthesis import Claim, Gap, GapSource
from tests.test_cli import WORDS, ids, matches, run, shape

REAL = Path(__file__).resolve().parent.parent
FIXTURE = REAL / "tests" / "fixture"

ALL_GAPS = [
    *("bienen-auf-balkonen", "larven-an-waenden", "stoecke-auf-moos", "waende-und-arten"),
    "wer-zaehlt",
]
ALL_CLAIMS = ["bald-mehr", "nicht-maehen", "saat-hilft", "waende-umstritten"]


def names(records: list[Claim] | list[Gap]) -> list[str]:
    return [record.id for record in records]


# --- Places --------------------------------------------------------------------------------------


def test_what_the_made_up_corpus_shows(base: kb.KnowledgeBase) -> None:
    """Every field, and every value that a field can take, but for two levels of confidence."""
    claims, gaps = base.corpus.claims.values(), base.corpus.gaps.values()
    assert {one.type for one in claims} == {
        "synthesis", "interpretation", "prediction", "recommendation",
    }  # fmt: skip
    assert {one.stance for claim in claims for one in claim.rests_on} == {"supports", "challenges"}
    assert {gap.status for gap in gaps} == {"open", "narrowed", "closed"}
    assert {gap.needs for gap in gaps} == {"review", "primary-studies", "updated-review"}
    assert {one.explicit for gap in gaps for one in gap.stated_by} == {True, False}
    assert {one.extent for gap in gaps for one in gap.addressed_by} == {"partly", "fully"}
    assert [gap.id for gap in gaps if gap.priority] == ["larven-an-waenden"]
    concerns = {
        getattr(claim.confidence, name).concern
        for claim in claims
        if claim.confidence
        for name in ("methodological_limitations", "coherence", "adequacy", "relevance")
    }
    assert concerns == {"none-or-very-minor", "minor", "moderate", "serious"}
    for records in (base.corpus.claims, base.corpus.gaps, base.corpus.candidates):
        used = {name for one in records.values() for name in one.model_fields_set}
        assert used == set(type(next(iter(records.values()))).model_fields)


@pytest.mark.parametrize(
    ("where", "gaps", "claims"),
    [
        ({}, ALL_GAPS, ALL_CLAIMS),
        ({"habitat": ("green-roof",)}, ["stoecke-auf-moos"], ["nicht-maehen", "saat-hilft"]),
        ({"habitat": ("extensive-roof",)}, ["stoecke-auf-moos"], ["saat-hilft"]),
        ({"habitat": ("intensive-roof",)}, [], ["saat-hilft"]),
        (
            {"habitat": ("balcony", "green-wall")},
            ["bienen-auf-balkonen", "larven-an-waenden", "waende-und-arten"],
            ["waende-umstritten"],
        ),
        (
            {"habitat": ("green-wall",), "effect": ("diversity",)},
            ["waende-und-arten"],
            ["waende-umstritten"],
        ),
        ({"city": ("neuhafen",)}, ["stoecke-auf-moos"], []),
        ({"season": ("summer",)}, [], []),
    ],
)
def test_tagged(
    where: Mapping[str, tuple[str, ...]],
    gaps: list[str],
    claims: list[str],
    base: kb.KnowledgeBase,
) -> None:
    corpus = base.corpus
    assert names(tagged(corpus, corpus.gaps.values(), where)) == gaps
    assert names(tagged(corpus, corpus.claims.values(), where)) == claims


def test_a_gap_stands_in_its_cell_and_in_broader_ones(base: kb.KnowledgeBase) -> None:
    habitat, effect = base.codebook["habitat"], base.codebook["effect"]
    assert gaps_at(base.corpus, habitat, effect) == {
        ("balcony", "visits"): ("bienen-auf-balkonen",),
        ("green-wall", "survival"): ("larven-an-waenden",),
        ("green-wall", "diversity"): ("waende-und-arten",),
        ("extensive-roof", "hive-weight"): ("stoecke-auf-moos",),
        ("green-roof", "hive-weight"): ("stoecke-auf-moos",),
    }
    turned = gaps_at(base.corpus, effect, habitat)
    assert turned[("hive-weight", "green-roof")] == ("stoecke-auf-moos",)


def test_a_gap_with_two_terms_stands_in_two_cells(base: kb.KnowledgeBase) -> None:
    found = gaps_at(base.corpus, base.codebook["city"], base.codebook["effect"])
    assert found == {
        ("musterstadt", "hive-weight"): ("stoecke-auf-moos",),
        ("neuhafen", "hive-weight"): ("stoecke-auf-moos",),
    }


@pytest.mark.parametrize(
    ("gap", "year"),
    [
        ("stoecke-auf-moos", 2021),  # of 2021 and 2024 the first counts
        ("larven-an-waenden", 2020),  # its priority is from 2024
        ("waende-und-arten", 2018),
        ("wer-zaehlt", 0),
    ],
)
def test_a_gap_is_known_from_the_year_of_its_first_source(
    gap: str, year: int, base: kb.KnowledgeBase
) -> None:
    assert stated_in(base.corpus, base.corpus.gaps[gap]) == year


@pytest.mark.parametrize(("as_of", "known"), [(2017, 0), (2018, 2), (2020, 3), (2021, 5)])
def test_cells_know_only_the_gaps_of_their_time(
    as_of: int, known: int, base: kb.KnowledgeBase
) -> None:
    habitat, effect = base.codebook["habitat"], base.codebook["effect"]
    assert len(gaps_at(base.corpus, habitat, effect, as_of)) == known
    matrix = base.matrix("habitat", "effect", as_of=as_of)
    assert sum(len(cell.gaps) for cell in matrix.cells) == known


@pytest.mark.parametrize(
    ("where", "hive_weight", "survival"),
    [
        ({"city": "neuhafen"}, ("stoecke-auf-moos",), ("larven-an-waenden",)),
        ({"city": "NO"}, (), ("larven-an-waenden",)),  # the second names no city
        ({"habitat": "green-roof"}, ("stoecke-auf-moos",), ()),
        ({"habitat": "intensive-roof"}, (), ()),
        ({"habitat": "green-roof", "city": "NO"}, (), ()),
        ({"direction": "helps"}, ("stoecke-auf-moos",), ("larven-an-waenden",)),
    ],
)
def test_gaps_about_other_terms_are_in_no_cell_of_a_selection(
    where: dict[str, Any],
    hive_weight: tuple[str, ...],
    survival: tuple[str, ...],
    base: kb.KnowledgeBase,
) -> None:
    matrix = base.matrix("habitat", "effect", **where)
    assert matrix["extensive-roof", "hive-weight"].gaps == hive_weight
    assert matrix["green-wall", "survival"].gaps == survival


def test_the_command_leaves_out_the_same_gaps() -> None:
    line = "matrix habitat effect --format json --root"
    found = run(line, FIXTURE, "--where habitat=green-roof").json["cells"]
    assert {gap for cell in found for gap in cell["gaps"]} == {"stoecke-auf-moos"}


def test_an_empty_cell_can_have_a_gap(base: kb.KnowledgeBase) -> None:
    matrix = base.matrix("habitat", "effect")
    assert matrix["green-wall", "survival"].state.value == "empty"
    assert matrix["green-wall", "survival"].gaps == ("larven-an-waenden",)
    assert matrix["green-roof", "visits"].gaps == ()


def test_the_studies_under_a_claim(base: kb.KnowledgeBase) -> None:
    claims = base.corpus.claims
    assert studies_under(claims["saat-hilft"]) == ["muster2015", "beispiel2021"]
    assert studies_under(claims["waende-umstritten"]) == ["modell2022", "modell2023"]
    assert studies_under(claims["bald-mehr"]) == []


def test_gaps_closed_or_narrowed_since_a_year(base: kb.KnowledgeBase) -> None:
    # Six sources state one gap each; the earliest are from 2018, one has no year.
    assert main_year(base.corpus) == 2018
    assert names(moved_since(base.corpus, 2018)) == ["bienen-auf-balkonen", "waende-und-arten"]
    assert names(moved_since(base.corpus, 2022)) == ["bienen-auf-balkonen", "waende-und-arten"]
    assert names(moved_since(base.corpus, 2023)) == ["waende-und-arten"]
    assert moved_since(base.corpus, 2024) == []


def test_the_source_that_states_most_gaps(base: kb.KnowledgeBase) -> None:
    gaps = dict(base.corpus.gaps)
    source = gaps["stoecke-auf-moos"].stated_by[1]
    gaps["wer-zaehlt"] = gaps["wer-zaehlt"].model_copy(update={"stated_by": (source, source)})
    assert main_year(replace(base.corpus, gaps=gaps)) == 2024
    undated = base.corpus.gaps["wer-zaehlt"]
    assert main_year(replace(base.corpus, gaps={"one": undated})) == 0
    assert main_year(replace(base.corpus, gaps={})) == 0


def test_what_cites_a_reference(base: kb.KnowledgeBase) -> None:
    found = citing(base.corpus)
    assert found["uebersicht2020"] == {
        Use.CODING: [
            *((Kind.STUDY, name) for name in ("alt2009", "modell2023")),
            (Kind.CANDIDATE, "wartend"),
        ],
        Use.CLAIM: [
            (Kind.CLAIM, name) for name in ("bald-mehr", "saat-hilft", "waende-umstritten")
        ],
        Use.GAP: [(Kind.GAP, "larven-an-waenden")],
        Use.CODEBOOK: [(Kind.FACET, "city"), (Kind.TERM, "habitat/extensive-roof")],
    }
    assert found["muster2018"] == {
        Use.REPORT: [(Kind.STUDY, "muster2015")],
        Use.GAP: [(Kind.GAP, "waende-und-arten")],
        Use.SUPPLEMENT: [(Kind.STUDY, "muster2015")],
        Use.CAVEAT: [(Kind.STUDY, "muster2015")],
    }
    # It calls one gap urgent; the other one it states.
    assert found["schlaf2024"][Use.URGENCY] == [(Kind.GAP, "larven-an-waenden")]
    assert found["schlaf2024"][Use.GAP] == [(Kind.GAP, "stoecke-auf-moos")]
    assert "ungelesen2017" not in found


# --- A naive model -------------------------------------------------------------------------------


@cache
def whole() -> Corpus:
    """The made-up corpus."""
    return kb.load(FIXTURE).corpus


YEARS = {"alt2009": 2009, "leer2018": 2018, "schlaf2024": 2024, "ohnejahr": None, "fehlt": None}


def some_of(facet: str) -> st.SearchStrategy[list[str]]:
    terms = [term.id for term in whole().codebook[facet].terms]
    return st.lists(st.sampled_from(terms), max_size=3)


CODED = st.tuples(
    st.fixed_dictionaries(
        {}, optional={facet: some_of(facet) for facet in ("habitat", "effect", "city")}
    ),
    st.lists(st.sampled_from(sorted(YEARS)), min_size=1, max_size=3),
)


def gap(name: str, tags: Mapping[str, list[str]], sources: list[str]) -> Gap:
    """A gap of which only its terms and its sources matter."""
    words = {"de": "x", "fr": "x"}
    stated = tuple(GapSource(source=key, locator="S. 1", explicit=True) for key in sources)
    return Gap(
        id=name,
        path=f"corpus/gaps/{name}.yml",
        statement=words,
        kind="unseen",
        reason="too-little",
        needs="review",
        tags={facet: tuple(terms) for facet, terms in tags.items()},
        stated_by=stated,
        closes_with=words,
        status="open",
    )


def is_below(facet: str, term: str, upper: str) -> bool:
    """Whether a term is another one or stands below it."""
    broader = next(one.broader for one in whole().codebook[facet].terms if one.id == term)
    return term == upper or (broader is not None and is_below(facet, broader, upper))


def naive(
    coded: Mapping[str, tuple[Mapping[str, list[str]], list[str]]],
    rows: str,
    columns: str,
    as_of: int | None,
) -> Iterator[tuple[tuple[str, str], tuple[str, ...]]]:
    """Each cell with the gaps that belong there: one cell and one gap after the other."""
    for row in whole().codebook[rows].terms:
        for column in whole().codebook[columns].terms:
            found = tuple(
                name
                for name, (tags, sources) in coded.items()
                if any(is_below(rows, term, row.id) for term in tags.get(rows, ()))
                and any(is_below(columns, term, column.id) for term in tags.get(columns, ()))
                and (as_of is None or any((YEARS[key] or as_of + 1) <= as_of for key in sources))
            )
            if found:
                yield (row.id, column.id), found


@given(
    coded=st.lists(CODED, max_size=4),
    facets=st.permutations(["habitat", "effect", "city"]),
    as_of=st.none() | st.integers(2008, 2025),
)
@example([({"habitat": ["balcony"], "effect": ["visits"]}, ["ohnejahr", "fehlt"])],
         ["habitat", "effect", "city"], 2020)  # fmt: skip
@example([({"habitat": ["extensive-roof", "green-roof"], "effect": ["visits"]}, ["ohnejahr"])],
         ["habitat", "effect", "city"], None)  # fmt: skip
@example([({"habitat": ["intensive-roof"], "city": ["NO"]}, ["schlaf2024", "alt2009"])],
         ["city", "habitat", "effect"], 2009)  # fmt: skip
def test_gaps_stand_where_a_naive_model_puts_them(
    coded: list[tuple[dict[str, list[str]], list[str]]], facets: list[str], as_of: int | None
) -> None:
    numbered = {f"g{place}": one for place, one in enumerate(coded)}
    gaps = {name: gap(name, *one) for name, one in numbered.items()}
    corpus, (rows, columns, _) = replace(whole(), gaps=gaps), facets
    found = gaps_at(corpus, corpus.codebook[rows], corpus.codebook[columns], as_of)
    assert found == dict(naive(numbered, rows, columns, as_of))


# --- Commands ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("gaps", ALL_GAPS),
        ("gaps --status open", ["larven-an-waenden", "stoecke-auf-moos", "wer-zaehlt"]),
        ("gaps --status narrowed,closed", ["bienen-auf-balkonen", "waende-und-arten"]),
        ("gaps --kind disputed", ["waende-und-arten", "wer-zaehlt"]),
        ("gaps --kind disputed --status open", ["wer-zaehlt"]),
        ("gaps --kind unused-kind", []),
        ("gaps --where habitat=green-roof", ["stoecke-auf-moos"]),
        ("gaps --where habitat=green-wall --where effect=survival", ["larven-an-waenden"]),
        ("gaps --where habitat=green-wall --status narrowed", ["waende-und-arten"]),
        ("claims", ALL_CLAIMS),
        ("claims --confidence moderate", ["saat-hilft"]),
        ("claims --confidence moderate,very-low", ["saat-hilft", "waende-umstritten"]),
        ("claims --confidence high", []),
        ("claims --where habitat=green-roof", ["nicht-maehen", "saat-hilft"]),
        ("claims --where habitat=green-roof --confidence moderate", ["saat-hilft"]),
        ("claims --where intervention=mowing,seed-mix", ["nicht-maehen", "saat-hilft"]),
        ("candidates", ["wartend"]),
        ("candidates --where habitat=green-roof", ["wartend"]),
        ("candidates --where habitat=balcony", []),
    ],
)
def test_listings(arguments: str, expected: list[str]) -> None:
    assert ids(run(arguments, "--format json --root", FIXTURE)) == expected
    listed = run(arguments, "--format csv --root", FIXTURE).out
    assert [row[0] for row in csv.reader(io.StringIO(listed))] == ["id", *expected]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("gaps --status opn", "no status opn; did you mean open?"),
        ("gaps --status open,shut", "no status shut; use one of: open, narrowed, closed"),
        ("gaps --kind unsen", "no kind unsen; did you mean unseen?"),
        ("gaps --where habitats=balcony", "no facet habitats; did you mean habitat?"),
        ("gaps --where habitat=balkony", "no habitat balkony; did you mean balcony?"),
        ("gaps --language en", "no language en; use one of: de, fr"),
        ("claims --confidence modrate", "no confidence modrate; did you mean moderate?"),
        ("claims --confidence sure", "no confidence sure; use one of: high, moderate, low,"),
        ("claims --where effect=visit", "no effect visit; did you mean visits?"),
        ("candidates --language en", "no language en; use one of: de, fr"),
    ],
)
def test_unknown_values(arguments: str, message: str) -> None:
    found = run(arguments, "--root", FIXTURE)
    assert (found.code, found.out, found.err.count("\n")) == (2, "", 1)
    assert found.err.startswith(message)


@pytest.mark.parametrize("kind", ["claims", "gaps", "candidates"])
@pytest.mark.parametrize(
    "where", ["direction=nonsense", "basis=review", "design=field", "lacuna=unseen"]
)
def test_what_these_records_are_not_coded_with_is_no_selection(kind: str, where: str) -> None:
    found = run(kind, "--root", FIXTURE, "--where", where)
    assert (found.code, found.out) == (2, "")
    facet, tags = where.partition("=")[0], "city, effect, habitat, intervention, season"
    assert found.err == f"{facet} does not apply to {kind}; use one of: {tags}\n"


def test_scripts_are_told_the_same(base: kb.KnowledgeBase) -> None:
    with pytest.raises(kb.UnknownName, match="direction does not apply to gaps; use one of: city"):
        base.gaps(direction="supports")
    with pytest.raises(kb.UnknownName, match="basis does not apply to claims; use one of: city"):
        base.claims(basis="review")


@pytest.mark.parametrize("command", ["claims", "gaps", "candidates"])
def test_formats(command: str) -> None:
    table, comma, pipes = (
        run(command, "--root", FIXTURE, "--format", name).out for name in ("table", "csv", "md")
    )
    assert table == run(command, "--root", FIXTURE).out
    rows = list(csv.reader(io.StringIO(comma)))
    assert [line.split()[0] for line in table.splitlines() if line.strip(" ─")] == [
        row[0] for row in rows
    ]
    head, rule, *lines = pipes.splitlines()
    assert head == "| " + " | ".join(rows[0]) + " |"
    assert set(rule) == set("| -")
    assert [line.split(" | ")[0] for line in lines] == [f"| {row[0]}" for row in rows[1:]]
    french = run(command, "--root", FIXTURE, "--format csv --language fr").out
    assert french != comma
    assert french.splitlines()[0] == comma.splitlines()[0]


def test_rows_of_gaps() -> None:
    rows = {row["id"]: row for row in run("gaps --format csv --root", FIXTURE).rows}
    assert rows["stoecke-auf-moos"] == {
        "id": "stoecke-auf-moos",
        "status": "open",
        "kind": "unseen",
        "statement": "Wie schwer Stöcke auf extensiven Dächern werden, ist offen.",
        "city": "musterstadt;neuhafen",
        "effect": "hive-weight",
        "habitat": "extensive-roof",
        "intervention": "",
        "season": "",
        "stated by": "beispiel2021;schlaf2024",
        "addressed by": "erfunden2019",
    }


def test_rows_of_claims() -> None:
    rows = {row["id"]: row for row in run("claims --format csv --root", FIXTURE).rows}
    one = rows["waende-umstritten"]
    assert (one["for"], one["against"]) == (
        "modell2022#walls-help-species",
        "modell2023#walls-hinder-species",
    )
    assert (one["type"], one["confidence"]) == ("interpretation", "very-low")
    assert (rows["bald-mehr"]["confidence"], rows["bald-mehr"]["for"]) == ("", "")


GAP = {
    "id": "str", "statement": WORDS, "kind": "str", "status": "str", "tags": {},
    "stated_by": [{"source": "str", "locator": "str", "explicit": "bool"}],
    "addressed_by": [{"study": "str", "extent": "str"}],
}  # fmt: skip
CLAIM = {
    "id": "str", "statement": WORDS, "type": "str", "tags": {},
    "stated_by": [{"source": "str", "locator": "str"}],
    "rests_on": [{"finding": "str", "stance": "str"}],
}  # fmt: skip
CANDIDATE = {"id": "str", "title": "str", "report": "str", "known": WORDS, "missing": WORDS}


@pytest.mark.parametrize("root", [FIXTURE, REAL], ids=["fixture", "real"])
@pytest.mark.parametrize(
    ("command", "contract"), [("gaps", GAP), ("claims", CLAIM), ("candidates", CANDIDATE)]
)
def test_contract(command: str, contract: dict[str, object], root: Path) -> None:
    found = run(command, "--format json --root", root).json
    corpus = kb.load(root).corpus
    assert [one["id"] for one in found] == list(getattr(corpus, command))
    for one in found:
        assert matches(shape(one), contract), one["id"]
        assert all(isinstance(terms, list) for terms in one.get("tags", {}).values())
        assert "path" not in one


@pytest.mark.parametrize("form", ["table", "csv", "md"])
def test_rows_of_cells_count_their_gaps(form: str) -> None:
    out = run("matrix habitat effect --root", FIXTURE, "--format", form).out
    lines = [re.findall(r"[^\s,|]+", line) for line in out.splitlines()]
    at = next(line.index("gaps") for line in lines if "gaps" in line)
    counts = {tuple(line[:2]): line[at] for line in lines if len(line) > at}
    assert counts["green-wall", "survival"] == "1"
    assert counts["green-roof", "visits"] == "0"


def test_every_entry_of_a_gap_is_exported() -> None:
    found = {one["id"]: one for one in run("gaps --format json --root", FIXTURE).json}
    assert found["stoecke-auf-moos"]["stated_by"] == [
        {"source": "beispiel2021", "locator": "Zusammenfassung (erfunden)", "explicit": False},
        {"source": "schlaf2024", "locator": "S. 3 (erfunden)", "explicit": True},
    ]
    answers = found["bienen-auf-balkonen"]["addressed_by"]
    assert [(one["study"], one["extent"]) for one in answers] == [
        ("selbst2020", "fully"),
        ("modell2022", "partly"),
    ]
    assert found["larven-an-waenden"]["addressed_by"] == []
    assert found["larven-an-waenden"]["priority"]["source"] == "schlaf2024"
    assert found["wer-zaehlt"]["tags"] == {}
    assert "priority" not in found["wer-zaehlt"]


def test_cells_list_the_ids_of_their_gaps() -> None:
    found = run("matrix habitat effect --format json --root", FIXTURE).json["cells"]
    gaps = {(one["row"], one["column"]): one["gaps"] for one in found if one["gaps"]}
    assert gaps == {
        ("green-roof", "hive-weight"): ["stoecke-auf-moos"],
        ("extensive-roof", "hive-weight"): ["stoecke-auf-moos"],
        ("balcony", "visits"): ["bienen-auf-balkonen"],
        ("green-wall", "diversity"): ["waende-und-arten"],
        ("green-wall", "survival"): ["larven-an-waenden"],
    }
    then = run("matrix habitat effect --as-of 2019 --format json --root", FIXTURE).json["cells"]
    assert [one["gaps"] for one in then if one["gaps"]] == [
        ["bienen-auf-balkonen"],
        ["waende-und-arten"],
    ]


@pytest.mark.parametrize(
    ("name", "key", "value", "line"),
    [
        ("saat-hilft", "type", "synthesis", "  level: moderate"),
        (
            "waende-und-arten",
            "status",
            "narrowed",
            "closes_with: Ein Vergleich der beiden Modelle.",
        ),
        ("wartend", "report", "ohnejahr", "check: Ob Dächer darin vorkommen."),
        ("ohnejahr", "year", None, "title: Erfunden: Was im Archiv liegt"),
        ("lacuna", "role", "gap-kind", "label: Art der Lücke"),
        ("obstacle/at-odds", "id", "at-odds", "label: Uneins"),
    ],
)
def test_show(name: str, key: str, value: object, line: str) -> None:
    assert run("show --format json --root", FIXTURE, name).json[key] == value
    found = run("show --root", FIXTURE, name)
    assert (found.code, found.err) == (0, "")
    assert line in found.out.splitlines()


def test_show_suggests_what_is_near() -> None:
    found = run("show --root", FIXTURE, "saat-hilf")
    assert (found.code, found.out) == (2, "")
    assert found.err == "nothing here has the id saat-hilf; did you mean saat-hilft?\n"


@pytest.mark.parametrize("root", [FIXTURE, REAL], ids=["fixture", "real"])
def test_every_record_is_readable(root: Path) -> None:
    base = kb.load(root)
    for name in (*base.corpus.claims, *base.corpus.gaps, *base.corpus.candidates):
        record = find(base, name)
        assert record["id"] == name
        for language in base.corpus.languages:
            lines = list(readable(record, language))
            assert len(lines) > 5
            assert not any("{'" in line or "['" in line for line in lines), name


def test_claims_in_the_order_of_confidence(base: kb.KnowledgeBase) -> None:
    claims = sorted(base.corpus.claims.values(), key=lambda claim: claim.id, reverse=True)
    ordered = [claim.id for claim in by_confidence(claims)]
    assert ordered == ["saat-hilft", "waende-umstritten", "nicht-maehen", "bald-mehr"]


def test_numbers() -> None:
    counts = run("stats --format json --root", FIXTURE).json
    assert [counts[name] for name in ("claims", "gaps", "candidates")] == [4, 5, 1]


def test_a_knowledge_base_without_any_of_it(copy: Path) -> None:
    """Folders that are not there are no problem, and listings are empty."""
    for folder in ("claims", "gaps", "candidates"):
        for path in (copy / "corpus" / folder).iterdir():
            path.unlink()
        (copy / "corpus" / folder).rmdir()
    for name in ("lacunae", "obstacles"):
        (copy / f"corpus/codebook/{name}.yml").unlink()
    corpus, problems = load(copy)
    assert as_text(problems).count("\n") == 1
    assert "no record uses ohnejahr" in as_text(problems)
    assert corpus is not None
    assert not corpus.claims
    for command in ("claims", "gaps", "candidates"):
        assert run(command, "--format json --root", copy).json == []
    found = run("gaps --kind unseen --root", copy)
    assert found.code == 2
    assert found.err.startswith("no kind unseen")
