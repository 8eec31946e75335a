"""Column charts over years, as SVG made while the site is built; see :mod:`kb.site.charts`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from markupsafe import Markup

from kb.site.charts import em, opening, text
from kb.site.text import plain

HEIGHT, ABOVE, BELOW = 9.0, 2.6, 1.6
"""Heights of the greatest column, of what stands above it and of the years below it, in ems."""

YEARS_NAMED = 6
"""How many years are named below the columns, at most: as many as a phone has room for."""


@dataclass(frozen=True, slots=True)
class Series:
    """What one colour stands for: its name, its kind in the style sheet, a value for each year."""

    label: str
    kind: str
    values: Mapping[int, int]


def columns(
    series: Sequence[Series],
    *,
    title: str,
    axis: str,
    id: str,
    close: bool = False,
    write: Callable[[float], str] = str,
    leads: Mapping[int, str] = MappingProxyType({}),
) -> Markup:
    """A column for each year, in which the series stand on each other in their order.

    ``close`` leaves no space between columns, for what has accumulated; ``write`` makes text of a
    number; ``leads`` are the addresses that columns lead to. All that is shown is also in the
    description.
    """
    years = list(series[0].values)
    sums = {year: sum(one.values[year] for one in series) for year in years}
    highest = max(sums.values(), default=0)
    told = {year: f"{year}: {_told(series, year, write)}" for year in years}
    parts = [text(1.0, axis, "kb-axis")]
    for place, year in enumerate(years):
        left, wide = 100 * place / len(years), 100 / len(years)
        shapes = _column(series, year, left, wide, highest, close)
        if year in leads and sums[year]:
            shapes = [_linked(leads[year], told[year], left, wide, shapes)]
        parts += shapes
        if sums[year] == highest and highest not in list(sums.values())[:place]:
            parts.append(_top(100 * (place + 0.5) / len(years), write(highest)))
        if _is_named(place, len(years)):
            parts.append(_year(100 * (place + 0.5) / len(years), year))
    whole = "; ".join(told.values())
    head = opening(id, HEIGHT + ABOVE + BELOW, title, f"{axis}. {whole}.", bool(leads))
    return head + Markup("\n").join(parts) + Markup("\n</svg>")


def _told(series: Sequence[Series], year: int, write: Callable[[float], str]) -> str:
    if len(series) == 1:
        return write(series[0].values[year])
    return ", ".join(f"{one.label} {write(one.values[year])}" for one in series)


def _column(
    series: Sequence[Series], year: int, left: float, wide: float, highest: int, close: bool
) -> list[Markup]:
    shape = Markup('<rect class="{}" x="{}%" y="{}em" width="{}%" height="{}em"></rect>')
    space = 0.0 if close else wide * 0.15
    parts, foot = [], ABOVE + HEIGHT
    for one in series:
        height = HEIGHT * one.values[year] / (highest or 1)
        foot -= height
        if height:
            sizes = em(left + space), em(foot), em(wide - 2 * space), em(height)
            parts.append(shape.format(f"kb-bar kb-bar--{one.kind}", *sizes))
    return parts


def _linked(address: str, name: str, left: float, wide: float, shapes: Sequence[Markup]) -> Markup:
    """A column that leads somewhere, from wherever it is touched above its year."""
    area = Markup('<rect class="kb-area" x="{}%" y="{}em" width="{}%" height="{}em"></rect>')
    whole = Markup("\n").join([area.format(em(left), em(ABOVE), em(wide), em(HEIGHT)), *shapes])
    title = Markup("<title>{}</title>").format(plain(name))
    return Markup('<a href="{}">{}{}</a>').format(plain(address), title, whole)


def _top(x: float, value: str) -> Markup:
    """The value of the first of the highest columns: the scale of all."""
    return Markup('<text class="kb-value kb-mid" x="{}%" y="{}em">{}</text>').format(
        em(x), em(ABOVE - 0.4), plain(value)
    )


def _year(x: float, year: int) -> Markup:
    return Markup('<text class="kb-axis kb-mid" x="{}%" y="{}em">{}</text>').format(
        em(x), em(ABOVE + HEIGHT + 1.2), plain(str(year))
    )


def _is_named(place: int, number: int) -> bool:
    """Every so many years, counted back from the last one, which matters most."""
    step = -(-number // YEARS_NAMED)
    return (number - 1 - place) % step == 0
