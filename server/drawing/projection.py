"""From degrees to a drawing, clipped to the frame and thinned out.

Lambert's equal-area projection around a place: nothing is cut at the 180th meridian, and a large country looks as large
as it is (Snyder, Map Projections: A Working Manual, USGS 1395, pages 185 to 187, for the sphere). For the whole earth
at once the Equal Earth projection (Šavrič, Patterson and Jenny 2018, doi 10.1080/13658816.2018.1504949).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from server.drawing.geodata import Point

EARTH = 6371.0  # kilometres from the middle to the surface
WIDTH, HEIGHT = 1440, 880  # of a drawing, in its own units
RIM = 24  # units that outlines go on beyond the frame, so that the line along the cut is not seen
FAR = -0.8  # cosine of the angle beyond which a ring is left out: at the antipode the projection tears
ROUND = 2 * 2.7066 * EARTH  # kilometres of the equator in the Equal Earth projection
BLUR = 1.1  # units by which an outline may be off after thinning: less than the width of its line


@dataclass(frozen=True, slots=True)
class View:
    """What a drawing shows: the degrees at its middle, and the kilometres of one of its units; or the `whole` earth."""

    longitude: float
    latitude: float
    scale: float
    whole: bool = False

    def place(self, longitude: float, latitude: float) -> Point:
        """Where a position lies in the drawing, in its units from the upper left."""
        x, y = self.plane(longitude, latitude)
        return x / self.scale + WIDTH / 2, HEIGHT / 2 - y / self.scale

    def plane(self, longitude: float, latitude: float) -> Point:
        """Kilometres to the east and north of the middle."""
        if self.whole:
            return equal_earth(math.radians(longitude), math.radians(latitude))
        lon, lat = math.radians(longitude - self.longitude), math.radians(latitude)
        middle = math.radians(self.latitude)
        near = self._near(lon, lat, middle)
        k = EARTH * math.sqrt(2 / max(1 + near, 1e-9))
        east = k * math.cos(lat) * math.sin(lon)
        return east, k * (math.cos(middle) * math.sin(lat) - math.sin(middle) * math.cos(lat) * math.cos(lon))

    def degrees(self, east: float, north: float) -> Point:
        """The position that lies so many kilometres from the middle."""
        far = math.hypot(east, north)
        if far == 0:
            return self.longitude, self.latitude
        c = 2 * math.asin(min(far / (2 * EARTH), 1))
        middle = math.radians(self.latitude)
        sine = math.cos(c) * math.sin(middle) + north * math.sin(c) * math.cos(middle) / far
        lon = math.atan2(
            east * math.sin(c), far * math.cos(middle) * math.cos(c) - north * math.sin(middle) * math.sin(c)
        )
        turned = (self.longitude + math.degrees(lon) + 180) % 360 - 180
        return turned, math.degrees(math.asin(max(-1.0, min(1.0, sine))))

    def ring(self, points: Sequence[Point]) -> list[Point]:
        """A ring as the part of it that is seen, in whole units; empty where nothing is, or it is too far away."""
        some = points[:: max(1, len(points) // 16)]
        if not self.whole and any(self.nearness(*point) < FAR for point in some):
            return []
        return thinned(clipped([self.place(*point) for point in points]))

    def nearness(self, longitude: float, latitude: float) -> float:
        """The cosine of the angle between a position and the middle: 1 there, -1 at the antipode."""
        lon = math.radians(longitude - self.longitude)
        return self._near(lon, math.radians(latitude), math.radians(self.latitude))

    @staticmethod
    def _near(lon: float, lat: float, middle: float) -> float:
        return math.sin(middle) * math.sin(lat) + math.cos(middle) * math.cos(lat) * math.cos(lon)


def equal_earth(lon: float, lat: float) -> Point:
    """Kilometres to the east and north of where the equator meets the meridian of Greenwich, from radians."""
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
    t = math.asin(math.sqrt(3) / 2 * math.sin(lat))
    x = 2 * math.sqrt(3) * lon * math.cos(t) / (3 * (9 * a4 * t**8 + 7 * a3 * t**6 + 3 * a2 * t**2 + a1))
    return EARTH * x, EARTH * (a4 * t**9 + a3 * t**7 + a2 * t**3 + a1 * t)


def clipped(points: Sequence[Point]) -> list[Point]:
    """The part of a polygon that lies within the frame and its rim (Sutherland and Hodgman, one edge at a time)."""
    low, right, bottom = -float(RIM), float(WIDTH + RIM), float(HEIGHT + RIM)
    for axis, limit, sign in ((0, low, 1), (0, right, -1), (1, low, 1), (1, bottom, -1)):
        points = _cut(points, axis, limit, sign)
    return list(points)


def _cut(points: Sequence[Point], axis: int, limit: float, sign: int) -> list[Point]:
    kept: list[Point] = []
    for n, here in enumerate(points):
        before = points[n - 1]
        inside, was = (here[axis] - limit) * sign >= 0, (before[axis] - limit) * sign >= 0
        if inside != was:
            part = (limit - before[axis]) / (here[axis] - before[axis])
            kept.append((before[0] + part * (here[0] - before[0]), before[1] + part * (here[1] - before[1])))
        if inside:
            kept.append(here)
    return kept


def thinned(points: Sequence[Point]) -> list[Point]:
    """A ring in whole units, without points that the eye does not miss (Douglas and Peucker); empty for a speck."""
    if len(points) < 3:
        return []
    half = max(range(len(points)), key=lambda n: math.dist(points[0], points[n]))
    kept = [0, half, *_needed(points, 0, half), *_needed([*points, points[0]], half, len(points))]
    whole = [(float(round(points[n][0])), float(round(points[n][1]))) for n in sorted(set(kept)) if n < len(points)]
    found = [p for n, p in enumerate(whole) if p != whole[n - 1]]
    return found if len(found) > 2 else []


def _needed(points: Sequence[Point], first: int, last: int) -> Iterable[int]:
    """The numbers of the points between two that lie too far from the lines between those that are kept."""
    waiting, found = [(first, last)], []
    while waiting:
        start, end = waiting.pop()
        far, worst = BLUR, None
        for n in range(start + 1, end):
            off = _off(points[n], points[start], points[end])
            if off > far:
                far, worst = off, n
        if worst is not None:
            found.append(worst)
            waiting += [(start, worst), (worst, end)]
    return found


def _off(point: Point, start: Point, end: Point) -> float:
    """How far a point lies from the stretch between two others."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    long = dx * dx + dy * dy
    if long == 0:
        return math.dist(point, start)
    t = max(0.0, min(1.0, ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / long))
    return math.hypot(point[0] - start[0] - t * dx, point[1] - start[1] - t * dy)
