"""Reading one record: the same from its bytes alone as in the folder, and fit to travel."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import given

from kb.corpus import Corpus, read
from kb.kinds import KINDS
from kb.places import locate
from kb.reading import Outcome, read_record
from kb.records import Study
from kb.validation import Around, around
from tests.strategies import Files, spoilt
from tests.test_generated import QUICK, laid_out


def one_by_one(root: Path, known: Around) -> Iterator[tuple[str, Outcome[Any]]]:
    """Every record of a folder but its settings, each read on its own."""
    for kind in KINDS[1:]:
        for file in sorted((root / kind.place).rglob("*.yml")):
            path = file.relative_to(root).as_posix()
            yield path, read_record(kind.model, file.read_bytes(), path, known)


def records(corpus: Corpus) -> dict[str, Any]:
    """The records of a corpus by their paths."""
    kinds = (corpus.studies, corpus.claims, corpus.gaps, corpus.candidates)
    more = (corpus.second_codings, corpus.releases, corpus.codebook.facets)
    return {one.path: one for kind in (*kinds, *more) for one in kind.values()}


@given(spoilt())
@QUICK
def test_what_comes_of_a_file_needs_no_other_file(files: Files) -> None:
    with laid_out(files) as (root, _, _):
        corpus, problems = read(root)
        if corpus is None:  # what is around the records cannot be used
            return
        known = around(corpus.settings, corpus.codebook)
        assert known is not None
        found = dict(one_by_one(root, known))
        whole = {path: one.record for path, one in found.items() if one.record}
        assert whole == records(corpus)
        assert {path: one.draft for path, one in found.items() if one.draft} == corpus.drafts
        told = [problem for one in found.values() for problem in one.problems]
        told += locate(root, (each for one in found.values() for each in one.complaints))
        of_records = {problem for problem in problems if problem.path in found}
        assert {one for one in told if one.code != "KB016"} == {
            one for one in of_records if one.code not in {"KB016", "KB040"}
        }


@given(spoilt())
@QUICK
def test_what_comes_of_a_file_can_be_sent_to_another_process(files: Files) -> None:
    with laid_out(files) as (root, _, _):
        for _, one in one_by_one(root, Around(("en",), {"kind": ["case"]})):
            assert pickle.loads(pickle.dumps(one)) == one


def test_what_is_around_a_record_decides_what_is_wrong_with_it(tmp_path: Path) -> None:
    data = b"title: {en: A, sv: B}"
    german = read_record(Study, data, "corpus/studies/a.yml", Around(("de",), {"kind": ["case"]}))
    assert german.record is None
    told = {(one.keys, one.hint) for one in german.complaints}
    assert (("title", "sv"), "use one of: de") in told
    assert (("kind",), "add kind: ... (one of: case)") in told


def test_a_record_does_not_name_itself() -> None:
    found = read_record(Study, b"{id: x, path: y}", "corpus/studies/a.yml", Around())
    named = [one.keys for one in found.complaints if one.hint == "remove the field"]
    assert named == [("id",), ("path",)]
    assert found.draft
    assert (found.draft.record.id, found.draft.record.path) == (
        "a",
        "corpus/studies/a.yml",
    )
