"""The site built as a whole: beside the old one, which stays until the new one is complete.

One build at a time: a second one waits. What a killed build left behind, the next one clears away.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import MkDocsException

from kb.base import KnowledgeBase
from kb.site import generate
from kb.site.alone import alone
from kb.site.heard import listening
from kb.site.plugin import KnowledgeBasePlugin


class BuildError(Exception):
    """Raised when the site could not be built; the old one is untouched. ``warnings`` are those
    that made MkDocs give up, if they did."""

    def __init__(self, message: str, warnings: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.warnings = tuple(warnings)


@dataclass(frozen=True, slots=True)
class Built:
    """A finished site: its folder and the number of its pages."""

    folder: Path
    pages: int


def build_site(base: KnowledgeBase, output: Path) -> Built:
    """Build the site in all languages and the data into ``output``, all or nothing.

    Raises :class:`BuildError` when MkDocs fails or warns, when the disk refuses, and when a record
    or a page is changed meanwhile.
    """
    output, started, pages = output.resolve(), base.fingerprint, _written(base.corpus.root)
    _date_by_content(base)
    try:
        with alone(base.corpus.root):
            output.parent.mkdir(parents=True, exist_ok=True)
            _clear_away(output)
            prefix = _prefix(output)
            with tempfile.TemporaryDirectory(prefix=prefix, dir=output.parent) as folder:
                new, old = Path(folder) / "new", Path(folder) / "old"
                _mkdocs(base, new)
                if KnowledgeBase(base.corpus).fingerprint != started:
                    raise BuildError("the site was not built: a record was changed; build again")
                if _written(base.corpus.root) != pages:
                    raise BuildError("the site was not built: a page was changed; build again")
                new.chmod(0o755)
                if output.exists():
                    output.rename(old)
                new.rename(output)
            generate.write_zensical(base)
    except OSError as error:
        # A copied file is named by where it comes from; what refuses is the place it goes to.
        named = Path(error.filename or output.parent)
        where = named if named.is_relative_to(output.parent) else output.parent
        raise BuildError(f"the site was not built: {error.strerror or error}: {where}") from error
    return Built(output, sum(1 for _ in output.rglob("*.html")))


def _written(root: Path) -> dict[Path, tuple[int, int]]:
    """The hand-written pages and the configuration, each with its time and size."""
    files = [root / "mkdocs.yml", *sorted((root / "docs").rglob("*"))]
    found = ((path, path.stat()) for path in files if path.is_file())
    return {path: (stat.st_mtime_ns, stat.st_size) for path, stat in found}


def _prefix(output: Path) -> str:
    return f".{output.name}-new-"


def _clear_away(output: Path) -> None:
    """Remove what killed builds left; a site that one had moved aside comes back."""
    for folder in output.parent.glob(f"{_prefix(output)}*"):
        if (folder / "old").is_dir() and not output.exists():
            (folder / "old").rename(output)
        shutil.rmtree(folder, ignore_errors=True)


def serve_site(base: KnowledgeBase, address: str, tell: Callable[[str], None]) -> None:
    """Serve the site and follow every change of a source, until interrupted; ``tell`` gets a line
    for each thing that happens.

    Raises :class:`BuildError` when there are no pages to begin with, or no such address.
    """
    from kb.site.server import serve  # only this command needs it

    _date_by_content(base)
    try:
        serve(base, _configuration(base.corpus.root), address, tell)
    except (MkDocsException, SystemExit) as error:
        raise _not_built(error) from error
    except OSError as error:
        raise BuildError(f"the site cannot be served at {address}: {error.strerror}") from error


def _mkdocs(base: KnowledgeBase, target: Path) -> None:
    with listening(base.corpus.languages[0]) as warnings:
        try:
            configuration = str(_configuration(base.corpus.root))
            config = load_config(configuration, site_dir=str(target), strict=True)
            if plugin := config.plugins.get("kb"):
                cast(KnowledgeBasePlugin, plugin).given = base
            config.plugins.on_startup(command="build", dirty=False)  # a server may have run before
            build(config)
        except (MkDocsException, SystemExit) as error:
            raise _not_built(error, warnings) from error


def _not_built(error: BaseException, warnings: Iterable[str] = ()) -> BuildError:
    """What MkDocs says; when it only says that it gave up, what made it."""
    why = error.__context__ if isinstance(error.__context__, MkDocsException) else error
    others = (warning for warning in warnings if not warning.endswith(str(why)))
    return BuildError(f"the site was not built: {why}", others)


def _configuration(root: Path) -> Path:
    path = root / "mkdocs.yml"
    if not path.is_file():
        raise BuildError(f"{path} is missing")
    return path


def _date_by_content(base: KnowledgeBase) -> None:
    """Let MkDocs stamp its files with the date of the newest coding, not with today's."""
    dates = [study.coding.date for study in base.corpus.studies.values()]
    newest = datetime.fromisoformat(max(dates, default="2000-01-01")).replace(tzinfo=UTC)
    os.environ.setdefault("SOURCE_DATE_EPOCH", str(int(newest.timestamp())))
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
