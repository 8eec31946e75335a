"""What the commands share: their options, how they load, print and fail."""

from __future__ import annotations

import gc
import re
import shutil
import sys
import textwrap
from collections.abc import Callable, Container, Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TextIO

import typer

from kb import completion

if TYPE_CHECKING:
    from kb.base import KnowledgeBase
    from kb.corpus import Corpus
    from kb.facts import Where
    from kb.tables import Cell, Table
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


def _there(context: typer.Context, folder: Path | None) -> Path | None:
    """The folder; when it is none, or holds no more than tables, the command ends."""
    from kb.folder import only_tables

    if folder and not context.resilient_parsing:
        if not folder.exists():
            fail(_astray(folder))
        if told := only_tables(folder):
            fail(told, 1)
    return folder


def _astray(folder: Path) -> str:
    """What to say of a folder that is not there, or is an address."""
    from kb.locations import absent, is_address

    wanted = "the folder of the knowledge base"
    source = re.sub(r"^([\w+.-]{2,}:)/", r"\1//", folder.as_posix())  # a path has lost a slash
    if is_address(source):
        return f"{source} is an address on the web; name {wanted}"
    return absent(source, wanted)


Root = Annotated[
    Path | None,
    typer.Option(
        "--root",
        help="Folder of the knowledge base (default: the nearest one upwards)",
        file_okay=False,
        callback=_there,
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
    from kb.locations import absent
    from kb.problems import CorpusError, SourceError, as_text, summary

    if told := absent(source or Path()):
        fail(told)
    try:
        base = load(source or Path())
    except SourceError as error:
        fail(str(error), 1)
    except CorpusError as error:
        sys.stderr.write(as_text(error.problems))
        fail(summary(error.problems), 1)
    gc.freeze()  # it stays until the command ends: the collector need not walk it again and again
    gc.enable()  # and what is made from it may be much, and not all of it stays
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


def language_of(corpus: Corpus, language: str | None, format: StrEnum) -> str:
    """The language that is asked for, or the first; an unknown one ends the command, and so does
    any of a form that has the texts in all of them."""
    from kb.model import suggestion

    if language is None:
        return corpus.languages[0]
    if language not in corpus.languages:
        fail(f"no language {language}; {suggestion(language, corpus.languages)}")
    if format.value in {"json", "jsonl"}:
        fail("--language has no say in JSON, which has the texts in all languages; leave it out")
    return language


def given(context: typer.Context, name: str) -> bool:
    """Whether a parameter stands on the command line, be it with the value that it has anyway."""
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def refuse(context: typer.Context, names: Container[str], why: str) -> None:
    """End the command when one of these parameters is given, which would not be minded."""
    for one in context.command.params:
        if one.name in names and given(context, one.name):
            written = one.opts[0] if one.opts[0].startswith("-") else one.name.upper()
            fail(f"{written} has no say {why}")


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
        _pretty(table())


def _pretty(table: Table) -> None:
    """Columns side by side, or where a terminal lacks the room for them, one row after the other.

    Lines that no terminal shows are as long as they need, so that nothing is cut for grep and awk.
    """
    from rich.cells import cell_len

    from kb import tables

    rows = [[_on_one_line(tables.as_text(cell)) for cell in row] for row in table.rows]
    columns = zip(table.columns, *rows, strict=True)
    widths = [max(map(cell_len, column)) for column in columns]
    if not sys.stdout.isatty():
        print_lines(_grid(list(table.columns), rows, widths))
        return
    room = shutil.get_terminal_size().columns
    if sum(widths) + GUTTER * (len(widths) - 1) <= room:
        print_lines(_grid(list(table.columns), rows, widths))
    else:
        for row in table.rows:
            print_lines(_card(list(table.columns), row, room))
    print(f"{len(rows)} rows")


GUTTER = 2
"""The space between two columns of a listing."""


def _grid(head: list[str], rows: Iterable[list[str]], widths: list[int]) -> Iterator[str]:
    from rich.cells import set_cell_size

    gutter = " " * GUTTER
    yield gutter.join(map(set_cell_size, head, widths)).rstrip()
    yield "─" * (sum(widths) + GUTTER * (len(widths) - 1))
    for row in rows:
        yield gutter.join(map(set_cell_size, row, widths)).rstrip()


def _card(head: list[str], row: Iterable[Cell], room: int) -> Iterator[str]:
    """A row as lines of a terminal: its first cell, then what is said in the others."""
    from kb import tables

    name, *cells = ("; ".join(c) if isinstance(c, tuple) else tables.as_text(c) for c in row)
    yield typer.style(name, bold=True)
    told = " · ".join(
        f"{label}: {cell}" for label, cell in zip(head[1:], cells, strict=True) if cell
    )
    yield from textwrap.wrap(
        told, room, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False
    )


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def print_lines(lines: Iterable[str], file: TextIO | None = None) -> None:
    """Print some lines, to standard output if nothing else is named."""
    for line in lines:
        print(line, file=file)


def fail(message: str, code: int = 2) -> NoReturn:
    """End the command with one line on standard error."""
    print(_on_one_line(message), file=sys.stderr)
    raise typer.Exit(code)
