"""The tables of the pages: studies with their findings, stated gaps, claims and references."""

from __future__ import annotations

import html
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import get_args
from weakref import WeakKeyDictionary

from markupsafe import Markup

from kb import addresses
from kb.codebook import Facet
from kb.evidence import EvidenceRow, terms_of
from kb.facts import Fact, study_terms
from kb.records import Basis
from kb.references import Reference
from kb.site import told
from kb.site.sheets import Cell, Column, Field, Item, Line, Sheet, Terms, choices, tokens
from kb.site.text import plain
from kb.site.view import View
from kb.stated import stated_in
from kb.synthesis import Claim, ClaimType, Gap, Level, Need, Status


def of_studies(view: View, rows: Iterable[EvidenceRow], lean: bool = False) -> Sheet:
    """The evidence: one line for each study, with findings. A ``lean`` table leaves out the columns
    that are hidden at first, apart from the year: they are half of its weight."""
    axes = view.codebook.axes
    shown = view.settings.evidence_columns
    columns = (
        Column("_study", view.t("study")),
        Column("_year", view.t("year"), shown=False, number=True),
        *(Column(name, view.text(view.facet(name).label)) for name in shown),
        *(Column(f.id, view.text(f.label), shown=False) for f in axes if f.id not in shown),
        Column("_setting", view.t("setting"), shown=False),
        Column("_sample", view.t("sample"), shown=False, number=True),
        Column("_period", view.t("period"), shown=False, number=True),
        Column("_basis", view.t("basis"), shown=False),
        Column("_findings", view.t("findings")),
    )
    if lean:
        columns = tuple(one for one in columns if one.shown or one.id == "_year")
    made = [(row, _coded(view, row)) for row in rows]
    coded = [each for _, own in made for each in own]
    fields = (
        Field("direction", view.t("direction"), list(view.settings.by_direction),
               lambda one: view.text(view.direction(one).label)),
        Field("basis", view.t("basis"), get_args(Basis), lambda one: view.t(f"basis_{one}")),
        _years(view.t("year"), coded),
    )  # fmt: skip
    names = frozenset(one.id for one in columns)
    lines = tuple(_of_study(view, row, own, names) for row, own in made)
    return Sheet("study", columns, lines, choices(view, (*axes, *fields), coded))


def _coded(view: View, row: EvidenceRow) -> list[Terms]:
    """The terms of each finding of a line, or of a study without one."""
    whole = {"basis": (row.study.coding.basis,), **_year(row.year)}
    if not row.facts:
        return [{**study_terms(view.corpus, row.study), **whole}]
    return [{**f.tags, **whole, "direction": (f.finding.direction,)} for f in row.facts]


def _of_study(
    view: View, row: EvidenceRow, coded: Sequence[Terms], columns: Collection[str]
) -> Line:
    study, sample, period = row.study, row.study.sample, row.study.period
    tagged = terms_of(view.corpus, row)
    items = tuple(_item(view, *each) for each in zip(row.facts, coded, strict=False))
    title = Markup("{}<small>{}</small>").format(
        view.study_link(study.id), plain(view.text(study.title))
    )
    cells = {
        "_study": Cell(title),
        "_year": Cell(plain(str(row.year or "")), row.year),
        **_tagged(view, {name: own for name, own in tagged.items() if name in columns}),
    }
    if "_setting" in columns:
        cells |= {
            "_setting": Cell(plain(told.setting(study))),
            "_sample": Cell(plain(told.sample(view, study)), sample.n if sample else None),
            "_period": Cell(plain(told.period(study)), period.start if period else None),
            "_basis": Cell(plain(view.t(f"basis_{study.coding.basis}"))),
        }
    own = Markup("") if items else tokens(view, coded[0])
    return Line(study.id, study.reports, own, cells, items, row)


_ITEMS: WeakKeyDictionary[View, dict[str, Item]] = WeakKeyDictionary()
"""The findings in lines, which are the same in the tables of all their terms."""


def _item(view: View, fact: Fact, terms: Terms) -> Item:
    known = _ITEMS.setdefault(view, {})
    if fact.id not in known:
        finding, own = fact.finding, tokens(view, terms)
        opening = Markup('<li data-id="{}" data-terms="{}" data-place="{}">{} <a href="').format(
            plain(fact.id), own, plain(finding.locator), told.direction(view, finding.direction)
        )
        closing = Markup('{}">{}</a></li>').format(
            addresses.of_finding(fact.id), plain(view.text(finding.statement))
        )
        known[fact.id] = Item(fact, own, opening, closing)
    return known[fact.id]


def works(view: View, rows: Iterable[EvidenceRow]) -> list[Reference]:
    """The reports of the studies of some rows, by their authors."""
    keys = dict.fromkeys(key for row in rows for key in row.study.reports)
    return sorted(
        map(view.corpus.references.__getitem__, keys), key=lambda one: one.short.casefold()
    )


# --- Gaps, claims and references -----------------------------------------------------------------


def of_gaps(view: View, gaps: Iterable[Gap]) -> Sheet:
    """Stated gaps, one line each."""
    kinds = view.codebook.with_role("gap-kind")
    statuses = Field(
        "_status", view.t("status"), get_args(Status), lambda one: view.t(f"status_{one}")
    )
    needs = Field("_needs", view.t("gap_needs"), get_args(Need), lambda one: view.t(f"need_{one}"))
    facets = view.codebook.tag_facets
    columns = (
        Column("_gap", view.t("stated_gap")),
        Column("_status", statuses.label),
        Column("_kind", view.t("gap_kind")),
        *_facet_columns(view, facets),
        Column("_needs", needs.label, shown=False),
        Column("_closes", view.t("closes_with"), shown=False),
        Column("_by", view.t("stated_by")),
        Column("_year", view.t("first_stated"), shown=False, number=True),
        Column("_answers", view.t("addressed_by")),
    )
    lines, coded = [], []
    for gap in gaps:
        year = stated_in(view.corpus, gap)
        answers = _joined(view.study_link(one.study) for one in gap.addressed_by)
        cells = {
            "_gap": Cell(view.link(addresses.of_gap(gap.id), view.text(gap.statement))),
            "_status": Cell(_status(view, gap.status), statuses.values.index(gap.status)),
            "_kind": Cell(plain(view.role_label("gap-kind", gap.kind))),
            **_tagged(view, gap.tags),
            "_needs": Cell(plain(view.t(f"need_{gap.needs}"))),
            "_closes": Cell(plain(view.text(gap.closes_with))),
            "_by": Cell(_sources(view, gap)),
            "_year": Cell(plain(str(year or "")), year or None),
            "_answers": Cell(answers or plain(view.t("none"))),
        }
        coded.append({**gap.tags, "_status": (gap.status,), "_needs": (gap.needs,), **_year(year),
                      **({kinds.id: (gap.kind,)} if kinds else {})})  # fmt: skip
        keys = tuple(dict.fromkeys(one.source for one in gap.stated_by))
        lines.append(Line(gap.id, keys, tokens(view, coded[-1]), cells))
    years = _years(view.t("first_stated"), coded)
    chosen: tuple[Facet | Field, ...] = (
        statuses, *([kinds] if kinds else []), needs, *facets, years,
    )  # fmt: skip
    return Sheet("gap", columns, tuple(lines), choices(view, chosen, coded))


def of_claims(view: View, claims: Iterable[Claim]) -> Sheet:
    """Claims, one line each."""
    types = Field(
        "_type", view.t("claim_type"), get_args(ClaimType), lambda one: view.t(f"type_{one}")
    )
    levels = Field("_confidence", view.t("confidence"), (*get_args(Level), "none"),
                    lambda one: view.t(f"level_{one}"))  # fmt: skip
    facets = view.codebook.tag_facets
    columns = (
        Column("_claim", view.t("claim")),
        Column("_type", types.label),
        Column("_confidence", levels.label),
        *_facet_columns(view, facets),
        Column("_for", view.t("stance_supports"), number=True),
        Column("_against", view.t("stance_challenges"), number=True),
        Column("_by", view.t("stated_by"), shown=False),
        Column("_year", view.t("first_stated"), shown=False, number=True),
    )
    lines, coded = [], []
    for claim in claims:
        level = claim.confidence.level if claim.confidence else "none"
        year = stated_in(view.corpus, claim)
        sides = [len(view.findings_for(claim, stance)) for stance in ("supports", "challenges")]
        cells = {
            "_claim": Cell(view.link(addresses.of_claim(claim.id), view.text(claim.statement))),
            "_type": Cell(plain(view.t(f"type_{claim.type}"))),
            "_confidence": Cell(_level(view, claim, level), levels.values.index(level)),
            **_tagged(view, claim.tags),
            "_for": Cell(plain(view.number(sides[0])), sides[0]),
            "_against": Cell(plain(view.number(sides[1])), sides[1]),
            "_by": Cell(_sources(view, claim)),
            "_year": Cell(plain(str(year or "")), year or None),
        }
        coded.append({**claim.tags, "_type": (claim.type,), "_confidence": (level,), **_year(year)})
        keys = tuple(dict.fromkeys(one.source for one in claim.stated_by))
        lines.append(Line(claim.id, keys, tokens(view, coded[-1]), cells))
    chosen: tuple[Facet | Field, ...] = (
        levels,
        types,
        *facets,
        _years(view.t("first_stated"), coded),
    )
    return Sheet("claim", columns, tuple(lines), choices(view, chosen, coded))


def _level(view: View, claim: Claim, level: str) -> Markup:
    """A level of confidence in words, and in circles that are only seen."""
    word = plain(view.t(f"level_{level}"))
    if not claim.confidence:
        return word
    chip = '<span class="kb-confidence"><span aria-hidden="true">{}</span> {}</span>'
    return Markup(chip).format(view.bars(level), word)


def of_references(
    view: View, references: Sequence[Reference], used: Mapping[str, Sequence[str]]
) -> Sheet:
    """References, one line each; ``used`` has the words for how each is used."""
    types = Field("_type", view.t("reference_type"), sorted({one.type for one in references}), str)
    words = list(dict.fromkeys(word for own in used.values() for word in own))
    uses = Field("_use", view.t("used_as"), words, view.t)
    columns = (
        Column("_reference", view.t("reference")),
        Column("_title", view.t("title")),
        Column("_year", view.t("year"), number=True),
        Column("_type", types.label, shown=False),
        Column("_use", uses.label),
        Column("_unverified", view.t("unverified")),
        Column("_link", view.t("link"), shown=False),
    )
    lines, coded = [], []
    for one in references:
        own = used.get(one.key, ())
        cells = {
            "_reference": Cell(view.source_link(one.key)),
            "_title": Cell(_title(one)),
            "_year": Cell(plain(str(one.year or "")), one.year),
            "_type": Cell(plain(one.type)),
            "_use": Cell(Markup("; ".join(plain(view.t(word)) for word in own))),
            "_unverified": Cell(plain(", ".join(one.unverified))),
            "_link": Cell(_outside(one.link)),
        }
        coded.append({"_type": (one.type,), "_use": own, **_year(one.year)})
        lines.append(Line(one.key, (one.key,), tokens(view, coded[-1]), cells))
    chosen: tuple[Facet | Field, ...] = (uses, types, _years(view.t("year"), coded))
    return Sheet("reference", columns, tuple(lines), choices(view, chosen, coded))


# --- Pieces ---------------------------------------------------------------------------------------


def _years(label: str, coded: Iterable[Terms]) -> Field:
    """The years that lines can be narrowed by, the newest first."""
    found = {year for own in coded for year in own.get("_year", ())}
    return Field("_year", label, sorted(found, key=int, reverse=True), str)


def _year(year: int | None) -> Terms:
    return {"_year": (str(year),)} if year else {}


def _facet_columns(view: View, facets: Iterable[Facet]) -> Iterator[Column]:
    """A column for each facet; that of the rows of the matrix is shown."""
    main = view.settings.matrix.row
    return (Column(f.id, view.text(f.label), shown=f.id == main) for f in facets)


def _tagged(view: View, tags: Terms) -> dict[str, Cell]:
    return {name: Cell(view.term_links(name, terms)) for name, terms in tags.items()}


def _sources(view: View, record: Claim | Gap) -> Markup:
    return _joined(
        view.source_link(key) for key in dict.fromkeys(s.source for s in record.stated_by)
    )


def _joined(parts: Iterable[Markup]) -> Markup:
    return Markup(", ".join(parts))


def _status(view: View, status: str) -> Markup:
    word = plain(view.t(f"status_{status}"))
    return Markup(f'<span class="kb-status kb-status--{status}">{word}</span>')


def _title(one: Reference) -> Markup:
    language = f' lang="{one.language}"' if one.language else ""
    return Markup(f"<cite{language}>{plain(one.title)}</cite>")


def _outside(link: str) -> Markup:
    shown = html.escape(link, quote=True)
    return Markup(f'<a href="{shown}" rel="noopener">{plain(link)}</a>') if link else Markup("")
