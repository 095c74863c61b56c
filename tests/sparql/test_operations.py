"""What probes and Prometheus are told, and that it says nothing of readers."""

import re
from time import monotonic, sleep

from flask.testing import FlaskClient

from graph.settings import Settings
from graph.store.embedded import EmbeddedReader
from server.app import create_app

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
