"""Pages of claims, gaps and candidates, and what other pages say of them; MkDocs is not needed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from mkdocs.utils.meta import get_data

from kb.base import KnowledgeBase, load
from kb.site import pages, written
from kb.site.view import View
from tests.making import finding, study, write
from tests.sites import SOURCES, copy, shape, shown
from tests.test_pages import converter

HABITATS = "corpus/codebook/habitats.yml"


def made(base: KnowledgeBase, language: str) -> Iterator[tuple[str, str]]:
    """The address and the HTML of each page."""
    view = View(base, language)
    for page in pages.pages(view):
        yield page.address, converted(pages.render(view, page))
    for name, content in written.files(view):
        yield name.removesuffix("index.md"), converted(content.decode())


def converted(page: str) -> str:
    """The HTML of a page's Markdown."""
    body, _ = get_data(page)
    return str(converter().reset().convert(body))


@cache
def site(language: str = "de") -> dict[str, str]:
    """The pages of the made-up knowledge base."""
    return dict(made(load(SOURCES["fixture"]), language))


def part(address: str, heading: str, language: str = "de") -> str:
    """What stands below a heading of a page, up to the next one of its kind or above; else ''."""
    found = re.search(
        rf'<h([23])[^>]* id="{re.escape(heading)}".*?(?=<h2 |<h\1 |\Z)',
        site(language)[address],
        re.S,
    )
    return found[0] if found else ""


def items(markup: str) -> list[str]:
    """The entries of the lists, as they are shown."""
    return [shown(item) for item in re.findall(r"<li>(.*?)</li>", markup, re.S)]


def links(markup: str) -> list[str]:
    """Where the links in the lists lead to."""
    found = re.findall(r"<li>.*?</li>", markup, re.S)
    return [link for item in found for link in re.findall(r'href="([^"]*)"', item)]


def facts(markup: str) -> dict[str, str]:
    """What a list of terms and descriptions says."""
    found = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", markup, re.S)
    return {shown(name): shown(value) for name, value in found}


def stated(markup: str, kind: str) -> list[str]:
    """The ids of the claims or gaps that some markup links to."""
    return re.findall(rf'href="(?:\.\./)*{kind}/([\w-]+)/"', markup)


# --- Claims --------------------------------------------------------------------------------------


def sides(claim: str) -> tuple[str, str]:
    """The findings for a claim, and those against it."""
    _, supporting, challenging = part(f"claims/{claim}/", "findings").split("<h3>")
    assert shown(supporting).startswith("Findings for")
    assert shown(challenging).startswith("Findings against")
    return supporting, challenging


def test_findings_for_and_against_stand_in_lists_of_their_own() -> None:
    supporting, challenging = sides("waende-umstritten")
    assert links(supporting) == [
        "../../studies/modell2022/",
        "../../studies/modell2022/#walls-help-species",
    ]
    assert links(challenging) == [
        "../../studies/modell2023/",
        "../../studies/modell2023/#walls-hinder-species",
    ]
    assert items(challenging) == ["Rechner (2023) : Im Gegenmodell halten grüne Wände Arten fern."]


def test_a_side_without_findings_says_so() -> None:
    supporting, challenging = sides("saat-hilft")
    assert len(items(supporting)) == 3
    assert items(challenging) == []
    assert "none" in shown(challenging)
    assert all("none" in shown(side) and not items(side) for side in sides("bald-mehr"))


def test_confidence_with_its_four_components() -> None:
    page = site()["claims/saat-hilft/"]
    assert "●●●○ Confidence: Moderate" in shown(page)
    assert "Synthesis" in shown(page)
    assert facts(part("claims/saat-hilft/", "confidence")) == {
        "Confidence": "Moderate",
        "Methodological limitations": "Serious concerns. Die Dächer waren erfunden.",
        "Coherence": "No or very minor concerns. Alles passt zusammen.",
        "Adequacy of data": "Moderate concerns. Zwei Studien sind wenig.",
        "Relevance": "Minor concerns. Beide sahen auf Dächer.",
        "Coded by": "Probe-Redaktion, Zweite Probe, 2024-06-01",
    }


@pytest.mark.parametrize(
    ("level", "circles"),
    [("high", "●●●●"), ("moderate", "●●●○"), ("low", "●●○○"), ("very-low", "●○○○")],
)
def test_circles_of_confidence(level: str, circles: str, base: KnowledgeBase) -> None:
    assert View(base, "de").bars(level) == circles


def test_a_prediction_without_findings_is_marked_and_says_why() -> None:
    page = shown(site()["claims/bald-mehr/"])
    assert "Prediction" in page
    assert "Kein Ergebnis sagt etwas über die Zukunft." in page
    assert part("claims/bald-mehr/", "confidence") == ""
    assert "●" not in page


def test_a_claim_on_one_team_says_so() -> None:
    head = shown(site()["claims/saat-hilft/"].partition("<h2")[0])
    assert "one research team" in head
    assert "one research team" not in shown(site()["claims/bald-mehr/"])


def test_related_claims_and_gaps() -> None:
    claim, gap = "claims/waende-umstritten/", "stated-gaps/waende-und-arten/"
    assert stated(part(claim, "related-gaps"), "stated-gaps") == [
        *("waende-und-arten", "bienen-auf-balkonen", "larven-an-waenden"),
    ]
    assert part(claim, "related-claims") == ""
    assert stated(part(gap, "related-claims"), "claims") == ["waende-umstritten"]
    assert stated(part(gap, "related-gaps"), "stated-gaps")[0] == "larven-an-waenden"


def test_a_claim_that_no_finding_speaks_for_says_so(tmp_path: Path) -> None:
    root = copy("fixture", tmp_path / "base")
    path = root / "corpus/claims/waende-umstritten.yml"
    path.write_text(
        path.read_text("utf-8").replace("stance: supports", "stance: challenges"), "utf-8"
    )
    found = dict(made(load(root), "de"))
    alone, against = (
        "No finding here speaks for this claim, and none against it.",
        "No finding here speaks for this claim, and at least one speaks against it.",
    )
    assert alone in shown(found["claims/bald-mehr/"])
    assert against in shown(found["claims/waende-umstritten/"])
    assert against not in shown(site()["claims/waende-umstritten/"])
    marked = [one for one in items(part("known/", "_claims-other")) if "no finding for it" in one]
    assert marked == items(part("known/", "_claims-other"))
    assert "no finding for it" not in shown(part("known/", "claims-green-wall"))
    assert "no finding for it" in shown(found["known/"].partition('id="claims-green-wall"')[2])


def test_who_makes_a_claim() -> None:
    assert items(part("claims/saat-hilft/", "stated")) == [
        "Über (2020) , S. 10 (erfunden)",
        "Fiktiv (2022) , S. 2 (erfunden)",
    ]
    assert links(part("claims/saat-hilft/", "stated")) == [
        "../../references/uebersicht2020/",
        "../../references/beispiel2022/",
    ]


def test_the_other_language() -> None:
    page = shown(site("fr")["claims/saat-hilft/"])
    assert "Les toits semés attirent les abeilles inventées." in page
    assert "Deux études ne suffisent guère." in page
    assert "Gesäte Dächer ziehen" not in page


# --- Gaps ----------------------------------------------------------------------------------------


def test_who_states_a_gap_and_whether_outright() -> None:
    assert items(part("stated-gaps/stoecke-auf-moos/", "stated")) == [
        "Muster & Fiktiv (2021) , Zusammenfassung (erfunden) (implied)",
        "von Schlaf & Fiktiv (2024) , S. 3 (erfunden) (said outright)",
    ]
    assert items(part("stated-gaps/wer-zaehlt/", "stated")) == [
        "N.N. (n.d.) , S. 1 (erfunden) (said outright)"
    ]


@pytest.mark.parametrize(
    ("gap", "status", "answers"),
    [
        ("larven-an-waenden", "Open", []),
        (
            "stoecke-auf-moos",
            "Open",
            ["Erfunden (2019) in part Die Studie wog einen Stock, aber nur einmal."],
        ),
        (
            "waende-und-arten",
            "Narrowed",
            [
                "Rechner (2023) in part Das Gegenmodell zeigt, wo die Modelle auseinandergehen.",
            ],
        ),
        (
            "bienen-auf-balkonen",
            "Closed",
            [
                "Selbst (2020) in full Die Studie zählte Bienen am Morgen und am Abend.",
                "Rechenzentrum Nirgendwo (2022) in part Das Modell nimmt an, dass sie kommen.",
            ],
        ),
    ],
)
def test_status_and_answers_of_a_gap(gap: str, status: str, answers: list[str]) -> None:
    head = site()[f"stated-gaps/{gap}/"].partition("<h2")[0]
    assert re.findall(r'<span class="kb-status[^>]*>(.*?)</span>', head) == [status]
    section = part(f"stated-gaps/{gap}/", "addressed")
    assert items(section) == answers
    assert ("No study here addresses it yet." in shown(section)) is (not answers)


def test_what_would_close_a_gap_and_how_urgent_it_is() -> None:
    assert facts(site()["stated-gaps/larven-an-waenden/"]) == {
        "Kind of gap": "Ungesehen",
        "Why it is a gap": "Zu wenig",
        "What is needed": "Primary studies",
        "What would close it": "Eine Zählung der Larven an zwei Wänden.",
        "Urgency": "Der Autor nennt die Frage dringend. von Schlaf & Fiktiv (2024) , "
        "S. 4 (erfunden)",
    }
    other = facts(site()["stated-gaps/waende-und-arten/"])
    assert "Urgency" not in other
    assert (other["Kind of gap"], other["Why it is a gap"]) == ("Umstritten", "Uneins")
    assert other["What is needed"] == "An updated review"


def test_all_gaps_on_one_page() -> None:
    page = "stated-gaps/"
    assert stated(part(page, "_moved"), "stated-gaps") == [
        "bienen-auf-balkonen",
        "waende-und-arten",
    ]
    assert stated(part(page, "green-wall"), "stated-gaps") == [
        "larven-an-waenden",
        "waende-und-arten",
    ]
    assert stated(part(page, "green-roof"), "stated-gaps") == ["stoecke-auf-moos"]
    assert stated(part(page, "_other"), "stated-gaps") == ["wer-zaehlt"]
    assert stated(part(page, "_kind-disputed"), "stated-gaps") == ["waende-und-arten", "wer-zaehlt"]
    assert part(page, "_kind-unused-kind") == part(page, "courtyard") == ""
    assert set(stated(site()[page], "stated-gaps")) == set(load(SOURCES["fixture"]).corpus.gaps)


@pytest.mark.parametrize(
    ("status", "head", "gaps"),
    [
        ("open", "Open (3)", ["larven-an-waenden", "stoecke-auf-moos", "wer-zaehlt"]),
        ("narrowed", "Narrowed (1)", ["waende-und-arten"]),
        ("closed", "Closed (1)", ["bienen-auf-balkonen"]),
    ],
)
def test_gaps_by_status(status: str, head: str, gaps: list[str]) -> None:
    section = part("stated-gaps/", f"_status-{status}")
    assert shown(section).startswith(head)
    assert stated(section, "stated-gaps") == gaps


def test_the_page_of_gaps_leads_to_each_list_with_its_number() -> None:
    page = site()["stated-gaps/"]
    found = re.findall(r'<a href="#([^"]+)">([^<]*) <b>(\d+)</b></a>', page)
    assert [(place, number) for place, _, number in found] == [
        *(("_status-open", "3"), ("_status-narrowed", "1"), ("_status-closed", "1")),
        *(("green-roof", "1"), ("extensive-roof", "1"), ("balcony", "1"), ("green-wall", "2")),
        *(("_other", "1"), ("_kind-unseen", "3"), ("_kind-disputed", "2")),
    ]
    for place, label, number in found:
        section = part("stated-gaps/", place)
        assert shown(section).startswith(label)
        assert len(stated(section, "stated-gaps")) == int(number)


def test_what_moved_since_the_main_source() -> None:
    assert shown(part("stated-gaps/", "_moved")).startswith("Closed or narrowed since 2018")


def test_all_claims_on_one_page() -> None:
    assert stated(part("known/", "claims-green-roof"), "claims") == ["saat-hilft", "nicht-maehen"]
    assert stated(part("known/", "claims-intensive-roof"), "claims") == ["saat-hilft"]
    assert stated(part("known/", "_claims-other"), "claims") == ["bald-mehr"]
    assert part("known/", "claims-balcony") == ""


# --- Other pages ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("term", "claims", "gaps"),
    [
        ("habitats/green-roof/", ["saat-hilft", "nicht-maehen"], ["stoecke-auf-moos"]),
        ("habitats/extensive-roof/", ["saat-hilft"], ["stoecke-auf-moos"]),
        ("habitats/green-wall/", ["waende-umstritten"], ["larven-an-waenden", "waende-und-arten"]),
        ("cities/musterstadt/", ["bald-mehr"], ["stoecke-auf-moos"]),
        ("habitats/courtyard/", [], []),
    ],
)
def test_a_term_lists_its_claims_and_gaps(term: str, claims: list[str], gaps: list[str]) -> None:
    assert stated(part(term, "claims"), "claims") == claims
    assert stated(part(term, "gaps"), "stated-gaps") == gaps
    assert bool(part(term, "claims")) is bool(claims)
    assert bool(part(term, "gaps")) is bool(gaps)


@pytest.mark.parametrize(
    ("study", "claims", "gaps"),
    [
        ("muster2015", ["saat-hilft"], []),
        ("modell2023", ["waende-umstritten"], ["waende-und-arten"]),
        ("modell2022", ["waende-umstritten"], ["bienen-auf-balkonen"]),
        ("leer2018", [], []),
    ],
)
def test_a_study_lists_what_rests_on_it(study: str, claims: list[str], gaps: list[str]) -> None:
    address = f"studies/{study}/"
    assert stated(part(address, "_claims"), "claims") == claims
    assert stated(part(address, "_gaps"), "stated-gaps") == gaps
    assert stated(site()[address], "claims") == claims
    assert stated(site()[address], "stated-gaps") == gaps


@pytest.mark.parametrize(
    ("reference", "cited"),
    [
        (
            "uebersicht2020",
            {
                "Records coded from it (3)": [
                    *("../../studies/alt2009/", "../../studies/modell2023/"),
                    "../../contribute/#candidate-wartend",
                ],
                "Claims it states (3)": [
                    *("../../claims/bald-mehr/", "../../claims/saat-hilft/"),
                    "../../claims/waende-umstritten/",
                ],
                "Gaps it states (1)": ["../../stated-gaps/larven-an-waenden/"],
                "In the codebook (2)": [
                    *("../../codebook/#city", "../../habitats/extensive-roof/"),
                ],
            },
        ),
        (
            "schlaf2024",
            {
                "Studies it reports (1)": ["../../studies/schlaf2024/"],
                "Records coded from it (1)": ["../../studies/schlaf2024/"],
                "Gaps it states (1)": ["../../stated-gaps/stoecke-auf-moos/"],
                "Gaps it calls urgent (1)": ["../../stated-gaps/larven-an-waenden/"],
            },
        ),
        (
            "muster2018",
            {
                "Studies it reports (1)": ["../../studies/muster2015/"],
                "Gaps it states (1)": ["../../stated-gaps/waende-und-arten/"],
                "Studies that take single facts from it (1)": ["../../studies/muster2015/"],
                "Studies with a caveat from it (1)": ["../../studies/muster2015/#_caveats"],
            },
        ),
        (
            "ohnejahr",
            {
                "Waiting to be coded (1)": ["../../contribute/#candidate-wartend"],
                "Gaps it states (1)": ["../../stated-gaps/wer-zaehlt/"],
            },
        ),
        (
            "alt2009",  # the first of them, made after a page of another depth
            {"Studies it reports (1)": ["../../studies/alt2009/"]},
        ),
        ("ungelesen2017", {}),
    ],
)
def test_a_reference_lists_what_cites_it(reference: str, cited: dict[str, list[str]]) -> None:
    uses = part(f"references/{reference}/", "uses")
    _, *groups = uses.split("<h3")
    heads = [shown(f"<h3{one}".partition("</h3>")[0]).removesuffix(" ¶") for one in groups]
    found = dict(zip(heads, map(links, groups), strict=True))
    assert found == cited
    assert list(found) == list(cited)
    assert ("No record cites it." in shown(uses)) is (not cited)


def test_a_term_that_cites_is_named_with_its_facet() -> None:
    uses = shown(part("references/uebersicht2020/", "use-codebook"))
    assert "Stadt" in uses
    assert "Lebensraum: Extensives Dach" in uses


@pytest.mark.parametrize(
    ("row", "column", "gaps"),
    [
        ("green-wall", "survival", ["larven-an-waenden"]),
        ("green-wall", "diversity", ["waende-und-arten"]),
        ("green-wall", "visits", []),
        ("green-roof", "hive-weight", ["stoecke-auf-moos"]),
        ("intensive-roof", "hive-weight", []),
    ],
)
def test_a_cell_lists_its_gaps(row: str, column: str, gaps: list[str]) -> None:
    section = part(f"gaps/habitat-effect/{row}/", column)
    assert section
    assert stated(section, "stated-gaps") == gaps


def test_the_matrix_counts_the_gaps_of_a_cell() -> None:
    page = site()["gaps/habitat-effect/"]
    cells = re.findall(r'href="([^"]+)"[^>]*>(?:(?!</a>).)*kb-stated">([^<]+)<', page)
    assert cells == [
        ("../../gaps/habitat-effect/balcony/#visits", "1 stated gap"),
        ("../../gaps/habitat-effect/green-wall/#diversity", "1 stated gap"),
        ("../../gaps/habitat-effect/green-wall/#survival", "1 stated gap"),
        ("../../gaps/habitat-effect/green-roof/#hive-weight", "1 stated gap"),
        ("../../gaps/habitat-effect/extensive-roof/#hive-weight", "1 stated gap"),
    ]


def test_candidates_stand_on_the_page_on_contributing() -> None:
    page = part("contribute/", "candidates")
    assert 'id="candidate-wartend"' in page
    assert "Erfunden: Was im Archiv liegt" in shown(page)
    assert facts(page) == {
        "Known": "Der Titel steht in einer erfundenen Liste.",
        "Missing": "Die Ergebnisse hat niemand gesehen.",
        "To check": "Ob Dächer darin vorkommen.",
    }
    assert 'href="../references/ohnejahr/"' in page


def test_a_matrix_of_a_year_names_the_studies_without_one(tmp_path: Path) -> None:
    studies = {
        "dated": study(finding(), years=[2001]),
        **{name: study(finding(), years=["n.d."]) for name in ("old", "lost")},
    }
    pages_of = {
        language: dict(made(load(write(tmp_path, studies)), language)) for language in ("en", "sv")
    }
    page = pages_of["en"]["gaps/row-column/as-of-2001/"]
    note = "Left out because no report of theirs has a year: 2 studies."
    assert f"{note} Oflost (n.d.) , Ofold (n.d.)" in shown(page)
    assert re.search(r'studies/lost/">[^<]*</a>, <a href="../../../studies/old/">', page)
    assert "har något år: 2 studier." in shown(pages_of["sv"]["gaps/row-column/as-of-2001/"])
    assert note not in shown(pages_of["en"]["gaps/row-column/"])
    words = re.compile(r"data-settings='[^']*'")  # what the explorer may say
    assert not [page for page in site().values() if "Left out because" in words.sub("", page)]


SECOND = """locator: S. 1
date: "2024-05-08"
codings:
  - {coder: probe, kind: count, directness: monitoring, directions: [helps]}
  - {coder: zweite, kind: count, directness: model, directions: [helps, harms]}
settled:
  - {facet: evidence-level, decision: {de: Nur gerechnet., fr: Calcul seulement.}}
  - {facet: direction, decision: {de: Beides., fr: Les deux.}}
"""


def test_second_codings_and_how_they_were_settled(tmp_path: Path) -> None:
    root = copy("fixture", tmp_path / "base")
    (root / "corpus/second-codings").mkdir()
    (root / "corpus/second-codings/selbst2020.yml").write_text(SECOND, "utf-8")
    page = dict(made(load(root), "de"))["method/"]
    text = shown(page)
    assert "1 of 9 studies were coded twice, from the same source" in text
    assert "random" not in text  # how they were drawn is for the knowledge base to say
    found = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', page, re.S)
    assert [(shown(name), shown(figures)) for name, figures in found] == [
        ("Aufbau", "1 100 % – –"),
        ("Belegstufe", "1 0 % 0,00 0,00"), ("Direction", "2 50 % 0,00 0,00"),
    ]  # fmt: skip
    assert "Belegstufe: Nur gerechnet." in text
    assert "Direction: Beides." in text


def test_nothing_of_it_without_records(tmp_path: Path) -> None:
    root = copy("fixture", tmp_path / "base")
    for path in [*root.glob("corpus/claims/*"), *root.glob("corpus/gaps/*")]:
        path.unlink()
    (root / "corpus/candidates/wartend.yml").unlink()
    found = dict(made(load(root), "de"))
    gone = set(site()) - set(found)
    assert gone == {page for page in site() if page.startswith(("claims/", "stated-gaps/"))}
    assert len(gone) == 1 + 4 + 1 + 5
    assert "candidate-" not in found["contribute/"]
    link = re.compile(r'href="[^"]*(stated-gaps|claims)/')
    assert not [page for page, text in found.items() if link.search(text)]


# --- Hostile records -----------------------------------------------------------------------------

HOSTILE = '<script>alert("1")</script> {{ 7*7 }} [x](javascript:alert(1)) `a` | *b* <img src=x>'
TEXTS = {
    "corpus/claims/waende-umstritten.yml": {"statement", "note", "reason", "locator"},
    "corpus/gaps/larven-an-waenden.yml": {"statement", "closes_with", "locator"},
    "corpus/gaps/bienen-auf-balkonen.yml": {"how"},
    "corpus/candidates/wartend.yml": {"title", "known", "missing", "check"},
}


def hostile(value: Any, fields: set[str], name: str = "") -> Any:
    """A record's data with the hostile text in some of its fields."""
    if isinstance(value, dict):
        if name in fields:
            return dict.fromkeys(value, HOSTILE)
        return {key: hostile(one, fields, key) for key, one in value.items()}
    if isinstance(value, list):
        return [hostile(one, fields) for one in value]
    return HOSTILE if name in fields else value


def rewrite(path: Path, fields: set[str]) -> None:
    record = hostile(yaml.safe_load(path.read_text("utf-8")), fields)
    path.write_text(yaml.safe_dump(record, allow_unicode=True, sort_keys=False), "utf-8")


def test_hostile_records_stay_text(tmp_path: Path) -> None:
    root = copy("fixture", tmp_path / "base")
    for path, fields in TEXTS.items():
        rewrite(root / path, fields)
    found = dict(made(load(root), "de"))
    assert found.keys() == site().keys()
    for address, markup in found.items():
        events = [event for event in shape(markup) if event[0] != "text"]
        bare = [event for event in shape(site()[address]) if event[0] != "text"]
        tags = [event for event in events if event[0] == "start"]
        assert tags == [event for event in bare if event[0] == "start"], address
        assert not [e for e in events if e[-1].startswith("javascript")], address
    shows = {address: shown(markup).count(HOSTILE) for address, markup in found.items()}
    assert shows["claims/waende-umstritten/"] == 8  # title, note, four reasons, locator, a gap
    assert shows["stated-gaps/larven-an-waenden/"] == 6  # five of its own, and a related claim
    assert shows["stated-gaps/bienen-auf-balkonen/"] == 4  # two answers, a related claim and gap
    assert shows["contribute/"] == 4
    assert shows["studies/modell2022/"] == shows["references/uebersicht2020/"] - 2 == 1


def test_no_record_takes_the_place_of_a_heading(tmp_path: Path) -> None:
    root = copy("fixture", tmp_path / "base")
    both = {"de": "Waiting to be coded", "fr": "Claims"}
    names = ["moved", "other", "kinds", "kind-unseen", "title", "claims", "gaps", "unknown"]
    book = yaml.safe_load((root / HABITATS).read_text("utf-8"))
    book["terms"] += [{"id": name, "label": both, "definition": both} for name in names]
    study = root / "corpus/studies/alt2009.yml"
    record = yaml.safe_load(study.read_text("utf-8"))
    record["findings"] = [{**record["findings"][0], "id": name} for name in names]
    gap = root / "corpus/gaps/larven-an-waenden.yml"
    claim = root / "corpus/claims/nicht-maehen.yml"
    answered = yaml.safe_load(gap.read_text("utf-8"))
    answered["tags"]["habitat"] = names
    answered["addressed_by"] = [{"study": "alt2009", "extent": "partly", "how": both}]
    resting = yaml.safe_load(claim.read_text("utf-8"))
    resting["tags"]["habitat"] = names
    resting["rests_on"] = [{"finding": "alt2009#claims", "stance": "supports"}]
    waiting = root / "corpus/candidates/waiting-to-be-coded.yml"
    (root / "corpus/candidates/wartend.yml").rename(waiting)
    written = {root / HABITATS: book, study: record, gap: answered, claim: resting}
    for path, data in written.items():
        path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "utf-8")
    for address, markup in made(load(root), "de"):
        ids = [event[2] for event in shape(markup) if event[:2] == ("attribute", "id")]
        assert len(ids) == len(set(ids)), address
