"""Beginning a study: the work that it reports, found or added, and the record that is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from kb import doi, incoming
from kb.adding import Shelf
from kb.bibwriter import Unwritable, Works
from kb.corpus import Corpus
from kb.model import ID_PATTERN, nearest
from kb.problems import Problem, has_errors
from kb.questions import Known, put, questions
from kb.references import Reference
from kb.scaffold import record
from kb.synthesis import Candidate
from kb.writing import Change


class Refused(Exception):
    """A study cannot be begun; the message says why and what to do, ``problems`` what is wrong
    with the file that was given."""

    def __init__(self, message: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


@dataclass(frozen=True)
class Beginning:
    """A study to be written: the work, whether it is new to the bibliography, the candidate that
    it was, and what is known of it."""

    corpus: Corpus
    reference: Reference
    shelf: Shelf
    candidate: Candidate | None
    known: Known = field(default_factory=dict)

    @property
    def path(self) -> str:
        """Where the record goes."""
        return f"corpus/studies/{self.reference.key}.yml"

    def changes(self) -> dict[Path, Change]:
        """All that is to be written, at once."""
        text = record(self.corpus, self.path, self.reference, self.known, self.candidate)
        return {**self.shelf.changes(), Path(self.path): Change(None, text.encode())}


def key_of(corpus: Corpus, text: str) -> str:
    """The key that a text stands for, which can be the DOI of a work that is there already."""
    return Works(corpus.references.values()).with_doi(doi.bare(text)) or text


def begin(
    corpus: Corpus, key: str, given: tuple[bytes, str] | None, today: str, check: Callable[[], None]
) -> Beginning:
    """The study that a work reports: one of the bibliography by its key, or the only one in a file,
    ``given`` with its name. Raises :class:`Refused`; ``check`` is called before anything is added.
    """
    shelf = Shelf(corpus)
    if given is None:
        reference = _known(corpus, key)
    else:
        work = _only(*given)
        same = shelf.find(work)
        if same and key not in {"", same}:
            raise Refused(f"the work is in references.bib already, as {same}; run kb new {same}")
        if not same:
            check()
        reference = corpus.references[same] if same else _added(shelf, work, key)
    _free(corpus, reference.key)
    candidates = corpus.candidates.values()
    key = reference.key
    candidate = next((one for one in candidates if key in {one.report, one.id}), None)
    known: Known = {}
    put(known, ("coding", "date"), today)
    for question in questions(corpus, key) if candidate else ():
        terms = candidate.tags.get(question.keys[-1]) if candidate else None
        if question.keys[0] == "tags" and terms:
            put(known, question.keys, list(terms))
    return Beginning(corpus, reference, shelf, candidate, known)


def _known(corpus: Corpus, key: str) -> Reference:
    if key not in corpus.references:
        near = nearest(key, corpus.references)
        hint = f"did you mean {near}?" if near else "give a DOI, or a file with --from"
        raise Refused(f"no reference {key} in references.bib; {hint}")
    return corpus.references[key]


def _only(data: bytes, name: str) -> Reference:
    works, problems = incoming.read(data, name)
    if has_errors(problems):
        raise Refused(f"{name} cannot be used", tuple(problems))
    if len(works) != 1:
        raise Refused(f"{name} holds {len(works)} works, not one; kb import takes several")
    if not works[0].title:
        raise Refused(f"{name}: the work has no title; add it to the file")
    return works[0]


def _added(shelf: Shelf, work: Reference, key: str) -> Reference:
    import re

    if key and not re.match(ID_PATTERN, key):
        raise Refused(f"{key} cannot be a key; use letters a-z, digits and hyphens")
    if key.casefold() in shelf.taken:
        raise Refused(f"the key {key} is taken; leave it out, or choose another one")
    try:
        return shelf.add(work, key)
    except Unwritable as error:
        raise Refused(str(error)) from error


def _free(corpus: Corpus, key: str) -> None:
    for study in corpus.studies.values():
        if key in study.reports or key.casefold() == study.id.casefold():
            raise Refused(f"{key} is coded already, in {study.path}; change that file")
    paths = {one.id.casefold(): one.path for one in corpus.claims.values()}
    paths |= {one.id.casefold(): one.path for one in corpus.gaps.values()}
    if taken := paths.get(key.casefold()):
        raise Refused(f"the name {key} is taken by {taken}; rename that record")
    found = sorted((corpus.root / "corpus/studies").rglob("*.yml"))
    for file in found:
        if file.stem.casefold() == key.casefold():
            raise Refused(f"{file.relative_to(corpus.root).as_posix()} is there already")
