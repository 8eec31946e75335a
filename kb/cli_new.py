"""The command that begins a study."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kb.cli_shared import Root, fail, load_corpus

if TYPE_CHECKING:
    from kb.beginning import Beginning
    from kb.corpus import Corpus
    from kb.questions import Question

beginning = typer.Typer()


@beginning.command()
def new(
    key: Annotated[
        str,
        typer.Argument(help="A key of references.bib, a DOI, or the key for what --from adds"),
    ] = "",
    source: Annotated[
        Path | None,
        typer.Option(
            "--from",
            help="A file with the work, in RIS, BibTeX or CSL-JSON",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    title: Annotated[
        list[str] | None,
        typer.Option("--title", metavar="LANGUAGE=TEXT", help="What was investigated; repeatable"),
    ] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="Kind of study")] = None,
    directness: Annotated[
        str | None, typer.Option("--directness", help="How directly it bears on the subject")
    ] = None,
    tag: Annotated[
        list[str] | None,
        typer.Option("--tag", metavar="FACET=TERM[,TERM]", help="Tags of all findings; repeatable"),
    ] = None,
    basis: Annotated[
        str | None, typer.Option("--basis", help="What was read: full-text, abstract or review")
    ] = None,
    read: Annotated[
        str | None, typer.Option("--source", metavar="KEY", help="The work that was read")
    ] = None,
    locator: Annotated[str | None, typer.Option("--locator", help="Where in it")] = None,
    coder: Annotated[
        list[str] | None, typer.Option("--coder", help="Who codes; repeatable")
    ] = None,
    date: Annotated[
        str | None, typer.Option("--date", metavar="YEAR-MONTH-DAY", help="When (default: today)")
    ] = None,
    ask: Annotated[
        bool | None,
        typer.Option("--ask/--no-ask", help="Ask for what is not given (default: in a terminal)"),
    ] = None,
    root: Root = None,
) -> None:
    """Begin the record of a study.

    The terms of the codebook stand beside each field.
    """
    from datetime import date as days

    from kb.beginning import Refused, begin, key_of
    from kb.questions import Unusable, put, questions
    from kb.writing import WritingError, write_all

    corpus, sound = load_corpus(root)
    try:
        key = key if source else key_of(corpus, key)  # a work that is there is not looked up
        given = _given(key, source)
        key = "" if given and source is None else key
        begun = begin(corpus, key, given, days.today().isoformat(), sound)
        asked = list(questions(corpus, begun.reference.key))
        told = [
            *_pairs("title", title),
            *_pairs("tags", tag),
            *((("coding", "coders"), ",".join(coder or ())),),
            *((name, text or "") for name, text in (
                (("kind",), kind), (("directness",), directness), (("coding", "basis"), basis),
                (("coding", "source"), read), (("coding", "locator"), locator),
                (("coding", "date"), date),
            )),
        ]  # fmt: skip
        for keys, text in told:
            if text:
                put(begun.known, keys, _question(asked, keys, corpus).value_of(text))
        if sys.stdin.isatty() if ask is None else ask:
            _ask(begun, asked)
        write_all(corpus.root, begun.changes())
    except Refused as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        fail(str(error))
    except Unusable as error:
        fail(str(error))
    except WritingError as error:
        fail(str(error), 1)
    _tell(begun)


def _given(key: str, source: Path | None) -> tuple[bytes, str] | None:
    """The work that is to be added, and where it is from; a DOI is looked up."""
    from kb import doi

    if source:
        try:
            return source.read_bytes(), str(source)
        except OSError as error:
            fail(f"{source}: {error.strerror}", 1)
    if number := doi.bare(key):
        try:
            return doi.fetch(number), number
        except doi.NoAnswer as error:
            fail(str(error), 1)
    return None if key else fail("name a key of references.bib or a DOI, or a file with --from")


def _pairs(name: str, options: Iterable[str] | None) -> Iterable[tuple[tuple[str, ...], str]]:
    for option in options or ():
        which, equals, text = option.partition("=")
        if not equals:
            fail(f"{option}: write NAME=VALUE")
        yield (name, which.strip()), text


def _question(asked: list[Question], keys: tuple[str, ...], corpus: Corpus) -> Question:
    from kb.model import suggestion

    found = next((one for one in asked if one.keys == keys), None)
    names = [one.keys[-1] for one in asked if one.keys[0] == keys[0]]
    hint = suggestion(keys[-1], names, corpus.codebook.called)
    return found or fail(f"no {keys[-1]} in {keys[0]}; {hint}")


def _ask(begun: Beginning, asked: list[Question]) -> None:
    from kb.asking import ask_all

    print(f"{begun.reference.short}: {begun.reference.title}")
    try:
        ask_all(asked, begun.known, print, input)
    except (EOFError, KeyboardInterrupt):
        fail("stopped; nothing was written", 1)


def _tell(begun: Beginning) -> None:
    if begun.shelf.added:
        print(f"added {begun.reference.key} to references.bib: compare it with the work itself")
    if begun.candidate:
        path = begun.candidate.path
        print(f"{path} was a candidate; its tags were taken over: delete it when all is coded")
    print(f"wrote {begun.path}")
    print(f"next: fill in the rest, its findings above all, then run kb check {begun.path}")
