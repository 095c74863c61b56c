"""CPU time of pages and documents that nobody has asked for before: `python bench/cold.py SITE` of a published site.

Inside the application and on one thread, without a network: what the making of an answer costs, each asked for once.
Then what the engine takes for a look at a thing, on disk as it is and in memory, and to get from the one to the other.
"""

import argparse
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from flask import Flask
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store
from werkzeug.test import EnvironBuilder, run_wsgi_app

from graph.formats import HTML, JSON_LD, N_TRIPLES, RDF_XML, TURTLE, Format
from graph.releases.current import current_release
from graph.settings import read_settings
from graph.terms import LABEL
from server.app import create_app
from server.site import site_of

WARM = 40  # answers before the clock starts: templates are compiled, what every page shares is there


def paths(app: Flask) -> list[str]:
    """What has a name and a page of its own, in an order of chance that is always the same."""
    site = site_of(app)
    with site.releases.reading() as reader:
        base = site.settings.base + "id/"
        named = {q.subject.value for q in reader.quads(None, LABEL) if isinstance(q.subject, NamedNode)}
    found = sorted(iri.removeprefix(base) for iri in named if iri.startswith(base))
    found = [path for path in found if path.count("/") == 1]
    random.Random(5).shuffle(found)
    return found


def milliseconds(site: Path, wanted: Format, most: int) -> tuple[int, float]:
    """How many answers were made by an application that has just been started, and the CPU time of one."""
    app = create_app(read_settings(site))
    asked = [environ(f"/doc/{path}", wanted) for path in paths(app)[: most + WARM]]
    for each in asked[:WARM]:
        answer(app, each)
    started = time.thread_time()
    for each in asked[WARM:]:
        answer(app, each)
    return len(asked) - WARM, (time.thread_time() - started) / max(1, len(asked) - WARM) * 1e3


def environ(path: str, wanted: Format) -> dict[str, Any]:
    """A GET of a path."""
    builder = EnvironBuilder(path, headers={"Accept": wanted.media_type})
    return {**builder.get_environ(), "REQUEST_URI": path}


def answer(app: Flask, asked: dict[str, Any]) -> None:
    """Ask, and refuse to measure anything but an answer."""
    chunks, status, _ = run_wsgi_app(app.wsgi_app, asked)
    if not status.startswith("200") or not b"".join(chunks):
        raise SystemExit(f"{asked['REQUEST_URI']} answered {status}")


def looks(site: Path, most: int) -> Iterator[str]:
    """What a look takes on disk and in memory; CPU time and memory it takes to get from the one to the other."""
    settings = read_settings(site)
    release = current_release(settings)
    if release is None:
        raise SystemExit(f"{site} is not published")
    disk, memory = Store.read_only(str(release.store)), Store()
    with tempfile.NamedTemporaryFile(suffix=".nq") as poured:
        poured_in = seconds(lambda: disk.dump(poured.name, RdfFormat.N_QUADS))
        before = resident_mb()
        taken_in = seconds(lambda: memory.bulk_load(path=poured.name, format=RdfFormat.N_QUADS))
        grown = resident_mb() - before
    named = [q.subject for q in disk.quads_for_pattern(None, LABEL, None, DefaultGraph())][:most]
    for name, store in (("disk", disk), ("memory", memory)):
        quads = sum(len(said_of(store, each)) for each in named)
        taken = seconds(lambda: [said_of(store, each) for each in named])  # noqa: B023 - called at once
        yield f"{name:10} {len(named)} looks, {taken / len(named) * 1e6:.0f} us each, {quads / len(named):.1f} quads"
    yield f"poured out in {poured_in:.2f} s, taken into memory in {taken_in:.2f} s, {grown:.0f} MB"


def said_of(store: Store, thing: Any) -> list[Quad]:
    """A look: what the union of all graphs says of a thing."""
    return list(store.quads_for_pattern(thing, None, None, DefaultGraph()))


def seconds(work: Callable[[], object]) -> float:
    """Its CPU time."""
    started = time.process_time()
    work()
    return time.process_time() - started


def resident_mb() -> float:
    """Of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20


def main() -> None:
    """Print a line for each form, and some for the engine."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("site", type=Path)
    arguments.add_argument("--most", type=int, default=3000, help="answers of each form")
    given = arguments.parse_args()
    for wanted in (HTML, TURTLE, JSON_LD, RDF_XML, N_TRIPLES):
        count, each = milliseconds(given.site, wanted, given.most)
        print(f"{wanted.name:10} {count} answers, {each:.2f} ms each", flush=True)
    for line in looks(given.site, given.most):
        print(line, flush=True)


if __name__ == "__main__":
    main()
