"""The shapes of the published JSON: records as they are published, and what is derived from them.

They are what the exports return and what the JSON Schemas of the static API are made from.
"""

from __future__ import annotations

from typing import Annotated, Any, NotRequired

from pydantic import Field
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from kb.changes import Brought, Release, StateName, Version
from kb.citations import Kind
from kb.codebook import Facet
from kb.model import Id, Line, ListToTuple, Text
from kb.records import Basis, Finding, Settings, Study
from kb.second import SecondCoding
from kb.synthesis import Candidate, Claim, Gap, Status

Address = Annotated[Line, Field(description="The address of a finding: `<study>#<finding>`")]
Ids = Annotated[list[Id], Field(description="Ids, in the order of the records")]


class PublishedFinding(Finding):
    """A finding inside its study: with its address as id and its effective tags, which are those
    of the study, replaced facet by facet by its own."""

    id: Address


class ListedFinding(PublishedFinding):
    """A finding on its own, with its study's id, kind and directness."""

    study: Id
    kind: Id
    directness: Id


class PublishedStudy(Study):
    """A study with its findings and the year of its first report, which is null when no report
    has one."""

    year: int | None
    findings: Annotated[tuple[PublishedFinding, ...], ListToTuple]


class PublishedRelease(Brought):
    """A release: its version, day and counts, and what was new in it."""

    version: Version


class Name(TypedDict):
    """A person or a corporate author; `given` is empty for the latter."""

    family: str
    given: str


class Reference(TypedDict):
    """A work of the bibliography."""

    key: Annotated[str, Field(description="Its key in references.bib")]
    type: Annotated[str, Field(description="The type of its entry, for example article")]
    title: str
    year: int | None
    authors: list[Name]
    editors: list[Name]
    link: Annotated[str, Field(description="Where it can be found; empty when that is not known")]
    fields: Annotated[dict[str, str], Field(description="All fields of its entry, as BibTeX")]
    unverified: Annotated[
        list[str], Field(description="The fields that no source but a citing review confirms")
    ]
    studies: Annotated[list[Id], Field(description="The studies that it reports")]


class SourceReference(TypedDict):
    """A work of the bibliography as its entry has it, line and letter of the year included."""

    key: str
    type: str
    fields: dict[str, str]
    authors: list[Name]
    editors: list[Name]
    year: int | None
    line: Annotated[int, Field(description="Where its entry starts in references.bib")]
    suffix: Annotated[str, Field(description="The letter after the year, where it needs one")]


class Cell(TypedDict):
    """Where two terms meet: what is known there, and what is not."""

    row: Annotated[Id, Field(description="The term of the row facet")]
    column: Annotated[Id, Field(description="The term of the column facet")]
    state: StateName
    studies: Ids
    findings: Annotated[list[Address], Field(description="The findings that have both terms")]
    gaps: Annotated[list[Id], Field(description="The stated gaps that name both terms")]
    flags: Annotated[list[str], Field(description="What narrows the studies of the cell")]
    reason: NotRequired[Annotated[Text, Field(description="Why the cell cannot exist")]]


class Matrix(TypedDict):
    """Two facets crossed: every pair of their terms is a cell."""

    row: Annotated[Id, Field(description="The facet in the rows")]
    column: Annotated[Id, Field(description="The facet in the columns")]
    studies: Annotated[int, Field(description="How many studies stand in any cell")]
    entries: Annotated[int, Field(description="The studies summed over all cells")]
    inflation: Annotated[float, Field(description="Entries for each study")]
    cells: list[Cell]
    as_of: NotRequired[Annotated[int, Field(description="The year as of which it was drawn")]]
    undated: NotRequired[Annotated[Ids, Field(description="Studies without a year, left out")]]


class Node(TypedDict):
    """A record, an author, a facet or a term."""

    id: Annotated[str, Field(description="`<kind>:<name>`")]
    kind: Kind
    name: str


class Edge(TypedDict):
    """A relation from one node to another."""

    source: str
    target: str
    kind: str


class Graph(TypedDict):
    """Everything that belongs to something else, as nodes and directed edges."""

    nodes: list[Node]
    edges: list[Edge]


class Context(TypedDict):
    """What is needed to understand studies."""

    settings: Settings
    codebook: list[Facet]
    references: list[SourceReference]


class Whole(Context):
    """A whole knowledge base: its records as their files have them, each with its path."""

    studies: list[Study]
    claims: list[Claim]
    gaps: list[Gap]
    candidates: list[Candidate]
    second_codings: list[SecondCoding]
    releases: list[Release]
    interface: Annotated[
        dict[str, dict[str, str]],
        Field(description="Words of the pages by language, where they differ from the engine's"),
    ]


class File(TypedDict):
    """A file of this API."""

    path: Annotated[str, Field(description="Its address, relative to the index")]
    schema: Annotated[str, Field(description="The JSON Schema that it fulfils")]
    bytes: int
    sha256: Annotated[str, Field(description="Of its bytes: tells whether it has changed")]
    count: NotRequired[Annotated[int, Field(description="How many records a list has")]]


class MatrixFile(TypedDict):
    """Two facets that are crossed in a file; there is one for each pair of facets."""

    row: Id
    column: Id
    path: str


class FacetEntry(TypedDict):
    """A facet in short."""

    id: Id
    label: Text
    role: str
    terms: int


class LicenceEntry(TypedDict):
    """A licence by its short name and address."""

    name: str
    url: str


class Index(TypedDict):
    """What there is: enough for a client to find its way without reading any other file."""

    title: Text
    site: str | None
    languages: list[str]
    licence: LicenceEntry
    counts: Annotated[dict[str, int], Field(description="How many records there are, by noun")]
    facets: list[FacetEntry]
    matrix: Annotated[MatrixFile, Field(description="The default matrix")]
    matrices: list[MatrixFile]
    files: list[File]
    openapi: Annotated[str, Field(description="The description of this API in OpenAPI 3.1")]


Positions = Annotated[list[int], Field(description="Positions in another list, counted from 0")]


class FactTerm(TypedDict):
    """A term; one that was not searched or is deprecated says so."""

    id: Id
    label: Text
    short_label: NotRequired[Text]
    broader: NotRequired[Annotated[int, Field(description="The position of the term above it")]]
    searched: NotRequired[bool]
    deprecated: NotRequired[bool]


class FactFacet(TypedDict):
    """A facet that a matrix can be drawn over, with its terms."""

    id: Id
    label: Text
    plural: Text
    role: str
    terms: list[FactTerm]


class FactStudies(TypedDict):
    """The studies with findings, one list for each column."""

    id: list[Id]
    title: Annotated[dict[str, list[str]], Field(description="By language")]
    cited: list[str]
    year: Annotated[list[int], Field(description="0 where no report has a year")]
    basis: Positions
    direct: Annotated[list[int], Field(description="1 for direct evidence")]
    authors: Annotated[list[list[int]], Field(description="Numbers that tell who is the same")]


class FactFindings(TypedDict):
    """The findings, one list for each column."""

    id: list[Id]
    study: Positions
    direction: Positions
    tags: Annotated[dict[str, list[Positions]], Field(description="Effective terms by facet")]


class FactStated(TypedDict):
    """Gaps or claims, one list for each column."""

    id: list[Id]
    year: Annotated[list[int], Field(description="Of the first source that states it; 0 without")]
    tags: dict[str, list[Positions]]


class FactGaps(FactStated):
    """Gaps with the statuses that each has had, and the years from which it had them."""

    history: list[list[tuple[Status, int]]]


class Facts(TypedDict):
    """The coded facts as columns of numbers, from which any matrix can be computed."""

    title: Text
    row: Id
    column: Id
    thin_below: int
    dated_after: int
    direct: list[Id]
    narrow: list[Id]
    newest: int
    bases: list[Basis]
    directions: list[dict[str, Any]]
    facets: list[FactFacet]
    exclusions: list[dict[str, Any]]
    studies: FactStudies
    findings: FactFindings
    gaps: FactGaps
    claims: FactStated
