"""Records whose form is broken: what else is wrong is told in the same run, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from kb.problems import Problem
from kb.rules import load

MUSTER = "corpus/studies/2010s/muster2015.yml"
SAAT = "corpus/claims/saat-hilft.yml"
LARVEN = "corpus/gaps/larven-an-waenden.yml"
WARTEND = "corpus/candidates/wartend.yml"
LEER = "corpus/studies/2010s/leer2018.yml"

FORM = {"KB020", "KB021", "KB022", "KB023", "KB024", "KB025"}


def edit(root: Path, path: str, *changes: tuple[str, str]) -> list[tuple[str, str]]:
    """The codes and fields of what is wrong after each first text was put for the second."""
    file = root / path
    text = file.read_text("utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    file.write_text(text, "utf-8")
    return [(p.code, p.field) for p in told(root, path)]


def told(root: Path, path: str) -> list[Problem]:
    """What is wrong with a file; nothing is with any other."""
    corpus, problems = load(root)
    assert corpus is not None
    assert {p.path for p in problems} <= {path}
    return list(problems)


@pytest.mark.parametrize(
    ("path", "changes", "expected"),
    [
        (
            MUSTER,
            [("kind: experiment\n", ""), ("[extensive-roof]", "[extensive-rof]")],
            [("KB021", "kind"), ("KB030", "tags.habitat.0")],
        ),
        (
            MUSTER,
            [("coders: [probe]\n", "coders: [prob]\n"),
             ('locator: "S. 4 (erfunden)"', "locater: x"),
             ("[muster2015, muster2018]", "[muster2015, muster2081]"), ("helps-greatly", "nope"),
             ("unit: visits-per-hour", "unit: visits")],
            [("KB050", "reports.1"), ("KB062", "coding.coders.0"), ("KB021", "findings.0.locator"),
             ("KB030", "findings.0.measures.0.unit"), ("KB020", "findings.0.locater"),
             ("KB062", "findings.1.direction")],
        ),
        (
            MUSTER,
            [("period: {start: 2013, end: 2014}", "period: {start: early, end: 1900}"),
             ("directness: field-trial", "directness: field-tril")],
            [("KB030", "directness"), ("KB022", "period.start")],
        ),
        (
            SAAT,
            [("type: ", "typ: "), ("finding: ", "finding: x")],
            [("KB020", "typ"), ("KB021", "type"), ("KB090", "rests_on.0.finding")],
        ),
        (
            LARVEN,
            [("needs: ", "need: "), ("[green-wall]", "[green-wal]"), ("source: ", "source: x")],
            [("KB020", "need"), ("KB021", "needs"), ("KB030", "tags.habitat.0"),
             ("KB050", "stated_by.0.source")],
        ),
        (
            WARTEND,
            [("title: ", "titel: "), ("report: ohnejahr", "report: mitjahr")],
            [("KB020", "titel"), ("KB021", "title"), ("KB050", "report")],
        ),
    ],
)  # fmt: skip
def test_form_and_content_are_told_together(
    path: str, changes: list[tuple[str, str]], expected: list[tuple[str, str]], copy: Path
) -> None:
    assert sorted(edit(copy, path, *changes)) == sorted(expected)


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        (MUSTER, "tags:", "tag:", [("KB020", "tag")]),
        (MUSTER, "findings:", "finding:", [("KB020", "finding"), ("KB021", "findings")]),
        (MUSTER, "tags: {effect: [visits]}", "tags: {effect: visits}",
         [("KB022", "findings.0.tags.effect")]),
        (MUSTER, "  - id: more-visits", "  - name: more-visits",
         [("KB020", "findings.0.name"), ("KB021", "findings.0.id")]),
        (MUSTER, "setting: {", "seting: {", [("KB020", "seting")]),
        (LEER, "no_findings:", "no_finding:", [("KB020", "no_finding")]),
        (SAAT, "rests_on:", "rest_on:", [("KB020", "rest_on")]),
    ],
)  # fmt: skip
def test_nothing_is_drawn_from_what_could_not_be_read(
    path: str, old: str, new: str, expected: list[tuple[str, str]], copy: Path
) -> None:
    assert sorted(edit(copy, path, (old, new))) == expected


def test_what_is_missing_in_a_part_that_is_whole_is_told(copy: Path) -> None:
    record = yaml.safe_load((copy / LEER).read_text("utf-8"))
    del record["kind"], record["no_findings"]
    (copy / LEER).write_text(yaml.safe_dump(record), "utf-8")
    assert {(p.code, p.field) for p in told(copy, LEER)} == {
        ("KB021", "kind"),
        ("KB061", "findings"),
    }


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each mapping and list in a value, with each key or position in it."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield value, key
        if isinstance(inner, dict | list):
            yield from places(inner)


@pytest.mark.parametrize("path", [MUSTER, SAAT, LARVEN])
def test_whatever_has_the_wrong_type_is_all_that_is_told(path: str, copy: Path) -> None:
    file = copy / path
    record = yaml.safe_load(file.read_text("utf-8"))
    for holder, key in list(places(record)):
        kept = holder[key]
        holder[key] = {"x": 1} if isinstance(kept, int | str | list) else [1]
        file.write_text(yaml.safe_dump(record, sort_keys=False), "utf-8")
        problems = told(copy, path)
        assert problems, key
        assert {p.code for p in problems} <= FORM, (key, problems)
        holder[key] = kept
