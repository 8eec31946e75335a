"""The verdict on a knowledge base, remembered: the same files have the same problems."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass

from kb.cache import Cache
from kb.folder import Snapshot
from kb.problems import Problem

_KIND = "verdict"


@dataclass(frozen=True)
class Verdict:
    """What a check found; ``usable`` is false when settings or codebook cannot be used, so that the
    rest could not be checked."""

    usable: bool
    problems: tuple[Problem, ...]


def recall(seen: Snapshot, cache: Cache) -> Verdict | None:
    """What was found when these files were checked, if that is remembered."""
    found = cache.get(_KIND, [seen.digest]) if seen.digest else {}
    if seen.digest not in found:
        return None
    usable, problems = json.loads(found[seen.digest])
    return Verdict(usable, tuple(Problem(*one) for one in problems))


def remember(seen: Snapshot, usable: bool, problems: Iterable[Problem], cache: Cache) -> None:
    """Keep what was found in these files, unless nobody vouches for them."""
    if seen.digest:
        told = [usable, [astuple(one) for one in problems]]
        cache.put(_KIND, {seen.digest: json.dumps(told).encode()})
