"""What a study says of its setting, sample and period, and a finding of its direction, in the words
of a page."""

from __future__ import annotations

from markupsafe import Markup

from kb.records import Study
from kb.site.text import plain
from kb.site.view import View


def setting(study: Study) -> str:
    """Where the study took place, or nothing."""
    one = study.setting
    return ", ".join(filter(None, (one.organisation, one.place))) if one else ""


def sample(view: View, study: Study) -> str:
    """What was studied and how much of it, or nothing."""
    one = study.sample
    if one is None:
        return ""
    text = view.text(one.unit)
    if one.n is not None:
        text = f"{view.number(one.n)} {text}"
    if one.population is not None:
        text += f" {view.t('population', n=view.number(one.population))}"
    if one.response_rate is not None:
        text += f"; {view.t('response_rate').lower()} {view.number(one.response_rate)} %"
    return text


def period(study: Study) -> str:
    """The years that the data are from, or nothing."""
    one = study.period
    if one is None:
        return ""
    return str(one.start) if one.start == one.end else f"{one.start}–{one.end}"


def direction(view: View, name: str) -> Markup:
    """A direction by its sign and its word."""
    one = view.direction(name)
    shown = '<span class="kb-dir kb-dir--{}"><span aria-hidden="true">{}</span> {}</span>'
    return Markup(shown).format(one.stance, plain(one.sign), plain(view.text(one.label)))
