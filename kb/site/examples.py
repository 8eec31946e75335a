"""Queries that work on the very knowledge base whose pages show them."""

from __future__ import annotations

from kb.base import KnowledgeBase


def _names(base: KnowledgeBase) -> tuple[str, str, str]:
    """The facets that are crossed by default, and the first term of the first."""
    matrix = base.settings.matrix
    return matrix.row, matrix.column, base.codebook[matrix.row].terms[0].id


def shell_example(base: KnowledgeBase) -> str:
    """Queries for a shell, one on each line."""
    row, column, term = _names(base)
    direction = base.settings.directions[0].id
    lines = [
        f"kb studies --where {row}={term} --format json",
        f"kb findings --where {row}={term} --where direction={direction} --format csv",
        f"kb matrix {row} {column} --state empty --format json",
    ]
    return "\n".join([*lines, "kb gaps --status open --format json"] if base.corpus.gaps else lines)


def python_example(base: KnowledgeBase) -> str:
    """The same in Python."""
    row, column, term = _names(base)
    return "\n".join(
        (
            "import kb",
            'base = kb.load(".")',
            f'base.studies({{"{row}": "{term}"}})',
            f'[c for c in base.matrix("{row}", "{column}").cells if c.state == "empty"]',
        )
    )
