"""Records, cells and codebook as plain data for JSON, in the shapes that scripts rely on."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from kb import shapes
from kb.agreement import Agreement
from kb.changes import Release
from kb.citations import reported
from kb.codebook import Codebook, Facet, Term
from kb.corpus import Corpus
from kb.facts import Fact
from kb.matrix import Cell, Matrix
from kb.records import Finding, Study, finding_id
from kb.references import Name, Reference
from kb.synthesis import Candidate, Claim, Gap

if TYPE_CHECKING:
    import networkx as nx

Json = dict[str, Any]


def dumps(data: object) -> str:
    """JSON text of some data: UTF-8 letters as they are, two spaces, a newline at the end."""
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def line(data: object) -> str:
    """The same on one line, for JSON Lines."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n"


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


def studies(corpus: Corpus, records: Iterable[Study]) -> list[Json]:
    """Some studies."""
    return [study(corpus, record) for record in records]


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


def findings(_: Corpus, chosen: Iterable[Fact]) -> list[Json]:
    """Some findings, each on its own."""
    return [listed_finding(fact) for fact in chosen]


def stated(_: Corpus, records: Iterable[Claim | Gap | Candidate]) -> list[Json]:
    """Some claims, gaps or candidates."""
    return [synthesised(one) for one in records]


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
        "kappa": one.kappa,
    }


def release(one: Release) -> Json:
    """A release with what changed in it; fields that say nothing are left out."""
    body = one.model_dump(mode="json", exclude={"id", "path"}, exclude_none=True)
    return {"version": one.id, **body}


def cell(one: Cell) -> shapes.Cell:
    """A cell of a matrix with the ids of what stands in it."""
    made: shapes.Cell = {
        "row": one.row,
        "column": one.column,
        "state": one.state.value,
        "studies": list(one.studies),
        "findings": [fact.id for fact in one.facts],
        "gaps": list(one.gaps),
        "flags": list(one.flags),
    }
    if one.reason:
        made["reason"] = one.reason
    return made


def cells(_: Corpus, chosen: Iterable[Cell]) -> list[shapes.Cell]:
    """Some cells."""
    return [cell(one) for one in chosen]


def matrix(one: Matrix, cells: Iterable[Cell] | None = None) -> shapes.Matrix:
    """A matrix with every pair of terms, or with some of its cells."""
    made: shapes.Matrix = {
        "row": one.row.id,
        "column": one.column.id,
        "studies": one.studies,
        "entries": one.entries,
        "inflation": one.inflation,
        "cells": [cell(each) for each in (one.cells if cells is None else cells)],
    }
    if one.as_of is not None:
        made["as_of"], made["undated"] = one.as_of, list(one.undated)
    return made


def codebook(one: Codebook) -> list[Json]:
    """All facets with their terms."""
    return [facet(each) for each in one]


def facet(one: Facet, terms: Iterable[Term] | None = None) -> Json:
    """A facet with its terms, or with some of them; fields that say nothing are left out."""
    body = one.model_dump(mode="json", exclude_none=True, exclude={"path", "terms"}, by_alias=True)
    return {**body, "terms": [term(each) for each in (one.terms if terms is None else terms)]}


def term(one: Term) -> Json:
    """A term; fields that say nothing are left out."""
    return one.model_dump(mode="json", exclude_none=True, exclude_defaults=True)


def terms(_: Corpus, chosen: Iterable[tuple[str, Term]]) -> list[Json]:
    """Some terms, each with the id of its facet."""
    return [{"facet": facet, **term(one)} for facet, one in chosen]


def reference(one: Reference, studies: Iterable[str]) -> shapes.Reference:
    """A reference with its authors, its fields, what is not verified, and the studies that it
    reports."""
    return {
        "key": one.key,
        "type": one.type,
        "title": one.title,
        "year": one.year,
        "authors": _names(one.authors),
        "editors": _names(one.editors),
        "link": one.link,
        "fields": dict(sorted(one.fields.items())),
        "unverified": list(one.unverified),
        "studies": list(studies),
    }


def references(corpus: Corpus, chosen: Iterable[Reference]) -> list[shapes.Reference]:
    """Some references, each with the studies that it reports."""
    owners = reported(corpus)
    return [reference(one, owners.get(one.key, ())) for one in chosen]


def _names(names: Iterable[Name]) -> list[shapes.Name]:
    return [{"family": name.family, "given": name.given} for name in names]


def source_reference(one: Reference) -> shapes.SourceReference:
    """A reference as its entry has it: what is needed to read it back."""
    return {
        "key": one.key,
        "type": one.type,
        "fields": dict(one.fields),
        "authors": _names(one.authors),
        "editors": _names(one.editors),
        "year": one.year,
        "line": one.line,
        "suffix": one.suffix,
    }


def graph(one: nx.DiGraph) -> shapes.Graph:
    """The graph as nodes and edges; a node's id is ``kind:id``."""
    return {
        "nodes": [
            {"id": f"{kind}:{name}", "kind": kind, "name": name} for kind, name in sorted(one.nodes)
        ],
        "edges": [
            {"source": ":".join(source), "target": ":".join(target), "kind": kind}
            for source, target, kind in sorted(one.edges(data="edge"))
        ],
    }
