"""References on their way into the bibliography: their keys, and what the file will hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kb.bibwriter import Works, appended, entry, new_key
from kb.corpus import Corpus
from kb.folder import REFERENCES
from kb.references import Reference
from kb.writing import Change, content


class Shelf:
    """The bibliography of a corpus with what is being added to it; nothing is written."""

    def __init__(self, corpus: Corpus) -> None:
        self._root = corpus.root
        self._works = Works(corpus.references.values())
        stated = (corpus.claims, corpus.gaps)
        names = [*corpus.references, *corpus.studies, *corpus.candidates]
        names += [name for records in stated for name in records]
        self.taken = {name.casefold() for name in names}
        self.added: dict[str, Reference] = {}
        self._entries: list[str] = []

    def find(self, reference: Reference) -> str:
        """The key of the same work, there already or being added; else an empty string."""
        return self._works.find(reference)

    def add(self, reference: Reference, key: str = "") -> Reference:
        """The reference under a key of its own: the one given, or one that is made for it.

        Raises :class:`kb.bibwriter.Unwritable` when it cannot be written as an entry.
        """
        kept = replace(reference, key=key or new_key(reference, self.taken))
        self._entries.append(entry(kept))
        self._works.add(kept)
        self.taken.add(kept.key.casefold())
        self.added[kept.key] = kept
        return kept

    def changes(self) -> dict[Path, Change]:
        """What is to be written so that ``references.bib`` has the added references."""
        if not self._entries:
            return {}
        before = content(self._root / REFERENCES)
        return {Path(REFERENCES): Change(before, appended(before, self._entries))}
