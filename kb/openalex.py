"""What OpenAlex knows of works, asked with ``pyalex``: the only module that goes to a network.

``OPENALEX_API_KEY`` and ``OPENALEX_EMAIL`` are sent if they are set; ``OPENALEX_URL`` is the
address of another server with the same answers.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from kb import works
from kb.references import FIELDS, Name, Reference

HOME = "https://api.openalex.org"
BATCH = 50
"""So many values are asked for at once; OpenAlex allows a hundred."""
PAGE, MOST, SECONDS = 100, 1000, 30
"""Works on a page, works that are taken of one answer, and how long an answer may take."""
_WANTED = (
    "id",
    "doi",
    "title",
    "publication_year",
    "type",
    "authorships",
    "primary_location",
    "referenced_works",
)


class OpenAlexError(Exception):
    """Raised when OpenAlex cannot be asked or understood; says why, on one line."""


@dataclass(frozen=True, slots=True)
class Work:
    """A work as OpenAlex has it; ``authors`` are names by their ids, ``cites`` ids of works."""

    id: str
    doi: str
    title: str
    year: int | None
    type: str
    venue: str
    authors: Mapping[str, str]
    cites: frozenset[str]

    @property
    def reference(self) -> Reference:
        """The work as a reference without a key; nothing of it was compared with the work."""
        told = {"title": self.title, "issued": str(self.year or ""), "doi": self.doi}
        if self.type in {"article", "book-chapter"}:
            told["in"] = self.venue
        people = [_name(name) for name in self.authors.values()]
        made, _ = works.work(self.type, {**told, "author": people}, self.id, 0)
        unverified = ", ".join(name for name in FIELDS if name in made.fields)
        return replace(made, fields={**made.fields, "unverified": unverified})


class OpenAlex:
    """Questions to OpenAlex about works, all of them published in ``since`` or later, if given."""

    def __init__(self, since: int | None = None) -> None:
        self._since = {"from_publication_date": f"{since}-01-01"} if since else {}

    def with_doi(self, dois: Iterable[str]) -> Iterator[Work]:
        """The works with some DOIs, of any year."""
        return self._any("doi", (doi for doi in dois if not re.search(r"[,|\s]", doi)), {})

    def citing(self, works: Iterable[str]) -> Iterator[Work]:
        """The works that cite at least one of some works."""
        return self._any("cites", works, self._since)

    def written_by(self, authors: Iterable[str]) -> Iterator[Work]:
        """The works of some authors."""
        return self._any("author.id", authors, self._since)

    def about(self, words: str) -> Iterator[Work]:
        """The works whose title or abstract has some words."""
        plain = re.sub(r"[,|:]+", " ", words)
        return self._ask({"title_and_abstract.search": plain, **self._since})

    def _any(self, name: str, values: Iterable[str], others: Mapping[str, str]) -> Iterator[Work]:
        asked = list(dict.fromkeys(values))
        for start in range(0, len(asked), BATCH):
            yield from self._ask({name: "|".join(asked[start : start + BATCH]), **others})

    def _ask(self, filters: Mapping[str, str]) -> Iterator[Work]:
        query = self._works().filter(**filters).select(list(_WANTED))
        import requests  # comes with pyalex
        from pyalex.api import QueryError

        try:
            for page in query.paginate(per_page=PAGE, n_max=MOST):
                yield from filter(None, map(_work, page))
        except (requests.ConnectionError, requests.Timeout) as error:
            raise OpenAlexError(f"there is no connection to {self._address}") from error
        except requests.HTTPError as error:
            status = getattr(error.response, "status_code", "unknown")
            raise OpenAlexError(f"{self._address} answers with the error {status}") from error
        except QueryError as error:
            raise OpenAlexError(f"{self._address} refuses the question: {error}") from error
        except (
            requests.RequestException,
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
        ) as error:
            raise OpenAlexError(f"the answer of {self._address} cannot be read") from error

    @property
    def _address(self) -> str:
        return os.environ.get("OPENALEX_URL", HOME).rstrip("/")

    @cached_property
    def _works(self) -> Any:
        """The query of ``pyalex``, which by itself knows one address and waits for ever."""
        try:
            import pyalex
            import requests
        except ImportError as error:
            how = "pip install pyalex brings it"
            raise OpenAlexError(f"the package pyalex is not installed; {how}") from error
        if not re.match(r"https?://\S+$", self._address):
            raise OpenAlexError("OPENALEX_URL must start with http:// or https://")
        pyalex.config.api_key = os.environ.get("OPENALEX_API_KEY")
        pyalex.config.email = os.environ.get("OPENALEX_EMAIL")
        address = self._address

        class Session(requests.Session):
            def request(self, *arguments: Any, **options: Any) -> Any:
                return super().request(*arguments, **{"timeout": SECONDS, **options})

        class Works(pyalex.Works):  # type: ignore[misc]
            def _get_from_url(self, url: str, session: object = None) -> Any:
                return super()._get_from_url(url.replace(HOME, address, 1), Session())

        return Works


def _work(told: Any) -> Work | None:
    """A work from what OpenAlex tells of it; ``None`` when it has no id or no title."""
    id, title = _id(told.get("id")), _line(told.get("title"))
    if not id or not title:
        return None
    year = told.get("publication_year")
    doi = re.search(r"10\.\d{4,9}/\S+", _line(told.get("doi")))
    place = told.get("primary_location") or {}
    return Work(
        id=id,
        doi=doi[0] if doi else "",
        title=title,
        year=year if isinstance(year, int) and 1500 <= year <= 2200 else None,
        type=_line(told.get("type")),
        venue=_line((place.get("source") or {}).get("display_name")),
        authors=dict(_authors(told.get("authorships") or ())),
        cites=frozenset(filter(None, map(_id, told.get("referenced_works") or ()))),
    )


def _authors(told: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for position, one in enumerate(told):
        author = one.get("author") or {}
        name = _line(author.get("display_name"))
        if name:
            yield _id(author.get("id")) or f"unnamed-{position}", name


def _name(text: str) -> Name:
    """A person's name; where the family name begins is a guess."""
    *given, family = text.split()
    if "and" in map(str.casefold, given):
        return Name(text)
    return Name(family, " ".join(given))


def _id(told: object) -> str:
    found = re.fullmatch(
        r"https://openalex\.org/([WA]\d{1,15})", told if isinstance(told, str) else ""
    )
    return found[1] if found else ""


def _line(told: object) -> str:
    """A text on one line, without the marks of HTML that titles have."""
    text = told if isinstance(told, str) else ""
    plain = re.sub(r"</?(?:i|b|em|strong|sub|sup|scp|span)\b[^<>]*>", "", text)
    return " ".join("".join(one if one.isprintable() else " " for one in plain).split())[:500]
