"""Pages outside the menu belong to one of its pages: its tab is marked on them as well."""

from __future__ import annotations

from typing import cast

from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation, Section

from kb import addresses
from kb.codebook import Codebook

OWNERS = {
    "studies": "studies/",
    "compare": "studies/",
    "claims": "known/",
    "gaps": "gaps/",
    "stated-gaps": "gaps/",
    "contested": "gaps/",
    "references": "references/",
}
"""The page of the menu to which the pages in a folder belong; those of facets are browsed."""


def mark(codebook: Codebook, nav: Navigation, files: Files) -> None:
    """Put each page outside the menu below one inside: MkDocs calls active what a page is below,
    while it makes that page. The menu itself stays as short as it is."""
    inside = {page.file.src_uri: page for page in nav.pages}
    folders = {addresses.facet_folder(facet): "browse/" for facet in codebook.axes} | OWNERS
    for file in files.documentation_pages():
        owner = inside.get(addresses.source_of(folders.get(file.src_uri.split("/")[0], "?")))
        if owner and file.page and file.src_uri not in inside:
            file.page.parent = cast(Section, owner)  # a page has what is asked of a parent
