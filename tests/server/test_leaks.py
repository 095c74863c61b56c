"""Two sites, one of which had a secret and withdrew it: over every channel each byte is the same, at every time."""

import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from graph.checking.report import Report
from graph.releases import publish
from graph.releases.recovering import recover
from graph.releases.withdrawal.withdrawing import withdraw
from graph.store.open import open_lane, open_reader
from server.app import create_app
from server.drawing.painting import can_paint
from server.releases.watching import watching
from server.site import LOOK_SECONDS, site_of

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
    "feed/ldes", "sparql", "context.jsonld", "sparql/terms.json", "timeline", "places", "reply/thanks",
    "feed/series/none.atom", "vocab/source", "static/style.css",
)  # fmt: skip
HERE = ("record/secret", "record/us", "doc/org/quillfeather", "doc/source/note", "doc/org/us", "doc/org/late")
IDS = ("id/org/quillfeather", "id/source/note", "id/org/us")
RESULTS = ("application/sparql-results+xml, application/rdf+xml", "text/csv, application/ld+json")
ACCEPTED = (
    "text/turtle", "application/ld+json", "application/n-triples", "application/rdf+xml", "application/trig",
    "text/html;q=0.5, text/turtle;q=0.4", "image/png", "text/turtle;q=0, */*",
)  # fmt: skip
DAYS = ("Thu, 01 Jan 2026 12:00:00 GMT", "Sat, 03 Jan 2026 12:00:00 GMT", "Tue, 06 Jan 2026 12:00:00 GMT", "yesterday")
# How the process is, not what the site holds; and a form with a seal that is another one each time.
PRIVATE = {"operations.health", "operations.metrics", "replies.form"}
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
    with open_reader(site.settings) as reader:
        site.digest = reader.digest
    site.release(late="Latecomers")
    path.unlink()
    with site.tomorrow():
        withdraw(site.settings, f"{BASE}record/secret", reason="risk", author="ann", erase=erase, today=DAY)
    site.release(us="Us at last")
    return site


def requests() -> Iterator[tuple[str, dict[str, str]]]:
    """Every channel, asked about the secret and about what was near it: address and headers."""
    for name in [*HERE, *IDS]:
        yield from about(name)
    for release in range(7):  # one after the other, as only a few are kept open; there is no release 0
        yield from then(release)
    for path in PATHS:
        yield path, {"Accept": "text/html"}
        yield path, {"Accept": "text/html", "Accept-Language": "ru"}
        yield path, {}
    for word in ("Quillfeather", "Zinaida", "quill", "note", "Us", "knows"):
        yield f"search?q={word}", {"Accept": "text/html"}
        yield f"search?q={word}", {"Accept": "text/html", "Accept-Language": "ru"}
        yield f"search?q={word}", {"Accept": "application/json"}
        yield f"search/suggest?q={word}", {}
        yield f"browse?q={word}", {"Accept": "text/html"}
    for query in QUERIES:
        for accepted in ("*/*", *RESULTS):
            yield "sparql?" + urlencode({"query": query}), {"Accept": accepted}


def about(name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """What can be asked about one thing or record as it is."""
    yield name, {"Accept": "text/html"}
    yield from ((f"{name}{suffix}", {}) for suffix in SUFFIXES)
    yield from ((name, {"Accept": accepted}) for accepted in ACCEPTED)
    yield f"history/{name}", {"Accept": "text/html"}
    yield f"timemap/{name}", {}
    yield f"timemap/{name}", {"Accept": "text/turtle"}
    yield f"timegate/{name}", {}
    yield from ((f"timegate/{name}", {"Accept-Datetime": day}) for day in DAYS)
    yield from ((f"{before}/{name}", {}) for before in ("card", "cite", "embed", "preview"))
    yield f"oembed?format=json&url={quote(BASE + name)}", {}


def then(release: int) -> Iterator[tuple[str, dict[str, str]]]:
    """What can be asked about one release, and about everything as it was in it."""
    for name in [*HERE, *IDS]:
        yield from ((f"{name}{suffix}?release={release}", {}) for suffix in SUFFIXES if suffix not in ("", ".html"))
        yield f"{name}?release={release}", {"Accept": "text/turtle"}
    for name in HERE:
        yield f"{name}?asOf=2026-01-0{release + 1}", {"Accept": "application/ld+json"}
        yield f"{name}?release={release}", {"Accept": "text/html", "Accept-Language": "ru"}
        yield f"{name}?release={release}", {"Accept": "application/n-triples"}
        yield f"{name}?release={release}", {"Accept": "application/trig"}
    for query in QUERIES:  # each starts a worker over that release
        yield "sparql?" + urlencode({"query": query, "asOf": release}), {}
    yield "sparql?" + urlencode({"query": QUERIES[3], "asOf": release}), {"Accept": "text/html"}
    yield f"releases/{release}", {"Accept": "text/html"}
    yield from ((f"releases/{release}{after}", {}) for after in (".ttl", ".ru", "/added.trig", "/removed.trig"))
    yield f"feed/ldes/{release}", {"Accept": "application/n-quads"}
    yield f"feed/ldes/{release}?after={quote(BASE)}record", {}
    yield from ((f"{path}?before={release}", {}) for path in ("releases", "feed/releases.atom", "feed/ldes"))


def cited(digest: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Addresses that name a digest: that of the second release when it still held the secret."""
    for name in HERE:
        yield f"{name}?release=2&digest={digest}", {"Accept": "text/turtle"}
        yield f"{name}?release=2&digest={digest}", {"Accept": "text/html"}
    yield "sparql?" + urlencode({"query": QUERIES[0], "asOf": "2", "digest": digest}), {}


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


def rooms(app: Flask) -> Iterator[tuple[str, dict[str, str]]]:
    """Each address that the application has a room for, so that none is forgotten when one is added."""
    for rule in app.url_map.iter_rules():
        if rule.methods and "GET" in rule.methods and rule.endpoint not in PRIVATE:
            for name in HERE if rule.arguments else ("",):
                yield re.sub("<[^>]*>", name.partition("/")[2], rule.rule)[1:], {}


@pytest.mark.parametrize("erase", [True, False], ids=["erased", "masked"])
def test_no_byte_tells_what_was_withdrawn(
    grow: type, tmp_path: Path, erase: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.site.LOOK_SECONDS", 0.0)
    monkeypatch.setattr(
        "server.releases.past.FAST_SECONDS", 60.0
    )  # who builds one past release after the other need not wait
    had = make(grow, tmp_path / "had", SECRET, erase=erase)
    never = make(grow, tmp_path / "never", TWIN, erase=erase)
    seen: Counter[int] = Counter()
    with serving(had) as one, serving(never) as other:
        for path, headers in [*requests(), *cited(had.digest), *rooms(one.application)][:: 1 if erase else 3]:
            first, second = answer(one, path, headers), answer(other, path, headers)
            assert first == second, path
            assert SECRET.encode() not in first[2], path
            seen[first[0]] += 1
    assert seen.total() >= (1000 if erase else 330)
    assert min(seen[status] for status in (404, 406, 409)) > 1
    assert seen[410] > seen.total() / 20
    assert seen[200] > seen.total() / 3


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
            patch.setattr("graph.releases.withdrawal.withdrawing.settle", stopped)
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
