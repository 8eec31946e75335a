"""Made-up knowledge bases of any size, the same for the same seed; nothing they say is true.

Everything is made here, so that no change of a real knowledge base shifts a measurement: codebook,
settings, words. Terms, words, authors and the number of findings follow Zipf's law, as in the
literature; texts are in three languages, one of them not in Latin letters. Study ``n`` of a seed is
the same in every size, so that a larger knowledge base continues a smaller one.
"""

from __future__ import annotations

import json
import sys
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from random import Random

LANGUAGES = ("en", "sv", "el")
SYLLABLES = {
    "en": "an ber con der ent fin ger in low man nor out per qui ran ser tion un ver work".split(),
    "sv": "an be dra en för gör het in ja kom lig mål ning på rå sam till upp vård är".split(),
    "el": "αν βε γα δι εν ζη θε κα λο μι νο ξε πα ρι στη το υπ φω χα ψυ".split(),
}
SHARD = 1000
"""Studies in a folder."""


@dataclass(frozen=True)
class Facet:
    """A facet of the made-up codebook; every third term of a facet in levels lies below another."""

    id: str
    terms: int
    role: str = "tag"
    applies: str = "study, finding"
    levels: bool = False
    unsearched: int = 0

    def ids(self) -> list[str]:
        """The ids of its terms, the most frequent first."""
        return [f"{self.id}-{number}" for number in range(1, self.terms + 1)]


TAGS = (
    Facet("topic", 9, applies="finding"),
    Facet("outcome", 16, applies="finding", levels=True),
    Facet("practice", 20, applies="finding"),
    Facet("country", 12, applies="study", unsearched=2),
    Facet("sector", 14, applies="study", levels=True),
    Facet("method", 10, applies="study"),
)
ROLES = (
    Facet("kind", 8, "kind"),
    Facet("directness", 3, "directness"),
    Facet("unit", 3, "unit"),
    Facet("gap-kind", 6, "gap-kind"),
    Facet("gap-reason", 4, "gap-reason"),
)
DIRECTIONS = {"supports": "↑", "mixed": "↕", "challenges": "↓", "neutral": "·"}


class Zipf:
    """Ranks from 0, the ``n``-th as frequent as ``1 / (n + 1) ** power``."""

    def __init__(self, size: int, power: float = 1.0) -> None:
        self.sums = list(accumulate(1 / (rank + 1) ** power for rank in range(size)))

    def rank(self, chance: Random) -> int:
        """A rank by chance."""
        return bisect(self.sums, chance.random() * self.sums[-1])

    def ranks(self, chance: Random, most: int) -> list[int]:
        """One to ``most`` different ranks."""
        return sorted({self.rank(chance) for _ in range(chance.randint(1, most))})


@dataclass
class Maker:
    """What a seed makes; every record is a function of the seed and its number."""

    size: int
    seed: int = 2026
    terms: dict[str, Zipf] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.terms = {one.id: Zipf(one.terms) for one in (*TAGS, *ROLES)}
        self.words = Zipf(4000)
        self.findings = Zipf(20, 1.6)
        self.people = Zipf(200_000, 0.8)

    @cached_property
    def vocabulary(self) -> dict[str, list[str]]:
        """The words of each language, the most frequent first and shortest."""
        chance = Random(f"{self.seed} words")
        return {
            language: [
                "".join(chance.choices(syllables, k=min(1 + rank // 40, chance.randint(2, 4))))
                for rank in range(4000)
            ]
            for language, syllables in SYLLABLES.items()
        }

    def chance(self, kind: str, number: int) -> Random:
        """The chance of one record."""
        return Random(f"{self.seed} {kind} {number}")

    def text(self, chance: Random, least: int, most: int) -> dict[str, str]:
        """A sentence in every language."""
        return {language: self.sentence(chance, language, least, most) for language in LANGUAGES}

    def sentence(self, chance: Random, language: str, least: int, most: int) -> str:
        """A sentence of one language; few are long."""
        number = least + int((most - least) * chance.random() ** 2)
        words = self.vocabulary[language]
        return " ".join(words[self.words.rank(chance)] for _ in range(number)).capitalize() + "."

    def tags(self, chance: Random, target: str) -> dict[str, list[str]]:
        """The tags of a study or a finding."""
        return {
            facet.id: [facet.ids()[rank] for rank in self.terms[facet.id].ranks(chance, 2)]
            for facet in TAGS
            if target in facet.applies
        }

    def term(self, chance: Random, facet: Facet) -> str:
        """One term."""
        return facet.ids()[self.terms[facet.id].rank(chance)]

    def person(self, chance: Random) -> str:
        """An author; few sign many works."""
        rank = self.people.rank(chance)
        word = self.vocabulary["sv"][rank % 4000]
        return f"{word.capitalize()}{'son' if rank > 4000 else ''}, {chr(65 + rank // 4000 % 26)}."

    # --- Records ---------------------------------------------------------------------------------

    def study(self, number: int) -> dict[str, object]:
        """A study of one or two reports."""
        chance = self.chance("study", number)
        reports = [f"work{number}"] + ([f"work{number}b"] if second_report(number) else [])
        return {
            "title": self.text(chance, 5, 14),
            "reports": reports,
            "kind": self.term(chance, ROLES[0]),
            "directness": self.term(chance, ROLES[1]),
            "tags": self.tags(chance, "study"),
            "coding": {
                "basis": chance.choices(["full-text", "abstract", "review"], [5, 3, 2])[0],
                "source": reports[0],
                "locator": f"p. {chance.randint(1, 300)}",
                "coders": ["first"],
                "date": f"20{chance.randint(20, 25)}-{chance.randint(1, 12):02}-15",
            },
            "caveats": [{"text": self.text(chance, 8, 20)}] if chance.random() < 0.2 else [],
            "findings": [self.finding(chance, at) for at in range(self.count(number))],
        }

    def count(self, study: int) -> int:
        """How many findings a study has: most few, some many."""
        return 1 + self.findings.rank(self.chance("count", study))

    def finding(self, chance: Random, at: int) -> dict[str, object]:
        """A finding, now and then with a figure."""
        made: dict[str, object] = {
            "id": f"finding-{at}",
            "statement": self.text(chance, 8, 40),
            "direction": chance.choices(list(DIRECTIONS), [5, 3, 2, 2])[0],
            "tags": self.tags(chance, "finding"),
            "locator": f"p. {chance.randint(1, 300)}",
        }
        if chance.random() < 0.15:
            figure = {"label": self.text(chance, 3, 6), "value": chance.randint(1, 99)}
            made["measures"] = [figure | {"unit": "unit-1", "n": chance.randint(20, 2000)}]
        return made

    def gap(self, number: int) -> dict[str, object]:
        """A stated gap; every fourth one has been narrowed by a study."""
        chance = self.chance("gap", number)
        made: dict[str, object] = {
            "statement": self.text(chance, 10, 30),
            "kind": self.term(chance, ROLES[3]),
            "reason": self.term(chance, ROLES[4]),
            "needs": "primary-studies",
            "tags": self.tags(chance, "finding"),
            "stated_by": [self.place(chance) | {"explicit": True}],
            "closes_with": self.text(chance, 8, 20),
            "status": "narrowed" if number % 4 == 0 else "open",
        }
        if number % 4 == 0:
            study = f"study{chance.randrange(self.size)}"
            how = self.text(chance, 8, 20)
            made["addressed_by"] = [{"study": study, "extent": "partly", "how": how}]
        return made

    def claim(self, number: int) -> dict[str, object]:
        """A claim that rests on one to six findings."""
        chance = self.chance("claim", number)
        studies = {chance.randrange(self.size) for _ in range(chance.randint(1, 6))}
        return {
            "statement": self.text(chance, 10, 30),
            "type": "synthesis",
            "tags": self.tags(chance, "finding"),
            "stated_by": [self.place(chance)],
            "rests_on": [
                {
                    "finding": f"study{study}#finding-{chance.randrange(self.count(study))}",
                    "stance": "challenges" if at % 4 == 3 else "supports",
                }
                for at, study in enumerate(sorted(studies))
            ],
        }

    def place(self, chance: Random) -> dict[str, object]:
        """Where something is stated."""
        return {
            "source": f"work{chance.randrange(self.size)}",
            "locator": f"p. {chance.randint(1, 300)}",
        }

    def reference(self, key: str, number: int) -> str:
        """An entry of the bibliography."""
        chance = self.chance("work", number)
        authors = dict.fromkeys(self.person(chance) for _ in range(chance.randint(1, 5)))
        year = 2026 - int(36 * chance.random() ** 2)
        fields = {
            "author": " and ".join(authors),
            "title": self.sentence(chance, LANGUAGES[number % 2], 6, 14).rstrip("."),
            "journal": f"Journal of {self.sentence(chance, 'en', 2, 3).rstrip('.')}",
            "year": year,
            "volume": chance.randint(1, 60),
            "pages": f"{number % 900 + 1}--{number % 900 + 20}",
            "doi": f"10.5555/{key}",  # a prefix for examples
        }
        lines = (f"  {name} = {{{value}}}" for name, value in fields.items())
        return f"@article{{{key},\n" + ",\n".join(lines) + "\n}\n\n"


def second_report(study: int) -> bool:
    """Whether a study is told in two reports."""
    return study % 8 == 3


def write(root: Path, size: int, seed: int = 2026, languages: Sequence[str] = LANGUAGES) -> None:
    """A knowledge base of ``size`` studies, a fifth as many gaps and a tenth as many claims."""
    for path, text in files(size, seed, languages):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8", newline="\n")


def files(
    size: int, seed: int = 2026, languages: Sequence[str] = LANGUAGES
) -> Iterator[tuple[str, str]]:
    """The files of a knowledge base: path and content; its texts in some languages or all."""
    maker = Maker(size, seed)
    yield "mkdocs.yml", MKDOCS
    for language in languages:
        yield f"docs/{language}/about/index.md", "# About\n\nNothing here is true.\n"
    for path, record in _records(maker):
        yield path, yaml(record if languages == LANGUAGES else _within(record, languages))
    yield "references.bib", "".join(_references(maker))


def _records(maker: Maker) -> Iterator[tuple[str, dict[str, object]]]:
    yield "corpus/knowledge-base.yml", _settings()
    for facet in (*TAGS, *ROLES):
        yield f"corpus/codebook/{facet.id}.yml", _facet(facet)
    for number in range(maker.size):
        yield f"corpus/studies/part-{number // SHARD}/study{number}.yml", maker.study(number)
    for number in range(max(1, maker.size // 5)):
        yield f"corpus/gaps/part-{number // SHARD}/gap{number}.yml", maker.gap(number)
    for number in range(max(1, maker.size // 10)):
        yield f"corpus/claims/part-{number // SHARD}/claim{number}.yml", maker.claim(number)


def _within(value: object, languages: Sequence[str]) -> object:
    """The same with its texts, and its list of languages, cut to some of them."""
    if isinstance(value, dict) and (*value,) == LANGUAGES:
        return {language: value[language] for language in languages}
    if isinstance(value, dict):
        return {name: _within(inner, languages) for name, inner in value.items()}
    if value == [*LANGUAGES]:
        return [*languages]
    return [_within(one, languages) for one in value] if isinstance(value, list) else value


def _references(maker: Maker) -> Iterator[str]:
    for number in range(maker.size):
        yield maker.reference(f"work{number}", number)
        if second_report(number):
            yield maker.reference(f"work{number}b", -number)


def yaml(record: object, depth: int = 0) -> str:
    """A record in block style, as a person writes it: one field a line, short lists in brackets."""
    indent = "  " * depth
    if isinstance(record, dict):
        return "".join(
            f"{indent}{name}:{_value(value, depth)}"
            for name, value in record.items()
            if value != []
        )
    assert isinstance(record, list)
    return "".join(f"{indent}- {yaml(one, depth + 1).lstrip()}" for one in record)


def _value(value: object, depth: int) -> str:
    if isinstance(value, list) and not isinstance(value[0], dict):
        return f" [{', '.join(map(_scalar, value))}]\n"
    if isinstance(value, (dict, list)):
        return "\n" + yaml(value, depth + 1)
    return f" {_scalar(value)}\n"


def _scalar(value: object) -> str:
    if isinstance(value, str) and value.replace("-", "").isalnum() and not value[0].isdigit():
        return value
    return json.dumps(value, ensure_ascii=False)


# --- Codebook and settings -----------------------------------------------------------------------


def same(text: str) -> dict[str, str]:
    """A text that is the same in every language."""
    return dict.fromkeys(LANGUAGES, text)


def _facet(facet: Facet) -> dict[str, object]:
    name = facet.id.replace("-", " ").capitalize()
    made: dict[str, object] = {
        "id": facet.id,
        "label": same(name),
        "plural": same(f"{name}s"),
        "definition": same(f"Made up: {facet.id}."),
    }
    if facet.role != "tag":
        made["role"] = facet.role
    else:
        made["applies_to"] = facet.applies.split(", ")
    made["terms"] = [_term(facet, number) for number in range(1, facet.terms + 1)]
    return made


def _term(facet: Facet, number: int) -> dict[str, object]:
    label = f"{facet.id.replace('-', ' ').capitalize()} {number}"
    made: dict[str, object] = {"id": f"{facet.id}-{number}", "label": same(label)}
    made["definition"] = same(f"Made up, number {number}.")
    if facet.levels and number % 3 == 0:
        made["broader"] = f"{facet.id}-{number - 2}"
    if number > facet.terms - facet.unsearched:
        made["searched"] = False
    return made


def _settings() -> dict[str, object]:
    title = same("A made-up knowledge base for measurements")
    return {
        "schema_version": 1,
        "title": title,
        "short_title": title,
        "description": same("Nothing in it is true."),
        "languages": list(LANGUAGES),
        "coders": [{"id": "first", "name": same("First coder")}],
        "licence": {
            "name": "CC0 1.0",
            "url": "https://creativecommons.org/publicdomain/zero/1.0/",
        },
        "code_licence": {"name": "MIT", "url": "https://opensource.org/license/mit"},
        "scope": same("Made-up studies."),
        "searched": same("Nothing was searched."),
        "include": [same("The study is made up.")],
        "limits": [same("Nothing is true.")],
        "proposition": same("What is studied works."),
        "directions": [
            {
                "id": stance,
                "label": same(stance.capitalize()),
                "definition": same(f"The result is coded as {stance}."),
                "sign": sign,
                "stance": stance,
            }
            for stance, sign in DIRECTIONS.items()
        ],
        "matrix": {
            "row": "topic",
            "column": "outcome",
            "direct": ["directness-1"],
            "narrow": ["country", "method"],
            "thin_below": 3,
            "dated_after": 10,
        },
        "evidence_columns": ["country", "sector", "method", "directness"],
    }


MKDOCS = """\
site_name: Made up
docs_dir: docs
site_dir: site
strict: true
use_directory_urls: true
theme: {name: material, font: false, features: [navigation.tabs]}
plugins: [kb, search]
markdown_extensions:
  - attr_list
  - tables
  - toc: {permalink: true, toc_depth: 2}
"""


def main(arguments: Sequence[str]) -> None:
    """``python bench/corpora.py SIZE FOLDER`` writes a knowledge base of SIZE studies."""
    size, folder = arguments
    write(Path(folder), int(size))


if __name__ == "__main__":
    main(sys.argv[1:])
