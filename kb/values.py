"""What a cell says: its values one by one, each in the form that its field takes. Nothing is
guessed; what a table writes in its own way is said in its mapping."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Literal

from kb.destinations import Place
from kb.model import DATE_PATTERN, Line, Record, suggestion
from kb.textfile import composed

ISO = "%Y-%m-%d"
_ENGLISH = "n/a ref! value! div/0! name? null! num! spill! calc! blocked! getting_data"
_SWEDISH = "saknas! saknas referens! värdefel! division/0! namn? skärning! ogiltigt!"
ERRORS = frozenset(f"#{word}" for word in f"{_ENGLISH} {_SWEDISH}".split())
"""What a spreadsheet in English or Swedish shows where it could not compute, in small letters:
such a cell is taken for a blank one."""
_LIKE_AN_ERROR = re.compile(r"#[¡¿]?[^\W_]+(?:[/_][^\W_]+)*[!?]|#[A-Z]/[A-Z]|#NV|#{3,}|Err:\d{3}")
_SPACES = "[ \u00a0\u2009\u202f]"


class Numbers(Record):
    """How a table writes numbers: the sign before the decimals, the one between thousands, and
    what may follow a number and says nothing. A space stands for any kind of space."""

    decimal: Literal[".", ","] = "."
    thousands: Literal[" ", ".", ",", "'", "’"] | None = None
    unit: Line | None = None


@dataclass(frozen=True)
class Form:
    """How numbers and dates are written."""

    numbers: Numbers
    dates: str


PLAIN = Form(Numbers(), ISO)
"""How a mapping writes them."""


class Unusable(ValueError):
    """A value that cannot be used: a rule's code, what is wrong, what to do."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


def squeezed(text: str) -> str:
    """A text on one line, with single spaces, its letters composed."""
    return composed(" ".join(text.split()))


def parts(cell: str, separator: str | None) -> list[str]:
    """The values in a cell. Line breaks and double spaces are kept until those of the separator
    have been found."""
    if not separator:
        return [squeezed(cell)]
    text = cell if re.search(r"[^\S ]|  ", separator) else squeezed(cell)
    return [squeezed(part) for part in text.split(separator)]


def resembles_error(text: str) -> bool:
    """Whether a text looks like what a spreadsheet shows where it could not compute."""
    return bool(_LIKE_AN_ERROR.fullmatch(text)) and (text.upper() == text or text[:3] == "Err")


def value_of(place: Place, text: str, form: Form = PLAIN) -> str | int | float:
    """A value in the form that its field takes; raises :class:`Unusable`."""
    if place.form.get("type") in {"integer", "number"}:
        return _number(text, form.numbers)
    if place.form.get("pattern") == DATE_PATTERN:
        return _day(text, form.dates)
    if place.keys[-1] in {"id", "finding"}:
        return re.sub(r"[^A-Za-z0-9_-]+", "-", text)[:80].strip("-_")
    return word(place, text)


def word(place: Place, text: str) -> str:
    """The id of a word that the codebook has, by any of its names; other texts as they are."""
    if not place.words or text.casefold() in place.words:
        return place.words.get(text.casefold(), text)
    near = suggestion(text, dict.fromkeys(place.words.values()), place.words)
    hint = f"say in values what it stands for; {near}"
    raise Unusable("KB030", f"{'.'.join(place.keys)} has no {text}", hint)


def _number(text: str, numbers: Numbers) -> int | float:
    found = _pattern(numbers.decimal, numbers.thousands, numbers.unit).fullmatch(text)
    if not found:
        form = 'numbers: {decimal: ",", thousands: " ", unit: "%"}'
        hint = f"say in the mapping how the table writes numbers, as {form}"
        hint += "; or name it in missing or in values"
        raise Unusable("KB022", f"{text} is no number", hint)
    sign, whole, decimals = found.group("sign", "whole", "decimals")
    whole = ("-" if sign else "") + re.sub(r"\D", "", whole)
    number = float(f"{whole}.{decimals or 0}")
    if not math.isfinite(number):
        raise Unusable("KB022", f"{text[:20]}... is too large", "mend it, or leave it out")
    return number if number % 1 else int(whole)


@cache
def _pattern(decimal: str, thousands: str | None, unit: str | None) -> re.Pattern[str]:
    mark = _SPACES if thousands == " " else re.escape(thousands) if thousands else ""
    grouped = rf"[0-9]{{1,3}}(?:{mark}[0-9]{{3}})+|" if mark else ""
    after = rf"(?:{_SPACES}?{re.escape(unit)})?" if unit else ""
    whole = rf"(?P<sign>[-\u2212])?(?P<whole>{grouped}[0-9]+)"
    return re.compile(rf"{whole}(?:{re.escape(decimal)}(?P<decimals>[0-9]+))?{after}")


def _day(text: str, form: str) -> str:
    try:
        return datetime.strptime(text, form).date().isoformat()
    except ValueError:
        message = f"{text} is no date of the form {form}"
        hint = 'say in the mapping how the table writes dates, as dates: "%d.%m.%Y"'
        raise Unusable("KB022", message, f"{hint}; or name it in missing or in values") from None


def names_days(form: str) -> bool:
    """Whether a form of dates, in strptime's words, says which day it is."""
    day = datetime(2026, 1, 31)
    try:
        return datetime.strptime(day.strftime(form), form).date() == day.date()
    except ValueError:
        return False
