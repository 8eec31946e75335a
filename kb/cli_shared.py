"""What the commands share: their options, how they load, print and fail."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TextIO

import typer

from kb import completion

if TYPE_CHECKING:
    from kb.base import KnowledgeBase
    from kb.corpus import Corpus
    from kb.facts import Where
    from kb.tables import Table
    from kb.tallies import Tables


class Format(StrEnum):
    """How a listing is printed."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    MD = "md"


class CheckFormat(StrEnum):
    """How problems are printed."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


class ShowFormat(StrEnum):
    """How one record is printed."""

    TEXT = "text"
    JSON = "json"


Root = Annotated[
    Path | None,
    typer.Option(
        "--root",
        help="Folder of the knowledge base (default: the nearest one upwards)",
        exists=True,
        file_okay=False,
    ),
]
Source = Annotated[
    str | None,
    typer.Option(
        "--root",
        metavar="SOURCE",
        help="Folder of the knowledge base (default: the nearest one upwards), data file, or "
        "address of a published site",
    ),
]
WhereOption = Annotated[
    list[str] | None,
    typer.Option(
        "--where",
        metavar="FACET=TERM[,TERM]",
        help="Keep what fits; repeatable (and)",
        autocompletion=completion.conditions,
    ),
]
AsOfOption = Annotated[
    int | None, typer.Option("--as-of", metavar="YEAR", help="As it was known that year")
]
FormatOption = Annotated[Format, typer.Option("--format", help="How to print")]
LanguageOption = Annotated[
    str | None,
    typer.Option(
        "--language",
        help="Language of texts in tables (default: the first)",
        autocompletion=completion.languages,
    ),
]


def load_base(source: str | Path | None) -> KnowledgeBase:
    """The checked knowledge base; with errors they are printed, and the command ends with 1."""
    from kb.base import load
    from kb.locations import is_address
    from kb.problems import CorpusError, SourceError, as_text, summary

    if isinstance(source, str) and not is_address(source) and not Path(source).exists():
        fail(f"{source} does not exist; name a folder, a data file or an address")
    try:
        base = load(source or Path())
    except SourceError as error:
        fail(str(error), 1)
    except CorpusError as error:
        sys.stderr.write(as_text(error.problems))
        fail(summary(error.problems), 1)
    gc.freeze()  # it stays until the command ends: the collector need not walk it again and again
    return base


def load_corpus(root: Path | None) -> tuple[Corpus, Callable[[], None]]:
    """A corpus whose records may have errors, as long as settings and codebook can be used, and
    what ends the command with 1 unless the bibliography is free of them."""
    from kb.corpus import read
    from kb.folder import REFERENCES, find_root
    from kb.problems import as_text, has_errors, ordered

    corpus, problems = read(find_root(root or Path()))
    if corpus is None:
        sys.stderr.write(as_text(ordered(problems)))
        fail("settings and codebook have to be mended first", 1)
    broken = [one for one in ordered(problems) if one.path == REFERENCES]

    def sound() -> None:
        if has_errors(broken):
            sys.stderr.write(as_text(broken))
            fail(f"{REFERENCES} has to be mended before anything is added to it", 1)

    return corpus, sound


def selection(
    base: KnowledgeBase | Tables, conditions: Iterable[str] | None, kind: str = "findings"
) -> Where:
    """What ``--where`` asks for; a name that is unknown or does not apply ends the command."""
    from kb.facts import UnknownName, parse_where

    try:
        return parse_where(base.corpus, conditions or (), kind)
    except UnknownName as error:
        fail(str(error))


def words_of(text: str | None) -> tuple[str, ...]:
    """The words of a comma-separated option."""
    return tuple(part.strip() for part in text.split(",")) if text else ()


def language_of(base: KnowledgeBase, language: str | None) -> str:
    """The language that is asked for, or the first; an unknown one ends the command."""
    from kb.model import suggestion

    if language is None:
        return base.corpus.languages[0]
    if language not in base.corpus.languages:
        fail(f"no language {language}; {suggestion(language, base.corpus.languages)}")
    return language


def emit(
    format: Format,
    data: Callable[[], Any],
    table: Callable[[], Table],
    lines: Callable[[], Iterable[Any]] | None = None,
) -> None:
    """Print a listing; only the form that is asked for is made. ``lines`` are the records of JSON
    Lines where these are not simply ``data``."""
    from kb import export, tables

    if format is Format.JSON:
        sys.stdout.write(export.dumps(data()))
    elif format is Format.JSONL:
        sys.stdout.write("".join(map(export.line, (lines or data)())))
    elif format is Format.CSV:
        sys.stdout.write(tables.as_csv(table()))
    elif format is Format.MD:
        sys.stdout.write(tables.as_markdown(table()))
    else:
        (_pretty if sys.stdout.isatty() else _plain)(table())


def _plain(table: Table) -> None:
    """Print lines as long as they need, so that nothing is cut for ``grep`` and ``awk``."""
    from rich.cells import cell_len

    from kb import tables

    texts = [[" ".join(tables.as_text(cell).split()) for cell in row] for row in table.rows]
    rows = [list(table.columns), *texts]
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            [one + " " * (width - cell_len(one)) for one, width in zip(row, widths, strict=True)]
        )
        for row in rows
    ]
    lines.insert(1, "─" * (sum(widths) + 2 * len(widths) - 2))
    sys.stdout.write("".join(f"{line.rstrip()}\n" for line in lines))


def _pretty(table: Table) -> None:
    """Print a table as wide as the terminal, in which long texts are folded."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    from kb import tables

    grid = RichTable(box=SIMPLE_HEAD, pad_edge=False)
    for column in table.columns:
        grid.add_column(column, overflow="fold")
    for row in table.rows:
        grid.add_row(*(Text(tables.as_text(cell)) for cell in row))
    Console().print(grid)
    print(f"{len(table.rows)} rows")


def print_lines(lines: Iterable[str], file: TextIO | None = None) -> None:
    """Print some lines, to standard output if nothing else is named."""
    for line in lines:
        print(line, file=file)


def fail(message: str, code: int = 2) -> NoReturn:
    """End the command with one line on standard error."""
    print(" ".join(message.split()), file=sys.stderr)
    raise typer.Exit(code)
