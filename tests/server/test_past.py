"""The past has a budget: few releases open, few who wait, none older than the last withdrawal."""

import os
import shutil
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from graph.releases.files.pruning import KEPT, KEPT_PAST, snapshots
from graph.releases.moments import read_at
from graph.releases.places import Places
from graph.releases.withdrawal.withdrawing import withdraw
from graph.settings import read_settings
from graph.store.base import Reader
from graph.store.open import open_reader
from server.app import create_app
from server.releases import past as room
from server.releases.past import OPEN, PastBusy, PastReleases
from server.site import site_of


@pytest.fixture
def releases(growing: Path) -> PastReleases:
    app = create_app(read_settings(growing))
    return site_of(app).past


def opened(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the releases opened from now on."""
    found: list[int] = []

    def counting(settings: object, at: int) -> Reader:
        found.append(at)
        return open_reader(settings, at)  # type: ignore[arg-type]

    monkeypatch.setattr(room, "open_reader", counting)
    return found


def test_a_release_is_opened_once_and_few_stay_open(releases: PastReleases, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = opened(monkeypatch)
    monkeypatch.setattr(room, "FAST_SECONDS", 60.0)
    for number in (1, 1, 2, 1, 3, 4):
        with releases.reading(number) as reader:
            assert reader.release == number
    assert numbers == [1, 2, 3, 4]
    monkeypatch.setattr(room, "OPEN", 2)
    with releases.reading(5):
        pass
    assert len(releases._open) == 2
    with releases.reading(1):
        assert numbers[-1] == 1, "what was asked for longest ago was let go"
    assert OPEN > 2


def test_one_in_use_is_closed_by_its_last_user(releases: PastReleases, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "OPEN", 1)
    monkeypatch.setattr(room, "FAST_SECONDS", 60.0)
    with releases.reading(1) as first:
        with releases.reading(2):
            pass
        assert next(first.quads(), None) is not None, "still open"
    with releases.reading(1) as again:
        assert again is not first


def test_few_wait_and_the_others_are_told_when(releases: PastReleases, monkeypatch: pytest.MonkeyPatch) -> None:
    going_on, enough = threading.Barrier(room.OPENING + 1), threading.Event()

    def slow(settings: object, at: int) -> Reader:
        going_on.wait(20)
        enough.wait(20)
        return open_reader(settings, at)  # type: ignore[arg-type]

    monkeypatch.setattr(room, "open_reader", slow)

    def read(number: int) -> None:
        with releases.reading(number):
            pass

    threads = [threading.Thread(target=read, args=(number,)) for number in range(1, room.OPENING + 1)]
    for thread in threads:
        thread.start()
    going_on.wait(20)
    with pytest.raises(PastBusy, match="Come again"), releases.reading(4):
        pass
    enough.set()
    for thread in threads:
        thread.join()


def test_a_build_is_followed_by_a_rest(growing: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(read_settings(growing))
    app.testing = True
    client: FlaskClient = app.test_client()
    monkeypatch.setattr(room, "FAST_SECONDS", -1.0)  # every opening counts as a build
    assert client.get("/record/us?release=1").status_code == 200
    site_of(app).past._next_build = time.monotonic() + 30
    refused = client.get("/record/us?release=2", headers={"Accept": "application/json"})
    assert refused.status_code == 503
    assert 28 < int(refused.headers["Retry-After"]) <= 30
    assert refused.headers["Cache-Control"] == "no-store"
    assert client.get("/record/us?release=1").status_code == 200, "what is open is read on"
    assert client.get("/record/us?release=5").status_code == 200, "and so is the present"


def test_walking_through_all_numbers_does_not_fill_the_disk(growing: Path, tmp_path: Path) -> None:
    shutil.copytree(growing, tmp_path / "site")
    settings = read_settings(tmp_path / "site")
    places = Places(settings.var)
    shutil.rmtree(places.snapshot(1))
    for number in range(1000, 1000 + 2 * KEPT_PAST):  # as if each had been asked for, long ago
        places.snapshot(number).mkdir()
        os.utime(places.snapshot(number), (number, number))
    app = create_app(settings)
    app.testing = True
    assert "Them at first" in app.test_client().get("/record/them.nt?release=1").text
    held = snapshots(places)
    assert len(held) <= KEPT + KEPT_PAST
    assert {1, 2, 3, 4, 5} <= held.keys()


def test_what_was_opened_before_a_withdrawal_is_let_go(grow: type, tmp_path: Path) -> None:
    site = grow(tmp_path / "site")
    site.release(us="Us", them="Them")
    site.release(us="Us again")
    app = create_app(site.settings)
    past = site_of(app).past
    with past.reading(1) as reader:
        before = {q.subject.value for q in reader.quads()}  # type: ignore[union-attr]
    with site.tomorrow():
        withdraw(site.settings, "https://site.example/record/them", reason="risk", author="ann")
    assert past._open
    past.let_go()
    assert not past._open
    with past.reading(1) as reader:
        after = {q.subject.value for q in reader.quads()}  # type: ignore[union-attr]
    assert "https://site.example/id/org/them" in before - after


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("12", 12),
        ("2026-01-31", datetime(2026, 1, 31, 23, 59, 59, 999_999, UTC)),
        ("2026-03-05", datetime(2026, 3, 5, 10, tzinfo=UTC)),
        ("2026-01-31T12:00:00", datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ("2026-01-31T12:00:00+03:00", datetime(2026, 1, 31, 9, tzinfo=UTC)),
        ("20260131", 20260131),
    ],
)
def test_a_release_is_named_by_number_or_moment(word: str, expected: object) -> None:
    assert read_at(word, datetime(2026, 3, 5, 10, tzinfo=UTC)) == expected


@pytest.mark.parametrize("word", ["", "-1", "1.5", "soon", "2026-02-30", "٣", "1234567890", " 1"])
def test_anything_else_names_no_release(word: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_at(word, datetime(2026, 3, 5, tzinfo=UTC))
