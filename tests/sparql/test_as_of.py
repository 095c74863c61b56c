"""`asOf=`: answers from an earlier release as it may be read today, each naming it and how to have it again."""

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from types import SimpleNamespace

import pytest

from graph.checking.report import Report
from graph.releases import publish
from graph.releases.withdrawal.withdrawing import withdraw
from graph.settings import Settings, read_settings
from graph.store.open import open_reader
from graph.store.workers import Snapshot
from server.app import create_app
from server.sparql.pinning import Superseded, pinned

pytestmark = pytest.mark.xdist_group("as-of")  # twenty releases are made once
NAMES = "SELECT ?name { ?org <https://schema.org/name> ?name } ORDER BY ?name"
COUNT = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
RELEASES = 20
SITE = 'title = "A site"\nbase = "https://site.example/"\npublisher = "Us"\neditor = "org/us"\n[limits]\n'
# n1 is there from the second release to the last and changed in the fifth; n4 goes in the seventh
SEEN = (
    "doc/org/us.nt", "doc/org/n1.ttl", "doc/org/n1.jsonld", "doc/org/n4.trig", "record/n1.nt", "record/n4.rdf",
    "doc/org/n8.ttl", "record/n8.jsonld",
)  # fmt: skip
ROOM = "client_seconds = 100000\n"
RECORD = 'things:\n  - id: org/{name}\n    type: NGO\n    name: "{words}"\n'


@dataclass
class Growing:
    """A site of twenty releases and what was seen of each when it was the newest: by a reader, and by HTTP."""

    settings: Settings
    names: dict[int, list[str]] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)
    served: dict[int, dict[str, bytes]] = field(default_factory=dict)

    def publish(self, name: str, words: str | None) -> None:
        path = self.settings.records / f"{name}.yaml"
        if words is None:
            path.unlink()
        else:
            path.write_text(RECORD.format(name=name, words=words), encoding="utf-8")
        release = publish(self.settings, author="ann", message="", check=lambda *_: Report(())).release
        with open_reader(self.settings) as reader:
            self.names[release] = [row["name"].value for row in reader.select(NAMES)]  # type: ignore[union-attr]
            self.counts[release] = sum(1 for _ in reader.quads())
        client = create_app(self.settings).test_client()
        self.served[release] = {path: client.get(f"/{path}").data for path in SEEN}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Growing:
    folder = tmp_path_factory.mktemp("growing") / "site"
    (folder / "records").mkdir(parents=True)
    (folder / "site.toml").write_text(SITE + ROOM, encoding="utf-8")
    (folder / "records" / "us.yaml").write_text(RECORD.format(name="us", words="Us"), encoding="utf-8")
    site = Growing(read_settings(folder))
    for number in range(1, RELEASES + 1):
        if number % 7 == 0:
            site.publish(f"n{number - 3}", None)
        elif number % 5 == 0:
            site.publish(f"n{number - 4}", f"Changed in {number}")
        else:
            site.publish(f"n{number}", f"New in {number}")
    return site


@pytest.fixture(scope="module")
def url(site: Growing, serve_site: Callable[[Path], AbstractContextManager[str]]) -> Iterator[str]:
    with serve_site(site.settings.folder) as url:
        yield url


def ask(
    url: str, query: str, accept: str = "application/sparql-results+json", **more: str
) -> tuple[int, bytes, Message]:
    question = urllib.parse.urlencode({"query": query, **more})
    return get(f"{url}/sparql?{question}", accept)


def get(url: str, accept: str = "*/*") -> tuple[int, bytes, Message]:
    request = urllib.request.Request(url, headers={"Accept": accept})
    for _ in range(50):
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read(), answer.headers
        except urllib.error.HTTPError as error:
            with error:
                if error.code != 503:
                    return error.code, error.read(), error.headers
                time.sleep(float(error.headers["Retry-After"]) / 4)
    pytest.fail("busy for ever")


def column(body: bytes) -> list[str]:
    return [next(iter(row.values()))["value"] for row in json.loads(body)["results"]["bindings"]]


def test_each_release_answers_as_it_did_when_it_was_the_newest(site: Growing, url: str) -> None:
    assert len({tuple(names) for names in site.names.values()}) == RELEASES
    for number in range(RELEASES, 0, -1):
        status, body, headers = ask(url, NAMES, asOf=str(number))
        assert (status, column(body)) == (200, site.names[number]), number
        assert headers["Khronika-Release"] == str(number)
        assert "immutable" in headers["Cache-Control"]
        _, body, _ = ask(url, COUNT, asOf=str(number))
        assert column(body) == [str(site.counts[number])], number


def test_each_document_is_what_it_was_when_its_release_was_the_newest(site: Growing, url: str) -> None:
    """Byte for byte, of every release; what was not there yet or not any more is not there then."""
    assert len({tuple(served.values()) for served in site.served.values()}) == RELEASES
    for number in range(1, RELEASES + 1):
        for path, then in site.served[number].items():
            status, body, headers = get(f"{url}/{path}?release={number}")
            assert status in (200, 404), path
            if status == 200:
                assert body == then, (number, path)
                assert headers["Khronika-Release"] == str(number)
            else:
                assert b'"status": 404' in then, (number, path)


def test_every_answer_names_its_release_and_how_to_have_it_again(site: Growing, url: str) -> None:
    _, body, headers = ask(url, NAMES)
    assert headers["Khronika-Release"] == str(RELEASES)
    assert "immutable" not in headers["Cache-Control"]
    link = headers["Link"]
    assert link.endswith('>; rel="cite-as"')
    address = link[1 : link.index(">")].replace("https://site.example", url)
    request = urllib.request.Request(address, headers={"Accept": "application/sparql-results+json"})
    with urllib.request.urlopen(request, timeout=30) as again:
        assert again.read() == body
        assert again.headers["ETag"] == headers["ETag"], "the same answer of the same release"
        assert "immutable" in again.headers["Cache-Control"]


def test_tags_tell_releases_apart_and_spare_the_work(url: str) -> None:
    first, second = (ask(url, NAMES, asOf=number)[2]["ETag"] for number in ("19", "18"))
    assert first != second
    question = urllib.parse.urlencode({"query": NAMES, "asOf": "19"})
    request = urllib.request.Request(
        f"{url}/sparql?{question}", headers={"If-None-Match": first, "Accept": "application/sparql-results+json"}
    )
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=30)
    with caught.value as answer:
        assert answer.code == 304


def test_a_moment_answers_too(site: Growing, url: str) -> None:
    with open_reader(site.settings) as reader:
        now = reader.released
    status, body, headers = ask(url, NAMES, asOf=now.isoformat())
    assert (status, column(body)) == (200, site.names[RELEASES])
    assert "immutable" not in headers["Cache-Control"]


def test_a_page_of_an_earlier_answer(site: Growing, url: str) -> None:
    status, body, headers = ask(url, NAMES, "text/html", asOf="1")
    assert status == 200
    assert b"New in 1" in body
    assert b"New in 2" not in body
    assert headers["Khronika-Release"] == "1"


def test_a_digest_in_the_address_holds_the_answer_to_it(site: Growing, url: str) -> None:
    with open_reader(site.settings, 7) as reader:
        digest = reader.digest
    for more in ({}, {"Accept": "text/html"}):
        accept = more.get("Accept", "text/csv")
        assert ask(url, NAMES, accept, asOf="7", digest=digest[:32])[0] == 200
        status, body, _ = ask(url, NAMES, accept, asOf="8", digest=digest[:32])
        assert status == 409
        assert digest.encode() not in body
        assert ask(url, NAMES, accept, digest=digest[:32])[0] == 400
        assert ask(url, NAMES, accept, asOf="7", digest="7")[0] == 400
    link = ask(url, NAMES, asOf="7")[2]["Link"]
    assert f"&asOf=7&digest={digest[:32]}>" in link


def test_results_carry_their_address_in_their_head(site: Growing, url: str) -> None:
    _, body, headers = ask(url, NAMES)
    (link,) = json.loads(body)["head"]["link"]
    assert headers["Link"] == f'<{link}>; rel="cite-as"'
    assert json.loads(get(link.replace("https://site.example", url))[1])["head"]["link"] == [link]


@pytest.mark.parametrize(
    ("at", "expected"),
    [("21", 404), ("0", 404), ("9999-01-01", 404), ("2001-01-01", 404), ("soon", 400), ("-3", 400), ("1e3", 400)],
)
def test_a_release_that_is_not_there(url: str, at: str, expected: int) -> None:
    status, body, _ = ask(url, NAMES, asOf=at)
    assert status == expected
    told = json.loads(body)
    assert told["status"] == expected
    assert told["detail"]
    assert b"khronika log" not in body


def test_what_is_withdrawn_is_in_no_earlier_answer(
    site: Growing, serve_site: Callable[[Path], AbstractContextManager[str]]
) -> None:
    """Asked before, while and after: never once the withdrawal is acknowledged."""
    with serve_site(site.settings.folder) as url:
        assert "New in 2" in column(ask(url, NAMES, asOf="2")[1])
        assert "New in 2" in column(ask(url, NAMES, asOf="19")[1])
        withdraw(site.settings, "https://site.example/record/n2", reason="risk", author="ann")
        for number in ("2", "19", "20", "21"):
            names = column(ask(url, NAMES, asOf=number)[1])
            assert "New in 2" not in names, number
            assert set(names) <= set(site.names.get(int(number), names))


@pytest.mark.parametrize(
    ("events", "sent"), [([3, 3], True), ([3, 4], False)], ids=["as before", "withdrawn meanwhile"]
)
def test_an_answer_of_the_past_begun_before_a_withdrawal_is_not_sent(
    tmp_path: Path, events: list[int], sent: bool
) -> None:
    past, left = SimpleNamespace(release=1, digest="1" * 64), list(events)
    site = SimpleNamespace(
        settings=SimpleNamespace(var=tmp_path),
        blocklist=SimpleNamespace(now=lambda: SimpleNamespace(events=left.pop(0))),
        releases=SimpleNamespace(reading=nullcontext),
        past=SimpleNamespace(
            version=lambda at, _current: SimpleNamespace(number=at), reading=lambda _number: nullcontext(past)
        ),
    )
    lane = SimpleNamespace(newest=lambda: Snapshot(2, "2" * 64, tmp_path))
    with nullcontext() if sent else pytest.raises(Superseded), pinned(site, lane, "1") as snapshot:  # type: ignore[arg-type]
        assert snapshot.release == 1
    assert not left
