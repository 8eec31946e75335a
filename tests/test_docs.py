"""The docs say what is so: commands, fields, examples and their output are those of today.

Options in the pages on commands, the form of the example records, output in README.md and answers
in the pages with queries are written by this file: ``python tests/test_docs.py`` writes them anew.
"""

from __future__ import annotations

import ast
import contextlib
import dataclasses
import doctest
import inspect
import io
import re
import shlex
import shutil
import tempfile
import typing
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pytest
import typer
import yaml
from pydantic import BaseModel
from typer.main import get_command
from typer.models import ArgumentInfo, ParameterInfo
from typer.testing import CliRunner

import kb
from kb import codebook, records, schema, second, synthesis
from kb.agreement import disagreements
from kb.cli import app
from kb.formatting import format_files
from kb.model import record_in
from kb.references import NAMELESS, UNDATED, Reference
from kb.rulebook import RULES
from kb.site.view import View
from kb.validation import slug
from tests import test_hostile, test_query

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
COMMUNITY = [
    ROOT / name
    for name in ("CODE_OF_CONDUCT.md", "SECURITY.md", ".github/pull_request_template.md")
]
REMEDY = "run `python tests/test_docs.py`, then look at what it changed"

LANGUAGES = ("en", "sv")
HEADS = {
    "en": ("Name", "Values", "Meaning"),
    "sv": ("Namn", "Värden", "Betydelse (på engelska)"),
}
DEFAULT = {"en": "default", "sv": "förval"}
REQUIRED = {"en": {True: "yes", False: "no"}, "sv": {True: "ja", False: "nej"}}

PARTS: Mapping[str, type[BaseModel]] = {
    "study": records.Study,
    "setting": records.Setting,
    "sample": records.Sample,
    "period": records.Period,
    "coding": records.Coding,
    "supplement": records.Supplement,
    "caveat": records.Caveat,
    "finding": records.Finding,
    "measure": records.Measure,
    "comparison": records.Comparison,
    "claim": synthesis.Claim,
    "claim-source": synthesis.ClaimSource,
    "support": synthesis.Support,
    "confidence": synthesis.Confidence,
    "component": synthesis.Component,
    "gap": synthesis.Gap,
    "gap-source": synthesis.GapSource,
    "answer": synthesis.Answer,
    "priority": synthesis.Priority,
    "candidate": synthesis.Candidate,
    "second-coding": second.SecondCoding,
    "codes": second.Codes,
    "finding-codes": second.FindingCodes,
    "settled": second.Settled,
    "facet": codebook.Facet,
    "term": codebook.Term,
    "attribute": codebook.Attribute,
    "attribute-value": codebook.AttributeValue,
    "exclusion": codebook.Exclusion,
    "settings": records.Settings,
    "site-size": records.SiteSize,
    "discover": records.Discovery,
    "matrix": records.MatrixSettings,
    "direction": records.Direction,
    "person": records.Person,
    "licence": records.Licence,
}
"""The headings with a table of fields, by their ids, and the record that each tells of."""

GIVEN: Mapping[type[BaseModel], set[str]] = {
    records.Study: {"id", "path"},
    synthesis.Claim: {"id", "path"},
    synthesis.Gap: {"id", "path"},
    synthesis.Candidate: {"id", "path"},
    second.SecondCoding: {"id", "path"},
    codebook.Facet: {"path"},
}
"""What a file's place says, so that no field does."""


def page(language: str, name: str) -> Path:
    """A hand-written page."""
    return ROOT / "docs" / language / name / "index.md"


def blocks(text: str, kind: str) -> list[str]:
    """The fenced code blocks of one language."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


# --- commands ---------------------------------------------------------------------------------


def commands() -> dict[str, Callable[..., Any]]:
    """Every command, and ``kb`` itself, with the function behind it."""
    found: dict[str, Callable[..., Any]] = {}
    if app.registered_callback and app.registered_callback.callback:
        found["kb"] = app.registered_callback.callback
    groups = [app, *(group.typer_instance for group in app.registered_groups)]
    for command in (command for one in groups if one for command in one.registered_commands):
        assert command.callback is not None
        found[f"kb {command.name or command.callback.__name__}"] = command.callback
    return found


def parameters(function: Callable[..., Any]) -> Iterator[tuple[str, Any, ParameterInfo, Any]]:
    """Name, type, description and default of each argument and option."""
    hints = get_type_hints(function, include_extras=True)
    for name, parameter in inspect.signature(function).parameters.items():
        if hints[name] is typer.Context:  # nothing that is typed
            continue
        kind, info = get_args(hints[name])[:2]
        yield name, kind, info, parameter.default


def typed(name: str) -> dict[str, str]:
    """How each parameter of a command is written on the command line."""
    command = get_command(app)
    if name != "kb":
        command = vars(command)["commands"][name.removeprefix("kb ")]
    return {str(one.name): one.opts[0] for one in command.params}


def listed(name: str, language: str) -> str:
    """Usage and options of one command, as they stand in the page of a language."""
    usage, rows, written = [name], [], typed(name)
    for option, kind, info, default in parameters(commands()[name]):
        shown = f"`{written[option]}`"
        if isinstance(info, ArgumentInfo):
            upper = (info.metavar or option).upper()
            shown = f"`{upper}`"
            upper += " ..." * takes_many(kind)
            usage.append(upper if default is inspect.Parameter.empty else f"[{upper}]")
        rows.append(
            (shown, values(kind, info, default, DEFAULT[language]), meaning(info, language))
        )
    usage.append("[OPTIONS]" if name != "kb" else "[OPTIONS] COMMAND")
    lines = [HEADS[language], ("---",) * 3, *rows]
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    return f"```text\n{' '.join(usage)}\n```\n\n{table}\n"


def values(kind: Any, info: ParameterInfo, default: Any, word: str) -> str:
    """What an option takes, its default marked."""
    inner = next((one for one in get_args(kind) if one is not type(None)), kind)
    inner = get_args(inner)[0] if takes_many(kind) else inner
    if isinstance(inner, type) and issubclass(inner, Enum):
        return ", ".join(f"`{one.value}`{f' ({word})' * (one is default)}" for one in inner)
    if inner is bool:
        return ""
    name = info.metavar or {Path: "PATH", int: "NUMBER"}.get(inner, "TEXT")
    given = f" ({word}: `{default}`)" if isinstance(default, (str, int)) else ""
    return f"`{name}`{given}"


def takes_many(kind: Any) -> bool:
    """Whether an argument or option can be given several times."""
    return list in {get_origin(kind), *map(get_origin, get_args(kind))}


def meaning(info: ParameterInfo, language: str) -> str:
    """The help text, marked as English where the page is not."""
    text = (info.help or "").replace("|", "&#124;").replace("<", "&lt;")
    return text if language == "en" else f'<span lang="en">{text}</span>'


def with_options(text: str, language: str) -> str:
    """A page on commands with what stands between its marks written anew."""
    return re.sub(
        r"(?<=<!-- )(kb[ a-z-]*)( -->\n).*?(?=<!-- end -->)",
        lambda mark: f"{mark[1]}{mark[2]}\n{listed(mark[1], language)}\n",
        text,
        flags=re.DOTALL,
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_has_its_section(language):
    text = page(language, "commands").read_text("utf-8")
    marks = re.findall(r"^<!-- (kb[ a-z-]*) -->$", text, re.MULTILINE)
    assert sorted(marks) == sorted(commands())
    assert re.findall(r"^## (kb [a-z-]+) ", text, re.MULTILINE) == marks[1:]


@pytest.mark.parametrize("language", LANGUAGES)
def test_options_are_those_of_the_command_line(language):
    text = page(language, "commands").read_text("utf-8")
    assert text == with_options(text, language), REMEDY


def test_no_command_is_hidden():
    names = vars(get_command(app))["commands"]
    assert {"kb", *(f"kb {name}" for name in names)} == set(commands())


# --- fields -----------------------------------------------------------------------------------


def fields(model: type[BaseModel]) -> dict[str, bool]:
    """The fields that a file may have, by the names they have there, and which are required."""
    return {
        field.alias or name: field.is_required()
        for name, field in model.model_fields.items()
        if name not in GIVEN.get(model, set())
    }


def tables(text: str) -> dict[str, list[list[str]]]:
    """The rows of the first table below each heading, by the heading's id."""
    found: dict[str, list[list[str]]] = {}
    text = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    for section in re.split(r"^#+ ", text, flags=re.MULTILINE)[1:]:
        name = re.search(r"\{ #([a-z-]+) \}", section.split("\n", 1)[0])
        rows = re.findall(r"^\| (`.*) \|$", section, re.MULTILINE)
        if name and rows:
            found[name[1]] = [row.split(" | ") for row in rows]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", PARTS)
def test_every_field_is_explained(language, part):
    rows = tables(page(language, "fields").read_text("utf-8"))[part]
    expected = {
        f"`{name}`": REQUIRED[language][required] for name, required in fields(PARTS[part]).items()
    }
    assert {row[0]: row[1] for row in rows} == expected
    assert [row[0] for row in rows] == list(expected)
    assert all(len(row) == 4 and row[3].strip() for row in rows)


def unlinked(text: str) -> str:
    """A text without the addresses of its links."""
    return re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text)


@pytest.mark.parametrize("part", PARTS)
def test_the_meaning_of_a_field_is_the_one_that_editors_show(part):
    rows = tables(page("en", "fields").read_text("utf-8"))[part]
    told = {row[0].strip("`"): unlinked(row[3]) for row in rows}
    assert told == schema.described()[PARTS[part].__name__]


def test_editors_are_told_of_no_other_fields():
    assert set(schema.described()) == {part.__name__ for part in PARTS.values()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_table_tells_of_anything_else(language):
    found = tables(page(language, "fields").read_text("utf-8"))
    assert set(found) == {*PARTS, "references"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_allowed_words_are_named(language):
    text = page(language, "fields").read_text("utf-8")
    own = (records.Basis, records.Stance, codebook.Role, codebook.Target)
    levels = (synthesis.Level, synthesis.Concern)
    stated = (synthesis.Status, synthesis.Extent, synthesis.Need, synthesis.ClaimType)
    for allowed in (*own, *levels, *stated):
        for word in get_args(allowed):
            assert f"`{word}`" in text, word


@pytest.mark.parametrize("language", LANGUAGES)
def test_allowed_words_stand_in_the_row_of_their_field(language):
    rows = tables(page(language, "fields").read_text("utf-8"))
    for part, field, allowed in (
        ("claim", "type", synthesis.ClaimType),
        ("confidence", "level", synthesis.Level),
        ("component", "concern", synthesis.Concern),
        ("gap", "needs", synthesis.Need),
        ("gap", "status", synthesis.Status),
        ("answer", "extent", synthesis.Extent),
    ):
        (row,) = (row for row in rows[part] if row[0] == f"`{field}`")
        assert tuple(re.findall(r"`([a-z-]+)`", row[2])) == get_args(allowed)


def test_special_fields_of_references_exist():
    rows = tables(page("en", "fields").read_text("utf-8"))["references"]
    assert {row[0].strip("`") for row in rows} == {"keywords", "langid", "unverified"}
    source = inspect.getsource(inspect.getmodule(Reference) or records)
    assert '"langid"' in source
    assert '"unverified"' in source


@pytest.mark.parametrize("path", [CONTRIBUTING, *(page(one, "fields") for one in LANGUAGES)])
def test_what_no_one_has_seen_is_told(path):
    text = path.read_text("utf-8")
    assert f"`year = {{{UNDATED}}}`" in text
    assert f"`author = {{{NAMELESS}}}`" in text


def dotted(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """The names of all fields of a record and of the records inside it, with dots."""
    for name in fields(model):
        yield f"{prefix}{name}"
        inner = record_in(model.model_fields[name].annotation)
        if inner:
            yield from dotted(inner, f"{prefix}{name}.")


def test_contributing_explains_every_field_of_a_study():
    rows = re.findall(r"^\| `([a-z_.]+)` \|", CONTRIBUTING.read_text("utf-8"), re.MULTILINE)
    assert [row for row in rows if row in set(dotted(records.Study))] == list(dotted(records.Study))


# --- the examples -----------------------------------------------------------------------------


EXAMPLES = (
    "corpus/studies/example2024.yml",
    "corpus/studies/example2023.yml",
    "corpus/claims/example-longer-visits.yml",
    "corpus/gaps/example-what-users-notice.yml",
    "corpus/candidates/example-undated.yml",
    "corpus/second-codings/example2024.yml",
    "corpus/interface/en.yml",
    "corpus/codebook/phases.yml",
)
"""Where the examples of a page belong, in the order in which they stand there."""


def add_examples(root: Path, language: str) -> Path:
    """Make the real knowledge base below a folder, with the examples of a page added."""
    shutil.copytree(ROOT / "corpus", root / "corpus")
    text = page(language, "fields").read_text("utf-8")
    contents = blocks(text, "yaml")
    coder = next(content for content in contents if content.startswith("  - "))
    contents.remove(coder)
    for path, content in zip(EXAMPLES, contents, strict=True):
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(content, "utf-8")
    settings = root / "corpus/knowledge-base.yml"
    people = settings.read_text("utf-8").replace("coders:\n", f"coders:\n{coder}", 1)
    settings.write_text(people, "utf-8")
    own = (ROOT / "references.bib").read_text("utf-8")
    (root / "references.bib").write_text("\n".join((own, *blocks(text, "bibtex"))), "utf-8")
    return root


def in_common_form(root: Path, language: str) -> str:
    """A page with the records of its examples as ``kb fmt`` writes them, in an empty folder."""
    text = page(language, "fields").read_text("utf-8")
    add_examples(root, language)
    made = [root / path for path in EXAMPLES]
    before = [path.read_text("utf-8") for path in made]
    _, unreadable = format_files(root, made, write=True)
    assert not unreadable
    for old, path in zip(before, made, strict=True):
        text = text.replace(old, path.read_text("utf-8"))
    return text


@pytest.fixture(scope="module")
def examples(tmp_path_factory):
    """The real knowledge base with the examples added, by the language of the page."""
    return {
        language: kb.load(add_examples(tmp_path_factory.mktemp(language), language))
        for language in LANGUAGES
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_example_names_its_file(language):
    text = page(language, "fields").read_text("utf-8")
    assert all(f"`{path}`" in text for path in EXAMPLES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_examples_are_valid(examples, language):
    base = examples[language]
    matrix = base.matrix("relationship", "outcome")
    assert {"example2023", "example2024"} <= set(matrix["D", "user-orientation"].studies)
    assert "example-what-users-notice" in matrix["D", "user-orientation"].gaps
    assert base.codebook["phase"].by_id.keys() == {"early", "late"}
    assert base.references["exampleundated"].short.startswith(f"{NAMELESS} ({UNDATED}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_examples_give_no_warning(examples, language):
    assert {(one.code, one.path, one.field) for one in examples[language].warnings} == {
        (one.code, one.path, one.field) for one in kb.load(ROOT).warnings
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_examples_are_in_the_common_form(tmp_path, language):
    assert page(language, "fields").read_text("utf-8") == in_common_form(tmp_path, language), REMEDY


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_examples_use_every_field(examples, language):
    corpus = examples[language].corpus
    for record, unused in (
        (corpus.studies["example2024"], {"no_findings"}),
        (corpus.claims["example-longer-visits"], set()),
        (corpus.gaps["example-what-users-notice"], set()),
        (corpus.candidates["example-undated"], {"coding.supplements"}),
        (corpus.second_codings["example2024"], set()),
    ):
        used = set(names_in(record.model_dump(exclude_defaults=True)))
        missing = set(dotted(type(record))) - used
        assert {".".join(name.split(".")[:2]) for name in missing} == unused


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_short_example_has_only_what_it_must(examples, language):
    record = examples[language].corpus.studies["example2023"]
    used = set(record.model_dump(exclude_defaults=True)) - {"id", "path"}
    assert used == {name for name, required in fields(records.Study).items() if required}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example_settles_each_disagreement(examples, language):
    corpus = examples[language].corpus
    record = corpus.second_codings["example2024"]
    assert disagreements(corpus, record) == [one.facet for one in record.settled] != []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_the_example_are_used(examples, language):
    shown = examples[language].corpus.words("en")
    assert shown["nav_browse"] == "Explore"
    assert shown["count_studies"].format(n=2) == "2 investigations"


def names_in(value: object, prefix: str = "") -> Iterator[str]:
    """The names of the fields that a record uses, with dots."""
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from names_in(item, prefix)
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield f"{prefix}{name}"
            yield from names_in(inner, f"{prefix}{name}.")


def test_the_examples_differ_only_in_their_comments():
    first, second = (blocks(page(one, "fields").read_text("utf-8"), "[a-z]+") for one in LANGUAGES)
    assert [uncommented(block) for block in first] == [uncommented(block) for block in second]


def uncommented(block: str) -> str:
    return re.sub(r"^ *# .*\n", "", block, flags=re.MULTILINE)


# --- rules ------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_every_rule_explains_itself(rule):
    for name, text in dataclasses.asdict(rule).items():
        assert str(text).strip(), name
    assert rule.bad != rule.good
    assert rule.why.endswith(".")


def test_every_code_in_the_source_is_a_rule():
    source = "".join(path.read_text("utf-8") for path in sorted((ROOT / "kb").rglob("*.py")))
    assert set(re.findall(r'"(KB\d{3})"', source)) == set(RULES)
    printed = run("kb rules --format csv")
    assert re.findall(r"^(KB\d{3}),", printed, re.MULTILINE) == list(RULES)


# --- examples that run ------------------------------------------------------------------------


def run(line: str) -> str:
    """What a ``kb`` command prints, in the project's folder."""
    name, *arguments = shlex.split(line)
    assert name == "kb"
    with contextlib.chdir(ROOT):
        result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, (line, result.output)
    return result.stdout


def shell_session(block: str) -> str:
    """A console block as it looks when its commands are run."""
    lines = re.findall(r"^\$ (.*)$", block, re.MULTILINE)
    shown = "".join(f"$ {line}\n{run(line)}" for line in lines)
    return re.sub(r" +$", "", shown, flags=re.MULTILINE)


def python_session(block: str, names: dict[str, Any]) -> str:
    """A Python prompt as it looks when its input is run, after what gave it ``names``."""
    shown = []
    for example in doctest.DocTestParser().get_examples(block):
        first, *more = example.source.splitlines()
        shown += [f">>> {first}\n", *(f"... {line}\n" for line in more)]
        with contextlib.chdir(ROOT), contextlib.redirect_stdout(io.StringIO()) as out:
            try:
                exec(compile(example.source, "README.md", "single"), names)
            except kb.UnknownName as error:
                out.write(f"Traceback (most recent call last):\n  ...\nkb.UnknownName: {error}\n")
        shown.append(out.getvalue())
    return "".join(shown)


def with_output(text: str) -> str:
    """A page with the output of its examples written anew; the Python ones are one session."""
    for block in blocks(text, "console"):
        text = text.replace(block, shell_session(block))
    names: dict[str, Any] = {}
    for block in blocks(text, "pycon"):
        text = text.replace(block, python_session(block, names))
    return text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_on_python_shows_real_output(language):
    text = page(language, "python").read_text("utf-8")
    assert len(blocks(text, "pycon")) > 2
    assert text == with_output(text), REMEDY


def test_the_page_on_python_has_the_same_code_in_every_language():
    first, second = (page(one, "python").read_text("utf-8") for one in LANGUAGES)
    assert blocks(first, "pycon") == blocks(second, "pycon")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_public_is_listed(language):
    rows = re.findall(r"^\| (`.*?) \|", page(language, "python").read_text("utf-8"), re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named == set(kb.__all__)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_can_be_asked_is_listed(language):
    text = page(language, "python").read_text("utf-8")
    for owner, prefix in ((kb.KnowledgeBase, "base."), (kb.Records, ".")):
        public = {name for name in vars(owner) if not name.startswith("_")} - INSIDE
        told = set(re.findall(rf"`{re.escape(prefix)}(\w+)", text))
        assert public <= told, public - told


INSIDE = {"corpus", "facts", "facts_of", "fingerprint", "generated_from", "form", "items"}
"""What the pages of the site use."""


def test_readme_shows_real_output():
    text = README.read_text("utf-8")
    assert blocks(text, "console")
    assert blocks(text, "pycon")
    assert text == with_output(text), REMEDY


def test_readme_tells_what_the_records_rest_on():
    text = README.read_text("utf-8").split("\n## What is in it now\n")[1].split("\n## ")[0]
    base, review = kb.load(ROOT), "siverbo2022"
    studies = base.corpus.studies.values()
    bases = [study.coding.basis for study in studies]
    assert "Few are coded from their full text" in text
    assert bases.count("full-text") < len(bases) / 5
    assert f"one review of {base.references[review].year}" in text
    other = [study.coding.basis for study in studies if study.coding.source != review]
    assert "for the most part from their abstracts" in text
    assert other.count("abstract") > len(other) / 2
    assert "for the most part those of the same review" in text
    for stated in (base.corpus.claims.values(), base.corpus.gaps.values()):
        sources = [{one.source for one in record.stated_by} for record in stated]
        assert sum(review in own for own in sources) > len(sources) / 2
    assert ("**Candidates**" in text) == bool(base.corpus.candidates)


def test_readme_starts_with_the_two_commands():
    lines = README.read_text("utf-8").splitlines()
    assert lines[0].startswith("# ")
    start = lines.index("```sh")
    assert lines[start + 1 : start + 4] == ["make site", "make test", "```"]
    assert sum(bool(line) for line in lines[:start]) <= 2
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert {"site", "test"} <= set(targets)


@pytest.mark.parametrize("language", LANGUAGES)
def test_commands_in_the_pages_run(language):
    text = page(language, "commands").read_text("utf-8")
    for block in blocks(text, "console"):
        for line in block.splitlines():
            assert run(line).strip()


def test_examples_on_the_data_page_run(monkeypatch):
    monkeypatch.chdir(ROOT)
    view = View(kb.load(ROOT), "en")
    for line in view.shell_example.splitlines():
        assert run(line).strip(), line
    names: dict[str, Any] = {}
    for statement in ast.parse(view.python_example).body:
        if isinstance(statement, ast.Expr):
            assert eval(ast.unparse(statement), names), ast.unparse(statement)
        else:
            exec(ast.unparse(statement), names)


# --- what the docs name -----------------------------------------------------------------------


@pytest.mark.parametrize("path", [README, CONTRIBUTING, *COMMUNITY], ids=lambda path: path.name)
def test_what_is_named_exists(path):
    text = path.read_text("utf-8")
    prose = re.sub(r"(`+).+?\1", "", text)
    for target in re.findall(r'(?:\]\(|srcset="|src=")([^)#"]+)', prose):
        assert "://" in target or (ROOT / target).exists(), target
    for name, anchor in re.findall(r"\]\(([\w./-]*\.md)?#([^)]+)\)", text):
        target = (path.parent / name).read_text("utf-8") if name else text
        heads = re.findall(r"^#+ (.+?)(?: \{ #([\w-]+) \})?$", target, re.MULTILINE)
        assert anchor in {own or slug(head) for head, own in heads}, (name, anchor)
    for name in re.findall(r"`((?:corpus|docs|kb|tests|requirements|\.github)/[^` <*]*)`", text):
        assert (ROOT / name).exists(), name
    targets = (ROOT / "Makefile").read_text("utf-8")
    for name in re.findall(r"make ([a-z]+)", " ".join(re.findall(r"`[^`]+`", text))):
        assert re.search(rf"^{name}:", targets, re.MULTILINE), name


def test_what_names_the_project_agrees():
    settings = kb.load(ROOT).settings
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert set(cited) == {
        "cff-version", "message", "type", "title", "authors", "abstract", "license",
    }  # fmt: skip
    assert cited["cff-version"] == "1.2.0"
    assert cited["type"] in {"dataset", "software"}
    assert cited["title"] == settings.title["en"]
    assert cited["abstract"] == settings.description["en"]
    assert cited["license"].replace("-", " ", 1).replace("-", " ") == settings.licence.name
    assert all(set(one) == {"name"} for one in cited["authors"])
    assert "by its contributors" in README.read_text("utf-8")


def test_owners_of_code_are_named_by_valid_lines():
    for line in (ROOT / ".github/CODEOWNERS").read_text("utf-8").splitlines():
        rule = line.partition("#")[0].split()
        assert not rule or (ROOT / rule[0].strip("/*")).exists()
        assert all(re.fullmatch(r"@[\w-]+(/[\w-]+)?", owner) for owner in rule[1:])


def layers() -> list[list[str]]:
    """The modules of ``kb/`` as CONTRIBUTING.md lists them, lowest layer first."""
    text = CONTRIBUTING.read_text("utf-8").split("\n### Layers\n")[1].split("\n#")[0]
    rows = re.findall(r"^\| ([^|]*) \|", text, re.MULTILINE)[1:]
    return [re.findall(r"`([a-z_/]+)`", row) for row in rows]


def test_contributing_lists_every_module():
    found = {
        path.relative_to(ROOT / "kb").with_suffix("").as_posix().split("/")[0]
        for path in (ROOT / "kb").rglob("*.py")
        if path.name not in {"__init__.py", "__main__.py"}
    }
    assert {name.strip("/") for layer in layers() for name in layer} == found


def test_layers_import_only_downwards():
    height = {name.strip("/"): n for n, layer in enumerate(layers()) for name in layer}
    for path in sorted((ROOT / "kb").glob("*.py")):
        for other in imported(ast.parse(path.read_text("utf-8"))) & set(height):
            if path.stem in height:
                assert height[other] <= height[path.stem], f"{path.name} imports {other}"


def imported(module: ast.Module) -> set[str]:
    """The modules of ``kb`` that a module imports."""
    found: set[str] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and node.module == "kb":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kb."):
            found.add(typing.cast(str, node.module).split(".")[1])
    return found


# --- writing ----------------------------------------------------------------------------------


def write() -> None:
    """Write anew what the docs take from the code."""
    for language in LANGUAGES:
        path = page(language, "commands")
        path.write_text(with_options(path.read_text("utf-8"), language), "utf-8")
        with tempfile.TemporaryDirectory() as folder:
            text = in_common_form(Path(folder), language)
        page(language, "fields").write_text(text, "utf-8")
        shown = page(language, "python")
        shown.write_text(with_output(shown.read_text("utf-8")), "utf-8")
    README.write_text(with_output(README.read_text("utf-8")), "utf-8")
    test_query.write()
    test_hostile.SECURITY.write_text(test_hostile.with_table(), "utf-8")


if __name__ == "__main__":
    write()
