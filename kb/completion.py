"""What the shell offers when TAB is pressed: facets, terms, ids and words of the knowledge base.

Nothing heavy is imported before TAB is pressed, and the network is never asked.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import typer

if TYPE_CHECKING:
    from kb.corpus import Corpus

Complete: TypeAlias = Callable[[typer.Context, str], list[str]]

VARIABLE = "_KB_COMPLETE"
"""Set by the shell when it asks what can follow."""


def for_bash(run: Callable[[], None]) -> None:
    """Answer bash, which splits words at each ``=`` and wants only what follows the last one."""
    words, at = _rejoined(os.environ["COMP_WORDS"].split("\n"), int(os.environ["COMP_CWORD"]))
    os.environ["COMP_WORDS"], os.environ["COMP_CWORD"] = "\n".join(words), str(at)
    known = words[at].rpartition("=") if at < len(words) else ("", "", "")
    answer = io.StringIO()
    try:
        with redirect_stdout(answer):
            run()
    finally:
        for line in filter(None, answer.getvalue().splitlines()):
            sys.stdout.write(line.removeprefix("".join(known[:2])) + "\n")


def _rejoined(words: list[str], at: int) -> tuple[list[str], int]:
    """The words as they were typed, and which of them is being typed."""
    joined: list[str] = []
    for position, word in enumerate(words):
        if joined and (word == "=" or words[position - 1] == "="):
            joined[-1] += word
        else:
            joined.append(word)
        if position == at:
            typed = len(joined) - 1
    return joined, typed if at < len(words) else len(joined)


def _offer(found: Callable[[Corpus, str, str], Iterable[str]]) -> Complete:
    """What offers the words that ``found`` gives for a corpus, a command and what was typed.

    It offers nothing for a corpus that cannot be read.
    """

    def complete(ctx: typer.Context, incomplete: str) -> list[str]:
        try:
            corpus = _corpus(ctx.params.get("root"))
            words = found(corpus, ctx.info_name or "", incomplete) if corpus else ()
            return [word for word in words if word.startswith(incomplete)]
        except Exception:  # nothing that goes wrong here may end up in the line that is typed
            return []

    return complete


def _corpus(root: str | Path | None) -> Corpus | None:
    from kb.base import load
    from kb.corpus import read
    from kb.folder import find_root
    from kb.locations import is_address

    place = root or Path()
    if is_address(place):
        return None
    if Path(place).is_file():
        return load(place).corpus
    return read(find_root(Path(place)))[
        0
    ]  # unchecked: what is broken is no reason to offer nothing


def _conditions(corpus: Corpus, command: str, incomplete: str) -> Iterable[str]:
    """``FACET=TERM[,TERM]``. A facet on its own comes with its terms, so that no blank follows."""
    from kb.facts import TAGGED, selectable, values

    facets = selectable(corpus, command if command in TAGGED else "findings")
    facet, equals, terms = incomplete.partition("=")
    near = [one for one in facets if one.startswith(facet)]
    if equals or len(near) == 1:
        facet = facet if equals else near[0]
        return (f"{facet}={one}" for one in _listed(values(corpus, facet), terms))
    return (f"{one}=" for one in near)


def _listed(words: Iterable[str], incomplete: str) -> Iterator[str]:
    """Each word after those of a comma-separated list that are there already."""
    before, comma, _ = incomplete.rpartition(",")
    taken = before.split(",")
    return (f"{before}{comma}{word}" for word in words if word not in taken)


def _ids(corpus: Corpus, _: str, incomplete: str) -> Iterator[str]:
    """What ``kb show`` takes; findings and terms once their study or facet is typed."""
    from kb.records import finding_id

    study = corpus.studies.get(incomplete.partition("#")[0]) if "#" in incomplete else None
    if study:
        yield from (finding_id(study, one) for one in study.findings)
        return
    facet, slash, _ = incomplete.partition("/")
    if slash and facet in corpus.codebook:
        yield from (f"{facet}/{term.id}" for term in corpus.codebook[facet].terms)
        return
    yield from (*corpus.studies, *corpus.claims, *corpus.gaps, *corpus.candidates)
    yield from corpus.codebook.facets
    yield from (f"references/{key}" for key in corpus.references)


def _levels(_: Corpus, __: str, incomplete: str) -> Iterable[str]:
    from typing import get_args

    from kb.synthesis import Level

    return _listed(get_args(Level), incomplete)


def _statuses(_: Corpus, __: str, incomplete: str) -> Iterable[str]:
    from typing import get_args

    from kb.synthesis import Status

    return _listed(get_args(Status), incomplete)


def _kinds(corpus: Corpus, _: str, incomplete: str) -> Iterable[str]:
    facet = corpus.codebook.with_role("gap-kind")
    return _listed(facet.by_id if facet else (), incomplete)


def _states(_: Corpus, __: str, incomplete: str) -> Iterable[str]:
    from kb.matrix import State

    return _listed([state.value for state in State], incomplete)


conditions = _offer(_conditions)
ids = _offer(_ids)
levels = _offer(_levels)
statuses = _offer(_statuses)
kinds = _offer(_kinds)
states = _offer(_states)
axes = _offer(lambda corpus, _, __: [axis.id for axis in corpus.codebook.axes])
facets = _offer(lambda corpus, _, __: corpus.codebook.facets)
languages = _offer(lambda corpus, _, __: corpus.languages)
