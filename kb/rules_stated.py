"""The rules for claims, gaps, candidates and second codings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from kb.agreement import compared, disagreements
from kb.checks import coders, directions, known_key, repeated, role_term, tags
from kb.corpus import Corpus
from kb.model import Complaint, Keys, nearest, suggestion
from kb.records import finding_id
from kb.second import FindingCodes, SecondCoding
from kb.stated import studies_under
from kb.synthesis import Candidate, Claim, ClaimSource, Gap, GapSource


def stated(corpus: Corpus, unread: Collection[str] = ()) -> Iterator[Complaint]:
    """Everything that is wrong with the claims, gaps and candidates of a corpus.

    What names a study ``unread``, whose file has problems of its own, is not complained about.
    """
    findings = {
        finding_id(study, finding)
        for study in corpus.studies.values()
        for finding in study.findings
    }
    for claim in corpus.claims.values():
        yield from _tags_and_sources(corpus, claim)
        yield from _support(claim, findings, unread)
        yield from _confidence(corpus, claim)
    for gap in corpus.gaps.values():
        yield from _tags_and_sources(corpus, gap)
        yield from role_term(corpus, "gap-kind", gap.kind, gap.path, ("kind",))
        yield from role_term(corpus, "gap-reason", gap.reason, gap.path, ("reason",))
        yield from _answers(corpus, gap, unread)
        yield from _status(gap)
    yield from _candidates(corpus)
    for record in corpus.second_codings.values():
        yield from _second(corpus, record, unread)


def _tags_and_sources(corpus: Corpus, record: Claim | Gap) -> Iterator[Complaint]:
    yield from tags(corpus, record.tags, record.path, ("tags",))
    sources: Iterable[GapSource | ClaimSource] = record.stated_by
    for position, one in enumerate(sources):
        keys = ("stated_by", position, "source")
        yield from known_key(corpus, one.source, record.path, keys)
    if isinstance(record, Gap) and record.priority:
        yield from known_key(corpus, record.priority.source, record.path, ("priority", "source"))


def _support(
    claim: Claim, findings: Collection[str], unread: Collection[str]
) -> Iterator[Complaint]:
    for position, support in enumerate(claim.rests_on):
        known = support.finding in findings or support.finding.partition("#")[0] in unread
        if not known:
            keys = ("rests_on", position, "finding")
            hint = suggestion(support.finding, findings)
            yield Complaint("KB090", claim.path, keys, f"no finding {support.finding}", hint)
    named = [support.finding for support in claim.rests_on]
    yield from repeated(claim.path, named, ("rests_on",))
    if claim.note is None and not any(one.stance == "supports" for one in claim.rests_on):
        against = ", and some speak against it" if named else ""
        message = f"the claim rests on no finding{against}"
        hint = "name its findings in rests_on, or add note: and say in it that there are none"
        yield Complaint("KB091", claim.path, ("rests_on",), message, hint)


def _confidence(corpus: Corpus, claim: Claim) -> Iterator[Complaint]:
    if claim.confidence is None:
        return
    keys = ("confidence", "by")
    yield from coders(corpus, claim.confidence.by, claim.path, keys)
    if len(studies_under(claim)) < 2:
        message = "confidence is assessed, but fewer than two studies carry the claim"
        hint = "remove confidence, or name findings of other studies in rests_on"
        yield Complaint("KB092", claim.path, ("confidence",), message, hint)


def _answers(corpus: Corpus, gap: Gap, unread: Collection[str]) -> Iterator[Complaint]:
    for position, answer in enumerate(gap.addressed_by):
        if answer.study not in corpus.studies and answer.study not in unread:
            keys = ("addressed_by", position, "study")
            hint = suggestion(answer.study, corpus.studies)
            yield Complaint("KB093", gap.path, keys, f"no study {answer.study}", hint)
    yield from repeated(gap.path, [one.study for one in gap.addressed_by], ("addressed_by",))


def _status(gap: Gap) -> Iterator[Complaint]:
    fully = any(answer.extent == "fully" for answer in gap.addressed_by)
    if gap.status == "closed" and not fully:
        message = "the gap is closed, but no study answers it fully"
        hint = "name the study in addressed_by with extent: fully, or write status: narrowed"
        yield Complaint("KB094", gap.path, ("status",), message, hint)
    if gap.status == "narrowed" and not gap.addressed_by:
        message = "the gap is narrowed, but no study addresses it"
        hint = "name the study in addressed_by, or write status: open"
        yield Complaint("KB094", gap.path, ("status",), message, hint)
    if gap.status == "open" and fully:
        message = "a study answers the gap fully, but it is open"
        hint = "write status: closed, or extent: partly"
        yield Complaint("KB094", gap.path, ("status",), message, hint)


def _candidates(corpus: Corpus) -> Iterator[Complaint]:
    coded = {key: study.id for study in corpus.studies.values() for key in study.reports}
    waiting: dict[str, str] = {}
    for one in corpus.candidates.values():
        yield from _candidate(corpus, one)
        if one.report in coded:
            message = f"{one.report} is coded already, in the study {coded[one.report]}"
            yield Complaint("KB095", one.path, ("report",), message, f"delete {one.path}")
        if one.report in waiting:
            message = f"{one.report} is a candidate already: {waiting[one.report]}"
            yield Complaint("KB095", one.path, ("report",), message, "make them one candidate")
        waiting.setdefault(one.report, one.id)


def _candidate(corpus: Corpus, one: Candidate) -> Iterator[Complaint]:
    yield from tags(corpus, one.tags, one.path, ("tags",))
    yield from known_key(corpus, one.report, one.path, ("report",))
    if one.coding:
        yield from known_key(corpus, one.coding.source, one.path, ("coding", "source"))
        yield from coders(corpus, one.coding.coders, one.path, ("coding", "coders"))


def _second(corpus: Corpus, record: SecondCoding, unread: Collection[str]) -> Iterator[Complaint]:
    if record.id not in corpus.studies and record.id not in unread:
        near = nearest(record.id, corpus.studies)
        hint = f"rename the file to {near or 'the id of its study'}{'.yml' if near else ''}"
        yield Complaint("KB096", record.path, (), f"no study {record.id}", hint)
    names = [codes.coder for codes in record.codings]
    yield from repeated(record.path, names, ("codings",))
    for position, codes in enumerate(record.codings):
        keys = ("codings", position)
        yield from coders(corpus, (codes.coder,), record.path, (*keys, "coder"))
        for role in ("kind", "directness"):
            if term := getattr(codes, role):
                yield from role_term(corpus, role, term, record.path, (*keys, role))
        yield from tags(corpus, codes.tags, record.path, (*keys, "tags"))
        place = (*keys, "directions")
        yield from directions(corpus, codes.directions, record.path, place)
        yield from repeated(record.path, codes.directions, place)
        for number, one in enumerate(codes.findings):
            yield from _codes(corpus, record, one, (*keys, "findings", number))
        yield from repeated(record.path, [one.finding for one in codes.findings], keys)
    if len(record.codings) == 2:  # of a draft there can be fewer, or more
        yield from _both(record)
        yield from _settled(corpus, record)


def _codes(
    corpus: Corpus, record: SecondCoding, one: FindingCodes, keys: Keys
) -> Iterator[Complaint]:
    study = corpus.studies.get(record.id)
    known = [finding.id for finding in study.findings] if study else [one.finding]
    if one.finding not in known:
        message, place = f"{record.id} has no finding {one.finding}", (*keys, "finding")
        yield Complaint("KB096", record.path, place, message, suggestion(one.finding, known))
    yield from tags(corpus, one.tags, record.path, (*keys, "tags"), "finding")
    if one.direction:
        yield from directions(corpus, (one.direction,), record.path, (*keys, "direction"))


def _both(record: SecondCoding) -> Iterator[Complaint]:
    """A complaint for each finding that only one of the two coded: nothing can be compared."""
    own = [[one.finding for one in codes.findings] for codes in record.codings]
    for position, (findings, others) in enumerate(zip(own, reversed(own), strict=True)):
        for number, finding in enumerate(findings):
            if finding not in others:
                keys = ("codings", position, "findings", number, "finding")
                hint = "add it to the other coding, or take it out of this one"
                message = f"only one of the two coded {finding}"
                yield Complaint("KB096", record.path, keys, message, hint)


def _settled(corpus: Corpus, record: SecondCoding) -> Iterator[Complaint]:
    names, differ = compared(corpus), disagreements(corpus, record)
    settled = [one.facet for one in record.settled]
    yield from repeated(record.path, settled, ("settled",))
    for position, name in enumerate(settled):
        keys = ("settled", position, "facet")
        if name not in names:
            hint = suggestion(name, names, corpus.codebook.called)
            yield Complaint("KB031", record.path, keys, f"no facet {name}", hint)
        elif name not in differ:
            message = f"the two coders agree on {name}"
            yield Complaint("KB097", record.path, keys, message, "remove the decision")
    for name in differ:
        if name not in settled:
            message, hint = f"the two coders differ on {name}", "say in settled what was decided"
            yield Complaint("KB097", record.path, ("codings",), message, hint)
