"""Two sites, one of which had a secret and withdrew it: over every channel each byte is the same, at every time."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask.testing import FlaskClient

from graph.checking.report import Report
from graph.releases import publish
from graph.releases.recovering import recover
from graph.releases.withdrawing import withdraw
from graph.store.open import open_lane
from server.app import create_app
from server.painting import can_paint
from server.site import LOOK_SECONDS, site_of
from server.watching import watching

BASE = "https://site.example/"
SECRET, TWIN = "Zinaida Quillfeather", "Somebody Else Entirely"
DAY = date(2026, 2, 1)
RECORD = """things:
  - id: org/{id}
    type: NGO
    name: "{words}"
  - id: source/note
    type: statement
    name: "What {words} wrote"
    author: org/{id}
    published: 2026-01-01
    says:
      - {{kind: fact, about: org/us, text: "{words} knows us"}}
"""
SUFFIXES = ("", ".html", ".ttl", ".jsonld", ".nt", ".rdf", ".trig")
PATHS = (
    "", "browse", "questions", "ns", "vocab", "shapes", "releases", "releases.ttl", "sitemap.xml", "robots.txt",
    "feed/releases.atom", "feed/withdrawals.atom", "feed/kind/organization.atom", "feed/kind/source.atom",
    "feed/ldes", "sparql", "context.jsonld",
)  # fmt: skip
QUERIES = (
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }",
    "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g",
    "SELECT * { ?s ?p ?o FILTER(CONTAINS(STR(?o), 'Quill') || CONTAINS(STR(?s), 'quill')) } ORDER BY ?s ?p ?o",
    f"DESCRIBE <{BASE}record/secret>",
    f"DESCRIBE <{BASE}id/org/quillfeather>",
    f"ASK {{ <{BASE}id/source/note> ?p ?o }}",
    f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{BASE}record/secret> {{ ?s ?p ?o }} }}",
    "SELECT ?s ?w { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?w } ORDER BY ?s ?w",
)


def make(grow: type, folder: Path, words: str, *, erase: bool) -> Any:
    """A site whose second release brings the record `secret`, its fourth takes it back."""
    site = grow(folder)
    site.release(us="Us")
    path = site.folder / "records" / "secret.yaml"
    path.write_text(RECORD.format(id=words.split()[-1].lower(), words=words), encoding="utf-8")
    with site.tomorrow():
        publish(site.settings, author=words, message=f"Added {words}", check=lambda *_: Report(()))
    site.release(late="Latecomers")
    path.unlink()
    with site.tomorrow():
        withdraw(site.settings, f"{BASE}record/secret", reason="risk", author="ann", erase=erase, today=DAY)
    site.release(us="Us at last")
    return site


def requests() -> Iterator[tuple[str, dict[str, str]]]:
    """Every channel, asked about the secret and about what was near it: address and headers."""
    here = ["record/secret", "record/us", "doc/org/quillfeather", "doc/source/note", "doc/org/us", "doc/org/late"]
    for name in [*here, "id/org/quillfeather", "id/source/note", "id/org/us"]:
        yield from about(name)
    for release in range(1, 7):
        yield f"releases/{release}", {"Accept": "text/html"}
        yield from ((f"releases/{release}{after}", {}) for after in (".ttl", ".ru", "/added.trig", "/removed.trig"))
        yield f"feed/ldes/{release}", {"Accept": "application/n-quads"}
    for word in ("Quillfeather", "Zinaida", "quill", "note", "Us", "knows"):
        yield f"search?q={word}", {"Accept": "text/html"}
        yield f"search?q={word}", {"Accept": "application/json"}
        yield f"search/suggest?q={word}", {}
    for path in PATHS:
        yield path, {"Accept": "text/html"}
        yield path, {}
    for query in QUERIES:
        for more in ({}, {"asOf": "2"}, {"asOf": "3"}, {"asOf": "5"}):
            yield "sparql?" + urlencode({"query": query, **more}), {}
        yield "sparql?" + urlencode({"query": query}), {"Accept": "text/csv, application/n-triples"}


def about(name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """What can be asked about one thing or record."""
    yield name, {"Accept": "text/html"}
    yield from ((f"{name}{suffix}", {}) for suffix in SUFFIXES)
    yield from ((f"{name}?release={release}", {"Accept": "text/turtle"}) for release in range(7))
    yield f"{name}?asOf=2026-01-04", {"Accept": "application/ld+json"}
    yield f"history/{name}", {"Accept": "text/html"}
    yield f"timemap/{name}", {}
    yield f"timemap/{name}", {"Accept": "text/turtle"}
    yield f"timegate/{name}", {}
    yield f"timegate/{name}", {"Accept-Datetime": "Sun, 04 Jan 2026 12:00:00 GMT"}
    yield from ((f"{before}/{name}", {}) for before in ("card", "cite", "embed", "preview"))
    yield f"oembed?format=json&url={quote(BASE + name)}", {}


@contextmanager
def serving(site: Any) -> Iterator[FlaskClient]:
    with ExitStack() as stack:
        lane = open_lane(site.settings)
        stack.callback(lane.close)
        app = create_app(site.settings, lane=lane)
        app.testing = True
        stack.enter_context(watching(site_of(app)))
        yield app.test_client()


def answer(client: FlaskClient, path: str, headers: dict[str, str]) -> tuple[int, list[tuple[str, str]], bytes]:
    for _ in range(200):
        with client.get(f"/{path}", headers=headers) as response:
            if response.status_code != 503:
                return response.status_code, sorted(response.headers.items()), response.data
        time.sleep(0.05)
    pytest.fail(f"busy for ever: {path}")


@pytest.mark.parametrize("erase", [True, False], ids=["erased", "masked"])
def test_no_byte_tells_what_was_withdrawn(
    grow: type, tmp_path: Path, erase: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.site.LOOK_SECONDS", 0.0)
    monkeypatch.setattr("server.past.FAST_SECONDS", 60.0)  # who builds one past release after the other need not wait
    had = make(grow, tmp_path / "had", SECRET, erase=erase)
    never = make(grow, tmp_path / "never", TWIN, erase=erase)
    asked, gone, whole = 0, 0, 0
    with serving(had) as one, serving(never) as other:
        for path, headers in requests():
            first, second = answer(one, path, headers), answer(other, path, headers)
            assert first == second, path
            assert SECRET.encode() not in first[2], path
            asked, gone, whole = asked + 1, gone + (first[0] == 410), whole + (first[0] == 200)
    assert asked > 300
    assert gone > 20
    assert whole > 100


def test_while_a_withdrawal_is_carried_out_it_is_410_and_the_rest_waits(
    grow: type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the block list and the release without it, for answers that were kept in front of the application too."""
    monkeypatch.setattr("server.site.LOOK_SECONDS", 0.0)
    site = grow(tmp_path / "site")
    site.release(us="Us", secret=SECRET)
    gone = [
        f"{name}{suffix}" for name in ("record/secret", "doc/org/secret", "id/org/secret") for suffix in ("", ".ttl")
    ]
    with serving(site) as client:
        for path in [*gone, "doc/org/us", "record/us"]:
            assert client.get(f"/{path}").status_code in (200, 303, 404)

        def stopped(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr("graph.releases.withdrawing.settle", stopped)
            for iri in ("record/secret", "id/org/secret"):
                with pytest.raises(KeyboardInterrupt):
                    withdraw(site.settings, BASE + iri, reason="risk", author="ann")
        for path in gone:
            assert client.get(f"/{path}").status_code == 410, path
        for path in ("doc/org/us", "record/us", "sparql?query=ASK%7B%7D", ""):
            waiting = client.get(f"/{path}")
            assert (waiting.status_code, waiting.headers["Retry-After"]) == (503, "1"), path
        recover(site.settings)
        assert client.get("/record/us").status_code == 200
        assert client.get("/record/secret").status_code == 410


def test_every_channel_answers_410_within_a_second(grow: type, tmp_path: Path) -> None:
    """From the moment the withdrawal is asked for, on a server that had just shown all of it."""
    site = grow(tmp_path / "site")
    site.release(us="Us", secret=SECRET)
    site.release(late="Late")
    paths = [f"{name}{suffix}" for name in ("record/secret", "doc/org/secret") for suffix in SUFFIXES]
    paths += ["id/org/secret", "record/secret?release=1", "doc/org/secret.ttl?release=1", "history/record/secret"]
    paths += ["timemap/doc/org/secret", "timegate/record/secret", "record/secret?asOf=2026-01-02"]
    paths += [f"preview/{name}" for name in ("record/secret", "doc/org/secret") if can_paint()]
    with serving(site) as client:
        for path in paths:
            assert client.get(f"/{path}").status_code in (200, 302, 303), path
        for iri in ("record/secret", "id/org/secret"):
            with site.tomorrow():
                withdraw(site.settings, BASE + iri, reason="risk", author="ann", erase=iri.startswith("id"))
        time.sleep(LOOK_SECONDS)
        for path in paths:
            status, headers, body = answer(client, path, {})
            assert status == 410, path
            assert b"Quillfeather" not in body
            assert "Quillfeather" not in str(headers)
        for path in ("releases/1", "releases/1.ru", "feed/ldes/1", "feed/releases.atom", "", "record/us"):
            assert b"Quillfeather" not in answer(client, path, {})[2], path
        question = urlencode({"query": "SELECT * { ?s ?p ?o }"})
        for more in ("", "&asOf=1", "&asOf=2"):
            assert b"Quillfeather" not in answer(client, f"sparql?{question}{more}", {})[2]
        assert answer(client, "doc/org/secret", {"Accept": "text/html"})[0] == 410
