"""One SQLite file: the tables with their keys, indices, and a search over all texts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing

from kb.formats.material import Material
from kb.formats.relations import Column, Relation, relations

NAME = "knowledge-base.sqlite"
TYPES = {
    "string": "TEXT",
    "integer": "INTEGER",
    "number": "NUMERIC",
    "boolean": "INTEGER",
    "date": "TEXT",
}
SEARCHED = ("studies", "findings", "claims", "gaps", "candidates", "terms", "references")
"""The tables whose texts the search finds."""


def files(material: Material) -> Iterator[tuple[str, bytes]]:
    """The database; the same content gives the same bytes with the same SQLite."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        database.execute("PRAGMA page_size = 4096")
        database.execute("BEGIN")
        _describe(database, material)
        made = relations(material)
        for one in made:
            _fill(database, one)
        _search(database, [one for one in made if one.name in SEARCHED], material)
        database.execute("COMMIT")
        database.execute("ANALYZE")
        yield NAME, database.serialize()


def table_name(relation: str) -> str:
    """The name of a table, which in SQL has no hyphen."""
    return relation.replace("-", "_")


def _describe(database: sqlite3.Connection, material: Material) -> None:
    """What the file is, for whoever finds it alone."""
    settings, first = material.corpus.settings, material.corpus.languages[0]
    told = {
        "title": settings.title[first],
        "description": settings.description[first],
        "licence": settings.licence.name,
        "licence_url": settings.licence.url,
        "site": settings.site or "",
        "languages": " ".join(material.corpus.languages),
        "generated_from": material.version,
    }
    database.execute("CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID")
    database.executemany("INSERT INTO about VALUES (?, ?)", told.items())


def _fill(database: sqlite3.Connection, one: Relation) -> None:
    name = _quoted(table_name(one.name))
    parts = [f"{_quoted(column.name)} {_type(column, one)}" for column in one.columns]
    parts.append(f"PRIMARY KEY ({_list(one.key)})")
    for key in one.foreign:
        target = _quoted(table_name(key.table))
        parts.append(f"FOREIGN KEY ({_list(key.columns)}) REFERENCES {target} ({_list(key.names)})")
    # Without row numbers the rows lie in the order of their key, which saves a second copy of it.
    database.execute(f"CREATE TABLE {name} ({', '.join(parts)}) WITHOUT ROWID")
    blanks = ", ".join("?" * len(one.columns))
    database.executemany(f"INSERT INTO {name} VALUES ({blanks})", one.rows)
    for key in one.foreign:
        if key.columns != one.key[: len(key.columns)]:  # the primary key has an index of its own
            index = _quoted("_".join((table_name(one.name), *key.columns)))
            database.execute(f"CREATE INDEX {index} ON {name} ({_list(key.columns)})")


def _type(column: Column, one: Relation) -> str:
    return TYPES[column.type] + (" NOT NULL" if column.name in one.key else "")


def _search(database: sqlite3.Connection, tables: Iterable[Relation], material: Material) -> None:
    """A full-text index with one row for each record and language; letters are found with and
    without their accents."""
    database.execute(
        "CREATE VIRTUAL TABLE search USING fts5(kind UNINDEXED, id UNINDEXED, "
        "language UNINDEXED, text, tokenize = 'unicode61 remove_diacritics 2', prefix = '3')"
    )
    rows = (row for one in tables for row in _texts(one, material.corpus.languages))
    database.executemany("INSERT INTO search VALUES (?, ?, ?, ?)", rows)
    database.execute("INSERT INTO search (search) VALUES ('optimize')")


def _texts(one: Relation, languages: Iterable[str]) -> Iterator[tuple[str, str, str, str]]:
    """The texts of each row in each language, each with what all languages have in common."""
    at = {column.name: position for position, column in enumerate(one.columns)}
    common = [at[name] for name in ("title", "organisation", "place", "journal") if name in at]
    for row in one.rows:
        id = "/".join(str(row[at[name]]) for name in one.key)
        for language in languages:
            own = [at[column.name] for column in one.columns if column.language == language]
            text = "\n".join(str(row[place]) for place in (*own, *common) if row[place] is not None)
            if text:
                yield one.name, id, language, text


def _list(names: Iterable[str]) -> str:
    return ", ".join(map(_quoted, names))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
