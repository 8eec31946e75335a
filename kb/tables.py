"""Listings of records as tables with typed columns, and these as CSV and Markdown."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from kb.agreement import Agreement
from kb.citations import reported
from kb.codebook import Term
from kb.collector import collector_paused
from kb.corpus import Corpus
from kb.evidence import EvidenceRow, row_of, terms_of
from kb.facts import Fact, facts_of
from kb.matrix import Cell as MatrixCell
from kb.records import Study
from kb.references import Reference
from kb.synthesis import Candidate, Claim, Gap

Kind = Literal["text", "integer", "number", "list"]
"""What the cells of a column hold; ``list`` is one of texts."""
Cell = str | int | float | tuple[str, ...] | None
"""A cell; ``None`` and an empty list say nothing."""


@dataclass(frozen=True, slots=True)
class Table:
    """Named columns with the kind of their cells, and rows."""

    columns: Mapping[str, Kind]
    rows: tuple[tuple[Cell, ...], ...]


@collector_paused()
def studies(corpus: Corpus, records: Iterable[Study], language: str) -> Table:
    """A listing of studies, one column for each facet that studies are coded with."""
    facets = [f.id for f in corpus.codebook.tag_facets if "study" in f.applies_to]
    columns: dict[str, Kind] = {
        "id": "text",
        "year": "integer",
        **_texts("title", "kind", "directness"),
        **_lists(facets),
        "findings": "integer",
        "basis": "text",
    }
    rows = (row_of(corpus, study, tuple(facts_of(corpus, study))) for study in records)
    return Table(columns, tuple(_study_cells(corpus, row, facets, language) for row in rows))


def _texts(*names: str) -> dict[str, Kind]:
    return dict.fromkeys(names, "text")


def _lists(names: Iterable[str]) -> dict[str, Kind]:
    return dict.fromkeys(names, "list")


def _study_cells(
    corpus: Corpus, row: EvidenceRow, facets: Iterable[str], language: str
) -> tuple[Cell, ...]:
    study, tagged = row.study, terms_of(corpus, row)
    return (
        study.id,
        row.year,
        study.title.get(language, ""),
        study.kind,
        study.directness,
        *(tagged.get(facet, ()) for facet in facets),
        len(study.findings),
        study.coding.basis,
    )


def findings(corpus: Corpus, facts: Iterable[Fact], language: str) -> Table:
    """A listing of findings with their effective terms."""
    facets = [f.id for f in corpus.codebook.tag_facets]
    columns = {**_texts("id", "direction", "statement"), **_lists(facets), **_texts("locator")}
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            fact.id,
            fact.finding.direction,
            fact.finding.statement.get(language, ""),
            *(fact.tags.get(f, ()) for f in facets),
            fact.finding.locator,
        )
        for fact in facts
    )
    return Table(columns, rows)


def cells(corpus: Corpus, cells: Iterable[MatrixCell], language: str) -> Table:
    """A listing of cells: how much is in each, and the ids of its studies."""
    columns: dict[str, Kind] = {
        **_texts("row", "column", "state"),
        **dict.fromkeys(("studies", "findings", "gaps"), "integer"),
        **_lists(("flags", "ids")),
    }
    rows = tuple(
        (
            cell.row,
            cell.column,
            cell.state.value,
            len(cell.studies),
            len(cell.facts),
            len(cell.gaps),
            cell.flags,
            cell.studies,
        )
        for cell in cells
    )
    return Table(columns, rows)


def gaps(corpus: Corpus, records: Iterable[Gap], language: str) -> Table:
    """A listing of gaps with the terms that they are about."""
    names = tuple(facet.id for facet in corpus.codebook.tag_facets)
    columns = {
        **_texts("id", "status", "kind", "statement"),
        **_lists((*names, "stated by", "addressed by")),
    }
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            gap.id,
            gap.status,
            gap.kind,
            gap.statement.get(language, ""),
            *(gap.tags.get(facet, ()) for facet in names),
            tuple(dict.fromkeys(one.source for one in gap.stated_by)),
            tuple(answer.study for answer in gap.addressed_by),
        )
        for gap in records
    )
    return Table(columns, rows)


def claims(corpus: Corpus, records: Iterable[Claim], language: str) -> Table:
    """A listing of claims with their confidence and the findings they rest on."""
    names = tuple(facet.id for facet in corpus.codebook.tag_facets)
    columns = {
        **_texts("id", "type", "confidence", "statement"),
        **_lists((*names, "for", "against")),
    }
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            claim.id,
            claim.type,
            claim.confidence.level if claim.confidence else None,
            claim.statement.get(language, ""),
            *(claim.tags.get(facet, ()) for facet in names),
            tuple(one.finding for one in claim.rests_on if one.stance == "supports"),
            tuple(one.finding for one in claim.rests_on if one.stance == "challenges"),
        )
        for claim in records
    )
    return Table(columns, rows)


def candidates(corpus: Corpus, records: Iterable[Candidate], language: str) -> Table:
    """A listing of works that still have to be coded."""
    columns = _texts("id", "title", "known", "missing", "check")
    rows = []
    for one in records:
        texts = (text.get(language, "") for text in (one.known, one.missing, one.check))
        rows.append((one.id, one.title, *texts))
    return Table(columns, tuple(rows))


def agreements(found: Iterable[Agreement]) -> Table:
    """A listing of the agreement on each facet."""
    columns: dict[str, Kind] = {
        "facet": "text",
        **dict.fromkeys(("studies", "judgements", "agreed"), "integer"),
        **dict.fromkeys(("share", "alpha", "kappa"), "number"),
    }
    rows = tuple(
        (
            one.facet,
            one.studies,
            one.units,
            one.agreed,
            one.share,
            one.alpha,
            one.kappa,
        )
        for one in found
    )
    return Table(columns, rows)


def terms(corpus: Corpus, chosen: Iterable[tuple[str, Term]], language: str) -> Table:
    """A listing of terms with their labels and definitions."""
    columns = _texts("facet", "term", "broader", "label", "definition", "searched")
    rows = tuple(
        (
            facet,
            term.id,
            term.broader,
            term.label.get(language, ""),
            term.definition.get(language, ""),
            None if term.searched else "not searched",
        )
        for facet, term in chosen
    )
    return Table(columns, rows)


def references(corpus: Corpus, chosen: Iterable[Reference], language: str) -> Table:
    """A listing of references with the studies that they report."""
    columns: dict[str, Kind] = {
        **_texts("key", "type"),
        "authors": "list",
        "year": "integer",
        **_texts("title", "doi", "link"),
        **_lists(("studies", "unverified")),
    }
    owners = reported(corpus)
    rows = tuple(
        (
            one.key,
            one.type,
            tuple(str(name) for name in one.authors),
            one.year,
            one.title,
            one.doi or None,
            one.link or None,
            tuple(owners.get(one.key, ())),
            one.unverified,
        )
        for one in chosen
    )
    return Table(columns, rows)


def as_text(cell: Cell) -> str:
    """A cell as a text: decimal numbers with two places, lists with ``;`` between."""
    if isinstance(cell, tuple):
        return ";".join(cell)
    if isinstance(cell, float):
        return f"{cell:.2f}"
    return "" if cell is None else str(cell)


# The full-width forms count as well where Chinese or Japanese is written.
_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
_FORMULA = re.compile(rf"^(?=[{_SIGNS}\t\n])|(?<=[;\t\n])(?=[{_SIGNS}])")
_NEGATIVE = re.compile(r"-\d+(?:\.\d+)?")


def as_csv(table: Table) -> str:
    """The table as CSV (RFC 4180 quoting, ``\\n`` line ends).

    What a spreadsheet could take for a formula gets an apostrophe in front, also inside a cell:
    where semicolons separate cells, one of them, or a line break, begins another cell there. A
    negative number alone is none.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([safe(as_text(cell)) for cell in row] for row in table.rows)
    return out.getvalue()


def safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: such a text gets an apostrophe in front."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")  # the csv module would not quote it
    return text if _NEGATIVE.fullmatch(text) else _FORMULA.sub("'", text)


def as_markdown(table: Table) -> str:
    """The table as a Markdown pipe table."""
    lines = [tuple(table.columns), tuple("---" for _ in table.columns), *table.rows]
    return "".join("| " + " | ".join(map(_cell, line)) + " |\n" for line in lines)


def _cell(cell: Cell) -> str:
    return " ".join(as_text(cell).split()).replace("\\", "\\\\").replace("|", "\\|")
