"""All formats by name: what ``kb export`` can write and what the site offers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

from kb import api
from kb.formats import bibtex, csl, delimited, graphs, parquet, rdf, ris, sqlite
from kb.formats.material import Material

Files = Iterator[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its files as paths with their content; ``package`` is a Python package that it
    needs, which an extra of the format's name brings. ``site``: whether the site has it in
    ``data/``."""

    name: str
    files: Callable[[Material], Files]
    package: str = ""
    site: bool = True

    @property
    def available(self) -> bool:
        """Whether all that it needs is installed."""
        return not self.package or find_spec(self.package) is not None


@dataclass(frozen=True, slots=True)
class Download:
    """A file that was written: the name of its format, its path and its size in bytes."""

    format: str
    path: str
    size: int

    @property
    def media(self) -> str:
        """Its media type."""
        return MEDIA[PurePosixPath(self.path).suffix]


def _json(material: Material) -> Files:
    """The files of the static API, which the site has in another place."""
    for path, text in api.files(material.base):
        yield f"{api.FOLDER}/{path}", text.encode()


FORMATS: Mapping[str, Format] = {
    one.name: one
    for one in (
        Format("csv", delimited.files),
        Format("spreadsheet", delimited.marked),
        Format("sqlite", sqlite.files),
        Format("parquet", parquet.files, package="pyarrow", site=False),
        Format("json", _json, site=False),
        Format("bibtex", bibtex.files),
        Format("ris", ris.files),
        Format("csl-json", csl.files),
        Format("graphml", graphs.graphml),
        Format("node-link", graphs.node_link),
        Format("turtle", rdf.as_turtle),
        Format("json-ld", rdf.as_jsonld),
    )
}
"""The formats in the order in which they are told of."""

MEDIA: Mapping[str, str] = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".sqlite": "application/vnd.sqlite3",
    ".parquet": "application/vnd.apache.parquet",
    ".bib": "application/x-bibtex",
    ".ris": "application/x-research-info-systems",
    ".graphml": "application/graphml+xml",
    ".ttl": "text/turtle",
    ".jsonld": "application/ld+json",
}
"""Media types by the ends of the names of files."""


def write(material: Material, formats: Iterable[str], folder: Path) -> list[Download]:
    """Write the files of some formats into a folder, one after the other; gives what was written.

    Raises :class:`kb.bibwriter.Unwritable` for a reference that BibTeX cannot say, and
    :class:`OSError` when the disk refuses.
    """
    written = []
    for name in formats:
        for path, content in FORMATS[name].files(material):
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            written.append(Download(name, path, len(content)))
    return written
