"""What a site lacks is found however much of it was read before, and whatever of that was kept."""

import pytest
from authoring.stocks import keeping, told

from graph.authoring.stock import Cache, take_stock
from graph.errors import AuthoringErrors

pytestmark = pytest.mark.usefixtures("stamps_trusted_at_once")
HEAD = """
@base <https://site.example/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
"""
KIND = HEAD + "<org/paper> a schema:Organization ."
NAME = HEAD + '<org/paper> rdfs:label "The Paper"@en .'
NOTE = HEAD + '<org/note> a schema:Organization ; rdfs:label "N"@en .'
USE = HEAD + '<source/s> a schema:Article ; rdfs:label "S"@en ; schema:about <org/paper>, <../record/note> .'


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("kind.ttl", None, "'org/paper' is described nowhere"),
        ("kind.ttl", KIND.replace("paper", "source"), "'org/paper' is described nowhere"),
        ("name.ttl", None, "'org/paper' has no name"),
        ("name.ttl", NAME.replace("paper", "another"), "'org/paper' has no name"),
        ("note.ttl", None, "'record/note' is described nowhere"),
        ("new.ttl", USE.replace("paper", "nobody"), "'org/nobody' is described nowhere"),
        ("new.ttl", KIND.replace("paper", "nameless"), "'org/nameless' has no name"),
    ],
)
def test_what_a_change_takes_from_others_is_missed_until_it_is_back(
    site, cache: Cache, name: str, text: str | None, complaint: str
) -> None:
    """In a site that lacked nothing only what a change touches is looked up; once something is wrong, everything.

    In Turtle, where nothing is worked out from what others say: else they would be read again, and so looked at.
    """
    for file, said in (("kind", KIND), ("name", NAME), ("use", USE), ("note", NOTE)):
        site.write(f"{file}.ttl", said)
    expected = told(lambda: keeping(site, cache))
    assert isinstance(expected, tuple)
    path = site.settings.records / name
    before = path.read_bytes() if path.exists() else None
    if text is None:
        path.unlink()
    else:
        path.write_text(text, encoding="utf-8")
    for turn in range(2):
        with pytest.raises(AuthoringErrors, match=complaint):
            keeping(site, cache).records()
        site.write("elsewhere.yaml", f"things: [{{id: org/e, name: E{turn}}}]")
    (site.settings.records / "elsewhere.yaml").unlink()
    if before is None:
        path.unlink()
    else:
        path.write_bytes(before)
    assert told(lambda: keeping(site, cache)) == expected


def test_what_is_not_kept_is_missed_as_well_when_it_goes(site, cache: Cache) -> None:
    """A file that speaks of the erased leaves nothing behind that could tell what it described."""
    erased = Cache(cache.folder, frozenset({"https://site.example/id/person/anna"}))
    path = site.write("a.yaml", "things: [{id: person/anna, name: Anna, basis: byline}, {id: org/paper, name: P}]")
    site.write("b.ttl", USE.replace(", <../record/note>", ""))
    assert isinstance(told(lambda: keeping(site, erased)), tuple)
    path.unlink()
    with pytest.raises(AuthoringErrors, match="'org/paper' is described nowhere"):
        keeping(site, erased).records()


def test_nothing_is_left_in_a_ledger_of_what_it_forgot(site) -> None:
    """Also where SQLite was built to leave deleted words in its pages, as it is by default."""
    site.write("a.yaml", "things: [{id: org/forgotten, name: A}]")
    ledger = take_stock(site.settings)._ledger
    ledger._sql.execute("PRAGMA secure_delete = OFF")
    ledger.forget(["a"])
    for each in (ledger.copied(), ledger):
        assert b"org/forgotten" not in each.written()
