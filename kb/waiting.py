"""Works that were found, written as candidates: an entry of the bibliography and a record each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from kb.adding import Shelf
from kb.bibwriter import Unwritable
from kb.corpus import Corpus
from kb.discover import Found
from kb.kinds import schema_line
from kb.references import Reference
from kb.tell import Words
from kb.writing import Change, write_all
from kb.yamlwriter import dump, notes_of


def write(
    corpus: Corpus, found: Iterable[Found], words: Mapping[str, Words], day: str
) -> tuple[list[str], list[Found]]:
    """Add works to the bibliography and to the candidates, all of them or none.

    ``words`` are those of each language, ``day`` is when the works were found. Gives the paths of
    the candidates, and the works that cannot be written as BibTeX. Raises
    :class:`kb.writing.WritingError`.
    """
    shelf = Shelf(corpus)
    records: dict[Path, Change] = {}
    left = []
    for one in found:
        try:
            key = shelf.add(_reference(one)).key
        except Unwritable:
            left.append(one)
            continue
        path = f"corpus/candidates/{key}.yml"
        text = schema_line(path) + dump(_record(key, one, words, day), notes_of(""))
        records[Path(path)] = Change(None, text.encode())
    write_all(corpus.root, {**shelf.changes(), **records})
    return sorted(path.as_posix() for path in records), left


def _reference(one: Found) -> Reference:
    """The work, with its address at OpenAlex if it has none of its own."""
    made = one.work.reference
    if made.doi:
        return made
    return replace(made, fields={**made.fields, "url": f"https://openalex.org/{one.work.id}"})


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
