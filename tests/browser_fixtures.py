"""The browser and the real site served, as fixtures.

Test modules register this one and ``tests.site_fixtures`` with ``pytest_plugins``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, sync_playwright

from kb import addresses
from kb.matrix import State
from kb.site import contested
from tests.browsing import FLAGS, KINDS, SCHEMES, executable, profile, serving
from tests.sites import Site


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the tests of a module: while it is open, nothing else can be asynchronous."""
    flags = [*FLAGS, "--no-sandbox"] if not getattr(os, "geteuid", lambda: 1)() else [*FLAGS]
    with sync_playwright() as playwright:
        try:
            one = playwright.chromium.launch(executable_path=executable(), args=flags)
        except Error as error:
            why = f"no Chromium could be started: {str(error).splitlines()[0]}"
            if os.environ.get("KB_REQUIRE_BROWSER") == "1":
                pytest.fail(why)
            pytest.skip(f"{why}; install one, or name it in KB_CHROMIUM")
        yield one
        one.close()


@pytest.fixture(scope="session")
def real(sites: Mapping[str, Site]) -> Site:
    """The site of the real knowledge base."""
    return sites["real"]


@pytest.fixture(scope="session")
def host(real: Site) -> Iterator[str]:
    """The address at which the site is served, without a slash at the end."""
    with serving(real.folder) as address:
        yield address


@pytest.fixture(scope="module")
def profiles(browser: Browser) -> Iterator[Mapping[str, BrowserContext]]:
    """A profile for each colour scheme that many tests share: what it has loaded it keeps."""
    made = {scheme: browser.new_context(**profile(scheme)) for scheme in SCHEMES}
    yield made
    for context in made.values():
        context.close()


@pytest.fixture(scope="session")
def places(real: Site) -> Mapping[str, str]:
    """An address of each kind of page, relative to a language."""
    settings, base = real.base.settings.matrix, real.base
    row, column = settings.row, settings.column
    terms = base.codebook[row].current
    term = max(terms, key=lambda one: len(base.studies({row: one.id}))).id
    longest = max(addresses.matrix_columns(base.corpus), key=lambda facet: len(facet.terms))
    cells = base.matrix(row, column).cells
    empty = [cell for cell in cells if cell.state is State.EMPTY][-1]
    studies = base.corpus.studies.values()
    study = max(studies, key=lambda one: (len(one.findings), len(one.caveats)))
    view = real.view(real.languages[0])
    chosen = [one.id for one in studies][:3]
    reference = next(one for one in base.references.values() if one.unverified)
    return {kind: f"{kind}/" for kind in KINDS} | {
        "home": "",
        "authors": addresses.AUTHORS,
        "matrix": addresses.of_matrix(row, column),
        "long matrix": addresses.of_matrix(row, longest.id),
        "row of cells": addresses.of_row(row, column, term),
        "empty cell": addresses.of_cell(row, column, empty.row, empty.column),
        "relationship": addresses.of_term(base.codebook[row], term),
        "outcome": addresses.of_term(base.codebook[column], base.codebook[column].terms[0].id),
        "facet": addresses.of_facet(base.codebook[row]),
        "study": addresses.of_study(study.id),
        "compared": addresses.of_comparison(chosen),
        "contested term": contested.address(next(contested.of_terms(view))),
        "contested cells": addresses.of_contested_row(row, column, term),
        "reference": addresses.of_reference(reference.key),
    }
