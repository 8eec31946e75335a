"""Programs of the same trade on as many records of their own: made up, loaded, and counted.

``python bench/peers.py PEER FOLDER N`` runs in an environment that has the peer, and prints figures
as ``bench/stages.py`` does. What each does differs, so it is told beside the figures.
"""

from __future__ import annotations

import json
import pkgutil
import sys
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from xml.sax.saxutils import escape

from corpora import Maker
from stages import memory

Work = Callable[[], int]
VOLUME = 100
"""Papers in a volume."""


def acl_anthology(folder: Path, size: int) -> Work:
    """All papers of an anthology, its authors and volumes indexed."""
    xml = folder / "xml"
    xml.mkdir(exist_ok=True)
    (folder / "json").mkdir(exist_ok=True)
    schema = pkgutil.get_data("acl_anthology", "data/schema.rnc")
    assert schema is not None
    (xml / "schema.rnc").write_bytes(schema)
    (folder / "json" / "people.json").write_text("{}")
    (folder / "json" / "venues.json").write_text('{"made": {"acronym": "M", "name": "Made up"}}')
    (folder / "json" / "sigs.json").write_text("{}")
    for volume, start in enumerate(range(0, size, VOLUME)):
        numbers = range(start, min(start + VOLUME, size))
        name = f"2024.made{volume}"
        (xml / f"{name}.xml").write_text(_collection(name, Maker(size), numbers), "utf-8")

    from acl_anthology import Anthology

    return lambda: sum(1 for _ in Anthology(folder, verbose=False).load_all().papers())


def _collection(name: str, maker: Maker, numbers: range) -> str:
    papers = "\n".join(_paper(maker, at, number) for at, number in enumerate(numbers, 1))
    meta = "<booktitle>Made up</booktitle><year>2024</year><venue>made</venue>"
    volume = f'<volume id="1" type="proceedings"><meta>{meta}</meta>\n{papers}\n</volume>'
    return (
        f"<?xml version='1.0' encoding='UTF-8'?>\n<collection id=\"{name}\">{volume}</collection>\n"
    )


def _paper(maker: Maker, at: int, number: int) -> str:
    chance = maker.chance("paper", number)
    people = dict.fromkeys(maker.person(chance) for _ in range(chance.randint(1, 5)))
    authors = "".join(
        f"<author><first>{given}</first><last>{family}</last></author>"
        for family, given in (name.split(", ") for name in people)
    )
    title = escape(maker.sentence(chance, "en", 6, 14))
    abstract = " ".join(maker.sentence(chance, "en", 8, 40) for _ in range(4))
    told = f"<title>{title}</title>{authors}<abstract>{escape(abstract)}</abstract>"
    return f'<paper id="{at}">{told}<bibkey>made-2024-{number}</bibkey></paper>'


def colrev(folder: Path, size: int) -> Work:
    """The records of a review's BibTeX file, as its commands load them first."""
    maker, path = Maker(size), folder / "records.bib"
    status = "  colrev_status = {{md_imported}},\n  colrev_origin = {{made.bib/work{}}},\n"
    with path.open("w", encoding="utf-8") as file:
        for number in range(size):
            head, _, rest = maker.reference(f"work{number}", number).partition("\n")
            file.write(f"{head}\n{status.format(number)}{rest}")

    import logging

    from colrev.loader import load_utils

    quiet = logging.getLogger("quiet")
    quiet.setLevel(logging.CRITICAL)
    return lambda: len(load_utils.load(filename=path, logger=quiet, unique_id_field="ID"))


def pysigma(folder: Path, size: int) -> Work:
    """A folder of detection rules in YAML, one a file, checked while they are read."""
    maker = Maker(size)
    for number in range(size):
        (folder / f"rule{number}.yml").write_text(_rule(maker, number), "utf-8")

    from sigma.collection import SigmaCollection

    return lambda: len(SigmaCollection.load_ruleset([folder]).rules)


def _rule(maker: Maker, number: int) -> str:
    chance = maker.chance("rule", number)
    words = maker.vocabulary["en"]
    fields = islice((words[maker.words.rank(chance)] for _ in iter(int, 1)), 12)
    values = "\n".join(f"      - '*{word}{at}'" for at, word in enumerate(fields))
    text = " ".join(maker.sentence(chance, "en", 8, 40) for _ in range(6))
    return (
        f"title: {maker.sentence(chance, 'en', 5, 12)}\n"
        f"id: 00000000-0000-4000-8000-{number:012d}\n"
        f"status: test\ndescription: {text}\nauthor: Nobody\ndate: 2024-01-01\n"
        "logsource:\n  category: process_creation\n  product: windows\n"
        f"detection:\n  selection:\n    Image|endswith:\n{values}\n  condition: selection\n"
        "level: low\n"
    )


PEERS = {one.__name__: one for one in (acl_anthology, colrev, pysigma)}


def measured(name: str, folder: Path, size: int) -> dict[str, float]:
    """The figures of a peer; raises when it has not loaded all."""
    work = PEERS[name](folder, size)
    before, started = time.process_time(), time.perf_counter()
    loaded = work()
    seconds = {"cpu": time.process_time() - before, "wall": time.perf_counter() - started}
    assert loaded >= size, f"{loaded} of {size}"
    return seconds | {"peak": memory(), "out": 0.0}


if __name__ == "__main__":
    print(json.dumps(measured(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))))
