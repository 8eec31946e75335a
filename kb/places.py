"""Where problems are: complaints get their line and column, and are kept to some paths."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path

from kb import yamlfile
from kb.model import Complaint
from kb.problems import Problem

MOST_PROBLEMS = 100
"""So many problems of one file are told at most."""


def locate(
    root: Path, complaints: Iterable[Complaint], earlier: Iterable[Problem] = ()
) -> list[Problem]:
    """The complaints with the line and column of their places; each file is read once.

    The problems that were told ``earlier`` count among the most of a file.
    """
    told = Counter(problem.path for problem in earlier)
    by_path: dict[str, list[Complaint]] = {}
    for complaint in complaints:
        told[complaint.path] += 1
        if told[complaint.path] <= MOST_PROBLEMS:
            by_path.setdefault(complaint.path, []).append(complaint)
    return [
        _problem(complaint, *at)
        for path, own in by_path.items()
        for complaint, at in zip(own, _places(root, path, own), strict=True)
    ]


def in_file(data: bytes, complaints: Iterable[Complaint], told: int = 0) -> list[Problem]:
    """The complaints about one file with their places in what it holds; ``told`` count among the
    most of a file."""
    own = list(complaints)[: max(MOST_PROBLEMS - told, 0)]
    if not own:
        return []  # most files by far: they need not be read again
    places = yamlfile.locate(data, [one.keys for one in own]) if data else [(0, 0)] * len(own)
    return [_problem(one, *at) for one, at in zip(own, places, strict=True)]


def _places(root: Path, path: str, complaints: list[Complaint]) -> list[tuple[int, int]]:
    if data := bytes_or_nothing(root, root / path):
        return yamlfile.locate(data, [complaint.keys for complaint in complaints])
    return [(1, 1) if (root / path).is_symlink() else (0, 0)] * len(complaints)


def _problem(complaint: Complaint, line: int, column: int) -> Problem:
    from kb.rulebook import RULES  # reads a file, for which there is no need without a problem

    return Problem(
        code=complaint.code,
        severity=RULES[complaint.code].severity,
        path=complaint.path,
        line=line,
        column=column,
        field=".".join(str(key) for key in complaint.keys),
        message=complaint.message,
        hint=complaint.hint,
    )


def bytes_or_nothing(root: Path, path: Path) -> bytes:
    """What a file inside a folder holds; nothing when it cannot be read."""
    try:
        return path.read_bytes() if is_inside(root, path) else b""
    except OSError:
        return b""


def is_inside(root: Path, file: Path) -> bool:
    """Whether a file is no link, or one that stays within a folder."""
    return not file.is_symlink() or file.resolve().is_relative_to(root.resolve())


def within(root: Path, problems: Iterable[Problem], paths: Iterable[Path]) -> list[Problem]:
    """The problems of some files and folders, or all when none is named."""
    chosen = [path.resolve() for path in paths]
    return [
        problem
        for problem in problems
        if not chosen or any((root / problem.path).resolve().is_relative_to(p) for p in chosen)
    ]


def seen_from(here: Path, root: Path, problems: Iterable[Problem]) -> list[Problem]:
    """The problems with paths relative to a folder above, as annotations need them."""
    above = root.resolve()
    if not above.is_relative_to(here.resolve()):
        return list(problems)
    below = above.relative_to(here.resolve())
    return [replace(problem, path=(below / problem.path).as_posix()) for problem in problems]


def words_in(root: Path, paths: Collection[str]) -> set[str]:
    """The words of some files as they stand, for what is said about files that cannot be read."""
    return {word for path in paths for word in words_of(bytes_or_nothing(root, root / path))}


def words_of(data: bytes) -> set[str]:
    """The words of a file as they stand."""
    return set(re.findall(r"[\w-]+", data.decode("utf-8", "replace")))
