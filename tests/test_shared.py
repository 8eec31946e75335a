"""Parts of the theme that are made once: the pages are the same as if each had made its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment
from mkdocs.structure.nav import Navigation

from kb.base import load
from kb.site import compiled, data, plugin, shared
from kb.site.plugin import Part, build_part
from tests.sites import Site, contents, copy, own_environment

pytest_plugins = ["tests.site_fixtures"]


def build(root: Path, output: Path) -> dict[str, bytes]:
    """The pages of the first language, built below a folder."""
    base = load(root)
    with own_environment() as environment:
        environment.setenv("SOURCE_DATE_EPOCH", "0")
        part = Part(base, "de", output, data.make(base))
        build_part(part, str(root / "mkdocs.yml"), None, strict=True)
    made = contents(output / "de")
    return {name: page for name, page in made.items() if name.endswith(".html")}


def _set(root: Path, theme: str) -> None:
    """Give the theme further settings."""
    path = root / "mkdocs.yml"
    before = path.read_text("utf-8")
    path.write_text(before.replace("    - navigation.tabs\n", f"    - navigation.tabs\n{theme}"))
    assert path.read_text("utf-8") != before


def test_all_pages_are_the_same(
    sites: Mapping[str, Site], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = contents(sites["fixture"].folder / "de")  # built before anything is patched
    monkeypatch.setattr(plugin, "share", lambda env, nav: None)
    each = build(copy("fixture", tmp_path / "base"), tmp_path / "site")
    assert [name for name in each if each[name] != made[name]] == []


def test_each_part_is_made_for_folders_and_not_for_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The theme still asks for its parts by these names."""
    used: list[Environment] = []

    def share(env: Environment, nav: Navigation) -> None:
        shared.share(env, nav)
        used.append(env)

    monkeypatch.setattr(plugin, "share", share)
    root = copy("fixture", tmp_path / "base")
    toggle = "{scheme: default, toggle: {icon: material/weather-night, name: dunkel}}"
    _set(root, f"    - navigation.top\n  palette: [{toggle}]\n")
    pages = build(root, tmp_path / "site")
    made = used[0].globals["once"].made  # type: ignore[attr-defined]
    for name in shared.PARTIALS:
        assert 0 < sum(key[0] == f"partials/{name}.html" for key in made) < len(pages) / 3, name


def test_a_part_that_someone_has_changed_is_made_for_each_page(tmp_path: Path) -> None:
    root = copy("fixture", tmp_path / "base")
    own = root / "theme" / "partials" / "tabs.html"
    own.parent.mkdir(parents=True)
    own.write_text("<p>{{ page.url }} is here</p>")
    _set(root, "  custom_dir: theme\n")
    pages = build(root, tmp_path / "site")
    studies = [name for name in pages if name.startswith("studies/")]
    assert len(studies) > 2
    for name in studies:
        assert f"<p>{name.removesuffix('index.html')} is here</p>".encode() in pages[name]


def test_templates_are_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second process finds what the first has kept, and not what has changed since."""
    monkeypatch.setenv("KB_CACHE", str(tmp_path))
    compiles: list[str] = []

    class Counted(Environment):
        def compile(self, source: str, *given: object, **named: object) -> object:  # type: ignore[override]
            compiles.append(source)
            return super().compile(source, *given, **named)  # type: ignore[call-overload]

    def rendered(source: str) -> str:
        loader = DictLoader({"one": source})
        env = Counted(loader=loader, bytecode_cache=compiled.Compiled())
        return env.get_template("one").render()

    assert [rendered(one) for one in ("{{ 1 }}", "{{ 1 }}", "{{ 2 }}")] == ["1", "1", "2"]
    assert compiles == ["{{ 1 }}", "{{ 2 }}"]
