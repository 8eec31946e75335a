"""What the tests of the site share: knowledge bases copied aside and built once, and their HTML.

Nothing is ever built in the repository itself.
"""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kb.base import KnowledgeBase
from kb.site.view import View

ROOT = Path(__file__).resolve().parents[1]
SOURCES = {"real": ROOT, "fixture": ROOT / "tests" / "fixture"}
PARTS = ("corpus", "docs", "references.bib", "mkdocs.yml")

_ATTRIBUTES = re.compile(r"""([\w:-]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")
_TAGS = re.compile(r"""<([a-zA-Z][\w-]*)((?:\s+(?:"[^"]*"|'[^']*'|[^'">])*)?)>""")


def copy(source: str, target: Path) -> Path:
    """A copy of one of the knowledge bases, without what was built from it."""
    for name in PARTS:
        part = SOURCES[source] / name
        target.mkdir(parents=True, exist_ok=True)
        if part.is_dir():
            shutil.copytree(part, target / name)
        else:
            shutil.copyfile(part, target / name)
    return target


@contextmanager
def own_environment() -> Iterator[pytest.MonkeyPatch]:
    """Takes back what a build sets in the environment: its date, which each has of its own."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("SOURCE_DATE_EPOCH", "NO_MKDOCS_2_WARNING"):
            patch.setenv(name, "")
            patch.delenv(name)
        yield patch


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def folded(text: str) -> str:
    """A text with every run of white space, also between hard spaces, as one space."""
    return " ".join(text.split())


def shown(markup: str) -> str:
    """What of some markup is shown as text, folded."""
    return folded(html.unescape(re.sub(r"<[^>]+>", " ", markup)))


@dataclass(frozen=True)
class Document:
    """A page of a built site, read with regular expressions: hundreds of them are."""

    text: str

    @cached_property
    def tags(self) -> list[tuple[str, Mapping[str, str]]]:
        """All start tags with their attributes."""
        return [(name.lower(), _attributes(rest)) for name, rest in _TAGS.findall(self.text)]

    @cached_property
    def ids(self) -> list[str]:
        """The ids of all elements, in their order."""
        return [attributes["id"] for _, attributes in self.tags if "id" in attributes]

    @cached_property
    def content(self) -> str:
        """The markup of the page's own content, without the theme around it."""
        return self.text.partition("<article")[2].partition("</article>")[0]

    def sections(self) -> dict[str, str]:
        """The markup that follows each second heading of the content, by the heading's id."""
        _, *parts = re.split(r'<h2 id="([^"]+)"', self.content)
        return dict(zip(parts[::2], parts[1::2], strict=True))


def _attributes(text: str) -> Mapping[str, str]:
    found = _ATTRIBUTES.findall(text)
    return {name.lower(): html.unescape(value.strip("\"'")) for name, value in found}


@dataclass(frozen=True)
class Site:
    """A built site with the knowledge base that it was built from."""

    name: str
    base: KnowledgeBase
    folder: Path
    documents: dict[str, Document] = field(default_factory=dict)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the site."""
        return self.base.corpus.languages

    @cached_property
    def addresses(self) -> list[str]:
        """The addresses of all pages, also of the root, relative to it."""
        pages = (path.parent.relative_to(self.folder) for path in self.folder.rglob("index.html"))
        return sorted("" if str(page) == "." else f"{page.as_posix()}/" for page in pages)

    def pages_of(self, language: str) -> list[str]:
        """The addresses of the pages of a language, relative to its folder."""
        own = f"{language}/"
        return [one.removeprefix(own) for one in self.addresses if one.startswith(own)]

    def page(self, address: str) -> Document:
        """The page at an address."""
        if address not in self.documents:
            text = (self.folder / address / "index.html").read_text("utf-8")
            self.documents[address] = Document(text)
        return self.documents[address]

    def view(self, language: str) -> View:
        """The knowledge base as the templates of a language see it."""
        return View(self.base, language)


@dataclass
class Shape(HTMLParser):
    """What a browser makes of some HTML: tags with their attributes, and the text between."""

    events: list[tuple[str, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes a tag and each of its attributes."""
        self.events.append(("start", tag))
        self.events += [("attribute", name, folded(value or "")) for name, value in sorted(attrs)]

    def handle_endtag(self, tag: str) -> None:
        """Notes the end of an element."""
        self.events.append(("end", tag))

    def handle_comment(self, data: str) -> None:
        """Notes a comment."""
        self.events.append(("comment", data))

    def handle_data(self, data: str) -> None:
        """Notes a text, joined to the one before it."""
        if self.events and self.events[-1][0] == "text":
            data = self.events.pop()[1] + data
        self.events.append(("text", data))


def shape(markup: str) -> list[tuple[str, ...]]:
    """The events of some HTML, its texts folded and empty ones left out."""
    parser = Shape()
    parser.feed(markup)
    parser.close()
    events = [(e[0], folded(e[1])) if e[0] == "text" else e for e in parser.events]
    return [event for event in events if event != ("text", "")]
