"""The rules for studies: each check takes one study, beside the codebook and the references."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from kb import codebook as codebooks
from kb.checks import Tagged, coders, known_key, repeated, role_term, tags
from kb.codebook import Facet
from kb.corpus import Corpus
from kb.facts import study_terms
from kb.model import Complaint, some, suggestion
from kb.records import Period, Study


def _reports(corpus: Corpus, study: Study) -> Iterator[Complaint]:
    yield from repeated(study.path, study.reports, ("reports",))
    for position, key in enumerate(study.reports):
        yield from known_key(corpus, key, study.path, ("reports", position))
    yield from known_key(corpus, study.coding.source, study.path, ("coding", "source"))
    for position, supplement in enumerate(study.coding.supplements):
        keys = ("coding", "supplements", position, "source")
        yield from known_key(corpus, supplement.source, study.path, keys)
    for position, caveat in enumerate(study.caveats):
        yield from known_key(corpus, caveat.source, study.path, ("caveats", position, "source"))
    yield from coders(corpus, study.coding.coders, study.path, ("coding", "coders"))


def shared_reports(study: Study, owners: dict[str, str]) -> Iterator[Complaint]:
    """A complaint for each report that an earlier study has; ``owners`` is kept up to date."""
    for position, key in enumerate(study.reports):
        if owners.get(key, study.id) != study.id:
            message = f"{key} is also a report of {owners[key]}"
            hint = f"make them one study, or remove {key} from one of them"
            yield Complaint("KB055", study.path, ("reports", position), message, hint)
        owners.setdefault(key, study.id)


def _supplements(corpus: Corpus, study: Study) -> Iterator[Complaint]:
    record = {}
    if study.coding.supplements:  # of a draft, values may have other types
        record = study.model_dump(exclude_none=True, warnings=False)
    for position, supplement in enumerate(study.coding.supplements):
        for index, name in enumerate(supplement.covers):
            if not _has(record, name.split(".")):
                keys = ("coding", "supplements", position, "covers", index)
                hint = suggestion(name, _paths(record))
                yield Complaint("KB064", study.path, keys, f"the record has no {name}", hint)


def _paths(value: object, prefix: str = "") -> Iterator[str]:
    """The names of all fields of a record, as a supplement writes them."""
    if isinstance(value, (list, tuple)):
        value = dict(_named(value))
    for name, inner in value.items() if isinstance(value, Mapping) else ():
        yield f"{prefix}{name}"
        yield from _paths(inner, f"{prefix}{name}.")


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
    yield from role_term(corpus, "kind", study.kind, study.path, ("kind",))
    yield from role_term(corpus, "directness", study.directness, study.path, ("directness",))
    yield from tags(corpus, study.tags, study.path, ("tags",), "study")
    for position, finding in enumerate(study.findings):
        keys = ("findings", position)
        yield from tags(corpus, finding.tags, study.path, (*keys, "tags"), "finding")
        for index, measure in enumerate(finding.measures):
            place = (*keys, "measures", index, "unit")
            yield from role_term(corpus, "unit", measure.unit, study.path, place)


def _findings(corpus: Corpus, study: Study) -> Iterator[Complaint]:
    if not study.findings and study.no_findings is None:
        hint = "code its findings, or say in no_findings why it has none"
        yield Complaint("KB061", study.path, ("findings",), "the study has no findings", hint)
    if study.findings and study.no_findings is not None:
        message = "no_findings says why there is none, but the study has findings"
        yield Complaint("KB061", study.path, ("no_findings",), message, "remove no_findings")
    directions = corpus.settings.by_direction
    ids: set[str] = set()
    for position, finding in enumerate(study.findings):
        keys = ("findings", position)
        if finding.id.casefold() in ids:
            message = f"the id {finding.id} stands twice in the study"
            yield Complaint("KB036", study.path, (*keys, "id"), message, "rename one of them")
        ids.add(finding.id.casefold())
        if finding.direction not in directions:
            hint = suggestion(finding.direction, directions, corpus.settings.directions_called)
            message = f"no direction {finding.direction}"
            yield Complaint("KB062", study.path, (*keys, "direction"), message, hint)
        yield from _required(corpus, study, position)


def _required(corpus: Corpus, study: Study, position: int) -> Iterator[Complaint]:
    tags = study.tags_of(study.findings[position])
    for facet in corpus.codebook.tag_facets:
        if facet.required and not tags.get(facet.id):
            where = " or the ".join(reversed(facet.applies_to))
            terms = some(term.id for term in facet.current)
            hint = f"add {facet.id}: [...] to the tags of the {where}; terms: {terms}"
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
                hint = f"remove one of the two, or correct the exclusion in {facet.path}"
                keys = ("findings", position)
                yield Complaint("KB060", study.path, keys, message, hint)


def _hits(
    corpus: Corpus,
    coded: Tagged,
    facet: Facet,
    rule: codebooks.Exclusion,
) -> Iterator[tuple[str, str]]:
    if not _covers(facet, rule.term, coded.get(facet.id, ())):
        return
    for other, terms in rule.with_.items():
        for term in terms:
            if other in corpus.codebook and _covers(
                corpus.codebook[other], term, coded.get(other, ())
            ):
                yield other, term


def _covers(facet: Facet, term: str, coded: Iterable[str]) -> bool:
    return any(term in facet.lineage.get(one, ()) for one in coded)


def _swapped(period: Period) -> str:
    return f"write start: {period.end} and end: {period.start}"


def _years(corpus: Corpus, study: Study) -> Iterator[Complaint]:
    if study.period is None:
        return
    if study.period.end < study.period.start:
        message = f"{study.period.end} is before {study.period.start}"
        yield Complaint("KB063", study.path, ("period", "end"), message, _swapped(study.period))
    year = corpus.year(study)
    if year is not None and study.period.start > year:
        message = f"the data start in {study.period.start}, the first report is from {year}"
        keys, hint = ("period", "start"), "correct the year here, or that in references.bib"
        yield Complaint("KB063", study.path, keys, message, hint)


PER_STUDY: tuple[Callable[[Corpus, Study], Iterator[Complaint]], ...] = (
    _reports,
    _supplements,
    _terms,
    _findings,
    _impossible_cells,
    _years,
)
"""The checks that need one study at a time, beside the codebook and the references."""
