"""Who worked together: studies joined by the authors that they share."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from itertools import chain, compress
from operator import not_

Team = frozenset[str]
"""The authors of a study's reports, by what tells them apart."""


def one_team(teams: Sequence[Team]) -> bool:
    """Whether shared authors link all the teams, directly or through others of them.

    No team at all is not one, and neither is one without authors.
    """
    return Teams(teams).linked(range(len(teams)))


class Teams:
    """Teams by their positions, with what each author signed looked up once for all questions."""

    def __init__(self, teams: Sequence[Team]) -> None:
        self._teams = teams
        signed = Counter(chain.from_iterable(teams))
        shared = {author for author, number in signed.items() if number > 1}
        alone = map(shared.isdisjoint, teams)
        self._sharing = frozenset(compress(range(len(teams)), map(not_, alone)))

    @cached_property
    def _signed(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for position in self._sharing:
            for author in self._teams[position]:
                found[author].append(position)
        return found

    def linked(self, some: Collection[int]) -> bool:
        """Whether shared authors link some of the teams; see :func:`one_team`."""
        if len(some) < 2:
            return any(self._teams[one] for one in some)
        if not self._sharing.issuperset(some):
            return False  # most large cells: the first of them that shares no author tells it
        left, asked = set(some), set[str]()
        waiting = [left.pop()]
        while waiting and left:
            authors = self._teams[waiting.pop()] - asked
            asked |= authors
            for author in authors:
                near = left.intersection(self._signed[author])
                left -= near
                waiting += near
        return not left
