"""How long a check takes beside one pySHACL call over the same graph: `python bench/check.py --triples 1000000`.

The site is generated. Ours: everything from records in memory to the report, and a check after one changed record
against a release. pySHACL: `validate` over an rdflib graph that is loaded before the clock starts; it is stopped when
it has taken ten times as long as we did, because that settles the question. Last, the command as an editor types it:
`khronika check` after one changed record, in a process of its own, beside the same with nothing kept from before.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import TypeVar

from generate import write_site
from pyoxigraph import Quad, RdfFormat, Triple, serialize

from graph.authoring.record import Content, Record
from graph.authoring.records import read_site
from graph.checking.checks import check, check_changes
from graph.settings import Settings, read_settings
from graph.store.embedded import EmbeddedReader
from graph.terms import KH
from graph.vocabulary import Vocabulary, load_vocabulary

T = TypeVar("T")
PATIENCE = 10  # times our own time that pySHACL is given
AT_LEAST = 60  # seconds it is given however fast we were
RUNS = 5  # of the command; the best counts, as the others had to share the machine


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--triples", type=int, default=1_000_000)
    arguments.add_argument("--published", type=Path, help="measure the command alone, on this site, which it changes")
    arguments.add_argument("--core", action="store_true", help="give pySHACL the core constraints only")
    arguments.add_argument("--pyshacl", type=Path, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.pyshacl:
        by_pyshacl(given.pyshacl, core=given.core)
        return
    if given.published:
        command(given.published.absolute())
        return
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), given.triples, core=given.core)
        published, _ = timed(lambda: khronika("publish", Path(folder, "site")))
        print(f"first publish        {published:8.2f} s")
        command(Path(folder, "site"))


def measure(folder: Path, triples: int, *, core: bool) -> None:
    site = folder / "site"
    write_site(site, triples)
    settings, words = read_settings(site), load_vocabulary()
    reading, records = timed(lambda: read_site(settings))
    data = folder / "data.nt"
    data.write_bytes(serialize(whole(records, words), format=RdfFormat.N_TRIPLES) or b"")
    print(f"{len(records):,} records, {sum(1 for _ in whole(records, words)):,} triples, read in {reading:.1f} s")
    ours, report = timed(lambda: check(records, settings, vocabulary=words))
    print(f"whole check          {ours:8.2f} s  {len(report.findings):,} findings, {report.rules} rules")
    changes(records, settings, words)
    limit = max(PATIENCE * ours, AT_LEAST)
    theirs = pyshacl_seconds(data, limit, core=core)
    what = "pySHACL, core rules" if core else "pySHACL, all rules"
    if theirs is None:
        print(f"{what:<20} > {limit:6.0f} s  stopped; we are more than {limit / ours:.0f} times as fast")
    else:
        print(f"{what:<20} {theirs:8.2f} s  we are {theirs / ours:.1f} times as fast")


def changes(records: tuple[Record, ...], settings: Settings, words: Vocabulary) -> None:
    """One record whose claims name no document any more, then as it was, then gone."""
    with EmbeddedReader.of(released(records, words)) as base:
        record = records[len(records) // 2]
        triples = tuple(t for t in record.triples if t.predicate != KH("statedIn"))
        broken = replace(record, source=Content(triples, record.catalogue, record.lines))
        for what, changed, removed in (
            ("one record broken", [broken], []), ("one record touched", [record], []),
            ("one record removed", [], [record.iri.value]),
        ):  # fmt: skip
            seconds, report = timed(
                lambda changed=changed, removed=removed: check_changes(
                    changed, settings, base, removed=removed, vocabulary=words
                )
            )
            print(f"{what:<20} {seconds:8.2f} s  {len(report.findings):,} findings")


def command(site: Path) -> None:
    """`khronika check` of a published site after one changed record, of some runs the cheapest."""
    record = sorted((site / "records" / "incident").iterdir())[-1]
    touches = iter(range(2, 29))

    def change_one() -> None:
        text = record.read_text(encoding="utf-8")
        record.write_text(re.sub(r'"2025-01-\d\d"', f'"2025-01-{next(touches):02}"', text), encoding="utf-8")

    def check_one() -> tuple[float, float]:
        change_one()
        before = os.times()
        seconds, _ = timed(lambda: khronika("check", site))
        after = os.times()
        used = after.children_user + after.children_system - before.children_user - before.children_system
        return used, seconds

    change_one()
    khronika("publish", site)  # under today's rules: else the first check would hold everything against them
    warm = min(check_one() for _ in range(RUNS))
    shutil.rmtree(site / "var" / "compiled")
    cold = check_one()
    for what, (used, seconds) in (("khronika check, one record changed", warm), ("the same, nothing kept", cold)):
        print(f"{what:<34} {seconds:8.2f} s, {used:.2f} s of processor")
    print(f"{cold[0] / warm[0]:.0f} times the work; the machine's load was {os.getloadavg()[0]:.0f}")


def khronika(what: str, site: Path) -> None:
    subprocess.run([sys.executable, "-m", "khronika", what, str(site)], check=True, stdout=subprocess.DEVNULL)


def whole(records: tuple[Record, ...], words: Vocabulary) -> Iterator[Triple]:
    yield from (Triple(q.subject, q.predicate, q.object) for q in words.quads())
    yield from chain.from_iterable(chain(r.triples, r.catalogue) for r in records)


def released(records: tuple[Record, ...], words: Vocabulary) -> Iterator[Quad]:
    yield from words.quads()
    for record in records:
        yield from (Quad(t.subject, t.predicate, t.object, record.iri) for t in record.triples)
        yield from (Quad(t.subject, t.predicate, t.object) for t in record.catalogue)


def timed(task: Callable[[], T]) -> tuple[float, T]:
    begun = time.perf_counter()
    result = task()
    return time.perf_counter() - begun, result


def pyshacl_seconds(data: Path, limit: float, *, core: bool) -> float | None:
    """How long pySHACL took in a process of its own, None when it was stopped."""
    command = [sys.executable, __file__, "--pyshacl", str(data), *(["--core"] if core else [])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()  # the graph is loaded
        try:
            out, _ = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            process.kill()
            return None
    return float(out.split()[0])


def by_pyshacl(data: Path, *, core: bool) -> None:
    import rdflib
    from pyshacl import validate
    from rdflib.namespace import SH

    graph, shapes = rdflib.Graph().parse(data, format="nt"), rdflib.Graph()
    for path in sorted(files("shapes").iterdir(), key=lambda f: f.name):
        if path.name.endswith(".ttl"):
            shapes.parse(data=path.read_bytes(), format="turtle")
    if core:
        shapes.remove((None, SH.sparql, None))
    print("loaded", flush=True)
    seconds, _ = timed(lambda: validate(graph, shacl_graph=shapes, inplace=True))
    print(seconds)


if __name__ == "__main__":
    main()
