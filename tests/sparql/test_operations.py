"""What probes and Prometheus are told, and that it says nothing of readers."""

import re
from collections import Counter
from time import monotonic, sleep

from flask.testing import FlaskClient
from front.served import serving
from front.spoken import Client

from graph.settings import Settings
from graph.store.embedded import EmbeddedReader
from server.app import create_app
from server.front.connections import AROUND_BYTES
from server.front.heads import FIELDS, HEAD_BYTES

SAMPLE = re.compile(r'[a-z_]+(?:\{(?:[a-z]+="[^"\n]*",?)+\})? [0-9.e+-]+')


def test_health(client: FlaskClient) -> None:
    until = monotonic() + 10
    while (answer := client.get("/health")).status_code != 200 and monotonic() < until:
        sleep(0.05)  # the first workers are on their way
    assert answer.json == {"status": "ok", "release": 7}
    assert answer.headers["Cache-Control"] == "no-store"


def test_health_without_workers(settings: Settings) -> None:
    app = create_app(settings, reader=EmbeddedReader.of([], release=3))
    answer = app.test_client().get("/health")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["release"] == 3


def test_metrics_are_prometheus_text(client: FlaskClient) -> None:
    for query in ("ASK {}", "ASK", "ASK { SERVICE <http://127.0.0.1:9/> {} }"):
        client.get("/sparql", query_string={"query": query})
    client.get("/doc/org/private-name?x=secret", headers={"User-Agent": "somebody"})
    answer = client.get("/metrics")
    assert answer.mimetype == "text/plain"
    lines = answer.text.splitlines()
    assert answer.text.endswith("\n")
    assert all(line.startswith(("# HELP ", "# TYPE ")) or SAMPLE.fullmatch(line) for line in lines)
    types = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(types) == len(set(types))
    assert "khronika_release 7" in lines
    assert any(
        re.fullmatch(r'khronika_queries_total\{lane="local",outcome="Answer"\} [1-9]\d*', line) for line in lines
    )
    assert 'khronika_answers_total{route="/sparql",method="GET",status="403"}' in answer.text


HOST = b"Host: x\r\n"
REFUSED = [
    (b"GET / HTTP/1.1\r\n\r\n", "GET", 400),
    (b"BREW / HTTP/1.1\r\n" + HOST + b"\r\n", "none", 400),
    (b"PATCH / HTTP/1.1\r\n\r\n", "other", 400),
    (b"nonsense\r\n\r\n", "none", 400),
    (b"GET * HTTP/1.1\r\n" + HOST + b"\r\n", "GET", 400),
    (b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 99999999\r\n\r\n", "POST", 413),
    (b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n3;" + b"x" * 2 * AROUND_BYTES, "none", 413),
    (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * FIELDS + HOST + b"\r\n", "GET", 431),
    (b"GET /" + b"x" * 2 * HEAD_BYTES, "none", 431),
    (b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip, chunked\r\n\r\n", "POST", 501),
    (b"GET / HTTP/2.0\r\n" + HOST + b"\r\n", "GET", 505),
]


def test_what_is_refused_before_anybody_looks_where_it_goes_is_counted(settings: Settings) -> None:
    app = create_app(settings, reader=EmbeddedReader.of([], release=3))
    with serving(app) as port:
        for sent, _, status in REFUSED:
            client = Client(port)
            client.socket.sendall(sent)
            assert client.receive()[0] == status, sent[:40]
            client.close()
    told = app.test_client().get("/metrics").text
    for (method, status), number in Counter(each[1:] for each in REFUSED).items():
        assert f'khronika_answers_total{{route="refused",method="{method}",status="{status}"}} {number}\n' in told
    assert f'khronika_answer_seconds_count{{route="refused"}} {len(REFUSED)}\n' in told


def test_metrics_say_nothing_of_readers(client: FlaskClient) -> None:
    client.get(
        "/doc/org/private-name?x=secret", headers={"User-Agent": "somebody"}, environ_base={"REMOTE_ADDR": "192.0.2.9"}
    )
    client.open("/sparql", method="SECRET-METHOD")
    text = client.get("/metrics").text
    for word in ("private-name", "secret", "somebody", "192.0.2.9", "SECRET"):
        assert word not in text


def test_a_histogram_grows_towards_its_count(client: FlaskClient) -> None:
    client.get("/sparql", query_string={"query": "ASK {}"})
    text = client.get("/metrics").text
    counts = [int(n) for n in re.findall(r'khronika_answer_seconds_bucket\{route="/sparql",le="[^"]+"\} (\d+)', text)]
    (total,) = re.findall(r'khronika_answer_seconds_count\{route="/sparql"\} (\d+)', text)
    assert counts == sorted(counts)
    assert counts[-1] == int(total)
