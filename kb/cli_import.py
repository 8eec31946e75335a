"""The command that imports works in bulk."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kb.cli_shared import Root, fail, load_corpus

if TYPE_CHECKING:
    from kb.arrivals import Arrivals
    from kb.corpus import Corpus
    from kb.importing import Import

imports = typer.Typer()


@imports.command(name="import")
def import_(
    file: Annotated[
        Path, typer.Argument(help="RIS, BibTeX, CSL-JSON or CSV", exists=True, dir_okay=False)
    ],
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--mapping", help="What the columns of a CSV file mean", exists=True, dir_okay=False
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write nothing; tell what would be written")
    ] = False,
    root: Root = None,
) -> None:
    """Add works from other programs, many at once.

    They go to the bibliography, and become studies or candidates.
    """
    from kb.problems import has_errors, ordered
    from kb.writing import WritingError, write_all

    corpus, sound = load_corpus(root)
    sound()
    try:
        found, coders = _read(corpus, file, mapping)
        planned = _planned(corpus, found, coders, str(file))
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}", 1)
    problems = ordered([*found.problems, *planned.problems])
    for problem in problems:
        print(problem, file=sys.stderr)
    if has_errors(problems):
        fail("nothing was written: mend what is named above, and import again", 1)
    try:
        if not dry_run:
            write_all(corpus.root, planned.changes)
    except WritingError as error:
        fail(str(error), 1)
    if found.unused:
        print(f"columns that the mapping leaves out: {', '.join(found.unused)}", file=sys.stderr)
    _tell(planned, bool(coders), "would be added" if dry_run else "added")


def _planned(corpus: Corpus, found: Arrivals, coders: Sequence[str], file: str) -> Import:
    from kb import importing, recoding

    if coders:
        return recoding.plan(corpus, found.codings, coders, file)
    return importing.plan(corpus, found.works, file)


def _read(corpus: Corpus, file: Path, mapping: Path | None) -> tuple[Arrivals, list[str]]:
    """What a file has and, if these are second codings, whose they are."""
    from kb import arrivals
    from kb.mapping import ZOTERO, read

    data, name = file.read_bytes(), str(file)
    if mapping:
        meaning, problems = read(mapping.read_bytes(), str(mapping), corpus)
        if meaning is None:
            return arrivals.Arrivals(problems=problems), []
        coders = [one.coder for one in meaning.codings or ()]
        return arrivals.of_table(data, name, meaning, corpus, mapping.parent), coders
    if file.suffix.lower() not in {".csv", ".tsv"}:
        return arrivals.exported(data, name), []
    if b'"Item Type"' not in data[:2000] and b"Item Type," not in data[:2000]:
        fail(f"{name} is no table from Zotero; say with --mapping what its columns mean")
    return arrivals.of_table(data, name, ZOTERO, corpus, file.parent, strict=False), []


def _tell(planned: Import, twice: bool, added: str) -> None:
    for path in planned.studies:
        print(f"study {path}")
    for path, missing in planned.candidates.items():
        print(f"candidate {path}: without {', '.join(missing)}")
    for path in planned.codings:
        print(f"second coding {path}")
    for title, key in planned.skipped:
        print(f"there already, as {key}: {title}")
    counts = [
        f"{len(planned.references)} references",
        f"{len(planned.studies)} studies",
        f"{len(planned.candidates)} candidates",
    ]
    if twice:
        counts = [f"{len(planned.codings)} second codings"]
    print(f"{', '.join(counts)} {added}; {len(planned.skipped)} were there already")
