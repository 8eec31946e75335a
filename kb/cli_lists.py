"""The commands that list records: studies, findings, claims, gaps, candidates."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kb.cli_shared import (
    Format,
    FormatOption,
    LanguageOption,
    Root,
    WhereOption,
    chosen_of,
    emit,
    language_of,
    load_base,
    selection,
)

lists = typer.Typer()


@lists.command()
def studies(
    where: WhereOption = None,
    format: FormatOption = Format.TABLE,
    language: LanguageOption = None,
    root: Root = None,
) -> None:
    """List the studies of which one finding fits."""
    _list("studies", where, format, language, root)


@lists.command()
def findings(
    where: WhereOption = None,
    format: FormatOption = Format.TABLE,
    language: LanguageOption = None,
    root: Root = None,
) -> None:
    """List the findings that fit."""
    _list("findings", where, format, language, root)


@lists.command()
def claims(
    where: WhereOption = None,
    confidence: Annotated[
        str | None, typer.Option("--confidence", metavar="L[,L]", help="Keep these levels")
    ] = None,
    format: FormatOption = Format.TABLE,
    language: LanguageOption = None,
    root: Root = None,
) -> None:
    """List what is claimed, with what it rests on."""
    _list("claims", where, format, language, root, confidence=confidence)


@lists.command()
def gaps(
    where: WhereOption = None,
    status: Annotated[
        str | None, typer.Option("--status", metavar="S[,S]", help="open, narrowed, closed")
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="K[,K]", help="Kinds of gaps of the codebook")
    ] = None,
    format: FormatOption = Format.TABLE,
    language: LanguageOption = None,
    root: Root = None,
) -> None:
    """List the stated gaps: what a source says is not known."""
    _list("gaps", where, format, language, root, status=status, kind=kind)


@lists.command()
def candidates(
    where: WhereOption = None,
    format: FormatOption = Format.TABLE,
    language: LanguageOption = None,
    root: Root = None,
) -> None:
    """List the works that wait to be coded, with what to check."""
    _list("candidates", where, format, language, root)


@lists.command()
def agreement(format: FormatOption = Format.TABLE, root: Root = None) -> None:
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
    root: Path | None,
    **narrowed: str | None,
) -> None:
    """Print the records of one kind that fit ``where`` and have one of the words of each option."""
    from kb.listings import LISTINGS

    base, listing = load_base(root), LISTINGS[name]
    chosen, words = selection(base, where, name), language_of(base, language)
    found = list(listing.fitting(base, chosen))
    for option, text in narrowed.items():
        choice = listing.choices[option]
        if wanted := chosen_of(option, text, choice.words(base.corpus)):
            found = [one for one in found if choice.of(one) in wanted]
    emit(
        format,
        lambda: [listing.data(base.corpus, one) for one in found],
        lambda: listing.table(base.corpus, found, words),
    )
