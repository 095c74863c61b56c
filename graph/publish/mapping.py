"""Where places may be drawn on a map: each as wide an area as its record is vague, never finer than it may be told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale
from pyoxigraph import Literal, NamedNode

from graph.publish.lens import NAMES, Lens, Ref
from graph.terms import KH, SCHEMA, VOCAB

# precision: (kilometres from the middle of the area to its rim, degrees that a coordinate is rounded to). The circle
# always covers the true position, since half the diagonal of a cell of the grid is less than the radius.
AREAS: Mapping[str, tuple[float, float]] = {
    "exact": (1.0, 0.001),
    "settlement": (10.0, 0.05),
    "district": (30.0, 0.25),
    "region": (100.0, 0.5),
    "country": (500.0, 1.0),
    "macro-region": (350.0, 1.0),
}
VAGUEST = "country"  # what states no precision is drawn as widely as this
LEAST_AT_RISK = "settlement"  # people at risk are placed no more exactly than this
UP = 12  # steps from a village to the world and some; a cycle ends here
COUNTRY = VOCAB("precision/country")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place and what is drawn for it: `drawn`, the place itself or the nearest one around it that can be drawn.

    Either a circle around `longitude`, `latitude` (degrees, rounded to the grid of the precision) of `radius`
    kilometres, or the outline of `country`, an ISO 3166 alpha-2 code. `exact` is true where a point may be drawn.
    """

    ref: Ref
    drawn: Ref
    precision: Sequence[Ref]
    longitude: float = 0.0
    latitude: float = 0.0
    radius: float = 0.0
    country: str = ""
    exact: bool = False

    @property
    def own(self) -> bool:
        """False where only the place around it can be drawn."""
        return self.ref.iri == self.drawn.iri


def spots(lens: Lens, places: Iterable[NamedNode], *, at_risk: bool = False) -> list[Spot]:
    """Where to draw some places, each once, in their order; one of which nothing is known to draw is left out.

    `at_risk`: it is about people at risk, so nothing is drawn more exactly than a settlement.
    """
    found = (_spot(lens, node, at_risk) for node in dict.fromkeys(places))
    return [spot for spot in found if spot is not None]


def position(lens: Lens, node: NamedNode) -> Spot | None:
    """Where a place itself lies, rounded as its precision wants; None where that is not known, or must not be told."""
    return _circle(lens, node, node, at_risk=False)


def containers(lens: Lens, node: NamedNode) -> list[NamedNode]:
    """The places a place lies in, nearest first."""
    found: list[NamedNode] = []
    while len(found) < UP:
        parent = lens.node(found[-1] if found else node, SCHEMA("containedInPlace"))
        if parent is None or parent in found or parent == node:
            break
        found.append(parent)
    return found


def _spot(lens: Lens, node: NamedNode, at_risk: bool) -> Spot | None:
    for place in (node, *containers(lens, node)):
        spot = _circle(lens, node, place, at_risk) or _outline(lens, node, place)
        if spot is not None:
            return spot
    return None


def _circle(lens: Lens, node: NamedNode, place: NamedNode, at_risk: bool) -> Spot | None:
    """A circle around a place's coordinates; None for none, or where it is at risk and must have none."""
    latitude, longitude = (_degrees(lens, place, name, most) for name, most in (("latitude", 90), ("longitude", 180)))
    if latitude is None or longitude is None or lens.word(place, KH("atRisk")) in ("true", "1"):
        return None
    name = _precision(lens, place)
    if at_risk and name == "exact":
        name = LEAST_AT_RISK
    radius, grid = AREAS[name]
    return Spot(
        ref=lens.ref(node),
        drawn=lens.ref(place),
        precision=lens.refs(lens.nodes(node, KH("geoPrecision"))),
        longitude=_on_grid(longitude, grid),
        latitude=_on_grid(latitude, grid),
        radius=radius,
        exact=name == "exact",
    )


def _outline(lens: Lens, node: NamedNode, place: NamedNode) -> Spot | None:
    if not (lens.is_a(place, SCHEMA("Country")) or COUNTRY in lens.nodes(place, KH("geoPrecision"))):
        return None
    names = [o.value for o in lens.all(place, *NAMES) if isinstance(o, Literal)]
    code = next((c for name in names if (c := countries().get(name.casefold()))), "")
    if not code:
        return None
    return Spot(lens.ref(node), lens.ref(place), lens.refs(lens.nodes(node, KH("geoPrecision"))), country=code)


def _precision(lens: Lens, place: NamedNode) -> str:
    """The coarsest of the precisions that are stated, should there be several."""
    stated = (n.value.removeprefix(VOCAB("precision/").value) for n in lens.nodes(place, KH("geoPrecision")))
    return max((name for name in stated if name in AREAS), key=lambda name: AREAS[name], default=VAGUEST)


def _degrees(lens: Lens, place: NamedNode, name: str, most: int) -> float | None:
    try:
        value = float(lens.word(place, SCHEMA(name)) or "")
    except ValueError:
        return None
    return value if -most <= value <= most else None  # which also refuses NaN


def _on_grid(degrees: float, grid: float) -> float:
    return round(round(degrees / grid) * grid, 3)


@lru_cache(maxsize=1)
def countries() -> Mapping[str, str]:
    """ISO 3166 alpha-2 codes by the names of countries in English and Russian, folded, as Unicode's CLDR has them."""
    return {
        name.casefold(): code
        for language in ("en", "ru")
        for code, name in Locale.parse(language).territories.items()
        if len(code) == 2 and code.isalpha()
    }
