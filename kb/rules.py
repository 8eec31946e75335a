"""What records must fulfil beyond their form: checked against codebook, references and each other.

Each check yields complaints; which of them are errors, and why they matter, is in ``rulebook``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import permutations
from pathlib import Path

from kb import addresses, rules_codebook
from kb.cache import Cache, opened
from kb.checks import known_key, repeated
from kb.citations import citations
from kb.codebook import Role
from kb.collector import collector_paused
from kb.corpus import Corpus, read
from kb.facts import EXTRA
from kb.folder import REFERENCES, SETTINGS, Snapshot, snapshot, stem
from kb.model import Complaint, Keys, is_device, suggestion
from kb.places import locate, words_in
from kb.problems import Problem, ordered
from kb.records import Study
from kb.rules_stated import stated
from kb.rules_studies import PER_STUDY, shared_reports
from kb.verdict import recall, remember

LISTED = "listed-in:"
"""A keyword of a reference that no record uses but a review lists: ``listed-in:<key>``."""

TAKEN = ("api", "schema")
"""The folders of the site that no language can have."""

FROM_ABSENCE: Mapping[str, tuple[Keys, ...]] = {
    "KB035": (("tags",), ("findings", "tags")),
    "KB060": (("tags",), ("findings", "tags")),  # a finding's tags replace its study's
    "KB061": (("findings",), ("no_findings",)),
    "KB063": (("period",),),
    "KB064": ((),),
    "KB091": (("rests_on",), ("note",)),
    "KB092": (("rests_on", "finding"),),
    "KB094": (("status",), ("addressed_by", "extent")),
}
"""The rules that draw on what a record does not say, with the fields that they draw on."""


def load(
    root: Path, seen: Snapshot | None = None, cache: Cache | None = None
) -> tuple[Corpus | None, tuple[Problem, ...]]:
    """The corpus in a folder and every problem of it, by place; the corpus is ``None`` when its
    settings or codebook cannot be used. What is ``seen`` is not read again, and a verdict that is
    remembered is not found anew."""
    seen, cache = seen or snapshot(root), cache or opened()
    corpus, problems = read(root, seen, cache)
    if known := recall(seen, cache):
        return corpus, known.problems
    if corpus is not None:
        problems += _beyond_form(root, corpus, problems)
    found = ordered(problems)
    if cache.keeps and snapshot(root).digest == seen.digest:  # while this was found, nobody wrote
        remember(seen, corpus is not None, found, cache)
    return corpus, found


@collector_paused()
def _beyond_form(root: Path, corpus: Corpus, told: Collection[Problem]) -> list[Problem]:
    """What is wrong beyond the form of the records, which was ``told``."""
    broken = {p.path for p in told} - {study.path for study in corpus.studies.values()}
    complaints = check(corpus.with_drafts, _unread(corpus, broken))
    found = locate(root, (c for c in complaints if not follows(corpus, c)), told)
    return found + unused_references(corpus, words_in(root, broken - {REFERENCES}))


def _unread(corpus: Corpus, broken: Iterable[str]) -> set[str]:
    """The studies that are there, but whose findings are not all known."""
    whole = {path for path, one in corpus.drafts.items() if not one.lacks([("findings", "id")])}
    return {stem(path) for path in broken if path.startswith("corpus/studies/")} - {
        stem(path) for path in whole
    }


def follows(corpus: Corpus, complaint: Complaint) -> bool:
    """Whether a complaint says no more than that the form of the record is broken."""
    found = corpus.drafts.get(complaint.path)
    return found is not None and found.explains(complaint, FROM_ABSENCE.get(complaint.code, ()))


def check(corpus: Corpus, unread: Collection[str] = ()) -> Iterator[Complaint]:
    """Everything that is wrong with a corpus that was read, except for its references' own form.

    Of the studies ``unread`` it is only known that they are there.
    """
    yield from across(corpus, unread)
    owners: dict[str, str] = {}
    for study in corpus.studies.values():
        yield from alone(corpus, study)
        yield from shared_reports(study, owners)


def alone(corpus: Corpus, study: Study) -> Iterator[Complaint]:
    """What is wrong with a study, whatever other studies say."""
    for per_study in PER_STUDY:
        yield from per_study(corpus, study)


def across(corpus: Corpus, unread: Collection[str] = ()) -> Iterator[Complaint]:
    """What is wrong with all but the studies; of these only names, reports and findings matter."""
    yield from rules_codebook.check(corpus.codebook)
    yield from _settings(corpus)
    yield from _languages(corpus)
    yield from _repeated_settings(corpus)
    yield from _roles(corpus)
    yield from _names(corpus)
    yield from _sources_of_terms(corpus)
    yield from stated(corpus, unread)


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
            hint = suggestion(facet, axes, corpus.codebook.called)
            yield Complaint("KB073", SETTINGS, keys, message, hint)
    if matrix.row == matrix.column:
        message = "the row and the column are the same facet"
        hint = suggestion("", [axis for axis in axes if axis != matrix.row])
        yield Complaint("KB073", SETTINGS, ("matrix", "column"), message, hint)
    directness = corpus.codebook.with_role("directness")
    for position, term in enumerate(matrix.direct if directness else ()):
        if directness and term not in directness.by_id:
            hint = suggestion(term, directness.by_id, directness.called)
            keys = ("matrix", "direct", position)
            yield Complaint("KB073", SETTINGS, keys, f"no {directness.id} {term}", hint)


def _languages(corpus: Corpus) -> Iterator[Complaint]:
    """Each language has a folder of the site, beside those of the data."""
    seen: set[str] = set()
    for position, name in enumerate(corpus.settings.languages):
        keys, hint = ("languages", position), "write its code, for example en"
        if is_device(name):
            message = f"Windows keeps the name {name} for a device"
            yield Complaint("KB016", SETTINGS, keys, message, hint)
        if name.casefold() in TAKEN:
            message = f"the folder {name} of the site holds the data"
            yield Complaint("KB016", SETTINGS, keys, message, hint)
        if name.casefold() in seen and name not in corpus.settings.languages[:position]:
            message = f"only upper and lower case tell {name} from another language"
            yield Complaint("KB016", SETTINGS, keys, message, "remove one of them")
        seen.add(name.casefold())


def _repeated_settings(corpus: Corpus) -> Iterator[Complaint]:
    settings, matrix = corpus.settings, corpus.settings.matrix
    yield from repeated(SETTINGS, settings.languages, ("languages",))
    yield from repeated(SETTINGS, [one.id for one in settings.directions], ("directions",))
    yield from repeated(SETTINGS, [one.id for one in settings.coders], ("coders",))
    yield from repeated(SETTINGS, settings.evidence_columns, ("evidence_columns",))
    yield from repeated(SETTINGS, matrix.direct, ("matrix", "direct"))
    yield from repeated(SETTINGS, matrix.narrow, ("matrix", "narrow"))


def _roles(corpus: Corpus) -> Iterator[Complaint]:
    findings = (finding for study in corpus.studies.values() for finding in study.findings)
    needed: list[Role] = ["kind", "directness"]
    if any(finding.measures for finding in findings):
        needed.append("unit")
    if corpus.gaps:
        needed += ["gap-kind", "gap-reason"]
    for role in needed:
        if corpus.codebook.with_role(role) is None:
            hint = f"add role: {role} to the file in corpus/codebook/ that lists them"
            yield Complaint("KB073", SETTINGS, (), f"no facet has the role {role}", hint)


def _names(corpus: Corpus) -> Iterator[Complaint]:
    for facet in corpus.codebook:
        if facet.id in EXTRA:
            message = f"{facet.id} is a name that selections use already"
            yield Complaint("KB040", facet.path, ("id",), message, "give the facet another id")
        if facet.id == "team":
            message = "one-team is the flag of cells that rest on one research team"
            yield Complaint("KB040", facet.path, ("id",), message, "give the facet another id")
        for position, term in enumerate(facet.terms):
            if addresses.is_year(term.id):
                message = f"the pages of past years have addresses such as {term.id}"
                keys: Keys = ("terms", position, "id")
                yield Complaint("KB040", facet.path, keys, message, "give the term another id")
    yield from _pairs(corpus)


def _pairs(corpus: Corpus) -> Iterator[Complaint]:
    """Each two facets have a folder and a file, named by both of them."""
    taken: dict[str, tuple[str, str]] = {}
    for pair in permutations([axis.id for axis in corpus.codebook.axes], 2):
        first = taken.setdefault(addresses.of_matrix(*pair).casefold(), pair)
        if first != pair:
            message = f"{' and '.join(pair)} would share an address with {' and '.join(first)}"
            path = corpus.codebook[pair[0]].path
            yield Complaint("KB040", path, ("id",), message, "give the facet another id")


def _sources_of_terms(corpus: Corpus) -> Iterator[Complaint]:
    for facet in corpus.codebook:
        for position, term in enumerate(facet.terms):
            keys: Keys = ("terms", position, "source")
            yield from known_key(corpus, term.source, facet.path, keys)
        for position, attribute in enumerate(facet.attributes):
            keys = ("attributes", position, "source")
            yield from known_key(corpus, attribute.source, facet.path, keys)


def unused_references(corpus: Corpus, mentioned: Collection[str]) -> list[Problem]:
    """A warning for each reference that neither a record nor an unreadable file names."""
    used = {*(one.key for one in citations(corpus)), *mentioned}
    return [
        Problem(
            "KB051",
            "warning",
            REFERENCES,
            reference.line,
            1,
            reference.key,
            f"no record uses {reference.key}",
            f"code the study, remove the entry, or, if a review KEY lists it, "
            f"add keywords = {{{LISTED}KEY}}",
        )
        for reference in corpus.references.values()
        if reference.key not in used and LISTED not in reference.fields.get("keywords", "")
    ]
