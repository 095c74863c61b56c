"""Ids and addresses: which names a thing, a record or a link may have, and which IRI each stands for."""

import re
import unicodedata
from urllib.parse import urlsplit

from pyoxigraph import NamedNode, Triple

from graph.authoring.keys import TYPES
from graph.formats import FORMATS
from graph.settings import Settings
from graph.terms import PREFIXES, VOCAB

# Letters of any script, digits, and - _ . inside: what needs no quoting in a URL bar, a shell or Turtle.
_SEGMENT = re.compile(r"\w(?:[\w.\-]*\w)?")
LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.IGNORECASE | re.ASCII)  # BCP 47, its usual part
_CURIE = re.compile(r"([a-z]+):([^\s<>\"{}|\\^`]+)")
_PREFIXES = PREFIXES | {VOCAB.prefix: VOCAB.base}
_SUFFIXES = tuple(f.suffix for f in FORMATS)
SCHEMES = ("http", "https", "mailto", "tel", "urn")  # of IRIs in records; javascript: and data: run in a browser


def named(text: str) -> str:
    """`text` as the name of a thing or record, composed (NFC); ValueError says why it cannot be one.

    A name is one or more segments with slashes between. Its end must not look like a format's suffix: `/doc/x.ttl`
    is the Turtle of `x`.
    """
    name = unicodedata.normalize("NFC", text)
    for segment in name.split("/"):
        if not _SEGMENT.fullmatch(segment):
            raise ValueError(f"'{text}' cannot be an id: a name is made of letters, digits, '-', '_' and '.'")
    if name.endswith(_SUFFIXES):
        raise ValueError(f"'{text}' cannot be an id: it ends like a file")
    return name


def defined(text: str) -> tuple[str, str]:
    """The type and the whole id of a thing that is described: `org/rfe-rl` -> (`org`, `org/rfe-rl`).

    ValueError says why it is no id; a type nobody knows is returned as it is.
    """
    if text.count("/") != 1:
        raise ValueError(f"'{text}' cannot be an id: it is a type, a slash and a name")
    name = named(text)
    return name.partition("/")[0], name


def referred(text: str, settings: Settings) -> tuple[NamedNode, str | None]:
    """The IRI of an id or an http(s) address, and the type of thing it is (None for a thing of somebody else).

    ValueError says why it is neither.
    """
    if text.startswith(("http://", "https://")):
        node = address(text)
        own = settings.of_site(node.value)
        if own is None or not own.startswith("id/"):
            return node, None
        text = own.removeprefix("id/")
    if "/" not in text:
        raise ValueError(f"'{text}' is not an id: it is a type, a slash and a name")
    name = named(text)
    return settings.thing(name), _kind_of(name)


def _kind_of(name: str) -> str:
    """The type of a thing by its id; claims and quotations without an id of their own lie below their document."""
    segments = name.split("/")
    return segments[-2] if len(segments) > 2 and segments[-2] in TYPES else segments[0]


def address(text: str) -> NamedNode:
    """The IRI of an http(s) address; ValueError for anything else."""
    if not text.startswith(("http://", "https://")):
        raise ValueError(f"'{text}' is not an address: it begins with https:// or http://")
    try:
        if not urlsplit(text).hostname:
            raise ValueError("no host")
        return NamedNode(text)
    except ValueError:
        raise ValueError(f"'{text}' is not an address: a space in it is written %20, a quote %22") from None


def subject_of(triple: Triple) -> NamedNode:
    """What a triple is about; in a record that is never a blank node."""
    assert isinstance(triple.subject, NamedNode)
    return triple.subject


def term(text: str) -> NamedNode | None:
    """The IRI of `schema:foundingDate` or `vocab:act/killing`; None where that is no known prefix."""
    match = _CURIE.fullmatch(text)
    base = _PREFIXES.get(match[1]) if match else None
    return NamedNode(base + match[2]) if match and base else None


def prefixes() -> list[str]:
    """The prefixes `term` knows."""
    return sorted(_PREFIXES)


def unsafe(iri: str) -> bool:
    """True for an IRI that may not stand in a record: a browser would run it, or read the machine it is on."""
    return iri.partition(":")[0].lower() not in SCHEMES
