"""Works that were found, written as candidates: an entry of the bibliography and a record each."""

from __future__ import annotations

import os
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from pathlib import Path

from kb import bibliography
from kb.corpus import Corpus
from kb.discover import Found
from kb.folder import REFERENCES
from kb.kinds import schema_line
from kb.openalex import Work
from kb.references import NAMELESS, UNDATED
from kb.tell import Words
from kb.yamlwriter import dump, notes_of

_TYPES = {
    "article": "article",
    "book": "book",
    "book-chapter": "incollection",
    "dissertation": "thesis",
    "report": "techreport",
}


def write(
    corpus: Corpus, found: Iterable[Found], words: Mapping[str, Words], day: str
) -> tuple[list[str], list[Found]]:
    """Add works to the bibliography and to the candidates, all of them or none.

    ``words`` are those of each language, ``day`` is when the works were found. Gives the paths of
    the candidates, and the works that cannot be written as BibTeX. Raises :class:`OSError`.
    """
    taken = {name.casefold() for name in _names(corpus)}
    entries, records, left = [], {}, []
    for one in found:
        key = _key(one.work, taken)
        entry = _entry(key, one.work)
        if not _is_read_back(entry, key, one.work):
            left.append(one)
            continue
        taken.add(key.casefold())
        entries.append(entry)
        path = f"corpus/candidates/{key}.yml"
        records[path] = schema_line(path) + dump(_record(key, one, words, day), notes_of(""))
    _write(corpus.root, entries, records)
    return sorted(records), left


def _names(corpus: Corpus) -> Iterator[str]:
    yield from corpus.references
    for records in (corpus.studies, corpus.claims, corpus.gaps, corpus.candidates):
        yield from records


def _key(work: Work, taken: set[str]) -> str:
    """A key of the first author's name and the year that no record and no reference has."""
    name = next(iter(work.authors.values()), "") or work.title
    plain = unicodedata.normalize("NFKD", name.split()[-1].casefold())
    stem = re.sub(r"[^a-z]", "", plain)[:40] or "work"
    base = f"{stem}{work.year or ''}"
    free = (base, *(f"{base}{letter}" for letter in "bcdefghijklmnopqrstuvwxyz"))
    numbered = (f"{base}-{number}" for number in count(2))
    return next(key for keys in (free, numbered) for key in keys if key not in taken)


def _entry(key: str, work: Work) -> str:
    """The work as BibTeX; no field of it has been compared with the work itself."""
    fields = {
        "author": " and ".join(map(_person, work.authors.values())) or NAMELESS,
        "title": _value(work.title),
        "year": str(work.year or UNDATED),
        "doi": _value(work.doi),
        "url": "" if work.doi else f"https://openalex.org/{work.id}",
    }
    type = _TYPES.get(work.type, "misc")
    if work.venue and type in {"article", "incollection"}:
        fields["journal" if type == "article" else "booktitle"] = _value(work.venue)
    given = {name: value for name, value in fields.items() if value}
    given["unverified"] = ", ".join(name for name in given if name != "url")
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in given.items())
    return f"@{type}{{{key},\n{lines}\n}}\n"


def _person(name: str) -> str:
    """A name as BibTeX has it; where the family name begins is a guess, so it is not verified."""
    *given, family = _value(name).replace(",", " ").split() or [NAMELESS]
    if not given or "and" in map(str.casefold, given):
        return f"{{{' '.join((*given, family))}}}"
    return f"{{{family}}}, {' '.join(given)}"


def _value(text: str) -> str:
    return re.sub(r"[{}\\]", "", text)


def _is_read_back(entry: str, key: str, work: Work) -> bool:
    found, problems = bibliography.parse(entry, REFERENCES)
    if problems or list(found) != [key]:
        return False
    one = found[key]
    kept = (one.title, one.year, one.doi, len(one.authors))
    return kept == (_value(work.title).strip(), work.year, work.doi, len(work.authors))


def _record(key: str, one: Found, words: Mapping[str, Words], day: str) -> dict[str, object]:
    texts = {
        "known": {language: _known(one, own, day) for language, own in words.items()},
        "missing": {language: own["found_missing"] for language, own in words.items()},
        "check": {language: own["found_check"] for language, own in words.items()},
    }
    return {"title": one.work.title, "report": key, **texts}


def _known(one: Found, words: Words, day: str) -> str:
    """Where the work was found and what links it, in words."""
    linked = (
        ("found_cites", one.cites),
        ("found_authors", one.authors),
        ("found_words", one.words),
    )
    parts = [words["found_known"].format(id=one.work.id, day=day)]
    parts += [words[word].format(names=", ".join(names)) for word, names in linked if names]
    return " ".join(parts)


def _write(root: Path, entries: list[str], records: Mapping[str, str]) -> None:
    made: list[Path] = []
    try:
        for name, content in records.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                made.append(path)
                file.write(content)
        if entries:
            _append(root / REFERENCES, "\n".join(entries))
    except BaseException:
        for path in made:
            path.unlink()
        raise


def _append(path: Path, text: str) -> None:
    before = path.read_bytes() if path.exists() else b""
    gap = b"\n" if before.endswith(b"\n") or not before else b"\n\n"
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with open(descriptor, "wb") as file:
            file.write(before + gap + text.encode())
        os.chmod(name, path.stat().st_mode if path.exists() else 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
