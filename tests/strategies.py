"""Made-up knowledge bases of any shape, for tests that say what holds for all of them.

``knowledge_bases()`` gives sound ones: every text is as odd as a text may be, every id as odd as an
id may be, and nothing is wrong. ``spoilt()`` gives those in which one value is another. Both are
plain data by the path of the file; ``lay_out`` writes them to disk.
"""

from __future__ import annotations

import copy
import json
import re
import string
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from kb.model import ID_PATTERN, is_device
from kb.textfile import hidden
from tests.making import Data, directions

Files = dict[str, "Data | str"]
"""The files of a knowledge base by path: the data of a record, or the text of the bibliography."""
Draw = st.DrawFn

FRAGMENTS = (
    "<script>alert(1)</script>", "</title><script>", "</code></pre></p></li></td></div>", "<b>",
    "<img src=x onerror=alert(1)>",
    "'\"><svg onload=alert(1)>", "<!--", "-->", "]]>", "<?x?>",
    "<http://example.org>", "http://example.org", "&lt;b&gt;", "&amp;amp;", "&#60;i&#62;", "&copy",
    "{{ 7*7 }}", "{% raw %}", "{# c #}", "{0}", "{n}", "%s", "{ .x #y onclick=alert(1) }", "{: .x}",
    ":smile:", "![x](javascript:alert(1))", "[x](y)", "[x]: y", "[TOC]", "[^1]", "`code`", "```",
    "~~~", "***b***", "__b__", "# h", "## h ##", "1. one", "2) two", "- one", "+ one", "* one",
    "> quote", "|a|b|", "|---|---|", "---", "===", "\\", "\\<b>", "$$x$$", "!!! note", "::: x",
    "\x02wzxhzdk:0\x03", "\x02", "\x03", "\x00", "\r\n\r\n# h", "\n\n    code", "\t", "\u2028",
    "\x85", '--8<-- "x"', "*[a]: b", "==x==", "^^x^^", "~~x~~",
)  # fmt: skip
"""What Markdown, its extensions, HTML, Jinja or Python's formatting could take for markup."""

LETTERS = st.text(st.characters(exclude_categories=["Cs", "Co"]), max_size=9)
ODD = st.sampled_from(("", "x", *FRAGMENTS))
PIECES = st.tuples(ODD, LETTERS, ODD, ODD)  # of a fixed length, which is drawn twice as fast


def _usable(text: str) -> str:
    """What of a text may stand in a record."""
    return "".join(one for one in text if one == "\n" or hidden(one) is None).strip()


def says(text: str) -> bool:
    """Whether a text has a letter or a digit, as all texts for readers must."""
    return any(map(str.isalnum, text))


LINES = PIECES.map("".join).map(_usable).filter(says)
"""Texts that may stand in a record."""

IDS = st.sampled_from(
    ["a", "Z9", "0", "index", "studies", "null", "NO", "true", "1e3", "x" * 80, "a--b", "a_b"]
) | st.text(string.ascii_letters + string.digits + "-_", min_size=1, max_size=12).filter(
    lambda id: re.match(ID_PATTERN, id) is not None and not is_device(id)
)
"""Ids that may be used; several are kept apart with ``ids``."""

_LANGUAGES = ("en", "sv", "de", "nb-NO", "fi", "fr")
_TITLES = LINES.map(lambda text: re.sub(r"[{}\\]", "", " ".join(text.split())).strip())


def ids(at_least: int, at_most: int, apart: Sequence[str] = ()) -> st.SearchStrategy[list[str]]:
    """Ids that differ by more than upper and lower case, from each other and from some others."""
    taken = {one.casefold() for one in apart}
    free = IDS.filter(lambda id: id.casefold() not in taken)
    return st.lists(free, min_size=at_least, max_size=at_most, unique_by=str.casefold)


class _Making:
    """A knowledge base being made: each part may name what was made before it."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.languages = draw(
            st.lists(st.sampled_from(_LANGUAGES), min_size=1, max_size=3, unique=True)
        )
        self.files: Files = {}
        self.entries: list[str] = []
        self.facets: dict[str, Data] = {}
        self.findings: list[str] = []
        self.studies: list[str] = []
        self.names: list[str] = []

    def text(self) -> Data:
        """A text for readers."""
        return {language: self.draw(LINES) for language in self.languages}

    def maybe(self, part: Any) -> bool:
        """Whether an optional part is there."""
        return bool(part) and self.draw(st.booleans())

    def one(self, options: Sequence[Any]) -> Any:
        """One of some values."""
        return self.draw(st.sampled_from(list(options)))

    def some(self, options: Sequence[Any], most: int = 3) -> list[Any]:
        """Some of some values, each once."""
        return self.draw(st.lists(st.sampled_from(list(options)), max_size=most, unique=True))

    def name(self) -> str:
        """An id that no record has."""
        self.names += self.draw(ids(1, 1, self.names))
        return self.names[-1]

    def reference(self) -> str:
        """The key of a new entry of the bibliography."""
        key = f"work-{len(self.entries)}"
        fields = {
            "author": self.one(["N.N.", "{A Body}", "von der Ä, Ö.", "A, B. and C, D. and E, F."]),
            "title": self.draw(_TITLES) or "Untitled",
            "year": self.one(["n.d.", 1500, 1999, 2024, 2099]),
        }
        lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
        self.entries.append(f"@misc{{{key},\n{lines}\n}}\n")
        return key

    def facet(self, id: str, role: str, **more: Any) -> None:
        """A facet with some terms, some below others."""
        terms: list[Data] = []
        for term in self.draw(ids(1, 3)):
            made = {"id": term, "label": self.text(), "definition": self.text()}
            if self.maybe(terms):
                made["broader"] = self.one(terms)["id"]
            terms.append(made)
        texts = {name: self.text() for name in ("label", "plural", "definition")}
        self.facets[id] = {"id": id, **texts, "role": role, **more, "terms": terms}
        self.files[f"corpus/codebook/{id}.yml"] = self.facets[id]

    def codebook(self) -> None:
        """The facets that fields of records need, and two or three to cross."""
        needed = ("kind", "directness", "unit", "gap-kind", "gap-reason")
        for role in needed:
            self.facet(role, role)
        others = ("direction", "basis", "concept", "de", "en", *needed)  # names that are taken
        for id in self.draw(ids(2, 3, others)):
            targets = self.one([["study", "finding"], ["finding"]])
            self.facet(id, "tag", applies_to=targets, many=self.draw(st.booleans()))

    def terms(self, facet: str) -> list[str]:
        """The ids of a facet's terms."""
        return [term["id"] for term in self.facets[facet]["terms"]]

    @property
    def tagging(self) -> list[str]:
        """The facets that stand under ``tags``."""
        return [id for id, facet in self.facets.items() if facet["role"] == "tag"]

    def tags(self, target: str = "") -> Data:
        """Terms of some facets."""
        made = {}
        for id in self.tagging:
            if not target or target in self.facets[id]["applies_to"]:
                many = not target or self.facets[id]["many"]
                made[id] = self.some(self.terms(id), most=3 if many else 1)
        return {id: terms for id, terms in made.items() if terms}

    def settings(self) -> None:
        """The settings, which cross two of the facets."""
        row, column = self.tagging[:2]
        licence = {"name": self.draw(LINES), "url": "https://example.org/licence"}
        texts = ("title", "short_title", "description", "scope", "searched", "proposition")
        signs = [{**one, "label": self.text(), "definition": self.text()} for one in directions()]
        self.files["corpus/knowledge-base.yml"] = {
            **{name: self.text() for name in texts},
            "schema_version": 1,
            "languages": self.languages,
            "coders": [{"id": "coder", "name": self.text()}],
            "licence": licence,
            "code_licence": licence,
            "include": [self.text()],
            "directions": signs,
            "matrix": {
                "row": row,
                "column": column,
                "direct": self.some(self.terms("directness")),
                "narrow": self.some(self.tagging),
            },
        }

    def study(self) -> None:
        """A study with findings, or with the reason why there are none."""
        name, reports = self.name(), [self.reference() for _ in range(self.one([1, 1, 2]))]
        record: Data = {
            "title": self.text(),
            "reports": reports,
            "kind": self.one(self.terms("kind")),
            "directness": self.one(self.terms("directness")),
            "tags": self.tags("study"),
            "coding": {
                "basis": self.one(["full-text", "abstract", "review"]),
                "source": reports[0],
                "locator": self.draw(LINES),
                "coders": ["coder"],
                "date": "2026-01-31",
            },
            "findings": [self.finding(id) for id in self.draw(ids(0, 3))],
        }
        if not record["findings"]:
            record["no_findings"] = self.text()
        if self.maybe(True):
            record["setting"] = {"organisation": self.draw(LINES), "place": self.draw(LINES)}
            record["sample"] = {"n": self.one([0, 1, 10**12]), "unit": self.text()}
            url = self.one(["https://example.org/?a=1&b='(x)'#*_y_*", "http://[::1]/"])
            record["caveats"] = [{"text": self.text(), "locator": self.draw(LINES), "url": url}]
        self.studies.append(name)
        self.findings += [f"{name}#{one['id']}" for one in record["findings"]]
        self.files[f"corpus/studies/{name}.yml"] = record

    def finding(self, id: str) -> Data:
        """A finding, perhaps with a figure."""
        made: Data = {
            "id": id,
            "statement": self.text(),
            "direction": self.one(["supports", "mixed", "challenges", "descriptive"]),
            "tags": self.tags("finding"),
            "locator": self.draw(LINES),
        }
        if self.maybe(True):
            value = self.one([0, -1, 59.5, 10**15, 1e-9])
            unit = self.one(self.terms("unit"))
            made["measures"] = [{"label": self.text(), "value": value, "unit": unit, "n": 3}]
        return made

    def sources(self, **more: Any) -> list[Data]:
        """Who states something."""
        return [{"source": self.reference(), "locator": self.draw(LINES), **more}]

    def claim(self) -> None:
        """A claim that rests on some findings, or says that it does not."""
        stances = [
            {"finding": one, "stance": self.one(["supports", "challenges"])}
            for one in (self.some(self.findings) if self.findings else ())
        ]
        self.files[f"corpus/claims/{self.name()}.yml"] = {
            "statement": self.text(),
            "type": self.one(["synthesis", "interpretation", "prediction", "recommendation"]),
            "tags": self.tags(),
            "stated_by": self.sources(),
            "rests_on": stances,
            "note": self.text(),
        }

    def gap(self) -> None:
        """A gap, open or with a study that answers it."""
        answers = []
        if self.maybe(self.studies):
            answers = [{"study": self.one(self.studies), "extent": "fully", "how": self.text()}]
        self.files[f"corpus/gaps/{self.name()}.yml"] = {
            "statement": self.text(),
            "kind": self.one(self.terms("gap-kind")),
            "reason": self.one(self.terms("gap-reason")),
            "needs": self.one(["review", "primary-studies", "updated-review"]),
            "tags": self.tags(),
            "stated_by": self.sources(explicit=self.draw(st.booleans())),
            "closes_with": self.text(),
            "status": "closed" if answers else "open",
            "addressed_by": answers,
        }

    def candidate(self) -> None:
        """A work that waits to be coded."""
        texts = {name: self.text() for name in ("known", "missing", "check")}
        self.files[f"corpus/candidates/{self.name()}.yml"] = {
            "title": self.draw(LINES),
            "report": self.reference(),
            **texts,
            "tags": self.tags(),
        }

    def second_coding(self) -> None:
        """A study coded again, with the same outcome."""
        codes = {role: self.one(self.terms(role)) for role in ("kind", "directness")}
        settings: Any = self.files["corpus/knowledge-base.yml"]
        settings["coders"].append({"id": "second", "name": self.text()})
        self.files[f"corpus/second-codings/{self.one(self.studies)}.yml"] = {
            "codings": [{"coder": coder, **codes} for coder in ("coder", "second")],
            "locator": self.draw(LINES),
            "date": "2026-02-01",
        }

    def release(self) -> None:
        """A first release."""
        self.files["corpus/releases/0.1.0.yml"] = {
            "uuid": "12345678-1234-1234-1234-123456789abc",
            "date": "2026-03-01",
            "counts": {"studies": len(self.studies)},
        }


@st.composite
def knowledge_bases(draw: Draw) -> Files:
    """Sound knowledge bases: no rule is broken, warnings included."""
    made = _Making(draw)
    made.codebook()
    made.settings()
    for make in (made.study, made.claim, made.gap, made.candidate):
        for _ in range(draw(st.integers(0, 2))):
            make()
    if made.maybe(made.studies):
        made.second_coding()
    if made.maybe(True):
        made.release()
    return {**made.files, "references.bib": "\n".join(made.entries)}


# --- one value is another -----------------------------------------------------------------------

JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [
        None, True, 0, -1, 10**400, 1.5, "", " ", "..", "../x", "a/b", "C:\\x", "con", "NUL",
        "javascript:alert(1)", "https://a b", "\u202eevil\u2066", "zero\u200bwidth", "\x1b[31m",
        "=1+1", "2026-02-30", "x" * 5_000, [], {}, [[]], [None], {"": None}, {"x": {"y": ["z"]}},
    ]
) | LINES | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | LETTERS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(LETTERS, inner, max_size=3),
    max_leaves=5,
)  # fmt: skip
"""What a careless or a hostile person could write somewhere."""


def _places(value: Any, keys: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The keys that lead to each part of some data."""
    if not isinstance(value, (dict, list)):
        return
    for key, one in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*keys, key)
        yield from _places(one, (*keys, key))


@st.composite
def spoilt(draw: Draw) -> Files:
    """Knowledge bases in which one value is another, is missing, or has one beside it."""
    files = copy.deepcopy(draw(knowledge_bases()))
    path = draw(st.sampled_from([path for path, one in files.items() if isinstance(one, dict)]))
    *above, last = draw(st.sampled_from(list(_places(files[path]))))
    owner: Any = files[path]
    for key in above:
        owner = owner[key]
    how = draw(st.sampled_from(["reword", "reword", "change", "remove", "add"]))
    if how == "reword" and isinstance(owner[last], str):
        owner[last] = draw(LINES)
    elif how == "remove":
        del owner[last]
    elif how == "add" and isinstance(owner, dict):
        owner[draw(LETTERS | IDS)] = draw(JUNK)
    else:
        owner[last] = draw(JUNK)
    return files


def lay_out(files: Files, root: Path) -> Path:
    """Write a knowledge base below a folder. JSON is YAML, and quotes every text."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        path.write_bytes(text.encode("utf-8", "replace"))
    (root / "corpus/studies").mkdir(parents=True, exist_ok=True)
    return root
