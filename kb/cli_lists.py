"""The commands that list records: studies, findings, claims, gaps, candidates."""

from __future__ import annotations

from typing import Annotated

import typer

from kb import completion
from kb.cli_shared import (
    AsOfOption,
    Format,
    FormatOption,
    LanguageOption,
    Source,
    WhereOption,
    emit,
    fail,
    language_of,
    load_base,
    selection,
    words_of,
)

lists = typer.Typer()


@lists.command()
def studies(
    where: WhereOption = None,
    as_of: AsOfOption = None,
    format: FormatOption = Format.TABLE,
    language: LanguageOption = None,
    root: Source = None,
) -> None:
    """List the studies of which one finding fits."""
    _list("studies", where, format, language, root, as_of=as_of)


@lists.command()
def findings(
    where: WhereOption = None,
    unclaimed: Annotated[
        bool, typer.Option("--unclaimed", help="Keep those that no claim names")
    ] = False,
    as_of: AsOfOption = None,
    format: FormatOption = Format.TABLE,
    language: LanguageOption = None,
    root: Source = None,
) -> None:
    """List the findings that fit."""
    _list("findings", where, format, language, root, unclaimed=unclaimed, as_of=as_of)


@lists.command()
def claims(
    where: WhereOption = None,
    confidence: Annotated[
        str | None,
        typer.Option(
            "--confidence",
            metavar="L[,L]",
            help="Keep these levels",
            autocompletion=completion.levels,
        ),
    ] = None,
    one_team: Annotated[
        bool, typer.Option("--one-team", help="Keep those that rest on a single research team")
    ] = False,
    as_of: AsOfOption = None,
    format: FormatOption = Format.TABLE,
    language: LanguageOption = None,
    root: Source = None,
) -> None:
    """List what is claimed, with what it rests on."""
    narrowed = {"confidence": words_of(confidence), "one_team": one_team}
    _list("claims", where, format, language, root, as_of=as_of, **narrowed)


@lists.command()
def gaps(
    where: WhereOption = None,
    status: Annotated[
        str | None,
        typer.Option(
            "--status",
            metavar="S[,S]",
            help="open, narrowed, closed",
            autocompletion=completion.statuses,
        ),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            "--kind",
            metavar="K[,K]",
            help="Kinds of gaps of the codebook",
            autocompletion=completion.kinds,
        ),
    ] = None,
    urgent: Annotated[
        bool, typer.Option("--urgent", help="Keep those that a source calls urgent")
    ] = False,
    sources: Annotated[
        int, typer.Option("--sources", min=1, help="Keep those that at least so many works state")
    ] = 1,
    as_of: AsOfOption = None,
    format: FormatOption = Format.TABLE,
    language: LanguageOption = None,
    root: Source = None,
) -> None:
    """List the stated gaps: what a source says is not known."""
    _list(
        "gaps",
        where,
        format,
        language,
        root,
        status=words_of(status),
        kind=words_of(kind),
        urgent=urgent,
        sources=sources,
        as_of=as_of,
    )


@lists.command()
def candidates(
    where: WhereOption = None,
    format: FormatOption = Format.TABLE,
    language: LanguageOption = None,
    root: Source = None,
) -> None:
    """List the works that wait to be coded, with what to check."""
    _list("candidates", where, format, language, root)


@lists.command()
def agreement(format: FormatOption = Format.TABLE, root: Source = None) -> None:
    """Show how far two independent coders agree, facet by facet."""
    from kb import export, tables
    from kb.agreement import agreement as agree

    found = agree(load_base(root).corpus)
    emit(format, lambda: [export.agreed(one) for one in found], lambda: tables.agreements(found))


def _list(
    name: str,
    where: list[str] | None,
    format: Format,
    language: str | None,
    root: str | None,
    **narrowed: object,
) -> None:
    """Print the records of one kind that fit ``where`` and what else narrows them."""
    from kb.facts import UnknownName

    base = load_base(root)
    chosen, words = selection(base, where, name), language_of(base.corpus, language, format)
    try:
        found = getattr(base, name)(chosen, **narrowed)
    except UnknownName as error:
        fail(str(error))
    emit(format, found.to_dicts, lambda: found.to_table(words))
