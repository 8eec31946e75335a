"""What ``kb check --fix`` mends, what it leaves alone, and that it says so."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.fixing import fix
from kb.formatting import format_files
from kb.rules import load
from tests.conftest import Command

ALT = "corpus/studies/alt2009.yml"
MUSTER = "corpus/studies/2010s/muster2015.yml"
LARVEN = "corpus/gaps/larven-an-waenden.yml"
HABITATS = "corpus/codebook/habitats.yml"


@pytest.fixture
def tidy(copy: Path) -> Path:
    """The made-up knowledge base with all its files in the common form."""
    format_files(copy, (), write=True)
    assert load(copy)[1] == ()
    return copy


def swap(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text("utf-8")
    assert old in text
    (root / path).write_text(text.replace(old, new, 1), "utf-8")


def content(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


def changes(root: Path) -> dict[str, tuple[str, ...]]:
    mended, _ = fix(root, ())
    return {one.path: one.changes for one in mended}


def test_nothing_to_mend(tidy: Path) -> None:
    before = content(tidy)
    assert fix(tidy, ()) == ([], [])
    assert content(tidy) == before


def test_a_replaced_term_is_replaced_and_nothing_else(tidy: Path) -> None:
    before = (tidy / MUSTER).read_text("utf-8")
    swap(tidy, MUSTER, "[extensive-roof]", "[moss-mat]")
    assert changes(tidy) == {
        MUSTER: ("tags.habitat.0: moss-mat -> extensive-roof", "1 line written anew")
    }
    assert (tidy / MUSTER).read_text("utf-8") == before
    assert load(tidy)[1] == ()


def test_terms_are_replaced_in_every_kind_of_record(tidy: Path) -> None:
    swap(tidy, LARVEN, "[green-wall]", "[moss-mat]")
    swap(tidy, "corpus/claims/saat-hilft.yml", "[extensive-roof", "[moss-mat")
    swap(tidy, "corpus/candidates/wartend.yml", "habitat: [", "habitat: [moss-mat, ")
    assert {problem.code for problem in load(tidy)[1]} == {"KB032"}
    fix(tidy, ())
    assert load(tidy)[1] == ()


def test_a_term_replaced_in_several_steps_gives_way_to_the_last(tidy: Path) -> None:
    swap(tidy, HABITATS, "replaced_by: extensive-roof", "replaced_by: lichen-mat")
    label = "{de: Flechten, fr: Lichens}"
    (tidy / HABITATS).write_text(
        (tidy / HABITATS)
        .read_text("utf-8")
        .replace(
            "  - id: balcony\n",
            f"  - id: lichen-mat\n    label: {label}\n    definition: {label}\n"
            "    deprecated: true\n    replaced_by: green-wall\n  - id: balcony\n",
        ),
        "utf-8",
    )
    swap(tidy, MUSTER, "[extensive-roof]", "[moss-mat]")
    assert changes(tidy)[MUSTER][0] == "tags.habitat.0: moss-mat -> green-wall"


def test_terms_that_replace_each_other_are_left(tidy: Path) -> None:
    swap(tidy, HABITATS, "replaced_by: extensive-roof", "replaced_by: moss-mat")
    swap(tidy, MUSTER, "[extensive-roof]", "[moss-mat]")
    before = content(tidy)
    fix(tidy, ())
    assert content(tidy) == before
    assert {problem.code for problem in load(tidy)[1]} == {"KB032", "KB072"}


def test_a_term_that_would_stand_twice_stands_once(tidy: Path) -> None:
    swap(tidy, MUSTER, "[extensive-roof]", "[green-wall, moss-mat, extensive-roof]")
    fix(tidy, ())
    assert "habitat: [green-wall, extensive-roof]" in (tidy / MUSTER).read_text("utf-8")


def test_a_list_with_comments_loses_no_entry(tidy: Path) -> None:
    entries = "\n    - extensive-roof\n    - moss-mat\n    - green-wall  # why"
    swap(tidy, MUSTER, " [extensive-roof]", entries)
    before = content(tidy)
    assert fix(tidy, ()) == ([], [MUSTER])
    assert content(tidy) == before


def test_comments_stay_where_they_were(tidy: Path) -> None:
    swap(tidy, MUSTER, "  habitat: [extensive-roof]", "  # above\n  habitat: [moss-mat]  # beside")
    fix(tidy, ())
    text = (tidy / MUSTER).read_text("utf-8")
    assert "  # above\n  habitat: [extensive-roof]  # beside\n" in text


def test_fields_get_their_order_and_that_is_said(tidy: Path) -> None:
    before = content(tidy)
    swap(
        tidy, ALT, "kind: count\ndirectness: monitoring\n", "directness: monitoring\nkind: count\n"
    )
    assert changes(tidy) == {ALT: ("fields in their order", "1 line written anew")}
    assert content(tidy) == before


@pytest.mark.parametrize("old", ["title:", "findings:"])
def test_a_file_with_an_error_of_syntax_is_left_alone(old: str, tidy: Path) -> None:
    swap(tidy, MUSTER, old, f"{old} ]")
    swap(tidy, LARVEN, "[green-wall]", "[moss-mat]")
    before = (tidy / MUSTER).read_bytes()
    mended, left = fix(tidy, ())
    assert ([one.path for one in mended], left) == ([LARVEN], [MUSTER])
    assert (tidy / MUSTER).read_bytes() == before


def test_a_broken_codebook_only_keeps_terms_from_being_replaced(tidy: Path) -> None:
    swap(tidy, MUSTER, "[extensive-roof]", "[moss-mat]")
    swap(tidy, HABITATS, "id: habitat\n", "idd: habitat\n")
    swap(
        tidy, ALT, "kind: count\ndirectness: monitoring\n", "directness: monitoring\nkind: count\n"
    )
    assert set(changes(tidy)) == {ALT, HABITATS}
    assert "moss-mat" in (tidy / MUSTER).read_text("utf-8")


def test_only_the_files_named(tidy: Path) -> None:
    swap(tidy, MUSTER, "[extensive-roof]", "[moss-mat]")
    swap(tidy, LARVEN, "[green-wall]", "[moss-mat]")
    mended, _ = fix(tidy, [tidy / "corpus/gaps"])
    assert [one.path for one in mended] == [LARVEN]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_that_cannot_be_written_is_left_as_it_is(tidy: Path) -> None:
    swap(tidy, MUSTER, "[extensive-roof]", "[moss-mat]")
    folder = (tidy / MUSTER).parent
    before = content(tidy)
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        assert fix(tidy, ()) == ([], [MUSTER])
    finally:
        folder.chmod(stat.S_IRWXU)
    assert content(tidy) == before


def test_a_write_that_fails_leaves_the_file_whole(
    tidy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    swap(tidy, MUSTER, "[extensive-roof]", "[moss-mat]")
    before = content(tidy)

    def full(source: str, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kb.writing.os.replace", full)
    assert fix(tidy, ()) == ([], [MUSTER])
    assert content(tidy) == before


HABITAT_TERMS = ["green-roof", "extensive-roof", "moss-mat", "green-wall", "balkon", "courtyard"]


@given(
    terms=st.lists(st.sampled_from(HABITAT_TERMS), max_size=5),
    comments=st.lists(st.sampled_from(["", "  # why", "\n    # above"]), min_size=5, max_size=5),
    lines=st.permutations(["kind: count", "directness: monitoring", "reports:   [alt2009]"]),
)
@settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_second_time_changes_nothing(
    copy: Path, terms: list[str], comments: list[str], lines: list[str]
) -> None:
    entries = "".join(f"\n    - {one}{note}" for one, note in zip(terms, comments, strict=False))
    (copy / ALT).write_text(
        "title: {de: x, fr: x}\n"
        + "\n".join(lines)
        + "\ntags:\n  habitat:"
        + (entries or " []")
        + "\ncoding: {basis: review, source: uebersicht2020, locator: x, coders: [probe], "
        'date: "2024-05-08"}\nfindings: []\nno_findings: {de: x, fr: x}\n',
        "utf-8",
    )
    notes = (copy / ALT).read_text("utf-8").count("#")
    fix(copy, ())
    once = content(copy)
    mended, _ = fix(copy, ())
    assert mended == []
    assert content(copy) == once
    named = once[ALT].startswith(b"# yaml-language-server:")  # unless it had to be left alone
    assert once[ALT].decode().count("#") == notes + named


def test_the_command_says_what_it_did_and_fails_for_what_is_left(
    tidy: Path, command: Command
) -> None:
    swap(tidy, MUSTER, "[extensive-roof]", "[moss-mat]")
    swap(tidy, ALT, "[courtyard]", "[courtyrad]")
    done = command("check", "--fix", "--root", tidy)
    assert done.returncode == 1
    assert f"fixed {MUSTER}: tags.habitat.0: moss-mat -> extensive-roof" in done.stderr
    assert "no habitat courtyrad" in done.stdout
    assert "moss-mat" not in done.stdout
    swap(tidy, ALT, "[courtyrad]", "[courtyard]")
    done = command("check", "--fix", "--root", tidy, "--format", "json")
    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", "")


def test_annotations_name_files_as_seen_from_here(
    tidy: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    swap(tidy, ALT, "[courtyard]", "[courtyrad]")
    monkeypatch.chdir(tidy.parent)
    done = command("check", "--root", tidy, "--format", "github")
    assert done.stdout.startswith(f"::error file={tidy.name}/{ALT},line=")
    monkeypatch.chdir(tidy / "docs")
    done = command("check", "--format", "github")
    assert done.stdout.startswith(f"::error file={ALT},line=")
