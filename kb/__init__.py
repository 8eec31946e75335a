"""Publish what a research field knows, and what it does not know.

``import kb; base = kb.load(".")`` gives the knowledge base in a folder; see :class:`KnowledgeBase`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kb.base import KnowledgeBase, load
    from kb.corpus import Corpus
    from kb.facts import Fact, UnknownName
    from kb.matrix import Cell, Matrix, State
    from kb.problems import CorpusError, Problem
    from kb.records import Finding, Study
    from kb.synthesis import Candidate, Claim, Gap

__version__ = "0.1.0"

__all__ = [
    "Candidate",
    "Cell",
    "Claim",
    "Corpus",
    "CorpusError",
    "Fact",
    "Finding",
    "Gap",
    "KnowledgeBase",
    "Matrix",
    "Problem",
    "State",
    "Study",
    "UnknownName",
    "load",
]

_HOMES = {
    "kb.base": ("KnowledgeBase", "load"),
    "kb.corpus": ("Corpus",),
    "kb.facts": ("Fact", "UnknownName"),
    "kb.matrix": ("Cell", "Matrix", "State"),
    "kb.problems": ("CorpusError", "Problem"),
    "kb.records": ("Finding", "Study"),
    "kb.synthesis": ("Candidate", "Claim", "Gap"),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    # Imported on first use, so that `kb --help` need not load networkx and pydantic.
    if name in _HOME_OF:
        return getattr(import_module(_HOME_OF[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
