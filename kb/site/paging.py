"""Long tables in parts, each on a page with an address of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kb import addresses


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a table: where its first page lies, which part of how many, of how many rows."""

    address: str
    number: int
    parts: int
    first: int
    rows: Sequence[Any]
    all: int

    @property
    def last(self) -> int:
        """The number of the last row, as readers count."""
        return self.first + len(self.rows) - 1

    @property
    def here(self) -> str:
        """The address of the page with this part."""
        return addresses.of_part(self.address, self.number)

    @property
    def previous(self) -> str | None:
        """The address of the part before, if there is one."""
        return addresses.of_part(self.address, self.number - 1) if self.number > 1 else None

    @property
    def following(self) -> str | None:
        """The address of the part after, if there is one."""
        more = self.number < self.parts
        return addresses.of_part(self.address, self.number + 1) if more else None

    @property
    def others(self) -> Iterator[tuple[int, str]]:
        """The numbers of all parts with their addresses."""
        for number in range(1, self.parts + 1):
            yield number, addresses.of_part(self.address, number)


def parts(address: str, rows: Sequence[Any], most: int) -> list[Part]:
    """A table in parts of at most so many rows, in its order; an empty one is one part."""
    starts = range(0, max(len(rows), 1), most)
    return [
        Part(address, number, len(starts), start + 1, rows[start : start + most], len(rows))
        for number, start in enumerate(starts, 1)
    ]
