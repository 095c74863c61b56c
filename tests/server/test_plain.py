"""The short way to documents: what it answers is what the application answers, and it answers only what it can."""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote_to_bytes

import pytest
from flask import Flask
from pyoxigraph import NamedNode

from graph.publish.kinds import kind_of
from graph.publish.lens import Lens
from graph.releases.withdrawal.blocklist import Blocklist
from graph.releases.withdrawal.withdrawing import withdraw
from graph.settings import Settings, read_settings
from graph.store.base import Tombstone
from graph.terms import A
from server.app import create_app
from server.front.requests import ROUTE, Environ, completed
from server.http.urls import SAFE
from server.pages.plain import PlainDocuments
from server.site import site_of

Said = tuple[str, list[tuple[str, str]], list[str], bytes, object]
SUFFIXES = ("", ".html", ".ttl", ".jsonld", ".nt", ".rdf", ".trig")
ACCEPTED = ("text/turtle", "application/ld+json", "text/html;q=0.5, text/turtle;q=0.4", "*/*", "", "application/trig")


def environ(path: str, query: str = "", method: str = "GET", root: str = "", **more: str) -> Environ:
    """A request as the front hands it on; `path` is percent-encoded."""
    return completed(
        {
            "REQUEST_METHOD": method, "SCRIPT_NAME": root, "QUERY_STRING": query, "SERVER_PROTOCOL": "HTTP/1.1",
            "PATH_INFO": unquote_to_bytes(path.partition("?")[0]).decode("latin-1"), "SERVER_NAME": "x",
            "REQUEST_URI": root + path + (f"?{query}" if query else ""), "SERVER_PORT": "80", "HTTP_HOST": "x",
            "REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "http", **more,
        }
    )  # fmt: skip


def said(application: object, asked: Environ) -> Said:
    """Status, headers in the order of their names, links in theirs, body, and the route that is counted."""
    begun: list[tuple[str, list[tuple[str, str]]]] = []
    body = b"".join(application(asked, lambda status, headers, _=None: begun.append((status, headers))))  # type: ignore[operator]
    [(status, headers)] = begun
    links = [value for name, value in headers if name == "Link"]
    return status, sorted(h for h in headers if h[0] != "Link"), links, body, asked[ROUTE]


class Both:
    """The short way and the application behind it, each of a process of its own: neither sees what the other kept."""

    def __init__(self, settings: Settings) -> None:
        self.app, self.other = create_app(settings), create_app(settings)
        plain = self.app.wsgi_app
        assert isinstance(plain, PlainDocuments)
        self.through = 0
        self.plain = PlainDocuments(site_of(self.app), self._through, plain._note)

    def _through(self, asked: Environ, start: Any) -> Iterable[bytes]:
        self.through += 1
        return Flask.wsgi_app(self.app, asked, start)

    def agree(self, asked: Environ, *, short: bool) -> Said:
        """What both say; `short` says which of them is to say it."""
        before = self.through
        one, other = said(self.plain, dict(asked)), said(lambda *a: Flask.wsgi_app(self.other, *a), dict(asked))
        assert one == other, asked["REQUEST_URI"]
        assert (self.through == before) is short, asked["REQUEST_URI"]
        return one


@pytest.fixture(scope="module")
def both(published_example: Path) -> Both:
    return Both(read_settings(published_example))


@pytest.fixture(scope="module")
def one_of_each(both: Both) -> dict[str, str]:
    """A path below `/doc/` of each kind of thing, percent-encoded."""
    site = site_of(both.other)
    found: dict[str, str] = {}
    with site.releases.reading() as reader:
        lens = Lens(reader, site.settings, site.vocabulary, "en")
        base = site.settings.base + "id/"
        for node in sorted({q.subject for q in reader.quads(None, A)}, key=str):
            if isinstance(node, NamedNode) and node.value.startswith(base):
                found.setdefault(kind_of(lens, node), quote(node.value.removeprefix(base), safe=SAFE))
    assert len(found) > 15
    return found


def test_every_kind_in_every_form(both: Both, one_of_each: dict[str, str]) -> None:
    for name in one_of_each.values():
        for suffix in SUFFIXES:
            both.agree(environ(f"/doc/{name}{suffix}", HTTP_ACCEPT="text/html"), short=True)
        for accept in ACCEPTED:
            both.agree(environ(f"/doc/{name}", HTTP_ACCEPT=accept, HTTP_ACCEPT_LANGUAGE="ru, en;q=0.5"), short=True)
        both.agree(environ(f"/doc/{name}"), short=True)


@pytest.mark.parametrize("root", ["", "/below/here"])
@pytest.mark.parametrize("coding", ["", "gzip", "br, gzip;q=0.5"])
def test_heads_conditions_codings_and_prefixes(both: Both, one_of_each: dict[str, str], root: str, coding: str) -> None:
    path = f"/doc/{one_of_each['claim']}"
    for accept in ("text/html", "text/turtle"):
        more = {"HTTP_ACCEPT": accept, "HTTP_ACCEPT_ENCODING": coding, "HTTP_HOST": "mirror.example"}
        first = both.agree(environ(path, root=root, **more), short=True)
        headers, seen = dict(first[1]), set()
        both.agree(environ(path, method="HEAD", root=root, **more), short=True)
        for condition in (
            {"HTTP_IF_NONE_MATCH": headers["ETag"]}, {"HTTP_IF_NONE_MATCH": f'"x", W/{headers["ETag"]}'},
            {"HTTP_IF_MODIFIED_SINCE": headers["Last-Modified"]}, {"HTTP_IF_NONE_MATCH": '"x"'},
            {"HTTP_RANGE": "bytes=0-9"},
        ):  # fmt: skip
            answered = both.agree(environ(path, root=root, **more, **condition), short=True)
            seen.add(answered[0])
        assert seen == {"200 OK", "304 NOT MODIFIED"}


def refused(name: str) -> Iterator[tuple[Environ, str]]:
    """What is not for the short way, and how the application answers."""
    yield environ(f"/doc/{name}", HTTP_ACCEPT="image/png"), "406"
    yield environ("/doc/org/nobody"), "404"
    yield environ("/doc/org/nobody.ttl"), "404"
    yield environ("/doc/"), "404"
    yield environ("/doc//x"), "404"
    yield environ("/doc/%FF"), "400"
    yield environ("/doc/a%07b"), "400"
    yield environ("/doc/a%2"), "400"
    yield environ(f"/doc/{name}", method="POST"), "405"
    yield environ(f"/doc/{name}", method="OPTIONS"), "200"
    yield environ(f"/doc/{name}", "lang=ru"), "200"
    yield environ(f"/doc/{name}", "page=0"), "400"
    yield environ(f"/doc/{name}", "release=1"), "200"
    yield environ(f"/doc/{name}", "release=99"), "404"
    yield environ(f"/doc/{name}", HTTP_IF_MATCH='"x"'), "412"
    yield environ(f"/doc/{name}", HTTP_IF_UNMODIFIED_SINCE="Thu, 01 Jan 1970 00:00:00 GMT"), "412"
    yield environ(f"/doc/{name}", HTTP_IF_MATCH="*"), "200"
    yield environ(f"/id/{name}"), "303"


def test_what_is_not_simple_goes_to_the_application(both: Both, one_of_each: dict[str, str]) -> None:
    for asked, status in refused(one_of_each["claim"]):
        assert both.agree(asked, short=False)[0][:3] == status, asked["REQUEST_URI"]


def test_an_address_that_no_variable_has_as_it_was_sent_is_left_to_the_application(
    both: Both, one_of_each: dict[str, str]
) -> None:
    asked = environ(f"/doc/{one_of_each['claim']}")
    del asked["REQUEST_URI"]
    assert both.agree(asked, short=False)[0] == "200 OK"


def test_what_was_withdrawn_is_410_and_the_rest_is_there(grow: type, tmp_path: Path) -> None:
    site = grow(tmp_path / "site")
    site.release(us="Us", secret="Secret")
    withdraw(site.settings, f"{site.settings.base}id/org/secret", reason="risk", author="ann")
    both = Both(site.settings)
    for suffix in SUFFIXES:
        assert both.agree(environ(f"/doc/org/secret{suffix}"), short=False)[0][:3] == "410"
        assert both.agree(environ(f"/doc/org/us{suffix}"), short=True)[0] == "200 OK"


def test_answers_are_counted_by_their_route(both: Both, one_of_each: dict[str, str]) -> None:
    noted: list[tuple[str, str, int]] = []
    plain = PlainDocuments(site_of(both.app), both._through, lambda *told: noted.append(told[:3]))  # type: ignore[arg-type]
    asked = environ(f"/doc/{one_of_each['claim']}", method="HEAD")
    assert said(plain, asked)[4] == "/doc/<path:name>"
    assert noted == [("/doc/<path:name>", "HEAD", 200)]


def test_what_is_withdrawn_is_gone_though_the_release_still_has_it(
    tmp_path: Path, serve, house, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As between the first word of a withdrawal and the release without it."""
    client = serve(tmp_path, house)
    path = "claim/over-100"
    assert client.get(f"/doc/{path}").status_code == 200
    site = site_of(client.application)
    iri = site.settings.base + "id/" + path
    monkeypatch.setattr(
        site.blocklist, "now", lambda: Blocklist(1, {iri: Tombstone(iri, date(2026, 1, 2), "risk", False)})
    )
    for asked in (path, path + ".ttl", path + "/count"):
        assert client.get(f"/doc/{asked}").status_code == 410
    assert client.get("/doc/quote/unprecedented").status_code == 200
