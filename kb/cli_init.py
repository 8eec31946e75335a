"""The command that begins a knowledge base."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from kb.cli_shared import fail

starting = typer.Typer()


@starting.command()
def init(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where it goes; made if it is not there")
    ],
    title: Annotated[str | None, typer.Option("--title", help="What it is called")] = None,
    language: Annotated[
        list[str] | None,
        typer.Option("--language", metavar="CODE", help="A language; repeatable, the first leads"),
    ] = None,
    engine: Annotated[
        str | None,
        typer.Option(
            "--engine",
            metavar="REQUIREMENT",
            help="What pip installs kb from (default: where this kb came from)",
        ),
    ] = None,
) -> None:
    """Begin a knowledge base that is empty and can be built.

    It has a codebook to adapt, pages, tests and workflows. Nothing that is there is touched.
    """
    from kb.starting import PACKAGE, Start, StartError, installed_from, start
    from kb.writing import WritingError

    source, here = (engine, "") if engine is not None else installed_from()
    try:
        made = start(folder, Start(title, language or ["en"], source))
    except StartError as error:
        fail(str(error))
    except WritingError as error:
        fail(str(error), 1)
    print(f"{len(made)} files -> {folder}")
    print("then, there: kb check, kb build; README.md tells what comes next", file=sys.stderr)
    if here:
        note = f"requirements.txt asks the package index for {source}, which may not be there"
        print(f"{note}: this kb came from {here}", file=sys.stderr)
        note = f'--engine "{PACKAGE} @ {here}" takes that, on this machine only'
        print(f"{note}; an address on the net serves others, too", file=sys.stderr)
