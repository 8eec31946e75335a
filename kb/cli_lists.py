"""The commands that list records: studies, findings, claims, gaps, candidates."""

from __future__ import annotations

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
    from kb import export, tables
    from kb.facts import study_fits

    base = load_base(root)
    chosen, words = selection(base, where), language_of(base, language)
    found = [s for s in base.corpus.studies.values() if study_fits(base.corpus, s, chosen)]
    emit(
        format,
        lambda: [export.study(base.corpus, study) for study in found],
        lambda: tables.studies(base.corpus, found, words),
    )


@lists.command()
def findings(
    where: WhereOption = None,
    format: FormatOption = Format.TABLE,
    language: LanguageOption = None,
    root: Root = None,
) -> None:
    """List the findings that fit."""
    from kb import export, tables
    from kb.facts import fits

    base = load_base(root)
    chosen, words = selection(base, where), language_of(base, language)
    found = [fact for fact in base.facts if fits(base.corpus, fact, chosen)]
    emit(
        format,
        lambda: [export.listed_finding(fact) for fact in found],
        lambda: tables.findings(base.corpus, found, words),
    )


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
    """List what is claimed, with what it rests on and how much confidence it deserves."""
    from typing import get_args

    from kb import export, tables
    from kb.stated import tagged
    from kb.synthesis import Level

    base = load_base(root)
    chosen, words = selection(base, where), language_of(base, language)
    levels = chosen_of("confidence", confidence, get_args(Level))
    found = [
        claim
        for claim in tagged(base.corpus, base.corpus.claims.values(), chosen)
        if not levels or (claim.confidence and claim.confidence.level in levels)
    ]
    facets = [facet.id for facet in base.codebook.tag_facets]
    emit(
        format,
        lambda: [export.synthesised(claim) for claim in found],
        lambda: tables.claims(found, facets, words),
    )


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
    from typing import get_args

    from kb import export, tables
    from kb.stated import tagged
    from kb.synthesis import Status

    base = load_base(root)
    chosen, words = selection(base, where), language_of(base, language)
    states = chosen_of("status", status, get_args(Status))
    facet = base.codebook.with_role("gap-kind")
    kinds = chosen_of("kind", kind, list(facet.by_id) if facet else [])
    found = [
        gap
        for gap in tagged(base.corpus, base.corpus.gaps.values(), chosen)
        if (not states or gap.status in states) and (not kinds or gap.kind in kinds)
    ]
    facets = [one.id for one in base.codebook.tag_facets]
    emit(
        format,
        lambda: [export.synthesised(gap) for gap in found],
        lambda: tables.gaps(found, facets, words),
    )


@lists.command()
def agreement(format: FormatOption = Format.TABLE, root: Root = None) -> None:
    """Show how far two independent coders agree, facet by facet."""
    from kb import export, tables
    from kb.agreement import agreement as agree

    found = agree(load_base(root).corpus)
    emit(format, lambda: [export.agreed(one) for one in found], lambda: tables.agreements(found))


@lists.command()
def candidates(
    format: FormatOption = Format.TABLE,
    language: LanguageOption = None,
    root: Root = None,
) -> None:
    """List the works that fit the scope and still have to be coded, with what to check."""
    from kb import export, tables

    base = load_base(root)
    words = language_of(base, language)
    found = list(base.corpus.candidates.values())
    emit(
        format,
        lambda: [export.synthesised(one) for one in found],
        lambda: tables.candidates(found, words),
    )
