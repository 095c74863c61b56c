"""The address of a document or an answer as it was: it names a release and the digest of what that says.

The number says where to look, the digest holds the publisher to it: a release that says something else has another.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote_plus, urlsplit

SHOWN = 32  # hex digits of a digest in an address: 128 bits, so nobody can make two releases that share them
DIGEST = re.compile(r"[0-9a-f]{16,64}", re.ASCII)  # what an address may name it by; fewer digits would prove little
_SPELLED = [quote_plus(bytes([byte])) for byte in range(256)]
_WITHIN = re.compile(r"/((?:doc|record)/.*|sparql)$")
_RELEASE = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cited:
    """What such an address names: `address` without the release, and for an answer the fields of the question."""

    address: str
    release: int
    digest: str
    question: tuple[tuple[str, str], ...] = ()

    @property
    def path(self) -> str:
        """The path below the root of the site (`doc/org/x`, `record/x`, `sparql`), empty where it is none of these."""
        found = _WITHIN.search(urlsplit(self.address).path)
        return found[1] if found else ""

    def is_of(self, other: "Cited") -> bool:
        """Whether both name the same release with the same digest, as far as each of them gives it."""
        same = self.digest.startswith(other.digest) or other.digest.startswith(self.digest)
        return same and self.release == other.release


def permanent(address: str, release: int, digest: str, question: Sequence[tuple[str, str]] = ()) -> str:
    """The address of a document, or with `question` of the answer to it, as it was in a release.

    `digest` is that of the release, 64 hex digits; empty for one that was never published, which has no such address.
    """
    asked = "".join([f"{name}={_spelled(value)}&" for name, value in question])
    named = f"{'asOf' if question else 'release'}={release}"
    return f"{address}?{asked}{named}" + (f"&digest={digest[:SHOWN]}" if digest else "")


def _spelled(value: str) -> str:
    """As `quote_plus` spells it, in half the time: each answer to a question has its own address."""
    return "".join(map(_SPELLED.__getitem__, value.encode()))


def read_permanent(address: str) -> Cited | None:
    """What a permanent address names; None for any other address."""
    parts = urlsplit(address)
    fields = parse_qsl(parts.query, keep_blank_values=True)
    release = [v for k, v in fields if k in ("release", "asOf")]
    digest = [v for k, v in fields if k == "digest"]
    if parts.scheme not in ("http", "https") or len(release) != 1 or len(digest) != 1:
        return None
    if not _RELEASE.fullmatch(release[0]) or not DIGEST.fullmatch(digest[0]):
        return None
    question = tuple((k, v) for k, v in fields if k in ("query", "default-graph-uri", "named-graph-uri"))
    return Cited(f"{parts.scheme}://{parts.netloc}{parts.path}", int(release[0]), digest[0], question)
