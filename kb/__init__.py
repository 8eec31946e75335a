"""Publish what a research field knows, and what it does not know.

``import kb; base = kb.load(".")`` gives the knowledge base in a folder, in a data file or at the
address of a site; see :class:`KnowledgeBase`. What ``__all__`` names is public, and nothing else.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kb.answers import Records
    from kb.base import KnowledgeBase, load
    from kb.codebook import Codebook, Facet, Term
    from kb.corpus import Corpus
    from kb.facts import Fact, UnknownName
    from kb.matrix import Cell, Matrix, State
    from kb.problems import CorpusError, NotHere, Problem, SourceError
    from kb.records import Finding, Settings, Study
    from kb.references import Name, Reference
    from kb.synthesis import Candidate, Claim, Gap
    from kb.tables import Table
    from kb.writing import WritingError

__version__ = "0.1.0"

__all__ = [
    "Candidate",
    "Cell",
    "Claim",
    "Codebook",
    "Corpus",
    "CorpusError",
    "Facet",
    "Fact",
    "Finding",
    "Gap",
    "KnowledgeBase",
    "Matrix",
    "Name",
    "NotHere",
    "Problem",
    "Records",
    "Reference",
    "Settings",
    "SourceError",
    "State",
    "Study",
    "Table",
    "Term",
    "UnknownName",
    "WritingError",
    "load",
]

_HOMES = {
    "kb.answers": ("Records",),
    "kb.base": ("KnowledgeBase", "load"),
    "kb.codebook": ("Codebook", "Facet", "Term"),
    "kb.corpus": ("Corpus",),
    "kb.facts": ("Fact", "UnknownName"),
    "kb.matrix": ("Cell", "Matrix", "State"),
    "kb.problems": ("CorpusError", "NotHere", "Problem", "SourceError"),
    "kb.records": ("Finding", "Settings", "Study"),
    "kb.references": ("Name", "Reference"),
    "kb.synthesis": ("Candidate", "Claim", "Gap"),
    "kb.tables": ("Table",),
    "kb.writing": ("WritingError",),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    # Imported on first use, so that `kb --help` need not load networkx and pydantic.
    if name in _HOME_OF:
        return getattr(import_module(_HOME_OF[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
