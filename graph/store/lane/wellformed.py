"""What XML cannot hold is said, not written: an answer in XML can be read, and says what was found.

The engine writes any character as it is. XML 1.0 has no control characters and reads a carriage return as a new line,
and a property of RDF/XML is the name of an element, which some addresses do not end in.
"""

import re

from graph.store.lane.linking import XML, Writer

RDF_XML = "application/rdf+xml"
# XML 1.0 §2.2 for characters; the element the engine makes of a property whose address ends in no name (§2.3)
_UNSAYABLE = re.compile(rb"([\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf])|<oxprefix:[\s/>]")
_CONTROLS = bytes(sign for sign in range(0x20) if chr(sign) not in "\t\n\r")
_LONGEST = 11  # bytes of what the pattern finds
CHARACTER = "XML cannot hold the character U+{}, which this answer has."
PROPERTY = "RDF/XML cannot hold a property whose address ends in no name, which this answer has."


class Unsayable(Exception):
    """The format that was asked for cannot hold the answer; `reason` is a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def wellformed(file: Writer, media_type: str) -> Writer:
    """`file`, or one before it that raises `Unsayable` instead of writing XML that cannot be read."""
    return _Wellformed(file) if media_type in (XML, RDF_XML) else file


def unsayable(error: OSError) -> Unsayable | None:
    """What the engine means where a format cannot hold the answer; it says so as if a disk had failed."""
    match str(error).rstrip("."):
        case "JSON-LD does not support RDF 1.2 yet":
            return Unsayable("JSON-LD cannot hold statements about statements, which this answer has.")
        case "RDF/XML reserved syntax term is not allowed as a predicate":
            return Unsayable("RDF/XML has another use for the name of a property that this answer has.")
    return None


def _may_be_unsayable(data: bytes) -> bool:
    """Whether the expression is worth its time, ten times that of looking for plain bytes."""
    return b"\xef\xbf" in data or b"<oxprefix:" in data or len(data.translate(None, _CONTROLS)) < len(data)


class _Wellformed:
    """Looks at what goes by, in whichever pieces it comes; a carriage return is written as a reference (§2.11)."""

    def __init__(self, file: Writer) -> None:
        self._file, self._held = file, b""

    def write(self, data: bytes) -> int:
        held = self._held + bytes(data)
        found = _UNSAYABLE.search(held) if _may_be_unsayable(held) else None
        if found and found[1]:
            raise Unsayable(CHARACTER.format(f"{ord(found[1].decode()):04X}"))
        if found:
            raise Unsayable(PROPERTY)
        self._held = held[-_LONGEST:]
        self._pass(held[:-_LONGEST])
        return len(data)

    def flush(self) -> None:
        held, self._held = self._held, b""
        self._pass(held)
        self._file.flush()

    def _pass(self, data: bytes) -> None:
        if data:
            self._file.write(data.replace(b"\r", b"&#13;"))
