"""A new knowledge base: the one in ``starter/``, in other languages and under another title.

The starter is itself a knowledge base, in the languages of the engine, so that whatever checks one
checks it. Names that begin with ``dot-`` stand for names that begin with a dot.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from kb import __version__, rules, yamlfile
from kb.folder import SETTINGS
from kb.formatting import ordered
from kb.kinds import SCHEMAS, kind_of, schema_line, without_schema_line
from kb.problems import CorpusError
from kb.schema import files as schemas
from kb.writing import Change, WritingError, write_all
from kb.yamlwriter import dump, notes_of

STARTER = Path(__file__).with_name("starter")
PACKAGE = "evidence-gap-kb"
FALLBACK = "en"
_AS = (
    f'"{PACKAGE}=={__version__}", "{PACKAGE} @ git+https://github.com/OWNER/REPOSITORY@TAG" or '
    f'"{PACKAGE} @ https://HOST/evidence_gap_kb-{__version__}-py3-none-any.whl"'
)
"""How a version, a revision in git and a wheel are asked for."""
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


class StartError(ValueError):
    """What was asked for cannot be used; the text says why."""


@dataclass(frozen=True)
class Start:
    """What a new knowledge base is called (``None``: as the starter is), its languages, the first
    being the default, and what pip installs the engine from."""

    title: str | None
    languages: Sequence[str]
    engine: str

    def __post_init__(self) -> None:
        if self.title is not None and not _is_title(self.title):
            raise StartError("the title must be a text on one line, with a letter or a digit")
        if not _names_engine(self.engine):
            raise StartError(f"the engine must be a requirement on one line, such as {_AS}")
        for language in self.languages:
            if not _LANGUAGE.fullmatch(language):
                raise StartError(f"{language} is no code of a language; write one as en or pt-BR")
            if self.languages.count(language) > 1:
                raise StartError(f"the language {language} stands twice")


def _is_title(text: str) -> bool:
    return text.isprintable() and any(map(str.isalnum, text))


def _names_engine(text: str) -> bool:
    """Whether a text is a requirement of the engine. Without its name in front, what a file or an
    address holds would be known only to who opens it, and a path is one of this machine only."""
    try:
        asked = Requirement(text)
    except InvalidRequirement:
        return False
    return canonicalize_name(asked.name) == PACKAGE and (asked.url is None or "://" in asked.url)


def installed_from() -> tuple[str, str]:
    """What pip installs this engine from, an address on the net or the version that an index has;
    and the address of the file or folder that it came from, which others cannot reach, if any."""
    try:
        origin = json.loads(distribution(PACKAGE).read_text("direct_url.json") or "{}")
    except PackageNotFoundError:
        origin = {"url": Path(__file__).parents[1].as_uri()}
    url, vcs = str(origin.get("url", "")), origin.get("vcs_info")
    if url.startswith(("https://", "ssh://")):
        prefix = f"{vcs['vcs']}+" if vcs else ""
        revision = f"@{vcs['commit_id']}" if vcs else ""
        return f"{PACKAGE} @ {prefix}{url}{revision}", ""
    return f"{PACKAGE}=={__version__}", url


def start(folder: Path, given: Start) -> list[str]:
    """Make a new knowledge base in a folder, which need not be there; gives the paths of its files.

    Nothing that is there is touched: raises :class:`kb.writing.WritingError` when something is in
    the way or cannot be written, and then nothing was.
    """
    made = dict(_files(given))
    if taken := sorted({path.split("/")[0] for path in made} & _names(folder)):
        message = f"{folder} has {', '.join(taken)} already; name another folder"
        raise WritingError(f"nothing was written: {message}")
    new = [one for one in (folder, *folder.absolute().parents) if not one.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_all(folder, {Path(path): Change(None, text) for path, text in made.items()})
    except BaseException as error:
        for one in new:
            if one.is_dir() and not any(one.iterdir()):
                one.rmdir()
        if isinstance(error, OSError):
            name = f"{error.filename}: " if error.filename else ""
            raise WritingError(f"nothing was written: {name}{error.strerror}") from error
        raise
    return sorted(made)


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def _files(given: Start) -> Iterator[tuple[str, bytes]]:
    """The files of a new knowledge base by their paths, with the schemas of its records."""
    made = dict(_own(given))
    with tempfile.TemporaryDirectory(prefix="kb-start-") as folder:
        for path, text in made.items():
            (Path(folder) / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / path).write_bytes(text)
        corpus, problems = rules.load(Path(folder))
    if corpus is None or problems:
        raise CorpusError(problems)
    yield from made.items()
    for name, schema in schemas(corpus.settings, corpus.codebook).items():
        yield f"{SCHEMAS}/{name}", schema.encode()


def _own(given: Start) -> Iterator[tuple[str, bytes]]:
    words = _starters_title()
    for file in sorted(STARTER.rglob("*")):
        name = file.relative_to(STARTER).as_posix()
        if not file.is_file() or "__pycache__" in name or name.startswith("docs/"):
            continue
        path = re.sub(r"(^|/)dot-", r"\1.", name)
        text = file.read_text("utf-8")
        if name.startswith("corpus/"):
            text = _record(text, path, given)
        elif name == "mkdocs.yml":
            title = given.title or words
            text = text.replace(json.dumps(words), json.dumps(title, ensure_ascii=False), 1)
        elif name == "README.md":
            text = text.replace(words, given.title or words, 1)
        elif name == "requirements.txt":
            text = text.replace(PACKAGE, given.engine, 1)
        yield path, text.encode()
    for language in given.languages:
        yield from _pages(language)


def _pages(language: str) -> Iterator[tuple[str, bytes]]:
    """The hand-written pages in a language, in English if the starter lacks it."""
    own = STARTER / "docs" / language
    folder = own if own.is_dir() else STARTER / "docs" / FALLBACK
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            yield f"docs/{language}/{file.relative_to(folder).as_posix()}", file.read_bytes()


def _starters_title() -> str:
    value, _ = yamlfile.parse((STARTER / SETTINGS).read_bytes(), SETTINGS)
    assert isinstance(value, dict)
    title = value["title"]
    assert isinstance(title, dict)
    return str(title[FALLBACK])


def _record(text: str, path: str, given: Start) -> str:
    """A record of the starter in other languages, with its comments."""
    value, _ = yamlfile.parse(text.encode(), path)
    kind = kind_of(path)
    assert isinstance(value, dict)
    assert kind is not None
    made = _spoken(value, given.languages)
    if path == SETTINGS:
        made["languages"] = list(given.languages)
        if given.title:
            title = dict.fromkeys(given.languages, " ".join(given.title.split()))
            made |= {"title": title, "short_title": title}
    notes = notes_of(without_schema_line(text))
    return schema_line(path) + dump(ordered(made, kind.model, given.languages), notes)


def _spoken(value: Any, languages: Sequence[str]) -> Any:
    """A value with each text in some languages, in English where the starter lacks one."""
    if isinstance(value, list):
        return [_spoken(one, languages) for one in value]
    if not isinstance(value, Mapping):
        return value
    if FALLBACK in value:
        return {language: value.get(language, value[FALLBACK]) for language in languages}
    return {key: _spoken(one, languages) for key, one in value.items()}
