"""Maps: outlines of countries under the areas where places lie. Numbers and words only; the template makes the SVG."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from graph.publish.lens import Ref
from graph.publish.literals import Text
from graph.publish.mapping import Spot
from server.drawing.geodata import COARSE, FINE, Country, Point, outlines
from server.drawing.projection import EARTH, HEIGHT, ROUND, WIDTH, View

MARKS = 200  # areas on one map; more would hide each other and the land
NARROWEST = 1300.0  # kilometres across: less shows no coast or border by which a reader knows where this is
WIDEST = 2 * EARTH  # kilometres: past this the earth is shown whole
FACING = 0.2  # cosine of the angle from the middle within which all must lie for the earth to be shown from one side
AIR = 1.25  # the frame is this much larger than what is shown
STEP = 1.25  # widths of maps go in such steps, so that pages about one region share its outlines
COARSELY = 5000.0  # kilometres across from which the coarser outlines do
SEEN = 20.0  # units; the least radius of an area: as long as it is an area, it never shrinks to a point
WHOLE = View(0.0, 0.0, ROUND * 1.02 / WIDTH, whole=True)
POINT = 9.0  # units; the radius of a point
LETTER, LINE = 28.0, 64.0  # units that a letter takes on a phone, and a line
CONTEXT = 0.012  # the part of the drawing that a country must fill to be named


@dataclass(frozen=True, slots=True)
class Land:
    """A country as it is drawn: the data of a path, and where its name could stand, if it is large enough for one."""

    code: str
    path: str
    middle: Point | None


@dataclass(frozen=True, slots=True)
class Mark:
    """Where some places lie: a circle (`radius` in units) or, with `path`, an outline. `point` is an exact place."""

    x: float
    y: float
    radius: float
    path: str
    point: bool
    ref: Ref


@dataclass(frozen=True, slots=True)
class Label:
    """A name on the map and where it stands; `mark` is false for a country that is only there for orientation."""

    words: Text
    x: float
    y: float
    anchor: str
    mark: bool


@dataclass(frozen=True, slots=True)
class Map:
    """One drawing with the list that says the same in words. `spots` are in the order they were given."""

    lands: Sequence[Land]
    marks: Sequence[Mark]
    labels: Sequence[Label]
    spots: Sequence[Spot]
    width: int = WIDTH
    height: int = HEIGHT


def draw(spots: Sequence[Spot], name: Callable[[str], str]) -> Map | None:
    """The map of some places; None where nothing can be drawn. `name` gives the name of a country by its code."""
    if not spots or not outlines(COARSE):
        return None
    spots = spots[:MARKS]
    seen = [point for spot in spots for point in _extent(spot)]
    if not seen:
        return None
    view = fit(seen)
    lands = _lands(view)
    marks = list(_marks(view, spots, lands))
    return Map(lands, marks, _labels(marks, lands, name), spots)


def fit(points: Sequence[Point]) -> View:
    """The view that shows some positions with air around them, its middle and its width on a ladder of few steps."""
    vectors = [_vector(*p) for p in points]
    x, y, z = (sum(v[axis] for v in vectors) for axis in range(3))
    view = View(math.degrees(math.atan2(y, x)), math.degrees(math.atan2(z, math.hypot(x, y))), 1.0)
    if any(view.nearness(*p) < FACING for p in points):
        return WHOLE
    for _ in range(3):  # the middle of the frame, not of the points, which may crowd at one end
        placed = [view.plane(*p) for p in points]
        (west, east), (south, north) = ((min(c), max(c)) for c in zip(*placed, strict=True))
        view = View(*view.degrees((west + east) / 2, (south + north) / 2), 1.0)
    wide = max(east - west, (north - south) * WIDTH / HEIGHT) * AIR
    if wide > WIDEST:
        return WHOLE
    step = math.ceil(math.log(max(wide, NARROWEST) / NARROWEST, STEP) - 1e-9)
    wide = NARROWEST * STEP**step
    grid = max(0.1, round(wide / 111 / 40, 1))  # degrees: a fortieth of the width
    return View(round(view.longitude / grid) * grid, round(view.latitude / grid) * grid, wide / WIDTH)


def _vector(longitude: float, latitude: float) -> tuple[float, float, float]:
    lon, lat = math.radians(longitude), math.radians(latitude)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def _extent(spot: Spot) -> Sequence[Point]:
    """Positions that must be in the frame for a place to be seen whole."""
    if spot.country:
        country = _country(spot.country)
        return country.largest.points if country else ()
    around = View(spot.longitude, spot.latitude, 1.0)
    r = spot.radius
    return [around.degrees(east, north) for east, north in ((-r, 0.0), (r, 0.0), (0.0, -r), (0.0, r))]


def _country(code: str) -> Country | None:
    return next((c for c in outlines(COARSE) if c.code == code), None)


@lru_cache(maxsize=64)
def _lands(view: View) -> tuple[Land, ...]:
    """The countries in view. Kept: many pages are about one region, and what is drawn here is no one's data."""
    wide = view.scale * WIDTH
    fine = outlines(FINE) if wide < COARSELY else ()
    found = (_land(view, country) for country in fine or outlines(COARSE))
    return tuple(land for land in found if land.path)


def _land(view: View, country: Country) -> Land:
    rings = [drawn for ring in country.rings if _may_be_seen(view, ring.west, ring.south, ring.east, ring.north)
             for drawn in (view.ring(ring.points),) if drawn]  # fmt: skip
    largest = max(rings, key=_area, default=[])
    large = _area(largest) > CONTEXT * WIDTH * HEIGHT
    return Land(country.code, "".join(_path(ring) for ring in rings), _middle(largest) if large else None)


def _may_be_seen(view: View, west: float, south: float, east: float, north: float) -> bool:
    """False for what lies surely outside: cheap, so that most of the earth costs nothing."""
    if view.whole:
        return True
    reach = math.degrees(math.hypot(WIDTH, HEIGHT) / 2 * view.scale / EARTH) * 1.2 + 1
    if south - view.latitude > reach or view.latitude - north > reach:
        return False
    top = min(90.0, max(abs(view.latitude - reach), abs(view.latitude + reach)))
    if top > 85:
        return True
    across = reach / math.cos(math.radians(top))
    return any(west - across <= view.longitude + turn <= east + across for turn in (-360, 0, 360))


def _marks(view: View, spots: Sequence[Spot], lands: Sequence[Land]) -> Iterator[Mark]:
    """One mark for each place that is drawn, the widest first, so that the narrower lie on top."""
    drawn = {spot.drawn.iri: spot for spot in spots}.values()
    for spot in sorted(drawn, key=lambda s: (not s.country, -s.radius, s.drawn.iri)):
        if spot.country:
            land = next((each for each in lands if each.code == spot.country), None)
            if land is not None:
                x, y = land.middle or (WIDTH / 2, HEIGHT / 2)
                yield Mark(x, y, 0.0, land.path, False, spot.drawn)
        else:
            x, y = view.place(spot.longitude, spot.latitude)
            radius = POINT if spot.exact else max(spot.radius / view.scale, SEEN)
            yield Mark(round(x), round(y), round(radius), "", spot.exact, spot.drawn)


def _labels(marks: Sequence[Mark], lands: Sequence[Land], name: Callable[[str], str]) -> list[Label]:
    """Names that do not cover each other: those of the marks first, then countries while there is room."""
    taken: list[tuple[float, float, float, float]] = []
    found = [label for mark in reversed(marks) if (label := _beside(mark, taken))]
    marked = {mark.path for mark in marks if mark.path}
    for land in lands:
        if land.middle and land.path not in marked and (words := name(land.code)):
            x, y = land.middle
            if _room(box := _box(words, x, y, "middle"), taken):
                taken.append(box)
                found.append(Label(Text(words), round(x), round(y), "middle", False))
    return found


def _beside(mark: Mark, taken: list[tuple[float, float, float, float]]) -> Label | None:
    """The name of a mark, within its outline or beside its circle; None where there is no room: the list has it."""
    words, r = mark.ref.label, mark.radius + 14
    places = [(mark.x, mark.y, "middle")] if mark.path else [
        (mark.x + r, mark.y, "start"), (mark.x - r, mark.y, "end"),
        (mark.x, mark.y - r - LINE / 2, "middle"), (mark.x, mark.y + r + LINE / 2, "middle"),
    ]  # fmt: skip
    for x, y, anchor in places:
        if _room(box := _box(words.words, x, y, anchor), taken):
            taken.append(box)
            return Label(words, round(x), round(y), anchor, True)
    return None


def _box(words: str, x: float, y: float, anchor: str) -> tuple[float, float, float, float]:
    wide = len(words) * LETTER
    left = {"start": x, "middle": x - wide / 2, "end": x - wide}[anchor]
    return left, y - LINE / 2, left + wide, y + LINE / 2


def _room(box: tuple[float, float, float, float], taken: Sequence[tuple[float, float, float, float]]) -> bool:
    left, top, right, bottom = box
    if left < 0 or top < 0 or right > WIDTH or bottom > HEIGHT:
        return False
    return not any(left < r and right > le and top < b and bottom > t for le, t, r, b in taken)


def _path(ring: Sequence[Point]) -> str:
    """`M x y l dx dy … z`: steps are shorter than positions."""
    steps = zip(ring[1:], ring, strict=False)
    return (
        f"M{ring[0][0]:.0f} {ring[0][1]:.0f}l"
        + " ".join(f"{x - before:.0f} {y - above:.0f}" for (x, y), (before, above) in steps).replace(" -", "-")
        + "z"
    )


def _area(ring: Sequence[Point]) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], *ring[:1]], strict=True))) / 2


def _middle(ring: Sequence[Point]) -> Point:
    """The middle of the widest stretch of the ring's inside, on the line that halves its height within the frame."""
    ys = [min(max(y, 0), HEIGHT) for _, y in ring]
    best: tuple[float, Point] = (0.0, (WIDTH / 2, HEIGHT / 2))
    for part in (0.5, 0.35, 0.65):
        y = min(ys) + (max(ys) - min(ys)) * part + 0.5
        pairs = zip(ring, [*ring[1:], *ring[:1]], strict=True)
        cuts = sorted(a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]) for a, b in pairs if (a[1] > y) != (b[1] > y))
        for start, end in zip(cuts[::2], cuts[1::2], strict=True):
            left, right = max(start, 0), min(end, WIDTH)
            if right - left > best[0]:
                best = right - left, ((left + right) / 2, y)
    return best[1]
