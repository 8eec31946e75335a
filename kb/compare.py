"""What changed between two states of a knowledge base: a function of two corpora."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from kb.changes import (
    CellChange,
    Change,
    ClaimShift,
    Comparison,
    Crossed,
    Entry,
    GapMove,
    Kind,
    Move,
    Rename,
)
from kb.codebook import Codebook, Facet, Term
from kb.corpus import Corpus
from kb.facts import facts
from kb.matrix import Cell, Crossing
from kb.model import Record, Text
from kb.records import finding_id
from kb.synthesis import Claim, Gap, Status

PLACE = {"id", "path"}
"""Fields that say where a record is, not what it says."""


@dataclass(frozen=True, slots=True)
class _Item:
    """A record ready to be compared: ``body`` is what it says, field by field."""

    kind: Kind
    id: str
    text: Text
    body: Mapping[str, Any]
    whole: str

    @property
    def entry(self) -> Entry:
        return Entry(kind=self.kind, id=self.id, text=self.text)


def compare(old: Corpus, new: Corpus) -> Comparison:
    """What is in the new corpus and was not in the old one, the other way round, and what differs.

    Cells are those of the default row facet of the new corpus with every other facet that both
    have. A record with another id and the same content is renamed, not removed and added.
    """
    before = {(item.kind, item.id): item for item in _items(old)}
    after = {(item.kind, item.id): item for item in _items(new)}
    gone = [item for key, item in before.items() if key not in after]
    come = [item for key, item in after.items() if key not in before]
    renamed = _renamed(gone, come)
    moved = {(one.kind, name) for one in renamed for name in (one.old, one.id)}
    named = {one.id: one.old for one in renamed if one.kind == "gap"}
    pairs = [Crossed(row=row.id, column=column.id) for row, column in _pairs(old, new)]
    return Comparison(
        added=_left(come, moved),
        removed=_left(gone, moved),
        changed=tuple(_changed(before, after)),
        renamed=tuple(renamed),
        gaps=tuple(_moves(old.gaps, new.gaps, named)),
        claims=tuple(_shifts(old.claims, new.claims)),
        cells=tuple(_cells(old, new, pairs)),
        crossed=tuple(pairs),
    )


def _items(corpus: Corpus) -> Iterator[_Item]:
    for study in corpus.studies.values():
        said = _said(study, {*PLACE, "findings"})
        findings = [_said(finding, set()) for finding in study.findings]
        whole = _key([said, findings])
        yield _Item("study", study.id, study.title, _flat(said), whole)
        for finding, own in zip(study.findings, findings, strict=True):
            own.pop("id")
            place = finding_id(study, finding)
            yield _Item("finding", place, finding.statement, _flat(own), _key(own))
    for claim in corpus.claims.values():
        yield _item("claim", claim.id, claim.statement, _said(claim))
    for gap in corpus.gaps.values():
        yield _item("gap", gap.id, gap.statement, _said(gap))
    for candidate in corpus.candidates.values():
        text = dict.fromkeys(corpus.languages, candidate.title)
        yield _item("candidate", candidate.id, text, _said(candidate))
    for second in corpus.second_codings.values():
        text = corpus.studies[second.id].title if second.id in corpus.studies else {}
        yield _item("second-coding", second.id, text, _said(second))
    for reference in corpus.references.values():
        text = dict.fromkeys(corpus.languages, f"{reference.short}: {reference.title}")
        said = {"type": reference.type, **reference.fields}
        yield _item("reference", reference.key, text, said)
    for facet in corpus.codebook:
        yield _item("facet", facet.id, facet.label, _said(facet, {"path", "terms"}))
        for term in facet.terms:
            yield _item("term", f"{facet.id}/{term.id}", term.label, _said(term))
    yield _item("settings", "knowledge-base", corpus.settings.title, _said(corpus.settings))


def _item(kind: Kind, id: str, text: Text, said: dict[str, Any]) -> _Item:
    return _Item(kind, id, text, _flat(said), _key(said))


def _said(record: Record, without: Iterable[str] = PLACE) -> dict[str, Any]:
    return record.model_dump(mode="json", exclude=set(without), exclude_none=True, by_alias=True)


def _key(said: object) -> str:
    return json.dumps(said, sort_keys=True, ensure_ascii=False)


def _flat(said: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """The fields of a record by their dotted paths; lists are values of their own."""
    found: dict[str, Any] = {}
    for name, value in said.items():
        path = f"{prefix}{name}"
        found |= _flat(value, f"{path}.") if isinstance(value, dict) else {path: value}
    return found


def _renamed(gone: Iterable[_Item], come: Iterable[_Item]) -> list[Rename]:
    """The records of which one with another id says the very same, findings after their study."""
    waiting: dict[tuple[Kind, str], list[_Item]] = {}
    for item in gone:
        waiting.setdefault((item.kind, item.whole), []).append(item)
    found, studies = [], set()
    for item in come:
        same = waiting.get((item.kind, item.whole), [])
        if item.kind == "finding":  # alike findings are common: only inside a renamed study
            same = [one for one in same if (_study(one.id), _study(item.id)) in studies]
        if same:
            first = same[0]
            waiting[item.kind, item.whole].remove(first)
            if item.kind == "study":
                studies.add((first.id, item.id))
            found.append(Rename(kind=item.kind, id=item.id, text=item.text, old=first.id))
    return found


def _study(finding: str) -> str:
    return finding.partition("#")[0]


def _left(items: Iterable[_Item], moved: set[tuple[Kind, str]]) -> tuple[Entry, ...]:
    return tuple(item.entry for item in items if (item.kind, item.id) not in moved)


def _changed(
    before: Mapping[tuple[Kind, str], _Item], after: Mapping[tuple[Kind, str], _Item]
) -> Iterator[Change]:
    for key, item in after.items():
        other = before.get(key)
        if other is None or other.body == item.body:
            continue
        names = dict.fromkeys((*item.body, *other.body))
        fields = tuple(n for n in names if item.body.get(n) != other.body.get(n))
        yield Change(kind=item.kind, id=item.id, text=item.text, fields=fields)


def _moves(
    old: Mapping[str, Gap], new: Mapping[str, Gap], renamed: Mapping[str, str]
) -> Iterator[GapMove]:
    """What happened to the gaps; one that only has another name (``renamed``, new to old) is none
    that was stated, or taken back."""
    for name in sorted({*old, *new} - {*renamed.values()}):
        before, after = old.get(renamed.get(name, name)), new.get(name)
        move = _move(before.status if before else None, after.status if after else None)
        if move:
            known = {answer.study for answer in before.addressed_by} if before else set()
            answers = after.addressed_by if after else ()
            shown = after or before
            yield GapMove(
                id=name,
                text=shown.statement if shown else {},
                move=move,
                before=before.status if before else None,
                after=after.status if after else None,
                studies=tuple(one.study for one in answers if one.study not in known),
            )


def _move(before: Status | None, after: Status | None) -> Move | None:
    if before == after:
        return None
    if before is None:
        return "stated"
    if after is None:
        return "withdrawn"
    order = get_args(Status)
    if order.index(after) < order.index(before):
        return "reopened"
    return "closed" if after == "closed" else "narrowed"


def _shifts(old: Mapping[str, Claim], new: Mapping[str, Claim]) -> Iterator[ClaimShift]:
    for name, claim in new.items():
        if name not in old:
            continue
        before, after = _level(old[name]), _level(claim)
        carried, carries = _carried(old[name]), _carried(claim)
        gained = tuple(one for one in carries if one not in carried)
        lost = tuple(one for one in carried if one not in carries)
        if before != after or gained or lost:
            yield ClaimShift(
                id=name, text=claim.statement, before=before, after=after, gained=gained, lost=lost
            )


def _level(claim: Claim) -> Any:
    return claim.confidence.level if claim.confidence else None


def _carried(claim: Claim) -> list[str]:
    """The findings under a claim, each with how it stands to it."""
    return [f"{one.finding} ({one.stance})" for one in claim.rests_on]


def _pairs(old: Corpus, new: Corpus) -> Iterator[tuple[Facet, Facet]]:
    """The facets that are crossed, as on the site: the default pair comes first."""
    settings, known = new.settings.matrix, {axis.id for axis in old.codebook.axes}
    axes = {axis.id: axis for axis in new.codebook.axes if axis.id in known}
    if settings.row in axes:
        for name in sorted(axes, key=lambda name: name != settings.column):
            if name != settings.row:
                yield axes[settings.row], axes[name]


def _cells(old: Corpus, new: Corpus, pairs: Iterable[Crossed]) -> Iterator[CellChange]:
    was, now = Crossing(old, facts(old)), Crossing(new, facts(new))
    for pair in pairs:
        before = {(one.row, one.column): one for one in was.cross(pair.row, pair.column).cells}
        after = {(one.row, one.column): one for one in now.cross(pair.row, pair.column).cells}
        for place in dict.fromkeys((*after, *before)):
            one, other = before.get(place), after.get(place)
            if _differ(one, other):
                yield _cell(pair, place, _name(old, new, pair, place), one, other)


def _differ(before: Cell | None, after: Cell | None) -> bool:
    """Whether the state is another; a cell that comes or goes with its term must have studies."""
    if before and after:
        return before.state is not after.state
    return any(cell.studies for cell in (before, after) if cell)


def _cell(
    pair: Crossed, place: tuple[str, str], text: Text, before: Cell | None, after: Cell | None
) -> CellChange:
    return CellChange.model_validate(
        {
            "row_facet": pair.row,
            "row": place[0],
            "column_facet": pair.column,
            "column": place[1],
            "text": text,
            "before": before.state.value if before else None,
            "after": after.state.value if after else None,
            "studies_before": len(before.studies) if before else 0,
            "studies_after": len(after.studies) if after else 0,
        }
    )


def _name(old: Corpus, new: Corpus, pair: Crossed, place: tuple[str, str]) -> Text:
    """A cell by the labels of its terms, in each language."""
    row = _term(new.codebook, old.codebook, pair.row, place[0])
    column = _term(new.codebook, old.codebook, pair.column, place[1])
    labels = [one.short_label or one.label for one in (row, column)]
    return {
        language: f"{labels[0].get(language, row.id)} × {labels[1].get(language, column.id)}"
        for language in new.languages
    }


def _term(first: Codebook, second: Codebook, facet: str, term: str) -> Term:
    found = first[facet].by_id.get(term)
    return found or second[facet].by_id[term]
