"""Issue forms on GitHub for those who do not use git: made from the codebook, and links that open
them with what is known already filled in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, get_args
from urllib.parse import urlencode

from kb.codebook import Facet
from kb.corpus import Corpus
from kb.records import Basis
from kb.writing import differing, write_all
from kb.yamlwriter import Notes, dump

FOLDER = ".github/ISSUE_TEMPLATE"
HEAD = "# Written by `kb forms` from the codebook; a change here would be lost.\n"
Form = Literal["add-study", "correct-record", "report-gap"]
Element = dict[str, Any]
EMPTY: Mapping[str, Iterable[str]] = MappingProxyType({})


def files(corpus: Corpus) -> dict[str, str]:
    """The issue forms of a knowledge base: path to content."""
    say = _speaker(corpus)
    forms: Mapping[Form, tuple[str, list[Element]]] = {
        "add-study": ("form_study", _study(corpus, say)),
        "correct-record": ("form_correct", _correction(say)),
        "report-gap": ("form_gap", _gap(corpus, say)),
    }
    thanks = {"type": "markdown", "attributes": {"value": say.lines("form_thanks")}}
    made = {}
    for form, (name, elements) in forms.items():
        value = {
            "name": say.word(name),
            "description": say.word(f"{name}_about"),
            "title": _TITLES[form],
            "body": [thanks, *elements],
        }
        made[f"{FOLDER}/{form}.yml"] = HEAD + dump(value, Notes())
    return made


def write(corpus: Corpus, check_only: bool) -> list[str]:
    """Write the forms that are not as they should be, unless only checking; gives their paths.

    Raises :class:`kb.writing.WritingError`, or :class:`OSError` for one that cannot be read.
    """
    changes = differing(corpus.root, files(corpus))
    if not check_only:
        write_all(corpus.root, changes)
    return [path.as_posix() for path in changes]


def address(
    repository: str, form: Form, record: str = "", tags: Mapping[str, Iterable[str]] = EMPTY
) -> str:
    """The address that opens a form with a record's id and some tags filled in.

    Only fields of text can be filled in like this, which is why the tags have one of their own
    beside the dropdowns.
    """
    query = {"template": f"{form}.yml"}
    if record:
        query |= {"title": f"{_TITLES[form]}{record}", "record": record}
    if tags:
        query["tags"] = " ".join(f"{facet}={','.join(terms)}" for facet, terms in tags.items())
    return f"{repository.rstrip('/')}/issues/new?{urlencode(query)}"


_TITLES: Mapping[Form, str] = {
    "add-study": "Study: ",
    "correct-record": "Correction: ",
    "report-gap": "Gap: ",
}


@dataclass(frozen=True)
class _Say:
    """Texts in all languages of a knowledge base at once, as one form serves all its readers."""

    word: Callable[[str], str]
    lines: Callable[[str], str]
    text: Callable[[Mapping[str, str]], str]


def _speaker(corpus: Corpus) -> _Say:
    words = [corpus.words(language) for language in corpus.languages]
    return _Say(
        word=lambda key: _joined((one[key] for one in words), " / "),
        lines=lambda key: _joined((one[key] for one in words), "\n\n"),
        text=lambda text: _joined((text[one] for one in corpus.languages), " / "),
    )


def _joined(texts: Iterable[str], between: str) -> str:
    return between.join(dict.fromkeys(" ".join(text.split()) for text in texts))


def _field(
    id: str, say: _Say, help: str = "", required: bool = False, long: bool = False
) -> Element:
    """A field of text; its label, and the help below it, are words of the interface."""
    about = {"description": say.word(help)} if help else {}
    return {
        "type": "textarea" if long else "input",
        "id": id,
        "attributes": {"label": say.word(f"form_{id}"), **about},
        "validations": {"required": required},
    }


def _dropdown(id: str, label: str, options: list[str], say: _Say, many: bool = False) -> Element:
    about = {"description": say.word("form_choose")}
    return {
        "type": "dropdown",
        "id": id,
        "attributes": {"label": label, **about, "multiple": many, "options": options},
        "validations": {"required": False},
    }


def _facets(facets: Iterable[Facet | None], say: _Say) -> list[Element]:
    """A dropdown for each facet. Its options end with the term's id, which makes them unique and
    lets an editor copy it."""
    return [
        _dropdown(
            f"facet-{facet.id}",
            say.text(facet.label),
            [f"{say.text(term.label)} ({term.id})" for term in facet.current],
            say,
            many=facet.many and facet.role == "tag",
        )
        for facet in facets
        if facet and facet.current
    ]


def _study(corpus: Corpus, say: _Say) -> list[Element]:
    read = [say.word(f"basis_{basis}") for basis in get_args(Basis)]
    return [
        _field("work", say, "form_work_help", required=True),
        _field("tags", say, "form_tags_help"),
        _field("findings", say, "form_findings_help", long=True),
        _dropdown("read", say.word("form_read"), read, say),
        *_facets(corpus.codebook.axes, say),
        _field("more", say, long=True),
    ]


def _correction(say: _Say) -> list[Element]:
    return [
        _field("record", say, "form_record_help", required=True),
        _field("tags", say, "form_tags_help"),
        _field("wrong", say, required=True, long=True),
        _field("right", say, long=True),
        _field("shown", say, "form_shown_help", required=True),
        _field("more", say, long=True),
    ]


def _gap(corpus: Corpus, say: _Say) -> list[Element]:
    roles = [corpus.codebook.with_role("gap-kind"), corpus.codebook.with_role("gap-reason")]
    outright = [say.word("explicit_yes"), say.word("explicit_no")]
    return [
        _field("statement", say, "form_statement_help", required=True, long=True),
        _field("stated", say, "form_shown_help", required=True),
        _dropdown("explicit", say.word("form_explicit"), outright, say),
        _field("tags", say, "form_tags_help"),
        *_facets([*roles, *corpus.codebook.tag_facets], say),
        _field("closes", say, long=True),
        _field("answers", say, long=True),
        _field("more", say, long=True),
    ]
