"""Where each page of a language lies: stable addresses below ``/<language>/``, ending in ``/``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from urllib.parse import quote

from kb.citations import Kind
from kb.codebook import Facet
from kb.corpus import Corpus
from kb.folder import stem

RESERVED = frozenset(
    {
        "studies",
        "references",
        "gaps",
        "known",
        "browse",
        "codebook",
        "method",
        "data",
        "rules",
        "assets",
        "search",
        "claims",
        "stated-gaps",
        "changes",
        "contribute",
        "fields",
        "commands",
        "graph",
        "figures",
        "compare",
        "contested",
    }
)
"""Folders that facets may not take for their pages."""

GRAPH, AUTHORS, FIGURES = "graph/", "graph/authors/", "figures/"
"""The picture of what belongs with what; who works with whom; the charts."""


def facet_folder(facet: Facet) -> str:
    """The folder of a facet's pages: the stem of its file, which is its name in the plural."""
    return _folder(facet.path)


@cache
def _folder(path: str) -> str:
    name = stem(path)
    return f"{name}-terms" if name in RESERVED else name


def of_facet(facet: Facet) -> str:
    """The page that lists a facet's terms."""
    return f"{facet_folder(facet)}/"


def of_term(facet: Facet, term: str) -> str:
    """A term's page; of a facet without pages, its place in the codebook."""
    return f"{of_facet(facet)}{term}/" if facet.is_axis else f"codebook/#{facet.id}"


def of_evidence(facet: Facet, term: str, where: Mapping[str, str]) -> str:
    """The evidence table of a term, narrowed to some terms of other facets."""
    chosen = "&".join(f"{name}={one}" for name, one in where.items())
    return f"{of_term(facet, term)}?{chosen}#evidence"


def of_listed(page: str, facet: Facet, term: str) -> str:
    """The table of all gaps or claims, narrowed to those about a term."""
    return f"{page}?{facet.id}={term}"


def of_published(year: int) -> str:
    """The table of all studies, narrowed to those first published in a year."""
    return f"studies/?_year={year}"


def of_study(study: str) -> str:
    """A study's page."""
    return f"studies/{study}/"


def of_finding(finding: str) -> str:
    """A finding's place on its study's page."""
    study, _, name = finding.partition("#")
    return f"studies/{study}/#{name}"


def of_reference(key: str) -> str:
    """A reference's page."""
    return f"references/{key}/"


def of_claim(claim: str) -> str:
    """A claim's page."""
    return f"claims/{claim}/"


def of_gap(gap: str) -> str:
    """A stated gap's page."""
    return f"stated-gaps/{gap}/"


def of_candidate(candidate: str) -> str:
    """A candidate's place on the hand-written page on contributing, which lists them."""
    return f"contribute/#candidate-{candidate}"


def of_author(place: str, part: int = 1) -> str:
    """An author's place on one of the pages of all authors."""
    return f"{of_part(AUTHORS, part)}#{place}"


def in_graph(kind: Kind, name: str) -> str:
    """The graph with one record in its middle."""
    return f"{GRAPH}?at={quote(f'{kind}:{name}', safe=':/')}"


def of_matrix(row: str, column: str) -> str:
    """The matrix of two facets."""
    return f"gaps/{row}-{column}/"


def of_year(row: str, column: str, year: int) -> str:
    """The matrix of two facets as it was known in a year."""
    return f"{of_matrix(row, column)}as-of-{year}/"


def is_year(term: str) -> bool:
    """Whether the page of a row of cells would lie where that of a past year lies."""
    return re.fullmatch(r"as-of-\d+", term, re.IGNORECASE) is not None


def of_view(row: str, column: str, year: int | None = None) -> str:
    """The gap explorer with two facets as axes, as of a year if one is given."""
    as_of = f"&as-of={year}" if year is not None else ""
    return f"gaps/?down={column}&across={row}{as_of}"


def of_cell_in_view(row: str, column: str, row_term: str, column_term: str) -> str:
    """The gap explorer with two facets as axes and a cell opened, all of whose studies it lists."""
    return f"{of_view(row, column)}&cell={column_term},{row_term}"


def of_row(row: str, column: str, term: str) -> str:
    """The page with all cells of one row of a matrix."""
    return f"{of_matrix(row, column)}{term}/"


def of_cell(row: str, column: str, row_term: str, column_term: str) -> str:
    """A cell: its place on the page of its row."""
    return f"{of_row(row, column, row_term)}#{column_term}"


COMPARE = "compare/"
"""The page that shows studies side by side."""
CONTESTED = "contested/"
"""The page that lists where studies point in different directions."""


def of_comparison(studies: Iterable[str]) -> str:
    """Some studies side by side."""
    return f"{COMPARE}?studies={','.join(studies)}"


def of_column(study: str) -> str:
    """What the page that compares needs to know of a study."""
    return f"{COMPARE}{study}.json"


def of_contested_term(facet: Facet, term: str) -> str:
    """The findings on a term on either side."""
    return f"{CONTESTED}{of_facet(facet)}{term}/"


def of_contested_row(row: str, column: str, term: str) -> str:
    """The contested cells of one row of a matrix."""
    return f"{of_row(row, column, term)}contested/"


def of_contested_cell(row: str, column: str, row_term: str, column_term: str) -> str:
    """The findings of a contested cell on either side."""
    return f"{of_contested_row(row, column, row_term)}#{column_term}"


def of_part(page: str, number: int) -> str:
    """A page on which a long table goes on; the first part stands on the table's own page."""
    return page if number == 1 else f"{page}page/{number}/"


def relative(here: str, there: str) -> str:
    """The address of one page as a link from another; both are relative to the language's root."""
    up = "../" * here.count("/")
    return (up + there) or "./"


def source_of(page: str) -> str:
    """The Markdown file that MkDocs turns into the page at an address."""
    return f"{page}index.md"


def matrix_columns(corpus: Corpus) -> tuple[Facet, ...]:
    """The facets that the default row facet is crossed with on the site, the default one first."""
    settings = corpus.settings.matrix
    others = [axis for axis in corpus.codebook.axes if axis.id != settings.row]
    return tuple(sorted(others, key=lambda axis: axis.id != settings.column))
