"""The commands that check records, mend what is safe to mend, explain the rules and write forms."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kb.cli_shared import (
    CheckFormat,
    Format,
    FormatOption,
    Root,
    emit,
    fail,
    load_base,
    print_lines,
)

if TYPE_CHECKING:
    from kb.problems import Problem

checks = typer.Typer()


@checks.command()
def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Report only on these files or folders", exists=True)
    ] = None,
    format: Annotated[
        CheckFormat, typer.Option("--format", help="How to print")
    ] = CheckFormat.TEXT,
    fix: Annotated[
        bool, typer.Option("--fix", help="Mend first what is safe to mend, and say what it was")
    ] = False,
    root: Root = None,
) -> None:
    """Report every problem, with file, line, column and what to do."""
    from kb import problems as rendering
    from kb.folder import find_root

    folder = find_root(root or Path())
    _of_it(folder, paths or ())
    if fix:
        _mend(folder, paths or ())
    usable, chosen = _judge(folder)
    # Without settings and codebook the rest could not be checked: that is never to look fine.
    if paths and usable:
        from kb.places import within

        chosen = within(folder, chosen, paths)
    if format is CheckFormat.GITHUB:
        from kb.places import seen_from

        chosen = seen_from(Path(), folder, chosen)
    writers = {"text": rendering.as_text, "json": rendering.as_json, "github": rendering.as_github}
    sys.stdout.write(writers[format](chosen))
    if format is CheckFormat.TEXT:
        print(rendering.summary(chosen), file=sys.stderr)
        if chosen:
            print(f"kb rules {chosen[0].code} explains the first", file=sys.stderr)
    raise typer.Exit(1 if rendering.has_errors(chosen) else 0)


def _of_it(folder: Path, paths: Iterable[Path]) -> None:
    """A path that is no part of a knowledge base ends the command."""
    for path in paths:
        if not _read_from(folder, path):
            fail(f"{path} is nothing that the knowledge base {folder} is read from")


def _read_from(folder: Path, path: Path) -> bool:
    """Whether a path is a file of the knowledge base, or a folder with some, read or astray."""
    inside = path.resolve()
    corpus, references = (folder / "corpus").resolve(), (folder / "references.bib").resolve()
    if path.is_dir():
        return inside.is_relative_to(corpus) or corpus.is_relative_to(inside)
    record = inside.is_relative_to(corpus) and inside.suffix in {".yml", ".yaml"}
    return record or inside == references


def _judge(folder: Path) -> tuple[bool, Sequence[Problem]]:
    """Whether all of a knowledge base could be checked, and its problems."""
    from kb.cache import opened
    from kb.folder import snapshot
    from kb.verdict import recall

    seen, cache = snapshot(folder), opened()
    if known := recall(seen, cache):
        return known.usable, known.problems
    from kb.rules import load  # what takes longest to import is not needed for a verdict

    corpus, problems = load(folder, seen, cache)
    return corpus is not None, problems


def _mend(folder: Path, paths: Iterable[Path]) -> None:
    from kb.fixing import fix

    mended, left = fix(folder, paths)
    for one in mended:
        print(f"fixed {one.path}: {'; '.join(one.changes)}", file=sys.stderr)
    for path in left:
        print(f"left alone {path}: unreadable, or a comment would be lost", file=sys.stderr)


@checks.command()
def rules(
    code: Annotated[str | None, typer.Argument(help="Only this rule, with its examples")] = None,
    format: FormatOption = Format.TABLE,
) -> None:
    """List what is checked, and why; explain one rule."""
    from dataclasses import asdict

    from kb.rulebook import RULES, explained
    from kb.tables import Table

    if code and code.upper() not in RULES:
        fail(f"no rule {code}; run kb rules to see them")
    chosen = [RULES[code.upper()]] if code else list(RULES.values())
    if code and format is Format.TABLE:
        print_lines(explained(chosen[0]))
        return
    columns = ("code", "severity", "title", "why")
    rows = tuple(tuple(str(getattr(rule, name)) for name in columns) for rule in chosen)
    emit(
        format,
        lambda: [asdict(rule) for rule in chosen],
        lambda: Table(dict.fromkeys(columns, "text"), rows),
    )


@checks.command()
def fmt(
    paths: Annotated[list[Path] | None, typer.Argument(help="Only these files")] = None,
    check_only: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit 1 if a file would change")
    ] = False,
    root: Root = None,
) -> None:
    """Write the records in their canonical form.

    What they say does not change.
    """
    from kb.folder import find_root
    from kb.formatting import format_files

    folder = find_root(root or Path())
    _of_it(folder, filter(Path.exists, paths or ()))
    changed, unreadable = format_files(folder, paths or (), write=not check_only)
    for path in changed:
        print(f"{'would change' if check_only else 'changed'} {path}")
    for path in unreadable:
        print(f"left alone {path}: run kb check", file=sys.stderr)
    raise typer.Exit(1 if unreadable or (check_only and changed) else 0)


@checks.command()
def forms(
    check_only: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit 1 if a form would change")
    ] = False,
    root: Root = None,
) -> None:
    """Write the issue forms for GitHub.

    Their options are the terms of the codebook.
    """
    from kb.forms import write
    from kb.writing import WritingError

    base = load_base(root)
    try:
        changed = write(base.corpus, check_only)
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}", 1)
    except WritingError as error:
        fail(str(error), 1)
    for path in changed:
        print(f"{'would change' if check_only else 'changed'} {path}")
    raise typer.Exit(1 if check_only and changed else 0)
