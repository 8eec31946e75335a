"""What can be mended without a second thought: the form of files, and terms that were replaced."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from kb.corpus import read
from kb.formatting import Rewritten, rewrite
from kb.model import Keys
from kb.rules import check


def fix(folder: Path, paths: Iterable[Path]) -> tuple[list[Rewritten], list[str]]:
    """Mend the record files of a knowledge base, or those at or below some paths.

    Files get their common form, and deprecated terms give way to those that replace them. Gives
    the files that changed, with what changed, and the paths of those left alone: what has errors of
    syntax is not touched, and what would lose a comment is not either. Each file is written whole
    or not at all.
    """
    corpus, _ = read(folder)
    terms: dict[str, dict[Keys, str]] = defaultdict(dict)
    for complaint in check(corpus) if corpus else ():
        if complaint.instead:
            terms[complaint.path][complaint.keys] = complaint.instead
    return rewrite(folder, paths, True, terms)
