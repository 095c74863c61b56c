"""For whoever runs a site: `/health` for probes, `/metrics` in Prometheus' text form. Neither speaks of readers."""

import os
import resource
import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from time import monotonic
from typing import cast

from flask import Blueprint, Flask, Response, current_app, g, jsonify, request

from graph.store.workers import LaneState
from server.front.requests import ROUTE
from server.site import this_site
from server.sparql.short import BEGUN

blueprint = Blueprint("operations", __name__)

TALLY = "khronika-tally"
METHODS = ("GET", "HEAD", "POST", "OPTIONS", "none")  # the others count as one: anybody may think of more
BUCKETS = (0.005, 0.02, 0.05, 0.2, 1.0, 5.0, 15.0)  # seconds; a page should be below the third, a query below the last
LIMITS = (*BUCKETS, float("inf"))
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Tally:
    """Answers by route template, method and status, and how long routes took. For any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: Counter[tuple[str, str, int]] = Counter()
        self._buckets: Counter[tuple[str, float]] = Counter()
        self._seconds: Counter[str] = Counter()

    def note(self, route: str, method: str, status: int, seconds: float) -> None:
        """One answer."""
        method = method if method in METHODS else "other"
        bucket = LIMITS[bisect_left(BUCKETS, seconds)]
        with self._lock:
            self._answers[route, method, status] += 1
            self._buckets[route, bucket] += 1
            self._seconds[route] += seconds  # type: ignore[assignment]

    def lines(self) -> Iterator[str]:
        """The counts as metrics."""
        with self._lock:
            answers, buckets, seconds = dict(self._answers), dict(self._buckets), dict(self._seconds)
        yield from _metric("khronika_answers_total", "counter", "Answers by route, method and status.")
        for (route, method, status), count in sorted(answers.items()):
            yield f'khronika_answers_total{{route="{route}",method="{method}",status="{status}"}} {count}'
        yield from _metric("khronika_answer_seconds", "histogram", "How long answers took to begin, by route.")
        for route in sorted(seconds):
            total = 0
            for limit in LIMITS:
                total += buckets.get((route, limit), 0)
                name = "+Inf" if limit == float("inf") else f"{limit:g}"
                yield f'khronika_answer_seconds_bucket{{route="{route}",le="{name}"}} {total}'
            yield f'khronika_answer_seconds_sum{{route="{route}"}} {seconds[route]:.6f}'
            yield f'khronika_answer_seconds_count{{route="{route}"}} {total}'


def _prepare(app: Flask) -> None:
    app.extensions[TALLY] = Tally()


def tally_of(app: Flask) -> Tally:
    """The counts of an application."""
    return cast(Tally, app.extensions[TALLY])


blueprint.record_once(lambda state: _prepare(cast(Flask, state.app)))


@blueprint.before_app_request
def begin() -> None:
    """Look at the clock, unless somebody did before."""
    g.begun = request.environ.get(BEGUN, monotonic())


@blueprint.after_app_request
def count(response: Response) -> Response:
    """Count the answer by its route template, never by its address."""
    route = request.url_rule.rule if request.url_rule else "none"
    request.environ[ROUTE] = route
    tally_of(current_app).note(route, request.method, response.status_code, monotonic() - g.get("begun", monotonic()))
    return response


@blueprint.get("/health")
def health() -> Response:
    """200 while a release can be read and queries have workers, else 503; says which."""
    site = this_site()
    with site.releases.reading() as reader:
        release = reader.release
    queries = site.lane is not None and site.lane.state().workers > 0
    response = jsonify(status="ok" if queries else "queries have no workers", release=release)
    response.status_code = 200 if queries else 503
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/metrics")
def metrics() -> Response:
    """Counters and gauges of this process."""
    site = this_site()
    with site.releases.reading() as reader:
        lines = [
            *_metric("khronika_release", "gauge", "The release that is shown."),
            f"khronika_release {reader.release}",
        ]
    lines += tally_of(current_app).lines()
    if site.lane is not None:
        lines += _of_lane(site.lane.state())
    lines += _of_process()
    response = Response("\n".join(lines) + "\n", content_type=METRICS_TYPE)
    response.headers["Cache-Control"] = "no-store"
    return response


def _of_lane(state: LaneState) -> Iterator[str]:
    """The lane of queries and, where there is one, that of queries with SERVICE."""
    lanes = {"local": state} | ({"service": state.elsewhere} if state.elsewhere else {})
    gauges: Mapping[str, tuple[Callable[[LaneState], int], str]] = {
        "khronika_queries_running": (lambda s: s.running, "Queries being answered."),
        "khronika_queries_waiting": (lambda s: s.waiting, "Queries that wait for their turn."),
        "khronika_query_workers": (lambda s: s.workers, "Processes that answer queries."),
        "khronika_query_files": (lambda s: s.spooled, "Files that long answers lie in or may go to."),
    }
    for name, (value, meaning) in gauges.items():
        yield from _metric(name, "gauge", meaning)
        for lane, each in lanes.items():
            yield f'{name}{{lane="{lane}"}} {value(each)}'
    yield from _metric("khronika_queries_total", "counter", "Queries by how they ended; Answer is a whole answer.")
    for lane, each in lanes.items():
        for outcome, number in sorted(each.outcomes.items()):
            yield f'khronika_queries_total{{lane="{lane}",outcome="{outcome}"}} {number}'
    yield from _metric("khronika_query_seconds_total", "counter", "Time between question and answer, waiting included.")
    for lane, each in lanes.items():
        yield f'khronika_query_seconds_total{{lane="{lane}"}} {each.seconds:.6f}'
    if state.elsewhere:
        yield from _metric("khronika_service_requests_total", "counter", "Requests to other endpoints.")
        for outcome, number in sorted(state.elsewhere.requests.items()):
            yield f'khronika_service_requests_total{{outcome="{outcome}"}} {number}'


def _of_process() -> Iterator[str]:
    """What Prometheus calls the process collector, under its names."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    yield from _metric("process_cpu_seconds_total", "counter", "User and system time of the server process.")
    yield f"process_cpu_seconds_total {used.ru_utime + used.ru_stime:.2f}"
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            pages = int(file.read().split()[1])
        files = len(os.listdir("/proc/self/fd"))
    except OSError:  # not Linux
        return
    yield from _metric("process_resident_memory_bytes", "gauge", "Memory of the server process.")
    yield f"process_resident_memory_bytes {pages * resource.getpagesize()}"
    yield from _metric("process_open_fds", "gauge", "Open files and sockets of the server process.")
    yield f"process_open_fds {files}"


def _metric(name: str, kind: str, meaning: str) -> Iterator[str]:
    yield f"# HELP {name} {meaning}"
    yield f"# TYPE {name} {kind}"
