"""What cites a reference, as headings and links for its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from kb import addresses
from kb.citations import Kind, Node, Use
from kb.site.view import View


def uses(view: View, cited: Mapping[Use, Sequence[Node]]) -> list[tuple[str, list[Markup]]]:
    """For each use of a reference the word of its heading and links to the records."""
    found: dict[str, list[Markup]] = {}
    for use, nodes in cited.items():
        for node in nodes:
            waiting = use is Use.REPORT and node[0] is Kind.CANDIDATE
            word = "use_candidate" if waiting else f"use_{use.value}"
            found.setdefault(word, []).append(_link(view, use, node))
    return list(found.items())


def _link(view: View, use: Use, node: Node) -> Markup:
    kind, name = node
    if kind is Kind.STUDY:
        place = "#_caveats" if use is Use.CAVEAT else ""
        title = view.text(view.corpus.studies[name].title)
        return view.link(addresses.of_study(name) + place, title)
    if kind is Kind.CLAIM:
        return view.link(addresses.of_claim(name), view.text(view.corpus.claims[name].statement))
    if kind is Kind.GAP:
        return view.link(addresses.of_gap(name), view.text(view.corpus.gaps[name].statement))
    if kind is Kind.CANDIDATE:
        return view.link(addresses.of_candidate(name), view.corpus.candidates[name].title)
    return _of_codebook(view, name)


def _of_codebook(view: View, name: str) -> Markup:
    facet, _, term = name.partition("/")
    label = view.text(view.facet(facet).label)
    if not term:
        return view.link(f"codebook/#{facet}", label)
    address = addresses.of_term(view.facet(facet), term)
    return view.link(address, f"{label}: {view.label(facet, term)}")
