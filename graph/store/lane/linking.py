"""Results that say in their own head where they can be had again (SPARQL 1.1 Results JSON 3.1.2, XML 2.2)."""

import json
from typing import Protocol
from xml.sax.saxutils import quoteattr

JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
LONGEST_HEAD = 1 << 20  # bytes; a head names the variables of a query, which is shorter than that


class Writer(Protocol):
    """What the engine's serializers need."""

    def write(self, data: bytes) -> int:
        """Take the next bytes."""

    def flush(self) -> None:
        """Part of what a writer is."""


def linked(file: Writer, link: str, media_type: str) -> Writer:
    """`file`, or one before it that puts `link` into the head of results in JSON or XML."""
    return _Linked(file, link, media_type) if link and media_type in (JSON, XML) else file


class _Linked:
    """Holds back the first bytes until the place of the link is among them."""

    def __init__(self, file: Writer, link: str, media_type: str) -> None:
        self._file, self._link, self._json = file, link, media_type == JSON
        self._held: bytes | None = b""

    def write(self, data: bytes) -> int:
        if self._held is None:
            return self._file.write(data)
        self._held += bytes(data)
        head = self._in_json(self._held) if self._json else self._in_xml(self._held)
        if head is not None or len(self._held) > LONGEST_HEAD:
            self._let_go(head)
        return len(data)

    def flush(self) -> None:
        if self._held:
            self._let_go(None)
        self._file.flush()

    def _let_go(self, head: bytes | None) -> None:
        held, self._held = self._held or b"", None
        self._file.write(held if head is None else head)

    def _in_json(self, held: bytes) -> bytes | None:
        before, place, rest = held.partition(b'{"head":{')
        comma = b"" if rest[:1] == b"}" else b","
        return before + place + f'"link":[{json.dumps(self._link)}]'.encode() + comma + rest if rest else None

    def _in_xml(self, held: bytes) -> bytes | None:
        before, place, rest = held.partition(b"</head>")
        return before + f"<link href={quoteattr(self._link)}/>".encode() + place + rest if place else None
