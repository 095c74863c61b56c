"""What the journal keeps of one part of a release: canonical N-Quads, compressed, under a salted seal.

Canonical is RDFC-1.0, which for data without blank nodes is the sorted, unique lines of canonical N-Quads (RDF 1.1
N-Triples, 4 "A Canonical form"). The seal is an HMAC, so that destroying the salt leaves a digest that the chain can
still be verified with and that confirms no guess about the words.
"""

import hmac
import secrets
import zlib
from collections.abc import Iterable, Iterator
from hashlib import sha256

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

SALT_BYTES = 32  # as long as the digest: no shorter secret to guess
_COMPRESSION = 6  # 9 costs twice the time for 2 % less


def canonical(quads: Iterable[Quad]) -> bytes:
    """The canonical N-Quads of `quads`; ValueError where one has a blank node, which could not be cited."""
    held = list(quads)
    for quad in held:
        if not isinstance(quad.subject, NamedNode) or not isinstance(quad.object, NamedNode | Literal):
            raise ValueError(f"only IRIs and literals can be recorded, not: {quad}")
    # Line ends inside literals are escaped, so a line is a quad.
    lines = (serialize(held, format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True)
    return b"".join(sorted(set(lines)))


def in_graph(triples: Iterable[Triple], graph: NamedNode) -> Iterator[Quad]:
    """`triples` as quads of one graph."""
    return (Quad(t.subject, t.predicate, t.object, graph) for t in triples)


def quads_of(text: bytes) -> Iterator[Quad]:
    """The quads of canonical N-Quads."""
    return parse(text, format=RdfFormat.N_QUADS)


def content_digest(text: bytes) -> bytes:
    """SHA-256 of canonical N-Quads: equal content, equal digest. Forgotten when the content is erased."""
    return sha256(text).digest()


def new_salt() -> bytes:
    """A salt that nobody can guess."""
    return secrets.token_bytes(SALT_BYTES)


def seal(salt: bytes, text: bytes) -> bytes:
    """HMAC-SHA-256 of `text` under `salt`; what the chain of releases is made of."""
    return hmac.digest(salt, text, "sha256")


def pack(text: bytes) -> bytes:
    """Compressed, as it lies in the journal."""
    return zlib.compress(text, _COMPRESSION)


def unpack(body: bytes) -> bytes:
    """The inverse of `pack`; `zlib.error` where the bytes are damaged."""
    return zlib.decompress(body)
