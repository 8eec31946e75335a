"""What holds for every knowledge base: reader, checker, pages, exports, driven by made-up ones."""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path
from typing import Any

import jsonschema
from hypothesis import Phase, given, settings

from kb import api, datafile, export, schema, tables, unpack, whole
from kb.base import KnowledgeBase
from kb.fixing import fix
from kb.formatting import format_files
from kb.kinds import KINDS
from kb.problems import Problem, as_github, as_json, has_errors
from kb.rules import load
from kb.site import raw
from kb.site.pages import pages, render
from kb.site.view import View
from tests.sites import shape
from tests.strategies import Files, knowledge_bases, lay_out, spoilt
from tests.test_pages import converter

QUICK = settings(max_examples=20, phases=set(Phase) - {Phase.explain})
SLOW = settings(QUICK, max_examples=3, phases=[Phase.generate])
"""Each example makes all pages of a site, so that making it smaller would take minutes."""

LIVE = {"script", "iframe", "object", "embed", "base", "meta", "link", "style", "form"}
"""Elements that no text may bring into a page."""


@contextmanager
def laid_out(files: Files) -> Iterator[tuple[Path, KnowledgeBase | None, tuple[Problem, ...]]]:
    """The folder of a knowledge base, what is read from it, unless it has errors, and these."""
    with tempfile.TemporaryDirectory() as folder:
        root = lay_out(files, Path(folder))
        corpus, problems = load(root)
        sound = corpus is not None and not has_errors(problems)
        yield root, KnowledgeBase(corpus) if corpus and sound else None, problems


def of_kind(files: Files, folder: str) -> dict[str, Any]:
    """The data of the records in one folder, by their ids."""
    return {
        Path(path).stem: one for path, one in files.items() if path.startswith(f"corpus/{folder}/")
    }


# --- Sound ones -----------------------------------------------------------------------------------


@given(knowledge_bases())
@QUICK
def test_what_is_sound_is_read_as_it_was_written(files: Files) -> None:
    with laid_out(files) as (_, base, problems):
        assert problems == ()
        assert base is not None
        for name, kind in (("studies", base.corpus.studies), ("gaps", base.corpus.gaps)):
            written = of_kind(files, name)
            assert kind.keys() == written.keys()
            for id, record in kind.items():
                assert record.model_dump(mode="json", exclude_unset=True) == {
                    **written[id],
                    "id": id,
                    "path": f"corpus/{name}/{id}.yml",
                }


@given(knowledge_bases())
@QUICK
def test_what_is_sound_fits_its_schema_and_keeps_what_it_says_when_formatted(files: Files) -> None:
    with laid_out(files) as (root, base, _):
        assert base is not None
        for kind in (one for one in KINDS if one.schema):
            checked = jsonschema.Draft202012Validator(
                schema.schema(kind, base.settings, base.codebook)
            )
            for path, record in files.items():
                if isinstance(record, dict) and path.startswith(kind.place):
                    checked.validate(record)
        format_files(root, [root / path for path in files if path.endswith(".yml")], write=True)
        corpus, problems = load(root)
        assert (corpus, problems) == (base.corpus, ())


@given(knowledge_bases())
@QUICK
def test_exports_are_read_back_as_they_were(files: Files) -> None:
    with laid_out(files) as (_, base, _):
        assert base is not None
        made = {path: json.loads(text) for path, text in _files(base).items()}
        listed = {one["path"] for one in made["index.json"]["data"]["files"]}
        assert listed == {path for path in made if "data" in made[path]} - {"index.json"}
        for one in made["studies.json"]["data"]:
            written = of_kind(files, "studies")[one["id"]]
            assert one["title"] == written["title"]
            assert [f["statement"] for f in one["findings"]] == [
                f["statement"] for f in written["findings"]
            ]
        assert _files(base) == _files(base)


def _files(base: KnowledgeBase) -> dict[str, str]:
    return dict(api.files(base))


@given(knowledge_bases())
@QUICK
def test_a_data_file_gives_the_same_records(files: Files) -> None:
    with laid_out(files) as (_, base, _):
        assert base is not None
        written = export.line({"version": whole.API_VERSION, "data": whole.whole(base.corpus)})
        again = datafile.read(written.encode(), "x.json")[0]
        for part in whole.whole(base.corpus):
            assert getattr(again, part) == getattr(base.corpus, part), part
        assert dict(unpack.files(again)) == dict(unpack.files(base.corpus))


@given(knowledge_bases())
@QUICK
def test_no_cell_of_a_table_is_a_formula(files: Files) -> None:
    with laid_out(files) as (_, base, _):
        assert base is not None
        for language in base.corpus.languages:
            for table in _tables(base, language):
                head, *rows = csv.reader(io.StringIO(tables.as_csv(table)))
                assert head == list(table.columns)
                for row, given in zip(rows, table.rows, strict=True):
                    for cell, text in zip(row, given, strict=True):
                        assert not re.match(r"\s*[=+@-]", cell)
                        assert cell.replace("'", "") == tables.as_text(text).replace("'", "")
                markdown = tables.as_markdown(table).splitlines()
                assert len(markdown) == len(table.rows) + 2
                assert {len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) for line in markdown} == {
                    len(table.columns) + 1
                }


def _tables(base: KnowledgeBase, language: str) -> Iterator[tables.Table]:
    corpus = base.corpus
    yield tables.studies(corpus, corpus.studies.values(), language)
    yield tables.findings(corpus, base.facts, language)
    yield tables.claims(corpus, corpus.claims.values(), language)
    yield tables.gaps(corpus, corpus.gaps.values(), language)
    yield tables.candidates(corpus, corpus.candidates.values(), language)
    yield tables.terms(corpus, base.terms(), language)


@given(knowledge_bases())
@SLOW
def test_pages_have_no_markup_but_their_own(files: Files) -> None:
    with laid_out(files) as (_, base, _):
        assert base is not None
        made = {lang: _pages(View(base, lang)) for lang in base.corpus.languages}
        first = next(iter(made.values()))
        assert all(own.keys() == first.keys() for own in made.values())
        for own in made.values():
            for address, events in own.items():
                _is_harmless(events)
                for link in _of(events, "href"):
                    _leads_somewhere(address, link, own)


Events = list[tuple[str, ...]]


def _pages(view: View) -> dict[str, Events]:
    """The shape of each page; finished HTML that is set aside gives the same as all at once."""
    made: dict[str, Events] = {}
    for page in pages(view):
        body = render(view, page).split("---\n", 2)[2]
        short, blocks = raw.set_aside(body)
        events = _shape(raw.whole(converter().reset().convert(short), blocks))
        assert events == _shape(converter().reset().convert(body))
        assert page.address not in made
        made[page.address] = events
    return made


def _shape(html: str) -> Events:
    """The shape of some HTML without what only the search looks at."""
    return shape(html.replace(raw.UNSEARCHED, ""))


def _of(events: Events, *names: str) -> list[str]:
    return [event[2] for event in events if event[0] == "attribute" and event[1] in names]


def _is_harmless(events: Events) -> None:
    for place, event in enumerate(events):
        if event[0] != "start" or event[1] not in LIVE:
            continue
        after = takewhile(lambda one: one[0] == "attribute", events[place + 1 :])
        own = {name: value for _, name, value in after}
        if event[1] == "script":  # data, which no browser runs
            assert own == {"type": "application/json"}
        else:  # a form that leads nowhere, for a script to read
            assert event[1] == "form"
            assert not own.keys() & {"action", "method", "target"}
    assert not [event for event in events if event[0] == "comment"]
    assert not [e for e in events if e[0] == "attribute" and e[1].startswith("on")]
    for address in _of(events, "href", "src", "action", "formaction", "xlink:href"):
        assert not re.match(r"(?i)\s*(?!https?:)[a-z][a-z0-9+.-]*:", address), address
    assert len(set(_of(events, "id"))) == len(_of(events, "id"))


def _leads_somewhere(here: str, link: str, pages: dict[str, Events]) -> None:
    path, _, anchor = link.partition("#")
    path = path.partition("?")[0]
    if re.match(r"https?://", link) or re.search(r"\.(?!md$)\w+$", path):
        return  # another site, or a file of the data
    target = _joined(here, path.removesuffix("index.md"))
    if target.split("/")[0] in {"contribute", "fields", "commands"}:
        return  # a page written by hand, which these knowledge bases do not have
    assert target in pages, (here, link)
    assert not anchor or anchor in _of(pages[target], "id"), (here, link)


def _joined(here: str, path: str) -> str:
    parts = here.split("/")[:-1]
    for part in path.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in {"", "."}:
            parts.append(part)
    return "".join(f"{part}/" for part in parts)


# --- Others ---------------------------------------------------------------------------------------


@given(spoilt())
@settings(QUICK, max_examples=40)
def test_whatever_is_written_is_read_or_told(files: Files) -> None:
    with laid_out(files) as (_, base, problems):
        for problem in problems:
            assert problem.message
            assert problem.hint
            assert len(str(problem).splitlines()) == 1
            assert str(problem).isprintable()
        assert len(json.loads(as_json(problems))) == len(problems)
        assert len(as_github(problems).splitlines()) == len(problems)
        if base is not None:  # what is not refused can be used
            _files(base)
            for language in base.corpus.languages:
                for table in _tables(base, language):
                    tables.as_csv(table)


@given(spoilt())
@QUICK
def test_mending_changes_only_what_is_told_to_be_safe(files: Files) -> None:
    with laid_out(files) as (root, _, problems):
        before = {(p.code, p.path, p.field) for p in problems}
        fix(root, [])
        _, after = load(root)
        assert {(p.code, p.path, p.field) for p in after} <= before


@given(spoilt())
@SLOW
def test_what_is_not_refused_has_pages(files: Files) -> None:
    with laid_out(files) as (_, base, _):
        if base is not None:
            for events in _pages(View(base, base.corpus.languages[0])).values():
                _is_harmless(events)


def test_the_made_up_ones_are_not_all_the_same(tmp_path: Path) -> None:
    """Otherwise what is said above would be said of little."""
    seen: set[str] = set()
    counts: dict[bool, int] = {True: 0, False: 0}

    def look(strategy: Any, note: Callable[[Files], None]) -> None:
        given(strategy)(settings(max_examples=30, database=None, phases=[Phase.generate])(note))()

    def kinds(files: Files) -> None:
        seen.update(path.split("/")[1] for path in files if "/" in path)

    def sound(files: Files) -> None:
        with laid_out(files) as (_, base, _):
            counts[base is not None] += 1

    look(knowledge_bases(), kinds)
    look(spoilt(), sound)
    assert {"studies", "claims", "gaps", "candidates", "second-codings", "releases"} <= seen
    assert min(counts.values()) > 1
