"""Two figures are compared only when they count the same about the same, and clash only without overlap."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad

from graph.authoring.records import read_site
from graph.checking.figures import Figure, differences, read_figures
from graph.settings import read_settings
from graph.store.embedded import EmbeddedReader

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "rights-in-russia"
ENDS = st.none() | st.integers(0, 30)


def figure(least: int | None, most: int | None, value: int = 1, **changes: str) -> Figure:
    given = {"about": "a", "measure": "m", "bound": f"{least}..{most}", "words": "w", "claim": "c", **changes}
    return Figure(value=value, least=least, most=most, **given)


@given(ENDS, ENDS, ENDS, ENDS)
def test_meeting_is_having_a_number_in_common(a: int | None, b: int | None, c: int | None, d: int | None) -> None:
    one, other = figure(a, b), figure(c, d)
    numbers = range(-1, 32)

    def within(f: Figure, n: int) -> bool:
        return (f.least is None or f.least <= n) and (f.most is None or n <= f.most)

    sane = (a is None or b is None or a <= b) and (c is None or d is None or c <= d)
    assert one.meets(other) == other.meets(one)
    if sane:
        assert one.meets(other) == any(within(one, n) and within(other, n) for n in numbers)


@pytest.mark.parametrize(
    ("one", "other", "incompatible"),
    [
        ((11, None), (15, 15), False),  # more than 10, fifteen
        ((None, 9), (10, None), True),  # fewer than 10, at least 10
        ((3, 3), (4, 4), True),
        ((None, None), (4, 4), False),  # about 100 says nothing against 4
    ],
)
def test_incompatible_is_without_overlap(one: tuple[int, int], other: tuple[int, int], incompatible: bool) -> None:
    (found,) = differences([figure(*one, value=1), figure(*other, value=2)])
    assert found.incompatible is incompatible


def test_only_like_is_compared_with_like() -> None:
    assert differences([figure(1, 1), figure(2, 2, value=2, measure="other")]) == ()
    assert differences([figure(1, 1), figure(2, 2, value=2, about="other")]) == ()
    assert differences([figure(1, 1), figure(1, 1, claim="another")]) == ()


def test_the_seed_has_one_pair_that_differs_and_both_may_be_right() -> None:
    records = read_site(read_settings(EXAMPLE))
    with EmbeddedReader.of(Quad(t.subject, t.predicate, t.object, r.iri) for r in records for t in r.triples) as site:
        found = differences(read_figures(site))
        assert [({d.one.words, d.other.words}, d.incompatible) for d in found] == [({"more than 10", "Fifteen"}, False)]
        about = NamedNode(found[0].one.about)
        assert set(read_figures(site, [about])) == {f for f in read_figures(site) if f.about == about.value}
