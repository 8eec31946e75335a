"""The page at the root of the site, which offers every language; it needs no script."""

from __future__ import annotations

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kb.base import KnowledgeBase
from kb.site.pages import TEMPLATES
from kb.site.view import View


def root_page(base: KnowledgeBase) -> str:
    """The HTML of the root page."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    views = [View(base, language) for language in base.corpus.languages]
    return environment.get_template("root.html.j2").render(views=views)
