"""A whole knowledge base as plain data for JSON: every record as its file has it."""

from __future__ import annotations

from collections.abc import Mapping

from kb import export
from kb.changes import Release
from kb.corpus import Corpus
from kb.model import Record
from kb.records import Study
from kb.second import SecondCoding
from kb.synthesis import Candidate, Claim, Gap

API_VERSION = "1"
NAME = "knowledge-base.json"
"""The file of the static API that holds everything."""

RECORDS: Mapping[str, type[Record]] = {
    "studies": Study,
    "claims": Claim,
    "gaps": Gap,
    "candidates": Candidate,
    "second_codings": SecondCoding,
    "releases": Release,
}
"""The records by the name of their part; each part is a list, in the order of ids."""


def whole(corpus: Corpus) -> export.Json:
    """Everything that the folder of a knowledge base says, for ``knowledge-base.json``."""
    parts = {name: [record(one) for one in getattr(corpus, name).values()] for name in RECORDS}
    own = {language: dict(said) for language, said in sorted(corpus.interface.items())}
    return {**context(corpus), **parts, "interface": own}


def context(corpus: Corpus) -> export.Json:
    """What is needed to understand studies: settings, codebook and references."""
    return {
        "settings": record(corpus.settings),
        "codebook": [record(facet) for facet in corpus.codebook],
        "references": [export.source_reference(one) for one in corpus.references.values()],
    }


def record(one: Record) -> export.Json:
    """A record as its file has it, with its path and its id: nothing added, nothing left out."""
    return one.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
