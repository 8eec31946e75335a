"""Bar charts of the figures of findings, as SVG made while the site is built.

All lengths are shares of the chart's width or multiples of its text: it fits any screen without a
script, and its text stays as large as the text around it. Colours come from the style sheet.
"""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from kb.facts import Fact, UnknownName
from kb.model import suggestion
from kb.records import Measure
from kb.site.text import plain
from kb.site.view import View

LINE, BAR, SPACE, WIDTH = 1.35, 0.8, 0.85, 36
"""Heights of a line of text, of a bar and of the space after it, in ems; letters in a line."""


@dataclass(frozen=True, slots=True)
class Row:
    """A figure of a finding."""

    fact: Fact
    measure: Measure


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar: its value, and its kind in the style sheet."""

    value: float
    kind: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, its value, and the value as text; ``other`` is what it is set against.

    ``parts`` are what it is made of, ``address`` is where it leads, ``depth`` how far it stands
    below another one.
    """

    label: str
    value: float
    shown: str
    other: bool = False
    parts: tuple[Part, ...] = ()
    address: str = ""
    depth: int = 0


def rows(view: View, findings: Iterable[str], units: Collection[str] = ()) -> list[Row]:
    """The figures of findings (``study#finding``) in their order; of some units only, if named.

    Raises :class:`~kb.facts.UnknownName` for a finding that does not exist or has no such figure.
    """
    found = []
    for name in findings:
        if name not in view.facts_by_id:
            raise UnknownName(f"no finding {name}; {suggestion(name, view.facts_by_id)}")
        fact = view.facts_by_id[name]
        own = [one for one in fact.finding.measures if not units or one.unit in units]
        if not own:
            raise UnknownName(f"{name} has no figure{' of these units' if units else ''}")
        found += [Row(fact, one) for one in own]
    return found


def figures(view: View, chosen: Sequence[Row], title: str, full: float | None = None) -> Markup:
    """A chart for each unit of some figures; ``full`` is what the whole width stands for."""
    units = list(dict.fromkeys(row.measure.unit for row in chosen))
    by_unit = groupby(sorted(chosen, key=lambda row: units.index(row.measure.unit)), _unit)
    made = []
    for place, (unit, own) in enumerate(by_unit):
        group = list(own)
        facet = view.codebook.with_role("unit")
        axis = view.label(facet.id, unit) if facet else unit
        numbers = {row.measure.n for row in group}
        if len(numbers) == 1 and (n := numbers.pop()) is not None:
            axis += f", {view.t('n')} = {view.number(n)}"
        id = f"_chart-{group[0].fact.study.id}-{group[0].fact.finding.id}-{place}"
        bars = [bar for row in group for bar in _bars(view, row.measure)]
        made.append(chart(bars, title=title, axis=axis, id=id, full=full))
    return Markup("\n").join(made)


def _unit(row: Row) -> str:
    return row.measure.unit


def _bars(view: View, one: Measure) -> list[Bar]:
    bars = [Bar(view.text(one.label), one.value, view.number(one.value))]
    if one.comparison:
        value = one.comparison.value
        bars.append(Bar(view.text(one.comparison.label), value, view.number(value), other=True))
    return bars


def chart(
    bars: Sequence[Bar], *, title: str, axis: str, id: str, full: float | None = None
) -> Markup:
    """A chart with one scale for all bars, from the least value or 0 to ``full`` or the greatest.

    All it shows is also in its description, for those who do not see it.
    """
    values = [bar.value for bar in bars]
    low, high = min([0.0, *values]), max([0.0, full or 0.0, *values])
    parts, top = [text(LINE - 0.35, axis, "kb-axis")], LINE + 0.25
    for bar in bars:
        shapes, top = _row(bar, top, low, high)
        parts.append(_linked(bar, shapes))
    told = "; ".join(f"{bar.label}: {bar.shown}" for bar in bars)
    linked = any(bar.address for bar in bars)
    head = opening(id, top - SPACE + 0.2, title, f"{axis}. {told}.", linked)
    return head + Markup("\n").join(parts) + Markup("\n</svg>")


def opening(id: str, height: float, title: str, told: str, linked: bool = False) -> Markup:
    """The start of a chart, ``height`` ems high, with its name and its description. What holds
    links is a group, since a picture has no parts that one could go to."""
    role = "group" if linked else "img"
    return Markup(
        '<svg class="kb-chart" role="{1}" aria-labelledby="{0}-title {0}-text"'
        ' width="100%" height="{2}em">\n'
        '<title id="{0}-title">{3}</title>\n<desc id="{0}-text">{4}</desc>\n'
    ).format(plain(id), role, em(height), plain(title), plain(told))


def _row(bar: Bar, top: float, low: float, high: float) -> tuple[list[Markup], float]:
    """The text of a bar and the bar itself, from a height on; and the height after them."""
    shapes = []
    indent = " " * (len(bar.shown) + 1)
    lines = textwrap.wrap(bar.label, WIDTH, initial_indent=indent) or [""]
    for place, line in enumerate(lines):
        top += LINE
        shapes.append(_text(top - 0.45, line, "" if place else bar.shown, bar.depth))
    shapes += _bar(bar, top, low, high)
    return shapes, top + BAR + SPACE


def _linked(bar: Bar, shapes: Sequence[Markup]) -> Markup:
    whole = Markup("\n").join(shapes)
    if not bar.address:
        return whole
    return Markup('<a href="{}">{}</a>').format(plain(bar.address), whole)


def text(y: float, words: str, kind: str) -> Markup:
    """A line of text of some kind of the style sheet, from the left."""
    return Markup('<text class="{}" x="0" y="{}em">{}</text>').format(kind, em(y), plain(words))


def _text(y: float, label: str, value: str, depth: int) -> Markup:
    """A line of text, with the value before it on the first line of a bar."""
    bold = Markup("<tspan class='kb-value'>{}</tspan>&#8194;").format(plain(value)) if value else ""
    x = f"{em(depth)}em" if depth else "0"
    return Markup('<text x="{}" y="{}em">{}{}</text>').format(x, em(y), bold, plain(label))


def _bar(bar: Bar, top: float, low: float, high: float) -> list[Markup]:
    """A bar on a track as wide as the scale; both begin at zero, wherever that is."""
    span = high - low or 1.0
    start, width = (min(bar.value, 0.0) - low) / span, abs(bar.value) / span
    shapes = [_shape("kb-track", 0, top, 1)]
    if not bar.parts:
        kind = "kb-bar kb-bar--other" if bar.other else "kb-bar"
        return [*shapes, _shape(kind, start, top, width)]
    for part in bar.parts:
        shapes.append(_shape(f"kb-bar kb-bar--{part.kind}", start, top, part.value / span))
        start += part.value / span
    return shapes


def _shape(kind: str, start: float, top: float, width: float) -> Markup:
    """A piece of a bar; ``start`` and ``width`` are shares of the whole width."""
    return Markup('<rect class="{}" x="{}%" y="{}em" width="{}%" height="{}em"></rect>').format(
        kind, em(100 * start), em(top), em(100 * width), BAR
    )


def em(value: float) -> str:
    """A length or a share as it is written: two decimals, and no zeros at the end."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
