"""The only reader of a knowledge base's folder: files in, frozen records and problems out."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from kb import bibliography, textfile, words, yamlfile
from kb.changes import Release
from kb.codebook import Codebook, Facet
from kb.model import Complaint, Record, complaints_of
from kb.places import is_inside, locate
from kb.problems import Problem
from kb.records import Settings, Study
from kb.references import Reference, References
from kb.second import SecondCoding
from kb.synthesis import Candidate, Claim, Gap

SETTINGS = "corpus/knowledge-base.yml"
REFERENCES = "references.bib"
_RECORDS = ("studies", "claims", "gaps", "candidates", "second-codings", "releases")
FOLDERS = ("codebook", *_RECORDS, "interface")
"""The folders of ``corpus/`` that are read."""
AnyRecord = TypeVar("AnyRecord", bound=Record)


@dataclass(frozen=True)
class Corpus:
    """Everything that a knowledge base says, checked for form; it does not change once read."""

    root: Path
    settings: Settings
    codebook: Codebook
    references: References
    studies: Mapping[str, Study]
    claims: Mapping[str, Claim] = field(default_factory=dict)
    gaps: Mapping[str, Gap] = field(default_factory=dict)
    candidates: Mapping[str, Candidate] = field(default_factory=dict)
    second_codings: Mapping[str, SecondCoding] = field(default_factory=dict)
    releases: Mapping[str, Release] = field(default_factory=dict)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages of the texts, the first one being the default."""
        return self.settings.languages

    def reports(self, study: Study) -> tuple[Reference, ...]:
        """The references of a study's reports that are in the bibliography, main report first."""
        return tuple(self.references[key] for key in study.reports if key in self.references)

    def year(self, study: Study) -> int | None:
        """The year of the study's first report, or ``None`` when no report has a year."""
        years = [report.year for report in self.reports(study) if report.year]
        return min(years, default=None)


@dataclass
class _Reading:
    """What has been read so far; only this module sees it."""

    root: Path
    complaints: list[Complaint] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    languages: tuple[str, ...] = ()
    names: dict[str, str] = field(default_factory=dict)


def read(root: Path) -> tuple[Corpus | None, list[Problem]]:
    """The corpus in a folder and the problems of its form.

    The corpus is ``None`` when its settings or its codebook cannot be used; every file is read
    all the same, so that all problems are reported at once. Nothing is raised for bad content.
    """
    with collector_paused():
        reading = _Reading(root)
        settings = _settings(reading)
        codebook = _codebook(reading)
        references = _references(reading)
        studies = _records(reading, Study, "studies")
        claims = _records(reading, Claim, "claims")
        gaps = _records(reading, Gap, "gaps")
        candidates = _records(reading, Candidate, "candidates")
        # These go by the names of their studies, so they have a space of names of their own.
        second = _records(reading, SecondCoding, "second-codings", {})
        releases = _records(reading, Release, "releases", {})
        _interface(reading)
        _strays(reading)
    problems = reading.problems + locate(root, reading.complaints)
    if settings is None or codebook is None:
        return None, problems
    kinds = (studies, claims, gaps, candidates, second, releases)
    return Corpus(root, settings, codebook, references, *kinds), problems


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the garbage collector from walking what is being made."""
    # Records are kept, so the collector only walks them in vain: a quarter of the time (measured).
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _settings(reading: _Reading) -> Settings | None:
    if not (reading.root / SETTINGS).is_file():
        hint = "run kb in the folder of a knowledge base, or name it with --root"
        reading.complaints.append(Complaint("KB080", SETTINGS, (), "there is no such file", hint))
        return None
    value = _mapping(reading, SETTINGS)
    languages = value.get("languages") if value else None
    if isinstance(languages, list):
        reading.languages = tuple(str(language) for language in languages)
    return _record(reading, Settings, value, SETTINGS, {})


def _codebook(reading: _Reading) -> Codebook | None:
    facets: dict[str, Facet] = {}
    names: dict[str, str] = {}
    ids: dict[str, str] = {}
    whole = True
    for path in _files(reading, "corpus/codebook"):
        facet = _record(reading, Facet, _mapping(reading, path), path, {"path": path})
        whole = whole and facet is not None
        _take_name(reading, path, names)
        if facet and facet.id.casefold() in ids:
            message = f"the facet {facet.id} is also in {ids[facet.id.casefold()]}"
            reading.complaints.append(Complaint("KB040", path, ("id",), message, "rename one"))
        elif facet:
            facets[facet.id] = facet
            ids[facet.id.casefold()] = path
    if not facets and whole:
        hint = "add one file for each facet, for example corpus/codebook/countries.yml"
        reading.complaints.append(Complaint("KB080", "corpus/codebook", (), "no codebook", hint))
    return Codebook(facets) if facets and whole else None


def _references(reading: _Reading) -> References:
    data = _bytes(reading, REFERENCES)
    if data is None:
        return {}
    text, problems = textfile.decode(data, REFERENCES)
    if text is None:
        reading.problems.extend(problems)
        return {}
    references, problems = bibliography.parse(text, REFERENCES)
    reading.problems.extend(problems)
    return references


def _records(
    reading: _Reading,
    model: type[AnyRecord],
    folder: str,
    names: dict[str, str] | None = None,
) -> dict[str, AnyRecord]:
    """The records of one kind by id, sorted; kinds share one space of names if none is given."""
    names = reading.names if names is None else names
    records: dict[str, AnyRecord] = {}
    for path in _files(reading, f"corpus/{folder}"):
        name = Path(path).stem
        record = _record(reading, model, _mapping(reading, path), path, {"id": name, "path": path})
        if _take_name(reading, path, names) and record:
            records[name] = record
    return dict(sorted(records.items()))


def _interface(reading: _Reading) -> None:
    for path in _files(reading, words.OWN):
        own = _mapping(reading, path)
        if own is not None:
            reading.complaints.extend(words.check(own, path))


def _strays(reading: _Reading) -> None:
    """Complain about record files that lie where nothing is read."""
    for path in sorted((reading.root / "corpus").glob("*")):
        inside = path.name in FOLDERS or path.is_symlink()
        found = [path] if path.is_file() else () if inside else path.rglob("*.yml")
        for stray in sorted(found):
            name = stray.relative_to(reading.root).as_posix()
            if stray.suffix == ".yml" and not stray.name.startswith(".") and name != SETTINGS:
                hint = f"move it to one of: {', '.join(FOLDERS)}"
                complaint = Complaint("KB015", name, (), "the file is not read", hint)
                reading.complaints.append(complaint)


def _take_name(reading: _Reading, path: str, taken: dict[str, str]) -> bool:
    """Whether a file is the first of its name; a second one is a complaint."""
    name = Path(path).stem
    first = taken.setdefault(name.casefold(), path)
    if first != path:
        message = f"the name {name} is taken by {first}"
        reading.complaints.append(Complaint("KB040", path, (), message, "rename one file"))
    return first == path


def _record(
    reading: _Reading,
    model: type[AnyRecord],
    value: dict[str, yamlfile.Value] | None,
    path: str,
    given: dict[str, str],
) -> AnyRecord | None:
    if value is None:
        return None
    for key in given:
        if key in value:
            complaint = Complaint(
                "KB020", path, (key,), "the file's name says it", "remove the field"
            )
            reading.complaints.append(complaint)
    try:
        context = {"languages": reading.languages}
        return model.model_validate({**value, **given}, context=context)
    except ValidationError as error:
        for complaint in complaints_of(error, model, path):
            named = "id" in given and complaint.keys == ("id",)
            reading.complaints.append(_of_name(complaint) if named else complaint)
        return None


def _of_name(complaint: Complaint) -> Complaint:
    hint = f"rename it: {complaint.hint}"
    return replace(complaint, keys=(), message="the file's name cannot be an id", hint=hint)


def _mapping(reading: _Reading, path: str) -> dict[str, yamlfile.Value] | None:
    data = _bytes(reading, path)
    if data is None:
        return None
    value, problems = yamlfile.parse(data, path)
    reading.problems.extend(problems)
    return value if isinstance(value, dict) else None


def _bytes(reading: _Reading, path: str) -> bytes | None:
    file = reading.root / path
    if not is_inside(reading.root, file):
        hint = "put the file itself there instead of a link"
        message = "the link leads out of the knowledge base"
        reading.complaints.append(Complaint("KB013", path, (), message, hint))
        return None
    try:
        return file.read_bytes()
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
        reading.complaints.append(Complaint("KB014", path, (), message, "check that it is there"))
        return None


def _files(reading: _Reading, folder: str) -> list[str]:
    """The record files below a folder, by path; links to folders are refused."""
    if any([_is_link(reading, "corpus"), _is_link(reading, folder)]):
        return []
    found: list[str] = []
    for parent, folders, names in os.walk(reading.root / folder):
        here = Path(parent).relative_to(reading.root)
        for name in folders:
            _is_link(reading, (here / name).as_posix())
        found += [(here / name).as_posix() for name in names if _is_record(reading, here / name)]
    return sorted(found)


def _is_link(reading: _Reading, folder: str) -> bool:
    """Whether a folder is a link, which is a complaint."""
    if not (reading.root / folder).is_symlink():
        return False
    hint = "put the folder itself there instead of a link"
    reading.complaints.append(Complaint("KB013", folder, (), "the folder is a link", hint))
    return True


def _is_record(reading: _Reading, path: Path) -> bool:
    if path.suffix in {".yaml", ".YAML", ".YML"}:
        hint = f"rename it to {path.stem}.yml"
        complaint = Complaint("KB015", path.as_posix(), (), "the file is not read", hint)
        reading.complaints.append(complaint)
    return path.suffix == ".yml" and not path.name.startswith(".")


def sources(root: Path) -> list[str]:
    """The paths of all files that a corpus is read from, sorted."""
    files = (path for path in (root / "corpus").rglob("*.yml") if path.is_file())
    return sorted([*(path.relative_to(root).as_posix() for path in files), REFERENCES])
