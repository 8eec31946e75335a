"""Records, cells and codebook as plain data for JSON, in the shapes that scripts rely on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kb.agreement import Agreement
from kb.changes import Release
from kb.codebook import Codebook, Facet, Term
from kb.columns import columns
from kb.corpus import Corpus
from kb.facts import Fact, facts
from kb.matrix import Cell, Crossing, Matrix
from kb.records import Finding, Study, finding_id
from kb.references import Reference
from kb.synthesis import Candidate, Claim, Gap

if TYPE_CHECKING:
    import networkx as nx

API_VERSION = "1"

Json = dict[str, Any]


def dumps(data: object) -> str:
    """JSON text of some data: UTF-8 letters as they are, two spaces, a newline at the end."""
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def study(corpus: Corpus, record: Study) -> Json:
    """A study with its findings; a finding's ``tags`` are the effective ones."""
    body = record.model_dump(mode="json", exclude_none=True, exclude={"path", "findings"})
    first = {
        "id": record.id,
        "title": record.title,
        "year": corpus.year(record),
        "reports": list(record.reports),
        "kind": record.kind,
        "directness": record.directness,
        "tags": body.pop("tags"),
        "coding": body.pop("coding"),
        "findings": [finding(record, one) for one in record.findings],
    }
    return first | {key: value for key, value in body.items() if key not in first}


def finding(record: Study, one: Finding) -> Json:
    """A finding with its address and its effective tags."""
    body = one.model_dump(mode="json", exclude_none=True)
    tags = {facet: list(terms) for facet, terms in record.tags_of(one).items()}
    first = {
        "id": finding_id(record, one),
        "statement": one.statement,
        "direction": one.direction,
        "tags": tags,
    }
    return first | {key: value for key, value in body.items() if key not in first}


def listed_finding(fact: Fact) -> Json:
    """A finding on its own: as inside its study, and the study's id, kind and directness."""
    body = finding(fact.study, fact.finding)
    head = {"id": body.pop("id"), "study": fact.study.id}
    kinds = {"kind": fact.study.kind, "directness": fact.study.directness}
    return head | body | kinds


def synthesised(one: Claim | Gap | Candidate) -> Json:
    """A claim, a gap or a candidate as its record has it; fields that say nothing are left out."""
    return one.model_dump(mode="json", exclude_none=True, exclude={"path"})


def agreed(one: Agreement) -> Json:
    """The agreement of two coders on one facet; ``share`` from 0 to 1."""
    return {
        "facet": one.facet,
        "studies": one.studies,
        "units": one.units,
        "agreed": one.agreed,
        "share": round(one.share, 3),
        "alpha": one.alpha,
    }


def release(one: Release) -> Json:
    """A release with what changed in it; fields that say nothing are left out."""
    body = one.model_dump(mode="json", exclude={"id", "path"}, exclude_none=True)
    return {"version": one.id, **body}


def cell(one: Cell) -> Json:
    """A cell of a matrix with the ids of what stands in it."""
    return {
        "row": one.row,
        "column": one.column,
        "state": one.state.value,
        "studies": list(one.studies),
        "findings": [fact.id for fact in one.facts],
        "gaps": list(one.gaps),
        "flags": list(one.flags),
        **({"reason": one.reason} if one.reason else {}),
    }


def matrix(one: Matrix, cells: Iterable[Cell] | None = None) -> Json:
    """A matrix with every pair of terms, or with some of its cells."""
    return {
        "row": one.row.id,
        "column": one.column.id,
        "studies": one.studies,
        "entries": one.entries,
        "inflation": one.inflation,
        "cells": [cell(each) for each in (one.cells if cells is None else cells)],
        **({"as_of": one.as_of, "undated": list(one.undated)} if one.as_of is not None else {}),
    }


def codebook(one: Codebook) -> list[Json]:
    """All facets with their terms."""
    return [facet(each) for each in one]


def facet(one: Facet) -> Json:
    """A facet with its terms; fields that say nothing are left out."""
    body = one.model_dump(mode="json", exclude_none=True, exclude={"path", "terms"}, by_alias=True)
    return {**body, "terms": [term(each) for each in one.terms]}


def term(one: Term) -> Json:
    """A term; fields that say nothing are left out."""
    return one.model_dump(mode="json", exclude_none=True, exclude_defaults=True)


def reference(one: Reference, studies: Sequence[str]) -> Json:
    """A reference with its authors, its fields, what is not verified, and the studies that it
    reports."""
    return {
        "key": one.key,
        "type": one.type,
        "title": one.title,
        "year": one.year,
        "authors": [{"family": name.family, "given": name.given} for name in one.authors],
        "editors": [{"family": name.family, "given": name.given} for name in one.editors],
        "link": one.link,
        "fields": dict(sorted(one.fields.items())),
        "unverified": list(one.unverified),
        "studies": list(studies),
    }


def reported(corpus: Corpus) -> Mapping[str, list[str]]:
    """For each reference that is a report, the studies that it belongs to."""
    found: dict[str, list[str]] = {}
    for record in corpus.studies.values():
        for key in record.reports:
            found.setdefault(key, []).append(record.id)
    return found


def graph(one: nx.DiGraph) -> Json:
    """The graph as nodes and edges; a node's id is ``kind:id``."""
    return {
        "nodes": [
            {"id": f"{kind}:{name}", "kind": str(kind), "name": name}
            for kind, name in sorted(one.nodes)
        ],
        "edges": [
            {"source": ":".join(source), "target": ":".join(target), "kind": kind}
            for source, target, kind in sorted(one.edges(data="edge"))
        ],
    }


def pairs(corpus: Corpus) -> Iterator[tuple[str, str]]:
    """Every two facets that can be crossed, the one that stands first in the codebook as row;
    the default row facet always comes first."""
    default = corpus.settings.matrix.row
    names = sorted((axis.id for axis in corpus.codebook.axes), key=lambda name: name != default)
    for position, row in enumerate(names):
        for column in names[position + 1 :]:
            yield row, column


def files(corpus: Corpus, one: nx.DiGraph, release: str) -> Iterator[tuple[str, str]]:
    """The files of the static API, one after the other: path below ``api/v1/`` and content.

    Each is ``{"version", "generated_from", "data"}``.
    """
    paths = []
    for path, content in _contents(corpus, one):
        paths.append(path)
        yield path, _enveloped(content, release)
    yield "index.json", _enveloped(sorted(paths), release)


def _enveloped(content: object, release: str) -> str:
    # Without indentation: a tenth of the time, and half the size (measured).
    envelope = {"version": API_VERSION, "generated_from": release, "data": content}
    return json.dumps(envelope, ensure_ascii=False, separators=(",", ":")) + "\n"


def _contents(corpus: Corpus, one: nx.DiGraph) -> Iterator[tuple[str, object]]:
    table, studies = facts(corpus), reported(corpus)
    yield "studies.json", [study(corpus, record) for record in corpus.studies.values()]
    yield "findings.json", [listed_finding(fact) for fact in table]
    yield "claims.json", [synthesised(claim) for claim in corpus.claims.values()]
    yield "gaps.json", [synthesised(gap) for gap in corpus.gaps.values()]
    yield "candidates.json", [synthesised(one) for one in corpus.candidates.values()]
    yield "changes.json", [release(one) for one in corpus.releases.values()]
    yield "codebook.json", codebook(corpus.codebook)
    references = corpus.references.values()
    yield "references.json", [reference(each, studies.get(each.key, ())) for each in references]
    yield "graph.json", graph(one)
    yield "facts.json", columns(corpus, table)
    crossing = Crossing(corpus, table)
    for row, column in pairs(corpus):
        yield f"matrix/{row}-{column}.json", matrix(crossing.cross(row, column))
