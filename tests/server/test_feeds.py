"""Feeds: Atom as RFC 4287 wants it; an event stream from which a mirror makes the same data set, erasures included."""

from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse, serialize

from graph.history.hiding import Target, names
from graph.publish.history import ldes
from graph.publish.history.feeds import Entry, Feed, atom
from graph.releases.derived.statistics import STATISTICS
from graph.releases.withdrawal.withdrawing import lift, withdraw
from graph.settings import Settings, read_settings
from graph.store.open import open_reader
from graph.terms import DCAT, DCTERMS, A
from server.app import create_app
from server.releases.watching import watching
from server.site import site_of

ATOM = "{http://www.w3.org/2005/Atom}"
BASE = "https://site.example/"
MARKS = (DCAT("version"), DCTERMS("issued"))
TREE, AS = "https://w3id.org/tree#", "https://www.w3.org/ns/activitystreams#"


class Mirror:
    """A copy of a site kept by following its event stream: all that one needs to know to write another."""

    def __init__(self, get: Callable[[str], bytes]) -> None:
        self.get, self.store, self.seen = get, Store(), set[str]()

    def follow(self) -> None:
        pages = sorted(self._linked(f"{BASE}feed/ldes"), key=lambda url: int(url.rpartition("/")[2]))
        for fragment in [page for page in pages if page not in self.seen]:
            waiting = [fragment]
            for page in waiting:
                quads = list(parse(self.get(page), RdfFormat.N_QUADS))
                waiting += [q.object.value for q in quads if q.predicate.value == TREE + "node"]
                for member in [q.object for q in quads if q.predicate.value == TREE + "member"]:
                    self._apply(member, quads)
            self.seen.add(fragment)

    def _linked(self, url: str) -> Iterator[str]:
        quads = parse(self.get(url), RdfFormat.N_QUADS)
        return (q.object.value for q in quads if q.predicate.value == TREE + "node")

    def _apply(self, member: NamedNode, quads: list[Quad]) -> None:
        said = {q.predicate: q.object for q in quads if q.subject == member}
        of, catalogue = said[DCTERMS("isVersionOf")], NamedNode(member.value + "-catalogue")
        if DCTERMS("type") in said:  # withdrawn: whatever names it goes
            line = names(Target(of.value, nodes=not of.value.startswith(BASE + "record/")))
            gone = [q for q in self.store if line.match(f"{q.subject} {q.predicate} {q.object}".encode())]
        else:
            gone = list(self.store.quads_for_pattern(of, None, None, DefaultGraph()))
        for quad in [*gone, *self.store.quads_for_pattern(None, None, None, of)]:
            self.store.remove(quad)
        for quad in quads:
            if quad.graph_name in (member, catalogue):
                graph = of if quad.graph_name == member else DefaultGraph()
                self.store.add(Quad(quad.subject, quad.predicate, quad.object, graph))


def getter(client: FlaskClient) -> Callable[[str], bytes]:
    def get(url: str) -> bytes:
        parts = urlsplit(url)
        response = client.get(f"{parts.path}?{parts.query}", headers={"Accept": "application/n-quads"})
        assert response.status_code == 200, url
        return response.data

    return get


def said_by(settings: Settings) -> set[Quad]:
    with open_reader(settings) as reader:
        held = [q for q in reader.quads() if q.graph_name != settings.well_known(STATISTICS)]  # a mirror has its own
        return {q for q in held if q.predicate not in MARKS or q.subject != NamedNode(settings.base)}


def test_a_mirror_has_the_same_data(growing: Path, past: FlaskClient) -> None:
    mirror = Mirror(getter(past))
    mirror.follow()
    assert set(mirror.store) == said_by(read_settings(growing))


def test_the_digest_of_each_release_follows_from_the_stream(growing: Path, past: FlaskClient) -> None:
    """So who does not believe a site can compute what its citations name (docs/history.md)."""
    get, parts = getter(past), dict[str, bytes]()
    for release in range(1, 6):
        quads = list(parse(get(f"/feed/ldes/{release}"), RdfFormat.N_QUADS))
        for member, name in [(q.subject, q.object) for q in quads if q.predicate == DCTERMS("isVersionOf")]:
            own = {q for q in quads if q.graph_name in (member, NamedNode(member.value + "-catalogue"))}
            said = [Quad(*q.triple, name if q.graph_name == member else DefaultGraph()) for q in own]
            lines = (serialize(said, format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True)
            parts[name.value] = b"".join(sorted(lines))
            if Quad(member, A, NamedNode(AS + "Delete")) in quads:
                del parts[name.value]
        whole = sha256()
        for name, text in sorted(parts.items()):
            whole.update(len(name.encode()).to_bytes(8, "big") + name.encode() + sha256(text).digest())
        with open_reader(read_settings(growing), release) as reader:
            assert whole.hexdigest() == reader.digest


def test_a_mirror_has_the_same_data_in_small_pieces(
    growing: Path, past: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ldes, "MEMBERS", 2)
    asked: list[str] = []
    get = getter(past)
    mirror = Mirror(lambda url: (asked.append(url), get(url))[1])
    mirror.follow()
    assert any("?after=" in url for url in asked)
    assert set(mirror.store) == said_by(read_settings(growing))


def test_a_mirror_follows_withdrawals(grow: type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.site.LOOK_SECONDS", 0.0)
    site = grow(tmp_path / "site")
    site.release(us="Us", hidden="Quillfeather", them="Them")
    app = create_app(site.settings)
    app.testing = True
    get = getter(app.test_client())
    mirror = Mirror(get)

    def follow() -> set[str]:
        mirror.follow()
        assert set(mirror.store) == said_by(site.settings)
        again = Mirror(get)  # one that begins only now
        again.follow()
        assert set(again.store) == set(mirror.store)
        return {q.object.value for q in mirror.store if hasattr(q.object, "language")}

    with watching(site_of(app)):  # else the idle server would hold the files that the erase has to see gone
        assert "Quillfeather" in follow()
        with site.tomorrow():
            withdraw(site.settings, f"{BASE}record/hidden", reason="risk", author="ann")
        assert "Quillfeather" not in follow()
        with site.tomorrow():
            lift(site.settings, f"{BASE}record/hidden", author="ann")
        assert "Quillfeather" in follow()
        site.release(them="Them later")
        with site.tomorrow():
            withdraw(site.settings, f"{BASE}id/org/hidden", reason="risk", author="ann", erase=True)
        assert "Quillfeather" not in follow()


def test_fragments_are_kept_and_told_apart(past: FlaskClient) -> None:
    first = past.get("/feed/ldes/2")
    assert first.headers["Content-Type"].startswith("application/trig")
    assert "immutable" in first.headers["Cache-Control"]
    assert past.get("/feed/ldes/2", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert past.get("/feed/ldes/3").headers["ETag"] != first.headers["ETag"]
    assert "immutable" not in past.get("/feed/ldes").headers["Cache-Control"]
    assert past.get("/feed/ldes?before=3", headers={"Accept": "application/n-quads"}).data.count(b"tree#node>") == 2
    for path, status in (("6", 404), ("0", 404), ("x", 404)):
        assert past.get(f"/feed/ldes/{path}").status_code == status
    assert past.get("/feed/ldes?before=0").status_code == 400
    assert past.get("/feed/ldes", headers={"Accept": "image/png"}).status_code == 406


def test_a_long_history_is_turned(past: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ldes, "A_VIEW", 2)
    found, url = set[str](), "/feed/ldes?before=6"
    while url:
        quads = list(parse(past.get(url, headers={"Accept": "application/n-quads"}).data, RdfFormat.N_QUADS))
        nodes = {q.object.value for q in quads if q.predicate.value == TREE + "node"}
        older = [node for node in nodes if "before=" in node]
        found |= nodes - set(older)
        url = older[0].removeprefix(BASE.rstrip("/")) if older else ""
    assert found == {f"{BASE}feed/ldes/{n}" for n in range(1, 6)}


def read_atom(body: bytes) -> ElementTree.Element:
    """The feed, once it has what RFC 4287 wants: 4.1.1 of a feed, 4.1.2 of an entry, 3.3 of dates."""
    feed = ElementTree.fromstring(body)
    assert feed.tag == ATOM + "feed"
    for element in (feed, *feed.findall(ATOM + "entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(ATOM + name)) == 1, name
            assert (element.findtext(ATOM + name) or "").strip()
        assert datetime.fromisoformat(element.findtext(ATOM + "updated") or "").tzinfo
        assert [link for link in element.findall(ATOM + "link") if link.get("rel") == "alternate"]
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    assert len([link for link in feed.findall(ATOM + "link") if link.get("rel") == "self"]) == 1
    ids = [entry.findtext(ATOM + "id") for entry in feed.findall(ATOM + "entry")]
    assert len(ids) == len(set(ids))
    return feed


def entries(feed: ElementTree.Element) -> list[str]:
    return [entry.findtext(ATOM + "id") or "" for entry in feed.findall(ATOM + "entry")]


def test_releases_as_a_feed(past: FlaskClient) -> None:
    response = past.get("/feed/releases.atom")
    assert response.headers["Content-Type"].startswith("application/atom+xml")
    feed = read_atom(response.data)
    assert entries(feed) == [f"{BASE}releases/{n}" for n in (5, 4, 3, 2, 1)]
    assert feed.findtext(ATOM + "updated") == "2026-01-06T12:00:00Z"
    assert "ann" not in response.text.split("<rights>")[1]
    assert past.get("/feed/releases.atom", headers={"If-None-Match": response.headers["ETag"]}).status_code == 304
    assert entries(read_atom(past.get("/feed/releases.atom?before=3").data)) == [f"{BASE}releases/{n}" for n in (2, 1)]
    assert past.get("/feed/releases.atom", headers={"Accept": "application/xml"}).status_code == 200
    assert past.get("/feed/releases.atom", headers={"Accept": "image/png"}).status_code == 406
    assert "feed/releases.atom" in past.get("/", headers={"Accept": "text/html"}).text


def test_one_kind_as_a_feed(past: FlaskClient) -> None:
    feed = read_atom(past.get("/feed/kind/organization.atom").data)
    assert entries(feed) == [f"{BASE}id/org/us", f"{BASE}id/org/late"]
    assert not entries(read_atom(past.get("/feed/kind/profile.atom").data))
    assert past.get("/feed/kind/nonsense.atom").status_code == 404


def test_one_series_as_a_feed(published_example: Path) -> None:
    app = create_app(read_settings(published_example))
    app.testing = True
    feed = read_atom(app.test_client().get("/feed/series/rights-group-of-the-week.atom?lang=ru").data)
    assert any("/id/profile/" in iri for iri in entries(feed))
    assert app.test_client().get("/feed/series/none.atom").status_code == 404


def test_withdrawals_as_a_feed(grow: type, tmp_path: Path) -> None:
    site = grow(tmp_path / "site")
    site.release(us="Us", hidden="Quillfeather")
    with site.tomorrow():
        withdraw(site.settings, f"{BASE}record/hidden", reason="risk", author="ann", today=datetime(2026, 1, 3).date())
    app = create_app(site.settings)
    app.testing = True
    client = app.test_client()
    feed = read_atom(client.get("/feed/withdrawals.atom").data)
    (entry,) = feed.findall(ATOM + "entry")
    assert entry.findtext(ATOM + "id") == f"{BASE}record/hidden"
    assert entry.findtext(ATOM + "updated") == "2026-01-03T00:00:00Z"
    assert entry.find(ATOM + "category").get("term") == "risk"  # type: ignore[union-attr]
    assert entry.find(ATOM + "summary") is None
    told = client.get("/feed/releases.atom").text
    assert "day 1" not in told, "a message may name what is withdrawn"
    assert "Quillfeather" not in told + client.get("/feed/ldes/1").text


def test_words_that_xml_cannot_hold_are_left_out() -> None:
    at = datetime.fromisoformat("2026-01-01T00:00:00Z")
    entry = Entry("x:1", "a\x00b\x1b<c>&\ud800", at, "x:1", "…", ("risk", "x:s"))
    feed = Feed("x:feed", "T", at, "A", "x:", "en", "x:l", [entry])
    assert read_atom(atom(feed)).findtext(f"{ATOM}entry/{ATOM}title") == "ab<c>&"


def test_members_say_what_happened(past: FlaskClient) -> None:
    get = getter(past)
    kinds = {
        (number, q.object.value.removeprefix(AS))
        for number in range(1, 6)
        for q in parse(get(f"/feed/ldes/{number}"), RdfFormat.N_QUADS)
        if q.predicate == A and q.object.value.startswith(AS)  # type: ignore[union-attr]
    }
    assert kinds == {(1, "Create"), (2, "Create"), (3, "Update"), (4, "Delete"), (5, "Update")}
