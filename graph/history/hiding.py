"""What a withdrawal takes out of a text of N-Quads: a record as a whole; of a thing, every line that names it."""

import re
from collections.abc import Iterable
from typing import NamedTuple


class Target(NamedTuple):
    """What is to be taken out: a thing goes with the nodes below it (`iri/...`), a record's name stands for itself.

    Records lie in folders, so what lies below the name of one may be another record, which stays.
    """

    iri: str
    nodes: bool = True


def names(target: Target) -> re.Pattern[bytes]:
    """Matches a line of N-Quads whose subject or object is the target or a node of it."""
    node = rb"<" + re.escape(target.iri.encode()) + (rb"[/#>]" if target.nodes else rb"[#>]")
    return re.compile(rb"^(?:" + node + rb"|<[^>]*> <[^>]*> " + node + rb")")


def without(text: bytes, targets: Iterable[Target]) -> bytes:
    """`text` without the lines that name any of `targets`."""
    patterns = [names(target) for target in targets if target.iri.encode() in text]
    if not patterns:
        return text
    return b"".join(line for line in text.splitlines(keepends=True) if not any(p.match(line) for p in patterns))


def speaks_of(text: bytes, target: Target) -> bool:
    """Whether any line of `text` names `target`."""
    return target.iri.encode() in text and any(map(names(target).match, text.splitlines()))
