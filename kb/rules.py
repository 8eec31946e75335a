"""What records must fulfil beyond their form: checked against codebook, references and each other.

Each check yields complaints; which of them are errors, and why they matter, is in ``rulebook``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from kb import codebook as codebooks
from kb.codebook import Facet, Role, Target, unknown_terms
from kb.corpus import REFERENCES, SETTINGS, Corpus, locate, read, words
from kb.facts import EXTRA, study_terms
from kb.model import Complaint, Keys, nearest, suggestion
from kb.problems import Problem, ordered
from kb.records import Study

LISTED = "listed-in:"
"""A keyword of a reference that no record uses but a review lists: ``listed-in:<key>``."""


def load(root: Path) -> tuple[Corpus | None, tuple[Problem, ...]]:
    """The corpus in a folder and every problem of it, by place; the corpus is ``None`` when its
    settings or codebook cannot be used."""
    corpus, problems = read(root)
    if corpus is not None:
        broken = {p.path for p in problems} - {study.path for study in corpus.studies.values()}
        problems += locate(root, check(corpus))
        problems += _unused_references(corpus, words(root, broken - {REFERENCES}))
    return corpus, ordered(problems)


def check(corpus: Corpus) -> Iterator[Complaint]:
    """Everything that is wrong with a corpus that was read, except for its references' own form."""
    yield from codebooks.check(corpus.codebook)
    yield from _settings(corpus)
    yield from _repeated_settings(corpus)
    yield from _roles(corpus)
    yield from _names(corpus)
    yield from _sources_of_terms(corpus)
    owners: dict[str, str] = {}
    for study in corpus.studies.values():
        for per_study in PER_STUDY:
            yield from per_study(corpus, study)
        yield from _shared_reports(study, owners)


def _settings(corpus: Corpus) -> Iterator[Complaint]:
    matrix, axes = corpus.settings.matrix, [axis.id for axis in corpus.codebook.axes]
    named: list[tuple[Keys, str]] = [
        (("matrix", "row"), matrix.row),
        (("matrix", "column"), matrix.column),
        *((("matrix", "narrow", i), facet) for i, facet in enumerate(matrix.narrow)),
        *(
            (("evidence_columns", i), facet)
            for i, facet in enumerate(corpus.settings.evidence_columns)
        ),
    ]
    for keys, facet in named:
        if facet not in axes:
            message = f"findings are not coded with {facet}"
            yield Complaint("KB073", SETTINGS, keys, message, suggestion(facet, axes))
    if matrix.row == matrix.column:
        message, hint = "the row and the column are the same facet", "choose two facets"
        yield Complaint("KB073", SETTINGS, ("matrix", "column"), message, hint)
    directness = corpus.codebook.with_role("directness")
    for position, term in enumerate(matrix.direct if directness else ()):
        if directness and term not in directness.by_id:
            hint = suggestion(term, directness.by_id)
            keys = ("matrix", "direct", position)
            yield Complaint("KB073", SETTINGS, keys, f"no {directness.id} {term}", hint)


def _repeated_settings(corpus: Corpus) -> Iterator[Complaint]:
    settings, matrix = corpus.settings, corpus.settings.matrix
    yield from _repeated(SETTINGS, settings.languages, ("languages",))
    yield from _repeated(SETTINGS, [one.id for one in settings.directions], ("directions",))
    yield from _repeated(SETTINGS, [one.id for one in settings.coders], ("coders",))
    yield from _repeated(SETTINGS, settings.evidence_columns, ("evidence_columns",))
    yield from _repeated(SETTINGS, matrix.direct, ("matrix", "direct"))
    yield from _repeated(SETTINGS, matrix.narrow, ("matrix", "narrow"))


def _roles(corpus: Corpus) -> Iterator[Complaint]:
    findings = (finding for study in corpus.studies.values() for finding in study.findings)
    needed: list[Role] = ["kind", "directness"]
    if any(finding.measures for finding in findings):
        needed.append("unit")
    for role in needed:
        if corpus.codebook.with_role(role) is None:
            hint = f"add role: {role} to the facet that lists them"
            yield Complaint("KB073", SETTINGS, (), f"no facet has the role {role}", hint)


def _names(corpus: Corpus) -> Iterator[Complaint]:
    for facet in corpus.codebook:
        if facet.id in EXTRA:
            message = f"{facet.id} is a name that selections use already"
            yield Complaint("KB040", facet.path, ("id",), message, "give the facet another id")


def _sources_of_terms(corpus: Corpus) -> Iterator[Complaint]:
    for facet in corpus.codebook:
        for position, term in enumerate(facet.terms):
            keys: Keys = ("terms", position, "source")
            yield from _known_key(corpus, term.source, facet.path, keys)
        for position, attribute in enumerate(facet.attributes):
            keys = ("attributes", position, "source")
            yield from _known_key(corpus, attribute.source, facet.path, keys)


def _known_key(corpus: Corpus, key: str | None, path: str, keys: Keys) -> Iterator[Complaint]:
    if key is not None and key not in corpus.references:
        near = nearest(key, corpus.references)
        hint = f"did you mean {near}?" if near else "add it to references.bib"
        yield Complaint("KB050", path, keys, f"no reference {key}", hint)


def _reports(corpus: Corpus, study: Study) -> Iterator[Complaint]:
    yield from _repeated(study.path, study.reports, ("reports",))
    for position, key in enumerate(study.reports):
        yield from _known_key(corpus, key, study.path, ("reports", position))
    yield from _known_key(corpus, study.coding.source, study.path, ("coding", "source"))
    for position, supplement in enumerate(study.coding.supplements):
        keys = ("coding", "supplements", position, "source")
        yield from _known_key(corpus, supplement.source, study.path, keys)
    for position, caveat in enumerate(study.caveats):
        yield from _known_key(corpus, caveat.source, study.path, ("caveats", position, "source"))


def _shared_reports(study: Study, owners: dict[str, str]) -> Iterator[Complaint]:
    for position, key in enumerate(study.reports):
        if owners.get(key, study.id) != study.id:
            message = f"{key} is also a report of {owners[key]}"
            hint = "make them one study, or take the report out of one"
            yield Complaint("KB055", study.path, ("reports", position), message, hint)
        owners.setdefault(key, study.id)


def _coders(corpus: Corpus, study: Study) -> Iterator[Complaint]:
    known = [person.id for person in corpus.settings.coders]
    for position, coder in enumerate(study.coding.coders):
        if coder not in known:
            keys = ("coding", "coders", position)
            hint = suggestion(coder, known)
            yield Complaint("KB062", study.path, keys, f"no coder {coder}", hint)


def _supplements(corpus: Corpus, study: Study) -> Iterator[Complaint]:
    record = study.model_dump(exclude_none=True) if study.coding.supplements else {}
    for position, supplement in enumerate(study.coding.supplements):
        for index, name in enumerate(supplement.covers):
            if not _has(record, name.split(".")):
                keys = ("coding", "supplements", position, "covers", index)
                hint = "write the field as it stands in the record, for example tags.method"
                yield Complaint("KB064", study.path, keys, f"the record has no {name}", hint)


def _has(value: object, names: list[str]) -> bool:
    for name in names:
        if isinstance(value, (list, tuple)):
            value = dict(_named(value))
        if not isinstance(value, Mapping) or name not in value:
            return False
        value = value[name]
    return True


def _named(items: Iterable[object]) -> Iterator[tuple[str, object]]:
    for position, item in enumerate(items):
        yield str(item.get("id", position) if isinstance(item, Mapping) else item), item


def _terms(corpus: Corpus, study: Study) -> Iterator[Complaint]:
    yield from _role_term(corpus, "kind", study.kind, study.path, ("kind",))
    yield from _role_term(corpus, "directness", study.directness, study.path, ("directness",))
    yield from _tags(corpus, study.tags, study.path, ("tags",), "study")
    for position, finding in enumerate(study.findings):
        keys = ("findings", position)
        yield from _tags(corpus, finding.tags, study.path, (*keys, "tags"), "finding")
        for index, measure in enumerate(finding.measures):
            place = (*keys, "measures", index, "unit")
            yield from _role_term(corpus, "unit", measure.unit, study.path, place)


def _role_term(corpus: Corpus, role: Role, term: str, path: str, keys: Keys) -> Iterator[Complaint]:
    facet = corpus.codebook.with_role(role)
    if facet is None:
        return
    if term not in facet.by_id:
        hint = suggestion(term, facet.by_id)
        yield Complaint("KB030", path, keys, f"no {facet.id} {term}", hint)
    else:
        yield from _deprecated(facet, term, path, keys)


def _tags(
    corpus: Corpus, tags: Mapping[str, tuple[str, ...]], path: str, keys: Keys, target: Target
) -> Iterator[Complaint]:
    yield from unknown_terms(corpus.codebook, tags, path, keys)
    for name, terms in tags.items():
        if name not in corpus.codebook:
            continue
        facet, place = corpus.codebook[name], (*keys, name)
        if facet.role != "tag" or target not in facet.applies_to:
            hint = _where(facet)
            yield Complaint("KB033", path, place, f"{name} is not coded for a {target}", hint)
        if not facet.many and len(terms) > 1:
            yield Complaint("KB034", path, place, f"{name} takes one term", "keep one")
        for position, term in enumerate(terms):
            if term in facet.by_id:
                yield from _deprecated(facet, term, path, (*place, position))
            if term in terms[:position]:
                message = f"{term} stands twice"
                yield Complaint("KB036", path, (*place, position), message, "remove one")


def _where(facet: Facet) -> str:
    if facet.role != "tag":
        return f"write it as the field {facet.role}"
    return "code it for each " + " or each ".join(facet.applies_to)


def _deprecated(facet: Facet, term: str, path: str, keys: Keys) -> Iterator[Complaint]:
    if facet.by_id[term].deprecated:
        other = facet.by_id[term].replaced_by
        hint = f"use {other}" if other else "choose another term"
        yield Complaint("KB032", path, keys, f"{term} is deprecated", hint)


def _findings(corpus: Corpus, study: Study) -> Iterator[Complaint]:
    if not study.findings and study.no_findings is None:
        hint = "code its findings, or say in no_findings why it has none"
        yield Complaint("KB061", study.path, ("findings",), "the study has no findings", hint)
    if study.findings and study.no_findings is not None:
        message = "the study has findings"
        yield Complaint("KB061", study.path, ("no_findings",), message, "remove no_findings")
    directions = corpus.settings.by_direction
    ids: set[str] = set()
    for position, finding in enumerate(study.findings):
        keys = ("findings", position)
        if finding.id.casefold() in ids:
            message = f"the id {finding.id} stands twice in the study"
            yield Complaint("KB036", study.path, (*keys, "id"), message, "rename one")
        ids.add(finding.id.casefold())
        if finding.direction not in directions:
            hint = suggestion(finding.direction, directions)
            message = f"no direction {finding.direction}"
            yield Complaint("KB062", study.path, (*keys, "direction"), message, hint)
        yield from _required(corpus, study, position)


def _required(corpus: Corpus, study: Study, position: int) -> Iterator[Complaint]:
    tags = study.tags_of(study.findings[position])
    for facet in corpus.codebook.tag_facets:
        if facet.required and not tags.get(facet.id):
            hint = f"add it to the tags of the {' or the '.join(reversed(facet.applies_to))}"
            message = f"no {facet.id} is coded"
            yield Complaint("KB035", study.path, ("findings", position), message, hint)


def _impossible_cells(corpus: Corpus, study: Study) -> Iterator[Complaint]:
    rules = [(facet, rule) for facet in corpus.codebook.axes for rule in facet.exclusions]
    own = study_terms(corpus, study) if rules else {}
    for position, finding in enumerate(study.findings):
        tags = {**own, **finding.tags}
        for facet, rule in rules:
            reason = rule.reason.get(corpus.languages[0], "")
            for other, term in _hits(corpus, tags, facet, rule):
                message = f"{facet.id} {rule.term} and {other} {term} cannot meet: {reason}"
                hint = "correct the coding, or the exclusion in the codebook"
                keys = ("findings", position)
                yield Complaint("KB060", study.path, keys, message, hint)


def _hits(
    corpus: Corpus,
    tags: Mapping[str, tuple[str, ...]],
    facet: Facet,
    rule: codebooks.Exclusion,
) -> Iterator[tuple[str, str]]:
    if not _covers(facet, rule.term, tags.get(facet.id, ())):
        return
    for other, terms in rule.with_.items():
        for term in terms:
            if other in corpus.codebook and _covers(
                corpus.codebook[other], term, tags.get(other, ())
            ):
                yield other, term


def _covers(facet: Facet, term: str, coded: Iterable[str]) -> bool:
    return any(term in facet.lineage.get(one, ()) for one in coded)


def _years(corpus: Corpus, study: Study) -> Iterator[Complaint]:
    if study.period is None:
        return
    if study.period.end < study.period.start:
        message = f"{study.period.end} is before {study.period.start}"
        yield Complaint("KB063", study.path, ("period", "end"), message, "swap the years")
    year = corpus.year(study)
    if year is not None and study.period.start > year:
        message = f"the data start in {study.period.start}, the first report is from {year}"
        keys = ("period", "start")
        yield Complaint("KB063", study.path, keys, message, "check both years")


def _repeated(path: str, values: Sequence[str], keys: Keys) -> Iterator[Complaint]:
    for position, value in enumerate(values):
        if value in values[:position]:
            message = f"{value} stands twice"
            yield Complaint("KB036", path, (*keys, position), message, "remove one")


def _unused_references(corpus: Corpus, mentioned: Collection[str]) -> list[Problem]:
    """A warning for each reference that neither a record nor an unreadable file names."""
    used = {*used_references(corpus), *mentioned}
    return [
        Problem(
            "KB051",
            "warning",
            REFERENCES,
            reference.line,
            1,
            reference.key,
            f"no record uses {reference.key}",
            f"code the study, remove the entry, or add the keyword {LISTED}KEY",
        )
        for reference in corpus.references.values()
        if reference.key not in used and LISTED not in reference.fields.get("keywords", "")
    ]


def used_references(corpus: Corpus) -> Iterator[str]:
    """The key of every reference that a record or the codebook names, with repetitions."""
    for study in corpus.studies.values():
        yield from study.reports
        yield study.coding.source
        yield from (supplement.source for supplement in study.coding.supplements)
        yield from (caveat.source for caveat in study.caveats if caveat.source)
    for facet in corpus.codebook:
        yield from (term.source for term in facet.terms if term.source)
        yield from (attribute.source for attribute in facet.attributes if attribute.source)


PER_STUDY: tuple[Callable[[Corpus, Study], Iterator[Complaint]], ...] = (
    _reports,
    _coders,
    _supplements,
    _terms,
    _findings,
    _impossible_cells,
    _years,
)
"""The checks that need one study at a time, beside the codebook and the references."""
