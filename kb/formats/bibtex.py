"""BibTeX: every entry with all of its fields, as it would stand in ``references.bib``."""

from __future__ import annotations

from collections.abc import Iterator

from kb.bibwriter import entry
from kb.formats.material import Material


def files(material: Material) -> Iterator[tuple[str, bytes]]:
    """The works. Raises :class:`kb.bibwriter.Unwritable` when no entry would be read as one."""
    yield "references.bib", "\n".join(map(entry, material.works)).encode()
