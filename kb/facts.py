"""The fact table: one row for each finding with its effective terms, and how rows are selected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from kb.collector import collector_paused
from kb.corpus import Corpus
from kb.frozen import FrozenDict
from kb.model import suggestion
from kb.records import Finding, Study, finding_id

Where = Mapping[str, tuple[str, ...]]
"""A selection: facet to terms; every facet must fit, by any one of its terms."""

Wanted = Mapping[str, frozenset[str]]
"""A selection with all narrower terms."""

EXTRA = ("direction", "basis")
"""What studies and findings can be selected by beside the codebook's facets: fields with fixed
values."""

TAGGED = ("claims", "gaps", "candidates")
"""The kinds of records that can be selected by nothing but their tags."""


class UnknownName(ValueError):
    """Raised when a selection names a facet or a term that does not exist; the text is a hint."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One finding of one study with its effective terms, its study's kind and directness
    among them."""

    study: Study
    finding: Finding
    tags: Mapping[str, tuple[str, ...]]

    @property
    def id(self) -> str:
        """The finding's address."""
        return finding_id(self.study, self.finding)


@collector_paused()
def facts(corpus: Corpus) -> tuple[Fact, ...]:
    """One fact for each finding of the corpus, studies in the order of their ids."""
    return tuple(fact for study in corpus.studies.values() for fact in facts_of(corpus, study))


def facts_of(corpus: Corpus, study: Study) -> Iterator[Fact]:
    """One fact for each finding of a study."""
    own = FrozenDict(study_terms(corpus, study))
    for finding in study.findings:
        yield Fact(study, finding, FrozenDict({**own, **finding.tags}) if finding.tags else own)


def study_terms(corpus: Corpus, study: Study) -> dict[str, tuple[str, ...]]:
    """What a study itself is coded with: its tags, its kind and its directness, by facet."""
    terms = dict(study.tags)
    for role, term in (("kind", study.kind), ("directness", study.directness)):
        facet = corpus.codebook.with_role(role)  # type: ignore[arg-type]
        if facet is not None:
            terms[facet.id] = (term,)
    return terms


def parse_where(corpus: Corpus, conditions: Iterable[str], kind: str = "findings") -> Where:
    """The selection of one kind of record that ``FACET=TERM[,TERM]`` texts ask for.

    Raises :class:`UnknownName`; see :func:`check_where`.
    """
    where: dict[str, tuple[str, ...]] = {}
    for condition in conditions:
        facet, equals, terms = condition.partition("=")
        if not equals:
            raise UnknownName(f"{condition}: write FACET=TERM, for example {_example(corpus)}")
        chosen = tuple(term.strip() for term in terms.split(","))
        where[facet.strip()] = where.get(facet.strip(), ()) + chosen
    return check_where(corpus, where, kind)


def check_where(corpus: Corpus, where: Where, kind: str = "findings") -> Where:
    """The selection itself when all its names exist and apply to a kind of record.

    Else :class:`UnknownName` is raised, with the nearest valid name or with all that apply.
    """
    valid = selectable(corpus, kind)
    for facet, terms in where.items():
        if facet not in valid and (facet in corpus.codebook or facet in EXTRA):
            names = ", ".join(valid)
            raise UnknownName(f"{facet} does not apply to {kind}; use one of: {names}")
        if facet not in valid:
            hint = suggestion(facet, valid, corpus.codebook.called)
            raise UnknownName(f"no facet {facet}; {hint}")
        known = values(corpus, facet)
        for term in terms:
            if term not in known:
                hint = suggestion(term, known, _called(corpus, facet))
                raise UnknownName(f"no {facet} {term}; {hint}")
    return where


def selectable(corpus: Corpus, kind: str) -> list[str]:
    """What one kind of record can be selected by."""
    if kind in TAGGED:
        return [facet.id for facet in corpus.codebook.tag_facets]
    return [axis.id for axis in corpus.codebook.axes] + list(EXTRA)


def _example(corpus: Corpus) -> str:
    facet = corpus.codebook.axes[0]
    return f"{facet.id}={facet.terms[0].id}"


def values(corpus: Corpus, facet: str) -> list[str]:
    """What a facet, or one of the other names, can be selected by."""
    if facet == "direction":
        return list(corpus.settings.by_direction)
    if facet == "basis":
        return ["full-text", "abstract", "review"]
    return list(corpus.codebook[facet].by_id)


def _called(corpus: Corpus, facet: str) -> Mapping[str, str]:
    """What the values of a facet, or of one of the other names, are called."""
    if facet == "direction":
        return corpus.settings.directions_called
    return corpus.codebook[facet].called if facet in corpus.codebook else {}


def wanted(corpus: Corpus, where: Where) -> Wanted:
    """What a selection asks for: its terms and all narrower ones."""
    return {facet: frozenset(_with_narrower(corpus, facet, own)) for facet, own in where.items()}


def _with_narrower(corpus: Corpus, facet: str, terms: Collection[str]) -> Iterator[str]:
    yield from terms
    lineage = corpus.codebook[facet].lineage if facet in corpus.codebook else {}
    yield from (one for one, upper in lineage.items() if not set(terms).isdisjoint(upper))


def fits(fact: Fact, chosen: Wanted) -> bool:
    """Whether a finding has, for every facet, one of the terms that are wanted."""
    return all(not terms.isdisjoint(_coded(fact, facet)) for facet, terms in chosen.items())


def study_fits(corpus: Corpus, study: Study, chosen: Wanted) -> bool:
    """Whether one finding of the study, or the study itself when it has none, is wanted."""
    if not chosen:
        return True
    if not study.findings:
        coded = {**study_terms(corpus, study), "basis": (study.coding.basis,)}
        return all(not terms.isdisjoint(coded.get(f, ())) for f, terms in chosen.items())
    return any(fits(fact, chosen) for fact in facts_of(corpus, study))


def _coded(fact: Fact, facet: str) -> tuple[str, ...]:
    if facet == "direction":
        return (fact.finding.direction,)
    if facet == "basis":
        return (fact.study.coding.basis,)
    return fact.tags.get(facet, ())


def with_broader(corpus: Corpus, facet: str, terms: Iterable[str]) -> Iterator[str]:
    """The terms and all their broader ones, each once."""
    lineage = corpus.codebook[facet].lineage if facet in corpus.codebook else {}
    seen: set[str] = set()
    for term in terms:
        for upper in lineage.get(term, (term,)):
            if upper not in seen:
                seen.add(upper)
                yield upper


def by_term(corpus: Corpus, rows: Iterable[Fact]) -> Mapping[tuple[str, str], list[Fact]]:
    """The facts of each facet and term, those of narrower terms included."""
    found: dict[tuple[str, str], list[Fact]] = {}
    for fact in rows:
        for facet, terms in fact.tags.items():
            for term in with_broader(corpus, facet, terms):
                found.setdefault((facet, term), []).append(fact)
    return found


def studies_by_term(
    corpus: Corpus, rows: Mapping[tuple[str, str], Iterable[Fact]]
) -> Mapping[tuple[str, str], int]:
    """How many studies each term has: by its facts, or by their own codes if they have none."""
    places = {(place, fact.study.id) for place, facts in rows.items() for fact in facts}
    for study in corpus.studies.values():
        if not study.findings:
            for facet, terms in study_terms(corpus, study).items():
                places |= {((facet, t), study.id) for t in with_broader(corpus, facet, terms)}
    return Counter(place for place, _ in places)
