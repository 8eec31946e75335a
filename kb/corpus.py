"""The only reader of a knowledge base's folder: files in, frozen records and problems out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from kb import migration, reading, words
from kb.cache import Cache, opened
from kb.changes import Release
from kb.codebook import Codebook, Facet
from kb.collector import collector_paused
from kb.comments import lost_words
from kb.drafts import Draft
from kb.folder import REFERENCES, SETTINGS, Snapshot, snapshot, stem
from kb.frozen import FrozenDict
from kb.listing import Folder
from kb.model import ID_PATTERN, Complaint, Record
from kb.places import locate
from kb.problems import Problem
from kb.reading import AnyRecord
from kb.records import Settings, Study
from kb.references import Reference, References
from kb.remembered import Parsed
from kb.second import SecondCoding
from kb.synthesis import Candidate, Claim, Gap
from kb.validation import Around, around, of_name


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
    unreadable: frozenset[str] = frozenset()
    """The keys of references that are there, but cannot be read."""

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
            more[type(one.record)][stem(path)] = one.record
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
        return tuple([self.references[key] for key in study.reports if key in self.references])

    def year(self, study: Study) -> int | None:
        """The year of the study's first report, or ``None`` when no report has a year."""
        return min([one.year for one in self.reports(study) if one.year], default=None)


@dataclass
class Reading:
    """What has been read so far."""

    folder: Folder
    parsed: Parsed
    problems: list[Problem] = field(default_factory=list)
    around: Around = field(default_factory=Around)
    names: dict[str, str] = field(default_factory=dict)
    drafts: dict[str, Draft[Record]] = field(default_factory=dict)
    other: Complaint | None = None
    settings: Settings | None = None
    codebook: Codebook | None = None
    references: References = field(default_factory=dict)

    @property
    def against(self) -> Corpus | None:
        """What studies are checked against: a corpus without records."""
        if self.settings is None or self.codebook is None:
            return None
        known = (self.settings, self.codebook, self.references)
        broken = frozenset([one.field for one in self.problems if one.code == "KB052"])
        return Corpus(self.folder.root, *known, {}, unreadable=broken)

    @property
    def complaints(self) -> list[Complaint]:
        """What is wrong with the files and the form of the records."""
        return self.folder.complaints

    def complain(self, code: str, path: str, message: str, hint: str, *keys: str) -> None:
        self.complaints.append(Complaint(code, path, keys, message, hint))

    def fields(self, path: str) -> reading.Fields | None:
        """The fields that a file holds, if it is a mapping."""
        data = self.folder.read(path)
        if path in self.parsed:
            found, problems = self.parsed[path]
        else:
            found, problems = reading.read_fields(data, path) if data is not None else (None, ())
        self.problems.extend(problems or lost_words(data or b"", path))
        return found

    def record(self, model: type[AnyRecord], path: str) -> AnyRecord | None:
        """The record that a file holds, if its form is whole."""
        fields = self.fields(path)
        if fields is None:
            return None
        return self.take(path, reading.as_record(model, fields, path, self.around))

    def take(self, path: str, outcome: reading.Outcome[AnyRecord]) -> AnyRecord | None:
        self.problems.extend(outcome.problems)
        self.complaints.extend(outcome.complaints)
        if outcome.draft:
            self.drafts[path] = outcome.draft
        return outcome.record


def read(
    root: Path, seen: Snapshot | None = None, cache: Cache | None = None
) -> tuple[Corpus | None, list[Problem]]:
    """The corpus in a folder and the problems of its form.

    The corpus is ``None`` when its settings or its codebook cannot be used; every file is read
    all the same, so that all problems are reported at once, unless the knowledge base is of another
    version: then this is the only one. Nothing is raised for bad content. What is ``seen`` need not
    be read again, and what the cache knows need not be parsed again.
    """
    return rest(begin(root, seen, cache))


@collector_paused()
def begin(root: Path, seen: Snapshot | None = None, cache: Cache | None = None) -> Reading:
    """Read no more than settings, codebook and references."""
    seen, cache = seen or snapshot(root), cache or opened()
    state = Reading(Folder(seen), Parsed(seen, cache))
    value = _settings_file(state)
    state.other = migration.complaint(value) if value else None
    if state.other is None:
        state.settings = _settings(state, value)
        state.codebook = _codebook(state)
        state.around = around(state.settings, state.codebook) or state.around
        state.references = _references(state)
    return state


@collector_paused()
def rest(
    state: Reading, elsewhere: Iterable[str] | None = None
) -> tuple[Corpus | None, list[Problem]]:
    """Read all the rest, as :func:`read` tells it. The studies ``elsewhere``, by their paths in
    order, are not read here: only their names count."""
    if state.other:
        return None, locate(state.folder.root, [state.other])
    found: dict[str, Any] = {
        "studies": _studies(state, elsewhere),
        "claims": _records(state, Claim, "claims"),
        "gaps": _records(state, Gap, "gaps"),
        "candidates": _records(state, Candidate, "candidates"),
        # These go by the names of their studies, so they have a space of names of their own.
        "second_codings": _records(state, SecondCoding, "second-codings", {}),
        "releases": _records(state, Release, "releases", {}),
        "interface": _interface(state),
    }
    state.folder.complain_of_strays()
    problems = state.problems + locate(state.folder.root, state.complaints)
    corpus = state.against
    return corpus and replace(corpus, **found, drafts=state.drafts), problems


def _settings_file(state: Reading) -> reading.Fields | None:
    if not (state.folder.root / SETTINGS).is_file():
        hint = "run kb in the folder of a knowledge base, or name it with --root"
        state.complain("KB080", SETTINGS, "there is no such file", hint)
        return None
    return state.fields(SETTINGS)


def _settings(state: Reading, found: reading.Fields | None) -> Settings | None:
    if found is None:
        return None
    languages = found.get("languages")
    if isinstance(languages, list):
        state.around = Around(tuple(str(language) for language in languages))
    return state.take(SETTINGS, reading.as_record(Settings, found, SETTINGS, state.around))


def _codebook(state: Reading) -> Codebook | None:
    facets: dict[str, Facet] = {}
    names: dict[str, str] = {}
    ids: dict[str, str] = {}
    whole = True
    for path in state.folder.records("corpus/codebook"):
        facet = state.record(Facet, path)
        whole = whole and facet is not None
        _take_name(state, path, names)
        if not re.match(ID_PATTERN, stem(path)):  # it is in the addresses of the facet's pages
            plain = "use letters a-z, digits and hyphens"
            state.complaints.append(of_name(Complaint("KB023", path, (), "", plain)))
        if facet and facet.id.casefold() in ids:
            message = f"the facet {facet.id} is also in {ids[facet.id.casefold()]}"
            state.complain("KB040", path, message, "give one of them another id", "id")
        elif facet:
            facets[facet.id] = facet
            ids[facet.id.casefold()] = path
    if not facets and whole:
        hint = "add one file for each facet, for example corpus/codebook/countries.yml"
        state.complain("KB080", "corpus/codebook", "no codebook", hint)
    return Codebook(facets) if facets and whole else None


def _references(state: Reading) -> References:
    data = state.folder.read(REFERENCES)
    if data is None:
        return {}
    found, problems = state.parsed.references(data)
    state.problems.extend(problems)
    return found


def _studies(state: Reading, elsewhere: Iterable[str] | None) -> dict[str, Study]:
    if elsewhere is None:
        return _records(state, Study, "studies")
    state.folder.records("corpus/studies")  # for what is wrong with the names
    for path in elsewhere:
        _take_name(state, path, state.names)
    return {}


def _records(
    state: Reading, model: type[AnyRecord], folder: str, names: dict[str, str] | None = None
) -> dict[str, AnyRecord]:
    """The records of one kind by id, sorted; kinds share one space of names if none is given."""
    names = state.names if names is None else names
    records: dict[str, AnyRecord] = {}
    for path in state.folder.records(f"corpus/{folder}"):
        name = stem(path)
        record = state.record(model, path)
        if not _take_name(state, path, names):
            state.drafts.pop(path, None)
        elif record:
            records[name] = record
    return dict(sorted(records.items()))


def _interface(state: Reading) -> dict[str, Mapping[str, str]]:
    found: dict[str, Mapping[str, str]] = {}
    for path in state.folder.records(words.OWN):
        own = state.fields(path)
        if own is not None:
            state.complaints.extend(words.check(own, path))
            found[stem(path)] = FrozenDict({key: str(word) for key, word in own.items()})
    return found


def _take_name(state: Reading, path: str, taken: dict[str, str]) -> bool:
    """Whether a file is the first of its name; a second one is a complaint."""
    name = stem(path)
    first = taken.setdefault(name.casefold(), path)
    if first != path:
        message = f"the name {name} is taken by {first}"
        coded = path.startswith("corpus/candidates/") and first.startswith("corpus/studies/")
        hint = f"delete {path} if that is its study, else rename one file" if coded else ""
        state.complain("KB040", path, message, hint or "rename one file")
    return first == path
