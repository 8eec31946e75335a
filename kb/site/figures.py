"""The page of charts: what is drawn on it, each chart with the table behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import get_args

from markupsafe import Markup

from kb import addresses, growth
from kb.codebook import Facet, Term
from kb.site.charts import Bar, Part, chart
from kb.site.columns import Series, columns
from kb.site.view import View
from kb.synthesis import Status

Cell = str | Markup


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with its caption and the table behind it, whose first column names the rows;
    ``key`` says what colours stand for: kind in the style sheet, sign and word; ``named`` are what
    the note names."""

    id: str
    title: str
    picture: Markup
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    key: tuple[tuple[str, str, str], ...] = ()
    note: str = ""
    named: tuple[Markup, ...] = ()


def axes(view: View) -> tuple[Facet, ...]:
    """The facets that are charted: those of the default matrix first, then all other axes."""
    return (view.facet(view.settings.matrix.row), *view.columns)


def growing(view: View) -> Iterator[Figure]:
    """The charts over years: new studies, all studies, and the gaps by status."""
    found = growth.evidence(view.corpus)
    if found.new:
        yield _years(view, "years", found.new, found.undated)
        yield _years(view, "cumulated", found.all, found.undated)
    moved = growth.gaps(view.corpus)
    if moved.by_status["open"]:
        yield _gaps(view, moved)


def _years(view: View, name: str, counts: Mapping[int, int], undated: Iterable[str]) -> Figure:
    title, axis = view.t(f"figures_{name}"), view.t("figures_axis")
    one, cumulated = Series(title, "all", counts), name == "cumulated"
    leads = _leads(view, counts) if cumulated else _published(view, counts)
    picture = columns(
        [one],
        title=title,
        axis=axis,
        id=_id(name),
        close=cumulated,
        write=view.number,
        leads=leads,
    )
    rows = tuple(
        (_led(leads[year], year) if number else str(year), view.number(number))
        for year, number in counts.items()
    )
    named = tuple(view.study_link(study) for study in undated)
    note = view.t("figures_undated") if named else ""
    head = (view.t("year"), view.t("studies"))
    return Figure(_id(name), title, picture, head, rows, note=note, named=named)


def _published(view: View, years: Iterable[int]) -> dict[int, str]:
    """Where to look at the studies of each year."""
    return {year: view.url(addresses.of_published(year)) for year in years}


def _leads(view: View, years: Iterable[int]) -> dict[int, str]:
    """Where to look at the default matrix as it was at the end of each year."""
    row, column = view.settings.matrix.row, view.settings.matrix.column
    return {year: view.url(addresses.of_view(row, column, year)) for year in years}


def _led(address: str, year: int) -> Markup:
    return Markup('<a href="{}">{}</a>').format(address, year)


def _gaps(view: View, moved: growth.Gaps) -> Figure:
    title = view.t("figures_gaps")
    words: dict[Status, str] = {one: view.t(f"status_{one}") for one in get_args(Status)}
    shown = [status for status in reversed(words) if any(moved.by_status[status].values())]
    series = [Series(words[one], one, moved.by_status[one]) for one in shown]
    leads = _leads(view, moved.by_status["open"])
    picture = columns(
        series,
        title=title,
        axis=view.t("figures_axis_gaps"),
        id=_id("gaps"),
        close=True,
        write=view.number,
        leads=leads,
    )
    rows = tuple(
        (_led(leads[year], year), *(view.number(moved.by_status[one][year]) for one in words))
        for year in moved.by_status["open"]
    )
    note = view.t("figures_gaps_note")
    if moved.undated:
        note += " " + view.t("figures_gaps_undated", n=view.number(len(moved.undated)))
    head = (view.t("year"), *words.values())
    key = tuple((one, "", words[one]) for one in shown)
    return Figure(_id("gaps"), title, picture, head, rows, key, note)


def studied(view: View) -> Iterator[Figure]:
    """For every axis a chart of how many studies its terms have."""
    for facet in axes(view):
        bars = [
            _bar(view, facet, term, view.studies_at(facet.id, term.id)) for term in facet.current
        ]
        title = view.t("figures_studies", facet=view.text(facet.plural))
        name = f"studies-{facet.id}"
        picture = chart(bars, title=title, axis=view.t("figures_axis"), id=_id(name))
        rows = tuple(
            (
                view.term_link(facet.id, term.id),
                view.number(view.studies_at(facet.id, term.id)),
                view.number(len(view.findings_at(facet.id, term.id))),
            )
            for term in facet.current
        )
        head = (view.text(facet.label), view.t("studies"), view.t("findings"))
        yield Figure(_id(name), title, picture, head, rows)


def pointing(view: View) -> Iterator[Figure]:
    """For the two facets of the default matrix a chart of what findings point to, term by term."""
    directions = view.settings.directions
    key = tuple((one.stance, one.sign, view.text(one.label)) for one in directions)
    for facet in axes(view)[:2][::-1]:
        title = view.t("figures_directions", facet=view.text(facet.plural))
        name = f"directions-{facet.id}"
        picture = chart(
            [_directed(view, facet, term) for term in facet.current],
            title=title,
            axis=view.t("figures_axis_findings"),
            id=_id(name),
        )
        head = (view.text(facet.label), *(word for _, _, word in key), view.t("findings"))
        rows = tuple(_counts(view, facet, term) for term in facet.current)
        yield Figure(_id(name), title, picture, head, rows, key)


def _bar(view: View, facet: Facet, term: Term, value: int) -> Bar:
    address = view.url(addresses.of_term(facet, term.id))
    depth = view.depth(facet, term)
    label = view.text(term.label)
    return Bar(label, value, view.number(value), address=address, depth=depth)


def _directed(view: View, facet: Facet, term: Term) -> Bar:
    facts = view.findings_at(facet.id, term.id)
    counted = [(one, number) for one, number in view.by_direction(facts) if number]
    parts = tuple(Part(number, one.stance) for one, number in counted)
    signs = ",\u00a0".join(f"{one.sign}\u00a0{view.number(number)}" for one, number in counted)
    label = f"{view.text(term.label)} ({signs})" if signs else view.text(term.label)
    address = f"{view.url(addresses.of_term(facet, term.id))}#evidence"
    depth = view.depth(facet, term)
    shown = view.number(len(facts))
    return Bar(label, len(facts), shown, parts=parts, address=address, depth=depth)


def _counts(view: View, facet: Facet, term: Term) -> tuple[Cell, ...]:
    facts = view.findings_at(facet.id, term.id)
    numbers = [view.number(number) for _, number in view.by_direction(facts)]
    return view.term_link(facet.id, term.id), *numbers, view.number(len(facts))


def _id(name: str) -> str:
    return f"_figure-{name}"
