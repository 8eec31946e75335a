"""The commands that write files of a knowledge base: its schemas, new records, imports."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kb.cli_shared import Root, fail, load_base

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
    from kb.writing import Change, WritingError, content, write_all

    base = load_base(root)
    place = folder.absolute() if folder else base.corpus.root / SCHEMAS
    made = files(base.settings, base.codebook)
    try:
        found = {Path(name): Change(content(place / name), made[name].encode()) for name in made}
        changes = {path: one for path, one in found.items() if one.before != one.after}
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
