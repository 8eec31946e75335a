"""What changed, told: sections of lines in the words of a language, as text or as Markdown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from kb.changes import (
    CellChange,
    Change,
    ClaimShift,
    Comparison,
    Entry,
    GapMove,
    Kind,
    Move,
    Rename,
)
from kb.model import Text

Words = Mapping[str, str]

LONGEST = 300
"""So many characters of a title or statement are shown."""
MOST = 60_000
"""So many bytes a comment may have; GitHub takes 65,536 characters."""

MOST_PAIRS = 30
"""So many of the matrices that were compared are named."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that changed: the record's kind and id, what it is called, and how it changed.

    ``place`` is of a cell: the facets of row and column, then their terms.
    """

    kind: str
    id: str
    text: str
    note: str = ""
    place: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Lines that belong together."""

    title: str
    lines: tuple[Line, ...]


def sections(one: Comparison, words: Words, language: str) -> list[Section]:
    """What changed, what matters most first; sections without lines are left out."""
    made = [*_gaps(one, words, language), _cells(one, words, language)]
    made += [_claims(one, words, language), *_records(one, words, language)]
    return [section for section in made if section.lines]


def _in(text: Text, language: str) -> str:
    return text.get(language) or next(iter(text.values()), "")


def _gaps(one: Comparison, words: Words, language: str) -> Iterator[Section]:
    for move in get_args(Move):
        own = [gap for gap in one.gaps if gap.move == move]
        lines = (Line("gap", gap.id, _in(gap.text, language), _gap_note(gap, words)) for gap in own)
        yield Section(words[f"changes_{move}"], tuple(lines))


def _gap_note(gap: GapMove, words: Words) -> str:
    states = [words[f"status_{one}"] for one in (gap.before, gap.after) if one]
    steps = " → ".join(states) if len(states) > 1 else ""
    return ": ".join(part for part in (steps, ", ".join(gap.studies)) if part)


def _cells(one: Comparison, words: Words, language: str) -> Section:
    lines = tuple(
        Line("cell", "", _in(cell.text, language), _cell_note(cell, words), _place(cell))
        for cell in one.cells
    )
    return Section(words["changes_cells"], lines)


def _place(cell: CellChange) -> tuple[str, ...]:
    return (cell.row_facet, cell.column_facet, cell.row, cell.column)


def _cell_note(cell: CellChange, words: Words) -> str:
    before, after = (words[f"state_{one or 'none'}"] for one in (cell.before, cell.after))
    return f"{before} ({cell.studies_before}) → {after} ({cell.studies_after})"


def _claims(one: Comparison, words: Words, language: str) -> Section:
    lines = (
        Line("claim", claim.id, _in(claim.text, language), _claim_note(claim, words))
        for claim in one.claims
    )
    return Section(words["changes_claims"], tuple(lines))


def _claim_note(claim: ClaimShift, words: Words) -> str:
    parts = []
    if claim.before != claim.after:
        levels = (words[f"level_{one or 'none'}"] for one in (claim.before, claim.after))
        parts.append(" → ".join(levels))
    parts += [f"+ {name}" for name in claim.gained] + [f"− {name}" for name in claim.lost]
    return "; ".join(parts)


def _records(one: Comparison, words: Words, language: str) -> Iterator[Section]:
    """What came, changed and went, kind by kind; what was told of gaps and claims is not again."""
    told = {("gap", gap.id) for gap in one.gaps} | {("claim", claim.id) for claim in one.claims}
    happened: tuple[tuple[str, Sequence[Entry]], ...] = (
        ("changes_added", one.added),
        ("changes_changed", one.changed),
        ("changes_removed", one.removed),
        ("changes_renamed", one.renamed),
    )
    for kind in get_args(Kind):
        for word, entries in happened:
            lines = tuple(
                Line(kind, entry.id, _in(entry.text, language), _note(entry))
                for entry in entries
                if entry.kind == kind and not ((kind, entry.id) in told and _is_told(entry))
            )
            yield Section(words[word].format(what=words[f"changed_{kind}"]), lines)


def _note(entry: Entry) -> str:
    if isinstance(entry, Rename):
        return f"{entry.old} → {entry.id}"
    return ", ".join(entry.fields) if isinstance(entry, Change) else ""


def _is_told(entry: Entry) -> bool:
    """Whether the move of a gap, or the shift of a claim, tells all there is to say."""
    moves = ("status", "addressed_by", "rests_on", "confidence")
    if isinstance(entry, Change):
        return all(field.startswith(moves) for field in entry.fields)
    return not isinstance(entry, Rename)


def as_text(one: Comparison, words: Words, language: str) -> str:
    """The changes for a terminal: a heading with its number of lines, then one line for each."""
    parts = []
    for section in sections(one, words, language):
        parts.append(f"{section.title} ({len(section.lines)})")
        parts += [f"  {_on_a_line(line)}" for line in section.lines]
    return "\n".join([*(parts or [words["changes_none"]]), _crossed(one, words, clean), ""])


def _crossed(one: Comparison, words: Words, written: Callable[[str], str]) -> str:
    pairs = (written(f"{pair.row} × {pair.column}") for pair in one.crossed[:MOST_PAIRS])
    return words["changes_crossed"].format(pairs=", ".join(pairs) or "–")


def _on_a_line(line: Line) -> str:
    parts = (clean(part) for part in (line.id, line.text, line.note))
    return " | ".join(part for part in parts if part)


def as_markdown(one: Comparison, words: Words, language: str, most: int = MOST) -> str:
    """The changes as a Markdown list that nothing in the records can break out of.

    No HTML, link, mention, reference to an issue or emphasis of theirs is read as such. The text
    has at most ``most`` bytes; lines for which there is no room are counted instead.
    """
    told = sections(one, words, language)
    if not told:
        return f"{words['changes_none']}\n"
    summary = " · ".join(f"{section.title} **{len(section.lines)}**" for section in told)
    tail = f"{_crossed(one, words, markup)}\n"
    return f"{summary}\n{_lists(told, words, most - _bytes(summary) - _bytes(tail) - 400)}\n{tail}"


MARK = "<!-- kb comment -->"
"""The first line of a comment, by which it is found again."""


def as_comment(one: Comparison, words: Words, language: str, preview: str | None = None) -> str:
    """The changes as a comment on a pull request; ``preview`` is the address of the built site."""
    head = f"{MARK}\n## {words['changes_of_pull_request']}\n"
    tail = f"\n[{words['changes_preview']}](<{preview}>)\n" if preview else ""
    return f"{head}\n{as_markdown(one, words, language)}{tail}"


def counts(of: Mapping[str, int], words: Words) -> list[str]:
    """How many records of each kind there are, in words."""
    return [
        words[f"count_{ONE_OF[name] if number == 1 else name}"].format(n=number)
        for name, number in of.items()
        if name in ONE_OF
    ]


ONE_OF = {
    "studies": "study",
    "findings": "finding",
    "claims": "claim",
    "gaps": "gap",
    "references": "reference",
}
"""What releases count, and a single one of each."""


def _lists(told: Sequence[Section], words: Words, room: int) -> str:
    parts, left_out = [], 0
    for section in told:
        head, shown = f"\n### {section.title}\n\n", 0
        for line in section.lines:
            text = ("" if shown else head) + _item(line)
            if left_out or _bytes(text) > room:
                left_out += 1
                continue
            room, shown = room - _bytes(text), shown + 1
            parts.append(text)
    if left_out:
        parts.append(f"\n{words['changes_cut'].format(n=left_out)}\n")
    return "".join(parts)


def _item(line: Line) -> str:
    parts = (code(line.id), markup(line.text), markup(line.note))
    return f"- {' – '.join(part for part in parts if part)}\n"


def _bytes(text: str) -> int:
    return len(text.encode())


def clean(text: str) -> str:
    """The text on one line, clipped, without characters that cannot be seen."""
    kept = (
        " " if unicodedata.category(one)[0] in "ZC" else one for one in text[: 4 * LONGEST]
    )  # controls, marks of direction, zero-width characters
    line = " ".join("".join(kept).split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+.!|~&$:=^-])")
_LINKED = re.compile(r"(?<=[@#])|(?<=:)(?=//)|(?<=www)(?=\.)|(?<=gh)(?=-)", re.IGNORECASE)
_HIDDEN = "\u200b"


def markup(text: str) -> str:
    """The text in Markdown, read as nothing but text.

    GitHub looks for mentions, issues and addresses after Markdown and entities are resolved, so
    an invisible space parts what they are made of.
    """
    apart = _LINKED.sub(_HIDDEN, clean(text))
    escaped = _MARKUP.sub(r"\\\1", apart)
    return escaped.replace(r"\&", "&amp;").replace(r"\<", "&lt;").replace(r"\>", "&gt;")


def code(text: str) -> str:
    """The text as Markdown code, where nothing is read as markup."""
    line = clean(text).replace("`", "'")
    return f"`{line}`" if line else ""
