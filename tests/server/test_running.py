"""The server as a process: what it binds, what it refuses, and that it follows what is published."""

import socket
import threading
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from front.served import serving
from pyoxigraph import Literal, NamedNode, Quad

from graph.releases.withdrawal.blocklist import Blocklist
from graph.search.words import fold, keys
from graph.store.base import Tombstone
from graph.store.embedded import EmbeddedReader
from graph.terms import LABEL
from server import site as site_room
from server.app import create_app
from server.http.caching import PageCache, Rendered
from server.http.urls import escaped
from server.releases.watching import watching
from server.running import CannotListen, bind
from server.site import CurrentRelease, known_of, site_of, state_of

BASE = "https://docs.example/"
THING = NamedNode(BASE + "id/org/x")


def reader(release: int, words: str, closed: list[int]) -> EmbeddedReader:
    made = EmbeddedReader.of([Quad(THING, LABEL, Literal(words, language="en"))], release=release)
    made._on_close = lambda: closed.append(release)
    return made


def test_a_port_in_use_is_refused_and_said() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotListen) as caught:
            bind("127.0.0.1", port)
    assert str(caught.value) == (
        f"Cannot serve on 127.0.0.1:{port}: the port is in use.\n"
        f"  Stop what uses it, or choose another: --port {port + 1}"
    )


@pytest.mark.parametrize(
    ("host", "port", "words"),
    [
        ("no.such.host.invalid", 0, "there is no such address"),
        ("192.0.2.1", 0, "this machine does not have the address"),
        ("127.0.0.1", 99999, "there is no such port"),
        ("a" * 70 + ".invalid", 0, "there is no such address"),
    ],
)
def test_an_address_that_cannot_be_bound_is_said(host: str, port: int, words: str) -> None:
    with pytest.raises(CannotListen, match=words):
        bind(host, port)


def test_a_port_for_root_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(CannotListen, match="Ports below 1024 are for root"):
        bind("127.0.0.1", 80)


def test_pages_are_served_over_a_socket_with_their_headers(tmp_path: Path, settings) -> None:
    app = create_app(settings(tmp_path), reader=reader(1, "Words", []))
    with serving(app) as port:
        see_pages(f"http://127.0.0.1:{port}")


def see_pages(root: str) -> None:
    with urllib.request.urlopen(f"{root}/id/org/x") as answer:
        assert answer.url == f"{root}/doc/org/x"
        assert '"Words"@en' in answer.read().decode()
        assert answer.headers["Content-Length"]
        assert answer.headers["Server"] is None
    for path, status in (("/doc/%zz", 400), ("/doc/a%00b", 400), ("/doc/%ff", 400), ("/doc/../../etc/passwd", 404)):
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(root + path)
        assert caught.value.code == status
        caught.value.close()


def test_a_new_release_is_followed_and_the_old_one_closed_by_its_last_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_room, "LOOK_SECONDS", 0.0)
    closed: list[int] = []
    newest = [1]
    releases = CurrentRelease(reader(1, "one", closed), lambda: newest[0], lambda: reader(newest[0], "next", closed))
    with releases.reading() as first:
        newest[0] = 2
        with releases.reading() as second:
            assert (first.release, second.release) == (1, 2)
        assert closed == []
    assert closed == [1]
    newest[0] = 3
    with releases.reading() as third:
        assert third.release == 3
    assert closed == [1, 2]


def test_a_release_that_cannot_be_opened_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[int] = []
    newest, broken = [1], [True]

    def open_again() -> EmbeddedReader:
        if broken[0]:
            raise OSError("damaged")
        return reader(2, "two", closed)

    releases = CurrentRelease(reader(1, "one", closed), lambda: newest[0], open_again)
    monkeypatch.setattr(site_room, "LOOK_SECONDS", 0.0)
    newest[0] = 2
    for _ in range(2):
        with pytest.raises(OSError, match="damaged"), releases.reading():
            pass
    broken[0] = False
    with releases.reading() as second:
        assert second.release == 2


def test_a_new_release_has_new_tags(tmp_path: Path, settings) -> None:
    app = create_app(settings(tmp_path), reader=reader(1, "Before", []))
    client, tags = app.test_client(), []
    for number, words in ((1, "Before"), (2, "After")):
        object.__setattr__(
            site_of(app), "releases", CurrentRelease(reader(number, words, []), lambda: 0, lambda: reader(9, "", []))
        )
        answer = client.get("/doc/org/x.ttl", headers={"If-None-Match": tags[-1]} if tags else {})
        assert words in answer.text
        tags.append(answer.headers["ETag"])
    assert tags[0] != tags[1]


def test_what_was_withdrawn_is_410_and_named_by_nothing(tmp_path: Path, settings) -> None:
    gone = BASE + "id/person/somebody"
    day = (datetime.now(UTC) - timedelta(days=1)).date()

    def tombstone(iri: str) -> Tombstone | None:
        return Tombstone(gone, day, "risk", erased=True) if iri == gone else None

    made = EmbeddedReader.of([Quad(THING, LABEL, Literal("x", language="en"))])
    made._withdrawn = tombstone
    client = create_app(settings(tmp_path), reader=made).test_client()
    for path in ("/id/person/somebody", "/doc/person/somebody", "/doc/person/somebody.ttl"):
        for accept in ("text/html", "text/turtle"):
            answer = client.get(path, headers={"Accept": accept})
            assert answer.status_code == 410
            assert {"Accept", "Accept-Language"} <= set(answer.vary)
            assert "ETag" not in answer.headers
            assert "somebody" not in answer.text.replace("doc/person/somebody", "")
            assert "risk" in answer.text
    assert client.get("/doc/person/other").status_code == 404


def test_a_loop_is_never_made_to_wait_for_a_release(monkeypatch: pytest.MonkeyPatch) -> None:
    """While another release is opened, and until somebody has opened it, what is shown has no name for the front."""
    monkeypatch.setattr(site_room, "LOOK_SECONDS", 0.0)
    closed: list[int] = []
    newest = [1]
    opening, opened = threading.Event(), threading.Event()

    def open_again() -> EmbeddedReader:
        opening.set()
        opened.wait(10)
        return reader(2, "two", closed)

    releases = CurrentRelease(reader(1, "one", closed), lambda: newest[0], open_again)
    first = releases.known()
    assert first == releases.state()
    newest[0] = 2
    assert releases.known() is None
    thread = threading.Thread(target=releases.state)
    thread.start()
    opening.wait(10)
    assert releases.known() is None
    opened.set()
    thread.join()
    assert releases.known() == releases.state() != first


def test_whoever_is_told_to_look_again_does_so_however_lately_it_looked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_room, "LOOK_SECONDS", 1000.0)
    newest = [1]
    releases = CurrentRelease(reader(1, "one", []), lambda: newest[0], lambda: reader(2, "two", []))
    first, newest[0] = releases.state(), 2
    assert releases.state() == first
    releases.look_again()
    assert releases.known() is None
    assert releases.state() != first


def test_a_withdrawal_is_another_state_though_the_release_is_the_same(
    tmp_path: Path, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is kept by its state is forgotten with the first word of a withdrawal, not with the release after it."""
    site = site_of(create_app(settings(tmp_path), reader=reader(1, "Words", [])))
    before = state_of(site), known_of(site)
    monkeypatch.setattr(site.blocklist, "now", lambda: Blocklist(1, {}))
    for then, now in zip(before, (state_of(site), known_of(site)), strict=True):
        assert None not in (then, now)
        assert then != now


def test_answers_made_in_another_state_do_not_stay_in_memory() -> None:
    kept = PageCache()
    kept.follow("1")
    kept.keep("tag", Rendered(b"words"), kept.generation)
    kept.follow("1")
    assert kept.get("tag") is not None
    kept.follow("2")
    assert kept.get("tag") is None
    assert not kept._answers


def test_an_answer_begun_before_is_not_kept_after() -> None:
    kept = PageCache()
    begun = kept.generation
    kept.follow("2")
    kept.keep("tag", Rendered(b"erased words"), begun)
    assert kept.get("tag") is None


def test_words_that_were_spelt_are_forgotten_with_the_state_they_stood_in(tmp_path: Path, settings) -> None:
    site = site_of(create_app(settings(tmp_path), reader=reader(1, "Words", [])))
    escaped("org/secret")
    keys(fold("Secret"))
    assert escaped.cache_info().currsize
    with watching(site):
        until = time.monotonic() + 5
        while (escaped.cache_info().currsize or keys.cache_info().currsize) and time.monotonic() < until:
            time.sleep(0.02)
    assert not escaped.cache_info().currsize
    assert not keys.cache_info().currsize


def test_past_releases_are_let_go_also_while_nobody_asks(
    tmp_path: Path, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = site_of(create_app(settings(tmp_path), reader=reader(1, "Words", [])))
    told = threading.Event()
    monkeypatch.setattr(site.past, "let_go", told.set)
    with watching(site):
        assert told.wait(5)
