"""Outlines of countries: Natural Earth's, public domain, as the set-up fetched them. Without them nothing is drawn."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from babel import Locale
from babel.core import get_global

FOLDER = "static/vendor/geo"
COARSE, FINE = "countries-110m", "countries-50m"  # drawn from maps of 1:110 and of 1:50 million

# Natural Earth draws who holds the ground. Here a country is what the United Nations' General Assembly takes it for:
# Crimea is of Ukraine (resolution 68/262); these two, which have no code of their own, are of the countries named.
HELD = (("RU", "UA", (32.0, 44.0, 37.0, 46.5)),)  # held by, part of, all land within (west, south, east, north)
PARTS = {"N. Cyprus": "CY", "Somaliland": "SO"}

Point = tuple[float, float]  # longitude, latitude in degrees


@dataclass(frozen=True, slots=True)
class Ring:
    """A closed line, its last point not repeated, and the least and the greatest longitude and latitude on it."""

    points: Sequence[Point]
    west: float
    south: float
    east: float
    north: float

    @property
    def size(self) -> float:
        """Roughly how large it is, for comparing the rings of one country."""
        return (self.east - self.west) * (self.north - self.south)


@dataclass(frozen=True, slots=True)
class Country:
    """A country as the rings of its outline, islands and holes alike; `code` is its ISO alpha-2, "" for none."""

    code: str
    rings: Sequence[Ring]

    @property
    def largest(self) -> Ring:
        """Its largest piece of land."""
        return max(self.rings, key=lambda ring: ring.size)


@lru_cache(maxsize=2)
def outlines(name: str) -> tuple[Country, ...]:
    """The countries of one of the two files; none where it was not fetched or cannot be read."""
    try:
        topology = json.loads(files("server").joinpath(FOLDER, f"{name}.json").read_text(encoding="utf-8"))
        return _whole(_countries(topology))
    except (OSError, ValueError, KeyError, TypeError, IndexError):  # a page without its map is still the page
        return ()


def _countries(topology: Any) -> Iterator[tuple[str, Ring]]:
    """TopoJSON: arcs of whole numbers, each point as its step from the last, scaled and moved into degrees."""
    (scale_x, scale_y), (move_x, move_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs: list[list[Point]] = []
    for steps in topology["arcs"]:
        x = y = 0
        arc = []
        for dx, dy in steps:
            x, y = x + dx, y + dy
            arc.append((x * scale_x + move_x, y * scale_y + move_y))
        arcs.append(arc)
    for shape in topology["objects"]["countries"]["geometries"]:
        polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape.get("arcs", [])
        code = _code(shape.get("id"), shape["properties"]["name"])
        yield from ((code, _ring(arcs, ring)) for polygon in polygons for ring in polygon)


def _whole(found: Iterator[tuple[str, Ring]]) -> tuple[Country, ...]:
    """The rings by country. What has no code is drawn too, each with the others of none: it is never filled."""
    rings: dict[str, list[Ring]] = {}
    for code, ring in found:
        owner = next((part_of for by, part_of, box in HELD if by == code and _within(ring, box)), code)
        rings.setdefault(owner, []).append(ring)
    return tuple(Country(code, tuple(of)) for code, of in rings.items())


def _within(ring: Ring, box: tuple[float, float, float, float]) -> bool:
    west, south, east, north = box
    return ring.west > west and ring.south > south and ring.east < east and ring.north < north


def _ring(arcs: Sequence[Sequence[Point]], indexes: Sequence[int]) -> Ring:
    """The arcs of a ring end to end; a negative index is that arc backwards (TopoJSON 2.1.4)."""
    points: list[Point] = []
    for index in indexes:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points.extend(arc[:-1])
    lons, lats = [p[0] for p in points], [p[1] for p in points]
    return Ring(tuple(points), min(lons), min(lats), max(lons), max(lats))


def _code(number: str | None, name: str) -> str:
    """ISO alpha-2 by the numeric code, for the few that have none by the name."""
    if number:
        return next(iter(get_global("territory_aliases").get(number) or ()), "")
    return PARTS.get(name) or _by_name().get(name, "")


@lru_cache(maxsize=1)
def _by_name() -> dict[str, str]:
    return {name: code for code, name in Locale.parse("en").territories.items() if len(code) == 2}
