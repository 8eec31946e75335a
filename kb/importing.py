"""Importing works: what is told in full becomes a study, the rest candidates; all or nothing."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from kb import rules
from kb.adding import Shelf
from kb.arrivals import Arrival
from kb.bibwriter import Unwritable
from kb.corpus import Corpus
from kb.folder import REFERENCES
from kb.formatting import ordered
from kb.kinds import schema_line
from kb.model import Complaint, Record
from kb.problems import Problem
from kb.questions import Known
from kb.records import Study
from kb.references import Reference
from kb.synthesis import Candidate
from kb.validation import Around, complaints_of
from kb.writing import Change
from kb.yamlwriter import Notes, dump


@dataclass
class Import:
    """What an import does: the files that it writes, what it leaves out because it is there
    already (title and key), and what is wrong, in which case nothing is to be written."""

    changes: dict[Path, Change] = field(default_factory=dict)
    references: list[str] = field(default_factory=list)
    studies: list[str] = field(default_factory=list)
    candidates: dict[str, list[str]] = field(default_factory=dict)
    codings: list[str] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def plan(corpus: Corpus, arrivals: Sequence[Arrival], path: str) -> Import:
    """What importing the works of a file would do; nothing is written."""
    planning = _Planning(corpus, path)
    for one in arrivals:
        planning.take(one)
    made = planning.made
    made.changes |= planning.shelf.changes()
    if not made.problems and made.changes:
        made.problems += tried(corpus, made.changes, planning.lines, path)
    return made


class _Planning:
    """The import of one file: what was decided of its works so far."""

    def __init__(self, corpus: Corpus, path: str) -> None:
        self.made, self.shelf = Import(), Shelf(corpus)
        self.lines: dict[str, int] = {}  # of the file, by the key of what is made from there
        self._corpus, self._path = corpus, path
        self._owned = {key for study in corpus.studies.values() for key in study.reports}
        self._owned |= {one.report for one in corpus.candidates.values()}

    def take(self, one: Arrival) -> None:
        """Decide on one work."""
        work = one.reference
        if not work.title:
            hint = "add it, or take the work out of the file"
            self._problem(one, "KB054", "title", "the work has no title", hint)
            return
        key = self.shelf.find(work)
        _, missing, complaints = _study(self._corpus, one.known, key or "x")
        for fault in complaints:
            where = ".".join(map(str, fault.keys))
            column = one.columns.get(_name(fault.keys))
            message = fault.message + (f" (column {column})" if column else "")
            self._problem(one, fault.code, where, message, fault.hint)
        if key in self._owned or (key and (missing or key in self.shelf.added)):
            self.made.skipped.append((work.title, key))
        elif not complaints:
            self._add(one, key, missing)

    def _add(self, one: Arrival, key: str, missing: list[str]) -> None:
        try:
            reference = self._corpus.references[key] if key else self.shelf.add(one.reference)
        except Unwritable as error:
            hint = "take the unusual characters out of it"
            self._problem(one, "KB052", "", str(error), hint)
            return
        key = reference.key
        self._owned.add(key)
        self.lines[key] = one.line
        if key in self.shelf.added:
            self.made.references.append(key)
        if missing:
            path = f"corpus/candidates/{key}.yml"
            missing = [*_unknown(reference), *missing]
            self.made.candidates[path] = missing
            record = _candidate(self._corpus, reference, one.known, missing)
            text = text_of(self._corpus, path, record, Candidate)
        else:
            path = f"corpus/studies/{key}.yml"
            self.made.studies.append(path)
            record, _, _ = _study(self._corpus, one.known, key)
            text = text_of(self._corpus, path, record, Study)
        self.made.changes[Path(path)] = Change(None, text)

    def _problem(self, one: Arrival, code: str, field: str, message: str, hint: str) -> None:
        place = (self._path, one.line, 1, field, message, hint)
        self.made.problems.append(Problem(code, "error", *place))


def text_of(corpus: Corpus, path: str, record: Known, model: type[Record]) -> bytes:
    """The text of a record's file, in its canonical form."""
    body = dump(ordered(record, model, corpus.languages), Notes())
    return (schema_line(path) + body).encode()


# --- a study, if all is told --------------------------------------------------------------------


def _study(corpus: Corpus, known: Known, key: str) -> tuple[Known, list[str], list[Complaint]]:
    """The record of a study, the fields that it lacks, and what is wrong with the others."""
    record: dict[str, Any] = {**known, "reports": [key]}
    coding = record.get("coding", {})
    if coding.get("basis") in {"full-text", "abstract"} and "source" not in coding:
        record["coding"] = {**coding, "source": key}  # it is the work itself that was read
    missing, complaints = [], []
    try:
        context = {"languages": corpus.languages}
        Study.model_validate({**record, "id": "x", "path": ""}, context=context)
    except ValidationError as error:
        for complaint in complaints_of(error, Study, "", Around(corpus.languages)):
            if complaint.code in {"KB021", "KB024"} and complaint.hint.startswith("add "):
                language = [complaint.hint.split()[1].rstrip(":")] * (complaint.code == "KB024")
                missing.append(_name((*complaint.keys, *language)))
            else:
                complaints.append(complaint)
    if not record.get("findings") and "no_findings" not in record:
        missing.append("findings")
    return record, list(dict.fromkeys((*missing, *_uncoded(corpus, record)))), complaints


def _uncoded(corpus: Corpus, record: Known) -> Iterator[str]:
    """The facets that every finding needs and one has not."""
    for finding in record.get("findings", ()):
        tags = {**record.get("tags", {}), **finding.get("tags", {})}
        for facet in corpus.codebook.tag_facets:
            if facet.required and not tags.get(facet.id):
                yield f"tags.{facet.id}"


def _name(keys: tuple[str | int, ...]) -> str:
    return ".".join(key for key in keys if isinstance(key, str))


# --- a candidate, if not ------------------------------------------------------------------------


def _unknown(reference: Reference) -> list[str]:
    nameless = not reference.authors and not reference.editors
    return ["author"] * nameless + ["year"] * (reference.year is None)


def _candidate(corpus: Corpus, work: Reference, known: Known, missing: list[str]) -> Known:
    told = [f"{name}: {value}" for name, value in _flat(known) if not name.startswith("tags.")]
    record: dict[str, Any] = {"title": work.title, "report": work.key}
    for name in ("known", "missing", "check"):
        record[name] = {}
        for language in corpus.languages:
            words = corpus.words(language)
            text = words[f"import_{name}"].replace("{fields}", ", ".join(missing))
            if name == "known" and told:
                text += " " + words["import_told"].replace("{fields}", "; ".join(told))
            record[name][language] = text
    tags = dict(known.get("tags", {}))
    for finding in known.get("findings", ()):
        for facet, terms in finding.get("tags", {}).items():
            tags[facet] = list(dict.fromkeys((*tags.get(facet, ()), *terms)))
    return {**record, "tags": tags} if tags else record


def _flat(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """What is known as pairs of a field's name with dots and its value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{name}.{key}" if name else key)
    elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
        for one in value:
            yield from _flat(one, name)
    else:
        yield name, ", ".join(map(str, value)) if isinstance(value, list) else str(value)


# --- whether it would do ------------------------------------------------------------------------


def tried(
    corpus: Corpus, changes: dict[Path, Change], lines: dict[str, int], path: str
) -> list[Problem]:
    """The errors that the changes would bring, found in a copy; each with its place in the file
    that is imported."""
    with tempfile.TemporaryDirectory(prefix="kb-import-") as folder:
        copy = Path(folder)
        shutil.copytree(corpus.root / "corpus", copy / "corpus", symlinks=True)
        if (corpus.root / REFERENCES).is_file():
            shutil.copy(corpus.root / REFERENCES, copy)
        for name, change in changes.items():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes(change.after)
        after = rules.load(copy)[1]
    before = {_what(problem) for problem in rules.load(corpus.root)[1]}
    new = [one for one in after if one.severity == "error" and _what(one) not in before]
    return [_placed(one, lines, path) for one in new]


def _what(problem: Problem) -> tuple[str, ...]:
    return problem.code, problem.path, problem.field, problem.message


def _placed(problem: Problem, lines: dict[str, int], path: str) -> Problem:
    key = problem.field.split(".")[0] if problem.path == REFERENCES else Path(problem.path).stem
    if key not in lines:
        return problem
    return replace(problem, path=path, line=lines[key], column=1)
