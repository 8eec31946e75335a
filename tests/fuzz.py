"""A fuzzer for what reads files from elsewhere: YAML, BibTeX, and exports of reference managers.

``make fuzz`` runs it with a fixed number of files for each reader, ``make fuzz FILES=100000`` with
another. It is no part of the tests, which stay the same from run to run; what it finds becomes one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kb import bibliography, incoming, yamlfile
from kb.bibwriter import Unwritable, entry
from kb.problems import Problem, as_json
from kb.references import Reference
from kb.yamlwriter import dump, notes_of

FIXTURE = Path(__file__).parent / "fixture"
FILES = int(os.environ.get("FILES", "1500"))
BUDGET = settings(
    max_examples=FILES,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)

ANY = [
    "\n", "\r\n", "\r", " ", "  ", "\t", "\0", "\ufeff", "\u202e", "\x85", "\u2028", "é", "😀",
    "x",
]  # fmt: skip
YAML = [
    *ANY, "- ", ": ", "? ", ":", "[", "]", "{", "}", ",", "# c", "&a ", "*a", "!!str ", "!<x> ",
    "| ", ">-\n", '"', "'", "\\", '"\\u202e"', '"\\ud800"', '"\\UFFFFFFFF"', "---\n", "...\n",
    "%YAML 1.2\n", "null", "~", "true", "no", "0o17", "0x1F", "1e999", ".inf", "1_000",
    "2026-01-01", "12:30:45", "<<: *a\n", "a: b\n", "  a:\n", "    - b\n", "@", "`", "=",
    "9" * 30,
]  # fmt: skip
BIBTEX = [
    *ANY, "@book{", "@comment{", "@string{a = {b}}\n", "@preamble{", "@", "{", "}", "(", ")", '"',
    "#", ",", "=", "%", "\\", "\\'e", "\\input{x}", "$", "~", "a2020,\n", "author = {",
    "title = {", " and ", "year = 2020,\n", "doi = {10.5555/x}", "N.N.", "n.d.", "{\\\"O}", "jan",
    "a # b", "others", ", Jr, ",
]  # fmt: skip
EXPORTS = [
    *ANY, *BIBTEX, "TY  - JOUR\n", "ER  - \n", "AU  - ", "TI  - ", "PY  - 2020///\n", "SN  - ",
    "DO  - ", "[", "]", "{", "}", '"title"', '"author"', '"issued"', '"date-parts"', ":", "null",
    "[[2020]]", "1e9", '{"family": "A"}', '"items"', "true", "-",
]  # fmt: skip
CSL = (
    '[{"type": "book", "title": "A", "author": [{"family": "B"}], "issued": {"date-parts": [[1]]}}]'
)
RIS = "TY  - JOUR\nAU  - A, B\nTI  - C\nPY  - 2020\nSP  - 1\nEP  - 2\nDO  - 10.5555/x\nER  - \n"


def spoilt(seeds: Iterable[str], tokens: Sequence[str]) -> st.SearchStrategy[bytes]:
    """Files made of tokens, and files that are there with some of them cut, doubled or put in."""
    token = st.sampled_from(tokens) | st.text(max_size=3)
    made = st.lists(token, max_size=40).map("".join)
    cut = st.tuples(st.integers(0, 3_000), st.integers(0, 80), st.lists(token, max_size=4))

    def changed(seed: str, cuts: Iterable[tuple[int, int, list[str]]]) -> str:
        for start, length, new in cuts:
            seed = seed[:start] + "".join(new) + seed[start + length :]
        return seed

    known = st.builds(changed, st.sampled_from(list(seeds)), st.lists(cut, min_size=1, max_size=6))
    texts = (made | known).map(lambda text: text.encode("utf-8", "replace"))
    return texts | st.tuples(texts, st.binary(max_size=8)).map(b"".join)


def well_told(problems: Sequence[Problem], data: bytes) -> None:
    """Each problem is on one line, says what to do, and is in the file."""
    text = data.decode("utf-8", "replace")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    for problem in problems:
        assert problem.message
        assert problem.hint
        assert str(problem).isprintable()
        assert 0 <= problem.line <= lines
    assert len(json.loads(as_json(problems))) == len(problems)


@given(spoilt([p.read_text("utf-8") for p in sorted(FIXTURE.rglob("*.yml"))], YAML))
@BUDGET
def test_yaml(data: bytes) -> None:
    value, problems = yamlfile.parse(data, "a.yml")
    assert (value is None) == bool(problems)
    well_told(problems, data)
    if isinstance(value, dict):
        again = yamlfile.parse(dump(value, notes_of("")).encode(), "a.yml")
        assert again == (value, [])


@given(spoilt([(FIXTURE / "references.bib").read_text("utf-8")], BIBTEX))
@BUDGET
def test_bibtex(data: bytes) -> None:
    references, problems = bibliography.parse(data.decode("utf-8", "replace"))
    well_told(problems, data)
    for key, reference in references.items():
        assert key == reference.key
        _can_be_written(reference)


@given(spoilt([CSL, RIS, (FIXTURE / "references.bib").read_text("utf-8")], EXPORTS))
@BUDGET
def test_exports(data: bytes) -> None:
    works, problems = incoming.read(data, "export")
    well_told(problems, data)
    assert works or problems
    for work in works:
        _can_be_written(replace(work, key="a"))


def _can_be_written(reference: Reference) -> None:
    """Written so that it is read again as it was, or refused: nothing between."""
    with suppress(Unwritable):
        assert list(bibliography.parse(entry(reference))[0]) == [reference.key]
