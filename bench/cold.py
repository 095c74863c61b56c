"""CPU time of pages and documents that nobody has asked for before: `python bench/cold.py SITE` of a published site.

Inside the application and on one thread, without a network: what the making of an answer costs, each asked for once,
with the release on disk and in memory, as page processes have it. Then what the engine takes for a look at a thing.
"""

import argparse
import random
import resource
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask
from pyoxigraph import DefaultGraph, NamedNode, Store
from werkzeug.test import EnvironBuilder, run_wsgi_app

from graph.formats import HTML, JSON_LD, N_TRIPLES, RDF_XML, TURTLE, Format
from graph.releases.current import current_release
from graph.settings import read_settings
from graph.store.held import Held, megabytes
from graph.store.open import take_in
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


def milliseconds(site: Path, wanted: Format, most: int, held: Held | None) -> tuple[int, float]:
    """How many answers were made by an application that has just been started, and the CPU time of one."""
    app = create_app(read_settings(site), held=held)
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


def looks(held: Held, disk: Store, most: int) -> Iterator[str]:
    """What a look at a thing takes: all that the union of all graphs says of it."""
    named = [q.subject for q in disk.quads_for_pattern(None, LABEL, None, DefaultGraph())][:most]
    for name, store in (("disk", disk), ("memory", held.store)):
        quads, started = 0, time.thread_time()
        for each in named:
            quads += len(list(store.quads_for_pattern(each, None, None, DefaultGraph())))
        taken = (time.thread_time() - started) / len(named) * 1e6
        yield f"{name:10} {len(named)} looks, {taken:.0f} us each, {quads / len(named):.1f} quads"


def resident_mb() -> float:
    """Of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20


def main() -> None:
    """Print a line for each form, with the release on disk and in memory, and some for the engine."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("site", type=Path)
    arguments.add_argument("--most", type=int, default=3000, help="answers of each form")
    given = arguments.parse_args()
    settings = read_settings(given.site)
    release = current_release(settings)
    if release is None:
        raise SystemExit(f"{given.site} is not published")
    before, begun = resident_mb(), time.monotonic()
    held = take_in(replace(settings, limits=replace(settings.limits, held_mb=1 << 20)))
    if held is None:
        raise SystemExit("The release could not be taken into memory.")
    seconds, grown = time.monotonic() - begun, resident_mb() - before
    for wanted in (HTML, TURTLE, JSON_LD, RDF_XML, N_TRIPLES):
        count, on_disk = milliseconds(given.site, wanted, given.most, None)
        _, in_memory = milliseconds(given.site, wanted, given.most, held)
        print(f"{wanted.name:10} {count} answers, {on_disk:.2f} ms each, {in_memory:.2f} from memory", flush=True)
    for line in looks(held, Store.read_only(str(release.store)), given.most):
        print(line, flush=True)
    print(f"taken into memory in {seconds:.2f} s, {megabytes(release.store):.0f} MB of files, {grown:.0f} MB there")


if __name__ == "__main__":
    main()
