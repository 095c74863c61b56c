"""The head of results says where they can be had again, in whichever pieces the engine writes them."""

import io
import json
from xml.etree import ElementTree

import pytest
from pyoxigraph import QueryResultsFormat, Store, parse_query_results

from graph.store.lane.linking import JSON, LONGEST_HEAD, XML, linked

LINK = "https://site.example/sparql?query=ASK+%7B%7D&asOf=7&x=\"'<>"
FORMATS = {JSON: QueryResultsFormat.JSON, XML: QueryResultsFormat.XML}
QUERIES = (
    "SELECT ?a ?b { VALUES (?a ?b) { (1 2) (3 UNDEF) } }",
    "SELECT * {}",
    "SELECT ?x { FILTER(false) }",
    "ASK {}",
)


def links(body: bytes, media_type: str) -> list[str | None]:
    if media_type == JSON:
        found: list[str | None] = json.loads(body)["head"]["link"]
        return found
    head = ElementTree.fromstring(body)[0]
    assert [e.tag.rpartition("}")[2] for e in head] == sorted((e.tag.rpartition("}")[2] for e in head), reverse=True)
    return [e.get("href") for e in head if e.tag.endswith("}link")]


@pytest.mark.parametrize("media_type", [JSON, XML])
@pytest.mark.parametrize("query", QUERIES)
def test_results_carry_their_address_and_say_the_same(query: str, media_type: str) -> None:
    plain = Store().query(query).serialize(format=FORMATS[media_type])
    assert plain is not None
    for size in (1, 7, 10_000):
        file = io.BytesIO()
        writer = linked(file, LINK, media_type)
        for place in range(0, len(plain), size):
            assert writer.write(plain[place : place + size]) == len(plain[place : place + size])
        writer.flush()
        assert links(file.getvalue(), media_type) == [LINK]
        one, other = (parse_query_results(b, format=FORMATS[media_type]) for b in (plain, file.getvalue()))
        assert bool(one) == bool(other) if query == "ASK {}" else list(map(str, one)) == list(map(str, other))


def test_what_has_no_head_or_no_link_is_left_alone() -> None:
    file = io.BytesIO()
    assert linked(file, LINK, "text/csv") is file
    assert linked(file, "", JSON) is file
    writer = linked(file, LINK, JSON)
    writer.write(b"something")
    writer.flush()
    writer.write(b" else")
    assert file.getvalue() == b"something else"
    endless = io.BytesIO()
    linked(endless, LINK, XML).write(b"x" * (LONGEST_HEAD + 1))
    assert len(endless.getvalue()) == LONGEST_HEAD + 1
