"""The log of releases as an Atom feed (RFC 4287): the same records give the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from uuid import UUID, uuid5
from xml.etree import ElementTree as xml

from kb import tell
from kb.changes import Release
from kb.corpus import Corpus
from kb.releases import log

ATOM = "http://www.w3.org/2005/Atom"
ADDRESS = "changes/"
"""The page of the log, below the folder of its language."""
NAME = f"{ADDRESS}feed.xml"


def anchor(one: Release) -> str:
    """The place of a release on the page of the log."""
    return f"v{one.id.replace('.', '-')}"


def feed(corpus: Corpus, words: tell.Words, language: str) -> str:
    """The feed of a corpus with at least one release, in one language.

    Its links are absolute when the settings name the site, and else relative to the feed.
    """
    releases, settings = log(corpus), corpus.settings
    site = f"{settings.site.rstrip('/')}/{language}/" if settings.site else ""
    page = f"{site}{ADDRESS}" if site else "./"
    title = tell.clean(settings.short_title[language])
    root = xml.Element("feed", {"xmlns": ATOM, "xml:lang": language})
    _text(root, "id", uuid5(UUID(releases[-1].uuid), f"feed/{language}").urn)
    _text(root, "title", f"{title}: {words['changes'].lower()}")
    _text(root, "updated", _moment(max(one.date for one in releases)))
    xml.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": page})
    own = f"{site}{NAME}" if site else "feed.xml"
    xml.SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": own})
    _text(xml.SubElement(root, "author"), "name", title)
    for one in releases:
        root.append(_entry(one, words, language, page))
    xml.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{xml.tostring(root, encoding="unicode")}\n'


def _entry(one: Release, words: tell.Words, language: str, page: str) -> xml.Element:
    entry = xml.Element("entry")
    _text(entry, "id", uuid5(UUID(one.uuid), language).urn)
    _text(entry, "title", words["changes_of"].format(version=one.id))
    _text(entry, "updated", _moment(one.date))
    link = {"rel": "alternate", "type": "text/html", "href": f"{page}#{anchor(one)}"}
    xml.SubElement(entry, "link", link)
    content = _text(entry, "content", "".join(_html(one, words, language)))
    content.set("type", "html")
    return entry


def _html(one: Release, words: tell.Words, language: str) -> Iterator[str]:
    """What a release brought, as HTML without links."""
    yield f"<p>{escape(', '.join(tell.counts(one.counts, words)))}</p>"
    if one.changes is None:
        yield f"<p>{escape(words['changes_first'])}</p>"
        return
    for section in tell.sections(one.changes, words, language):
        yield f"<h3>{escape(section.title)}</h3><ul>"
        for line in section.lines:
            parts = (escape(tell.clean(part)) for part in (line.text, line.note))
            yield f"<li>{' – '.join(part for part in parts if part)}</li>"
        yield "</ul>"


def _moment(date: str) -> str:
    return f"{date}T00:00:00Z"


def _text(parent: xml.Element, name: str, text: str) -> xml.Element:
    element = xml.SubElement(parent, name)
    element.text = text
    return element
