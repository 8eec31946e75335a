"""The commands that write files of a knowledge base as a whole: its schemas, its data in other
formats, a newer form."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from kb.cli_shared import Root, WhereOption, fail, load_base, selection, words_of

writing = typer.Typer()


@writing.command()
def schema(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", help="Where they go (default: docs/schema)", file_okay=False),
    ] = None,
    check_only: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit 1 if a schema would change")
    ] = False,
    root: Root = None,
) -> None:
    """Write a JSON Schema for each kind of record.

    Editors show from it what belongs into a field, with the terms of the codebook.
    """
    from kb.kinds import SCHEMAS
    from kb.schema import files
    from kb.writing import WritingError, differing, write_all

    base = load_base(root)
    place = folder.absolute() if folder else base.corpus.root / SCHEMAS
    try:
        changes = differing(place, files(base.settings, base.codebook))
        if not check_only:
            place.mkdir(parents=True, exist_ok=True)
            write_all(place, changes)
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}", 1)
    except WritingError as error:
        fail(str(error), 1)
    for path in changes:
        print(f"{'would change' if check_only else 'changed'} {place / path}")
    raise typer.Exit(1 if check_only and changes else 0)


@writing.command()
def export(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder that they go into", file_okay=False)
    ],
    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="F[,F]",
            help="csv, spreadsheet, sqlite, parquet, json, bibtex, ris, csl-json, graphml, "
            "node-link, turtle, json-ld (default: all)",
        ),
    ] = None,
    where: WhereOption = None,
    root: Root = None,
) -> None:
    """Write the data as files, all or none of them.

    What the files are for is told on the page with the data.
    """
    from kb.bibwriter import Unwritable
    from kb.formats import material
    from kb.formats.registry import FORMATS, write
    from kb.model import suggestion
    from kb.writing import WritingError, staging

    named = words_of(format)
    for unknown in named:
        if unknown not in FORMATS:
            fail(f"no format {unknown}; {suggestion(unknown, FORMATS)}")
    lacking = [one for one in FORMATS.values() if not one.available]
    for one in lacking:
        how = f"needs {one.package}: pip install {one.package}"
        if one.name in named:
            fail(f"{one.name} {how}", 1)
        elif not named:
            print(f"left out: {one.name} {how}", file=sys.stderr)
    formats = [name for name in FORMATS if name in named or not named]
    formats = [name for name in formats if FORMATS[name] not in lacking]
    base = load_base(root)
    chosen = selection(base, where)
    made = material.selected(base, chosen) if chosen else material.whole(base)
    try:
        with staging(folder.absolute()) as new:
            written = write(made, formats, new)
    except (Unwritable, WritingError) as error:
        fail(str(error), 1)
    for name in formats:
        sizes = [one.size for one in written if one.format == name]
        print(f"{name:12}{len(sizes):4} files {sum(sizes):12} bytes")


@writing.command()
def migrate(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write nothing; tell what would be written")
    ] = False,
    root: Root = None,
) -> None:
    """Bring a knowledge base of an older version to the current one.

    All of it is written, or nothing.
    """
    from kb.folder import find_root
    from kb.migration import CURRENT, MigrationError, plan
    from kb.writing import WritingError, write_all

    folder = find_root(root or Path())
    try:
        planned = plan(folder)
        if not dry_run:
            write_all(folder, planned.changes)
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}", 1)
    except (MigrationError, WritingError) as error:
        fail(str(error), 1)
    if not planned.steps:
        print(f"nothing to do: this is version {CURRENT}")
        return
    for step in planned.steps:
        print(f"version {step}")
    for path in planned.changes:
        print(f"{'would change' if dry_run else 'changed'} {path.as_posix()}")
    print("then: kb check, and kb schema for your editor", file=sys.stderr)
