"""What a question is answered with: some records, in order, that become data, tables and frames."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, overload

from kb import frames, tables
from kb.corpus import Corpus
from kb.facts import UnknownName
from kb.matrix import Cell
from kb.model import suggestion
from kb.tables import Table

if TYPE_CHECKING:
    import pandas
    import polars

Item = TypeVar("Item", covariant=True)


@dataclass(frozen=True)
class Form:
    """How records of one kind are written: as plain data for JSON, and as rows of a table."""

    data: Callable[[Corpus, Any], Iterable[Any]]
    table: Callable[[Corpus, Any, str], Table]


NAMED = 5
"""How many records of an answer are named where it is shown."""


@dataclass(frozen=True, repr=False)
class Records(Sequence[Item]):
    """Some records of one kind, in order; it cannot be changed. Equal when its records are."""

    items: tuple[Item, ...]
    corpus: Corpus = field(compare=False)
    form: Form = field(compare=False)

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        names = [_name(one) for one in self.items[:NAMED]]
        more = ["..."] if len(self) > NAMED else []
        return f"<{len(self)} records: {', '.join([*names, *more])}>"

    @overload
    def __getitem__(self, at: int) -> Item: ...
    @overload
    def __getitem__(self, at: slice) -> Records[Item]: ...
    def __getitem__(self, at: int | slice) -> Item | Records[Item]:
        if isinstance(at, slice):
            return Records(self.items[at], self.corpus, self.form)
        return self.items[at]

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items)

    def to_dicts(self) -> list[dict[str, Any]]:
        """One plain dict for each record, as ``--format json`` of the command line prints them."""
        return list(self.form.data(self.corpus, self.items))

    def to_table(self, language: str | None = None) -> Table:
        """One row for each record, texts in one language (default: the first).

        Raises :class:`kb.UnknownName` for a language that is not there.
        """
        languages = self.corpus.languages
        if language is not None and language not in languages:
            raise UnknownName(f"no language {language}; {suggestion(language, languages)}")
        return self.form.table(self.corpus, self.items, language or languages[0])

    def to_csv(self, language: str | None = None) -> str:
        """The table as CSV, safe for spreadsheets, lists with ``;`` between."""
        return tables.as_csv(self.to_table(language))

    def to_pandas(self, language: str | None = None) -> pandas.DataFrame:
        """The table as a data frame of pandas; a column of terms holds lists.

        Raises :class:`ImportError` when pandas is not installed.
        """
        return frames.to_pandas(self.to_table(language))

    def to_polars(self, language: str | None = None) -> polars.DataFrame:
        """The table as a data frame of polars; a column of terms holds lists.

        Raises :class:`ImportError` when polars is not installed.
        """
        return frames.to_polars(self.to_table(language))


def _name(record: object) -> str:
    """The id of a record; a cell, which has none, goes by its two terms."""
    if isinstance(record, Cell):
        return f"{record.row} x {record.column}"
    return str(getattr(record, "id", record))
