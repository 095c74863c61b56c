"""The chain of releases: a digest that grows with each one, so that nothing in the past changes unseen."""

from collections.abc import Callable, Iterable
from hashlib import sha256

GENESIS = bytes(32)  # what the first release follows


def link(
    previous: bytes, number: int, recorded: str, note: bytes, changes: Iterable[tuple[str, bytes | None]]
) -> bytes:
    """The digest of release `number` after `previous`.

    `note` is the seal of author and message; `changes` are pairs of a part and the seal of its new content, None for
    a part that was removed, in any order. Seals are salted, so the chain outlives the words it was made over.
    """
    digest = sha256(previous)
    _add(digest.update, str(number).encode(), recorded.encode(), note)
    for part, content in sorted(changes):
        _add(digest.update, part.encode(), b"-" if content is None else b"+" + content)
    return digest.digest()


def _add(update: Callable[[bytes], None], *fields: bytes) -> None:
    """Each field with its length before it, so that no two lists of fields make the same bytes."""
    for field in fields:
        update(len(field).to_bytes(8, "big"))
        update(field)
