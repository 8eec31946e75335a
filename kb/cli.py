"""The command line: arguments, output and exit codes; all work is done elsewhere.

Exit codes: 0 fine, 1 problems in the knowledge base, 2 wrong usage.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from functools import partial
from io import BufferedWriter, FileIO, TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kb import __version__, completion
from kb.cli_changes import changing
from kb.cli_checks import checks
from kb.cli_discover import finding
from kb.cli_import import imports
from kb.cli_init import starting
from kb.cli_lists import lists
from kb.cli_new import beginning
from kb.cli_shard import sharding, stored
from kb.cli_shared import (
    AsOfOption,
    Format,
    FormatOption,
    LanguageOption,
    Root,
    ShowFormat,
    Source,
    WhereOption,
    emit,
    fail,
    language_of,
    load_base,
    print_lines,
    selection,
    words_of,
)
from kb.cli_write import writing

if TYPE_CHECKING:
    from kb.codebook import Term

app = typer.Typer(
    name="kb",
    help="Check, query and publish a knowledge base of studies, and of what is not known.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(starting)
app.add_typer(checks)
app.add_typer(lists)
app.add_typer(changing)
app.add_typer(finding)
app.add_typer(beginning)
app.add_typer(imports)
app.add_typer(writing)
app.add_typer(sharding)


class _Pipe(FileIO):
    """A pipe whose reader may leave, as ``head`` does: what is written then goes nowhere."""

    def write(self, data: Any, /) -> int:
        with suppress(BrokenPipeError):
            return super().write(data)
        return len(data)


def _prepare(name: str) -> None:
    """Have a stream write the same bytes on every system, and mind no reader that left."""
    stream = getattr(sys, name)
    if not isinstance(stream, TextIOWrapper):
        return
    raw = getattr(stream.buffer, "raw", stream.buffer)  # the same where nothing is buffered
    if type(raw) is FileIO and not stream.isatty():
        pipe = _Pipe(stream.fileno(), "w", closefd=False)
        file = pipe if raw is stream.buffer else BufferedWriter(pipe)
        stream = TextIOWrapper(
            file, line_buffering=stream.line_buffering, write_through=stream.write_through
        )
        setattr(sys, name, stream)
    stream.reconfigure(encoding="utf-8", newline="\n")


def main() -> None:
    """Run the command line; when a pipe is closed, the command ends as it would have."""
    _prepare("stdout")
    _prepare("stderr")
    # No plugin of pydantic has a part in this, and to look for them in all packages takes time.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        if os.environ.get(completion.VARIABLE) == "complete_bash":
            completion.for_bash(app)
        app()
    except Exception as error:
        from kb.problems import SourceError

        if not isinstance(error, SourceError):
            raise
        print(error, file=sys.stderr)  # a data file does not hold what was asked for
        sys.exit(1)


@app.callback(invoke_without_command=True)
def _options(
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit")] = False,
) -> None:
    if version:
        print(__version__)
        raise typer.Exit


@app.command()
def build(
    root: Root = None,
    output: Annotated[
        Path | None, typer.Option("--output", help="Where the site goes (default: site)")
    ] = None,
) -> None:
    """Check, then build the site and the data, all or nothing.

    The site is there in every language of the knowledge base; the old one stays until it is whole.
    """
    from kb.site.build import BuildError, build_site

    base = load_base(root)
    try:
        built = build_site(base, output or base.corpus.root / "site")
    except BuildError as error:
        print_lines((" ".join(line.split()) for line in error.warnings), sys.stderr)
        fail(str(error), 1)
    print(f"{built.pages} pages in {', '.join(base.corpus.languages)} -> {built.folder}")
    if bounds := base.settings.site_size.bounds(len(base.corpus.studies)):
        print(f"{bounds} (site_size in corpus/knowledge-base.yml)")


@app.command()
def serve(
    root: Root = None,
    address: Annotated[str, typer.Option("--address", help="HOST:PORT")] = "127.0.0.1:8000",
) -> None:
    """Serve the site, and show every change of a source."""
    from kb.site.build import BuildError, serve_site

    base = load_base(root)
    try:
        serve_site(base, address, partial(print, flush=True))
    except BuildError as error:
        fail(str(error), 1)


@app.command()
def matrix(
    row: Annotated[str, typer.Argument(help="Facet in the rows", autocompletion=completion.axes)],
    column: Annotated[
        str, typer.Argument(help="Facet in the columns", autocompletion=completion.axes)
    ],
    state: Annotated[
        str | None,
        typer.Option(
            "--state",
            metavar="S[,S]",
            help="Keep the cells in these states",
            autocompletion=completion.states,
        ),
    ] = None,
    as_of: AsOfOption = None,
    where: WhereOption = None,
    format: FormatOption = Format.TABLE,
    root: Source = None,
) -> None:
    """Cross two facets: what is known, and what is not.

    Every pair of their terms is a cell.
    """
    from kb import export
    from kb.base import in_states
    from kb.facts import UnknownName

    base = stored(root) or load_base(root)
    chosen, states = selection(base, where), words_of(state)
    try:
        crossed = base.matrix(row, column, chosen, as_of=as_of)
        cells = in_states(base.corpus, crossed, states)
    except UnknownName as error:
        fail(str(error))
    emit(format, lambda: export.matrix(crossed, cells), cells.to_table, cells.to_dicts)
    if crossed.undated and format is not Format.JSON:
        # Not on the standard output, whose form scripts rely on.
        left_out = f"{len(crossed.undated)} without a year: {', '.join(crossed.undated)}"
        print(f"left out of --as-of: {left_out}", file=sys.stderr)


@app.command()
def show(
    id: Annotated[
        str,
        typer.Argument(
            help="A study, a finding (study#finding), a claim, a gap, a candidate, a reference "
            "(references/key), a facet or a term (facet/term)",
            autocompletion=completion.ids,
        ),
    ],
    format: Annotated[ShowFormat, typer.Option("--format", help="How to print")] = ShowFormat.TEXT,
    language: LanguageOption = None,
    root: Source = None,
) -> None:
    """Show one record."""
    from kb import export
    from kb.facts import UnknownName
    from kb.show import find, readable

    base = load_base(root)
    words = language_of(base.corpus, language, format)
    try:
        record = find(base, id)
    except UnknownName as error:
        fail(str(error))
    if format is ShowFormat.JSON:
        sys.stdout.write(export.dumps(record))
    else:
        print_lines(readable(record, words))


@app.command()
def codebook(
    facet: Annotated[
        str | None, typer.Argument(help="Only this facet", autocompletion=completion.facets)
    ] = None,
    unstudied: Annotated[
        bool, typer.Option("--unstudied", help="Keep the terms of which there is no study")
    ] = False,
    format: FormatOption = Format.TABLE,
    language: LanguageOption = None,
    root: Source = None,
) -> None:
    """List the facets with their terms."""
    from kb import export
    from kb.facts import UnknownName

    base = load_base(root)
    words = language_of(base.corpus, language, format)
    try:
        found = base.terms(facet, unstudied=unstudied)
    except UnknownName as error:
        fail(str(error))
    chosen = [one.id for one in base.codebook if facet in (None, one.id)]
    kept: dict[str, list[Term]] = {} if unstudied else {name: [] for name in chosen}
    for name, term in found:
        kept.setdefault(name, []).append(term)
    emit(
        format,
        lambda: [export.facet(base.codebook[name], own) for name, own in kept.items()],
        lambda: found.to_table(words),
        found.to_dicts,
    )


@app.command()
def stats(format: FormatOption = Format.TABLE, root: Source = None) -> None:
    """Count what is there, and what is not."""
    from kb.stats import count
    from kb.tables import Table

    counts = count(load_base(root))
    table = Table({"what": "text", "count": "integer"}, tuple(counts.items()))
    lines = [{"what": name, "count": number} for name, number in counts.items()]
    emit(format, lambda: counts, lambda: table, lambda: lines)
