"""What can be told of a new study before its findings, and how an answer is judged."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, get_args

from kb.codebook import Facet
from kb.corpus import Corpus
from kb.model import DATE_PATTERN, suggestion
from kb.records import Basis
from kb.schema import described

Known = dict[str, Any]
"""The fields of a study as its file has them, as far as they are known."""


_OR = " / "


class Unusable(ValueError):
    """An answer that cannot be taken; the message says why and what could be."""


@dataclass(frozen=True)
class Question:
    """One field of a study: where it stands, what belongs there and, if it takes certain words,
    those with their meaning."""

    keys: tuple[str, ...]
    about: str
    required: bool = True
    choices: Mapping[str, str] = field(default_factory=dict)
    many: bool = False

    @property
    def name(self) -> str:
        """The field's name with dots."""
        return ".".join(self.keys)

    def value_of(self, text: str) -> str | list[str]:
        """What an answer means; raises :class:`Unusable`."""
        if not self.many:
            return self._one(text)
        parts = [part for part in (part.strip() for part in text.split(",")) if part]
        return list(dict.fromkeys(self._one(part) for part in parts))

    def _one(self, text: str) -> str:
        answer = " ".join(text.split())
        if not answer or not answer.isprintable():
            raise Unusable(f"{self.name}: write a text")
        if self.keys == ("coding", "date"):
            return _day(answer)
        if self.choices and answer not in self.choices:
            labels = ((one, labels.split(_OR)) for one, labels in self.choices.items())
            called = {label: one for one, own in labels for label in own}
            raise Unusable(f"{self.name}: no {answer}; {suggestion(answer, self.choices, called)}")
        return answer


def _day(text: str) -> str:
    try:
        if re.match(DATE_PATTERN, text):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise Unusable(f"coding.date: {text} is no day; write year-month-day, as 2026-01-31")


def questions(corpus: Corpus, key: str) -> Iterator[Question]:
    """All that can be asked of a study whose main report has a key, in the order of its fields."""
    study, coding = described()["Study"], described()["Coding"]
    for language in corpus.languages:
        yield Question(("title", language), study["title"])
    for name in ("kind", "directness"):
        facet = corpus.codebook.with_role("kind" if name == "kind" else "directness")
        yield Question((name,), study[name], choices=terms(corpus, facet) if facet else {})
    for facet in corpus.codebook.tag_facets:
        if "study" in facet.applies_to:
            about, words = text(corpus, facet.definition), terms(corpus, facet)
            yield Question(("tags", facet.id), about, False, words, many=True)
    yield Question(("coding", "basis"), coding["basis"], choices=dict.fromkeys(get_args(Basis), ""))
    works = {**dict.fromkeys(corpus.references, ""), key: ""}
    yield Question(("coding", "source"), coding["source"], choices=works)
    yield Question(("coding", "locator"), coding["locator"])
    people = {one.id: text(corpus, one.name) for one in corpus.settings.coders}
    yield Question(("coding", "coders"), coding["coders"], choices=people, many=True)
    yield Question(("coding", "date"), coding["date"])


def terms(corpus: Corpus, facet: Facet) -> dict[str, str]:
    """The terms in use of a facet, with their labels in all languages."""
    return {term.id: text(corpus, term.label) for term in facet.current}


def text(corpus: Corpus, words: Mapping[str, str]) -> str:
    """A text in all languages, on one line."""
    return _OR.join(dict.fromkeys(" ".join(words[name].split()) for name in corpus.languages))


def put(known: Known, keys: tuple[str, ...], value: Any) -> None:
    """Set a field of a study, making the mappings that it stands in."""
    for name in keys[:-1]:
        known = known.setdefault(name, {})
    known[keys[-1]] = value


def told(known: Known, keys: tuple[str, ...]) -> bool:
    """Whether a field of a study is known."""
    inner: Any = known
    for name in keys:
        if not isinstance(inner, dict) or name not in inner:
            return False
        inner = inner[name]
    return True
