"""The commands that tell what changed: diff, comment and changes."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kb.cli_shared import LanguageOption, Root, fail, language_of, load_base, refuse

if TYPE_CHECKING:
    from kb import tell
    from kb.base import KnowledgeBase
    from kb.corpus import Corpus

changing = typer.Typer()


class DiffFormat(StrEnum):
    """How changes are printed."""

    TEXT = "text"
    MD = "md"
    JSON = "json"


@changing.command()
def diff(
    old: Annotated[
        str,
        typer.Argument(
            help="A git revision, a folder with a knowledge base, a data file or an address"
        ),
    ],
    new: Annotated[
        str | None, typer.Argument(help="The same (default: the knowledge base as it is now)")
    ] = None,
    format: Annotated[DiffFormat, typer.Option("--format", help="How to print")] = DiffFormat.TEXT,
    language: LanguageOption = None,
    root: Root = None,
) -> None:
    """Tell what changed between two states.

    Records, cells, gaps and claims are compared.
    """
    from kb import artefact, tell
    from kb.compare import compare
    from kb.folder import find_root

    here = find_root(root or Path())
    before = corpus_of(here, old)
    after = corpus_of(here, new)
    changes = compare(before, after)
    spoken = language_of(after, language, format)
    words = after.words(spoken)
    if format is DiffFormat.JSON:
        sys.stdout.write(artefact.dumps(changes, old, new or "."))
    elif format is DiffFormat.MD:
        sys.stdout.write(tell.as_markdown(changes, words, spoken))
    else:
        sys.stdout.write(tell.as_text(changes, words, spoken))


@changing.command()
def comment(
    file: Annotated[
        Path,
        typer.Argument(help="What kb diff --format json wrote, bare or alone in a ZIP archive"),
    ],
    preview: Annotated[
        str | None, typer.Option("--preview", metavar="URL", help="Where the built site is")
    ] = None,
    language: Annotated[
        str, typer.Option("--language", help="Language of the comment and of its texts")
    ] = "en",
) -> None:
    """Word a comparison for a pull request.

    It may come from code that no one vouches for; what comes out is Markdown.
    """
    from kb import artefact, tell
    from kb.words import engine

    try:
        changes = artefact.load(file)
    except artefact.ArtefactError as error:
        fail(str(error), 1)
    words = {**engine("en"), **engine(language)}
    sys.stdout.write(tell.as_comment(changes, words, language, preview))


class ChangesFormat(StrEnum):
    """How the log of releases is printed."""

    TEXT = "text"
    MD = "md"
    JSON = "json"
    ATOM = "atom"


@changing.command()
def changes(
    context: typer.Context,
    version: Annotated[str | None, typer.Argument(help="Only this release")] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="REV",
            help="What is new since a git revision or folder, instead of the releases",
        ),
    ] = None,
    release: Annotated[
        str | None,
        typer.Option(
            "--release",
            metavar="VERSION",
            help="Record a release of what is there now, since REV (default: the tag of the last)",
        ),
    ] = None,
    date: Annotated[
        str | None,
        typer.Option("--date", metavar="DAY", help="Day of the release (default: today)"),
    ] = None,
    format: Annotated[
        ChangesFormat, typer.Option("--format", help="How to print")
    ] = ChangesFormat.TEXT,
    language: LanguageOption = None,
    root: Root = None,
) -> None:
    """Tell what each release brought, or record one."""
    _apart(context, since, release, format)
    base = load_base(root)
    if release is not None:
        _record(base, release, since, date)
        return
    spoken = language_of(base.corpus, language, format)
    words = base.corpus.words(spoken)
    if since is not None:
        _unreleased(base, since, format, words, spoken)
    else:
        _released(base, version, format, words, spoken)


def _apart(
    context: typer.Context, since: str | None, release: str | None, format: ChangesFormat
) -> None:
    """End the command when something is given that would not be minded beside the rest."""
    if release is not None:
        refuse(context, {"version", "format", "language"}, "with --release; leave one of them out")
        return
    refuse(context, {"date"}, "without --release, whose day it is")
    if since is not None:
        refuse(context, {"version"}, "with --since; leave one of them out")
    if format is ChangesFormat.ATOM:
        refuse(context, {"version"}, "in a feed, which is of all releases; leave it out")
        refuse(context, {"since"}, "in a feed, which is of releases; choose another --format")


def _record(base: KnowledgeBase, version: str, since: str | None, date: str | None) -> None:
    from datetime import UTC, datetime

    from pydantic import ValidationError

    from kb import releases
    from kb.changes import Release
    from kb.validation import Around, complaints_of
    from kb.writing import WritingError

    newest = next(iter(releases.log(base.corpus)), None)
    since = since or (f"v{newest.id}" if newest else None)
    old = corpus_of(base.corpus.root, since) if since else None
    try:
        day = date or datetime.now(UTC).date().isoformat()
        made = releases.release(base, version, day, old)
        releases.write(base.corpus.root, made, base.corpus.languages)
    except ValidationError as error:
        found = complaints_of(error, Release, version, Around(base.corpus.languages))
        fail("; ".join(f"{one.message}; {one.hint}" for one in found))
    except releases.ReleaseError as error:
        fail(str(error))
    except WritingError as error:
        fail(str(error), 1)
    print(made.path)


def _unreleased(
    base: KnowledgeBase, since: str, format: ChangesFormat, words: tell.Words, language: str
) -> None:
    from kb import artefact, releases, tell

    found = releases.since(corpus_of(base.corpus.root, since), base.corpus)
    if format is ChangesFormat.JSON:
        sys.stdout.write(artefact.dumps(found, since, "."))
    elif format is ChangesFormat.MD:
        sys.stdout.write(tell.as_markdown(found, words, language))
    else:
        sys.stdout.write(tell.as_text(found, words, language))


def _released(
    base: KnowledgeBase,
    version: str | None,
    format: ChangesFormat,
    words: tell.Words,
    language: str,
) -> None:
    from kb import export, feed, releases
    from kb.model import suggestion

    known = base.corpus.releases
    if version is not None and version not in known:
        fail(f"no release {version}; {suggestion(version, known) or 'there is none yet'}")
    chosen = [one for one in releases.log(base.corpus) if version in (None, one.id)]
    if format is ChangesFormat.JSON:
        sys.stdout.write(export.dumps([export.release(one) for one in chosen]))
    elif format is ChangesFormat.MD:
        sys.stdout.write(releases.as_markdown(chosen, words, language))
    elif format is ChangesFormat.TEXT:
        sys.stdout.write(releases.as_text(chosen, words, language))
    elif not chosen:
        fail("a feed needs a release; record one with kb changes --release", 1)
    else:
        sys.stdout.write(feed.feed(base.corpus, words, language))


def corpus_of(root: Path, name: str | None) -> Corpus:
    """The corpus of a folder, a data file, an address or a git revision, or of ``root`` itself when
    none is named; what is wrong with it ends the command."""
    from kb.base import load
    from kb.folder import SETTINGS
    from kb.locations import absent, is_address, is_store
    from kb.problems import CorpusError, SourceError, as_text, summary
    from kb.revisions import RevisionError, checked_out

    if name and is_store(name):
        fail(absent(name))
    try:
        if name is None:
            return load(root).corpus
        if is_address(name) or Path(name).is_file() or (Path(name) / SETTINGS).is_file():
            return load(name).corpus
        with checked_out(root, name) as folder:
            return load(folder).corpus
    except RevisionError as error:
        fail(str(error))
    except SourceError as error:
        fail(str(error), 1)
    except CorpusError as error:
        sys.stderr.write(as_text(error.problems))
        fail(f"{name or root}: {summary(error.problems)}", 1)
