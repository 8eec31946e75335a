"""Where studies point in different directions: pages of terms and of rows of cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kb import addresses
from kb.codebook import Facet, Term
from kb.contrast import BASIS, YEAR, Contrast, Difference, contrast, differences
from kb.corpus import Corpus
from kb.facts import Fact
from kb.matrix import Cell, State
from kb.site.view import View


@dataclass(frozen=True, slots=True)
class Dispute:
    """Two sides on a term, or on the term of a column in a row."""

    corpus: Corpus
    facet: Facet
    term: Term
    sides: Contrast

    @property
    def differences(self) -> list[Difference]:
        """What differs between the sides: found out when it is told, for all pages are listed
        before any is made."""
        return differences(self.corpus, self.sides)


def of_term(view: View, facet: Facet, term: Term) -> Dispute | None:
    """The two sides of the findings on a term in use, if it has two."""
    return (
        None
        if term.deprecated
        else _dispute(view, facet, term, view.findings_at(facet.id, term.id))
    )


def of_terms(view: View) -> Iterator[Dispute]:
    """Every term with two sides, in the order of the codebook."""
    found = (of_term(view, facet, term) for facet in view.codebook.axes for term in facet.current)
    return (one for one in found if one)


def of_row(view: View, column: Facet, cells: Iterable[Cell]) -> list[Dispute]:
    """The contested ones of the cells of a row."""
    contested = (cell for cell in cells if cell.state is State.CONTESTED)
    found = (_dispute(view, column, column.by_id[cell.column], cell.facts) for cell in contested)
    return [one for one in found if one]


def rows(view: View, column: Facet) -> Mapping[str, list[Dispute]]:
    """The contested cells of the default row facet with another, by the term of the row."""
    by_row: dict[str, list[Cell]] = {}
    for cell in view.matrix(column.id).cells:
        by_row.setdefault(cell.row, []).append(cell)
    found = {term: of_row(view, column, cells) for term, cells in by_row.items()}
    return {term: own for term, own in found.items() if own}


def _dispute(view: View, facet: Facet, term: Term, facts: Iterable[Fact]) -> Dispute | None:
    sides = contrast(view.corpus, facts)
    return Dispute(view.corpus, facet, term, sides) if sides else None


def address(dispute: Dispute, row: Facet | None = None, term: str = "") -> str:
    """Where a dispute is told: on the page of its row of cells, or on one of its own."""
    if row is not None:
        own = (row.id, dispute.facet.id, term, dispute.term.id)
        return addresses.of_contested_cell(*own)
    return addresses.of_contested_term(dispute.facet, dispute.term.id)


def told(view: View, one: Difference, term: str) -> str:
    """A term of a difference in words."""
    if one.name == YEAR:
        return term
    return view.t(f"basis_{term}") if one.name == BASIS else view.label(one.name, term)


def heading(view: View, one: Difference) -> str:
    """What is compared, in words."""
    return view.t(one.name) if one.name in (YEAR, BASIS) else view.text(view.facet(one.name).label)
