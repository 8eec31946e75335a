"""Importing second codings: what two coders said of studies that are there; all or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from kb.adding import Shelf
from kb.arrivals import Arrival
from kb.corpus import Corpus
from kb.destinations import WHOLE
from kb.importing import Import, text_of, tried
from kb.model import nearest
from kb.problems import Problem
from kb.questions import Known
from kb.second import SecondCoding
from kb.writing import Change


def plan(
    corpus: Corpus, codings: Iterable[tuple[Arrival, ...]], coders: Sequence[str], path: str
) -> Import:
    """What importing the codings of a file by two ``coders`` would do; nothing is written."""
    made, shelf, lines, left = Import(), Shelf(corpus), dict[str, int](), list[int]()
    reported = {key: study.id for study in corpus.studies.values() for key in study.reports}
    for said in codings:
        first = said[0]
        study = first.known.get("study") or reported.get(shelf.find(first.reference), "")
        name = study or first.reference.title
        if study not in corpus.studies:
            made.problems.append(_unknown(corpus, name, path, first.line))
        elif study in lines:
            made.problems.append(_again(study, path, first.line))
        elif study in corpus.second_codings:
            made.skipped.append((name, study))
        else:
            file = f"corpus/second-codings/{study}.yml"
            lines[study] = first.line
            told = [_told(one) for one in said]
            left += [first.line] * len(told[0] ^ told[1])
            made.codings.append(file)
            text = text_of(corpus, file, _record(said, coders), SecondCoding)
            made.changes[Path(file)] = Change(None, text)
    if not made.problems and made.changes:
        made.problems += tried(corpus, made.changes, lines, path)
    if left:
        made.problems.append(_once(len(left), path, left[0]))
    return made


def _record(said: Sequence[Arrival], coders: Sequence[str]) -> Known:
    """One record of what both said. A finding of which one of them said nothing was not coded
    twice, and is left out."""
    told = [_told(arrival) for arrival in said]
    both = set.intersection(*told)
    record: dict[str, Any] = {"codings": []}
    for coder, arrival in zip(coders, said, strict=True):
        codes = {name: one for name, one in arrival.known.items() if name not in {"study", *WHOLE}}
        if "findings" in codes:
            codes["findings"] = [one for one in codes["findings"] if one.get("finding") in both]
        record["codings"].append({"coder": coder, **codes})
        record |= {name: arrival.known[name] for name in WHOLE if name in arrival.known}
    return record


def _told(arrival: Arrival) -> set[str]:
    """The findings of which a coder said something."""
    return {one["finding"] for one in _findings(arrival) if len(one) > 1}


def _findings(arrival: Arrival) -> list[Known]:
    return [one for one in arrival.known.get("findings", ()) if "finding" in one]


def _once(count: int, path: str, line: int) -> Problem:
    what = "finding was" if count == 1 else "findings were"
    message = f"{count} {what} coded by one of the two only, and left out; the first study is here"
    hint = "fill in what the other said, if it was coded"
    return Problem("KB096", "warning", path, line, 1, "", message, hint)


def _unknown(corpus: Corpus, name: str, path: str, line: int) -> Problem:
    near = nearest(name, corpus.studies)
    hint = f"did you mean {near}?" if near else "import the study first"
    message = f"no study is called {name}, nor reports a work of that title"
    return Problem("KB096", "error", path, line, 1, "", message, hint)


def _again(study: str, path: str, line: int) -> Problem:
    message, hint = f"{study} has codings in earlier rows", "name in group what its rows share"
    return Problem("KB096", "error", path, line, 1, "", message, hint)
