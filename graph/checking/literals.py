"""When two literals are surely the same value, or surely not, whoever compares them.

rdflib, on which pySHACL stands, rewrites literals as it reads them ("01" becomes "1") and compares values across
datatypes. Here a literal is compared only where that cannot matter; else the answer is None, "ask pySHACL".
"""

import re
from datetime import date

from pyoxigraph import Literal, NamedNode

from graph.checking.report import Node
from graph.terms import RDF, XSD

INTEGER, DATE, BOOLEAN, STRING = XSD("integer"), XSD("date"), XSD("boolean"), XSD("string")
DATE_TIME, ANY_URI = XSD("dateTime"), XSD("anyURI")
LANG_STRING = RDF("langString")
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_DATE_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9])?",
    re.ASCII,
)


def is_plain(node: Node) -> bool:
    """Whether a node is equal to another exactly if both are written alike."""
    if not isinstance(node, Literal):
        return True
    if node.language is not None:
        return node.language.islower()
    datatype = node.datatype
    if datatype == STRING:
        return True
    if datatype in (INTEGER, DATE, BOOLEAN):
        return is_well_formed(node) is True
    if datatype == DATE_TIME:  # one with a zone may be written in several ways
        return is_well_formed(node) is True and node.value[-3] == ":" and node.value[-6] == ":"
    return not datatype.value.startswith((XSD.base, RDF.base))


def is_well_formed(literal: Literal) -> bool | None:
    """Whether a literal is in the lexical space of its datatype; None where we do not know."""
    value = literal.value
    datatype = literal.datatype
    if datatype in (STRING, LANG_STRING, ANY_URI):
        return True
    if datatype == INTEGER:
        return True if _INTEGER.fullmatch(value) else None
    if datatype == BOOLEAN:
        return True if value in ("true", "false") else None
    if datatype == DATE:
        return True if _is_day(value) else None
    if datatype == DATE_TIME:
        found = _DATE_TIME.fullmatch(value)
        return True if found and _is_day(found[1]) else None
    return None if datatype.value.startswith((XSD.base, RDF.base)) else True


def _is_day(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def order(one: Node, other: Node) -> int | None:
    """-1, 0 or 1 as one is before, equal to or after the other; None where we do not know."""
    if not isinstance(one, Literal) or not isinstance(other, Literal) or one.datatype != other.datatype:
        return None
    if one.datatype not in (INTEGER, DATE) or not (is_well_formed(one) and is_well_formed(other)):
        return None
    left: int | str = int(one.value) if one.datatype == INTEGER else one.value
    right: int | str = int(other.value) if other.datatype == INTEGER else other.value
    return (left > right) - (left < right)  # type: ignore[operator]


def whole_number(node: Node | None) -> int | None:
    """The number a shape's parameter gives as an xsd:integer, None where it is not one."""
    plain = isinstance(node, Literal) and node.datatype == INTEGER and _INTEGER.fullmatch(node.value)
    return int(node.value) if plain and isinstance(node, Literal) else None


def datatype_matches(node: Node, wanted: NamedNode) -> bool | None:
    """Whether a node is a literal of a datatype, and a well-formed one (SHACL 4.1.2)."""
    if not isinstance(node, Literal):
        return False
    if wanted.value.startswith("http://www.w3.org/2000/01/rdf-schema#"):
        return None
    return is_well_formed(node) if node.datatype == wanted else False


def is_among(node: Node, values: set[Node]) -> bool | None:
    """Whether a node is one of some values."""
    if node in values:
        return True
    if not isinstance(node, Literal):
        return False
    return False if is_plain(node) and all(map(is_plain, values)) else None
