"""A data file that was published, read back into records; whatever is wrong with it is told."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn, TypeVar

from pydantic import TypeAdapter, ValidationError

from kb import export, rules, shapes, words
from kb.codebook import Codebook, Facet
from kb.collector import collector_paused
from kb.corpus import Corpus
from kb.folder import SETTINGS
from kb.frozen import FrozenDict
from kb.kinds import kind_of
from kb.model import ID_PATTERN, Complaint, Record
from kb.problems import CorpusError, NotHere, Problem, SourceError, has_errors, ordered
from kb.records import Settings
from kb.references import Name, Reference, References
from kb.rulebook import RULES
from kb.textfile import hidden
from kb.validation import Around, around, complaints_of
from kb.whole import API_VERSION, NAME, RECORDS

AnyRecord = TypeVar("AnyRecord", bound=Record)


def unchecked(content: export.Json, path: str) -> Corpus:
    """The corpus in the data of a file, of which only the form is checked.

    Raises as :func:`read` does."""
    with collector_paused():
        return _corpus(content, path, frozenset())


class Missing(Mapping[str, Any]):
    """Records that a data file does not hold; to ask for them raises :class:`NotHere`."""

    def __init__(self, part: str, path: str) -> None:
        self._text = f"{path} does not hold the {part.replace('_', ' ')}; load {NAME} instead"

    def _refuse(self) -> NoReturn:
        raise NotHere(self._text)

    def __getitem__(self, _: str) -> NoReturn:
        self._refuse()

    def __iter__(self) -> Iterator[str]:
        self._refuse()

    def __len__(self) -> int:
        self._refuse()


def read(data: bytes, path: str) -> tuple[Corpus, tuple[Problem, ...], str]:
    """The corpus in a data file, its warnings, and what tells its content from any other.

    Raises :class:`SourceError` when it is no such file, and :class:`kb.CorpusError` when its
    records have errors.
    """
    with collector_paused():
        envelope = _envelope(data, path)
        content = envelope["data"]
        fingerprint = envelope.get("generated_from") or f"sha256:{sha256(data).hexdigest()}"
        if isinstance(content, dict) and RECORDS.keys() <= content.keys():
            corpus = _corpus(content, path, frozenset())
        elif isinstance(content, list) and "context" in envelope:
            studies = [_unpublished(one) for one in content]
            part = {**_mapping(envelope["context"], "context", path), "studies": studies}
            corpus = _corpus(part, path, frozenset(RECORDS.keys() - {"studies"}))
        else:
            raise SourceError(f"{path} holds only a part of a knowledge base; load {NAME} instead")
        return corpus, _checked(corpus), str(fingerprint)


def _envelope(data: bytes, path: str) -> export.Json:
    try:
        value = json.loads(data.decode("utf-8-sig"), parse_constant=_no_number)
    except json.JSONDecodeError as error:
        place = f"{path}:{error.lineno}:{error.colno}"
        raise SourceError(f"{place}: this is not JSON: {error.msg}; download it again") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}: this is not UTF-8; download it again") from error
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{path}: this is no data of a knowledge base: {error}") from error
    if not isinstance(value, dict) or "data" not in value or "version" not in value:
        raise SourceError(f"{path} is no data of a knowledge base; load its {NAME}")
    if value["version"] != API_VERSION:
        what = f"has version {value['version']!s:.20} of the data, and this is for {API_VERSION}"
        raise SourceError(f"{path} {what}; install the kb that fits")
    return value


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")


def _mapping(value: object, name: str, path: str) -> export.Json:
    if not isinstance(value, dict):
        raise SourceError(f"{path}: {name} must be a mapping; download it again")
    return value


def _unpublished(study: object) -> object:
    """A study of ``studies.json`` as a record: findings with their own ids and tags again."""
    if not isinstance(study, dict) or not isinstance(study.get("findings"), list):
        return study
    tags_of_study = study.get("tags")
    own = tags_of_study if isinstance(tags_of_study, dict) else {}
    findings = []
    for one in study["findings"]:
        if isinstance(one, dict) and isinstance(one.get("tags"), dict):
            tags = {name: terms for name, terms in one["tags"].items() if own.get(name) != terms}
            one = {**one, "id": str(one.get("id")).partition("#")[2], "tags": tags}
        findings.append(one)
    path = f"corpus/studies/{study.get('id')}.yml"
    kept = {name: value for name, value in study.items() if name != "year"}
    return {**kept, "path": path, "findings": findings}


@dataclass
class _Reading:
    path: str
    problems: list[Problem] = field(default_factory=list)
    around: Around = field(default_factory=Around)

    def complain(self, complaints: Iterable[Complaint]) -> None:
        """Keep what is wrong; there is no line in a file that a person wrote."""
        for one in complaints:
            keys = ".".join(map(str, one.keys))
            severity = RULES[one.code].severity
            self.problems.append(
                Problem(one.code, severity, one.path, 0, 0, keys, one.message, one.hint)
            )

    def record(self, model: type[AnyRecord], value: object, path: str) -> AnyRecord | None:
        """A record, unless its form is broken."""
        if keys := next(_hidden(value, ()), None):
            message = "a character that is not allowed"
            self.complain([Complaint("KB002", path, keys, message, "delete it")])
            return None
        try:
            return model.model_validate(value, context={"languages": self.around.languages})
        except ValidationError as error:
            self.complain(complaints_of(error, model, path, self.around))
            return None


def _hidden(value: object, keys: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    """The places of texts that no file of a knowledge base could hold."""
    if isinstance(value, str) and hidden(value):
        yield keys
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _hidden(key, keys)
            yield from _hidden(inner, (*keys, key))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _hidden(inner, (*keys, at))


def _corpus(content: export.Json, path: str, missing: frozenset[str]) -> Corpus:
    reading = _Reading(path)
    value = _mapping(content.get("settings"), "settings", path)
    languages = value.get("languages")
    if isinstance(languages, list):
        reading.around = Around(tuple(map(str, languages)))
    settings = reading.record(Settings, value, SETTINGS)
    facets = _records(reading, Facet, content.get("codebook"), "codebook")
    codebook = Codebook(facets)
    reading.around = around(settings, codebook) or reading.around
    references = _references(content.get("references"), path)
    found: dict[str, Any] = {
        name: Missing(name, path)
        if name in missing
        else _records(reading, model, content.get(name), name)
        for name, model in RECORDS.items()
    }
    interface = _interface(reading, content.get("interface", {}))
    if settings is None or has_errors(reading.problems):
        raise CorpusError(reading.problems)
    return Corpus(Path(path), settings, codebook, references, **found, interface=interface)


def _records(
    reading: _Reading, model: type[AnyRecord], values: object, part: str
) -> dict[str, AnyRecord]:
    if not isinstance(values, list):
        raise SourceError(f"{reading.path}: {part} must be a list; download it again")
    records: dict[str, AnyRecord] = {}
    for at, value in enumerate(values):
        told = value.get("path") if isinstance(value, dict) else None
        one = reading.record(model, value, str(told or f"{part}.{at}"))
        if one is None:
            continue
        name, path = str(getattr(one, "id", "")), str(getattr(one, "path", ""))
        if not _belongs(path, model, name):
            what = f"{part}.{at}.path: no record of this kind and id lies at {path[:200]!r}"
            raise SourceError(f"{reading.path}: {what}; download it again")
        if name in records:
            reading.complain([Complaint("KB040", path, ("id",), f"{name} stands twice", "")])
        records[name] = one
    return records


def _belongs(path: str, model: type[Record], name: str) -> bool:
    """Whether a record's path is one of its kind inside the folder, and says its id."""
    parts, kind = PurePosixPath(path), kind_of(path)
    plain = parts.as_posix() == path and ".." not in parts.parts and "\\" not in path
    named = model is Facet or parts.stem == name
    return plain and kind is not None and kind.model is model and parts.suffix == ".yml" and named


@cache
def _as_references() -> TypeAdapter[list[shapes.SourceReference]]:
    return TypeAdapter(list[shapes.SourceReference])


def _references(values: object, path: str) -> References:
    if keys := next(_hidden(values, ()), None):
        place = ".".join(map(str, keys))
        raise SourceError(f"{path}: references.{place}: a character that is not allowed")
    try:
        found = _as_references().validate_python(values, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, ("references", *first["loc"])))
        raise SourceError(f"{path}: {place}: {first['msg']}; download it again") from error
    return {one["key"]: _reference(one) for one in found}


def _reference(one: shapes.SourceReference) -> Reference:
    authors, editors = (
        tuple(Name(**name) for name in one[role]) for role in ("authors", "editors")
    )
    said = (one["key"], one["type"], one["fields"], authors, editors)
    return Reference(*said, one["year"], one["line"], one["suffix"])


def _interface(reading: _Reading, value: object) -> dict[str, Mapping[str, str]]:
    own = _mapping(value, "interface", reading.path)
    for language, said in own.items():
        place = f"{words.OWN}/{language}.yml"
        if not re.fullmatch(ID_PATTERN, language):
            raise SourceError(f"{reading.path}: interface: {language!r} is no language")
        reading.complain(words.check(_mapping(said, place, reading.path), place))
    return {language: FrozenDict(said) for language, said in own.items()}


def _checked(corpus: Corpus) -> tuple[Problem, ...]:
    """The warnings of a corpus, of which a part may be missing; errors are raised."""
    there: dict[str, Any] = {
        name: {} for name in RECORDS if isinstance(getattr(corpus, name), Missing)
    }
    reading = _Reading(str(corpus.root))
    reading.complain(rules.check(replace(corpus, **there)))
    if has_errors(reading.problems):
        raise CorpusError(reading.problems)
    return ordered(reading.problems)
