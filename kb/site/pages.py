"""Every page of one language: where it lies, which template makes it, and with what."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kb import addresses, contrast, evidence, feed, tell
from kb.citations import Kind
from kb.codebook import Facet, Term
from kb.matrix import State
from kb.records import Study
from kb.releases import log
from kb.rulebook import in_language
from kb.site import (
    authors,
    changed,
    charts,
    contested,
    contributing,
    data,
    figures,
    late,
    meta,
    network,
    searching,
    sheets_of,
    told,
)  # fmt: skip
from kb.site.compiled import COMPILED
from kb.site.explorer import page_data
from kb.site.page import WIDE, Page, more, parts
from kb.site.paging import Part
from kb.site.record_pages import reference_pages, study_pages
from kb.site.text import finalize, front_matter, pre
from kb.site.uses import uses
from kb.site.view import View
from kb.stated import by_confidence, main_year, moved_since

TEMPLATES = Path(__file__).parent / "templates"


def pages(view: View) -> Iterator[Page]:
    """All generated pages of one language."""
    yield from _doors(view)
    yield from _pictures(view)
    yield from _facet_pages(view)
    yield from _matrix_pages(view)
    yield from study_pages(view)
    yield from reference_pages(view)
    yield from _stated_pages(view)
    yield from _contested_pages(view)
    # The last, for what it tells of may still be in the making.
    yield Page("data/", "data.md.j2", view.t("data"), head=partial(meta.of_data, view))


def render(view: View, page: Page) -> str:
    """The Markdown of one page."""
    view.here = page.address
    head = front_matter(
        title=page.title,
        description=page.description or None,
        search=None if page.searched else {"exclude": True},
        hide=list(page.hide) or None,
        **page.head(),
    )
    return f"{head}\n{body(view, page).strip()}\n"


def body(view: View, page: Page) -> str:
    """The Markdown of one page without its head."""
    template = environment().get_template(page.template)
    return template.render(view=view, page=page, t=view.t, **page.context, **page.late())


@cache
def environment() -> Environment:
    """What all templates are rendered with."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        finalize=finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=COMPILED,
        autoescape=True,  # so that macros give markup; values are escaped by finalize
    )
    made.filters.update(pre=pre, by_confidence=by_confidence)
    made.globals.update(addresses=addresses, charts=charts, State=State, rules_in=in_language)
    made.globals.update(coins=meta.coins, data=data)
    made.globals.update(contested=contested, contrast=contrast, sheets_of=sheets_of, told=told)
    made.globals.update(contributing=contributing)
    made.globals.update(searching=searching)
    made.globals.update(changed=changed, feed=feed, tell=tell, uses=uses)
    made.globals.update(figures=figures, network=network, Kind=Kind, explorer_data=page_data)
    return made


def compile_all() -> None:
    """Compile all templates, for the processes that begin as a copy of this one."""
    for name in environment().list_templates():
        environment().get_template(name)


def _doors(view: View) -> Iterator[Page]:
    settings, row = view.settings, view.facet(view.settings.matrix.row)
    about = view.text(settings.description)
    yield Page("", "home.md.j2", view.text(settings.title), about, hide=WIDE, context={"row": row})
    yield Page("known/", "known.md.j2", view.t("nav_known"), hide=WIDE, context={"row": row})
    yield Page("gaps/", "gaps.md.j2", view.t("nav_unknown"), hide=WIDE, context={"row": row})
    yield Page("browse/", "browse.md.j2", view.t("browse"), hide=WIDE)
    yield Page("codebook/", "codebook.md.j2", view.t("codebook"), hide=())
    yield Page("method/", "method.md.j2", view.t("method"), hide=())
    yield Page("rules/", "rules.md.j2", view.t("rules"), hide=())


def _pictures(view: View) -> Iterator[Page]:
    told = view.t("figures_about"), view.t("graph_about")
    yield Page(addresses.FIGURES, "figures.md.j2", view.t("figures"), told[0], hide=WIDE)
    yield Page(addresses.GRAPH, "graph.md.j2", view.t("graph"), told[1], False, hide=WIDE)
    yield from authors.pages(view)


def _facet_pages(view: View) -> Iterator[Page]:
    for facet in view.codebook.axes:
        label = view.text(facet.plural)
        about = view.text(facet.definition)
        address = addresses.of_facet(facet)
        yield Page(address, "facet.md.j2", label, about, hide=WIDE, context={"facet": facet})
        for term in facet.terms:
            yield from _term_pages(view, facet, term)


def _term_pages(view: View, facet: Facet, term: Term) -> Iterator[Page]:
    """The page of a term, and those on which its evidence goes on."""
    address, name = addresses.of_term(facet, term.id), view.text(term.label)
    yield Page(
        address,
        "term.md.j2",
        name,
        view.text(term.definition),
        hide=WIDE,
        context={"facet": facet, "term": term},
        late=partial(late.of_term, view, facet, term),
    )
    if view.studies_at(facet.id, term.id) > view.settings.site_size.rows_per_page:
        found = view.findings_at(facet.id, term.id)
        rows = evidence.evidence(view.corpus, found, facet.id, term.id)
        caption = f"{view.t('evidence_table')}: {name}"
        _, *rest = parts(view, address, rows)
        yield from more(view, rest, name, {"caption": caption, "kind": "study"})


def _matrix_pages(view: View) -> Iterator[Page]:
    row = view.facet(view.settings.matrix.row)
    for column in view.columns:
        title = view.t("matrix_of", row=view.text(row.label), column=view.text(column.label))
        address = addresses.of_matrix(row.id, column.id)
        context = {"matrix": view.matrix(column.id)}
        yield Page(address, "matrix.md.j2", title, searched=False, hide=WIDE, context=context)
        yield from _row_pages(view, row, column)
    yield from _year_pages(view, row, view.columns[0])


def _year_pages(view: View, row: Facet, column: Facet) -> Iterator[Page]:
    for year in view.years:
        title = view.t("matrix_of", row=view.text(row.label), column=view.text(column.label))
        title = view.t("as_of_title", title=title, year=year)
        address, found = addresses.of_year(row.id, column.id, year), partial(late.as_of, view, year)
        yield Page(address, "matrix.md.j2", title, searched=False, hide=WIDE, late=found)


def _row_pages(view: View, row: Facet, column: Facet) -> Iterator[Page]:
    matrix = view.matrix(column.id)
    for term in row.current:
        title = view.t("matrix_of", row=view.text(term.label), column=view.text(column.label))
        cells = [(other, matrix[term.id, other.id]) for other in column.current]
        yield Page(
            addresses.of_row(row.id, column.id, term.id),
            "cells.md.j2",
            title,
            searched=False,
            context={"matrix": matrix, "term": term, "cells": cells},
        )


def _caption(view: View, title: str, part: Part) -> str:
    return f"{title} ({view.number(part.all)})"


def _stated_pages(view: View) -> Iterator[Page]:
    corpus, row = view.corpus, view.facet(view.settings.matrix.row)
    if corpus.gaps:
        since = main_year(corpus)
        title = view.t("stated_gaps")
        first, *rest = parts(view, "stated-gaps/", list(corpus.gaps.values()))
        context = {"row": row, "since": since, "moved": moved_since(corpus, since), "part": first}
        yield Page("stated-gaps/", "stated.md.j2", title, hide=WIDE, context=context)
        caption = _caption(view, title, first)
        yield from more(view, rest, title, {"caption": caption, "kind": "gap"})
    for gap in corpus.gaps.values():
        title, about = view.text(gap.statement), view.t("stated_gap")
        yield Page(
            addresses.of_gap(gap.id),
            "gap.md.j2",
            title,
            about,
            context={"gap": gap},
            late=partial(late.related, view, (Kind.GAP, gap.id)),
        )
    if corpus.claims:
        title = view.t("claims")
        first, *rest = parts(view, "claims/", by_confidence(corpus.claims.values()))
        yield Page("claims/", "claims.md.j2", title, hide=WIDE, context={"part": first})
        yield from more(
            view, rest, title, {"caption": _caption(view, title, first), "kind": "claim"}
        )
    for claim in corpus.claims.values():
        yield Page(
            addresses.of_claim(claim.id),
            "claim.md.j2",
            view.text(claim.statement),
            view.t("claim"),
            context={"claim": claim},
            late=partial(late.of_claim, view, claim.id),
        )
    if corpus.releases:
        context = {"releases": log(corpus)}
        yield Page(feed.ADDRESS, "changes.md.j2", view.t("changes"), hide=(), context=context)


def _contested_pages(view: View) -> Iterator[Page]:
    """The pages of either side, and the one that compares any studies."""
    row = view.facet(view.settings.matrix.row)
    disputes = list(contested.of_terms(view))
    by_column = [
        (column, rows) for column in view.columns if (rows := contested.rows(view, column))
    ]
    context = {"row": row, "disputes": disputes, "by_column": by_column}
    yield Page(addresses.CONTESTED, "contested.md.j2", view.t("contested_view"), context=context)
    for one in disputes:
        title = view.t("contested_title", term=view.text(one.term.label))
        address, context = contested.address(one), {"dispute": one}
        yield Page(address, "dispute.md.j2", title, searched=False, hide=WIDE, context=context)
    for column, rows in by_column:
        for name, own in rows.items():
            pair = {"row": view.label(row.id, name), "column": view.text(column.label)}
            title = view.t("contested_title", term=view.t("matrix_of", **pair))
            address = addresses.of_contested_row(row.id, column.id, name)
            context = {"row": row, "column": column, "term": row.by_id[name], "disputes": own}
            yield Page(address, "disputes.md.j2", title, searched=False, context=context)
    studies = parts(view, addresses.COMPARE, _to_compare(view))[0]
    context, title = {"studies": studies}, view.t("compare_title")
    yield Page(
        addresses.COMPARE, "compare.md.j2", title, searched=False, hide=WIDE, context=context
    )


def _to_compare(view: View) -> list[Study]:
    """The studies to choose from: in the order of the authors, or the newest of too many."""
    studies = sorted(view.corpus.studies.values(), key=lambda one: view.cited(one).casefold())
    if len(studies) > view.settings.site_size.rows_per_page:
        studies.sort(key=lambda one: -(view.corpus.year(one) or 0))
    return studies
