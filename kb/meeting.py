"""Where codes in two facets meet: at every pair of their terms, broader ones included."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from itertools import product
from typing import Generic, TypeVar

from kb.corpus import Corpus
from kb.facts import with_broader

Codes = tuple[str, ...]
Pair = tuple[str, str]
Item = TypeVar("Item")


class Upper(dict[Codes, Codes]):
    """For some terms of a facet these and their broader ones, each once; found once."""

    def __init__(self, corpus: Corpus, facet: str) -> None:
        self._corpus, self._facet = corpus, facet

    def __missing__(self, codes: Codes) -> Codes:
        self[codes] = upper = tuple(with_broader(self._corpus, self._facet, codes))
        return upper


class Meetings(dict[tuple[Codes, Codes], list[Callable[[Item], None]]], Generic[Item]):
    """For codes in two facets what puts something to each pair of them in ``met``."""

    def __init__(self) -> None:
        self.met: dict[Pair, list[Item]] = defaultdict(list)

    def __missing__(self, codes: tuple[Codes, Codes]) -> list[Callable[[Item], None]]:
        self[codes] = puts = [self.met[pair].append for pair in product(*codes)]
        return puts
