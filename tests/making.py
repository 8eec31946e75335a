"""Made-up knowledge bases, written to disk from plain Python data.

``write(root, ...)`` makes the smallest valid folder with two facets to cross, ``row`` and
``column``; what a test is about is given as arguments. Nothing here is from a real study.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from kb import migration

Data = dict[str, Any]

ROWS = ("r1", "r2", "r3")
COLUMNS = ("c1", "c2", "c3")


def text(words: str) -> Data:
    """A text in both languages."""
    return {"en": words, "sv": f"{words} (sv)"}


def term(id: str, **more: Any) -> Data:
    """A term of a facet."""
    return {"id": id, "label": text(f"Label {id}"), "definition": text(f"About {id}"), **more}


def facet(id: str, terms: Iterable[str | Data], **more: Any) -> Data:
    """A facet; a term may be only its id."""
    return {
        "id": id,
        "label": text(id),
        "plural": text(f"{id}s"),
        "definition": text(f"About {id}"),
        "terms": [term(one) if isinstance(one, str) else one for one in terms],
        **more,
    }


def finding(
    row: str | Sequence[str] = "r1",
    column: str | Sequence[str] = "c1",
    direction: str = "descriptive",
    **more: Any,
) -> Data:
    """A finding in one cell, or in several; ``tags`` beside ``row`` and ``column`` are added."""
    tags: Data = {"row": _many(row), "column": _many(column)} | more.pop("tags", {})
    return {
        "statement": text("Something was found"),
        "direction": direction,
        "tags": {name: terms for name, terms in tags.items() if terms},
        "locator": "p. 1",
        **more,
    }


def _many(terms: str | Sequence[str]) -> list[str]:
    return [terms] if isinstance(terms, str) else list(terms)


def study(
    *findings: Data, directness: str = "direct", basis: str = "full-text", **more: Any
) -> Data:
    """A study with its findings, which are named ``f1``, ``f2`` ... unless they have an id.

    ``authors`` and ``years`` (one for each report) go into the references.
    """
    return {
        "title": text("A study"),
        "kind": "case",
        "directness": directness,
        "basis": basis,
        "findings": [{"id": f"f{n}", **one} for n, one in enumerate(findings, 1)],
        **more,
    }


def directions() -> list[Data]:
    """Two directions that take a stance, one that takes both, and one that takes none."""
    stances = {"supports": "+", "mixed": "±", "challenges": "-", "neutral": "."}
    ids = {"neutral": "descriptive"}
    return [
        {
            "id": ids.get(stance, stance),
            "label": text(stance),
            "definition": text(stance),
            "sign": sign,
            "stance": stance,
        }
        for stance, sign in stances.items()
    ]


def settings(**matrix: Any) -> Data:
    """Valid settings; arguments replace those of the matrix."""
    licence = {"name": "CC0", "url": "https://example.org/licence"}
    return {
        "schema_version": migration.CURRENT,
        "title": text("A made-up knowledge base"),
        "short_title": text("Made up"),
        "description": text("Nothing here is real"),
        "languages": ["en", "sv"],
        "coders": [{"id": "coder", "name": text("A coder")}],
        "licence": licence,
        "code_licence": licence,
        "scope": text("Scope"),
        "include": [text("All")],
        "searched": text("Nowhere"),
        "proposition": text("It works"),
        "directions": directions(),
        "matrix": {"row": "row", "column": "column", "direct": ["direct"], **matrix},
    }


def facets() -> list[Data]:
    """Rows, columns, countries, and the three facets that fields of the records need."""
    both = {"role": "tag", "applies_to": ["study", "finding"]}
    return [
        facet("row", ROWS, **both),
        facet("column", COLUMNS, **both),
        facet("country", ["SE", "NO", "FI"], **both),
        facet("kind", ["case", "thesis"], role="kind"),
        facet("directness", ["direct", "explicit", "linked"], role="directness"),
        facet("unit", ["percent"], role="unit"),
    ]


def write(
    root: Path,
    studies: Mapping[str, Data] | None = None,
    changed: Iterable[Data] = (),
    references: str = "",
    **matrix: Any,
) -> Path:
    """A knowledge base below ``root``: ``changed`` facets replace or join the usual ones,
    ``references`` are added to those of the studies, other arguments are matrix settings."""
    book = {one["id"]: one for one in [*facets(), *changed]}
    dump(root / "corpus/knowledge-base.yml", settings(**matrix))
    for name, one in book.items():
        dump(root / f"corpus/codebook/{name}s.yml", one)
    (root / "corpus/studies").mkdir(parents=True, exist_ok=True)
    entries = [references]
    for name, one in (studies or {}).items():
        record, own = _record(name, dict(one))
        dump(root / f"corpus/studies/{name}.yml", record)
        entries += own
    (root / "references.bib").write_text("\n".join(entries), "utf-8")
    return root


def reference(key: str, authors: str, year: int | str) -> str:
    """An entry of the bibliography; the year ``n.d.`` stands for none."""
    return (
        f"@article{{{key},\n  author = {{{authors}}},\n  title = {{Work {key}}},\n"
        f"  year = {{{year}}}\n}}\n"
    )


def _record(name: str, one: Data) -> tuple[Data, list[str]]:
    """A study as its file has it, and the entries of its reports."""
    years = one.pop("years", [2020])
    authors = one.pop("authors", f"Of{name}, Ann")
    keys = [f"{name}-{position}" for position in range(1, len(years) + 1)]
    coding = {
        "basis": one.pop("basis"),
        "source": keys[0],
        "locator": "p. 1",
        "coders": ["coder"],
        "date": "2026-01-31",
    }
    entries = [reference(key, authors, year) for key, year in zip(keys, years, strict=True)]
    if not one["findings"]:
        one.setdefault("no_findings", text("It reports none"))
    return {"reports": keys, "coding": coding, **one}, entries


def dump(path: Path, data: Data) -> None:
    """Write a record as YAML."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.dump(data, allow_unicode=True, sort_keys=False, Dumper=_Dumper), "utf-8")


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes no aliases, and quotes what YAML 1.1 would read as something else."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: Any, words: str) -> Any:
    # YAML 1.2 reads more texts as numbers than 1.1 does, for example 1e5.
    style = '"' if re.fullmatch(r"[-+.\d][-+.\deE]*", words) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", words, style=style)


_Dumper.add_representer(str, _text)
