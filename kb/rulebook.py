"""Every rule with its code, its severity, why it is there, and an example of wrong and right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

from kb import yamlfile
from kb.problems import Severity

TEXTS = Path(__file__).with_name("rulebook.yml")


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is checked, why, and how to mend what breaks it.

    ``bad`` and ``good`` are pieces of ``file``, or say in words what breaks and what keeps it.
    """

    code: str
    title: str
    why: str
    mend: str
    file: str
    bad: str
    good: str
    severity: Severity = "error"


def _texts(path: Path) -> dict[str, dict[str, str]]:
    value, problems = yamlfile.parse(path.read_bytes(), path.name)
    assert isinstance(value, dict), problems
    return value  # type: ignore[return-value]


RULES: Mapping[str, Rule] = {
    code: Rule(code=code, **texts)  # type: ignore[arg-type]
    for code, texts in _texts(TEXTS).items()
}
"""All rules by code."""


@cache
def in_language(language: str) -> Mapping[str, Rule]:
    """The rules with their texts in a language; empty for one that the engine does not have."""
    path = TEXTS.with_name(f"rulebook.{language}.yml")
    if language == "en":
        return RULES
    if not path.is_file():
        return MappingProxyType({})
    return {
        code: replace(RULES[code], **texts)  # type: ignore[arg-type]
        for code, texts in _texts(path).items()
    }


def explained(rule: Rule) -> Iterator[str]:
    """A rule as lines to read in a terminal: why, how to mend, and the examples."""
    yield f"{rule.code} ({rule.severity}): {rule.title}"
    yield from ("", rule.why, rule.mend, "", f"In {rule.file}")
    for name, text in (("wrong", rule.bad), ("right", rule.good)):
        yield from (f"  {name}:", *(f"    {line}" for line in text.splitlines()))
