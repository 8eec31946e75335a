"""The pages of all authors: circles whom shared works join, and those who signed alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from kb import addresses
from kb.site import network, paging, searching
from kb.site.network import Person
from kb.site.page import Page, parts
from kb.site.view import View


@dataclass(frozen=True, slots=True)
class Group:
    """A circle by its number, or those who signed alone as number 0: all of it, and whom of it a
    page shows."""

    number: int
    whole: Sequence[Person]
    shown: Sequence[Person]


def pages(view: View) -> Iterator[Page]:
    """The page of all authors, and those on which it goes on."""
    found = network.people(view)
    own = _parts(view, found)
    shared = {"circles": found["circles"], "homes": _homes(own), "all": len(found["places"])}
    for part in own:
        groups = [
            Group(number, _whole(found, number), [person for _, person in members])
            for number, members in groupby(part.rows, lambda one: one[0])
        ]
        title = view.t("authors_page")
        if part.number > 1:
            title = view.t("page_of", title=title, number=part.number, all=part.parts)
        searched = part.number == 1 and not searching.titles_only(view)
        context = {**shared, "groups": groups, "part": part}
        about = view.t("authors_about")
        yield Page(part.here, "authors.md.j2", title, about, searched, context=context)


def homes(view: View) -> Mapping[str, str]:
    """The address of each author's place, by the name."""
    return _homes(_parts(view, network.people(view)))


def _homes(own: Sequence[paging.Part]) -> dict[str, str]:
    return {
        person.name: addresses.of_author(person.place, part.number)
        for part in own
        for _, person in part.rows
    }


def _parts(view: View, found: Mapping[str, Any]) -> list[paging.Part]:
    rows = [
        (number, person) for number, circle in enumerate(found["circles"], 1) for person in circle
    ]
    rows += [(0, person) for person in found["single"]]
    return parts(view, addresses.AUTHORS, rows)


def _whole(found: Mapping[str, Any], number: int) -> Sequence[Person]:
    whole: Sequence[Person] = found["circles"][number - 1] if number else found["single"]
    return whole
