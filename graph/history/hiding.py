"""What a withdrawal takes out of a text of N-Quads: a record as a whole; of a thing, every line that names it."""

import re
from collections.abc import Iterable


def names(iri: str) -> re.Pattern[bytes]:
    """Matches a line of N-Quads whose subject or object is `iri` or a node below it (`iri/...`)."""
    node = rb"<" + re.escape(iri.encode()) + rb"[/>]"
    return re.compile(rb"^(?:" + node + rb"|<[^>]*> <[^>]*> " + node + rb")")


def without(text: bytes, iris: Iterable[str]) -> bytes:
    """`text` without the lines that name any of `iris`."""
    patterns = [names(iri) for iri in iris if iri.encode() in text]
    if not patterns:
        return text
    return b"".join(line for line in text.splitlines(keepends=True) if not any(p.match(line) for p in patterns))


def speaks_of(text: bytes, iri: str) -> bool:
    """Whether any line of `text` names `iri`."""
    return iri.encode() in text and any(map(names(iri).match, text.splitlines()))
