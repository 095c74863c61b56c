"""Errors survive the way between processes and say where."""

import pickle
from pathlib import Path

from graph.errors import AuthoringError, AuthoringErrors, SiteError


def test_errors_can_be_pickled() -> None:
    for error in (
        SiteError(Path("a"), "p", "h", 3),
        AuthoringError(Path("a"), 3, "p", "h"),
        AuthoringErrors([AuthoringError(Path("b"), 1, "q"), AuthoringError(Path("a"), 3, "p")]),
    ):
        again = pickle.loads(pickle.dumps(error))
        assert str(again) == str(error)
        assert type(again) is type(error)


def test_problems_come_in_the_order_of_the_files() -> None:
    problems = AuthoringErrors([AuthoringError(Path("b"), 1, "q"), AuthoringError(Path("a"), 30, "p")])
    assert str(problems) == "a:30: p\nb:1: q"
