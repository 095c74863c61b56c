"""Answers that are kept by their tags: within a budget, the least asked go first."""

from server.http.caching import OVERHEAD, PageCache, Rendered

SIZE = 1000 + OVERHEAD


def test_no_more_is_kept_than_the_budget_and_what_is_asked_for_stays() -> None:
    kept = PageCache(5 * SIZE)
    for n in range(5):
        kept.keep(str(n), Rendered(b"x" * 1000), kept.generation)
    assert kept.get("0") is not None
    kept.keep("5", Rendered(b"x" * 1000), kept.generation)
    assert [n for n in range(6) if kept.get(str(n))] == [0, 2, 3, 4, 5]


def test_what_is_kept_again_counts_once() -> None:
    kept = PageCache(5 * SIZE)
    for _ in range(20):
        kept.keep("same", Rendered(b"x" * 1000), kept.generation)
    for n in range(4):
        kept.keep(str(n), Rendered(b"x" * 1000), kept.generation)
    assert kept.get("same") is not None


def test_one_long_answer_does_not_take_the_place_of_all() -> None:
    kept = PageCache(5 * SIZE)
    kept.keep("0", Rendered(b"x" * 1000), kept.generation)
    kept.keep("long", Rendered(b"x" * (5 * SIZE // 4 + 1)), kept.generation)
    assert kept.get("long") is None
    assert kept.get("0") is not None
