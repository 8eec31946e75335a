"""The tables of studies and of references, and a page for each study and each reference."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from kb import addresses, evidence
from kb.citations import citing
from kb.site import late, meta, searching
from kb.site.page import WIDE, Page, more, parts
from kb.site.uses import uses
from kb.site.view import View


def study_pages(view: View) -> Iterator[Page]:
    """The table of studies and their pages."""
    corpus = view.corpus
    studies = corpus.studies.values()
    rows = [evidence.row_of(corpus, study, view.base.facts_of(study.id)) for study in studies]
    rows.sort(key=lambda row: (-(row.year or 0), row.study.id))
    first, *rest = parts(view, "studies/", rows)
    title, context = view.t("studies"), {"part": first}
    caption = f"{title} ({view.number(len(rows))})"
    yield Page("studies/", "studies.md.j2", title, searched=False, hide=WIDE, context=context)
    yield from more(view, rest, title, {"caption": caption, "kind": "study"})
    plain, searched = searching.plain(view), not searching.titles_only(view)
    for row in rows:
        yield Page(
            addresses.of_study(row.study.id),
            "study.md.j2",
            view.text(row.study.title),
            searched=searched,
            context={"row": row, "study": row.study},
            head=partial(meta.of_study, view, row),
            late=partial(late.of_study, view, row.study),
            plain=plain,
        )


def reference_pages(view: View) -> Iterator[Page]:
    """The table of references and their pages."""
    cited = citing(view.corpus)
    order = sorted(view.corpus.references.values(), key=lambda one: one.short.casefold())
    used = {key: [word for word, _ in uses(view, own)] for key, own in cited.items()}
    first, *rest = parts(view, "references/", order)
    title, context = view.t("references"), {"part": first, "used": used}
    caption = f"{title} ({view.number(len(order))})"
    yield Page("references/", "references.md.j2", title, searched=False, hide=WIDE, context=context)
    yield from more(view, rest, title, {"caption": caption, "kind": "reference", "used": used})
    plain = searching.plain(view)
    for reference in order:
        yield Page(
            addresses.of_reference(reference.key),
            "reference.md.j2",
            reference.short,
            reference.title,
            context={"reference": reference, "cited": cited.get(reference.key, {})},
            head=partial(meta.of_reference, reference),
            plain=plain,
        )
