"""Templates as Jinja compiled them: kept in the cache, since to compile them anew takes a tenth of
what the pages of a language do."""

from __future__ import annotations

from jinja2.bccache import Bucket, BytecodeCache

from kb import cache

KIND = "template"


class Compiled(BytecodeCache):
    """What was compiled before; a template that has changed is compiled anew."""

    def __init__(self) -> None:
        self._known: dict[bytes, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what is known of a template; the bucket stays empty otherwise."""
        source = _source(bucket)
        if source not in self._known:
            self._known |= cache.opened().get(KIND, [source])
        if source in self._known:
            bucket.bytecode_from_string(self._known[source])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        made = {_source(bucket): bucket.bytecode_to_string()}
        self._known |= made
        cache.opened().put(KIND, made)


def _source(bucket: Bucket) -> bytes:
    return f"{bucket.key} {bucket.checksum}".encode()


COMPILED = Compiled()
