"""The command that makes partitioned Parquet of many studies, and how its tables are opened."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kb.cli_shared import Root, fail, given, refuse

if TYPE_CHECKING:
    from kb.tallies import Tables

sharding = typer.Typer()


@sharding.command()
def shard(
    context: typer.Context,
    output: Annotated[str, typer.Argument(help="Folder or address where the tables go")],
    studies: Annotated[
        str | None,
        typer.Option(
            "--studies",
            metavar="ADDRESS",
            help="Folder or address of the studies, in YAML or JSON Lines "
            "(default: those of the knowledge base)",
        ),
    ] = None,
    workers: Annotated[
        int, typer.Option("--workers", min=0, help="Processes of this machine (0: only this one)")
    ] = 0,
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", metavar="ADDRESS", help="A running Dask instead")
    ] = None,
    size: Annotated[int, typer.Option("--size", min=1, help="Studies in a shard")] = 1000,
    root: Root = None,
) -> None:
    """Check many studies, and write their fact table as Parquet.

    All or nothing: with an error there is no new table, and the old one stays.
    """
    from kb import problems as rendering
    from kb.cluster import SizeError, build
    from kb.folder import find_root
    from kb.problems import SourceError

    if scheduler is not None:
        refuse(context, {"workers"}, "with --scheduler, which has its own; leave one of them out")
    folder = find_root(root or Path()).resolve()
    sized = size if given(context, "size") else None
    try:
        built = build(folder, output, studies, workers=workers, scheduler=scheduler, size=sized)
    except SizeError as error:
        fail(str(error))
    except SourceError as error:
        fail(str(error), 1)
    sys.stdout.write(rendering.as_text(built.problems))
    print(rendering.summary(built.problems), file=sys.stderr)
    if rendering.has_errors(built.problems):
        raise typer.Exit(1)
    print(f"{built.studies} studies, {built.findings} findings, {built.shards} shards -> {output}")
    if built.left:
        named = ", ".join(f"{output.rstrip('/')}/{run}" for run in built.left)
        print(f"left by runs that did not end, or have not yet: {named}", file=sys.stderr)


def stored(source: str | None) -> Tables | None:
    """The tables at a place, if ``kb shard`` has made some there."""
    from kb.folder import holds_tables
    from kb.locations import is_store

    if source is None or not (is_store(source) or holds_tables(Path(source))):
        return None
    from kb.tallies import tables

    return tables(source)
