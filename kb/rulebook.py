"""Every rule with its code, its severity, why it is there, and an example of wrong and right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kb.problems import Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is checked; ``bad`` and ``good`` are pieces of a file."""

    code: str
    title: str
    why: str
    bad: str
    good: str
    severity: Severity = "error"


_ALL = (
    Rule(
        "KB001",
        "The file is not UTF-8",
        "Names and texts are in several languages; one encoding keeps them whole everywhere.",
        "a file saved as Latin-1 or UTF-16",
        "the same file saved as UTF-8",
    ),
    Rule(
        "KB002",
        "A control character stands in the file",
        "A NUL or another control character is never part of a text and breaks other programs.",
        'title: {en: "a\\0b"}  # with a real NUL byte',
        'title: {en: "ab"}',
    ),
    Rule(
        "KB003",
        "The file is empty",
        "An empty record says nothing; a forgotten save looks the same.",
        "# only a comment",
        "title: {en: ..., sv: ...}",
    ),
    Rule(
        "KB004",
        "The file is not YAML",
        "The file breaks YAML's grammar, so that nothing after that place can be trusted. "
        "Often it is a tab, a missing quote, or a colon inside an unquoted text.",
        "statement: {en: Trust: a study}",
        'statement: {en: "Trust: a study"}',
    ),
    Rule(
        "KB005",
        "A key stands twice",
        "Most readers keep the last one silently, and a value is lost.",
        "kind: case-study\nkind: survey-study",
        "kind: case-study",
    ),
    Rule(
        "KB006",
        "The file holds more than one document",
        "One file is one record, so that a record has one address and one history.",
        "title: ...\n---\ntitle: ...",
        "title: ...  # and the other record in a file of its own",
    ),
    Rule(
        "KB007",
        "An alias that is refused",
        "A few aliases in each other can expand to billions of values; records never need them.",
        "a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]",
        "a: [x]\nb: [x, x]",
    ),
    Rule(
        "KB008",
        "Nested too deeply",
        "No record needs it, and deep nesting can exhaust a reader.",
        "[[[[[[[[ ... ]]]]]]]]",
        "tags: {country: [SE]}",
    ),
    Rule(
        "KB009",
        "A YAML tag",
        "Tags ask a reader to build something else than text, numbers, lists and mappings.",
        "title: !!python/object:os.system {}",
        "title: {en: ..., sv: ...}",
    ),
    Rule(
        "KB010",
        "The file is too large",
        "A record is a few kilobytes; a file of a megabyte is something else.",
        "a file of 2 MB",
        "one study in each file",
    ),
    Rule(
        "KB011",
        "The file is not a mapping",
        "A record is a set of named fields.",
        "- title\n- reports",
        "title: ...\nreports: ...",
    ),
    Rule(
        "KB012",
        "A key is not a plain text",
        "Fields have names; a list or a mapping cannot be one.",
        "? [a, b]\n: value",
        "a: value",
    ),
    Rule(
        "KB013",
        "A link leads away",
        "A link out of the folder (or to a folder) could publish files that nobody meant to.",
        "corpus/studies/a.yml -> /etc/hostname",
        "the record itself in corpus/studies/a.yml",
    ),
    Rule(
        "KB014",
        "The file cannot be read",
        "It is missing or its permissions forbid it.",
        "no references.bib beside corpus/",
        "a readable references.bib beside corpus/",
    ),
    Rule(
        "KB015",
        "The file is not read",
        "Only files that end in .yml are records; this one looks as if it were meant to be.",
        "corpus/studies/bentzen2016.yaml",
        "corpus/studies/bentzen2016.yml",
        "warning",
    ),
    Rule(
        "KB020",
        "Unknown field",
        "A misspelt field would be lost in silence.",
        "finding: [...]",
        "findings: [...]",
    ),
    Rule(
        "KB021",
        "A required field is missing",
        "Without it the record cannot be used or traced.",
        "coding: {basis: review, source: siverbo2022}",
        "coding: {basis: review, source: siverbo2022, locator: ..., coders: [...], date: ...}",
    ),
    Rule(
        "KB022",
        "A value has the wrong type",
        "A text where a list belongs, or a number in quotes, is read differently by each program.",
        "country: SE",
        "country: [SE]",
    ),
    Rule(
        "KB023",
        "A value is not allowed here",
        "The field takes only certain values or forms.",
        "date: 23 November",
        'date: "2026-11-23"',
    ),
    Rule(
        "KB024",
        "A language is missing or unknown",
        "Every text for readers is there in every language of the knowledge base.",
        "title: {en: Home care}",
        "title: {en: Home care, sv: Hemtjänst}",
    ),
    Rule(
        "KB025",
        "A text is empty",
        "An empty text looks as if something had been said.",
        'title: {en: "", sv: Hemtjänst}',
        "title: {en: Home care, sv: Hemtjänst}",
    ),
    Rule(
        "KB026",
        "A word of the interface does not fit",
        "A knowledge base can set words of its own pages in corpus/interface/LANGUAGE.yml; each "
        "stands in the place of an English one and keeps its blanks.",
        'count_studies: "{m} Studien"',
        'count_studies: "{n} Studien"',
    ),
    Rule(
        "KB030",
        "Unknown term",
        "Records are compared by their terms; a term outside the codebook would never be found.",
        "country: [NOR]",
        "country: [NO]",
    ),
    Rule(
        "KB031",
        "Unknown facet",
        "Only the codebook's facets are coded.",
        "tags: {countries: [SE]}",
        "tags: {country: [SE]}",
    ),
    Rule(
        "KB032",
        "Deprecated term",
        "The codebook keeps the term only for old links.",
        "sector: [eldercare]  # deprecated, replaced by elder-care",
        "sector: [elder-care]",
    ),
    Rule(
        "KB033",
        "The facet does not belong here",
        "Some facets are coded for studies, some for findings, some for both.",
        "tags: {outcome: [trust]}  # on the study",
        "findings: [{tags: {outcome: [trust]}}]",
    ),
    Rule(
        "KB034",
        "Several terms where one is allowed",
        "The facet's terms exclude each other.",
        "phase: [early, late]",
        "phase: [early]",
    ),
    Rule(
        "KB035",
        "A required facet is not coded",
        "Without it the finding would appear in no table of that facet.",
        "findings: [{id: a, tags: {}}]",
        "findings: [{id: a, tags: {outcome: [trust]}}]",
    ),
    Rule(
        "KB036",
        "A value stands twice",
        "A repeated term or id is a slip; counts would differ by program.",
        "country: [SE, SE]",
        "country: [SE]",
    ),
    Rule(
        "KB040",
        "The id is taken",
        "An id is an address; two records cannot share one. Upper and lower case count as equal, "
        "because they do on many disks.",
        "studies/a/erik2018.yml and studies/b/erik2018.yml",
        "studies/a/erik2018a.yml and studies/b/erik2018b.yml",
    ),
    Rule(
        "KB050",
        "Unknown BibTeX key",
        "What a record rests on must be in the bibliography.",
        "reports: [bentzen2061]",
        "reports: [bentzen2016]",
    ),
    Rule(
        "KB051",
        "Nothing uses the reference",
        "An unused entry is often a forgotten study or a misspelt key. A work that is only "
        "listed by a review can say so in its field keywords, as listed-in:KEY.",
        "@book{a, ...} that no record names",
        "@book{a, keywords = {listed-in:siverbo2022}, ...}",
        "warning",
    ),
    Rule(
        "KB052",
        "A BibTeX entry cannot be read",
        "The entry, and perhaps those after it, would be lost.",
        "@book{a, title = {One",
        "@book{a, title = {One}}",
    ),
    Rule(
        "KB053",
        "A BibTeX key stands twice",
        "The key is an address; two entries cannot share it.",
        "@book{a, ...} @article{a, ...}",
        "@book{a, ...} @article{b, ...}",
    ),
    Rule(
        "KB054",
        "A BibTeX entry is incomplete or wrong",
        "An entry needs a title, a year and someone who answers for it, and its DOI, ISBN and "
        "address must be real.",
        "doi = {https://doi.org/10.1/x}",
        "doi = {10.1080/21515581.2019.1633337}",
    ),
    Rule(
        "KB055",
        "A report belongs to two studies",
        "One publication tells of one investigation here; otherwise it would be counted twice.",
        "reports: [a]  # in two studies",
        "one study with all its reports",
    ),
    Rule(
        "KB060",
        "The study lands in a cell that cannot exist",
        "The codebook declares the pair of terms impossible and gives the reason: either the "
        "coding or the declaration is wrong.",
        "tags: {relationship: [state-internal], level: [municipality]}",
        "tags: {relationship: [state-internal], level: [state]}",
    ),
    Rule(
        "KB061",
        "No findings, and no reason",
        "A study without findings appears in no cell; readers must be told why.",
        "findings: []",
        "no_findings: {en: ..., sv: ...}\nfindings: []",
    ),
    Rule(
        "KB062",
        "Unknown coder or direction",
        "The people who sign and the directions are listed in knowledge-base.yml.",
        "direction: positive",
        "direction: supports",
    ),
    Rule(
        "KB063",
        "The years run backwards",
        "A period ends after it starts, and a study is not reported before its data exist.",
        "period: {start: 2019, end: 2015}",
        "period: {start: 2015, end: 2019}",
    ),
    Rule(
        "KB064",
        "A supplement covers nothing that is there",
        "A supplement says which fields rest on it; a name that is no field of the record traces "
        "nothing.",
        "covers: [tags.methods]",
        "covers: [tags.method]",
    ),
    Rule(
        "KB070",
        "A term stands twice in a facet",
        "Ids are addresses; they differ by more than upper and lower case.",
        "terms: [{id: se, ...}, {id: SE, ...}]",
        "terms: [{id: SE, ...}]",
    ),
    Rule(
        "KB071",
        "The codebook names something it does not have",
        "A broader term, a replacement, an attribute or a value must exist in the same facet.",
        "broader: helth",
        "broader: health",
    ),
    Rule(
        "KB072",
        "A term is broader than itself",
        "Broader terms form a tree, so that parents can include their children.",
        "a broader b, b broader a",
        "a broader b",
    ),
    Rule(
        "KB073",
        "Roles and settings do not fit",
        "The codebook needs one facet for each role that records use, and the settings may only "
        "name facets, terms and directions that exist.",
        "matrix: {row: relation}",
        "matrix: {row: relationship}",
    ),
    Rule(
        "KB080",
        "A part of the knowledge base is missing",
        "A knowledge base is a folder with corpus/knowledge-base.yml, corpus/codebook/, "
        "corpus/studies/ and references.bib.",
        "kb check in a folder without corpus/",
        "kb check --root path/to/knowledge-base",
    ),
    Rule(
        "KB090",
        "A claim rests on a finding that is not there",
        "What a claim rests on must be findable, by study and finding.",
        "rests_on: [{finding: bentzen2016#weak-anchorng, stance: supports}]",
        "rests_on: [{finding: bentzen2016#weak-anchoring, stance: supports}]",
    ),
    Rule(
        "KB091",
        "A claim rests on nothing",
        "A conclusion that no coded finding carries can be kept, but readers must be told.",
        "rests_on: []",
        "note: {en: No study in the knowledge base says this., sv: ...}",
    ),
    Rule(
        "KB092",
        "Confidence without evidence",
        "GRADE-CERQual assesses how much confidence the evidence of several studies deserves; "
        "with fewer than two there is nothing to assess.",
        "confidence: {level: low, ...}  # one study in rests_on",
        "rests_on: [...]  # findings of two studies or more",
    ),
    Rule(
        "KB093",
        "A gap is addressed by a study that is not there",
        "Whoever reads that a gap is narrowed must be able to look at the study.",
        "addressed_by: [{study: elegard2018, ...}]",
        "addressed_by: [{study: ellegard2018, ...}]",
    ),
    Rule(
        "KB094",
        "A gap's status does not fit what addresses it",
        "A closed gap needs a study that answers it fully, a narrowed one a study that answers it "
        "in part, and an open one none that answers it fully.",
        "status: closed  # addressed_by is empty",
        "status: open",
    ),
    Rule(
        "KB095",
        "A candidate is coded already",
        "A work is either waiting or coded.",
        "candidates/a.yml and studies/a.yml with the same report",
        "studies/a.yml",
    ),
)

RULES: Mapping[str, Rule] = {rule.code: rule for rule in _ALL}
"""All rules by code."""
