"""Maps as they are drawn: marks never smaller than what is known, labels that do not collide."""

import math
import re
from pathlib import Path
from typing import Any

import pytest

from graph.publish.lens import Ref
from graph.publish.literals import Text
from graph.publish.mapping import Spot
from server.drawing import geodata, maps
from server.drawing.maps import MARKS, SEEN, WHOLE, draw, fit
from server.drawing.projection import EARTH, HEIGHT, RIM, WIDTH, View, clipped, thinned

BASE = "https://docs.example/"


def ref(name: str) -> Ref:
    return Ref(BASE + "id/place/" + name, Text(name, "en"))


def spot(name: str, longitude: float = 0, latitude: float = 0, radius: float = 10, **more: Any) -> Spot:
    return Spot(ref(name), more.pop("drawn", ref(name)), (), longitude, latitude, radius, **more)


@pytest.mark.parametrize("text", ["", "{", "{}", "[]", '{"transform": null}', "\udcff"])
def test_an_atlas_that_cannot_be_read_is_as_none(folder: Path, text: str) -> None:
    (folder / f"{geodata.COARSE}.json").write_text(text, encoding="utf-8", errors="surrogateescape")
    assert geodata.outlines(geodata.COARSE) == ()
    assert draw([spot("x", 45, 43)], str) is None


def test_one_place_is_in_the_middle_and_whole(atlas: Path) -> None:
    drawn = draw([spot("x", 45.5, 52.5, 100)], lambda code: {"RU": "Russia"}.get(code, ""))
    assert drawn is not None
    (mark,) = drawn.marks
    assert abs(mark.x - WIDTH / 2) < 60
    assert abs(mark.y - HEIGHT / 2) < 60
    assert SEEN < mark.radius < HEIGHT / 2
    assert [(label.words.words, label.mark) for label in drawn.labels] == [("x", True), ("Russia", False)]


def test_what_is_drawn_as_another_place_is_marked_once_by_the_others_name(atlas: Path) -> None:
    drawn = draw([spot("a", 45, 52, 100), spot("b", 45, 52, 100, drawn=ref("a"))], str)
    assert drawn is not None
    assert [m.ref.label.words for m in drawn.marks] == ["a"]
    assert [s.ref.label.words for s in drawn.spots] == ["a", "b"]


def test_an_area_never_shrinks_to_a_point_and_only_the_exact_is_one(atlas: Path) -> None:
    drawn = draw([spot("wide", 45, 52, 1), spot("exact", 60, 60, 1, exact=True), spot("far", 150, -30, 1)], str)
    assert drawn is not None
    assert {m.ref.label.words: (m.radius >= SEEN, m.point) for m in drawn.marks} == {
        "wide": (True, False), "far": (True, False), "exact": (False, True),
    }  # fmt: skip


def test_a_country_is_its_outline_and_lies_under_what_is_in_it(atlas: Path) -> None:
    drawn = draw([spot("town", 60, 60), spot("Russia", country="RU")], str)
    assert drawn is not None
    assert [bool(m.path) for m in drawn.marks] == [True, False]
    assert drawn.marks[0].path in {land.path for land in drawn.lands if land.code == "RU"}
    assert draw([spot("Fiji", country="FJ")], str) is None  # not in this atlas


def test_there_is_an_end_to_the_marks(atlas: Path) -> None:
    drawn = draw([spot(f"p{n}", n / 10, 50) for n in range(MARKS + 5)], str)
    assert drawn is not None
    assert len(drawn.spots) == len(drawn.marks) == MARKS


def test_labels_do_not_cover_each_other_and_stay_inside(atlas: Path) -> None:
    drawn = draw([spot(f"Somewhere {n}", 45 + n % 6, 50 + n // 6) for n in range(36)], lambda code: code)
    assert drawn is not None
    boxes = [maps._box(label.words.words, label.x, label.y, label.anchor) for label in drawn.labels]
    assert len(boxes) > 3
    for n, (left, top, right, bottom) in enumerate(boxes):
        assert left >= -1
        assert right <= WIDTH + 1
        for le, t, r, b in boxes[:n]:
            assert not (left < r - 1 and right > le + 1 and top < b - 1 and bottom > t + 1)


def test_paths_have_whole_numbers_within_the_frame_and_its_rim(atlas: Path) -> None:
    drawn = draw([spot("x", 45.5, 52.5, 100)], str)
    assert drawn is not None
    for land in drawn.lands:
        for part in filter(None, land.path.split("M")):
            assert part.endswith("z")
            start, steps = part.removesuffix("z").split("l")
            x, y = (float(word) for word in start.split())
            numbers = [int(n) for n in re.findall(r"-?\d+", steps)]
            for dx, dy in [(0, 0), *zip(numbers[::2], numbers[1::2], strict=True)]:
                x, y = x + dx, y + dy
                assert -RIM - 1 <= x <= WIDTH + RIM + 1
                assert -RIM - 1 <= y <= HEIGHT + RIM + 1


@pytest.mark.parametrize("middle", [(0, 0), (45, 43), (180, -17), (-179.9, 66), (0, 90), (10, -90)])
def test_a_view_has_its_middle_in_the_middle_and_finds_back(middle: tuple[float, float]) -> None:
    view = View(*middle, 1.0)
    assert view.place(*middle) == pytest.approx((WIDTH / 2, HEIGHT / 2), abs=1e-6)
    for east, north in ((300, 0), (0, -200), (-150, 420)):
        assert view.plane(*view.degrees(east, north)) == pytest.approx((east, north), abs=1e-6)
    assert math.hypot(*view.plane(*view.degrees(100, 0))) == pytest.approx(100)  # kilometres near the middle


def test_areas_are_true_in_the_view_of_a_place() -> None:
    view = View(45, 43, 1.0)
    far = [(70, 60), (71, 60), (71, 61), (70, 61)]
    true = EARTH**2 * math.radians(1) * (math.sin(math.radians(61)) - math.sin(math.radians(60)))
    assert maps._area([view.plane(*p) for p in far]) == pytest.approx(true, rel=0.002)


def test_what_lies_across_the_date_line_is_not_torn_apart() -> None:
    view = fit([(179, -17), (-179, -17), (178, -18)])
    assert view.scale * WIDTH < 1500
    left, right = view.place(179.9, -17)[0], view.place(-179.9, -17)[0]
    assert 0 < right - left < 60


def test_places_all_over_are_shown_on_the_whole_earth() -> None:
    everywhere = [(37.6, 55.8), (-74.0, 40.7), (151.2, -33.9), (-70.7, -33.4)]
    assert fit(everywhere) == WHOLE
    for position in [*everywhere, (179.9, 80), (-179.9, -80)]:
        x, y = WHOLE.place(*position)
        assert 0 < x < WIDTH
        assert 0 < y < HEIGHT


def test_pages_about_one_region_share_a_view() -> None:
    assert fit([(45.5, 43.5)]) == fit([(45.53, 43.48)])


def test_a_country_at_the_antipode_is_left_out_and_floods_nothing() -> None:
    box = [(120.0, -30.0), (140.0, -30.0), (140.0, -20.0), (120.0, -20.0)]
    assert View(-50, 25, 10.0).ring(box) == []


def test_clipping_keeps_the_part_that_is_seen() -> None:
    around = [(-5000.0, -5000.0), (9000.0, -5000.0), (9000.0, 9000.0), (-5000.0, 9000.0)]
    assert maps._area(clipped(around)) == (WIDTH + 2 * RIM) * (HEIGHT + 2 * RIM)
    assert clipped([(-300.0, 0.0), (-200.0, 0.0), (-200.0, 50.0)]) == []


def test_thinning_leaves_the_shape_and_drops_specks() -> None:
    circle = [(700 + 300 * math.cos(n / 500), 400 + 300 * math.sin(n / 500)) for n in range(3142)]
    thin = thinned(circle)
    assert len(thin) < 120
    assert maps._area(thin) == pytest.approx(math.pi * 300**2, rel=0.01)
    assert thinned([(1.0, 1.0), (1.2, 1.0), (1.1, 1.3), (1.0, 1.2)]) == []
    assert thinned([(1.0, 1.0)]) == []
