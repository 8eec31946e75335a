"""The records as statements: studies with their findings, claims, gaps and candidates."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from kb.corpus import Corpus
from kb.facts import Fact, study_terms
from kb.formats.rdf_names import Addresses, Said, about, day, line, part, texts, value, year
from kb.formats.triples import Iri, Literal, Statement
from kb.records import Coding, Measure, Study
from kb.synthesis import Claim, ClaimSource, Component, Confidence, Gap, GapSource


def studies(corpus: Corpus, facts: Iterable[Fact]) -> Iterator[Statement]:
    """The studies, each followed by its findings and their figures."""
    at = Addresses(corpus)
    own: dict[str, list[Fact]] = {study: [] for study in corpus.studies}
    for fact in facts:
        own[fact.study.id].append(fact)
    for one in corpus.studies.values():
        yield from about(at.study(one.id), "kb:Study", _study(at, corpus, one, own[one.id]))
        for fact in own[one.id]:
            yield from _finding(at, fact)


def _study(at: Addresses, corpus: Corpus, one: Study, facts: Sequence[Fact]) -> Said:
    yield "dct:identifier", Literal(one.id)
    yield from texts("schema:name", one.title)
    yield from year("schema:datePublished", corpus.year(one))
    yield from (("kb:reportedIn", at.reference(key)) for key in one.reports)
    yield "kb:mainReport", at.reference(one.reports[0])
    yield from at.of_role("kb:kind", "kind", one.kind)
    yield from at.of_role("kb:directness", "directness", one.directness)
    yield from at.terms("kb:about", study_terms(corpus, one))
    yield from _coding(at, one.coding)
    if one.setting:
        yield from line("kb:organisation", one.setting.organisation)
        yield from line("kb:place", one.setting.place)
    if one.sample:
        yield from value("kb:sampleSize", one.sample.n)
        yield from value("kb:population", one.sample.population)
        yield from value("kb:responseRate", one.sample.response_rate)
        yield from texts("kb:sampleUnit", one.sample.unit)
    if one.period:
        yield from year("kb:periodStart", one.period.start)
        yield from year("kb:periodEnd", one.period.end)
    for caveat in one.caveats:
        yield from texts("kb:caveat", caveat.text)
    yield from texts("kb:noFindings", one.no_findings)
    yield from (("kb:hasFinding", at.finding(fact.id)) for fact in facts)


def _coding(at: Addresses, one: Coding) -> Said:
    yield "kb:basis", Literal(one.basis)
    yield "kb:codedFrom", at.reference(one.source)
    yield "kb:locator", Literal(one.locator)
    yield from (("kb:codedBy", at.person(coder)) for coder in one.coders)
    yield from day("kb:codedOn", one.date)


def _finding(at: Addresses, fact: Fact) -> Iterator[Statement]:
    finding, one = at.finding(fact.id), fact.finding
    measures = [part(finding, "measure", number) for number in range(1, len(one.measures) + 1)]
    yield from about(
        finding,
        "kb:Finding",
        line("dct:identifier", fact.id),
        [("kb:findingOf", at.study(fact.study.id)), ("kb:direction", at.direction(one.direction))],
        texts("kb:statement", one.statement),
        at.terms("kb:about", fact.tags),
        line("kb:locator", one.locator),
        (("kb:hasMeasure", measure) for measure in measures),
    )
    for address, measure in zip(measures, one.measures, strict=True):
        yield from about(address, "kb:Measure", _measure(at, measure))


def _measure(at: Addresses, one: Measure) -> Said:
    yield from texts("rdfs:label", one.label)
    yield from value("kb:value", one.value)
    yield from at.of_role("kb:unit", "unit", one.unit)
    yield from value("kb:sampleSize", one.n)
    if one.comparison:
        yield from texts("kb:comparedWith", one.comparison.label)
        yield from value("kb:comparisonValue", one.comparison.value)


def claims(corpus: Corpus, on_one_team: Collection[str]) -> Iterator[Statement]:
    """The claims with the places where they are made, whether they rest on a single team, and how
    confident one can be."""
    at = Addresses(corpus)
    for one in corpus.claims.values():
        claim = at.claim(one.id)
        places = _places(claim, one.stated_by)
        assessed = [("kb:assessment", part(claim, "assessment", 1))] if one.confidence else []
        yield from about(
            claim,
            "kb:Claim",
            _claim(at, one),
            value("kb:oneTeam", one.id in on_one_team),
            (("kb:statedIn", each) for each in places),
            assessed,
        )
        yield from _passages(at, places, one.stated_by)
        if one.confidence:
            said = _assessment(at, one.confidence)
            yield from about(part(claim, "assessment", 1), "kb:Assessment", said)


def _claim(at: Addresses, one: Claim) -> Said:
    yield "dct:identifier", Literal(one.id)
    yield from texts("kb:statement", one.statement)
    yield "kb:claimType", Literal(one.type)
    yield from at.terms("kb:about", one.tags)
    for support in one.rests_on:
        stance = "kb:restsOn" if support.stance == "supports" else "kb:challengedBy"
        yield stance, at.finding(support.finding)
    yield from texts("kb:note", one.note)


def _assessment(at: Addresses, one: Confidence) -> Said:
    yield "kb:confidence", Literal(one.level)
    for name, component in one:
        if isinstance(component, Component):
            head, *rest = name.split("_")
            camel = head + "".join(word.capitalize() for word in rest)
            yield f"kb:{camel}", Literal(component.concern)
            yield from texts(f"kb:{camel}Reason", component.reason)
    yield from (("kb:codedBy", at.person(coder)) for coder in one.by)
    yield from day("kb:codedOn", one.date)


def gaps(corpus: Corpus) -> Iterator[Statement]:
    """The gaps with the places where they are stated, and the studies that address them."""
    at = Addresses(corpus)
    for one in corpus.gaps.values():
        gap = at.gap(one.id)
        places = _places(gap, one.stated_by)
        answers = [part(gap, "answer", number) for number in range(1, len(one.addressed_by) + 1)]
        urgent = part(gap, "urgency", 1)
        yield from about(
            gap,
            "kb:Gap",
            _gap(at, one),
            (("kb:statedIn", each) for each in places),
            (("kb:answer", each) for each in answers),
            [("kb:calledUrgentIn", urgent)] if one.priority else [],
        )
        yield from _passages(at, places, one.stated_by)
        for address, answer in zip(answers, one.addressed_by, strict=True):
            said: list[Any] = [("kb:study", at.study(answer.study))]
            said += [*line("kb:extent", answer.extent), *texts("kb:statement", answer.how)]
            yield from about(address, "kb:Answer", said)
        if one.priority:
            place = [("kb:source", at.reference(one.priority.source))]
            words = texts("kb:statement", one.priority.statement)
            where = line("kb:locator", one.priority.locator)
            yield from about(urgent, "kb:Passage", place, where, words)


def _gap(at: Addresses, one: Gap) -> Said:
    yield "dct:identifier", Literal(one.id)
    yield from texts("kb:statement", one.statement)
    yield from at.of_role("kb:gapKind", "gap-kind", one.kind)
    yield from at.of_role("kb:gapReason", "gap-reason", one.reason)
    yield "kb:needs", Literal(one.needs)
    yield "kb:status", Literal(one.status)
    yield from texts("kb:closesWith", one.closes_with)
    yield from at.terms("kb:about", one.tags)
    yield from (("kb:addressedBy", at.study(answer.study)) for answer in one.addressed_by)


def candidates(corpus: Corpus) -> Iterator[Statement]:
    """The works that wait to be coded."""
    at = Addresses(corpus)
    for one in corpus.candidates.values():
        yield from about(
            at.candidate(one.id),
            "kb:Candidate",
            line("dct:identifier", one.id),
            line("schema:name", one.title),
            [("kb:reportedIn", at.reference(one.report))],
            texts("kb:known", one.known),
            texts("kb:missing", one.missing),
            texts("kb:toCheck", one.check),
            at.terms("kb:about", one.tags),
        )


Sources = Sequence[ClaimSource] | Sequence[GapSource]


def _places(whole: Iri, sources: Sources) -> list[Iri]:
    return [part(whole, "stated", number) for number in range(1, len(sources) + 1)]


def _passages(at: Addresses, places: Iterable[Iri], sources: Sources) -> Iterator[Statement]:
    each: Iterable[ClaimSource | GapSource] = sources
    for address, one in zip(places, each, strict=True):
        explicit = one.explicit if isinstance(one, GapSource) else None
        place = [("kb:source", at.reference(one.source))]
        where = line("kb:locator", one.locator)
        yield from about(address, "kb:Passage", place, where, value("kb:explicit", explicit))
