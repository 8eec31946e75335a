"""The only reader of a knowledge base's folder: files in, frozen records and problems out."""

from __future__ import annotations

import gc
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from kb import bibliography, migration, textfile, words, yamlfile
from kb.changes import Release
from kb.codebook import Codebook, Facet
from kb.drafts import Draft, draft
from kb.folder import REFERENCES, SETTINGS, Folder
from kb.frozen import FrozenDict
from kb.model import ID_PATTERN, Complaint, Record
from kb.places import locate
from kb.problems import Problem
from kb.records import Settings, Study
from kb.references import Reference, References
from kb.second import SecondCoding
from kb.synthesis import Candidate, Claim, Gap
from kb.validation import Around, around, complaints_of, of_name

AnyRecord = TypeVar("AnyRecord", bound=Record)


@dataclass(frozen=True)
class Corpus:
    """Everything that a knowledge base says, checked for form; it does not change once read."""

    root: Path
    """Its folder, or the data file that it was read from."""
    settings: Settings
    codebook: Codebook
    references: References
    studies: Mapping[str, Study]
    claims: Mapping[str, Claim] = field(default_factory=dict)
    gaps: Mapping[str, Gap] = field(default_factory=dict)
    candidates: Mapping[str, Candidate] = field(default_factory=dict)
    second_codings: Mapping[str, SecondCoding] = field(default_factory=dict)
    releases: Mapping[str, Release] = field(default_factory=dict)
    interface: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Words of the pages by language, where they differ from the engine's."""
    drafts: Mapping[str, Draft[Record]] = field(default_factory=dict)
    """By path the records whose form is broken, which are in none of the above."""

    def __post_init__(self) -> None:
        for one in fields(self):
            if isinstance(value := getattr(self, one.name), dict):
                object.__setattr__(self, one.name, FrozenDict(value))

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages of the texts, the first one being the default."""
        return self.settings.languages

    @cached_property
    def with_drafts(self) -> Corpus:
        """This corpus with the drafts among its records: what the checks look at."""
        more: dict[type[Record], dict[str, Any]] = defaultdict(dict)
        for path, one in self.drafts.items():
            more[type(one.record)][Path(path).stem] = one.record
        return replace(
            self,
            studies=dict(sorted({**self.studies, **more[Study]}.items())),
            claims={**self.claims, **more[Claim]},
            gaps={**self.gaps, **more[Gap]},
            candidates={**self.candidates, **more[Candidate]},
            second_codings={**self.second_codings, **more[SecondCoding]},
        )

    def words(self, language: str) -> Mapping[str, str]:
        """The words of the pages in a language."""
        return words.interface(self.interface.get(language, {}), language)

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

    folder: Folder
    problems: list[Problem] = field(default_factory=list)
    around: Around = field(default_factory=Around)
    names: dict[str, str] = field(default_factory=dict)
    drafts: dict[str, Draft[Record]] = field(default_factory=dict)

    @property
    def complaints(self) -> list[Complaint]:
        """What is wrong with the files and the form of the records."""
        return self.folder.complaints

    def complain(self, code: str, path: str, message: str, hint: str, *keys: str) -> None:
        self.complaints.append(Complaint(code, path, keys, message, hint))


def read(root: Path) -> tuple[Corpus | None, list[Problem]]:
    """The corpus in a folder and the problems of its form.

    The corpus is ``None`` when its settings or its codebook cannot be used; every file is read
    all the same, so that all problems are reported at once, unless the knowledge base is of another
    version: then this is the only one. Nothing is raised for bad content.
    """
    with collector_paused():
        reading = _Reading(Folder(root))
        value = _settings_file(reading)
        other = migration.complaint(value) if value else None
        if other:
            return None, locate(root, [other])
        settings = _settings(reading, value)
        codebook = _codebook(reading)
        reading.around = around(settings, codebook) or reading.around
        references = _references(reading)
        studies = _records(reading, Study, "studies")
        claims = _records(reading, Claim, "claims")
        gaps = _records(reading, Gap, "gaps")
        candidates = _records(reading, Candidate, "candidates")
        # These go by the names of their studies, so they have a space of names of their own.
        second = _records(reading, SecondCoding, "second-codings", {})
        releases = _records(reading, Release, "releases", {})
        interface = _interface(reading)
        reading.folder.complain_of_strays()
    problems = reading.problems + locate(root, reading.complaints)
    if settings is None or codebook is None:
        return None, problems
    kinds = (studies, claims, gaps, candidates, second, releases, interface)
    return Corpus(root, settings, codebook, references, *kinds, reading.drafts), problems


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


def _settings_file(reading: _Reading) -> dict[str, yamlfile.Value] | None:
    if not (reading.folder.root / SETTINGS).is_file():
        hint = "run kb in the folder of a knowledge base, or name it with --root"
        reading.complain("KB080", SETTINGS, "there is no such file", hint)
        return None
    return _mapping(reading, SETTINGS)


def _settings(reading: _Reading, value: dict[str, yamlfile.Value] | None) -> Settings | None:
    languages = value.get("languages") if value else None
    if isinstance(languages, list):
        reading.around = Around(tuple(str(language) for language in languages))
    return _record(reading, Settings, value, SETTINGS, {})


def _codebook(reading: _Reading) -> Codebook | None:
    facets: dict[str, Facet] = {}
    names: dict[str, str] = {}
    ids: dict[str, str] = {}
    whole = True
    for path in reading.folder.records("corpus/codebook"):
        facet = _record(reading, Facet, _mapping(reading, path), path, {"path": path})
        whole = whole and facet is not None
        _take_name(reading, path, names)
        if not re.match(ID_PATTERN, Path(path).stem):  # it is in the addresses of the facet's pages
            plain = "use letters a-z, digits and hyphens"
            reading.complaints.append(of_name(Complaint("KB023", path, (), "", plain)))
        if facet and facet.id.casefold() in ids:
            message = f"the facet {facet.id} is also in {ids[facet.id.casefold()]}"
            reading.complain("KB040", path, message, "give one of them another id", "id")
        elif facet:
            facets[facet.id] = facet
            ids[facet.id.casefold()] = path
    if not facets and whole:
        hint = "add one file for each facet, for example corpus/codebook/countries.yml"
        reading.complain("KB080", "corpus/codebook", "no codebook", hint)
    return Codebook(facets) if facets and whole else None


def _references(reading: _Reading) -> References:
    data = reading.folder.read(REFERENCES)
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
    for path in reading.folder.records(f"corpus/{folder}"):
        name = Path(path).stem
        record = _record(reading, model, _mapping(reading, path), path, {"id": name, "path": path})
        if not _take_name(reading, path, names):
            reading.drafts.pop(path, None)
        elif record:
            records[name] = record
    return dict(sorted(records.items()))


def _interface(reading: _Reading) -> dict[str, Mapping[str, str]]:
    found: dict[str, Mapping[str, str]] = {}
    for path in reading.folder.records(words.OWN):
        own = _mapping(reading, path)
        if own is not None:
            reading.complaints.extend(words.check(own, path))
            found[Path(path).stem] = FrozenDict({key: str(word) for key, word in own.items()})
    return found


def _take_name(reading: _Reading, path: str, taken: dict[str, str]) -> bool:
    """Whether a file is the first of its name; a second one is a complaint."""
    name = Path(path).stem
    first = taken.setdefault(name.casefold(), path)
    if first != path:
        message = f"the name {name} is taken by {first}"
        coded = path.startswith("corpus/candidates/") and first.startswith("corpus/studies/")
        hint = f"delete {path} if that is its study, else rename one file" if coded else ""
        reading.complain("KB040", path, message, hint or "rename one file")
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
            message, hint = "the file's name says it", "remove the field"
            reading.complain("KB020", path, message, hint, key)
    try:
        context = {"languages": reading.around.languages}
        return model.model_validate({**value, **given}, context=context)
    except ValidationError as error:
        for complaint in complaints_of(error, model, path, reading.around):
            named = "id" in given and complaint.keys == ("id",)
            reading.complaints.append(of_name(complaint) if named else complaint)
        reading.drafts[path] = draft(model, {**value, **given}, error)
        return None


def _mapping(reading: _Reading, path: str) -> dict[str, yamlfile.Value] | None:
    data = reading.folder.read(path)
    if data is None:
        return None
    value, problems = yamlfile.parse(data, path)
    reading.problems.extend(problems)
    return value if isinstance(value, dict) else None
