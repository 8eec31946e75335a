"""What narrows a question: facets with their terms, words of a field, what no one has studied."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from kb.codebook import Term
from kb.corpus import Corpus
from kb.facts import Fact, UnknownName, Where, by_term, check_where, studies_by_term
from kb.model import suggestion

Terms = str | Iterable[str]
"""One term, or several of which any one fits."""
Selection = Mapping[str, Terms]
"""Facets with the terms that are wanted; every facet must fit."""


def selection(
    corpus: Corpus, where: Selection | None, facets: Selection, kind: str = "findings"
) -> Where:
    """What a mapping and keywords ask for of one kind of record; in a keyword ``_`` stands for
    ``-``. Raises :class:`UnknownName`, and ``TypeError`` for a facet that is in both."""
    keywords = {
        name if name in corpus.codebook else name.replace("_", "-"): terms
        for name, terms in facets.items()
    }
    if twice := keywords.keys() & (where or {}).keys():
        raise TypeError(f"{', '.join(sorted(twice))} is given twice")
    chosen = {
        name: (terms,) if isinstance(terms, str) else tuple(terms)
        for name, terms in {**(where or {}), **keywords}.items()
    }
    return check_where(corpus, chosen, kind)


def words(
    name: str, given: Terms | None, known: Collection[str], called: Mapping[str, str] | None = None
) -> frozenset[str]:
    """The words of a field that are wanted, none for all; raises :class:`UnknownName`, with the one
    that is ``called`` so, if there is one."""
    wanted = frozenset([given] if isinstance(given, str) else given or ())
    for unknown in sorted(wanted.difference(known)):
        raise UnknownName(f"no {name} {unknown}; {suggestion(unknown, known, called or {})}")
    return wanted


def unstudied_terms(
    corpus: Corpus, facts: Sequence[Fact], terms: Iterable[tuple[str, Term]], facet: str | None
) -> Iterator[tuple[str, Term]]:
    """The terms, each with its facet, of which there is no study, nor of a narrower one.

    Raises :class:`UnknownName` for a ``facet`` that studies are not coded with.
    """
    axes = [one.id for one in corpus.codebook.axes]
    if facet is not None and facet not in axes:
        raise UnknownName(f"studies are not coded with {facet}; use one of: {', '.join(axes)}")
    studied = studies_by_term(corpus, by_term(corpus, facts))
    return ((name, term) for name, term in terms if name in axes and (name, term.id) not in studied)
