"""Examples and counter-examples of terms and directions on the pages that coders read."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.base import load
from kb.site import pages
from kb.site.view import View

OWN = """    examples: [{de: Ein <b>Dach</b>, fr: Un toit}]
    counter_examples: [{de: Eine Wand, fr: Un mur}]
"""


def add(path: Path, entry: str) -> None:
    """Give a term or a direction an example and a counter-example."""
    text = path.read_text("utf-8")
    assert entry in text
    path.write_text(text.replace(entry, entry + OWN, 1), "utf-8")


@pytest.fixture
def shown(copy: Path) -> dict[str, str]:
    """The pages of the made-up knowledge base after one term and one direction got examples."""
    add(copy / "corpus/codebook/habitats.yml", "  - id: green-roof\n")
    add(copy / "corpus/knowledge-base.yml", "  - id: helps\n")
    view = View(load(copy), "fr")
    wanted = {"codebook/", "method/", "habitats/green-roof/", "habitats/balcony/"}
    return {
        page.address: pages.render(view, page)
        for page in pages.pages(view)
        if page.address in wanted
    }


@pytest.mark.parametrize("address", ["codebook/", "method/", "habitats/green-roof/"])
def test_examples_are_shown_and_said_to_be_made_up(shown: dict[str, str], address: str) -> None:
    text = shown[address]
    assert text.count("Un toit</li>") == 1
    assert text.count("Un mur</li>") == 1
    assert text.count("made up") == 2


def test_a_term_without_examples_has_no_empty_list(shown: dict[str, str]) -> None:
    assert "kb-eg" not in shown["habitats/balcony/"]
