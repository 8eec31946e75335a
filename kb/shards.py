"""Reading and checking studies a shard at a time, and what needs all of them from small columns."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kb.codebook import Codebook
from kb.collector import collector_paused
from kb.corpus import Corpus
from kb.drafts import Draft
from kb.facts import facts_of
from kb.folder import REFERENCES, stem
from kb.model import Complaint
from kb.places import in_file, locate, words_in, words_of
from kb.problems import Problem, ordered
from kb.reading import read_record
from kb.records import Study
from kb.rules import across, alone, follows, unused_references
from kb.rules_studies import shared_reports
from kb.validation import Around, around

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Context:
    """What studies are read and checked against: settings, codebook and references. It can be
    pickled, and holds no record."""

    corpus: Corpus
    around: Around

    @property
    def codebook(self) -> Codebook:
        """All facets with their terms."""
        return self.corpus.codebook


@dataclass(frozen=True, slots=True)
class File:
    """A study's file: ``first`` unless an earlier one has its name; ``problems`` of getting it; the
    ``line`` where it stands in JSON Lines. A line that is no study has no path."""

    path: str
    data: bytes | None
    first: bool = True
    problems: tuple[Problem, ...] = ()
    line: int = 0


@dataclass
class Shard:
    """The rows of some studies, one for each file and one for each finding, and all that is wrong
    with them one by one."""

    studies: list[Row] = field(default_factory=list)
    findings: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def context(corpus: Corpus) -> Context:
    """The context of a knowledge base: of references only what checks and matrices need."""
    small = {key: replace(one, fields={}, editors=()) for key, one in corpus.references.items()}
    known = (corpus.settings, corpus.codebook, small)
    own = Corpus(corpus.root, *known, {}, unreadable=corpus.unreadable)
    return Context(own, around(corpus.settings, corpus.codebook) or Around())


@collector_paused()
def shard(context: Context, files: Iterable[File]) -> Shard:
    """The rows and the problems of some files; a function of these and the context alone."""
    made = Shard()
    for file in files:
        _take(made, context, file)
    return made


def _take(made: Shard, context: Context, file: File) -> None:
    corpus, path, data = context.corpus, file.path, file.data or b""
    made.problems += file.problems
    if file.problems:
        made.studies.append(_row(context, file, None, None))
        return
    found = read_record(Study, data, path, context.around)
    form = [*found.problems, *in_file(data, found.complaints)]
    study, draft = (found.record, found.draft) if file.first else (None, None)
    any_study = study or (draft.record if draft else None)
    made.problems += form
    made.studies.append(_row(context, file, study, draft))
    if any_study is not None:
        around_it = replace(corpus, drafts={path: draft}) if draft else corpus
        wrong = (one for one in alone(corpus, any_study) if not follows(around_it, one))
        made.problems += in_file(data, wrong, len(form))
    if study is not None:
        made.findings += _findings(context, study)


def _row(context: Context, file: File, study: Study | None, draft: Draft[Any] | None) -> Row:
    """A study as the checks across studies and the matrices need it."""
    one = study or (draft.record if draft else None)
    reports = context.corpus.reports(study) if study else ()
    listed = [str(key) for key in one.reports] if one else []
    return {
        "id": stem(file.path),
        "path": file.path,
        "line": file.line,
        "whole": study is not None,
        "draft": draft is not None,
        "unread": study is None and (draft is None or draft.lacks([("findings", "id")])),
        "year": (context.corpus.year(study) or 0) if study else 0,
        "directness": study.directness if study else "",
        "basis": study.coding.basis if study else "",
        "authors": sorted({name.identity for work in reports for name in work.authors}),
        "reports": listed,
        "hidden": [at for at in range(len(listed)) if draft and _is_blank(file.path, draft, at)],
        "cited": sorted(_cited(context, file, study)),
        "finding_ids": [str(finding.id) for finding in one.findings] if one else [],
        "measures": any(finding.measures for finding in one.findings) if one else False,
    }


def _is_blank(path: str, draft: Draft[Any], position: int) -> bool:
    return draft.explains(Complaint("KB055", path, ("reports", position), "", ""), ())


def _cited(context: Context, file: File, study: Study | None) -> set[str]:
    """The references that a study names; of a broken one all that its text mentions."""
    if study is None:
        return words_of(file.data or b"") & context.corpus.references.keys()
    named = [study.coding.source, *(one.source for one in study.coding.supplements)]
    return {*study.reports, *named, *(one.source for one in study.caveats if one.source)}


def _findings(context: Context, study: Study) -> Iterator[Row]:
    axes = [facet.id for facet in context.codebook.axes]
    year = context.corpus.year(study) or 0
    for position, fact in enumerate(facts_of(context.corpus, study)):
        yield {
            "study": study.id,
            "position": position,
            "finding": fact.id,
            "direction": fact.finding.direction,
            "year": year,
            "directness": study.directness,
            "basis": study.coding.basis,
            **{column(axis): list(fact.tags.get(axis, ())) for axis in axes},
        }


def column(facet: str) -> str:
    """The column with the terms of a facet."""
    return f"term_{facet}"


@dataclass(frozen=True, slots=True)
class _Finding:
    id: str
    measures: bool


@dataclass(frozen=True, slots=True)
class _Named:
    """What a study is to the checks across studies; ``hidden`` are the reports that a draft lacks
    by position."""

    id: str
    path: str
    reports: tuple[str, ...]
    hidden: tuple[int, ...]
    findings: tuple[_Finding, ...]


NEEDED = (
    "id", "path", "whole", "draft", "unread", "reports", "hidden", "cited", "finding_ids",
    "measures",
)  # fmt: skip
"""The columns of studies that :func:`gather` looks at."""


def gather(
    corpus: Corpus,
    problems: Sequence[Problem],
    rows: Iterable[Row],
    of_studies: Sequence[Problem],
    read: Callable[[str], bytes],
) -> tuple[Problem, ...]:
    """Every problem of a knowledge base, as :func:`kb.rules.load` tells them.

    ``corpus`` and ``problems`` are what was read beside the studies, ``rows`` the studies of all
    shards, ``of_studies`` the problems found there, and ``read`` gives a study's file again. Of a
    row no more stays in memory than names: of the study, its file, reports and findings.
    """
    there: list[_Named] = []
    unread: set[str] = set()
    mentioned: set[str] = set()
    for row in rows:
        mentioned.update(row["cited"])
        if row["unread"]:
            unread.add(row["id"])
        if row["whole"] or row["draft"]:
            there.append(_named(row))
    named: dict[str, Any] = {one.id: one for one in sorted(there, key=lambda one: one.id)}
    known = replace(corpus.with_drafts, studies=named)
    wrong = (one for one in across(known, unread) if not follows(corpus, one))
    found = [*problems, *locate(corpus.root, wrong, problems), *of_studies]
    found += _shared(named.values(), of_studies, read)
    broken = {one.path for one in problems}
    mentioned |= words_in(corpus.root, broken - {REFERENCES})
    return ordered([*found, *unused_references(corpus, mentioned)])


def _named(row: Row) -> _Named:
    findings = tuple(_Finding(one, bool(row["measures"])) for one in row["finding_ids"])
    return _Named(row["id"], row["path"], tuple(row["reports"]), tuple(row["hidden"]), findings)


def _shared(
    studies: Iterable[Any],
    earlier: Iterable[Problem],
    read: Callable[[str], bytes],
) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    told: dict[str, int] = {}
    for problem in earlier:
        told[problem.path] = told.get(problem.path, 0) + 1
    for study in studies:
        wrong = [one for one in shared_reports(study, owners) if one.keys[1] not in study.hidden]
        if wrong:
            yield from in_file(read(study.path), wrong, told.get(study.path, 0))


def of_line(line: bytes, address: str, number: int, first: bool = True) -> File:
    """The study in a line of JSON, with its ``id``, as a file; JSON is YAML."""
    try:
        value = json.loads(line)
        name = value.pop("id")
        path = str(value.pop("path", f"corpus/studies/{name}.yml"))
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError):
        hint = 'write each study on a line of its own: {"id": "...", ...}'
        problem = Problem(
            "KB001", "error", address, number, 1, "", "this line is no study in JSON", hint
        )
        return File("", line, problems=(problem,), line=number)
    data = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
    return File(path, data, first, line=number)
