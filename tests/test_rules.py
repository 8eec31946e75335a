"""One broken copy of the made-up knowledge base for each way of breaking each rule."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from kb import yamlfile
from kb.problems import Problem, has_errors
from kb.rulebook import RULES
from kb.rules import check, load

Edit = Callable[[Path], None]

SETTINGS = "corpus/knowledge-base.yml"
REFERENCES = "references.bib"
MUSTER = "corpus/studies/2010s/muster2015.yml"
LEER = "corpus/studies/2010s/leer2018.yml"
BEISPIEL = "corpus/studies/2020s/beispiel2021.yml"
SELBST = "corpus/studies/2020s/selbst2020.yml"
ALT = "corpus/studies/alt2009.yml"
HABITATS = "corpus/codebook/habitats.yml"
CITIES = "corpus/codebook/cities.yml"
INTERVENTIONS = "corpus/codebook/interventions.yml"
SEASONS = "corpus/codebook/seasons.yml"
DESIGNS = "corpus/codebook/designs.yml"
QUANTITIES = "corpus/codebook/quantities.yml"
LACUNAE = "corpus/codebook/lacunae.yml"
OBSTACLES = "corpus/codebook/obstacles.yml"
DE = "corpus/interface/de.yml"
SAAT = "corpus/claims/saat-hilft.yml"
SAAT_GAP = "corpus/gaps/saat-hilft.yml"
UMSTRITTEN = "corpus/claims/waende-umstritten.yml"
MAEHEN = "corpus/claims/nicht-maehen.yml"
LARVEN = "corpus/gaps/larven-an-waenden.yml"
BALKON = "corpus/gaps/bienen-auf-balkonen.yml"
WARTEND = "corpus/candidates/wartend.yml"


def swap(path: str, old: str, new: str) -> Edit:
    """Puts a text in the place of another, which stands there once or is the first of its kind."""

    def edit(root: Path) -> None:
        text = (root / path).read_text("utf-8")
        assert old in text, f"{path} has changed: {old!r} is no longer in it"
        (root / path).write_text(text.replace(old, new, 1), "utf-8")

    return edit


def after(path: str, old: str, new: str) -> Edit:
    """Puts a text behind another."""
    return swap(path, old, old + new)


def write(path: str, content: str | bytes) -> Edit:
    """Writes a whole file."""

    def edit(root: Path) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content.encode() if isinstance(content, str) else content)

    return edit


def append(path: str, content: str) -> Edit:
    """Writes at the end of a file."""

    def edit(root: Path) -> None:
        with (root / path).open("a", encoding="utf-8") as file:
            file.write(content)

    return edit


def remove(path: str) -> Edit:
    """Removes a file."""
    return lambda root: (root / path).unlink()


def facet(path: str, id: str) -> Edit:
    """Writes a facet with one term."""
    text = "{de: Neu, fr: Nouveau}"
    named = f"id: {id}\nlabel: {text}\nplural: {text}\ndefinition: {text}\napplies_to: [study]\n"
    return write(path, f"{named}terms:\n  - {{id: new, label: {text}, definition: {text}}}\n")


def both(*edits: Edit) -> Edit:
    """Makes several changes."""

    def edit(root: Path) -> None:
        for one in edits:
            one(root)

    return edit


def move(path: str, target: str) -> Edit:
    """Gives a file or folder another place."""

    def edit(root: Path) -> None:
        (root / target).parent.mkdir(parents=True, exist_ok=True)
        (root / path).rename(root / target)

    return edit


def copied(path: str, target: str) -> Edit:
    """Writes a file a second time, in another place."""
    return lambda root: write(target, (root / path).read_bytes())(root)


def link(path: str, target: str) -> Edit:
    """Puts a link in the place of a file or folder; the target may lie outside."""

    def edit(root: Path) -> None:
        if (root / path).exists():
            (root / path).rename(root.parent / "moved")
        (root / path).symlink_to(target)

    return edit


@dataclass(frozen=True)
class Case:
    """An edit, and the problem that it must give.

    ``at`` is the problem's place: a line and a column, or a text of the broken file, which first
    stands there. Without it the problem belongs to no place. ``more`` are the codes of what the
    same edit breaks as well.
    """

    code: str
    what: str
    path: str
    edit: Edit
    says: str
    hint: str
    at: str | tuple[int, int] | None = None
    field: str = ""
    more: Iterable[str] = ()

    def __str__(self) -> str:
        return f"{self.code}-{self.what}"

    def place(self, root: Path) -> tuple[int, int]:
        """The line and column that the problem must have."""
        if not isinstance(self.at, str):
            return self.at or (0, 0)
        text = (root / self.path).read_bytes().decode("utf-8", "replace")
        before = text[: text.index(self.at)].split("\n")
        return len(before), len(before[-1]) + 1


ENTRY = "@book{%s,\n  title = {Erfunden},\n  author = {Muster, A.},\n  year = {2001}\n}\n"
TEXT = "{de: x, fr: x}"
SECOND = """locator: S. 1
date: "2024-05-08"
codings:
  - {coder: probe, kind: count, directness: monitoring}
  - {coder: zweite, kind: count, directness: monitoring}
"""
TWICE = "corpus/second-codings/selbst2020.yml"
DIFFERING = SECOND.replace("monitoring", "model", 1) + "settled:\n"

CASES = [
    # The file
    Case(
        "KB001",
        "latin-1",
        ALT,
        write(ALT, "title: {de: Höfe}\n".encode("latin-1")),
        at="\ufffd",
        says="0xF6",
        hint="UTF-8",
        more=["KB051"],
    ),
    Case(
        "KB001",
        "references-in-latin-1",
        REFERENCES,
        write(REFERENCES, "% für\n".encode("latin-1")),
        at="\ufffd",
        says="0xFC",
        hint="UTF-8",
        more=["KB050"],
    ),
    Case(
        "KB002",
        "nul",
        ALT,
        swap(ALT, "im Hof,", "im\0Hof,"),
        at="\0",
        says="U+0000",
        hint="delete it",
    ),
    Case(
        "KB002",
        "escaped",
        ALT,
        swap(ALT, "reports:", '"\\u202e": x\nreports:'),
        at='"\\u202e"',
        field="\\u202e",
        says="U+202E",
        hint="delete its escape",
    ),
    Case(
        "KB003",
        "no-bytes",
        ALT,
        write(ALT, b""),
        at=(1, 1),
        says="empty",
        hint="delete the file",
        more=["KB051"],
    ),
    Case(
        "KB004",
        "tab",
        ALT,
        swap(ALT, "  city:", "\tcity:"),
        at="\tcity",
        says="tab",
        hint="spaces",
    ),
    Case(
        "KB005",
        "key-twice",
        ALT,
        after(ALT, "kind: count\n", "kind: essay\n"),
        at="kind: essay",
        field="kind",
        says="kind stands twice",
        hint="keep one",
    ),
    Case(
        "KB006",
        "two-documents",
        ALT,
        append(ALT, "---\ntitle: {}\n"),
        at="---",
        says="second document",
        hint="delete the line with ---",
    ),
    Case(
        "KB007",
        "alias-in-anchor",
        ALT,
        write(ALT, "a: &a [x]\nb: &b [*a, *a]\n"),
        at="&b",
        field="b",
        says="&b holds an alias",
        hint="write the value out",
        more=["KB051"],
    ),
    Case(
        "KB008",
        "deep",
        ALT,
        write(ALT, "a: " + "[" * 20_000),
        at=(1, 53),
        field=".".join(["a", *["0"] * 28])[:57] + "...",
        says="50 levels",
        hint="nest less",
        more=["KB051"],
    ),
    Case(
        "KB009",
        "python-tag",
        ALT,
        swap(ALT, "kind: count", "kind: !!python/name:os.system count"),
        at="!!python",
        field="kind",
        says="!!python/name:os.system",
        hint="delete !!python/name:os.system",
    ),
    Case(
        "KB010",
        "two-megabytes",
        ALT,
        append(ALT, "# " + "x" * 2_000_000),
        at=(1, 1),
        says="1,000,000 are allowed",
        hint="split",
    ),
    Case(
        "KB011",
        "list",
        ALT,
        write(ALT, "- a\n"),
        at="- a",
        says="mapping",
        hint="write `field: value`",
        more=["KB051"],
    ),
    Case(
        "KB011",
        "scalar",
        ALT,
        write(ALT, "a"),
        at="a",
        says="mapping",
        hint="write `field: value`",
        more=["KB051"],
    ),
    Case(
        "KB012",
        "list-as-key",
        ALT,
        write(ALT, "[a]: b\n"),
        at="[a]",
        says="not a plain text",
        hint="for example `title: ...`",
        more=["KB051"],
    ),
    Case(
        "KB013",
        "file-links-out",
        ALT,
        link(ALT, "/dev/zero"),
        at=(1, 1),
        says="out of the knowledge base",
        hint="instead of a link",
        more=["KB051"],
    ),
    Case(
        "KB013",
        "folder-links-away",
        "corpus/studies/2020s",
        link("corpus/studies/2020s", "../../../moved"),
        at=(1, 1),
        says="is a link",
        hint="the folder itself",
        more=["KB051", "KB090", "KB093"],
    ),
    Case(
        "KB013",
        "all-studies-link-away",
        "corpus/studies",
        link("corpus/studies", "../../moved"),
        at=(1, 1),
        says="is a link",
        hint="the folder itself",
        more=["KB051", "KB090", "KB093"],
    ),
    Case(
        "KB014",
        "no-references",
        REFERENCES,
        remove(REFERENCES),
        says="cannot be read",
        hint="create references.bib",
        more=["KB050"],
    ),
    Case(
        "KB015",
        "yaml",
        "corpus/studies/neu.yaml",
        write("corpus/studies/neu.yaml", "title: x\n"),
        at="title",
        says="the file is not read: it ends in .yaml",
        hint="rename it to neu.yml",
    ),
    Case(
        "KB015",
        "notepad",
        "corpus/studies/neu.yml.txt",
        write("corpus/studies/neu.yml.txt", "title: x\n"),
        at="title",
        says="the file is not read: it ends in .txt",
        hint="rename it to neu.yml",
    ),
    Case(
        "KB015",
        "capitals",
        "corpus/studies/neu.Yml",
        write("corpus/studies/neu.Yml", "title: x\n"),
        at="title",
        says="the file is not read: it ends in .Yml",
        hint="rename it to neu.yml",
    ),
    Case(
        "KB015",
        "yaml-in-no-folder",
        "corpus/gap/neu.yaml",
        write("corpus/gap/neu.yaml", "status: open\n"),
        at=(1, 1),
        says="no records are looked for in its folder",
        hint="move it to corpus/gaps/neu.yml",
    ),
    Case(
        "KB015",
        "settings",
        "corpus/knowledge-base.yaml",
        move(SETTINGS, "corpus/knowledge-base.yaml"),
        at="schema_version",
        says="the file is not read: it ends in .yaml",
        hint="rename it to knowledge-base.yml",
        more=["KB080"],
    ),
    Case(
        "KB016",
        "device",
        "corpus/studies/2010s/Con.yml",
        move(ALT, "corpus/studies/2010s/Con.yml"),
        at=(1, 1),
        says="Windows keeps the name Con for a device",
        hint="add a year or a word",
    ),
    Case(
        "KB016",
        "device-with-an-ending",
        "corpus/interface/nul.de.yml",
        write("corpus/interface/nul.de.yml", "home: x\n"),
        at=(1, 1),
        says="Windows keeps the name nul.de for a device",
        hint="add a year or a word",
    ),
    Case(
        "KB016",
        "folder",
        "corpus/studies/<b> {{x}}",
        move("corpus/studies/2010s", "corpus/studies/<b> {{x}}"),
        says="not every system can have this name",
        hint="letters a-z, digits and hyphens",
    ),
    Case(
        "KB016",
        "folder-of-a-device",
        "corpus/studies/lpt1",
        move("corpus/studies/2010s", "corpus/studies/lpt1"),
        says="Windows keeps the name lpt1 for a device",
        hint="add a year or a word",
    ),
    Case(
        "KB016",
        "term",
        HABITATS,
        swap(HABITATS, "id: courtyard", "id: AUX"),
        at="id: AUX",
        field="terms.6.id",
        says="Windows keeps the name AUX for a device",
        hint="add a word to it",
        more=["KB030"],
    ),
    Case(
        "KB023",
        "file-of-a-facet",
        "corpus/codebook/habitats [x].yml",
        move(HABITATS, "corpus/codebook/habitats [x].yml"),
        at=(1, 1),
        says="the file's name cannot be an id",
        hint="rename it to habitats-x.yml",
    ),
    Case(
        "KB023",
        "two-dots",
        "corpus/studies/...yml",
        move(ALT, "corpus/studies/...yml"),
        at=(1, 1),
        says="the file's name cannot be an id",
        hint="letters a-z, digits and hyphens",
    ),
    # The form of records
    Case(
        "KB017",
        "words-behind-a-sign",
        ALT,
        swap(ALT, "vereinzelt Besuche", "in Hof # 3 Besuche"),
        at="# 3 Besuche",
        field="findings.0.statement.de",
        says="the words after the # are a comment",
        hint="put the text in quotes if they belong to it",
    ),
    Case(
        "KB020",
        "misspelt",
        ALT,
        swap(ALT, "directness:", "directnes:"),
        at="directnes",
        field="directnes",
        says="unknown field",
        hint="did you mean directness?",
        more=["KB021"],
    ),
    Case(
        "KB020",
        "misspelt-inside",
        ALT,
        swap(ALT, "  locator:", "  locater: x\n  locator:"),
        at="locater",
        field="coding.locater",
        says="unknown field",
        hint="did you mean locator?",
    ),
    Case(
        "KB020",
        "with-misspelt",
        HABITATS,
        after(HABITATS, "    with: {effect: [hive-weight]}\n", "    wiht: {}\n"),
        at="wiht",
        field="exclusions.0.wiht",
        says="unknown field",
        hint="did you mean with?",
    ),
    Case(
        "KB020",
        "id-in-study",
        ALT,
        after(ALT, "kind: count\n", "id: alt2009\n"),
        at="id: alt2009",
        field="id",
        says="the file's name says it",
        hint="remove the field",
    ),
    Case(
        "KB021",
        "no-directness",
        ALT,
        swap(ALT, "directness: monitoring\n", ""),
        at="title",
        field="directness",
        says="directness is missing",
        hint="add directness: ... (one of: field-trial, monitoring, model)",
    ),
    Case(
        "KB021",
        "no-locator-of-finding",
        ALT,
        swap(ALT, '    locator: "S. 8 (erfunden)"\n', ""),
        at="id: visits-in-the-yard",
        field="findings.0.locator",
        says="locator is missing",
        hint="add locator: ...",
    ),
    Case(
        "KB022",
        "text-for-list",
        ALT,
        swap(ALT, "city: [neuhafen]", "city: neuhafen"),
        at="city",
        field="tags.city",
        says="must be a list, not the text 'neuhafen'",
        hint="write [neuhafen]",
    ),
    Case(
        "KB022",
        "number-in-quotes",
        MUSTER,
        swap(MUSTER, "n: 12", 'n: "12"'),
        at='n: "12"',
        field="sample.n",
        says="must be a whole number, not the text '12'",
        hint="write 12, without quotes",
    ),
    Case(
        "KB022",
        "fraction-for-count",
        MUSTER,
        swap(MUSTER, "n: 12", "n: 12.5"),
        at="n: 12.5",
        field="sample.n",
        says="must be a whole number, not the number 12.5",
        hint="digits",
    ),
    Case(
        "KB022",
        "yes-for-true",
        HABITATS,
        swap(HABITATS, "deprecated: true", "deprecated: yes"),
        at="deprecated: yes",
        field="terms.3.deprecated",
        says="must be true or false, not the text 'yes'",
        hint="write true, without quotes",
    ),
    Case(
        "KB023",
        "label-of-a-term",
        ALT,
        swap(ALT, "habitat: [courtyard]", "habitat: [Dächer im Grünen, grüne Wände]"),
        at="grüne",
        field="tags.habitat.1",
        says="the text 'grüne Wände' cannot be used here",
        hint="did you mean green-wall?",
    ),
    Case(
        "KB023",
        "label-of-a-facet",
        ALT,
        swap(ALT, "  habitat:", "  Lebensräume:"),
        at="Lebensräume:",
        field="tags.Lebensräume",
        says="the text 'Lebensräume' cannot be used here",
        hint="did you mean habitat?",
    ),
    Case(
        "KB023",
        "label-of-a-direction",
        ALT,
        swap(ALT, "direction: describes", "direction: Kommt drauf an"),
        at="direction: Kommt",
        field="findings.0.direction",
        says="the text 'Kommt drauf an' cannot be used here",
        hint="did you mean depends?",
    ),
    Case(
        "KB023",
        "date",
        ALT,
        swap(ALT, '"2024-05-08"', "8.5.2024"),
        at="date",
        field="coding.date",
        says="8.5.2024",
        hint="year-month-day",
    ),
    Case(
        "KB023",
        "no-such-day",
        ALT,
        swap(ALT, '"2024-05-08"', '"2023-02-29"'),
        at="date",
        field="coding.date",
        says="'2023-02-29' is not a day",
        hint="check the month and the day",
    ),
    Case(
        "KB023",
        "basis",
        ALT,
        swap(ALT, "basis: review", "basis: hearsay"),
        at="basis",
        field="coding.basis",
        says="'hearsay' is not allowed",
        hint="use 'full-text', 'abstract' or 'review'",
    ),
    Case(
        "KB023",
        "out-of-bounds",
        MUSTER,
        swap(MUSTER, "response_rate: 30", "response_rate: 130"),
        at="response_rate",
        field="sample.response_rate",
        says="130 is too large",
        hint="use 100 or less",
    ),
    Case(
        "KB023",
        "no-reports",
        ALT,
        swap(ALT, "reports: [alt2009]", "reports: []"),
        at="reports",
        field="reports",
        says="too few",
        hint="give at least 1",
        more=["KB051"],
    ),
    Case(
        "KB023",
        "address",
        MUSTER,
        swap(MUSTER, "https://example.org/muster2018", "javascript:alert(1)"),
        at="url",
        field="coding.supplements.0.url",
        says="javascript",
        hint="https://",
    ),
    Case(
        "KB023",
        "name-of-file",
        "corpus/studies/alte höfe.yml",
        move(ALT, "corpus/studies/alte höfe.yml"),
        at="title",
        says="the file's name cannot be an id",
        hint="rename it to alte-hofe.yml",
    ),
    Case(
        "KB024",
        "language-missing",
        LEER,
        swap(LEER, "  fr: L'essai ne rapporte aucun résultat.\n", ""),
        at="no_findings",
        field="no_findings",
        says="no text in fr",
        hint="add fr: ...",
    ),
    Case(
        "KB024",
        "language-unknown",
        LEER,
        after(LEER, "no_findings:\n", "  der: x\n"),
        at="der: x",
        field="no_findings.der",
        says="unknown language",
        hint="did you mean de?",
    ),
    Case(
        "KB025",
        "empty-text",
        ALT,
        swap(ALT, "Erfundene alte Zählung im Hof,", '" ",'),
        at="de:",
        field="title.de",
        says="empty",
        hint="write the text",
    ),
    Case(
        "KB025",
        "dots",
        ALT,
        swap(ALT, "Erfundene alte Zählung im Hof,", '"...",'),
        at="de:",
        field="title.de",
        says="... has neither a letter nor a digit",
        hint="write the text",
    ),
    # What the codebook says
    Case(
        "KB030",
        "label",
        ALT,
        swap(ALT, "habitat: [courtyard]", "habitat: [Cour]"),
        at="Cour]",
        field="tags.habitat.0",
        says="no habitat Cour",
        hint="did you mean courtyard?",
    ),
    Case(
        "KB030",
        "term",
        ALT,
        swap(ALT, "habitat: [courtyard]", "habitat: [courtyrad]"),
        at="courtyrad",
        field="tags.habitat.0",
        says="no habitat courtyrad",
        hint="did you mean courtyard?",
    ),
    Case(
        "KB030",
        "kind",
        ALT,
        swap(ALT, "kind: count", "kind: counts"),
        at="kind",
        field="kind",
        says="no design counts",
        hint="did you mean count?",
    ),
    Case(
        "KB030",
        "unit",
        MUSTER,
        swap(MUSTER, "unit: visits-per-hour", "unit: visits-per-hours"),
        at="unit: visits-per-hours",
        field="findings.0.measures.0.unit",
        says="no quantity visits-per-hours",
        hint="did you mean visits-per-hour?",
    ),
    Case(
        "KB030",
        "in-exclusion",
        INTERVENTIONS,
        swap(INTERVENTIONS, "[green-roof]", "[green-roofs]"),
        at="green-roofs",
        field="exclusions.0.with.habitat.0",
        says="no habitat green-roofs",
        hint="did you mean green-roof?",
    ),
    Case(
        "KB030",
        "own-term-in-exclusion",
        HABITATS,
        swap(HABITATS, "term: balcony", "term: balkony"),
        at="term: balkony",
        field="exclusions.0.term",
        says="no habitat balkony",
        hint="did you mean balcony?",
    ),
    Case(
        "KB031",
        "label",
        ALT,
        swap(ALT, "  habitat:", "  Habitat:"),
        at="Habitat:",
        field="tags.Habitat",
        says="no facet Habitat",
        hint="did you mean habitat?",
        more=["KB035"],
    ),
    Case(
        "KB031",
        "facet",
        ALT,
        swap(ALT, "  city:", "  cities:"),
        at="cities",
        field="tags.cities",
        says="no facet cities",
        hint="did you mean city?",
    ),
    Case(
        "KB032",
        "replaced",
        MUSTER,
        swap(MUSTER, "[extensive-roof]", "[moss-mat]"),
        at="moss-mat",
        field="tags.habitat.0",
        says="moss-mat is deprecated",
        hint="use extensive-roof",
    ),
    Case(
        "KB032",
        "not-replaced",
        ALT,
        swap(ALT, "[nest-aid]", "[honey-spray]"),
        at="honey-spray",
        field="tags.intervention.0",
        says="honey-spray is deprecated",
        hint="choose another term: seed-mix, nest-aid, mowing, shade-sail",
    ),
    Case(
        "KB033",
        "finding-facet-on-study",
        ALT,
        after(ALT, "  city: [neuhafen]\n", "  effect: [visits]\n"),
        at="effect",
        field="tags.effect",
        says="effect is not coded for a study",
        hint="move it to tags of each finding",
    ),
    Case(
        "KB033",
        "field-as-tag",
        ALT,
        after(ALT, "  city: [neuhafen]\n", "  design: [count]\n"),
        at="design",
        field="tags.design",
        says="design is not coded for a study",
        hint="move it to the field kind of a study",
    ),
    Case(
        "KB034",
        "two-seasons",
        MUSTER,
        swap(MUSTER, "season: [spring]", "season: [spring, summer]"),
        at="season",
        field="tags.season",
        says="season takes one term",
        hint="keep one of: spring, summer",
    ),
    Case(
        "KB035",
        "no-effect",
        ALT,
        swap(ALT, "tags: {effect: [visits]}", "tags: {}"),
        at="id: visits-in-the-yard",
        field="findings.0",
        says="no effect is coded",
        hint="add effect: [...] to the tags of the finding; terms: visits, diversity,",
    ),
    Case(
        "KB036",
        "term-twice",
        ALT,
        swap(ALT, "city: [neuhafen]", "city: [neuhafen, neuhafen]"),
        at="neuhafen]",
        field="tags.city.1",
        says="neuhafen stands twice",
        hint="remove one",
    ),
    Case(
        "KB036",
        "report-twice",
        ALT,
        swap(ALT, "reports: [alt2009]", "reports: [alt2009, alt2009]"),
        at="alt2009]",
        field="reports.1",
        says="alt2009 stands twice",
        hint="remove one",
    ),
    Case(
        "KB036",
        "finding-twice",
        SELBST,
        swap(SELBST, "visits-fall-in-the-evening", "Visits-rise-in-the-morning"),
        at="id: Visits-rise-in-the-morning",
        field="findings.1.id",
        says="Visits-rise-in-the-morning stands twice",
        hint="rename one",
    ),
    Case(
        "KB036",
        "direction-twice",
        SETTINGS,
        swap(SETTINGS, "- id: helps-greatly", "- id: helps"),
        at="id: helps\n    label: {de: Nützt sehr",
        field="directions.1",
        says="helps stands twice",
        hint="remove one",
        more=["KB062"],
    ),
    Case(
        "KB040",
        "study",
        "corpus/studies/b/ALT2009.yml",
        write("corpus/studies/b/ALT2009.yml", "title: {}\n"),
        at="title",
        says="the name ALT2009 is taken by corpus/studies/alt2009.yml",
        hint="rename one file",
        more=["KB021", "KB024"],
    ),
    Case(
        "KB040",
        "candidate-that-was-coded",
        "corpus/candidates/alt2009.yml",
        move(WARTEND, "corpus/candidates/alt2009.yml"),
        at=(1, 1),
        says="the name alt2009 is taken by corpus/studies/alt2009.yml",
        hint="delete corpus/candidates/alt2009.yml if that is its study, else rename one file",
    ),
    Case(
        "KB021",
        "coders",
        ALT,
        swap(ALT, "  coders: [probe]\n", ""),
        at="coding:",
        field="coding.coders",
        says="coders is missing",
        hint="add coders: [...] (from: probe",
    ),
    Case(
        "KB040",
        "facet",
        SEASONS,
        swap(SEASONS, "id: season\n", "id: City\n"),
        at="id: City",
        field="id",
        says="the facet City is also in corpus/codebook/cities.yml",
        hint="give one of them another id",
        more=["KB031"],
    ),
    Case(
        "KB040",
        "name-of-facet",
        "corpus/codebook/more/cities.yml",
        move(SEASONS, "corpus/codebook/more/cities.yml"),
        at="id",
        says="the name cities is taken by corpus/codebook/cities.yml",
        hint="rename one file",
    ),
    Case(
        "KB040",
        "name-of-selection",
        SEASONS,
        swap(SEASONS, "id: season\n", "id: direction\n"),
        at="id: direction",
        field="id",
        says="direction is a name that selections use",
        hint="another id",
        more=["KB031"],
    ),
    Case(
        "KB040",
        "address-of-two-facets",
        "corpus/codebook/x.yml",
        both(
            facet("corpus/codebook/x.yml", "city-intervention"),
            facet("corpus/codebook/y.yml", "intervention-season"),
        ),
        at="id: city-intervention",
        field="id",
        says="city-intervention and season would share an address with city and",
        hint="another id",
    ),
    Case(
        "KB040",
        "flag-of-cells",
        SEASONS,
        swap(SEASONS, "id: season\n", "id: team\n"),
        at="id: team",
        field="id",
        says="one-team is the flag",
        hint="another id",
        more=["KB031"],
    ),
    Case(
        "KB071",
        "replaced-and-in-use",
        SEASONS,
        swap(SEASONS, "  - id: summer\n", "  - id: summer\n    replaced_by: spring\n"),
        at="replaced_by: spring",
        field="terms.1.replaced_by",
        says="has a replacement and is not deprecated",
        hint="add deprecated: true",
    ),
    Case(
        "KB072",
        "replaced-in-a-circle",
        SEASONS,
        swap(
            SEASONS,
            "  - id: summer\n",
            "  - id: summer\n    deprecated: true\n    replaced_by: summer\n",
        ),
        at="replaced_by: summer",
        field="terms.1.replaced_by",
        says="is replaced by no term in use",
        hint="name a term that is in use",
        more=["KB032"],
    ),
    Case(
        "KB023",
        "language-of-other-names",
        SEASONS,
        swap(SEASONS, "  - id: summer\n", "  - id: summer\n    alt_labels: {de oder: [Hitze]}\n"),
        at="de oder",
        field="terms.1.alt_labels.de oder",
        says="cannot be used here",
        hint="use the code of a language",
        more=[],
    ),
    Case(
        "KB040",
        "address-of-a-year",
        SEASONS,
        swap(SEASONS, "  - id: summer", "  - id: as-of-2009"),
        at="id: as-of-2009",
        field="terms.1.id",
        says="pages of past years have addresses such as as-of-2009",
        hint="another id",
        more=["KB030"],
    ),
    # The references
    Case(
        "KB050",
        "report",
        ALT,
        swap(ALT, "reports: [alt2009]", "reports: [alt2090]"),
        at="alt2090",
        field="reports.0",
        says="no reference alt2090",
        hint="did you mean alt2009?",
        more=["KB051"],
    ),
    Case(
        "KB050",
        "nothing-near",
        ALT,
        swap(ALT, "source: uebersicht2020", "source: qqq"),
        at="source",
        field="coding.source",
        says="no reference qqq",
        hint="add @misc{qqq, ...} to references.bib",
    ),
    Case(
        "KB050",
        "source-of-coding",
        ALT,
        swap(ALT, "source: uebersicht2020", "source: uebersicht2021"),
        at="source",
        field="coding.source",
        says="no reference uebersicht2021",
        hint="did you mean uebersicht2020?",
    ),
    Case(
        "KB050",
        "source-of-supplement",
        MUSTER,
        swap(MUSTER, "source: muster2018\n      loc", "source: muster2081\n      loc"),
        at="source: muster2081",
        field="coding.supplements.0.source",
        says="no reference muster2081",
        hint="did you mean muster2018?",
    ),
    Case(
        "KB050",
        "source-of-caveat",
        MUSTER,
        swap(MUSTER, "source: muster2018\n    loc", "source: muster2081\n    loc"),
        at="source: muster2081",
        field="caveats.0.source",
        says="no reference muster2081",
        hint="did you mean muster2018?",
    ),
    Case(
        "KB050",
        "source-of-term",
        HABITATS,
        swap(HABITATS, "source: uebersicht2020", "source: uebersicht"),
        at="source",
        field="terms.1.source",
        says="no reference uebersicht",
        hint="did you mean uebersicht2020?",
    ),
    Case(
        "KB050",
        "source-of-attribute",
        CITIES,
        swap(CITIES, "source: uebersicht2020", "source: uebersicht"),
        at="source",
        field="attributes.0.source",
        says="no reference uebersicht",
        hint="did you mean uebersicht2020?",
    ),
    Case(
        "KB051",
        "unused",
        REFERENCES,
        append(REFERENCES, "\n" + ENTRY % "niemand2001"),
        at="@book{niemand2001",
        field="niemand2001",
        says="no record uses niemand2001",
        hint="code the study, remove the entry",
    ),
    Case(
        "KB052",
        "no-comma",
        REFERENCES,
        append(REFERENCES, "\n  @book{neu2001 title = {Erfunden}}\n"),
        at="@book{neu2001",
        field="neu2001",
        says="cannot be read",
        hint="check its braces",
    ),
    Case(
        "KB052",
        "not-closed",
        REFERENCES,
        append(REFERENCES, "\n@book{neu2001, title = {Erfunden\n"),
        at="@book{neu2001",
        field="neu2001",
        says="cannot be read",
        hint="check its braces",
    ),
    Case(
        "KB052",
        "field-twice",
        REFERENCES,
        swap(REFERENCES, "  author  = {Muster", "  year = {2000},\n  author  = {Muster"),
        at="@article{muster2015",
        field="muster2015",
        says="it has the field year twice",
        hint="keep one",
    ),
    Case(
        "KB052",
        "no-comma-after-a-field",
        REFERENCES,
        swap(REFERENCES, "Gesäte Dächer},\n", "Gesäte Dächer}\n"),
        at="title   = {Erfunden: Gesäte Dächer}\n",
        field="muster2015.title",
        says="the comma is missing before journal",
        hint="put a comma after title = {Erfunden: Gesäte Dächer}",
    ),
    Case(
        "KB052",
        "no-at",
        REFERENCES,
        append(REFERENCES, "\n% a note\n" + ENTRY[1:] % "neu2001"),
        at="book{neu2001",
        field="neu2001",
        says="read as a comment",
        hint="put an @ before it",
    ),
    Case(
        "KB053",
        "key-twice",
        REFERENCES,
        append(REFERENCES, "\n@book{alt2009, title = {Erfunden}}\n"),
        at="@book{alt2009, t",
        field="alt2009",
        says="alt2009 stands twice",
        hint="keep one entry",
    ),
    Case(
        "KB053",
        "key-differs-by-case",
        REFERENCES,
        append(REFERENCES, "\n" + ENTRY % "Alt2009"),
        at="@book{Alt2009",
        field="Alt2009",
        says="only upper and lower case tell it from the key alt2009",
        hint="rename one",
        more=["KB051"],
    ),
    Case(
        "KB054",
        "doi",
        REFERENCES,
        after(REFERENCES, "{alt2009,\n", "  doi = {https://doi.org/10.1234/x},\n"),
        at="doi = ",
        field="alt2009.doi",
        says="https://doi.org/10.1234/x is not a DOI",
        hint="write 10.1234/x",
    ),
    Case(
        "KB054",
        "isbn",
        REFERENCES,
        after(REFERENCES, "{alt2009,\n", "  isbn = {978-0-00-000000-0},\n"),
        at="isbn = ",
        field="alt2009.isbn",
        says="check digit of 978-0-00-000000-0 is wrong",
        hint="compare it",
    ),
    Case(
        "KB054",
        "address",
        REFERENCES,
        swap(REFERENCES, "https://example.org/modell2022", "javascript:alert(1)"),
        at="url ",
        field="modell2022.url",
        says="javascript:alert(1) is not an address",
        hint="start it with https://",
    ),
    Case(
        "KB054",
        "no-title",
        REFERENCES,
        swap(REFERENCES, "  title     = {Erfunden: Zählung im Hof},\n", ""),
        at="@book{alt2009",
        field="alt2009.title",
        says="no title",
        hint="add title",
    ),
    Case(
        "KB054",
        "no-author",
        REFERENCES,
        swap(REFERENCES, "  author    = {Alt, Albert},\n", ""),
        at="@book{alt2009",
        field="alt2009.author",
        says="neither author nor editor",
        hint="add author",
    ),
    Case(
        "KB054",
        "year",
        REFERENCES,
        swap(REFERENCES, "  year      = {2009},", "  year      = {bald},"),
        at="year      = {bald}",
        field="alt2009.year",
        says="no year",
        hint="four digits",
    ),
    Case(
        "KB054",
        "unverified",
        REFERENCES,
        swap(REFERENCES, "unverified = {pages}", "unverified = {page}"),
        at="unverified",
        field="beispiel2021.unverified",
        says="no field page",
        hint="did you mean pages?",
    ),
    Case(
        "KB054",
        "key",
        REFERENCES,
        append(REFERENCES, "\n" + ENTRY % "../../alt"),
        at="@book{../../alt",
        field="../../alt",
        says="the key '../../alt' cannot be used",
        hint="letters a-z, digits and hyphens",
        more=["KB051"],
    ),
    Case(
        "KB054",
        "device",
        REFERENCES,
        append(REFERENCES, ENTRY % "prn"),
        at="@book{prn",
        field="prn",
        says="Windows keeps the key prn for a device",
        hint="add the year to it",
        more=["KB051"],
    ),
    Case(
        "KB054",
        "semicolon",
        REFERENCES,
        swap(REFERENCES, "{Alt, Albert}", "{Alt, Albert; Neu, Nina}"),
        at="author    = {Alt, Albert; N",
        field="alt2009.author",
        says="a semicolon does not part persons",
        hint="put the word and between them",
    ),
    Case(
        "KB056",
        "same-doi",
        REFERENCES,
        both(
            after(REFERENCES, "{alt2009,\n", "  doi = {10.1234/aa},\n"),
            after(REFERENCES, "{modell2022,\n", "  doi = {10.1234/AA},\n"),
        ),
        at="doi = {10.1234/aa",
        field="alt2009.doi",
        says="modell2022 has the same DOI",
        hint="make them one entry",
    ),
    Case(
        "KB055",
        "shared",
        SELBST,
        swap(SELBST, "reports: [selbst2020]", "reports: [selbst2020, muster2018]"),
        at="muster2018",
        field="reports.1",
        says="muster2018 is also a report of muster2015",
        hint="make them one study",
    ),
    # Across records
    Case(
        "KB060",
        "cell",
        SELBST,
        swap(SELBST, "effect: [visits]", "effect: [hive-weight]"),
        at="id: visits-rise-in-the-morning",
        field="findings.0",
        says="habitat balcony and effect hive-weight cannot meet: Auf erfundenen Balkonen",
        hint="or correct the exclusion in corpus/codebook/habitats.yml",
    ),
    Case(
        "KB060",
        "narrower-term",
        BEISPIEL,
        swap(BEISPIEL, "[seed-mix]", "[shade-sail]"),
        at="id: many-species",
        field="findings.0",
        says="intervention shade-sail and habitat green-roof cannot meet",
        hint="remove one of the two",
    ),
    Case(
        "KB060",
        "kind",
        ALT,
        append(
            HABITATS, f"  - term: courtyard\n    with: {{design: [count]}}\n    reason: {TEXT}\n"
        ),
        at="id: visits-in-the-yard",
        field="findings.0",
        says="habitat courtyard and design count cannot meet: x",
        hint="remove one of the two",
    ),
    Case(
        "KB061",
        "no-reason",
        LEER,
        swap(
            LEER,
            "no_findings:\n"
            "  de: Der Essay berichtet kein Ergebnis.\n"
            "  fr: L'essai ne rapporte aucun résultat.\n",
            "",
        ),
        at="findings",
        field="findings",
        says="the study has no findings",
        hint="say in no_findings why",
    ),
    Case(
        "KB061",
        "reason-without-need",
        ALT,
        after(ALT, "kind: count\n", f"no_findings: {TEXT}\n"),
        at="no_findings",
        field="no_findings",
        says="the study has findings",
        hint="remove no_findings",
    ),
    Case(
        "KB062",
        "direction",
        ALT,
        swap(ALT, "direction: describes", "direction: describe"),
        at="direction",
        field="findings.0.direction",
        says="no direction describe",
        hint="did you mean describes?",
    ),
    Case(
        "KB062",
        "coder",
        ALT,
        swap(ALT, "coders: [probe]", "coders: [probee]"),
        at="probee",
        field="coding.coders.0",
        says="no coder probee",
        hint="did you mean probe?",
    ),
    Case(
        "KB063",
        "backwards",
        MUSTER,
        swap(MUSTER, "{start: 2013, end: 2014}", "{start: 2013, end: 2012}"),
        at="end: 2012",
        field="period.end",
        says="2012 is before 2013",
        hint="write start: 2012 and end: 2013",
    ),
    Case(
        "KB063",
        "reported-before",
        MUSTER,
        swap(MUSTER, "{start: 2013, end: 2014}", "{start: 2016, end: 2017}"),
        at="start: 2016",
        field="period.start",
        says="the first report is from 2015",
        hint="correct the year here, or that in references.bib",
    ),
    Case(
        "KB064",
        "no-such-field",
        MUSTER,
        swap(MUSTER, "tags.season,", "tags.seasons,"),
        at="tags.seasons",
        field="coding.supplements.0.covers.1",
        says="the record has no tags.seasons",
        hint="did you mean tags.season?",
    ),
    Case(
        "KB064",
        "below-a-list-of-texts",
        MUSTER,
        swap(MUSTER, "tags.season,", "reports.0.pages,"),
        at="reports.0.pages",
        field="coding.supplements.0.covers.1",
        says="the record has no reports.0.pages",
        hint="did you mean reports?",
    ),
    # The codebook and the settings
    Case(
        "KB070",
        "term-twice",
        SEASONS,
        swap(SEASONS, "- id: summer", "- id: Spring"),
        at="id: Spring",
        field="terms.1.id",
        says="Spring stands twice",
        hint="more than upper and lower case",
        more=["KB030"],
    ),
    Case(
        "KB071",
        "broader",
        HABITATS,
        swap(HABITATS, "broader: green-roof", "broader: green-rof"),
        at="broader: green-rof",
        field="terms.1.broader",
        says="no term green-rof in this facet",
        hint="did you mean green-roof?",
    ),
    Case(
        "KB071",
        "replacement",
        HABITATS,
        swap(HABITATS, "replaced_by: extensive-roof", "replaced_by: extensive-rof"),
        at="replaced_by",
        field="terms.3.replaced_by",
        says="no term extensive-rof in this facet",
        hint="did you mean extensive-roof?",
    ),
    Case(
        "KB071",
        "attribute",
        CITIES,
        swap(CITIES, "{climate: mild}", "{climat: mild}"),
        at="climat: mild",
        field="terms.0.attributes.climat",
        says="no attribute climat here",
        hint="did you mean climate?",
    ),
    Case(
        "KB071",
        "value-of-attribute",
        CITIES,
        swap(CITIES, "{climate: mild}", "{climate: milde}"),
        at="climate: milde",
        field="terms.0.attributes.climate",
        says="climate has no value milde",
        hint="did you mean mild?",
    ),
    Case(
        "KB072",
        "circle",
        HABITATS,
        after(HABITATS, "fr: Tout toit planté.}\n", "    broader: extensive-roof\n"),
        at="broader: extensive-roof",
        field="terms.0.broader",
        says="green-roof is broader than itself",
        hint="remove `broader` from one of: green-roof, extensive-roof",
    ),
    Case(
        "KB073",
        "row",
        SETTINGS,
        swap(SETTINGS, "row: habitat", "row: habitats"),
        at="row",
        field="matrix.row",
        says="not coded with habitats",
        hint="did you mean habitat?",
    ),
    Case(
        "KB073",
        "row-without-findings",
        SETTINGS,
        swap(SETTINGS, "row: habitat", "row: quantity"),
        at="row",
        field="matrix.row",
        says="not coded with quantity",
        hint="use one of: city, design,",
    ),
    Case(
        "KB073",
        "row-is-column",
        SETTINGS,
        swap(SETTINGS, "column: effect", "column: habitat"),
        at="column: habitat",
        field="matrix.column",
        says="the same facet",
        hint="use one of: city, design",
    ),
    Case(
        "KB073",
        "narrow",
        SETTINGS,
        swap(SETTINGS, "narrow: [city,", "narrow: [citi,"),
        at="citi",
        field="matrix.narrow.0",
        says="not coded with citi",
        hint="did you mean city?",
    ),
    Case(
        "KB073",
        "evidence-column",
        SETTINGS,
        swap(SETTINGS, "evidence_columns: [city,", "evidence_columns: [citi,"),
        at="citi",
        field="evidence_columns.0",
        says="not coded with citi",
        hint="did you mean city?",
    ),
    Case(
        "KB073",
        "direct",
        SETTINGS,
        swap(SETTINGS, "[field-trial, monitoring]", "[field-trial, monitor]"),
        at="monitor]",
        field="matrix.direct.1",
        says="no evidence-level monitor",
        hint="did you mean monitoring?",
    ),
    Case(
        "KB073",
        "role-twice",
        SEASONS,
        swap(SEASONS, "applies_to: [study]\n", "role: kind\n"),
        at="role: kind",
        field="role",
        says="the role kind is taken by corpus/codebook/designs.yml",
        hint="give one facet that role",
        more=["KB033"],
    ),
    Case(
        "KB073",
        "no-kind",
        SETTINGS,
        swap(DESIGNS, "role: kind\n", ""),
        at="schema_version",
        says="no facet has the role kind",
        hint="add role: kind",
    ),
    Case(
        "KB073",
        "no-unit",
        SETTINGS,
        swap(QUANTITIES, "role: unit\n", ""),
        at="schema_version",
        says="no facet has the role unit",
        hint="add role: unit",
    ),
    Case(
        "KB080",
        "no-settings",
        SETTINGS,
        remove(SETTINGS),
        says="no such file",
        hint="name it with --root",
    ),
    Case(
        "KB081",
        "no-version",
        SETTINGS,
        swap(SETTINGS, "schema_version: 1\n", ""),
        at="title",
        says="the knowledge base names no schema_version; this kb reads version 1",
        hint="run kb migrate",
    ),
    Case(
        "KB081",
        "newer-version",
        SETTINGS,
        swap(SETTINGS, "schema_version: 1", "schema_version: 9"),
        at="schema_version",
        field="schema_version",
        says="the knowledge base is of version 9; this kb reads version 1",
        hint="newer release of the engine",
    ),
    Case(
        "KB081",
        "odd-version",
        SETTINGS,
        swap(SETTINGS, "schema_version: 1", "schema_version: true"),
        at="schema_version",
        field="schema_version",
        says="schema_version must be a whole number",
        hint="write schema_version: 1",
    ),
    Case(
        "KB080",
        "no-codebook",
        "corpus/codebook",
        move("corpus/codebook", "codebook"),
        says="no codebook",
        hint="add one file for each facet",
    ),
    Case(
        "KB026",
        "no-such-word",
        DE,
        append(DE, "count_studys: x\n"),
        at="count_studys",
        field="count_studys",
        says="no word count_studys",
        hint="did you mean count_study?",
    ),
    Case(
        "KB026",
        "other-blank",
        DE,
        swap(DE, "{n} Studien", "{m} Studien"),
        at="count_studies",
        field="count_studies",
        says="not those of the English word",
        hint="use exactly: {n}",
    ),
    Case(
        "KB026",
        "formatted-blank",
        DE,
        swap(DE, "{n} Studien", "{n:d} Studien"),
        at="count_studies",
        field="count_studies",
        says="not those of the English word",
        hint="use exactly: {n}",
    ),
    Case(
        "KB026",
        "open-bracket",
        DE,
        swap(DE, "Start", '"St{art"'),
        at="home",
        field="home",
        says="not those of the English word",
        hint="use no curly brackets",
    ),
    Case(
        "KB022",
        "word-of-the-interface",
        DE,
        swap(DE, "home: Start", "home: 1"),
        at="home",
        field="home",
        says="must be a text",
        hint='write home: "..."',
    ),
    # Claims, gaps and candidates
    Case(
        "KB090",
        "finding",
        UMSTRITTEN,
        swap(UMSTRITTEN, "#walls-help-species", "#wall-help-species"),
        at="finding: modell2022",
        field="rests_on.0.finding",
        says="no finding modell2022#wall-help-species",
        hint="did you mean modell2022#walls-help-species?",
    ),
    Case(
        "KB091",
        "nothing",
        MAEHEN,
        swap(
            MAEHEN, "rests_on:\n  - finding: erfunden2019#fewer-visits\n    stance: supports\n", ""
        ),
        at=(1, 1),
        field="rests_on",
        says="rests on no finding",
        hint="or add note:",
    ),
    Case(
        "KB091",
        "only-against",
        MAEHEN,
        swap(MAEHEN, "stance: supports", "stance: challenges"),
        at="rests_on:",
        says="rests on no finding, and some speak against it",
        field="rests_on",
        hint="add note:",
    ),
    Case(
        "KB092",
        "one-study",
        SAAT,
        swap(SAAT, "beispiel2021#many-species", "muster2015#survival-of-larvae"),
        at="confidence:",
        field="confidence",
        says="fewer than two studies",
        hint="remove confidence",
    ),
    Case(
        "KB093",
        "study",
        BALKON,
        swap(BALKON, "study: selbst2020", "study: selbst2021"),
        at="study: selbst2021",
        field="addressed_by.0.study",
        says="no study selbst2021",
        hint="did you mean selbst2020?",
    ),
    Case(
        "KB094",
        "closed-in-part",
        BALKON,
        swap(BALKON, "extent: fully", "extent: partly"),
        at="status: closed",
        field="status",
        says="closed, but no study answers it fully",
        hint="extent: fully",
    ),
    Case(
        "KB094",
        "narrowed-by-nothing",
        LARVEN,
        swap(LARVEN, "status: open", "status: narrowed"),
        at="status: narrowed",
        field="status",
        says="narrowed, but no study addresses it",
        hint="status: open",
    ),
    Case(
        "KB094",
        "open-and-answered",
        BALKON,
        swap(BALKON, "status: closed", "status: open"),
        at="status: open",
        field="status",
        says="answers the gap fully, but it is open",
        hint="status: closed",
    ),
    Case(
        "KB096",
        "study",
        "corpus/second-codings/alt2008.yml",
        write("corpus/second-codings/alt2008.yml", SECOND),
        at=(1, 1),
        says="no study alt2008",
        hint="rename the file to alt2009.yml",
    ),
    Case(
        "KB062",
        "direction-of-a-second-coding",
        TWICE,
        write(TWICE, SECOND.replace("g}\n", "g, directions: [help]}\n", 1)),
        at="help",
        field="codings.0.directions.0",
        says="no direction help",
        hint="did you mean helps?",
        more=["KB097"],
    ),
    Case(
        "KB036",
        "direction-of-a-second-coding",
        TWICE,
        write(TWICE, SECOND.replace("g}\n", "g, directions: [helps, helps]}\n")),
        at="helps]",
        field="codings.0.directions.1",
        says="helps stands twice",
        hint="remove one",
        more=["KB036"],
    ),
    Case(
        "KB031",
        "settled",
        TWICE,
        write(TWICE, SECOND + "settled:\n  - {facet: habitats, decision: {de: x, fr: x}}\n"),
        at="facet: habitats",
        field="settled.0.facet",
        says="no facet habitats",
        hint="did you mean habitat?",
    ),
    Case(
        "KB097",
        "agreed",
        TWICE,
        write(TWICE, SECOND + "settled:\n  - {facet: direction, decision: {de: x, fr: x}}\n"),
        at="facet: direction",
        field="settled.0.facet",
        says="the two coders agree on direction",
        hint="remove the decision",
    ),
    Case(
        "KB097",
        "not-settled",
        TWICE,
        write(TWICE, SECOND.replace("g}", "g, tags: {city: [neuhafen]}}", 1)),
        at="codings:",
        field="codings",
        says="the two coders differ on city",
        hint="say in settled what was decided",
    ),
    Case(
        "KB036",
        "settled-twice",
        TWICE,
        write(TWICE, DIFFERING + 2 * "  - {facet: evidence-level, decision: {de: x, fr: x}}\n"),
        at=(8, 5),
        field="settled.1",
        says="evidence-level stands twice",
        hint="remove one",
    ),
    Case(
        "KB095",
        "twice",
        "corpus/candidates/zweimal.yml",
        copied(WARTEND, "corpus/candidates/zweimal.yml"),
        at="report:",
        field="report",
        says="ohnejahr is a candidate already: wartend",
        hint="make them one candidate",
    ),
    Case(
        "KB095",
        "coded",
        WARTEND,
        swap(WARTEND, "report: ohnejahr", "report: alt2009"),
        at="report: alt2009",
        field="report",
        says="coded already, in the study alt2009",
        hint="delete corpus/candidates/wartend.yml",
    ),
    Case(
        "KB015",
        "folder-misspelt",
        "corpus/gap/neu.yml",
        write("corpus/gap/neu.yml", "status: open\n"),
        at=(1, 1),
        says="no records are looked for in its folder",
        hint="move it to corpus/gaps/neu.yml",
    ),
    Case(
        "KB015",
        "in-no-folder",
        "corpus/neu.yml",
        write("corpus/neu.yml", "status: open\n"),
        at=(1, 1),
        says="no records are looked for in its folder",
        hint="move it to one of: codebook, studies, claims, gaps,",
    ),
    Case(
        "KB021",
        "gap-without-source",
        LARVEN,
        swap(LARVEN, "    explicit: true\n", ""),
        at="source: uebersicht2020",
        field="stated_by.0.explicit",
        says="explicit is missing",
        hint="add explicit: ...",
    ),
    Case(
        "KB022",
        "claim-without-source",
        MAEHEN,
        swap(
            MAEHEN,
            'stated_by:\n  - source: erfunden2019\n    locator: "S. 5 (erfunden)"\n',
            "stated_by: x\n",
        ),
        at="stated_by",
        field="stated_by",
        says="must be a list",
        hint="write a list, each entry with source, locator",
    ),
    Case(
        "KB023",
        "gap-stated-by-no-one",
        LARVEN,
        swap(
            LARVEN,
            'stated_by:\n  - source: uebersicht2020\n    locator: "S. 20 (erfunden)"\n'
            "    explicit: true\n",
            "stated_by: []\n",
        ),
        at="stated_by",
        field="stated_by",
        says="too few",
        hint="give at least 1",
    ),
    Case(
        "KB023",
        "concern",
        SAAT,
        swap(SAAT, "concern: serious", "concern: grave"),
        at="concern: grave",
        field="confidence.methodological_limitations.concern",
        says="not allowed",
        hint="use ",
    ),
    Case(
        "KB030",
        "kind-of-gap",
        LARVEN,
        swap(LARVEN, "kind: unseen", "kind: unsen"),
        at="kind: unsen",
        field="kind",
        says="no lacuna unsen",
        hint="did you mean unseen?",
    ),
    Case(
        "KB030",
        "reason-of-gap",
        LARVEN,
        swap(LARVEN, "reason: too-little", "reason: to-little"),
        at="reason: to-little",
        field="reason",
        says="no obstacle to-little",
        hint="did you mean too-little?",
    ),
    Case(
        "KB030",
        "tag-of-claim",
        SAAT,
        swap(SAAT, "[extensive-roof,", "[extensiv-roof,"),
        at="extensiv-roof",
        field="tags.habitat.0",
        says="no habitat extensiv-roof",
        hint="did you mean extensive-roof?",
    ),
    Case(
        "KB031",
        "facet-of-candidate",
        WARTEND,
        swap(WARTEND, "habitat:", "habitats:"),
        at="habitats",
        field="tags.habitats",
        says="no facet habitats",
        hint="did you mean habitat?",
    ),
    Case(
        "KB032",
        "tag-of-gap",
        LARVEN,
        swap(LARVEN, "[green-wall]", "[moss-mat]"),
        at="moss-mat",
        field="tags.habitat.0",
        says="moss-mat is deprecated",
        hint="use extensive-roof",
    ),
    Case(
        "KB033",
        "field-as-tag-of-gap",
        LARVEN,
        swap(LARVEN, "habitat: [green-wall]", "lacuna: [unseen]"),
        at="lacuna",
        field="tags.lacuna",
        says="lacuna is no tag",
        hint="move it to the field kind of a gap",
    ),
    Case(
        "KB036",
        "finding-of-claim-twice",
        UMSTRITTEN,
        swap(UMSTRITTEN, "modell2023#walls-hinder-species", "modell2022#walls-help-species"),
        at="finding: modell2022#walls-help-species\n    stance: challenges",
        field="rests_on.1",
        says="stands twice",
        hint="remove one",
        more=["KB092"],
    ),
    Case(
        "KB036",
        "answer-twice",
        BALKON,
        swap(BALKON, "study: modell2022", "study: selbst2020"),
        at="study: selbst2020\n    extent: partly",
        field="addressed_by.1",
        says="selbst2020 stands twice",
        hint="remove one",
    ),
    Case(
        "KB040",
        "claim-and-gap",
        SAAT_GAP,
        copied(LARVEN, SAAT_GAP),
        at=(1, 1),
        says="the name saat-hilft is taken by corpus/claims/saat-hilft.yml",
        hint="rename one file",
    ),
    Case(
        "KB050",
        "source-of-claim",
        MAEHEN,
        swap(MAEHEN, "source: erfunden2019", "source: erfunden2018"),
        at="source: erfunden2018",
        field="stated_by.0.source",
        says="no reference erfunden2018",
        hint="did you mean erfunden2019?",
    ),
    Case(
        "KB050",
        "source-of-gap",
        LARVEN,
        swap(LARVEN, "source: uebersicht2020", "source: uebersicht2021"),
        at="source: uebersicht2021",
        field="stated_by.0.source",
        says="no reference uebersicht2021",
        hint="did you mean uebersicht2020?",
    ),
    Case(
        "KB050",
        "source-of-priority",
        LARVEN,
        swap(LARVEN, "source: schlaf2024", "source: schlaf2025"),
        at="source: schlaf2025",
        field="priority.source",
        says="no reference schlaf2025",
        hint="did you mean schlaf2024?",
    ),
    Case(
        "KB050",
        "report-of-candidate",
        WARTEND,
        swap(WARTEND, "report: ohnejahr", "report: ohnejahre"),
        at="report: ohnejahre",
        field="report",
        says="no reference ohnejahre",
        hint="did you mean ohnejahr?",
    ),
    Case(
        "KB050",
        "source-of-candidate",
        WARTEND,
        swap(WARTEND, "source: uebersicht2020", "source: uebersicht2021"),
        at="source: uebersicht2021",
        field="coding.source",
        says="no reference uebersicht2021",
        hint="did you mean uebersicht2020?",
    ),
    Case(
        "KB062",
        "who-assesses",
        SAAT,
        swap(SAAT, "by: [probe, zweite]", "by: [probe, zweiter]"),
        at="zweiter",
        field="confidence.by.1",
        says="no coder zweiter",
        hint="did you mean zweite?",
    ),
    Case(
        "KB062",
        "coder-of-candidate",
        WARTEND,
        swap(WARTEND, "coders: [probe]", "coders: [prob]"),
        at="prob]",
        field="coding.coders.0",
        says="no coder prob",
        hint="did you mean probe?",
    ),
    Case(
        "KB073",
        "no-kind-of-gap",
        SETTINGS,
        swap(LACUNAE, "role: gap-kind\n", ""),
        at="schema_version",
        says="no facet has the role gap-kind",
        hint="add role: gap-kind",
    ),
    Case(
        "KB073",
        "no-reason-of-gap",
        SETTINGS,
        swap(OBSTACLES, "role: gap-reason\n", ""),
        at="schema_version",
        says="no facet has the role gap-reason",
        hint="add role: gap-reason",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_break(case: Case, copy: Path) -> None:
    case.edit(copy)
    _, problems = load(copy)
    assert {problem.code for problem in problems} == {case.code, *case.more}
    line, column = case.place(copy)
    here = [p for p in problems if (p.code, p.path, p.field) == (case.code, case.path, case.field)]
    assert [(p.line, p.column, p.severity) for p in here] == [
        (line, column, RULES[case.code].severity)
    ]
    assert case.says in here[0].message
    assert case.hint in here[0].hint


def test_every_rule_is_broken_by_a_case() -> None:
    assert {case.code for case in CASES} == set(RULES)


def test_only_warnings_are_no_errors() -> None:
    assert {code for code, rule in RULES.items() if rule.severity == "warning"} == {
        "KB015",
        "KB017",
        "KB051",
        "KB056",
        "KB097",
    }


def codes_of(text: str) -> set[str]:
    _, problems = yamlfile.parse(text.encode(), "a.yml")
    return {problem.code for problem in problems}


@pytest.mark.parametrize("code", ["KB003", "KB004", "KB005", "KB006", "KB007", "KB009", "KB012"])
def test_examples_of_the_grammar_are_what_they_say(code: str) -> None:
    assert codes_of(RULES[code].bad) == {code}
    assert codes_of(RULES[code].good) == set()


def test_examples_of_every_rule_differ() -> None:
    assert all(rule.bad != rule.good and rule.why and rule.title for rule in RULES.values())
    assert list(RULES) == sorted(RULES)


def found(root: Path, *edits: Edit) -> list[Problem]:
    for edit in edits:
        edit(root)
    return list(load(root)[1])


def test_a_term_of_a_facet_without_any_is_to_be_added(copy: Path) -> None:
    path = "corpus/codebook/lacunae.yml"
    text = (copy / path).read_text("utf-8")
    (copy / path).write_text(f"{text.partition('terms:')[0]}terms: []\n", "utf-8")
    hints = {one.hint for one in found(copy) if one.code == "KB030"}
    assert hints == {f"add it to {path}, which has no term in use"}


def test_only_the_terms_of_a_circle_are_in_it(copy: Path) -> None:
    problems = found(
        copy,
        after(HABITATS, "fr: Tout toit planté.}\n", "    broader: extensive-roof\n"),
    )
    # intensive-roof is below the circle, not part of it.
    assert [p.message.split()[0] for p in problems] == ["green-roof", "extensive-roof"]


def test_a_report_that_stands_twice_belongs_to_one_study(copy: Path) -> None:
    problems = found(copy, swap(ALT, "reports: [alt2009]", "reports: [alt2009, alt2009]"))
    assert [p.code for p in problems] == ["KB036"]


@pytest.mark.parametrize(
    "edit",
    [
        swap(REFERENCES, "@techreport{muster2018,", "@techreport{muster2018"),
        swap(REFERENCES, "@techreport{muster2018,", "techreport{muster2018,"),
        swap(REFERENCES, "Erfunden: Gesäte Dächer, drei Jahre", "Erfunden: {Gesäte Dächer, drei"),
    ],
)
def test_references_that_cannot_be_read_are_not_missing(edit: Edit, copy: Path) -> None:
    """A study, a supplement and a caveat name the entry, and a claim one that is not there."""
    problems = found(copy, edit, swap(MAEHEN, "source: erfunden2019", "source: nirgends2019"))
    assert [(p.code, p.field) for p in problems] == [
        ("KB050", "stated_by.0.source"),
        ("KB052", "muster2018"),
    ]


@pytest.mark.parametrize("path", [SETTINGS, HABITATS, MUSTER, SAAT, LARVEN, WARTEND, DE])
def test_words_are_lost_in_no_kind_of_record(path: str, copy: Path) -> None:
    content = (copy / path).read_text("utf-8")
    more = "x_lost: Wort # 1\nx_text:\n  de: Zwei Worte # 2\n  fr: Deux mots  # 3\n"
    (copy / path).write_text(content + more, "utf-8")
    lines = (content + more).count("\n")
    told = [p for p in load(copy)[1] if p.code == "KB017"]
    assert [(p.path, p.line, p.column, p.field) for p in told] == [
        (path, lines - 1, 18, "x_text.de"),
        (path, lines, 18, "x_text.fr"),
    ]


def test_references_of_a_study_that_cannot_be_read_are_not_unused(copy: Path) -> None:
    problems = found(copy, append(MUSTER, "unknown: field\n"), append(ALT, "\t: ]\n"))
    assert [p.code for p in problems] == ["KB020", "KB004"]


def test_what_names_a_study_that_cannot_be_read_is_not_wrong(copy: Path) -> None:
    """A claim rests on the first study; a gap is answered by the second, which was coded twice."""
    second = write("corpus/second-codings/selbst2020.yml", SECOND)
    problems = found(copy, append(MUSTER, "x: 1\n"), append(SELBST, "x: 1\n"), second)
    assert [(p.code, p.path) for p in problems] == [("KB020", MUSTER), ("KB020", SELBST)]


def test_what_two_coders_differ_on_is_settled_by_facet(copy: Path) -> None:
    """The facet goes by its own name, also where the field is named by what it is for."""
    decided = "  - {facet: evidence-level, decision: {de: x, fr: x}}\n"
    assert found(copy, write(TWICE, DIFFERING + decided)) == []


@pytest.mark.parametrize(
    ("path", "old"),
    [
        (MAEHEN, "source: erfunden2019"),
        (LARVEN, "source: uebersicht2020"),
        (LARVEN, "source: schlaf2024"),
        (WARTEND, "report: ohnejahr"),
        (WARTEND, "source: uebersicht2020"),
    ],
)
def test_what_a_claim_a_gap_or_a_candidate_names_is_used(path: str, old: str, copy: Path) -> None:
    edits = [append(REFERENCES, ENTRY % "neu"), swap(path, old, old.split(":")[0] + ": neu")]
    assert [p.code for p in found(copy, edits[0])] == ["KB051"]
    assert found(copy, edits[1]) == []


def test_all_cells_of_the_status_of_a_gap(copy: Path) -> None:
    """What is said of an answer decides which status fits."""
    fitting = {"none": {"open"}, "partly": {"open", "narrowed"}, "fully": {"narrowed", "closed"}}
    text = (copy / LARVEN).read_text("utf-8")
    answer = "addressed_by:\n  - {study: alt2009, extent: %s, how: {de: x, fr: x}}\n"
    for extent, statuses in fitting.items():
        for status in ("open", "narrowed", "closed"):
            new = text.replace("status: open\n", f"status: {status}\n")
            new += "" if extent == "none" else answer % extent
            codes = [p.code for p in found(copy, write(LARVEN, new))]
            assert codes == ([] if status in statuses else ["KB094"]), (extent, status)


def test_files_that_no_one_takes_for_records_are_no_strays(copy: Path) -> None:
    names = ("corpus/README.md", "corpus/.hidden.yml", "corpus/notes/a.txt", "corpus/notes/.b.yml")
    assert found(copy, *(write(name, "x: 1\n") for name in names)) == []


def test_every_part_that_the_rule_names_is_needed(copy: Path) -> None:
    """The folders of records are not: git keeps no empty folder."""
    named = re.findall(r"(corpus/[\w./-]+|references\.bib)", RULES["KB080"].why)
    assert len(named) == 3
    for part in named:
        other = copy.with_name(f"without-{Path(part).stem}")
        shutil.copytree(copy, other)
        (other / part).rename(other / "elsewhere")
        assert {p.code for p in load(other)[1]} & {"KB080", "KB014"}, part
    for folder in ("studies", "claims", "gaps", "candidates", "interface"):
        shutil.rmtree(copy / "corpus" / folder)
    assert not has_errors(load(copy)[1])


@pytest.mark.parametrize("codings", ["{}", "[]", "[{}]", "[x]", "[{}, {}, {}]", "7"])
def test_codings_of_another_shape_are_told(copy: Path, codings: str) -> None:
    text = f"codings: {codings}\nlocator: S. 1\ndate: '2026-01-01'\n"
    problems = found(copy, write("corpus/second-codings/selbst2020.yml", text))
    assert {p.field.split(".")[0] for p in problems} == {"codings"}
    assert not {p.code for p in problems} & {"KB096", "KB097"}


def test_missing_and_unknown_languages_are_told_together(copy: Path) -> None:
    problems = found(copy, swap(LEER, "  fr: L'essai", "  en: L'essai"))
    assert [(p.code, p.field) for p in problems] == [
        ("KB024", "no_findings"),
        ("KB024", "no_findings.en"),
    ]


def test_a_file_with_countless_problems_is_told_in_part(copy: Path) -> None:
    problems = found(copy, append(ALT, "".join(f"x{i}: 1\n" for i in range(300))))
    assert len(problems) == 100
    assert {p.code for p in problems} == {"KB020"}


def test_what_a_study_says_of_itself_can_be_covered(copy: Path) -> None:
    names = (
        "kind, coding.locator, reports.muster2018, caveats.0.text, findings.more-visits.measures.0"
    )
    assert found(copy, swap(MUSTER, "tags.season,", f"{names},")) == []


def test_a_broken_codebook_hides_no_broken_file(copy: Path) -> None:
    problems = found(
        copy,
        swap(SETTINGS, "title:", "titel:"),
        append(HABITATS, "x: 1\n"),
        append(ALT, "y: 2\n"),
        append(REFERENCES, "@book{z"),
    )
    assert [p.path for p in problems] == [HABITATS, SETTINGS, SETTINGS, ALT, REFERENCES]


def test_a_language_needs_a_folder_of_its_own_on_every_system(copy: Path) -> None:
    corpus, _ = load(copy)
    assert corpus is not None
    settings = corpus.settings.model_copy(update={"languages": ("de", "DE", "api", "con", "fr")})
    complaints = check(replace(corpus, settings=settings))
    found = [(c.code, c.keys) for c in complaints if c.keys[:1] == ("languages",)]
    assert found == [("KB016", ("languages", position)) for position in (1, 2, 3)]
