"""What the tests of the formats share: made-up knowledge bases, and readers that find the ids."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import warnings
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas
import rdflib
from hypothesis import strategies as st

import kb
from kb import bibliography
from kb.formats import material, sqlite
from kb.formats.material import Material
from kb.formats.rdf_names import OWN
from kb.formats.registry import FORMATS
from kb.records import Study
from kb.synthesis import Candidate, Claim, Gap
from tests.strategies import says

FIXTURE = Path(__file__).parent / "fixture"
REAL = Path(__file__).resolve().parents[1]
KINDS = ("studies", "findings", "claims", "gaps", "candidates")
LANGUAGES = ("de", "fr")

Files = Mapping[str, bytes]
Ids = Mapping[str, set[str]]
KB = rdflib.Namespace(OWN)


@cache
def loaded(name: str) -> kb.KnowledgeBase:
    """The real knowledge base, or the made-up one."""
    return kb.load(REAL if name == "real" else FIXTURE)


def made(material: Material, name: str) -> dict[str, bytes]:
    """The files of one format."""
    found = list(FORMATS[name].files(material))
    assert len(found) == len(dict(found)), "two files of the same name"
    return dict(found)


def ids(corpus: kb.Corpus) -> Ids:
    """The ids of all records, by kind."""
    findings = {f"{s.id}#{f.id}" for s in corpus.studies.values() for f in s.findings}
    others = {kind: set(getattr(corpus, kind)) for kind in KINDS if kind != "findings"}
    return {**others, "findings": findings}


# --- readers: the ids in the files of a format -------------------------------------------------


def rows(content: bytes, encoding: str = "utf-8") -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(content.decode(encoding), newline="")))


def _csv(files: Files) -> Ids:
    return {kind: {row["id"] for row in rows(files[f"csv/{kind}.csv"])} for kind in KINDS}


def _spreadsheet(files: Files) -> Ids:
    assert all(content.startswith(b"\xef\xbb\xbf") for content in files.values())
    found = {kind: rows(files[f"spreadsheet/{kind}.csv"], "utf-8-sig") for kind in KINDS}
    return {kind: {row["id"] for row in own} for kind, own in found.items()}


def database(content: bytes) -> sqlite3.Connection:
    """The database in a file."""
    connection = sqlite3.connect(":memory:")
    connection.deserialize(content)
    return connection


def _sqlite(files: Files) -> Ids:
    with closing(database(files[sqlite.NAME])) as one:
        return {kind: {id for (id,) in one.execute(f"SELECT id FROM {kind}")} for kind in KINDS}


def _parquet(files: Files) -> Ids:
    tables = {kind: io.BytesIO(files[f"parquet/{kind}.parquet"]) for kind in KINDS}
    return {kind: set(pandas.read_parquet(one)["id"]) for kind, one in tables.items()}


def _json(files: Files) -> Ids:
    contents = {kind: json.loads(files[f"api/v1/{kind}.json"]) for kind in KINDS}
    return {kind: {one["id"] for one in own["data"]} for kind, own in contents.items()}


def _nodes(nodes: Any) -> Ids:
    one = {"studies": "study", "findings": "finding", "claims": "claim", "gaps": "gap"}
    one |= {"candidates": "candidate"}
    return {kind: {own["name"] for _, own in nodes if own["kind"] == one[kind]} for kind in KINDS}


def _graphml(files: Files) -> Ids:
    import networkx

    graph = networkx.parse_graphml(files["graph.graphml"].decode())
    return _nodes(graph.nodes(data=True))


def _node_link(files: Files) -> Ids:
    import networkx

    data = json.loads(files["graph.node-link.json"])
    return _nodes(networkx.node_link_graph(data, edges="edges").nodes(data=True))


def graph_of(files: Files, name: str = "knowledge-base.ttl") -> rdflib.Graph:
    """The statements in a file."""
    form = "json-ld" if name.endswith("jsonld") else "turtle"
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # the reader of JSON-LD uses what its own library deprecates
        return rdflib.Graph().parse(data=files[name].decode(), format=form)


def _statements(graph: rdflib.Graph) -> Ids:
    names = {"studies": "Study", "findings": "Finding", "claims": "Claim", "gaps": "Gap"}
    names |= {"candidates": "Candidate"}
    return {
        kind: {
            str(graph.value(one, rdflib.DCTERMS.identifier))
            for one in graph.subjects(rdflib.RDF.type, KB[name])
        }
        for kind, name in names.items()
    }


READERS: Mapping[str, Callable[[Files], Ids]] = {
    "csv": _csv,
    "spreadsheet": _spreadsheet,
    "sqlite": _sqlite,
    "parquet": _parquet,
    "json": _json,
    "graphml": _graphml,
    "node-link": _node_link,
    "turtle": lambda files: _statements(graph_of(files)),
    "json-ld": lambda files: _statements(graph_of(files, "knowledge-base.jsonld")),
}
"""How the ids are found in the files of each format that has records."""

# --- knowledge bases that are made up ----------------------------------------------------------

NAMES = st.from_regex(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,6}[A-Za-z0-9])?", fullmatch=True)
LETTERS = st.characters(exclude_categories=["C", "Zl", "Zp"])
WORDS = st.builds(
    lambda first, rest: f"{first}{rest}".strip() or "x",
    st.sampled_from(["", "=", "+", "-", "@", "'", '"', "\\", "<b>", ";", "a,b\n"]),
    st.text(LETTERS, max_size=12),
)
SAID = WORDS.map(lambda words: words if says(words) else f"{words}x")
TEXTS = st.fixed_dictionaries(dict.fromkeys(LANGUAGES, SAID))
TITLES = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)


@st.composite
def knowledge_bases(draw: st.DrawFn) -> kb.KnowledgeBase:
    """Made-up records with free texts and ids, coded by the codebook of the fixture."""
    old = loaded("fixture").corpus
    names = draw(st.lists(NAMES, min_size=4, max_size=8, unique_by=str.casefold))
    numbers = [draw(st.integers(0, len(names))) for _ in range(3)]
    cuts = [0, *sorted(numbers), len(names)]
    parts = [names[start:end] for start, end in pairwise(cuts)]
    entries = [_entry(name, draw(TITLES)) for name in names]
    references, problems = bibliography.parse("\n".join(entries))
    assert not problems
    studies = {name: _study(draw, old, name) for name in parts[0]}
    findings = sorted(f"{s.id}#{f.id}" for s in studies.values() for f in s.findings)
    corpus = replace(
        old,
        references={**old.references, **references},
        studies=studies,
        claims={name: _claim(draw, name, names[0], findings) for name in parts[1]},
        gaps={name: _gap(draw, old, name, names[0], sorted(studies)) for name in parts[2]},
        candidates={name: _candidate(draw, name) for name in parts[3]},
        second_codings={},
        releases={},
    )
    return kb.KnowledgeBase(corpus)


def whole(base: kb.KnowledgeBase) -> Material:
    """All of a knowledge base."""
    return material.whole(base)


def _entry(key: str, title: str) -> str:
    return f"@article{{{key}, author = {{Muster, Ann}}, title = {{{title}}}, year = {{2020}}}}"


def _tags(draw: st.DrawFn, corpus: kb.Corpus) -> dict[str, list[str]]:
    return {
        facet.id: draw(st.lists(st.sampled_from(sorted(facet.by_id)), max_size=2, unique=True))
        for facet in corpus.codebook.tag_facets
    }


def _study(draw: st.DrawFn, corpus: kb.Corpus, name: str) -> Study:
    def one_of(role: Any) -> str:
        facet = corpus.codebook.with_role(role)
        assert facet is not None
        return str(draw(st.sampled_from(sorted(facet.by_id))))

    def finding(id: str) -> dict[str, Any]:
        measures = [{"label": draw(TEXTS), "value": draw(NUMBERS), "unit": one_of("unit")}]
        return {
            "id": id,
            "statement": draw(TEXTS),
            "direction": draw(st.sampled_from(sorted(corpus.settings.by_direction))),
            "tags": _tags(draw, corpus),
            "measures": measures if draw(st.booleans()) else [],
            "locator": draw(WORDS),
        }

    own = draw(st.lists(NAMES, max_size=3, unique_by=str.casefold))
    coding = {"basis": "abstract", "source": name, "locator": draw(WORDS)}
    told: dict[str, Any] = {
        "id": name,
        "path": f"corpus/studies/{name}.yml",
        "title": draw(TEXTS),
        "reports": [name],
        "kind": one_of("kind"),
        "directness": one_of("directness"),
        "tags": _tags(draw, corpus),
        "coding": {**coding, "coders": ["probe"], "date": "2026-01-31"},
        "findings": [finding(id) for id in own],
        **({} if own else {"no_findings": draw(TEXTS)}),
    }
    return Study.model_validate(told, context={"languages": LANGUAGES})


NUMBERS = st.integers(-(10**9), 10**9) | st.floats(-1e9, 1e9, allow_nan=False)


def _claim(draw: st.DrawFn, name: str, source: str, findings: list[str]) -> Claim:
    chosen = draw(st.lists(st.sampled_from(findings), max_size=3, unique=True)) if findings else []
    rests = [{"finding": f, "stance": draw(st.sampled_from(["supports", "challenges"]))}
             for f in chosen]  # fmt: skip
    told = {
        "id": name,
        "path": "",
        "statement": draw(TEXTS),
        "type": "synthesis",
        "stated_by": [{"source": source, "locator": draw(WORDS)}],
        "rests_on": rests,
    }
    return Claim.model_validate(told, context={"languages": LANGUAGES})


def _gap(draw: st.DrawFn, corpus: kb.Corpus, name: str, source: str, studies: list[str]) -> Gap:
    chosen = draw(st.lists(st.sampled_from(studies), max_size=2, unique=True)) if studies else []
    kinds = corpus.codebook.with_role("gap-kind")
    reasons = corpus.codebook.with_role("gap-reason")
    told = {
        "id": name,
        "path": "",
        "statement": draw(TEXTS),
        "kind": kinds.terms[0].id if kinds else "kind",
        "reason": reasons.terms[0].id if reasons else "reason",
        "needs": "review",
        "stated_by": [{"source": source, "locator": draw(WORDS), "explicit": True}],
        "closes_with": draw(TEXTS),
        "status": "open",
        "addressed_by": [{"study": s, "extent": "partly", "how": draw(TEXTS)} for s in chosen],
    }
    return Gap.model_validate(told, context={"languages": LANGUAGES})


def _candidate(draw: st.DrawFn, name: str) -> Candidate:
    told = {"id": name, "path": "", "title": draw(WORDS), "report": name}
    texts = {field: draw(TEXTS) for field in ("known", "missing", "check")}
    return Candidate.model_validate({**told, **texts}, context={"languages": LANGUAGES})
