"""Who worked together: studies joined by the authors that they share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

Team = frozenset[str]
"""The authors of a study's reports, by what tells them apart."""


class Teams:
    """The teams of all studies that may be asked about, which go by their positions."""

    def __init__(self, teams: Sequence[Team]) -> None:
        self._teams, self._circles = teams, circles(teams)

    def are_one(self, studies: Collection[int]) -> bool:
        """Whether shared authors link some studies, directly or through others of them."""
        if len({self._circles[study] for study in studies}) > 1:
            return False  # not even others link them
        return one_team([self._teams[study] for study in studies])


def one_team(teams: Sequence[Team]) -> bool:
    """Whether shared authors link all the teams, directly or through others of them.

    No team at all is not one, and neither is one without authors.
    """
    return bool(teams) and all(teams) and not any(circles(teams))


def circles(teams: Sequence[Team]) -> list[int]:
    """For each team the number of its circle: teams are in one when authors link them, directly
    or through others. A team without authors is alone."""
    signed: dict[str, list[int]] = defaultdict(list)
    for position, team in enumerate(teams):
        for author in team:
            signed[author].append(position)
    found = [-1] * len(teams)
    for first in range(len(teams)):
        waiting = [first] if found[first] < 0 else []
        while waiting:
            one = waiting.pop()
            if found[one] < 0:
                found[one] = first
                waiting += [other for author in teams[one] for other in signed.pop(author, ())]
    return found
