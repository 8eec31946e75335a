"""The evidence on one term: its studies, each with those of its findings that belong there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kb.corpus import Corpus
from kb.facts import Fact, study_terms
from kb.records import Study


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One study in an evidence table, with those of its findings that belong there."""

    study: Study
    year: int | None
    facts: tuple[Fact, ...]


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
    return EvidenceRow(study, corpus.year(study), tuple(facts))


def terms_of(corpus: Corpus, row: EvidenceRow) -> Mapping[str, tuple[str, ...]]:
    """What the study of a row and its findings there are coded with, by facet: found when a row is
    shown, since a study stands in the tables of many terms."""
    terms = {facet: list(own) for facet, own in study_terms(corpus, row.study).items()}
    for fact in row.facts:
        for facet, own in fact.finding.tags.items():
            known = terms.setdefault(facet, [])
            known += [one for one in own if one not in known]
    return {facet: tuple(own) for facet, own in terms.items()}
