"""One page to be made, and the parts of a table that go on from page to page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kb.site import paging
from kb.site.view import View

WIDE = ("navigation", "toc")
"""What gives way on pages whose tables need the room; a narrow screen has its menu all the same."""


@dataclass(frozen=True)
class Page:
    """One page to be made."""

    address: str
    template: str
    title: str
    description: str = ""
    searched: bool = True
    hide: tuple[str, ...] = ("navigation",)
    context: Mapping[str, Any] = field(default_factory=dict)
    head: Callable[[], Mapping[str, object]] = dict
    """Gives what programs read in the head of the page; asked when the page is rendered."""
    late: Callable[[], Mapping[str, Any]] = dict
    """Gives what takes time to find out for the template; asked then, too."""
    plain: bool = False
    """Whether the page is made without the site generator."""


def parts(view: View, address: str, rows: Sequence[object]) -> list[paging.Part]:
    """A table in the parts that the settings ask for."""
    return paging.parts(address, rows, view.settings.site_size.rows_per_page)


def more(
    view: View, parts: Iterable[paging.Part], name: str, context: Mapping[str, Any]
) -> Iterator[Page]:
    """The pages on which the table of a page goes on."""
    for part in parts:
        title = view.t("page_of", title=name, number=part.number, all=part.parts)
        own = {**context, "part": part, "above": name}
        yield Page(part.here, "more.md.j2", title, searched=False, hide=WIDE, context=own)
