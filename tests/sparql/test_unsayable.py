"""A 200 can be read by any reader of its format and says what was found; what a format cannot hold is a 406."""

import io
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from pyoxigraph import RdfFormat, parse
from werkzeug.test import TestResponse

from graph.formats import GRAPH_FORMATS, RESULT_FORMATS, Format
from graph.store.lane.wellformed import CHARACTER, PROPERTY, RDF_XML, Unsayable, wellformed

SIGNS = "a\r\nb\rc\t d"
CONTROL = r"SELECT ('a\u0001b' AS ?x) {}"
SAID = r"CONSTRUCT { <x:s> <x:p> '\uFFFE' } {}"
NAMELESS = "CONSTRUCT { <x:s> <http://x.example/1> 1 } {}"
RESERVED = "CONSTRUCT { <x:s> <http://www.w3.org/1999/02/22-rdf-syntax-ns#li> 1 } {}"
OF_A_STATEMENT = "CONSTRUCT { <x:s> <x:p> <<( <x:a> <x:b> 1 )>> } {}"


def get(client: FlaskClient, query: str, format_: Format, language: str = "en") -> TestResponse:
    wanted = {"query": query, "format": format_.name}
    return client.get("/sparql", query_string=wanted, headers={"Accept-Language": language})


@pytest.mark.parametrize(
    ("query", "cannot", "reason"),
    [
        (CONTROL, {"xml"}, "XML cannot hold the character U+0001"),
        (SAID, {"rdf-xml"}, "XML cannot hold the character U+FFFE"),
        (NAMELESS, {"rdf-xml"}, "address ends in no name"),
        (RESERVED, {"rdf-xml"}, "another use for the name"),
        (OF_A_STATEMENT, {"json-ld"}, "statements about statements"),
    ],
    ids=["a control character", "no character", "a property without a name", "a reserved name", "of a statement"],
)
def test_what_a_format_cannot_hold_is_said_and_the_others_give_it(
    client: FlaskClient, query: str, cannot: set[str], reason: str
) -> None:
    for format_ in RESULT_FORMATS if query.startswith("SELECT") else GRAPH_FORMATS:
        answer = get(client, query, format_)
        if format_.name not in cannot:
            assert answer.status_code == 200, format_.name
            continue
        assert answer.status_code == 406
        assert reason in answer.json["detail"]  # type: ignore[index]
        assert "Turtle" in answer.json["advice"]  # type: ignore[index]
        told = get(client, query, format_, "ru").json
        assert told is not None
        assert reason not in told["detail"]


def test_a_carriage_return_is_still_one_to_readers_of_xml(client: FlaskClient) -> None:
    written = SIGNS.encode("unicode_escape").decode()
    rows = get(client, f"SELECT ('{written}' AS ?x) {{}}", next(f for f in RESULT_FORMATS if f.name == "xml"))
    assert [e.text for e in ElementTree.fromstring(rows.data).iter() if e.tag.endswith("}literal")] == [SIGNS]
    rdf = next(f for f in GRAPH_FORMATS if f.name == "rdf-xml")
    graph = get(client, f"CONSTRUCT {{ <x:s> <x:p> '{written}' }} {{}}", rdf)
    assert [e.text for e in ElementTree.fromstring(graph.data).iter() if e.tag == "{x:}p"] == [SIGNS]
    assert [quad.object.value for quad in parse(graph.data, RdfFormat.RDF_XML)] == [SIGNS]  # type: ignore[union-attr]


@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_in_whichever_pieces_it_comes(size: int) -> None:
    def through(data: bytes) -> bytes:
        file = io.BytesIO()
        writer = wellformed(file, RDF_XML)
        for place in range(0, len(data), size):
            writer.write(data[place : place + size])
        writer.flush()
        return file.getvalue()

    assert through(b"<a>one\r\ntwo \xef\xbf\xbd</a>") == b"<a>one&#13;\ntwo \xef\xbf\xbd</a>"
    for data, reason in (
        (b"<a>\x00</a>", CHARACTER.format("0000")),
        ("<a>\uffff</a>".encode(), CHARACTER.format("FFFF")),
        (b'<oxprefix: xmlns:oxprefix="http://x.example/1">1</oxprefix:>', PROPERTY),
    ):
        with pytest.raises(Unsayable) as caught:
            through(data)
        assert caught.value.reason == reason
    plain = io.BytesIO()
    assert wellformed(plain, "text/csv") is plain
