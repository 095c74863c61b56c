"""Maps: drawn from outlines on this machine, never more exactly than a place is told; without outlines, none."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from graph.publish import places as room
from graph.publish.events import event_page
from graph.publish.lens import Lens
from graph.publish.mapping import AREAS, Spot, spots
from graph.publish.places import place_page, places_page
from graph.publish.schema_org import page_block
from graph.store.embedded import EmbeddedReader
from graph.terms import KH, LABEL, SCHEMA, VOCAB, XSD, A
from graph.vocabulary import load_vocabulary
from server.drawing import geodata
from server.drawing.projection import View

BASE = "https://docs.example/"


def node(name: str) -> NamedNode:
    return NamedNode(BASE + "id/" + name)


def place(
    name: str, precision: str = "", around: str = "", at: tuple[str, str] | None = None, **more: Any
) -> list[Quad]:
    me, graph = node("place/" + name), NamedNode(BASE + "record/places")
    said = [(A, SCHEMA("Place")), (LABEL, Literal(more.get("label", name), language="en"))]
    if precision:
        said.append((KH("geoPrecision"), VOCAB("precision/" + precision)))
    if around:
        said.append((SCHEMA("containedInPlace"), node("place/" + around)))
    if at:
        said += [(SCHEMA(key), Literal(value)) for key, value in zip(("latitude", "longitude"), at, strict=True)]
    if more.get("at_risk"):
        said.append((KH("atRisk"), Literal("true", datatype=XSD("boolean"))))
    return [Quad(me, predicate, o, graph) for predicate, o in said]


@pytest.fixture
def lens(settings: Any, tmp_path: Path) -> Any:
    def over(*groups: list[Quad]) -> Lens:
        quads = [quad for group in groups for quad in group]
        return Lens(EmbeddedReader.of(quads), settings(tmp_path), load_vocabulary(), "en")

    return over


def spot_of(lens: Lens, name: str, **more: Any) -> Spot | None:
    return next(iter(spots(lens, [node("place/" + name)], **more)), None)


@pytest.mark.parametrize("precision", AREAS)
def test_a_place_is_rounded_to_its_precision_and_its_area_covers_it(lens: Any, precision: str) -> None:
    radius, grid = AREAS[precision]
    true = (43.31834, 45.69184)
    found = spot_of(lens(place("x", precision, at=(str(true[0]), str(true[1])))), "x")
    assert found is not None
    assert found.radius == radius
    assert found.exact == (precision == "exact")
    assert all(abs(value / grid - round(value / grid)) < 1e-6 for value in (found.latitude, found.longitude))
    assert math.hypot(*View(found.longitude, found.latitude, 1).plane(true[1], true[0])) <= radius
    assert math.hypot(grid, grid) / 2 * 111.2 <= radius  # whatever the position is


def test_of_two_precisions_the_coarser_holds_and_of_none_the_widest(lens: Any) -> None:
    both = place("x", "exact", at=("1", "2")) + place("x", "district")
    found = spot_of(lens(both), "x")
    assert found is not None
    assert (found.exact, found.radius) == (False, AREAS["district"][0])
    none = spot_of(lens(place("x", at=("1.23", "2.34"))), "x")
    assert none is not None
    assert (none.radius, none.latitude, none.exact) == (AREAS["country"][0], 1.0, False)
    own = place("x", "neighbourhood-of-mine", at=("1.23", "2.34"))
    assert spot_of(lens(own), "x") == spot_of(lens(own), "x", at_risk=True)


@pytest.mark.parametrize("at", [("north", "2"), ("91", "2"), ("1", "181"), ("nan", "2"), ("", "2")])
def test_coordinates_that_are_none_draw_nothing(lens: Any, at: tuple[str, str]) -> None:
    assert spot_of(lens(place("x", "exact", at=at)), "x") is None


def test_a_place_at_risk_is_drawn_only_as_what_lies_around_it(lens: Any) -> None:
    around = place("town", "settlement", at=("43.3", "45.7"))
    found = spot_of(lens(place("shelter", "exact", "town", at=("43.31", "45.71"), at_risk=True), around), "shelter")
    assert found is not None
    assert not found.own
    assert found.drawn.iri.endswith("/town")
    assert not found.exact
    assert (found.latitude, found.longitude) == (43.3, 45.7)


def test_without_coordinates_the_nearest_place_around_that_has_any_is_drawn_and_named(lens: Any) -> None:
    chain = (place("a", "exact", "b"), place("b", "settlement", "c"), place("c", "region", at=("10", "20")))
    found = spot_of(lens(*chain), "a")
    assert found is not None
    assert (found.ref.iri[-2:], found.drawn.iri[-2:], found.radius) == ("/a", "/c", AREAS["region"][0])
    assert (
        spot_of(lens(place("a", "exact", "b"), place("b", "settlement", "a")), "a") is None
    )  # a ring, and nothing known


@pytest.mark.parametrize(("label", "code"), [("Russia", "RU"), ("россия", "RU"), ("Türkiye", "TR"), ("Riverland", "")])
def test_a_country_is_known_by_its_name_in_either_language(lens: Any, label: str, code: str) -> None:
    found = spot_of(lens(place("x", "country", label=label)), "x")
    assert (found.country if found else "") == code


def test_what_is_no_country_is_not_taken_for_one_by_its_name(lens: Any) -> None:
    assert spot_of(lens(place("georgia", "region", label="Georgia")), "georgia") is None


def test_events_about_people_at_risk_show_no_more_than_their_town(lens: Any) -> None:
    graph = NamedNode(BASE + "record/events")
    act, group = node("act/a"), node("group/g")
    said = [(A, KH("Event")), (A, KH("Act")), (SCHEMA("location"), node("place/door")), (KH("victim"), group)]
    quads = [Quad(act, predicate, o, graph) for predicate, o in said]
    door = place("door", "exact", at=("43.31834", "45.69184"))
    risk = [Quad(group, KH("atRisk"), Literal("true", datatype=XSD("boolean")), graph)]
    (safe,) = event_page(lens(quads, door), act).spots
    (coarse,) = event_page(lens(quads, door, risk), act).spots
    assert safe.exact
    assert (coarse.exact, coarse.radius, coarse.latitude) == (False, AREAS["settlement"][0], 43.3)


def test_a_page_of_an_incident_shows_the_places_of_its_acts_and_each_once(lens: Any) -> None:
    graph = NamedNode(BASE + "record/events")
    quads = [Quad(node("incident/i"), A, KH("Incident"), graph)]
    for name in ("a", "b"):
        quads.append(Quad(node("act/" + name), SCHEMA("superEvent"), node("incident/i"), graph))
        quads.append(Quad(node("act/" + name), SCHEMA("location"), node("place/x"), graph))
    page = event_page(lens(quads, place("x", "region", at=("1", "2"))), node("incident/i"))
    assert [s.ref.iri for s in page.spots] == [BASE + "id/place/x"]


def test_the_page_of_places_has_each_once_under_the_one_around_it_even_in_a_ring(lens: Any) -> None:
    ring = place("r1", "region", "r2") + place("r2", "region", "r1")
    view = places_page(lens(place("c", "country"), place("b", "region", "c"), place("a", "exact", "b"), ring))

    def names(branches: Any) -> list[Any]:
        return [(b.ref.label.words, names(b.inside)) for b in branches]

    assert names(view.roots) == [("c", [("b", [("a", [])])]), ("r1", [("r2", [])])]
    assert (view.total, view.shown) == (5, 5)


def test_a_page_of_very_many_places_says_that_it_has_not_all(
    lens: Any, serve: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_page: Any
) -> None:
    monkeypatch.setattr(room, "SHOWN", 2)
    quads = place("a") + place("b", around="a") + place("c")
    view = places_page(lens(quads))
    assert (view.total, view.shown) == (3, 2)
    assert "The first 2 are listed" in read_page(serve(tmp_path, quads).get("/places").text).text


def test_the_page_of_a_place_shows_it_and_what_lies_in_it(lens: Any) -> None:
    page = place_page(lens(place("c", "region", at=("1", "2")), place("b", "settlement", "c")), node("place/c"))
    assert [(s.ref.iri[-1], s.drawn.iri[-1]) for s in page.spots] == [("c", "c"), ("b", "c")]


def test_the_page_of_a_place_tells_coordinates_no_more_exactly_than_its_precision(lens: Any) -> None:
    fine = ("43.31834", "45.69184")
    told = [
        (page.latitude, page.longitude)
        for precision in ("exact", "region")
        for page in [place_page(lens(place("x", precision, at=fine)), node("place/x"))]
    ]
    assert told == [("43.318", "45.692"), ("43.5", "45.5")]
    hidden = place_page(lens(place("x", "exact", at=fine, at_risk=True)), node("place/x"))
    assert (hidden.latitude, hidden.longitude) == ("", "")


def test_machines_that_draw_pins_get_the_coordinates_of_exact_places_only(lens: Any) -> None:
    for precision, told in (("exact", "43.31834"), ("settlement", None), ("region", None)):
        block = page_block(
            lens(place("x", precision, at=("43.31834", "45.69184"))), node("place/x"), BASE + "doc/place/x"
        )
        assert '"latitude": "43.31834"' in json.dumps(block) if told else "latitude" not in json.dumps(block)


def test_the_atlas_is_read_and_its_land_is_of_whom_the_united_nations_take_it_to_be(atlas: Path) -> None:
    found = {c.code: c for c in geodata.outlines(geodata.COARSE)}
    assert set(found) == {"RU", "UA", "CY", "AU", ""}
    assert [(r.west, r.south, r.east, r.north) for r in found["RU"].rings] == [pytest.approx((40, 50, 90, 70))]
    assert sorted(round(r.west) for r in found["UA"].rings) == [24, 33]
    assert len(found["CY"].rings) == 2
    assert found["RU"].rings[0].points == tuple(pytest.approx(p) for p in ((40, 50), (90, 50), (90, 70), (40, 70)))


def test_without_an_atlas_pages_are_whole_and_have_no_map(
    folder: Path, serve: Any, tmp_path: Path, read_page: Any
) -> None:
    client = serve(tmp_path, place("region", "region", at=("52.5", "41.5")))
    for path in ("/places", "/doc/place/region"):
        answer = client.get(path, headers={"Accept": "text/html"})
        page = read_page(answer.text)
        drawn = [svg for svg in page.all("svg") if svg.get("role") == "img"]
        assert (answer.status_code, page.faults, drawn) == (200, [], [])
        assert "region" in page.text


def test_with_an_atlas_the_pages_of_places_and_events_have_one(
    atlas: Path, serve: Any, tmp_path: Path, read_page: Any
) -> None:
    graph = NamedNode(BASE + "record/x")
    quads = place("region", "region", at=("52.5", "41.5")) + place("town", "settlement", "region")
    quads += [
        Quad(node("event/e"), A, KH("Event"), graph),
        Quad(node("event/e"), SCHEMA("location"), node("place/town"), graph),
    ]
    quads += [Quad(node("event/e"), LABEL, Literal("E", language="en"), graph)]
    client = serve(tmp_path, quads)
    for path in ("/places", "/doc/place/region", "/doc/event/e"):
        page = read_page(client.get(path, headers={"Accept": "text/html"}).text)
        assert page.faults == [], path
        (svg,) = [s for s in page.all("svg") if s.get("role") == "img"]
        ids = {attributes.get("id") for _, attributes in page.elements}
        assert set(str(svg["aria-labelledby"]).split()) <= ids
        assert [c["class"] for c in page.all("circle") if "class" in c] == ["area"]
        assert "town · not placed more exactly than in region" in page.text
    assert client.get("/places", headers={"Accept": "text/turtle"}).status_code == 406


def test_names_in_a_map_are_text(atlas: Path, serve: Any, tmp_path: Path, read_page: Any) -> None:
    label = '</title><script>alert(1)</script><text x="'
    client = serve(tmp_path, place("x", "region", at=("52.5", "41.5"), label=label))
    page = read_page(client.get("/places", headers={"Accept": "text/html"}).text)
    assert page.faults == []
    (block,) = page.scripts  # the page's own, which is data: no other was begun
    assert json.loads(block)["mainEntity"]["itemListElement"][0]["item"]["name"] == label
    assert label in page.text
