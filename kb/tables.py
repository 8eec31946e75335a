"""Rows for tables: the evidence on one term, and listings for the command line, as data."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kb.agreement import Agreement
from kb.codebook import Term
from kb.corpus import Corpus, collector_paused
from kb.facts import Fact, facts_of, study_terms
from kb.matrix import Cell
from kb.records import Study
from kb.synthesis import Candidate, Claim, Gap


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One study in an evidence table, with those of its findings that belong there."""

    study: Study
    year: int | None
    facts: tuple[Fact, ...]
    terms: Mapping[str, tuple[str, ...]]


def evidence(corpus: Corpus, facts: Iterable[Fact], facet: str, term: str) -> list[EvidenceRow]:
    """The studies coded with a term (or a narrower one), newest first, each with its findings
    there. A study that carries no finding stands last when it is coded with the term itself."""
    lineage = corpus.codebook[facet].lineage
    found: dict[str, list[Fact]] = {}
    for fact in facts:
        if any(term in lineage.get(one, ()) for one in fact.tags.get(facet, ())):
            found.setdefault(fact.study.id, []).append(fact)
    rows = [row_of(corpus, corpus.studies[study], own) for study, own in found.items()]
    rows += [
        row_of(corpus, study, ())
        for study in corpus.studies.values()
        if not study.findings
        and any(term in lineage.get(one, ()) for one in study_terms(corpus, study).get(facet, ()))
    ]
    return sorted(rows, key=lambda row: (not row.facts, -(row.year or 0), row.study.id))


def row_of(corpus: Corpus, study: Study, facts: Sequence[Fact]) -> EvidenceRow:
    """One study as a row with some of its findings."""
    terms = {facet: list(own) for facet, own in study_terms(corpus, study).items()}
    for fact in facts:
        for facet, own in fact.finding.tags.items():
            known = terms.setdefault(facet, [])
            known += [one for one in own if one not in known]
    by_facet = {facet: tuple(own) for facet, own in terms.items()}
    return EvidenceRow(study, corpus.year(study), tuple(facts), by_facet)


@dataclass(frozen=True, slots=True)
class Table:
    """Named columns and rows of texts."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@collector_paused()
def studies(corpus: Corpus, records: Iterable[Study], language: str) -> Table:
    """A listing of studies, one column for each facet that studies are coded with."""
    facets = [f.id for f in corpus.codebook.tag_facets if "study" in f.applies_to]
    columns = ("id", "year", "title", "kind", "directness", *facets, "findings", "basis")
    rows = (row_of(corpus, study, tuple(facts_of(corpus, study))) for study in records)
    return Table(columns, tuple(_study_cells(row, facets, language) for row in rows))


def _study_cells(row: EvidenceRow, facets: Iterable[str], language: str) -> tuple[str, ...]:
    study = row.study
    return (
        study.id,
        str(row.year or ""),
        study.title.get(language, ""),
        study.kind,
        study.directness,
        *(_joined(row.terms.get(facet, ())) for facet in facets),
        str(len(study.findings)),
        study.coding.basis,
    )


def findings(corpus: Corpus, facts: Iterable[Fact], language: str) -> Table:
    """A listing of findings with their effective terms."""
    facets = [f.id for f in corpus.codebook.tag_facets]
    columns = ("id", "direction", "statement", *facets, "locator")
    rows = tuple(
        (
            fact.id,
            fact.finding.direction,
            fact.finding.statement.get(language, ""),
            *(_joined(fact.tags.get(f, ())) for f in facets),
            fact.finding.locator,
        )
        for fact in facts
    )
    return Table(columns, rows)


def cells(cells: Iterable[Cell]) -> Table:
    """A listing of cells: how much is in each, and the ids of its studies."""
    columns = ("row", "column", "state", "studies", "findings", "gaps", "flags", "ids")
    rows = tuple(
        (
            cell.row,
            cell.column,
            cell.state.value,
            str(len(cell.studies)),
            str(len(cell.facts)),
            str(len(cell.gaps)),
            _joined(cell.flags),
            _joined(cell.studies),
        )
        for cell in cells
    )
    return Table(columns, rows)


def gaps(corpus: Corpus, records: Iterable[Gap], language: str) -> Table:
    """A listing of gaps with the terms that they are about."""
    names = tuple(facet.id for facet in corpus.codebook.tag_facets)
    columns = ("id", "status", "kind", "statement", *names, "stated by", "addressed by")
    rows = tuple(
        (
            gap.id,
            gap.status,
            gap.kind,
            gap.statement.get(language, ""),
            *(_joined(gap.tags.get(facet, ())) for facet in names),
            _joined(dict.fromkeys(one.source for one in gap.stated_by)),
            _joined(answer.study for answer in gap.addressed_by),
        )
        for gap in records
    )
    return Table(columns, rows)


def claims(corpus: Corpus, records: Iterable[Claim], language: str) -> Table:
    """A listing of claims with their confidence and the findings they rest on."""
    names = tuple(facet.id for facet in corpus.codebook.tag_facets)
    columns = ("id", "type", "confidence", "statement", *names, "for", "against")
    rows = tuple(
        (
            claim.id,
            claim.type,
            claim.confidence.level if claim.confidence else "",
            claim.statement.get(language, ""),
            *(_joined(claim.tags.get(facet, ())) for facet in names),
            _joined(one.finding for one in claim.rests_on if one.stance == "supports"),
            _joined(one.finding for one in claim.rests_on if one.stance == "challenges"),
        )
        for claim in records
    )
    return Table(columns, rows)


def candidates(corpus: Corpus, records: Iterable[Candidate], language: str) -> Table:
    """A listing of works that still have to be coded."""
    columns = ("id", "title", "known", "missing", "check")
    rows = []
    for one in records:
        texts = (text.get(language, "") for text in (one.known, one.missing, one.check))
        rows.append((one.id, one.title, *texts))
    return Table(columns, tuple(rows))


def agreements(found: Iterable[Agreement]) -> Table:
    """A listing of the agreement on each facet."""
    columns = ("facet", "studies", "judgements", "agreed", "share", "alpha")
    rows = tuple(
        (
            one.facet,
            str(one.studies),
            str(one.units),
            str(one.agreed),
            f"{one.share:.2f}",
            "" if one.alpha is None else f"{one.alpha:.2f}",
        )
        for one in found
    )
    return Table(columns, rows)


def terms(chosen: Iterable[tuple[str, Term]], language: str) -> Table:
    """A listing of terms with their labels and definitions."""
    columns = ("facet", "term", "broader", "label", "definition", "searched")
    rows = tuple(
        (
            facet,
            term.id,
            term.broader or "",
            term.label.get(language, ""),
            term.definition.get(language, ""),
            "" if term.searched else "not searched",
        )
        for facet, term in chosen
    )
    return Table(columns, rows)


def _joined(values: Iterable[str]) -> str:
    return ";".join(values)


# The full-width forms count as well where Chinese or Japanese is written.
_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
_FORMULA = re.compile(rf"^(?=[{_SIGNS}\t\n])|(?<=[;\t\n])(?=[{_SIGNS}])")


def as_csv(table: Table) -> str:
    """The table as CSV (RFC 4180 quoting, ``\\n`` line ends).

    What a spreadsheet could take for a formula gets an apostrophe in front, also inside a cell:
    where semicolons separate cells, one of them, or a line break, begins another cell there.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([safe(text) for text in row] for row in table.rows)
    return out.getvalue()


def safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: such a text gets an apostrophe in front."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")  # the csv module would not quote it
    return _FORMULA.sub("'", text)


def as_markdown(table: Table) -> str:
    """The table as a Markdown pipe table."""
    lines = [table.columns, tuple("---" for _ in table.columns), *table.rows]
    return "".join("| " + " | ".join(_cell(text) for text in line) + " |\n" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|")
