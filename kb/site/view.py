"""What templates see: the knowledge base in one language, with labels, links and numbers."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import get_args

from babel import localedata
from babel.numbers import format_decimal
from markupsafe import Markup

from kb import addresses
from kb.agreement import Agreement, agreement
from kb.base import KnowledgeBase
from kb.codebook import Facet, Role, Term
from kb.facts import Fact, by_term, studies_by_term
from kb.formats.registry import Download
from kb.graph import on_one_team
from kb.matrix import Cell, Matrix, State
from kb.records import Direction, Study
from kb.references import FIELDS, HIDDEN_FIELDS, Reference
from kb.site.examples import python_example, shell_example
from kb.site.text import plain
from kb.stated import tagged
from kb.synthesis import Claim, Gap, Level, Status

SIGNS = {
    State.NOT_APPLICABLE: "–",
    State.NOT_SEARCHED: "?",
    State.EMPTY: "○",
    State.INDIRECT: "◌",
    State.CONTESTED: "⇄",
    State.THIN: "◔",
    State.COVERED: "●",
}
"""One sign for each state, so that colour is never the only difference."""


@lru_cache(maxsize=4096)
def _number(value: float, locale: str, decimals: int | None) -> str:
    pattern = None if decimals is None else f"#,##0.{'0' * decimals}"
    return str(format_decimal(value, pattern, locale))


class View:
    """A knowledge base seen in one language, from one page."""

    def __init__(
        self, base: KnowledgeBase, language: str, downloads: Sequence[Download] = ()
    ) -> None:
        self.base, self.downloads, self.language = base, downloads, language
        self.corpus, self.codebook, self.settings = base.corpus, base.codebook, base.settings
        self.words, self.here = base.corpus.words(language), ""
        self.locale = language if localedata.exists(language) else "en"

    def t(self, key: str, **values: object) -> str:
        """A word or sentence of the interface, with values filled in."""
        return self.words[key].format(**values) if values else self.words[key]

    def text(self, text: Mapping[str, str] | None) -> str:
        """A record's text in this language."""
        return text.get(self.language, "") if text else ""

    def counted(self, noun: str, number: int) -> str:
        """A number with its noun, for example "3 studies"."""
        plural = {"study": "studies"}.get(noun, f"{noun}s")
        return self.t(f"count_{noun if number == 1 else plural}", n=self.number(number))

    def number(self, value: float, decimals: int | None = None) -> str:
        """A number as it is written in this language, with so many decimals if that is said."""
        return _number(value, self.locale, decimals)

    def findings_at(self, facet: str, term: str) -> list[Fact]:
        """The findings coded with a term or a narrower one."""
        return self._facts_at.get((facet, term), [])

    def studies_at(self, facet: str, term: str) -> int:
        """How many studies have such a finding, or are coded so and have none."""
        return self._studies_at.get((facet, term), 0)

    @cached_property
    def _facts_at(self) -> Mapping[tuple[str, str], list[Fact]]:
        return by_term(self.corpus, self.base.facts)

    @cached_property
    def _studies_at(self) -> Mapping[tuple[str, str], int]:
        return studies_by_term(self.corpus, self._facts_at)

    def measured(self, value: float, unit: str) -> str:
        """A figure with its unit."""
        facet = self.codebook.with_role("unit")
        return f"{self.number(value)} {self.label(facet.id, unit) if facet else unit}"

    def url(self, address: str) -> Markup:
        """A link from the page being made to another address of this language."""
        return Markup(addresses.relative(self.here, address))

    def link(self, address: str, label: str) -> Markup:
        """An anchor to another address of this language."""
        href = html.escape(addresses.relative(self.here, address))
        return Markup(f'<a href="{href}">{plain(label)}</a>')

    def facet(self, name: str) -> Facet:
        """A facet of the codebook."""
        return self.codebook[name]

    def label(self, facet: str, term: str) -> str:
        """A term's label."""
        return self.text(self.codebook[facet].by_id[term].label)

    def short_label(self, term: Term) -> str:
        """A term's label where there is little room."""
        return self.text(term.short_label or term.label)

    def term_link(self, facet: str, term: str) -> Markup:
        """A link to a term's page."""
        return self.link(addresses.of_term(self.codebook[facet], term), self.label(facet, term))

    def term_links(self, facet: str, terms: Iterable[str]) -> Markup:
        """Links to several terms, separated by commas."""
        return Markup(", ".join(self.term_link(facet, term) for term in terms))

    def study_link(self, study: str) -> Markup:
        """A link to a study, by its main report's authors and year."""
        return self.link(addresses.of_study(study), self.cited(self.corpus.studies[study]))

    def cited(self, study: Study) -> str:
        """A study as it is cited: its main report's authors and year."""
        reports = self.corpus.reports(study)
        return reports[0].short if reports else study.id

    def source_link(self, key: str) -> Markup:
        """A link to a reference, by authors and year."""
        return self.link(addresses.of_reference(key), self.corpus.references[key].short)

    def reference_fields(self, reference: Reference) -> list[tuple[str, str]]:
        """The fields of a reference that tell of the work, in the usual order."""
        known = [name for name in FIELDS if name in reference.fields]
        rest = sorted(set(reference.fields) - set(FIELDS) - HIDDEN_FIELDS)
        return [(name, reference.fields[name]) for name in (*known, *rest)]

    @cached_property
    def shell_example(self) -> str:
        """Queries for a shell that work on this knowledge base."""
        return shell_example(self.base)

    @cached_property
    def python_example(self) -> str:
        """The same in Python."""
        return python_example(self.base)

    def direction(self, finding_direction: str) -> Direction:
        """The direction of that id."""
        return self.settings.by_direction[finding_direction]

    def sign(self, state: State) -> str:
        """The sign of a cell state."""
        return SIGNS[state]

    def state_meaning(self, state: State) -> str:
        """What a cell state means, with this knowledge base's threshold."""
        return self.t(f"meaning_{state.value}", n=self.settings.matrix.thin_below)

    def flag_label(self, flag: str) -> str:
        """A flag in words."""
        return self._flag("flag", flag)

    def flag_meaning(self, flag: str) -> str:
        """What a flag means."""
        return self._flag("meaning", flag)

    def _flag(self, prefix: str, flag: str) -> str:
        if f"{prefix}_{flag}" in self.words:
            return self.t(f"{prefix}_{flag}", n=self.settings.matrix.dated_after)
        facet = self.codebook[flag.removeprefix("one-")]
        return self.t(f"{prefix}_one", facet=self.text(facet.label).lower())

    @cached_property
    def flags(self) -> tuple[str, ...]:
        """All flags that cells of this knowledge base can have."""
        narrow = tuple(f"one-{facet}" for facet in self.settings.matrix.narrow)
        return (*narrow, "one-team", "secondary-coding", "dated")

    def shown_flags(self, cell: Cell) -> tuple[str, ...]:
        """The flags worth telling: of a single study it goes without saying that it is one."""
        alone = len(cell.studies) == 1
        return tuple(f for f in cell.flags if not (alone and f.startswith("one-")))

    @cached_property
    def direct_terms(self) -> str:
        """The labels of the directness that counts as direct evidence."""
        facet = self.codebook.with_role("directness")
        direct = self.settings.matrix.direct
        return ", ".join(self.label(facet.id, term) for term in direct) if facet else ""

    def matrix(self, column: str) -> Matrix:
        """The default row facet crossed with another."""
        return self.base.matrix(self.settings.matrix.row, column)

    @cached_property
    def years(self) -> list[int]:
        """The years in which studies with findings were first reported."""
        studies = (study for study in self.corpus.studies.values() if study.findings)
        return sorted({year for study in studies if (year := self.corpus.year(study))})

    @cached_property
    def columns(self) -> tuple[Facet, ...]:
        """The facets that the default row facet is crossed with."""
        return addresses.matrix_columns(self.corpus)

    def by_direction(self, facts: Iterable[Fact]) -> list[tuple[Direction, int]]:
        """How many findings have each direction, in the order of the settings."""
        counts = Counter(fact.finding.direction for fact in facts)
        return [(one, counts[one.id]) for one in self.settings.directions]

    def claims_at(self, facet: str, term: str) -> list[Claim]:
        """The claims that are about a term."""
        return tagged(self.corpus, self.corpus.claims.values(), {facet: (term,)})

    def gaps_at(self, facet: str, term: str) -> list[Gap]:
        """The stated gaps that are about a term."""
        return tagged(self.corpus, self.corpus.gaps.values(), {facet: (term,)})

    def gaps_of(self, ids: Iterable[str]) -> list[Gap]:
        """The gaps of some ids."""
        return [self.corpus.gaps[name] for name in ids]

    def untagged(self, records: Iterable[Claim | Gap], facet: str) -> list[Claim | Gap]:
        """The claims or gaps that name no term of a facet."""
        return [record for record in records if not record.tags.get(facet)]

    @cached_property
    def gap_counts(self) -> dict[str, int]:
        """How many gaps have each status."""
        statuses = Counter(gap.status for gap in self.corpus.gaps.values())
        return {status: statuses[status] for status in get_args(Status)}

    def role_label(self, role: Role, term: str) -> str:
        """The label of a term of the facet with a role."""
        facet = self.codebook.with_role(role)
        return self.label(facet.id, term) if facet and term in facet.by_id else term

    def findings_for(self, claim: Claim, stance: str) -> list[Fact]:
        """The findings that a claim rests on, or those that speak against it."""
        named = [support.finding for support in claim.rests_on if support.stance == stance]
        return [self.facts_by_id[name] for name in named]

    @cached_property
    def facts_by_id(self) -> dict[str, Fact]:
        """All findings by their addresses."""
        return {fact.id: fact for fact in self.base.facts}

    @cached_property
    def one_team(self) -> frozenset[str]:
        """The claims that rest on the findings of a single team."""
        return frozenset(on_one_team(self.base.graph))

    @cached_property
    def agreement(self) -> list[Agreement]:
        """How far two independent coders agree, facet by facet."""
        return agreement(self.corpus)

    def facet_label(self, facet: str) -> str:
        """The label of a facet, or of what is compared beside the codebook."""
        if facet in self.codebook:
            return self.text(self.codebook[facet].label)
        return self.t(facet)

    def people(self, ids: Iterable[str]) -> str:
        """The names of those who sign a record."""
        names = [self.text(one.name) for one in self.settings.coders if one.id in ids]
        return ", ".join(names)

    def bars(self, level: str) -> str:
        """A level of confidence as filled and empty circles."""
        levels = get_args(Level)
        filled = len(levels) - levels.index(level)
        return "●" * filled + "○" * (len(levels) - filled)

    def unknown(self, term: str) -> list[tuple[Facet, list[Cell]]]:
        """For a term of the default row facet: the cells without direct evidence, by facet."""
        found = []
        for facet in self.columns:
            cells = [c for c in self.matrix(facet.id).cells if c.row == term]
            lacking = {State.EMPTY, State.NOT_SEARCHED, State.INDIRECT}
            found.append((facet, [cell for cell in cells if cell.state in lacking]))
        return found

    def depth(self, facet: Facet, term: Term) -> int:
        """How far below the top of its facet a term stands."""
        return len(facet.lineage[term.id]) - 1
