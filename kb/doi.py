"""What the agencies that register DOIs tell of a work: CSL-JSON by content negotiation."""

from __future__ import annotations

import re
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from kb.bibliography import DOI
from kb.references import RESOLVER, doi_address

CSL = "application/vnd.citationstyles.csl+json"
SECONDS = 20
MOST_BYTES = 5_000_000


class NoAnswer(Exception):
    """The work cannot be looked up; the message says why, in one line."""


def bare(text: str) -> str:
    """The DOI that a text is, bare or as an address or with ``doi:`` before it; else nothing."""
    plain = re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:)\s*", "", text.strip(), flags=re.I)
    return plain if DOI.fullmatch(plain) else ""


def fetch(doi: str) -> bytes:
    """The CSL-JSON of a work; raises :class:`NoAnswer`."""
    address = doi_address(doi, RESOLVER)
    request = Request(address, headers={"Accept": CSL, "User-Agent": "evidence-gap-kb"})
    try:
        with urlopen(request, timeout=SECONDS) as answer:
            data: bytes = answer.read(MOST_BYTES + 1)
    except HTTPError as error:
        error.close()
        known = "no such DOI is known" if error.code == 404 else f"the answer was {error.code}"
        raise NoAnswer(f"{doi} cannot be looked up at {RESOLVER}: {known}") from error
    except (URLError, HTTPException, OSError) as error:
        reason = getattr(error, "reason", None) or error
        hint = "export the reference to a file, and name it with --from"
        raise NoAnswer(f"{doi} cannot be looked up at {RESOLVER}: {reason}; {hint}") from error
    if len(data) > MOST_BYTES:
        raise NoAnswer(f"{doi} cannot be looked up at {RESOLVER}: the answer has no end")
    return data
