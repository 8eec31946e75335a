"""The command that finds works which are not in the knowledge base yet."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from kb.cli_shared import Format, FormatOption, Root, emit, fail, load_base, refuse

finding = typer.Typer()


@finding.command()
def discover(
    context: typer.Context,
    since: Annotated[
        int | None,
        typer.Option(
            "--since", metavar="YEAR", min=1500, max=2200, help="Published that year or later"
        ),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="So many works at most")] = 20,
    write: Annotated[
        bool, typer.Option("--write", help="Add them to the bibliography and to the candidates")
    ] = False,
    format: FormatOption = Format.TABLE,
    root: Root = None,
) -> None:
    """List works that are not here yet, by OpenAlex.

    They cite, share authors with or are about what is here.
    """
    from datetime import UTC, datetime

    from kb import discover as discovering
    from kb import waiting
    from kb.openalex import OpenAlex, OpenAlexError
    from kb.writing import WritingError

    if write:
        refuse(context, {"format"}, "with --write; leave one of them out")
    base = load_base(root)
    try:
        found = discovering.discover(base.corpus, OpenAlex(since), limit)
    except OpenAlexError as error:
        fail(f"nothing was done: {error}", 1)
    if not write:
        emit(
            format,
            lambda: [discovering.as_data(one) for one in found],
            lambda: discovering.table(found),
        )
        return
    words = {language: base.corpus.words(language) for language in base.corpus.languages}
    day = datetime.now(UTC).date().isoformat()
    try:
        paths, left = waiting.write(base.corpus, found, words, day)
    except WritingError as error:
        fail(str(error), 1)
    for path in paths:
        print(path)
    for one in left:
        print(f"left out {one.work.id}: it cannot be written as BibTeX", file=sys.stderr)
