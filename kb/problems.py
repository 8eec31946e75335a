"""What is wrong with a knowledge base: one frozen type, one order, three renderings."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend, and where.

    ``path`` is relative to the root of the knowledge base and uses ``/``; ``line`` and ``column``
    count from 1 (0 when the problem belongs to no place in a file); ``field`` is a dotted path into
    the record, empty when there is none; ``hint`` says what to do.
    """

    code: str
    severity: Severity
    path: str
    line: int
    column: int
    field: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}:{self.column}" if self.line else self.path
        what = f"{self.field}: {self.message}" if self.field else self.message
        tail = f"; {self.hint}" if self.hint else ""
        return _one_line(f"{where}: {self.severity}[{self.code}]: {what}{tail}")


def _one_line(text: str) -> str:
    # What a file says may hold line breaks and codes that upset a terminal.
    return text if text.isprintable() else "".join(map(_printable, text))


def _printable(character: str) -> str:
    return character if character.isprintable() else repr(character)[1:-1]


class CorpusError(Exception):
    """Raised when a knowledge base with errors is asked to be loaded; carries ``problems``."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = ordered(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class SourceError(Exception):
    """Raised when what is to be loaded cannot be read; says what to do, on one line."""


class NotHere(SourceError):
    """Raised when something is asked for that the data file which was loaded does not hold."""


def ordered(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems by place, then code, without repetitions."""
    return tuple(
        sorted(
            set(problems),
            key=lambda p: (p.path, p.line, p.column, p.code, p.field, p.message),
        )
    )


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether any of the problems is an error (warnings do not stop a build)."""
    return any(problem.severity == "error" for problem in problems)


def as_text(problems: Iterable[Problem]) -> str:
    """One line per problem: ``path:line:col: error[KB012]: field: message; hint``."""
    return "".join(f"{problem}\n" for problem in problems)


def as_json(problems: Iterable[Problem]) -> str:
    """A JSON array of the problems, every field of :class:`Problem` a key."""
    return json.dumps([asdict(p) for p in problems], ensure_ascii=False, indent=2) + "\n"


def as_github(problems: Iterable[Problem]) -> str:
    """Workflow commands that annotate the lines of a pull request on GitHub."""
    return "".join(_annotation(problem) for problem in problems)


def _annotation(problem: Problem) -> str:
    place = [f"file={_property(problem.path)}"]
    if problem.line:
        place += [f"line={problem.line}", f"col={problem.column}"]
    place.append(f"title={_property(problem.code)}")
    text = f"{problem.field}: {problem.message}" if problem.field else problem.message
    text += f"; {problem.hint}" if problem.hint else ""
    return f"::{problem.severity} {','.join(place)}::{_data(text)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def summary(problems: Iterable[Problem]) -> str:
    """How many errors and warnings there are, in a few words."""
    found = list(problems)
    errors = sum(problem.severity == "error" for problem in found)
    warnings = len(found) - errors
    parts = [_counted(errors, "error"), _counted(warnings, "warning")]
    return ", ".join(part for part in parts if part) or "no problems"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}" if number else ""
