"""The commands that tell what changed: diff and comment."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kb.cli_shared import LanguageOption, Root, fail

if TYPE_CHECKING:
    from kb.corpus import Corpus

changing = typer.Typer()


class DiffFormat(StrEnum):
    """How changes are printed."""

    TEXT = "text"
    MD = "md"
    JSON = "json"


@changing.command()
def diff(
    old: Annotated[str, typer.Argument(help="A git revision, or a folder with a knowledge base")],
    new: Annotated[
        str | None, typer.Argument(help="The same (default: the knowledge base as it is now)")
    ] = None,
    format: Annotated[DiffFormat, typer.Option("--format", help="How to print")] = DiffFormat.TEXT,
    language: LanguageOption = None,
    root: Root = None,
) -> None:
    """Tell what changed between two states: records, cells, gaps and claims."""
    from kb import artefact, tell
    from kb.base import find_root
    from kb.compare import compare
    from kb.words import interface

    here = find_root(root or Path())
    before = corpus_of(here, old)
    after = corpus_of(here, new)
    changes = compare(before, after)
    spoken = spoken_of(after, language)
    words = interface(here, spoken)
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
    """Turn a comparison that no one vouches for into Markdown for a pull request."""
    from kb import artefact, tell
    from kb.words import engine

    try:
        changes = artefact.load(file)
    except artefact.ArtefactError as error:
        fail(str(error), 1)
    words = {**engine("en"), **engine(language)}
    sys.stdout.write(tell.as_comment(changes, words, language, preview))


def corpus_of(root: Path, name: str | None) -> Corpus:
    """The corpus of a folder or a git revision, or of ``root`` itself when none is named; what is
    wrong with it ends the command."""
    from kb.base import load
    from kb.corpus import SETTINGS
    from kb.problems import CorpusError, as_text, summary
    from kb.revisions import RevisionError, checked_out

    try:
        if name is None or (Path(name) / SETTINGS).is_file():
            return load(root if name is None else Path(name)).corpus
        with checked_out(root, name) as folder:
            return load(folder).corpus
    except RevisionError as error:
        fail(str(error))
    except CorpusError as error:
        sys.stderr.write(as_text(error.problems))
        fail(f"{name or root}: {summary(error.problems)}", 1)


def spoken_of(corpus: Corpus, language: str | None) -> str:
    """The language that is asked for, or the corpus's first; an unknown one ends the command."""
    from kb.model import suggestion

    if language is not None and language not in corpus.languages:
        fail(f"no language {language}; {suggestion(language, corpus.languages)}")
    return language or corpus.languages[0]
