"""References and the names on them: one frozen entry for each work of the bibliography."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

from kb.frozen import FrozenDict

NAMELESS = "N.N."
"""What stands as the author of a work whose authors no one has seen; such a work has none."""
OTHERS = "others"
"""What BibTeX has in the place of a last name where there are more: ``and others``."""
UNDATED = "n.d."
"""What stands as the year of a work whose year no one has seen; such a work has no year."""

RESOLVER = "https://doi.org/"
"""Where DOIs resolve."""

FIELDS = (
    "author",
    "title",
    "year",
    "journal",
    "booktitle",
    "editor",
    "edition",
    "volume",
    "number",
    "chapter",
    "pages",
    "series",
    "publisher",
    "institution",
    "school",
    "address",
    "doi",
    "isbn",
    "issn",
    "url",
)
"""The fields of a reference in the order in which they are shown; others follow."""

HIDDEN_FIELDS = frozenset({"keywords", "unverified", "langid"})

LANGUAGES = {
    "english": "en",
    "swedish": "sv",
    "danish": "da",
    "norwegian": "no",
    "nynorsk": "nn",
    "norsk": "nb",
    "bokmal": "nb",
    "finnish": "fi",
    "icelandic": "is",
    "german": "de",
    "french": "fr",
}


@dataclass(frozen=True, slots=True)
class Name:
    """A person or a corporate author; ``given`` is empty for the latter."""

    family: str
    given: str = ""

    def __str__(self) -> str:
        return f"{self.family}, {self.given}" if self.given else self.family

    @property
    def identity(self) -> str:
        """What tells authors apart: family name and first initial."""
        whole = f"{self.family}, {self.given[0]}" if self.given else self.family.rstrip(", ")
        return whole.casefold()


@dataclass(frozen=True)
class Reference:
    """One report: an entry of the bibliography. ``line`` is where it starts in the file.

    ``authors`` and ``editors`` are those that the entry names; ``and others`` is none of them.
    """

    key: str
    type: str
    fields: Mapping[str, str]
    authors: tuple[Name, ...]
    editors: tuple[Name, ...]
    year: int | None
    line: int
    suffix: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "fields", FrozenDict(self.fields))
        object.__setattr__(self, "authors", _named(self.authors))
        object.__setattr__(self, "editors", _named(self.editors))

    @property
    def title(self) -> str:
        """The title as the entry has it, without braces."""
        return self.fields.get("title", "")

    @property
    def doi(self) -> str:
        """The bare DOI, or an empty string."""
        return self.fields.get("doi", "")

    @property
    def link(self) -> str:
        """Where the work can be found: its DOI's address, else its own, else nothing."""
        return doi_address(self.doi) if self.doi else self.fields.get("url", "")

    @cached_property
    def unverified(self) -> tuple[str, ...]:
        """The fields that no source but the citing review confirms (its ``unverified`` field)."""
        names = self.fields.get("unverified", "").split(",")
        return tuple(name.strip() for name in names if name.strip())

    @property
    def language(self) -> str:
        """The BCP 47 code of the title's language, as far as the field ``langid`` tells."""
        return LANGUAGES.get(self.fields.get("langid", "").lower(), "")

    @property
    def nameless(self) -> bool:
        """Whether the entry says that no one has seen who wrote the work."""
        return self.fields.get("author") == NAMELESS

    def unnamed(self, role: str) -> bool:
        """Whether there are more authors or editors than the entry names."""
        return self.fields.get(role, "").endswith(f" and {OTHERS}")

    def signed(self, role: str) -> tuple[Name, ...]:
        """The authors or editors as the entry lists them, ``others`` at the end if it has it."""
        names = self.authors if role == "author" else self.editors
        return (*names, Name(OTHERS)) if self.unnamed(role) else names

    @property
    def short(self) -> str:
        """Authors and year as they are cited in running text."""
        unnamed = NAMELESS if self.nameless else self.key
        names = [name.family for name in self.authors or self.editors] or [unnamed]
        more = self.unnamed("author" if self.authors else "editor")
        who = f"{names[0]} et al." if len(names) > 2 or more else " & ".join(names)
        return f"{who} ({self.year or 'n.d.'}{self.suffix})"


def doi_address(doi: str, resolver: str = RESOLVER) -> str:
    """Where a DOI resolves: as its handbook says, with the signs that an address cannot have as
    percent codes."""
    return f"{resolver}{quote(doi, safe='/:;()._-')}"


def _named(names: tuple[Name, ...]) -> tuple[Name, ...]:
    return tuple(name for name in names if str(name) != OTHERS)


References = Mapping[str, Reference]
