"""The command line: arguments, output and exit codes; all work is done elsewhere.

Exit codes: 0 fine, 1 problems in the knowledge base, 2 wrong usage.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from kb import __version__

if TYPE_CHECKING:
    from kb.base import KnowledgeBase
    from kb.facts import Where
    from kb.tables import Table

app = typer.Typer(
    name="kb",
    help="Check, query and publish a knowledge base of studies, and of what is not known.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


class Format(StrEnum):
    """How a listing is printed."""

    TABLE = "table"
    JSON = "json"
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
    typer.Option("--root", help="Folder of the knowledge base [default: the nearest one upwards]"),
]
WhereOption = Annotated[
    list[str] | None,
    typer.Option("--where", metavar="FACET=TERM[,TERM]", help="Keep what fits; repeatable (and)"),
]
FormatOption = Annotated[Format, typer.Option("--format", help="How to print")]
LanguageOption = Annotated[
    str | None, typer.Option("--language", help="Language of texts in tables [default: the first]")
]


def main() -> None:
    """Run the command line; a closed pipe ends it quietly."""
    try:
        app()
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


@app.callback(invoke_without_command=True)
def _options(
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit")] = False,
) -> None:
    if version:
        print(__version__)
        raise typer.Exit


@app.command()
def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Report only on these files or folders")
    ] = None,
    format: Annotated[CheckFormat, typer.Option("--format", help="How to print")] = CheckFormat.TEXT,
    root: Root = None,
) -> None:
    """Report every problem, with file, line, column and what to do."""
    from kb import problems as rendering
    from kb.base import find_root
    from kb.corpus import within
    from kb.rules import load

    folder = find_root(root or Path())
    _, found = load(folder)
    chosen = within(folder, found, paths or ())
    writers = {"text": rendering.as_text, "json": rendering.as_json, "github": rendering.as_github}
    sys.stdout.write(writers[format](chosen))
    if format is CheckFormat.TEXT:
        print(rendering.summary(chosen), file=sys.stderr)
    raise typer.Exit(1 if rendering.has_errors(chosen) else 0)


@app.command()
def build(
    root: Root = None,
    output: Annotated[
        Path | None, typer.Option("--output", help="Where the site goes [default: site]")
    ] = None,
) -> None:
    """Check, then build the site in every language and the data, all or nothing."""
    from kb.site.build import BuildError, build_site

    base = _load(root)
    try:
        built = build_site(base, output or base.corpus.root / "site")
    except BuildError as error:
        _fail(str(error), 1)
    print(f"{built.pages} pages in {', '.join(base.corpus.languages)} -> {built.folder}")


@app.command()
def serve(
    root: Root = None,
    address: Annotated[str, typer.Option("--address", help="HOST:PORT")] = "127.0.0.1:8000",
) -> None:
    """Serve the site and build it again whenever a record or page changes."""
    from kb.site.build import serve_site

    serve_site(_load(root), address)


@app.command()
def studies(
    where: WhereOption = None,
    format: FormatOption = Format.TABLE,
    language: LanguageOption = None,
    root: Root = None,
) -> None:
    """List the studies of which one finding fits."""
    from kb import export, tables
    from kb.facts import study_fits

    base = _load(root)
    chosen = _where(base, where)
    found = [s for s in base.corpus.studies.values() if study_fits(base.corpus, s, chosen)]
    _print(
        format,
        lambda: [export.study(base.corpus, study) for study in found],
        lambda: tables.studies(base.corpus, found, _language(base, language)),
    )


@app.command()
def findings(
    where: WhereOption = None,
    format: FormatOption = Format.TABLE,
    language: LanguageOption = None,
    root: Root = None,
) -> None:
    """List the findings that fit."""
    from kb import export, tables
    from kb.facts import fits

    base = _load(root)
    chosen = _where(base, where)
    found = [fact for fact in base.facts if fits(base.corpus, fact, chosen)]
    _print(
        format,
        lambda: [export.listed_finding(fact) for fact in found],
        lambda: tables.findings(base.corpus, found, _language(base, language)),
    )


@app.command()
def matrix(
    row: Annotated[str, typer.Argument(help="Facet in the rows")],
    column: Annotated[str, typer.Argument(help="Facet in the columns")],
    state: Annotated[
        str | None, typer.Option("--state", metavar="S[,S]", help="Keep the cells in these states")
    ] = None,
    as_of: Annotated[
        int | None, typer.Option("--as-of", metavar="YEAR", help="As it was known that year")
    ] = None,
    where: WhereOption = None,
    format: FormatOption = Format.TABLE,
    root: Root = None,
) -> None:
    """Cross two facets: what is known, and what is not, for every pair of their terms."""
    from kb import export, tables
    from kb.facts import UnknownName, fits
    from kb.matrix import cross

    base = _load(root)
    states = _states(state)
    chosen = _where(base, where)
    try:
        facts = [fact for fact in base.facts if fits(base.corpus, fact, chosen)]
        crossed = cross(base.corpus, facts, row, column, as_of)
    except UnknownName as error:
        _fail(str(error))
    cells = [cell for cell in crossed.cells if not states or cell.state.value in states]
    _print(format, lambda: export.matrix(crossed, cells), lambda: tables.cells(cells))


@app.command()
def show(
    id: Annotated[str, typer.Argument(help="A study, a finding (study#finding), a reference, "
                                           "a facet or a term (facet/term)")],
    format: Annotated[ShowFormat, typer.Option("--format", help="How to print")] = ShowFormat.TEXT,
    language: LanguageOption = None,
    root: Root = None,
) -> None:
    """Show one record."""
    from kb import export
    from kb.facts import UnknownName
    from kb.show import find, readable

    base = _load(root)
    try:
        record = find(base, id)
    except UnknownName as error:
        _fail(str(error))
    if format is ShowFormat.JSON:
        sys.stdout.write(export.dumps(record))
    else:
        _page(readable(record, _language(base, language)))


@app.command()
def codebook(
    facet: Annotated[str | None, typer.Argument(help="Only this facet")] = None,
    format: FormatOption = Format.TABLE,
    language: LanguageOption = None,
    root: Root = None,
) -> None:
    """List the facets with their terms."""
    from kb import export, tables
    from kb.model import suggestion

    base = _load(root)
    if facet and facet not in base.codebook:
        _fail(f"no facet {facet}; {suggestion(facet, base.codebook.facets)}")
    chosen = [one for one in base.codebook if facet in (None, one.id)]
    terms = [(one.id, term) for one in chosen for term in one.terms]
    _print(
        format,
        lambda: [export.facet(one) for one in chosen],
        lambda: tables.terms(base.corpus, terms, _language(base, language)),
    )


@app.command()
def rules(
    code: Annotated[str | None, typer.Argument(help="Only this rule")] = None,
    format: FormatOption = Format.TABLE,
) -> None:
    """List what is checked, and why."""
    from dataclasses import asdict

    from kb.rulebook import RULES
    from kb.tables import Table

    if code and code not in RULES:
        _fail(f"no rule {code}; run kb rules to see them")
    chosen = [rule for rule in RULES.values() if code in (None, rule.code)]
    columns = ("code", "severity", "title", "why")
    rows = tuple(tuple(str(getattr(rule, name)) for name in columns) for rule in chosen)
    _print(format, lambda: [asdict(rule) for rule in chosen], lambda: Table(columns, rows))


@app.command()
def stats(format: FormatOption = Format.TABLE, root: Root = None) -> None:
    """Count what is there, and what is not."""
    from kb.stats import count
    from kb.tables import Table

    counts = count(_load(root))
    rows = tuple((name, str(value)) for name, value in counts.items())
    _print(format, lambda: counts, lambda: Table(("what", "count"), rows))


@app.command()
def fmt(
    paths: Annotated[list[Path] | None, typer.Argument(help="Only these files")] = None,
    check_only: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit 1 if a file would change")
    ] = False,
    root: Root = None,
) -> None:
    """Write the records in their canonical form; what they say does not change."""
    from kb.base import find_root
    from kb.formatting import format_files

    folder = find_root(root or Path())
    changed, unreadable = format_files(folder, paths or (), write=not check_only)
    for path in changed:
        print(f"{'would change' if check_only else 'changed'} {path}")
    for path in unreadable:
        print(f"left alone {path}: run kb check", file=sys.stderr)
    raise typer.Exit(1 if unreadable or (check_only and changed) else 0)


def _load(root: Path | None) -> KnowledgeBase:
    from kb.base import load
    from kb.problems import CorpusError, as_text, summary

    try:
        return load(root or Path())
    except CorpusError as error:
        sys.stderr.write(as_text(error.problems))
        _fail(summary(error.problems), 1)


def _where(base: KnowledgeBase, conditions: Iterable[str] | None) -> Where:
    from kb.facts import UnknownName, parse_where

    try:
        return parse_where(base.corpus, conditions or ())
    except UnknownName as error:
        _fail(str(error))


def _states(text: str | None) -> frozenset[str]:
    from kb.matrix import State
    from kb.model import suggestion

    states = frozenset(part.strip() for part in text.split(",")) if text else frozenset()
    for unknown in states - set(State):
        _fail(f"no state {unknown}; {suggestion(unknown, [s.value for s in State])}")
    return states


def _language(base: KnowledgeBase, language: str | None) -> str:
    from kb.model import suggestion

    if language is None:
        return base.corpus.languages[0]
    if language not in base.corpus.languages:
        _fail(f"no language {language}; {suggestion(language, base.corpus.languages)}")
    return language


def _print(format: Format, data: Callable[[], Any], table: Callable[[], Table]) -> None:
    from kb import export, tables

    if format is Format.JSON:
        sys.stdout.write(export.dumps(data()))
    elif format is Format.CSV:
        sys.stdout.write(tables.as_csv(table()))
    elif format is Format.MD:
        sys.stdout.write(tables.as_markdown(table()))
    else:
        _pretty(table())


def _pretty(table: Table) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    # Not a terminal: lines as long as they need, so that nothing is cut for grep and awk.
    console = Console() if sys.stdout.isatty() else Console(width=10_000, color_system=None)
    grid = RichTable(box=SIMPLE_HEAD, pad_edge=False)
    for column in table.columns:
        grid.add_column(column, overflow="fold")
    for row in table.rows:
        grid.add_row(*(Text(text) for text in row))
    console.print(grid)
    if sys.stdout.isatty():
        print(f"{len(table.rows)} rows")


def _page(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


def _fail(message: str, code: int = 2) -> NoReturn:
    print(message, file=sys.stderr)
    raise typer.Exit(code)
