"""The examples of the rules are what they say: one breaks its rule, the other keeps it.

Each is put into the made-up knowledge base that they are all pieces of, and checked for real.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from kb.problems import Problem
from kb.rulebook import RULES, Rule, explained, in_language
from kb.rules import load
from tests.making import directions, facet, reference, settings, term, text

STUDY = "corpus/studies/example2020.yml"
STATED = [{"source": "review2022", "locator": "p. 9"}]
CODING = {
    "basis": "review",
    "source": "review2022",
    "locator": "p. 3",
    "coders": ["ann"],
    "date": "2026-01-31",
}
CONFIDENCE = {
    "level": "moderate",
    **{
        name: {"concern": "minor", "reason": text("So")}
        for name in ("methodological_limitations", "coherence", "adequacy", "relevance")
    },
    "by": ["ann"],
    "date": "2026-01-31",
}


def study(report: str, finding: str) -> dict[str, Any]:
    """A study with one finding."""
    return {
        "title": text("Example"),
        "reports": [report],
        "kind": "case-study",
        "directness": "direct",
        "tags": {"country": ["SE"]},
        "coding": CODING,
        "findings": [
            {
                "id": finding,
                "statement": text("Something was found"),
                "direction": "supports",
                "tags": {"outcome": ["quality"]},
                "locator": "p. 4",
            }
        ],
    }


def claim(*findings: str, **more: Any) -> dict[str, Any]:
    """A claim that rests on some findings."""
    support = [{"finding": one, "stance": "supports"} for one in findings]
    both = {"statement": text("So it is"), "type": "synthesis", "stated_by": STATED}
    return {**both, "rests_on": support, **more}


FILES: dict[str, Any] = {
    "corpus/knowledge-base.yml": {
        **settings(),
        "coders": [{"id": "ann", "name": text("Ann Ek")}],
        "directions": directions(),
        "matrix": {"row": "sector", "column": "outcome", "direct": ["direct"]},
    },
    "corpus/codebook/countries.yml": facet("country", ["SE", "NO"]),
    "corpus/codebook/levels.yml": facet("level", ["state", "municipality"]),
    "corpus/codebook/phases.yml": facet(
        "phase", ["early", "late"], many=False, applies_to=["study"]
    ),
    "corpus/codebook/sectors.yml": facet(
        "sector",
        [
            "elder-care",
            "health",
            "prisons",
            term("eldercare", deprecated=True, replaced_by="elder-care"),
        ],
        exclusions=[
            {"term": "prisons", "with": {"level": ["municipality"]}, "reason": text("No prisons")}
        ],
    ),
    "corpus/codebook/outcomes.yml": facet(
        "outcome", ["quality", "costs"], applies_to=["finding"], required=True
    ),
    "corpus/codebook/kinds.yml": facet("kind", ["case-study", "survey-study"], role="kind"),
    "corpus/codebook/directness.yml": facet("directness", ["direct"], role="directness"),
    "corpus/codebook/gap-kinds.yml": facet("gap-kind", ["no-studies"], role="gap-kind"),
    "corpus/codebook/gap-reasons.yml": facet("gap-reason", ["too-little"], role="gap-reason"),
    STUDY: study("example2020", "less-paper"),
    "corpus/studies/other2021.yml": study("other2021", "more-time"),
    "corpus/studies/third2022.yml": study("third2022", "less-time"),
    "corpus/claims/time-is-saved.yml": claim("other2021#more-time"),
    "corpus/claims/assessed.yml": claim(
        "other2021#more-time", "third2022#less-time", confidence=CONFIDENCE
    ),
    "corpus/gaps/what-users-notice.yml": {
        "statement": text("It is not known"),
        "kind": "no-studies",
        "reason": "too-little",
        "needs": "primary-studies",
        "stated_by": [{**STATED[0], "explicit": True}],
        "closes_with": text("A study"),
        "status": "open",
    },
    "corpus/candidates/waiting2023.yml": {
        "title": "Waiting",
        "report": "waiting2023",
        "known": text("This"),
        "missing": text("That"),
        "check": text("Both"),
        "coding": CODING,
    },
    "corpus/interface/en.yml": {"home": "Start"},
}
KEYS = ("example2020", "other2021", "third2022", "review2022", "waiting2023")
BESIDE = {"coding", "confidence", "matrix"}
"""Parts that an example only shows a piece of; everything else it replaces."""


def made(root: Path) -> Path:
    """The knowledge base that the examples are pieces of."""
    for path, value in FILES.items():
        dump(root / path, value)
    entries = [reference(key, "Ek, Ann", 2022) for key in KEYS]
    (root / "references.bib").write_text("\n".join(entries), "utf-8")
    return root


def dump(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(value, allow_unicode=True, sort_keys=False), "utf-8")


def merged(base: dict[str, Any], piece: dict[str, Any]) -> dict[str, Any]:
    """A record with a piece of it replaced; entries of a list of parts keep what is not shown."""
    return {**base, **{key: part(key, base.get(key), one) for key, one in piece.items()}}


def part(key: str, old: Any, new: Any) -> Any:
    if key in BESIDE and isinstance(old, dict):
        return merged(old, new)
    if isinstance(new, list) and isinstance(old, list):
        filled = [*old, *[old[-1] if old else {}] * len(new)]
        rest = old[len(new) :] if key == "terms" else []
        return rest + [
            {**before, **after} if isinstance(after, dict) and isinstance(before, dict) else after
            for before, after in zip(filled, new, strict=False)
        ]
    return new


def write(path: str, content: str | bytes) -> Callable[[Path], None]:
    """Writes a file as it is."""

    def edit(root: Path) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content.encode() if isinstance(content, str) else content)

    return edit


def both(*edits: Callable[[Path], None]) -> Callable[[Path], None]:
    """Makes several edits."""

    def edit(root: Path) -> None:
        for one in edits:
            one(root)

    return edit


def nothing(root: Path) -> None:
    """Leaves the knowledge base as it is, which is right."""


def linked(root: Path) -> None:
    (root / STUDY).rename(root.parent / "moved.yml")
    (root / STUDY).symlink_to(root.parent / "moved.yml")


def without_settings(root: Path) -> None:
    (root / "corpus/knowledge-base.yml").unlink()


SECOND = yaml.safe_dump(
    {
        "locator": "p. 1",
        "date": "2026-01-31",
        "codings": [{"coder": "ann", "kind": "case-study", "directness": "direct"}] * 2,
    }
)


def differing(**more: object) -> str:
    """A second coding in which the coders differ on how direct the study is."""
    record = yaml.safe_load(SECOND)
    record["codings"] = [{**record["codings"][0], "directness": one} for one in ("direct", "loose")]
    record["codings"][1]["coder"] = "ann"
    return yaml.safe_dump({**record, **more})


IN_WORDS: dict[str, tuple[Callable[[Path], None], Callable[[Path], None]]] = {
    "KB001": (write(STUDY, "title: {sv: Höst}".encode("latin-1")), write(STUDY, "title: Höst")),
    "KB002": (write(STUDY, RULES["KB002"].bad.replace("\\0", "\0")), nothing),
    "KB008": (write(STUDY, RULES["KB008"].bad), write(STUDY, RULES["KB008"].good)),
    "KB010": (write(STUDY, "# " + "x" * 2_000_000), write(STUDY, "# " + "x" * 4_000)),
    "KB013": (linked, nothing),
    "KB014": (lambda root: (root / "references.bib").unlink(), nothing),
    "KB015": (
        write("corpus/studies/new2024.yaml", "title: x"),
        write("corpus/studies/new2024.yml", "title: x"),
    ),
    "KB016": (
        write("corpus/studies/con.yml", "title: x"),
        write("corpus/studies/con2019.yml", "title: x"),
    ),
    "KB040": (
        both(
            write("corpus/studies/a/ann2018.yml", "a: b"), write("corpus/studies/b/ann2018.yml", "")
        ),
        both(
            write("corpus/studies/a/ann2018.yml", "a: b"),
            write("corpus/studies/b/ann2018b.yml", ""),
        ),
    ),
    "KB080": (without_settings, nothing),
    "KB096": (
        write("corpus/second-codings/exampel.yml", SECOND),
        write("corpus/second-codings/example2020.yml", SECOND),
    ),
    "KB097": (
        write("corpus/second-codings/example2020.yml", differing(settled=[])),
        write(
            "corpus/second-codings/example2020.yml",
            differing(**yaml.safe_load(RULES["KB097"].good)),
        ),
    ),
}
"""Examples that say in words what is wrong and right, as what is done to the knowledge base."""

RAW = {"KB003", "KB004", "KB005", "KB006", "KB007", "KB009", "KB011", "KB012", "KB017"}
"""Examples of how a file is written, not of what it says, and so files of their own."""


def problems(root: Path, rule: Rule, wrong: bool) -> list[Problem]:
    """What the checker says of the knowledge base with an example put into it."""
    text = rule.bad if wrong else rule.good
    file = root / rule.file
    if rule.code in IN_WORDS:
        IN_WORDS[rule.code][0 if wrong else 1](root)
    elif rule.code in RAW:
        file.write_text(text, "utf-8")
    elif file.suffix == ".bib":
        file.write_text(f"{file.read_text('utf-8')}\n{text}\n", "utf-8")
    else:
        dump(file, merged(FILES[rule.file], yaml.safe_load(text)))
    return list(load(root)[1])


def test_the_knowledge_base_of_the_examples_has_no_problem(tmp_path: Path) -> None:
    assert load(made(tmp_path / "base"))[1] == ()


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_the_wrong_example_breaks_its_rule(rule: Rule, tmp_path: Path) -> None:
    found = [one for one in problems(made(tmp_path / "base"), rule, True) if one.code == rule.code]
    assert found
    assert all(one.message and one.hint and one.severity == rule.severity for one in found)
    if rule.code not in IN_WORDS:
        assert {one.path for one in found} == {rule.file}


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_the_right_example_keeps_its_rule(rule: Rule, tmp_path: Path) -> None:
    found = problems(made(tmp_path / "base"), rule, False)
    assert rule.code not in {one.code for one in found}
    if rule.code not in RAW | set(IN_WORDS) and not rule.file.endswith(".bib"):
        assert found == []


@pytest.mark.parametrize("language", ["en", "sv"])
def test_every_rule_is_explained_in_every_language_of_the_engine(language: str) -> None:
    rules = in_language(language)
    assert list(rules) == list(RULES)
    for rule in rules.values():
        assert rule.why.endswith(".")
        assert rule.mend.endswith(".")
        assert rule.why != rule.mend
    if language != "en":
        for code, rule in rules.items():
            other = RULES[code]
            assert (rule.bad, rule.good, rule.file) == (other.bad, other.good, other.file)
            assert {rule.title, rule.why, rule.mend}.isdisjoint(
                {other.title, other.why, other.mend}
            )


def test_a_language_without_rules_has_none() -> None:
    assert in_language("xx") == {}


def test_a_rule_in_the_terminal_has_its_reason_its_remedy_and_its_examples() -> None:
    rule = RULES["KB094"]
    lines = list(explained(rule))
    assert lines[0] == "KB094 (error): A gap's status does not fit what addresses it"
    assert {rule.why, rule.mend, f"In {rule.file}", "    status: closed"} <= set(lines)
