"""Plain pages of records: finished HTML with the same content and address, in a bare frame.

A page of the site costs the generator several times what its content does, and its menu weighs
more than a study. Beyond some thousand records that is too much, and these take their place: they
need no script, and search engines and reference managers read them as they do the others.
"""

from __future__ import annotations

import html
import re
from functools import cache
from importlib import resources

from markdown import Markdown
from markupsafe import Markup

from kb import addresses
from kb.site import policy, raw, searching
from kb.site.page import Page
from kb.site.pages import body, environment
from kb.site.view import View


def name_of(page: Page) -> str:
    """The file of a plain page, below its language's folder."""
    return f"{page.address}index.html"


def mapped(view: View, sitemap: str, site: str | None) -> str:
    """A sitemap with the plain pages, too, if there are any and the site's address is known."""
    if not site or not searching.plain(view):
        return sitemap
    own = [addresses.of_study(one) for one in view.corpus.studies]
    own += [addresses.of_reference(one) for one in view.corpus.references]
    urls = "".join(f"    <url><loc>{html.escape(f'{site}{one}')}</loc></url>\n" for one in own)
    return sitemap.replace("</urlset>", f"{urls}</urlset>")


def render(view: View, page: Page) -> str:
    """A plain page as HTML, with its policy."""
    view.here = page.address
    markdown, blocks = raw.set_aside(body(view, page))
    content = raw.whole(_converter().reset().convert(markdown), blocks).replace(raw.UNSEARCHED, "")
    made = (
        environment()
        .get_template("plain.html.j2")
        .render(
            view=view,
            t=view.t,
            page=page,
            content=Markup(content),
            head={name: _escaped(value) for name, value in page.head().items() if value},
            languages=_languages(view),
            styles=styles(),
        )
    )
    return policy.guarded(made)


@cache
def _converter() -> Markdown:
    return Markdown(extensions=["attr_list"])


def _escaped(value: object) -> object:
    if isinstance(value, list):
        return [tuple(Markup(html.escape(" ".join(x.split()))) for x in one) for one in value]
    return value


def _languages(view: View) -> list[tuple[str, str]]:
    """The languages of the site with their own names."""
    return [(one, view.corpus.words(one)["language"]) for one in view.corpus.languages]


@cache
def styles() -> tuple[str, ...]:
    """The theme's own style sheets, whose names change with its version."""
    folder = resources.files("material") / "templates" / "assets" / "stylesheets"
    names = sorted(one.name for one in folder.iterdir())
    return tuple(name for name in names if re.fullmatch(r"(main|palette)\.\w+\.min\.css", name))
