"""Every rule with its code, its severity, why it is there, and an example of wrong and right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kb import yamlfile
from kb.problems import Severity

TEXTS = Path(__file__).with_name("rulebook.yml")


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is checked; ``bad`` and ``good`` are pieces of a file."""

    code: str
    title: str
    why: str
    bad: str
    good: str
    severity: Severity = "error"


def _rules() -> dict[str, Rule]:
    value, problems = yamlfile.parse(TEXTS.read_bytes(), TEXTS.name)
    assert isinstance(value, dict), problems
    return {code: Rule(code=code, **texts) for code, texts in value.items()}  # type: ignore[arg-type]


RULES: Mapping[str, Rule] = _rules()
"""All rules by code."""
