"""What is said of an IRI as plain data: paging of links, dates as written, figures compared, words by language."""

from pathlib import Path

import pytest
from pyld import jsonld
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from graph.formats import N_TRIPLES, RDF_XML, TRIG, TURTLE
from graph.publish.claims import Claim, Comparison, Figure, by_voice, claim, compare
from graph.publish.dates import read_when
from graph.publish.description import INCOMING, describe, is_described
from graph.publish.documents import POINTING, thing_quads, write
from graph.publish.jsonld import write_json_ld
from graph.publish.kinds import kind_of
from graph.publish.lens import Lens
from graph.publish.literals import best, direction
from graph.store.embedded import EmbeddedReader
from graph.terms import EDTF, KH, LABEL, SCHEMA, A
from graph.vocabulary import load_vocabulary
from server.drawing.intervals import scale
from server.http.urls import Urls, escaped, path_of

BASE = "https://docs.example/"


@pytest.fixture(scope="module")
def lens(house, settings, tmp_path_factory: pytest.TempPathFactory) -> Lens:
    return Lens(EmbeddedReader.of(house), settings(tmp_path_factory.mktemp("data")), load_vocabulary(), "en")


def thing(name: str) -> NamedNode:
    return NamedNode(f"{BASE}id/{name}")


def test_every_node_of_ours_has_a_kind_of_its_own(lens: Lens, things: frozenset[str]) -> None:
    kinds = {iri: kind_of(lens, NamedNode(iri)) for iri in things}
    assert {i for i, kind in kinds.items() if kind == "thing"} == {i for i in things if i.endswith("/quote")}
    assert kinds[BASE + "id/profile/lantern"] == "profile"
    assert kinds[BASE + "id/act/detentions"] == "act"


def test_incoming_links_come_in_pages_with_their_counts(settings, tmp_path: Path) -> None:
    quads = [Quad(thing(f"claim/{n:03}"), SCHEMA("about"), thing("org/x")) for n in range(INCOMING + 5)]
    quads += [Quad(thing("list/a"), KH("statedIn"), thing("org/x")), Quad(thing("org/x"), LABEL, Literal("x"))]
    quads += [Quad(thing("org/x/part"), KH("statedIn"), thing("org/x"))]
    lens = Lens(EmbeddedReader.of(quads), settings(tmp_path), load_vocabulary(), "en")
    first, second, third = (describe(lens, thing("org/x"), page) for page in (1, 2, 3))
    assert (first.incoming_count, first.pages) == (INCOMING + 6, 2)
    assert [link.count for link in first.incoming] == [INCOMING + 5]
    assert sum(len(link.subjects) for link in (*first.incoming, *second.incoming)) == INCOMING + 6
    assert third.incoming == []


def test_what_points_at_a_thing_is_the_same_by_whichever_way_it_is_read(house, settings, tmp_path: Path) -> None:
    reader = EmbeddedReader.of(house)
    ways = [Lens(reader, settings(tmp_path), load_vocabulary(), "en") for _ in range(2)]
    for node in {q.object for q in house if str(q.object).startswith(f"<{BASE}")}:
        around = ways[0].around(node)
        for predicate in {q.predicate for q in house}:
            assert ways[0].pointing(predicate, node) == ways[1].pointing(predicate, node)
            assert ways[0].pointing(predicate, node) == list(around.get(predicate, ()))


def test_another_language_sees_the_same_in_its_own_words(settings, tmp_path: Path) -> None:
    names = [Literal("a fox", language="en"), Literal("лиса", language="ru")]
    quads = [Quad(thing("org/x"), LABEL, name, thing("record/x")) for name in names]
    lens = Lens(EmbeddedReader.of(quads), settings(tmp_path), load_vocabulary(), "en")
    other = lens.speaking("ru")
    assert (lens.ref(thing("org/x")).label.words, other.ref(thing("org/x")).label.words) == ("a fox", "лиса")
    assert lens.speaking("en") is lens
    assert other.quads(thing("org/x")) is lens.quads(thing("org/x"))
    assert lens.graphs(thing("org/x")) == [thing("record/x")]


def test_a_thing_that_is_only_mentioned_is_not_described(lens: Lens) -> None:
    assert is_described(lens, thing("org/lantern"))
    assert is_described(lens, NamedNode(BASE + "record/derived"))
    assert not is_described(lens, thing("org/unknown"))


def test_a_document_with_very_many_links_says_how_many_it_left_out(settings, tmp_path: Path) -> None:
    quads = [Quad(thing(f"claim/{n:04}"), SCHEMA("about"), thing("org/x")) for n in range(POINTING + 7)]
    quads.append(Quad(thing("org/x"), LABEL, Literal("x", language="en")))
    lens = Lens(EmbeddedReader.of(quads), settings(tmp_path), load_vocabulary(), "en")
    found = thing_quads(lens, thing("org/x"), NamedNode(BASE + "doc/org/x"))
    assert len([q for q in found if q.predicate == SCHEMA("about")]) == POINTING
    assert any(f"Of {POINTING + 7} links" in q.object.value for q in found if isinstance(q.object, Literal))


def test_every_thing_reads_back_the_same_from_json_ld_by_two_implementations(
    lens: Lens, things: frozenset[str]
) -> None:
    for iri in sorted(things):
        quads = thing_quads(lens, NamedNode(iri), NamedNode(iri.replace("/id/", "/doc/")))
        written = write_json_ld(quads)
        assert {q.triple for q in parse(written, RdfFormat.JSON_LD)} == {q.triple for q in quads}
    for name in ("claim/over-100", "profile/lantern", "org/сеть", "act/detentions"):
        quads = thing_quads(lens, thing(name), NamedNode(f"{BASE}doc/{name}"))
        text = jsonld.to_rdf(jsonld_of(quads), {"format": "application/n-quads"})
        assert {q.triple for q in parse(text, RdfFormat.N_QUADS)} == {q.triple for q in quads}


def jsonld_of(quads: list[Quad]) -> object:
    import json

    return json.loads(write_json_ld(quads))


def test_json_ld_calls_a_concept_by_its_word_and_nests_inner_nodes(lens: Lens) -> None:
    quads = thing_quads(lens, thing("claim/over-100"), NamedNode(BASE + "doc/claim/over-100"))
    found = jsonld_of(quads)
    claim_ = next(n for n in found["@graph"] if n.get("type") == "Claim")
    assert claim_["claimType"] == "figure"
    assert claim_["assertionStatus"] == "reported"
    assert claim_["quantity"]["bound"] == "more-than"
    assert claim_["quantity"]["minValue"] == 101
    assert claim_["text"] == {"en": "Over 100 people were detained in Riverton."}
    assert "actType" not in found["@context"]
    assert len(str(found["@context"])) < 3000


@pytest.mark.parametrize(
    "node",
    [
        Literal("01", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer")),
        Literal("9" * 30, datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer")),
        Literal("TRUE", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#boolean")),
        Literal("x", language="en-gb"),
        Literal("x", datatype=EDTF),
        Literal("плюс\n\t\"'\\", language="ru"),
        NamedNode("https://w3id.org/khronika/vocab/bound/unheard-of"),
        NamedNode("mailto:a@b.example"),
        NamedNode("kh:not-a-prefix"),
        NamedNode("urn:uuid:1"),
    ],
    ids=str,
)
def test_no_object_changes_on_the_way_through_any_format(lens: Lens, node: object) -> None:
    predicates = ("value", "minValue", "text", "about", "name")
    quads = [Quad(thing("x"), SCHEMA(p), node) for p in predicates] + [Quad(thing("x"), KH("bound"), node)]
    wanted = {Triple(q.subject, q.predicate, q.object) for q in quads}
    assert {q.triple for q in parse(write_json_ld(quads), RdfFormat.JSON_LD)} == wanted
    for form in (TURTLE, N_TRIPLES, RDF_XML, TRIG):
        assert {q.triple for q in parse(write(quads, form, lens.settings), form.rdf)} == wanted


def test_equal_statements_give_equal_bytes(lens: Lens) -> None:
    document = NamedNode(BASE + "doc/profile/lantern")
    for form in (TURTLE, N_TRIPLES, RDF_XML, TRIG):
        bodies = {write(thing_quads(lens, thing("profile/lantern"), document), form, lens.settings) for _ in range(5)}
        assert len(bodies) == 1


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        ("2017-04-01", "2017-04-01", "2017-04-01"),
        ("2006-04", "2006-04", "2006-04"),
        ("2015", "2015", "2015"),
        ("../2017-04-01", None, "2017-04-01"),
        ("2017-04/..", "2017-04", None),
        ("/2017", None, "2017"),
        ("2017-04-01/2017-04-05", "2017-04-01", "2017-04-05"),
        ("2017?", "2017", "2017"),
        ("2017-04~", "2017-04", "2017-04"),
        ("2017-04-10T08:09:00", "2017-04-10T08:09:00", "2017-04-10T08:09:00"),
        ("2017-13", None, None),
        ("soon", None, None),
        ("2017-02-30", None, None),
        ("", None, None),
    ],
)
def test_a_date_is_read_as_exactly_as_it_is_written(written: str, start: str | None, end: str | None) -> None:
    when = read_when(written)
    assert (when.start and when.start.machine, when.end and when.end.machine) == (start, end)
    assert when.written == written


def test_doubts_about_a_date_are_kept() -> None:
    assert read_when("2017?").start.uncertain
    assert read_when("2017-04~").start.approximate
    both = read_when("2017%").start
    assert both.uncertain
    assert both.approximate
    assert read_when("2017-04-10T08:09").start.zoneless
    assert not read_when("2017-04-10T08:09+03:00").start.zoneless


def comparison(lens: Lens, *intervals: tuple[int | None, int | None]) -> Comparison:
    template = claim(lens, thing("claim/over-100"))
    fields = {name: getattr(template, name) for name in Claim.__slots__}
    figure = {name: getattr(template.figure, name) for name in Figure.__slots__}
    claims = [
        Claim(**fields | {"figure": Figure(**figure | {"least": low, "most": high, "value": low or high})})
        for low, high in intervals
    ]
    return compare(claims)[0]


@pytest.mark.parametrize(
    ("intervals", "agree"),
    [
        ([(101, None)], None),
        ([(11, None), (15, 15)], True),
        ([(101, None), (None, 90)], False),
        ([(None, None), (15, 15)], True),
        ([(1, 5), (5, 9)], True),
        ([(1, 5), (6, 9)], False),
        ([(1, 9), (2, 5), (6, 9)], False),
        ([(0, 0), (None, 0)], True),
    ],
)
def test_figures_conflict_when_no_number_fits_all(lens: Lens, intervals, agree: bool | None) -> None:
    assert comparison(lens, *intervals).agree is agree


def test_figures_are_drawn_on_one_line_open_ends_to_the_edge(lens: Lens) -> None:
    drawn = scale(comparison(lens, (101, None), (None, 90)))
    assert drawn is not None
    assert drawn.bars[0].right == 1000
    assert drawn.bars[1].left == 0
    assert drawn.bars[1].right < drawn.bars[0].left
    assert scale(comparison(lens, (101, None))) is None


def test_one_voice_is_attributed_once(lens: Lens) -> None:
    goals = [claim(lens, thing(f"claim/goal-{n}")) for n in (1, 2)]
    other = claim(lens, thing("claim/over-100"))
    assert [len(voice.claims) for voice in by_voice([*goals, other, *goals[:1]])] == [2, 1, 1]


@pytest.mark.parametrize(
    ("tags", "language", "words", "fallback"),
    [
        (["en", "ru"], "ru", "ru", False),
        (["en", "ru"], "en", "en", False),
        (["en-GB", "ru"], "en", "en-gb", False),
        (["ru", "de"], "en", "ru", True),
        (["de", "fr"], "en", "de", True),
        (["", "ru"], "en", "", False),
    ],
)
def test_words_come_in_the_readers_language_first(tags: list[str], language: str, words: str, fallback: bool) -> None:
    literals = [Literal(f"in {t.lower()}", language=t) if t else Literal("in ") for t in tags]
    found = best(literals, language, ("en", "ru"))
    assert (found.words, found.fallback) == (f"in {words}", fallback)
    assert best([], language) is None


@pytest.mark.parametrize(
    ("tag", "wanted"),
    [
        ("ar", "rtl"),
        ("ar-EG", "rtl"),
        ("he", "rtl"),
        ("ku-Arab", "rtl"),
        ("ur-Latn", "ltr"),
        ("ru", "ltr"),
        ("", "ltr"),
    ],
)
def test_words_run_the_way_of_their_script(tag: str, wanted: str) -> None:
    assert direction(tag) == wanted


@pytest.mark.parametrize(
    ("iri", "path"),
    [
        (BASE + "id/org/x", "doc/org/x"),
        (BASE + "id/org/x#y", "doc/org/x#y"),
        (BASE + "record/a/b", "record/a/b"),
        (BASE, ""),
        ("https://w3id.org/khronika/ns#Claim", "ns#Claim"),
        ("https://w3id.org/khronika/ns", "ns"),
        ("https://w3id.org/khronika/vocab/act/killing", "vocab/act/killing"),
        ("https://w3id.org/khronika/shapes#x", "shapes#x"),
        ("https://w3id.org/khronika/nsx", None),
        ("https://docs.example.evil/id/x", None),
        ("javascript:alert(1)", None),
    ],
)
def test_an_iri_is_shown_at_one_path(settings, tmp_path: Path, iri: str, path: str | None) -> None:
    assert path_of(settings(tmp_path), iri) == path


def test_urls_are_relative_and_keep_the_chosen_language() -> None:
    assert Urls(0).to("") == "./"
    assert Urls(2).to("doc/a:b/сеть") == "../../doc/a:b/%D1%81%D0%B5%D1%82%D1%8C"
    assert Urls(1, "ru").to("ns#Claim") == "../ns?lang=ru#Claim"
    assert Urls(1, "ru").to("doc/x", page=2) == "../doc/x?lang=ru&page=2"
    assert Urls(1, "ru").to("doc/x", lang=None) == "../doc/x"
    assert escaped("id/a?b%c") == "id/a%3Fb%25c"


def test_types_come_first_in_turtle(lens: Lens) -> None:
    body = write(thing_quads(lens, thing("claim/over-100"), NamedNode(BASE + "doc/x")), TURTLE, lens.settings).decode()
    subject = body[body.index("\nclaim:over-100 ") :]
    assert subject.startswith("\nclaim:over-100 a kh:Claim ;")
    assert A.value not in body
