"""The record files of a folder: which are read, and which only look as if they were."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from kb.folder import SETTINGS, Snapshot, stem
from kb.model import ID_PATTERN, Complaint, is_device, nearest
from kb.places import is_inside

FOLDERS = (
    "codebook",
    "studies",
    "claims",
    "gaps",
    "candidates",
    "second-codings",
    "releases",
    "interface",
)
"""The folders of ``corpus/`` that are read."""


NOTEPAD = ".txt"
"""What some editors on Windows add to a name, where it is not seen."""


@dataclass(frozen=True)
class Folder:
    """A knowledge base's folder; what is wrong with its files gathers in ``complaints``."""

    seen: Snapshot
    complaints: list[Complaint] = field(default_factory=list)

    @property
    def root(self) -> Path:
        """Where it is."""
        return self.seen.root

    def read(self, path: str) -> bytes | None:
        """What a file holds; ``None`` when it cannot be read or leads out of the folder."""
        if path in self.seen.contents:
            return self.seen.contents[path]
        file = self.root / path
        if not is_inside(self.root, file):
            hint = "put the file itself there instead of a link"
            self._complain("KB013", path, "the link leads out of the knowledge base", hint)
            return None
        try:
            return file.read_bytes()
        except OSError as error:
            message = f"the file cannot be read: {error.strerror}"
            missing = isinstance(error, FileNotFoundError)
            hint = f"create {path}" if missing else f"check its permissions: ls -l {path}"
            self._complain("KB014", path, message, hint)
            return None

    def records(self, folder: str) -> list[str]:
        """The record files below a folder, by path; links to folders are refused."""
        if any([self._is_link("corpus"), self._is_link(folder)]):
            return []
        found: list[str] = []
        for parent, folders, names in os.walk(self.root / folder):
            here = Path(parent).relative_to(self.root).as_posix()
            for path, name in ((f"{here}/{name}", name) for name in folders):
                self._is_link(path)
                self._check_name(path, name, re.match(ID_PATTERN, name) is not None)
            found += filter(self._is_record, (f"{here}/{name}" for name in names))
        for path in found:
            self._check_name(path, stem(path))
        return sorted(found)

    def _check_name(self, path: str, name: str, plain: bool = True) -> None:
        """Complain about a name that some system cannot have, or that says more than a name."""
        if is_device(name):
            message, hint = f"Windows keeps the name {name} for a device", "add a year or a word"
            self._complain("KB016", path, message, hint)
        elif not plain:
            hint = "rename the folder: letters a-z, digits and hyphens"
            self._complain("KB016", path, "not every system can have this name", hint)

    def complain_of_strays(self) -> None:
        """Complain about files that look like records and lie where nothing is read."""
        for path in sorted((self.root / "corpus").glob("*")):
            inside = path.name in FOLDERS or path.is_symlink()
            for file in sorted([path] if path.is_file() else () if inside else path.rglob("*")):
                stray = file.relative_to(self.root)
                if not file.is_file() or stray.as_posix() == SETTINGS:
                    continue
                if stray.with_suffix(".yml").as_posix() == SETTINGS:
                    self._is_record(stray.as_posix())
                elif _looks_like_record(stray):
                    message = "the file is not read: no records are looked for in its folder"
                    near = nearest(stray.parent.name, FOLDERS)
                    name = f"corpus/{near}/{stray.stem}.yml"
                    hint = name if near else f"one of: {', '.join(FOLDERS)}"
                    self._complain("KB015", stray.as_posix(), message, f"move it to {hint}")

    def _is_link(self, folder: str) -> bool:
        """Whether a folder is a link, which is a complaint."""
        if not (self.root / folder).is_symlink():
            return False
        hint = "put the folder itself there instead of a link"
        self._complain("KB013", folder, "the folder is a link", hint)
        return True

    def _is_record(self, path: str) -> bool:
        """Whether a file is one; one that nearly is, is a complaint."""
        if path.endswith(".yml") and "/." not in path:
            return True  # nearly every one
        file = Path(path)
        if not _looks_like_record(file):
            return False
        if file.suffix != ".yml":
            message = f"the file is not read: it ends in {file.suffix}"
            name = file.with_suffix("").stem if file.suffix == NOTEPAD else file.stem
            self._complain("KB015", path, message, f"rename it to {name}.yml")
        return file.suffix == ".yml"

    def _complain(self, code: str, path: str, message: str, hint: str) -> None:
        self.complaints.append(Complaint(code, path, (), message, hint))


def _looks_like_record(path: Path) -> bool:
    if path.name.startswith(".") and not path.name.startswith(".."):
        return False  # what editors and the desktop leave
    named = path.with_suffix("") if path.suffix == NOTEPAD else path
    return named.suffix.lower() in {".yml", ".yaml"}
