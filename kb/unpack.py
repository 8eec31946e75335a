"""A corpus as the folder that it could have been read from: YAML records and a bibliography."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from kb import bibwriter, words
from kb.corpus import Corpus
from kb.folder import REFERENCES, SETTINGS
from kb.formatting import canonical
from kb.model import Record
from kb.whole import RECORDS, record
from kb.writing import Change, write_all


def files(corpus: Corpus) -> Iterator[tuple[str, str]]:
    """Path and text of each file, records in their canonical form.

    Comments are not among what a corpus knows. Raises :class:`kb.bibwriter.Unwritable` for a
    reference that no BibTeX can say.
    """
    yield SETTINGS, _yaml(corpus, SETTINGS, corpus.settings)
    for facet in corpus.codebook:
        yield facet.path, _yaml(corpus, facet.path, facet)
    for name in RECORDS:
        for one in getattr(corpus, name).values():
            yield one.path, _yaml(corpus, one.path, one)
    for language, said in sorted(corpus.interface.items()):
        path = f"{words.OWN}/{language}.yml"
        yield path, _written(corpus, path, dict(said))
    yield REFERENCES, "\n".join(map(bibwriter.entry, corpus.references.values()))


def write(corpus: Corpus, folder: Path) -> None:
    """Write all files below a folder, or none.

    Raises :class:`kb.writing.WritingError`, also when one of them is there already.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_all(folder, {Path(path): Change(None, text.encode()) for path, text in files(corpus)})


def _yaml(corpus: Corpus, path: str, one: Record) -> str:
    # What the place of a file says is not said in it.
    given = {"path"} if path.startswith("corpus/codebook/") else {"id", "path"}
    body = {name: value for name, value in record(one).items() if name not in given}
    return _written(corpus, path, body)


def _written(corpus: Corpus, path: str, body: object) -> str:
    text = canonical(json.dumps(body, ensure_ascii=False).encode(), path, corpus.languages)
    assert text is not None, path  # JSON of a record is YAML of one
    return text
