"""Data files: written from records, read back into the same ones, from disk and over HTTP."""

from __future__ import annotations

import functools
import http.server
import json
import shutil
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kb
from kb import api, locations, unpack
from kb.formatting import canonical
from kb.whole import RECORDS, whole
from kb.writing import Change, WritingError, write_all
from tests.making import dump, facet, finding, study, text, write
from tests.strategies import says

REAL = Path(__file__).resolve().parent.parent
PARTS = ("settings", "codebook", "references", "interface", *RECORDS)


def same(one: kb.KnowledgeBase, other: kb.KnowledgeBase) -> bool:
    """Whether two knowledge bases say the same, wherever they lie."""
    return all(getattr(one.corpus, name) == getattr(other.corpus, name) for name in PARTS)


def without_lines(base: kb.KnowledgeBase) -> kb.KnowledgeBase:
    """The same with its references on no line of a file."""
    works = {key: replace(one, line=0) for key, one in base.references.items()}
    return kb.KnowledgeBase(replace(base.corpus, references=works))


def put(base: kb.KnowledgeBase, folder: Path) -> Path:
    """The API of a knowledge base below a folder, as a site has it."""
    for name, content in api.files(base):
        path = folder / api.FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8", newline="\n")
    return folder


@pytest.fixture(scope="module", params=["fixture", "real"])
def base(request: pytest.FixtureRequest) -> kb.KnowledgeBase:
    return kb.load(REAL if request.param == "real" else REAL / "tests/fixture")


@pytest.fixture(scope="module")
def site(base: kb.KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds what a built site has below ``api/``, and a page beside it."""
    folder = put(base, tmp_path_factory.mktemp("site"))
    (folder / "en/studies").mkdir(parents=True)
    return folder


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """The same over HTTP."""
    with served(site) as url:
        yield url


class served:
    """A folder served on this machine for as long as it is needed."""

    def __init__(self, folder: Path) -> None:
        handler = functools.partial(_Quiet, directory=str(folder))
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)

    def __enter__(self) -> str:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None: ...


class TestRoundTrip:
    def test_json_gives_the_same_records(self, base: kb.KnowledgeBase, site: Path) -> None:
        again = kb.load(site / api.FOLDER / "knowledge-base.json")
        assert same(base, again)
        assert (again.fingerprint, again.warnings) == (base.fingerprint, base.warnings)
        assert dict(api.files(again)) == dict(api.files(base))

    def test_every_part_of_a_corpus_is_written(self, base: kb.KnowledgeBase) -> None:
        parts = {one.name for one in fields(base.corpus)} - {"root", "drafts", "unreadable"}
        assert parts == set(PARTS) == set(whole(base.corpus))

    def test_yaml_gives_the_same_records(
        self, base: kb.KnowledgeBase, site: Path, tmp_path: Path
    ) -> None:
        kb.load(site).to_folder(tmp_path / "new")
        again = kb.load(tmp_path / "new")
        assert same(without_lines(base), without_lines(again))
        assert [one.code for one in again.warnings] == [one.code for one in base.warnings]

    def test_the_real_files_come_back_byte_by_byte(self, tmp_path: Path) -> None:
        kb.load(put(kb.load(REAL), tmp_path)).to_folder(tmp_path / "new")
        written = sorted((tmp_path / "new/corpus").rglob("*.yml"))
        assert len(written) == len(list((REAL / "corpus").rglob("*.yml")))
        for path in written:
            assert path.read_bytes() == (REAL / path.relative_to(tmp_path / "new")).read_bytes()

    def test_a_folder_that_holds_one_is_left_alone(
        self, base: kb.KnowledgeBase, tmp_path: Path
    ) -> None:
        base.to_folder(tmp_path)
        (tmp_path / "corpus/knowledge-base.yml").write_text("mine")
        with pytest.raises(kb.WritingError, match=r"is there already"):
            base.to_folder(tmp_path)
        assert (tmp_path / "corpus/knowledge-base.yml").read_text() == "mine"

    def test_a_reader_of_json_alone_finds_everything(self, site: Path) -> None:
        data = json.loads((site / api.FOLDER / "knowledge-base.json").read_text("utf-8"))["data"]
        for part in ("settings", "codebook", "references", *RECORDS):
            assert data[part] or part in {"second_codings", "releases"}, part


# --- made-up knowledge bases ------------------------------------------------------------------

WORDS = st.text(
    st.characters(exclude_categories=("Cc", "Cf", "Cs", "Cn", "Zl", "Zp")), min_size=1, max_size=30
).map(lambda words: " ".join(words.split()) or "x")
SAID = WORDS.map(lambda words: words if says(words) else f"{words} x")
TEXTS = st.fixed_dictionaries({"en": SAID, "sv": SAID})
IDS = st.text("abcdefghij0123456789-_", min_size=1, max_size=8).map(lambda one: f"n{one}z")
SOURCES = st.lists(
    st.fixed_dictionaries({"source": st.just("work"), "locator": WORDS}), min_size=1, max_size=2
)
TAGS = st.fixed_dictionaries({}, optional={
    "row": st.lists(st.sampled_from(["r1", "r2", "r3"]), min_size=1, unique=True),
    "country": st.lists(st.sampled_from(["NO", "SE"]), min_size=1, unique=True),
})  # fmt: skip
NUMBERS = st.one_of(
    st.integers(-(10**12), 10**12), st.floats(allow_nan=False, allow_infinity=False)
)
MEASURES = st.fixed_dictionaries(
    {"label": TEXTS, "value": NUMBERS, "unit": st.just("percent")},
    optional={"n": st.integers(0, 10**6)},
)
FINDINGS = st.lists(
    st.builds(
        lambda row, statement, locator, measures, country: finding(
            row, "c1", "supports", statement=statement, locator=locator, measures=measures,
            tags={"country": country} if country else {},
        ),
        st.sampled_from(["r1", "r2"]), TEXTS, WORDS, st.lists(MEASURES, max_size=2),
        st.sampled_from([[], ["SE"], ["NO", "FI"]]),
    ), max_size=3,
)  # fmt: skip
STUDIES = st.builds(
    lambda title, findings, years, tags, more: study(
        *findings, title=title, years=years, tags=tags, **more
    ),
    TEXTS, FINDINGS, st.lists(st.sampled_from([2001, 2020, "n.d."]), min_size=1, max_size=2), TAGS,
    st.fixed_dictionaries({}, optional={
        "setting": st.fixed_dictionaries({}, optional={"place": WORDS}),
        "period": st.just({"start": 1999, "end": 2000}),
        "caveats": st.lists(st.fixed_dictionaries({"text": TEXTS}), max_size=2),
        "sample": st.fixed_dictionaries({"unit": TEXTS}, optional={"n": st.integers(0, 99)}),
    }),
)  # fmt: skip
GAPS = st.fixed_dictionaries({
    "statement": TEXTS, "kind": st.just("few"), "reason": st.just("vague"),
    "needs": st.sampled_from(["review", "primary-studies"]), "tags": TAGS,
    "stated_by": SOURCES.map(lambda some: [{**one, "explicit": True} for one in some]),
    "closes_with": TEXTS, "status": st.just("open"),
})  # fmt: skip
CLAIMS = st.fixed_dictionaries({
    "statement": TEXTS, "type": st.just("prediction"), "tags": TAGS, "stated_by": SOURCES,
    "note": TEXTS,
})  # fmt: skip
CANDIDATES = st.fixed_dictionaries({
    "title": WORDS, "report": st.just("work"), "known": TEXTS, "missing": TEXTS, "check": TEXTS,
})  # fmt: skip


def some(
    records: st.SearchStrategy[Any], mark: str, most: int = 3
) -> st.SearchStrategy[dict[str, Any]]:
    """Some records by ids that no other kind has."""
    return st.dictionaries(IDS.map(lambda one: f"{mark}{one}"), records, max_size=most)


@st.composite
def knowledge_bases(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    return {
        "studies": draw(some(STUDIES, "s")),
        "gaps": draw(some(GAPS, "g")),
        "claims": draw(some(CLAIMS, "c")),
        "candidates": draw(some(CANDIDATES, "w", 1)),
    }


def made(root: Path, records: dict[str, dict[str, Any]], title: str) -> kb.KnowledgeBase:
    """A knowledge base with these records, read from a folder; one study lies in a subfolder."""
    roles = [facet("gap-kind", ["few"], role="gap-kind"),
             facet("gap-reason", ["vague"], role="gap-reason")]  # fmt: skip
    work = f"@book{{work,\n author = {{Of, A}}, title = {{{title}}}, year = {{1999}},\n"
    work += " keywords = {one, two}, note = {seen}, langid = {swedish}, unverified = {title} }\n"
    write(root, records["studies"], roles, work)
    for kind in ("gaps", "claims", "candidates"):
        for name, one in records[kind].items():
            dump(root / f"corpus/{kind}/{name}.yml", one)
    (root / "corpus/interface").mkdir()
    (root / "corpus/interface/sv.yml").write_text("home: Hem\n", "utf-8")
    for path in sorted((root / "corpus/studies").glob("*.yml"))[:1]:
        (root / "corpus/studies/more").mkdir()
        path.rename(root / "corpus/studies/more" / path.name)
    return kb.load(root)


SLOW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@SLOW
@given(records=knowledge_bases(), title=st.text("abc åö,=-@+", min_size=1).filter(says))
def test_made_up_ones_come_back_whole(records: dict[str, dict[str, Any]], title: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root, place = Path(folder, "old"), Path(folder, "site")
        base = made(root, records, f"T{title}")
        again = kb.load(put(base, place))
        assert same(base, again)
        alone = kb.load(place / api.FOLDER / "studies.json")
        assert alone.findings().to_dicts() == base.findings().to_dicts()
        assert alone.studies().to_dicts() == base.studies().to_dicts()
        for path, content in unpack.files(again.corpus):
            if path.endswith(".yml"):
                assert content == canonical((root / path).read_bytes(), path, ("en", "sv")), path
        again.to_folder(Path(folder, "new"))
        assert same(without_lines(base), without_lines(kb.load(Path(folder, "new"))))


# --- where it can lie -------------------------------------------------------------------------


class TestPlaces:
    def test_no_name_leads_out_of_a_folder(self, site: Path, tmp_path: Path) -> None:
        content = json.loads((site / api.FOLDER / "knowledge-base.json").read_text("utf-8"))
        content["data"]["interface"] = {"../../../evil": {}}
        (tmp_path / "x.json").write_text(json.dumps(content), "utf-8")
        with pytest.raises(kb.SourceError, match="is no language"):
            kb.load(tmp_path / "x.json")
        with pytest.raises(WritingError, match="leads out of the folder"):
            write_all(tmp_path, {Path("../evil.yml"): Change(None, b"")})
        assert not (tmp_path.parent / "evil.yml").exists()

    def test_what_is_not_there(self, tmp_path: Path) -> None:
        write(tmp_path, {"a": study(finding())})
        for path in ("nope", "nope/deeper", "knowledge-base.json"):  # not the one above them
            with pytest.raises(kb.SourceError, match="does not exist"):
                kb.load(tmp_path / path)

    def test_an_address_of_tables(self) -> None:
        with pytest.raises(kb.SourceError, match="only kb matrix reads them; name a folder"):
            kb.load("s3://bucket/x")

    def test_what_is_no_address(self) -> None:
        with pytest.raises(kb.SourceError, match="is no address"):
            kb.load("http://[x")

    @pytest.mark.parametrize("place", [".", "api/v1", "api/v1/knowledge-base.json"])
    def test_a_site_on_disk(self, base: kb.KnowledgeBase, site: Path, place: str) -> None:
        assert same(kb.load(site / place), base)
        assert same(kb.load(str(site / place)), base)

    @pytest.mark.parametrize(
        "place", ["", "en", "en/studies/", "en/studies/#part", "api/v1/", "api/v1",
                  "api/v1/knowledge-base.json", "?q=1"],
    )  # fmt: skip
    def test_an_address(self, base: kb.KnowledgeBase, address: str, place: str) -> None:
        assert same(kb.load(address + place), base)

    def test_records_go_before_what_was_made_from_them(self, tmp_path: Path) -> None:
        root = write(tmp_path, {"a": study(finding())})
        put(kb.load(root), root / "site")
        write(tmp_path, {"a": study(finding()), "b": study(finding())})
        for place in (root, root / "site", root / "site" / api.FOLDER):
            assert len(kb.load(place).studies()) == 2
        assert len(kb.load(root / "site" / api.FOLDER / "studies.json").studies()) == 1

    def test_a_file_that_does_not_say_what_it_was_made_from(
        self, site: Path, tmp_path: Path
    ) -> None:
        content = json.loads((site / api.FOLDER / "knowledge-base.json").read_text("utf-8"))
        del content["generated_from"]
        (tmp_path / "x.json").write_text(json.dumps(content), "utf-8")
        assert kb.load(tmp_path / "x.json").fingerprint.startswith("sha256:")

    def test_a_byte_order_mark_is_no_matter(
        self, base: kb.KnowledgeBase, site: Path, tmp_path: Path
    ) -> None:
        data = (site / api.FOLDER / "knowledge-base.json").read_bytes()
        (tmp_path / "any-name.json").write_bytes(b"\xef\xbb\xbf" + data)
        assert same(kb.load(tmp_path / "any-name.json"), base)

    def test_the_file_of_studies_alone(
        self, base: kb.KnowledgeBase, site: Path, tmp_path: Path
    ) -> None:
        path = tmp_path / "studies.json"
        shutil.copy(site / api.FOLDER / "studies.json", path)
        alone = kb.load(path)
        assert alone.studies().to_dicts() == base.studies().to_dicts()
        assert alone.findings().to_dicts() == base.findings().to_dicts()
        term = base.codebook.axes[0].terms[0].id
        where = {base.codebook.axes[0].id: term}
        assert [one.id for one in alone.studies(where)] == [one.id for one in base.studies(where)]
        assert (alone.settings, alone.codebook) == (base.settings, base.codebook)
        assert alone.references == base.references
        assert alone.studies(as_of=2020).to_csv() == base.studies(as_of=2020).to_csv()
        axes = [axis.id for axis in base.codebook.axes]
        for missing in (alone.gaps, alone.claims, alone.candidates, lambda: alone.graph,
                        lambda: alone.matrix(axes[0], axes[1])):  # fmt: skip
            with pytest.raises(kb.NotHere, match=r"studies\.json does not hold the \w+"):
                missing()

    @pytest.mark.parametrize("name", ["gaps", "codebook", "index", "graph"])
    def test_other_files_are_parts(self, site: Path, name: str) -> None:
        with pytest.raises(kb.SourceError, match=r"only a part .* load knowledge-base\.json"):
            kb.load(site / api.FOLDER / f"{name}.json")

    def test_schemas_are_no_data(self, site: Path) -> None:
        with pytest.raises(kb.SourceError, match="is no data of a knowledge base"):
            kb.load(site / api.FOLDER / "schema/studies.json")


class TestFaults:
    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b'{"version": "1",\n  data}', r"bad\.json:2:3: this is not JSON"),
            (b"\xff\xfe", "is not UTF-8"),
            (b"[" * 100_000, "no data of a knowledge base"),
            (b'{"version": "1", "data": NaN}', "NaN is no number"),
            (b'{"version": "2", "data": {}}', r"has version 2 of the data, .* install"),
            (b'{"data": {}}', "is no data"),
            (b'{"version": "1", "data": []}', "only a part"),
            (b'{"version": "1", "data": [1], "context": 1}', "context must be a mapping"),
            (b"[]", "is no data"),
            (b"", r"bad\.json:1:1: this is not JSON"),
        ],
    )
    def test_files_that_are_none(self, tmp_path: Path, content: bytes, message: str) -> None:
        (tmp_path / "bad.json").write_bytes(content)
        with pytest.raises(kb.SourceError, match=message):
            kb.load(tmp_path / "bad.json")

    @pytest.fixture
    def envelope(self, tmp_path: Path) -> Any:
        root = write(tmp_path / "kb", {"a": study(finding()), "b": study(finding("r2"))})
        return json.loads(dict(api.files(kb.load(root)))["knowledge-base.json"])

    @pytest.mark.parametrize(
        ("path", "value", "expected"),
        [
            ("studies.0.kind", "nonsense", "corpus/studies/a.yml: error[KB030]: kind"),
            ("studies.0.kind", 7, "corpus/studies/a.yml: error[KB022]: kind: must be a text"),
            ("studies.1.title", {"en": "x"}, "b.yml: error[KB024]: title: no text in sv"),
            ("studies.0.more", 1, "a.yml: error[KB020]: more: unknown field"),
            ("studies.0.title.en", "a\u001b[31mred", "error[KB002]: title.en: a character"),
            ("studies.0.reports", ["none"], "error[KB050]"),
            ("interface", {"sv": {"homee": "Hem"}}, "error[KB026]: homee"),
        ],
    )  # fmt: skip
    def test_records_that_are_wrong(
        self, envelope: Any, tmp_path: Path, path: str, value: Any, expected: str
    ) -> None:
        *keys, last = path.split(".")
        place = envelope["data"]
        for key in keys:
            place = place[int(key)] if key.isdigit() else place[key]
        place[last] = value
        (tmp_path / "bad.json").write_text(json.dumps(envelope), "utf-8")
        with pytest.raises(kb.CorpusError) as error:
            kb.load(tmp_path / "bad.json")
        assert expected in str(error.value)

    @pytest.mark.parametrize(
        ("path", "value", "message"),
        [
            ("studies", {}, "studies must be a list"),
            ("settings", [], "settings must be a mapping"),
            *(
                ("studies.0.path", path, r"bad\.json: studies\.0\.path: no record of this kind")
                for path in (
                    "corpus/studies/../../../a.yml",
                    "/corpus/studies/a.yml",
                    "corpus/gaps/a.yml",
                    "corpus/studies/other.yml",
                    "corpus/studies/x\\..\\a.yml",
                    "../a.yml",
                    "",
                )
            ),
            ("references.0.fields", 1, r"references\.0\.fields: .* download it again"),
            ("references.0.fields", {"title": "a\u0007"}, r"references\.0\.fields\.title: a char"),
        ],
    )
    def test_parts_that_are_wrong(
        self, envelope: Any, tmp_path: Path, path: str, value: Any, message: str
    ) -> None:
        keys = path.split(".")
        place = envelope["data"]
        for key in keys[:-1]:
            place = place[int(key)] if key.isdigit() else place[key]
        place[keys[-1]] = value
        (tmp_path / "bad.json").write_text(json.dumps(envelope), "utf-8")
        with pytest.raises(kb.SourceError, match=message):
            kb.load(tmp_path / "bad.json")

    def test_a_record_that_stands_twice(self, envelope: Any, tmp_path: Path) -> None:
        envelope["data"]["studies"].append(envelope["data"]["studies"][0])
        (tmp_path / "bad.json").write_text(json.dumps(envelope), "utf-8")
        with pytest.raises(kb.CorpusError, match=r"error\[KB040\]: id: a stands twice"):
            kb.load(tmp_path / "bad.json")

    def test_a_site_without_data(self, tmp_path: Path) -> None:
        (tmp_path / "page").mkdir()
        with (
            served(tmp_path) as url,
            pytest.raises(kb.SourceError, match=r"answers 404 .* name a site that has api/v1/"),
        ):
            kb.load(f"{url}page/")

    def test_no_server(self) -> None:
        with served(REAL / "tests") as url:
            pass
        with pytest.raises(kb.SourceError, match=r"^http://.* cannot be read: .*refused"):
            kb.load(url)

    def test_a_server_that_says_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        import socket

        monkeypatch.setattr(locations, "TIMEOUT", 0.2)
        with socket.create_server(("127.0.0.1", 0)) as server:
            url = f"http://127.0.0.1:{server.getsockname()[1]}/"
            with pytest.raises(kb.SourceError, match=r"cannot be read: .*timed out"):
                kb.load(url)

    def test_more_than_can_be_read(self, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(locations, "MOST", 1000)
        with pytest.raises(kb.SourceError, match="has more than 1,000 bytes"):
            kb.load(site)
        with served(site) as url, pytest.raises(kb.SourceError, match="more than 1,000 bytes"):
            kb.load(url)

    def test_text_in_both_languages_is_still_asked_for(self, envelope: Any, tmp_path: Path) -> None:
        envelope["data"]["studies"][0]["title"] = {**text("x"), "fi": "y"}
        (tmp_path / "bad.json").write_text(json.dumps(envelope), "utf-8")
        with pytest.raises(kb.CorpusError, match="unknown language"):
            kb.load(tmp_path / "bad.json")
