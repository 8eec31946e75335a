"""What programs read in a page: tags and COinS for reference managers, schema.org for search
engines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from kb import addresses
from kb.evidence import EvidenceRow
from kb.facts import Fact, study_terms
from kb.formats.works import PARTS, THESES, container, inverted, pages, publisher
from kb.records import Study
from kb.references import Name, Reference, doi_address
from kb.site.view import View

Json = dict[str, Any]

_TYPES = {
    "article": "ScholarlyArticle",
    "book": "Book",
    "incollection": "Chapter",
    "inbook": "Chapter",
    "inproceedings": "ScholarlyArticle",
    "techreport": "Report",
    **dict.fromkeys(THESES, "Thesis"),
}


def citation(one: Reference) -> list[tuple[str, str]]:
    """The work as Highwire tags, names with contents, as Zotero and Mendeley read them."""
    fields, (first, last) = one.fields, pages(one)
    issuer = {"techreport": "technical_report_institution"}
    issuer |= dict.fromkeys(THESES, "dissertation_institution")
    holder = {"article": "journal_title", "inproceedings": "conference_title"}
    number = "technical_report_number" if one.type == "techreport" else "issue"
    tags = [("title", one.title), *(("author", inverted(name)) for name in one.authors)]
    tags += [
        ("publication_date", str(one.year or "")),
        (holder.get(one.type, "book_title" if one.type in PARTS else "series_title"), _holder(one)),
        ("volume", fields.get("volume", "")),
        (number, fields.get("number", "")),
        ("firstpage", first),
        ("lastpage", last),
        (issuer.get(one.type, "publisher"), publisher(one)),
        ("doi", one.doi),
        ("isbn", fields.get("isbn", "")),
        ("issn", fields.get("issn", "")),
        ("language", one.language),
        ("public_url", one.link),
    ]
    return [(f"citation_{name}", content) for name, content in tags if content]


def _holder(one: Reference) -> str:
    return container(one) or one.fields.get("series", "")


def coins(one: Reference) -> str:
    """The work as a ContextObject (Z39.88): reference managers find all those of a page."""
    journal = one.type == "article"
    genre = {"article": "article", "techreport": "report", "inproceedings": "proceeding"}
    genre |= dict.fromkeys(PARTS, "bookitem")
    first, last = pages(one)
    inside = journal or one.type in PARTS
    said = [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", f"info:ofi/fmt:kev:mtx:{'journal' if journal else _format(one)}"),
        ("rft.genre", "" if one.type in THESES else genre.get(one.type, "book")),
        ("rft_id", f"info:doi/{one.doi}" if one.doi else ""),
        ("rft_id", "" if one.doi else one.link),
        ("rft.atitle" if inside else "rft.title", one.title),
        ("rft.jtitle" if journal else "rft.btitle", container(one)),
        ("rft.date", str(one.year or "")),
        ("rft.volume", one.fields.get("volume", "")),
        ("rft.issue", one.fields.get("number", "") if journal else ""),
        ("rft.spage", first),
        ("rft.epage", last),
        ("rft.inst" if one.type in THESES else "rft.pub", publisher(one)),
        ("rft.place", one.fields.get("address", "")),
        ("rft.isbn", one.fields.get("isbn", "")),
        ("rft.issn", one.fields.get("issn", "")),
        *(("rft.au", inverted(name)) for name in one.authors),
        ("rft.language", one.language),
    ]
    return urlencode([(name, value) for name, value in said if value])


def _format(one: Reference) -> str:
    return "dissertation" if one.type in THESES else "book"


def study(view: View, one: Study, facts: Iterable[Fact]) -> Markup:
    """The page of a study in schema.org: the study, its reports, findings and subjects."""
    terms = _subjects(view, study_terms(view.corpus, one))
    investigation = {
        "@type": "CreativeWork",
        "@id": _address(view, f"{addresses.of_study(one.id)}#study"),
        "identifier": one.id,
        "name": view.text(one.title),
        "inLanguage": view.language,
        "about": list(terms),
        "workExample": [work(report) for report in view.corpus.reports(one)],
        "hasPart": [_finding(view, fact) for fact in facts],
    }
    page = {
        "@type": "WebPage",
        "@id": _address(view, addresses.of_study(one.id)),
        "name": view.text(one.title),
        "inLanguage": view.language,
        "license": view.settings.licence.url,
        "isPartOf": {"@type": "Dataset", "@id": _address(view, "data/#dataset")}
        | {"name": view.text(view.settings.title)},
        "mainEntity": investigation,
    }
    return linked(page)


def _subjects(view: View, terms: Mapping[str, Iterable[str]]) -> Iterator[Json]:
    for facet, own in terms.items():
        for term in own:
            yield {
                "@type": "DefinedTerm",
                "name": view.label(facet, term),
                "inDefinedTermSet": view.text(view.facet(facet).label),
            }


def _finding(view: View, fact: Fact) -> Json:
    return {
        "@type": "Claim",
        "@id": _address(view, addresses.of_finding(fact.id)),
        "text": view.text(fact.finding.statement),
        "inLanguage": view.language,
    }


def work(one: Reference) -> Json:
    """A work in schema.org; what no one has seen is left out."""
    fields = one.fields
    within = {"@type": "Periodical" if one.type == "article" else "Book", "name": container(one)}
    told = {
        "name": one.title,
        "author": [_person(name) for name in one.authors],
        "editor": [_person(name) for name in one.editors],
        "datePublished": str(one.year or ""),
        "inLanguage": one.language,
        "isPartOf": within if container(one) else None,
        "publisher": {"@type": "Organization", "name": publisher(one)} if publisher(one) else None,
        "pagination": fields.get("pages", "").replace("--", "–"),
        "isbn": fields.get("isbn"),
        "sameAs": doi_address(one.doi) if one.doi else None,
        "url": one.link,
    }
    kind = {"@type": _TYPES.get(one.type, "CreativeWork")}
    return kind | {name: value for name, value in told.items() if value}


def _person(one: Name) -> Json:
    if not one.given:
        return {"@type": "Organization", "name": one.family}
    name = {"name": f"{one.given} {one.family}"}
    return {"@type": "Person", **name, "givenName": one.given, "familyName": one.family}


def dataset(view: View) -> Markup:
    """The data in schema.org, by which data sets are found."""
    settings, dates = view.settings, [s.coding.date for s in view.corpus.studies.values()]
    people = [(view.text(one.name), one.orcid) for one in settings.coders]
    told = {
        "@type": "Dataset",
        "@id": _address(view, "data/#dataset"),
        "url": _address(view, "data/"),
        "name": view.text(settings.title),
        "alternateName": view.text(settings.short_title),
        "description": f"{view.text(settings.description)} {view.text(settings.scope)}",
        "inLanguage": list(view.corpus.languages),
        "license": settings.licence.url,
        "isAccessibleForFree": True,
        "version": view.base.fingerprint,
        "dateModified": max(dates, default=None),
        "creator": [
            {"@type": "Person", "name": name, "sameAs": f"https://orcid.org/{orcid}"}
            if orcid
            else {"@type": "Organization", "name": name}
            for name, orcid in people
        ],
        "keywords": [view.text(facet.label) for facet in view.codebook.axes],
        "variableMeasured": [view.text(facet.label) for facet in view.codebook.axes],
        "distribution": [
            {
                "@type": "DataDownload",
                "name": one.path,
                "encodingFormat": one.media,
                "contentSize": f"{one.size} B",
                "contentUrl": _address(view, f"../data/{one.path}", "data/"),
            }
            for one in view.downloads
        ],
    }
    return linked({name: value for name, value in told.items() if value})


def _address(view: View, address: str, here: str | None = None) -> str:
    """An absolute address if the settings name the site, else one relative to the page."""
    if view.settings.site:
        site = f"{view.settings.site.rstrip('/')}/"
        inside = address.removeprefix("../") if address.startswith("../") else None
        return f"{site}{inside}" if inside else f"{site}{view.language}/{address}"
    return addresses.relative(view.here if here is None else here, address)


def linked(told: Json) -> Markup:
    """JSON-LD that can stand in a script element: nothing in it can end the element."""
    text = json.dumps({"@context": "https://schema.org", **told}, ensure_ascii=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)


def of_study(view: View, row: EvidenceRow) -> Mapping[str, object]:
    """What the head of a study's page says: its main report and, linked, the study itself."""
    main = next(iter(view.corpus.reports(row.study)), None)
    tags = citation(main) if main else None
    return {"citation": tags, "linked": study(view, row.study, row.facts)}


def of_reference(reference: Reference) -> Mapping[str, object]:
    """What the head of a reference's page says."""
    return {"citation": citation(reference)}


def of_data(view: View) -> Mapping[str, object]:
    """What the head of the page with the data says."""
    return {"linked": dataset(view)}
