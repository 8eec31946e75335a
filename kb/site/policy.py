"""The Content-Security-Policy of each page: nothing from elsewhere, no script that is not its own.

It stands in the page itself, so that it holds on any host, also where no headers can be set.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable

# Styles may stand in the page: the theme's search sets them on what it finds.
RULES = {
    "default-src": "'none'",
    "base-uri": "'none'",
    "connect-src": "'self'",
    "font-src": "'self'",
    "form-action": "'none'",
    "img-src": "'self' data: blob:",
    "manifest-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",
    "worker-src": "'self'",
}

_HEAD = re.compile(r"<meta charset=[^>]*>")
_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL)
_DATA = re.compile(r"""\btype\s*=\s*["']?application/""")


def guarded(page: str) -> str:
    """A page with its policy, which allows the scripts of the site and those that stand in it now.

    A page without a declared character set is left as it is: the policy goes right after that.
    """
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy(page)}">'
    return _HEAD.sub(lambda found: f"{found[0]}\n{meta}", page, count=1)


def policy(page: str) -> str:
    """The policy of a page, as it would stand in a header."""
    hashes = sorted({_hash(script) for script in _inline(page)})
    rules = {**RULES, "script-src": " ".join(["'self'", *hashes])}
    return "; ".join(f"{name} {allowed}" for name, allowed in sorted(rules.items()))


def _inline(page: str) -> Iterable[str]:
    """The scripts that stand in the page; data in a script element is not run."""
    for attributes, script in _SCRIPT.findall(page):
        if "src=" not in attributes and not _DATA.search(attributes):
            yield script


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
