"""A new study's record: what is known of it, and as comments what belongs into each other field.

Nothing is filled in for what is not known: such a field is a comment, and so ``kb check`` names it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kb.corpus import Corpus
from kb.formatting import field_models, ordered
from kb.kinds import schema_line
from kb.model import Record
from kb.questions import Known, Question, questions, terms, text
from kb.records import Study
from kb.references import Reference
from kb.schema import ROLES, described
from kb.synthesis import Candidate
from kb.yamlwriter import Notes, dump

_GIVEN = {"id", "path"}


def record(
    corpus: Corpus,
    path: str,
    reference: Reference,
    known: Known,
    candidate: Candidate | None = None,
) -> str:
    """The text of a record file, in its canonical form, for the study that a work reports."""
    asked: dict[str, list[Question]] = {}
    for question in questions(corpus, reference.key):
        asked.setdefault(question.keys[0], []).append(question)
    known = ordered({**known, "reports": [reference.key]}, Study, corpus.languages)
    lines = [*_head(path, reference), *_of_candidate(corpus, candidate)]
    for name, field in Study.model_fields.items():
        if name in _GIVEN:
            continue
        required = ", required" if field.is_required() else ""
        lines.append(f"# {name}{required}: {described()['Study'][name]}")
        lines += _help(corpus, name, asked.get(name, []))
        lines += _written(name, known[name], asked) if name in known else _open(corpus, name)
    return schema_line(path) + "".join(f"{line.rstrip()}\n" for line in lines)


def _head(path: str, reference: Reference) -> Iterator[str]:
    yield f"# {reference.short}: {reference.title}"
    yield "# Write what the source says, and take out the # before a field that you fill in; leave"
    yield f"# out what it does not say. `kb check {path}` names what is still missing."
    yield "# These comments can be deleted."


def _of_candidate(corpus: Corpus, candidate: Candidate | None) -> Iterator[str]:
    if candidate:
        for name in ("known", "missing", "check"):
            words = " ".join(getattr(candidate, name)[corpus.languages[0]].split())
            yield f"# As a candidate, {name}: {words}"


def _help(corpus: Corpus, name: str, asked: list[Question]) -> Iterator[str]:
    """What the words mean that a field takes, as comments."""
    for question in asked:
        if name == "tags":
            yield f"#   {question.keys[-1]}: {question.about}"
        if name in {"kind", "directness", "tags"}:
            yield from _terms(question.choices, 4 if name == "tags" else 2)
    if name == "findings":
        yield f"#   direction, relative to: {text(corpus, corpus.settings.proposition)}"
        labels = {one.id: text(corpus, one.label) for one in corpus.settings.directions}
        yield from _terms(labels, 4)
        for facet in corpus.codebook.tag_facets:
            if "finding" in facet.applies_to and "study" in facet.applies_to:
                needed = ", required here or for the study" if facet.required else ""
                yield f"#   tags.{facet.id}{needed}: as above"
            elif "finding" in facet.applies_to:
                yield f"#   tags.{facet.id}: {text(corpus, facet.definition)}"
                yield from _terms(terms(corpus, facet), 4)


def _terms(choices: Mapping[str, str], indent: int) -> Iterator[str]:
    for word, label in choices.items():
        yield f"#{' ' * indent} {word} = {label}"


def _written(name: str, value: Any, asked: Mapping[str, list[Question]]) -> Iterator[str]:
    """A field that is known, wholly or in part; what is missing in it as comments."""
    if name != "coding":
        yield from dump({name: value}, Notes()).splitlines()
        return
    yield "coding:"
    for question in asked[name]:
        inner = question.keys[-1]
        yield f"  # {inner}, required: {question.about}"
        if question.choices and inner != "source":
            yield f"  #   {', '.join(question.choices)}"
        if inner in value:
            yield from (f"  {line}" for line in dump({inner: value[inner]}, Notes()).splitlines())
        else:
            yield f"  # {inner}:"


def _open(corpus: Corpus, name: str) -> Iterator[str]:
    """A field that is not known, as a comment to be filled in."""
    yield from (f"# {line}" for line in _blank(corpus, Study, name, 0))


def _blank(corpus: Corpus, model: type[Record], name: str, indent: int) -> Iterator[str]:
    """The lines of an empty field and of those inside it."""
    field, inner = model.model_fields[name], field_models(model)[name]
    margin = " " * indent
    yield f"{margin}{name}:"
    if inner is not None:
        is_list = field.annotation is not inner and "tuple" in str(field.annotation)
        for position, own in enumerate(inner.model_fields):
            lines = _blank(corpus, inner, own, indent + (4 if is_list else 2))
            for line in lines:
                starts = is_list and position == 0 and line.strip().startswith(f"{own}:")
                yield f"{margin}  - {line.strip()}" if starts else line
    elif name == "tags":
        target = "study" if model is Study else "finding"
        for facet in corpus.codebook.tag_facets:
            if target in facet.applies_to:
                yield f"{margin}  {facet.id}: []"
    elif (model.__name__, name) not in ROLES and "dict" in str(field.annotation):
        yield from (f"{margin}  {language}:" for language in corpus.languages)
