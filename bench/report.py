"""Words the results of ``bench/run.py`` in the docs: tables and a chart, in every language.

``python bench/report.py`` writes what stands between two marks in ``docs/*/contribute/speed/``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from babel.numbers import format_decimal

from kb.site.charts import Bar, chart

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results.json"
MARKS = "<!-- results -->", "<!-- end of results -->"
PEERS = ("acl_anthology", "colrev", "pysigma")
CHARTED = ("disk", "libyaml", "parsers", "orjson", "read", "check", "link", *PEERS)
AGAINST = ("disk", "libyaml", "parsers", "orjson", "plain", *PEERS)
"""What the CPU time of a stage is divided by."""

TARGETS = (
    ("help", None, "cpu", 0.2),
    ("checked", 1000, "cpu", 0.6),
    ("checked", 10_000, "cpu", 6.0),
    ("warm", 1000, "cpu", 0.3),
    ("warm", 10_000, "cpu", 1.0),
    ("checked", 10_000, "peak", 400.0),
    ("one_matrix", 10_000, "cpu", 0.1),
    ("next_matrix", 10_000, "cpu", 0.1),
)
"""Stage, number of studies of 2 KB, figure, and what it is to stay below."""

REAL = (("checked", "cpu", 0.5), ("site", "wall", 10.0))
"""The same for the knowledge base beside the engine."""

SHARE = 15.0
"""How much more CPU a build may take than MkDocs alone for the same pages, in per cent."""

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "measured": "Measured on {date}: {cpu}, {cores} cores, Python {python}. {versions}.",
        "cpu_table": "CPU seconds by number of studies",
        "what": "What",
        "growth": "Growth",
        "other": "Time, memory and output with {size} studies",
        "wall": "Wall, s",
        "peak": "Peak memory, MB",
        "out": "Written, MB",
        "ratios": "CPU time as a multiple, with {size} studies",
        "targets": "What is aimed at, and what was measured",
        "target": "Below",
        "found": "Measured",
        "met": "Met",
        "yes": "yes",
        "no": "no",
        "real": "{what}, this knowledge base: {kind}",
        "cpu": "CPU, s",
        "studies": "{what}, {size} studies",
        "memory": "{what}: peak memory, MB",
        "seconds": "{what}: CPU, s",
        "share": "<code>kb build</code> beyond MkDocs alone, {size} studies: CPU, %",
        "chart": "CPU time for each study",
        "axis": "Microseconds of CPU for each study, with {size} studies",
        "disk": "The bytes read",
        "libyaml": "libyaml alone",
        "parsers": "PyYAML and bibtexparser alone",
        "orjson": "orjson, the same records as JSON",
        "help": "<code>kb --help</code>",
        "checked": "<code>kb check</code>, no cache",
        "warm": "<code>kb check</code> again, nothing changed",
        "changed": "<code>kb check</code> again, one study changed",
        "read": "Read and check the form",
        "check": "Check across records",
        "link": "Link in a graph",
        "one_matrix": "The first matrix",
        "next_matrix": "The next matrix",
        "matrix": "Every matrix",
        "api": "Static API",
        "export": "All formats of export",
        "pages": "Markdown of the pages",
        "site": "<code>kb build</code>",
        "plain": "MkDocs alone, the same pages",
        "acl_anthology": "acl-anthology, as many papers",
        "colrev": "CoLRev, as many records",
        "pysigma": "pySigma, as many rules",
        "before": "{what}, before",
    },
    "sv": {
        "measured": "Mätt {date}: {cpu}, {cores} kärnor, Python {python}. {versions}.",
        "cpu_table": "CPU-sekunder efter antal studier",
        "what": "Vad",
        "growth": "Tillväxt",
        "other": "Tid, minne och utdata med {size} studier",
        "wall": "Förfluten tid, s",
        "peak": "Mest minne, MB",
        "out": "Skrivet, MB",
        "ratios": "CPU-tid som multipel, med {size} studier",
        "targets": "Vad som eftersträvas och vad som uppmättes",
        "target": "Under",
        "found": "Uppmätt",
        "met": "Uppnått",
        "yes": "ja",
        "no": "nej",
        "real": "{what}, den här kunskapsbasen: {kind}",
        "cpu": "CPU, s",
        "studies": "{what}, {size} studier",
        "memory": "{what}: mest minne, MB",
        "seconds": "{what}: CPU, s",
        "share": "<code>kb build</code> utöver enbart MkDocs, {size} studier: CPU, %",
        "chart": "CPU-tid per studie",
        "axis": "Mikrosekunder CPU per studie, med {size} studier",
        "disk": "Läsning av byten",
        "libyaml": "Enbart libyaml",
        "parsers": "Enbart PyYAML och bibtexparser",
        "orjson": "orjson, samma poster som JSON",
        "help": "<code>kb --help</code>",
        "checked": "<code>kb check</code>, utan cache",
        "warm": "<code>kb check</code> igen, inget ändrat",
        "changed": "<code>kb check</code> igen, en studie ändrad",
        "read": "Läsa och kontrollera formen",
        "check": "Kontrollera posterna mot varandra",
        "link": "Länka i en graf",
        "one_matrix": "Den första matrisen",
        "next_matrix": "Nästa matris",
        "matrix": "Alla matriser",
        "api": "Statiskt API",
        "export": "Alla exportformat",
        "pages": "Sidornas Markdown",
        "site": "<code>kb build</code>",
        "plain": "Enbart MkDocs, samma sidor",
        "acl_anthology": "acl-anthology, lika många artiklar",
        "colrev": "CoLRev, lika många poster",
        "pysigma": "pySigma, lika många regler",
        "before": "{what}, före",
    },
}  # fmt: skip

Figures = Mapping[str, Mapping[str, float]]
Row = Iterable[str]


def main() -> None:
    """Write the results into the pages."""
    for path, text in pages():
        path.write_text(text, "utf-8", newline="\n")


def pages() -> Iterator[tuple[Path, str]]:
    """Each page with the results as they are now."""
    results = json.loads(RESULTS.read_text("utf-8"))
    for language in WORDS:
        path = HERE.parent / "docs" / language / "contribute" / "speed" / "index.md"
        before, _, rest = path.read_text("utf-8").partition(MARKS[0])
        _, _, after = rest.partition(MARKS[1])
        told = "\n".join(Told(results, language).parts())
        yield path, f"{before}{MARKS[0]}\n{told}\n{MARKS[1]}{after}"


class Told:
    """Some results in the words of a language."""

    def __init__(self, results: dict[str, object], language: str) -> None:
        self.words, self.language = WORDS[language], language
        self.machine: dict[str, object] = results["machine"]  # type: ignore[assignment]
        sizes: dict[str, Figures] = results["sizes"]  # type: ignore[assignment]
        self.sizes = {int(size): figures for size, figures in sizes.items()}
        short: dict[str, Figures] = results["short"]  # type: ignore[assignment]
        self.short = {int(size): figures for size, figures in short.items()}
        self.real: Figures = results["real"]  # type: ignore[assignment]
        self.largest = max(size for size, figures in self.sizes.items() if "matrix" in figures)

    def parts(self) -> Iterator[str]:
        """The parts of the text, one after the other."""
        versions = self.machine["versions"]
        assert isinstance(versions, dict)
        named = ", ".join(f"{name} {number}" for name, number in versions.items())
        yield f"\n{self.words['measured'].format_map(self.machine | {'versions': named})}\n"
        yield self.chart()
        yield self.table("cpu_table", ("what", *self.sizes, "growth"), self.seconds())
        heads = ("what", "wall", "peak", "out")
        shown = sorted({max(self.sizes), self.largest, *(self.with_pages()[-1:])})
        for size in shown:
            yield self.table("other", heads, self.others(size), size=self.number(size))
        for size in shown:
            against = [name for name in AGAINST if name in self.sizes[size]]
            rows = self.ratios(size, against)
            yield self.table("ratios", ("what", *against), rows, size=self.number(size))
        yield self.table("targets", ("what", "target", "found", "met"), self.targets())

    def chart(self) -> str:
        """Bars for what can be compared record by record."""
        figures = self.sizes[self.largest]
        bars = [
            Bar(
                self.bare(name),
                micro := figures[name]["cpu"] / self.largest * 1e6,
                self.figure(micro),
            )
            for name in CHARTED
            if name in figures
        ]
        axis = self.words["axis"].format(size=self.number(self.largest))
        return f"\n{chart(bars, title=self.words['chart'], axis=axis, id='_chart-speed')}\n"

    def seconds(self) -> Iterator[Row]:
        """CPU seconds, and by how much they grow for four times as many studies."""
        names = dict.fromkeys(name for figures in self.sizes.values() for name in figures)
        for name in names:
            found = [figures.get(name, {}).get("cpu") for figures in self.sizes.values()]
            shown = ["–" if one is None else self.figure(one) for one in found]
            yield self.label(name), *shown, self.grown(name)

    def grown(self, name: str) -> str:
        """By how much time grows for four times as many studies, where it can be told."""
        for size in reversed(self.sizes):
            less, more = self.sizes.get(size // 4, {}).get(name), self.sizes[size].get(name)
            if less and more and less["cpu"] > 0.02:
                return f"×{self.figure(more['cpu'] / less['cpu'])}"
        return "–"

    def with_pages(self) -> list[int]:
        """The sizes for which pages were made."""
        return sorted(size for size, figures in self.sizes.items() if "site" in figures)

    def others(self, size: int) -> Iterator[Row]:
        """What else was measured with some number of studies."""
        figures = self.sizes[size]
        for name, one in figures.items():
            written = self.figure(one["out"]) if one["out"] else "–"
            yield self.label(name), self.figure(one["wall"]), self.figure(one["peak"]), written

    def ratios(self, size: int, against: Iterable[str]) -> Iterator[Row]:
        """How many times the CPU of each limit and peer every stage takes."""
        figures = self.sizes[size]
        for name, one in figures.items():
            if name not in AGAINST:
                times = (one["cpu"] / figures[other]["cpu"] for other in against)
                yield self.label(name), *map(self.figure, times)

    def targets(self) -> Iterator[Row]:
        """What is aimed at beside what was found, and whether it is met."""
        for what, bound, found in self.aimed():
            met = self.words["yes" if found < bound else "no"]
            yield what, self.figure(bound), self.figure(found), met

    def aimed(self) -> Iterator[tuple[str, float, float]]:
        """What is aimed at, the bound below which it is to stay, and what was found."""
        for name, size, kind, bound in TARGETS:
            figures = self.short[size] if size else self.sizes[self.largest]
            what = self.label(name)
            if size:
                what = self.words["studies"].format(what=what, size=self.number(size))
            what = self.words["memory" if kind == "peak" else "seconds"].format(what=what)
            yield what, bound, figures[name][kind]
        for name, kind, bound in REAL:
            what = self.words["real"].format(what=self.label(name), kind=self.words[kind])
            yield what, bound, self.real[name][kind]
        for size in self.with_pages()[-1:]:
            ours, alone = (self.sizes[size][name]["cpu"] for name in ("site", "plain"))
            what = self.words["share"].format(size=self.number(size))
            yield what, SHARE, 100 * (ours / alone - 1)

    def table(self, title: str, heads: Iterable[object], rows: Iterable[Row], **more: str) -> str:
        """A table that is told by its caption and scrolls where it is too wide."""
        caption = self.words[title].format(**more)
        top = "".join(f'<th scope="col">{self.head(one)}</th>' for one in heads)
        body = "\n".join(
            f'<tr><th scope="row">{first}</th>{"".join(f"<td>{one}</td>" for one in rest)}</tr>'
            for first, *rest in rows
        )
        return (
            f'\n<div class="kb-scroll" role="region" aria-label="{caption}" tabindex="0">\n'
            f'<table class="kb-table kb-figures-table">\n<caption>{caption}</caption>\n'
            f"<thead><tr>{top}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>\n"
        )

    def head(self, one: object) -> str:
        """The head of a column: a word, or a number of studies."""
        return self.number(one) if isinstance(one, int) else self.words[str(one)]

    def label(self, name: str) -> str:
        """What was measured, in words."""
        own, comma, _ = name.partition(", before")
        label = self.words[own]
        return self.words["before"].format(what=label) if comma else label

    def bare(self, name: str) -> str:
        """The same without markup."""
        return re.sub(r"<[^>]+>", "", self.label(name))

    def number(self, value: float) -> str:
        """A whole number."""
        return str(format_decimal(value, locale=self.language))

    def figure(self, value: float) -> str:
        """A measured value with as many digits as it deserves."""
        size = abs(value)
        digits = "0" if size >= 100 else "0.0" if size >= 10 else "0.00" if size >= 1 else "0.000"
        return str(format_decimal(value, format=f"#,##{digits}", locale=self.language))


if __name__ == "__main__":
    main()
