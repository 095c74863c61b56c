"""Pages and Turtle documents a second beside Trifid, on the same statements: `make bench`. Ratios of one run.

Cold: each is asked for once, of a server that has just been started. Warm: the same few again and again. Every answer
must be a 200 with the name of what was asked for, and documents of a sample all that is said of it. Trifid answers at
the address of a thing itself, Khronika at that of the document to which it sends who asks for the thing.
"""

import argparse
import random
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from pyoxigraph import Literal, RdfFormat, Triple, parse, serialize

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "bench"))

from generate import BASE, write_site  # noqa: E402
from load import CLIENTS, Failed, request, run  # noqa: E402
from peers import Server, khronika, resident_mb, trifid  # noqa: E402

from graph.authoring.records import read_site  # noqa: E402
from graph.settings import read_settings  # noqa: E402
from graph.terms import LABEL  # noqa: E402

FORMS = {"HTML": "text/html", "Turtle": "text/turtle"}
SAMPLE = 40  # things that are checked whole, and asked for again and again when warm
Thing = tuple[str, bytes]  # path below the base without `id/`, and name


def things(triples: list[Triple]) -> list[Thing]:
    """What has a page of its own and a name, in an order of chance that is always the same."""
    named = {t.subject.value: t.object.value for t in triples if t.predicate == LABEL and isinstance(t.object, Literal)}
    ids = {iri.removeprefix(BASE + "id/"): name for iri, name in sorted(named.items())}
    found = [(path, name.encode()) for path, name in ids.items() if path.count("/") == 1]
    random.Random(5).shuffle(found)
    return found


def complete(server: Server, prefix: str, sample: list[Thing], triples: list[Triple]) -> None:
    """Documents must have all that is said of a thing in the data, pages its name; `Failed` otherwise."""
    wanted = {f"{BASE}id/{path}" for path, _ in sample}
    whole = [t for t in triples if t.subject.value in wanted]
    for path, name in sample:
        said = {t for t in whole if t.subject.value == f"{BASE}id/{path}"}
        here = address(server, prefix + path)
        document = fetched(here, FORMS["Turtle"]).replace(
            b"http://" + urlsplit(here).netloc.encode(), BASE[:-1].encode()
        )
        missing = said - {q.triple for q in parse(document, RdfFormat.TURTLE, base_iri=BASE)}
        if not said or missing or name not in fetched(here, FORMS["HTML"]):
            raise Failed(f"{here} lacks {missing or name!r}")


def address(server: Server, path: str) -> str:
    return f"http://{urlsplit(server.url).netloc}{path}"


def fetched(url: str, accept: str) -> bytes:
    with urlopen(Request(url, headers={"Accept": accept}), timeout=30) as answer:
        return bytes(answer.read())


def measured(server: Server, prefix: str, asked: list[Thing], accept: str, seconds: float, *, again: bool) -> float:
    """Answers a second; `again` starts over when all have been asked for, else it ends there."""
    host = urlsplit(server.url).netloc
    sent = [request(host, prefix + path, accept) for path, _ in asked]

    def text(number: int) -> bytes | None:
        return sent[number % len(sent)] if again or number < len(sent) else None

    def right(number: int, body: bytes) -> bool:
        return asked[number % len(asked)][1] in body

    return run(server.url, text, 200, seconds, right).per_second


def main() -> None:
    """Measure and print a table; the last line is Khronika's as a multiple of Trifid's."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--triples", type=int, default=100_000)
    arguments.add_argument("--seconds", type=float, default=5)
    given = arguments.parse_args()
    work = ROOT / ".work" / f"pages-{given.triples}"
    shutil.rmtree(work, ignore_errors=True)
    site, data = work / "site", work / "data.nt"
    records = write_site(site, given.triples)
    triples = [t for record in read_site(read_settings(site)) for t in record.triples]
    data.write_bytes(serialize(triples, format=RdfFormat.N_TRIPLES) or b"")
    known = things(triples)
    print(
        f"{len(triples)} statements in {records} records, {len(known)} things with a page; {given.seconds:g} s a cell, "
        f"{CLIENTS} connections, no compression",
        flush=True,
    )
    peers: dict[str, tuple[str, Callable[[], AbstractContextManager[Server]]]] = {
        "khronika": ("/doc/", lambda: khronika(site, 8471)),
        "trifid": ("/id/", lambda: trifid(data, 8472)),
    }
    rates = {name: dict(cells(*peer, known, triples, given.seconds)) for name, peer in peers.items()}
    table(rates)


def cells(
    prefix: str,
    start: Callable[[], AbstractContextManager[Server]],
    known: list[Thing],
    triples: list[Triple],
    seconds: float,
) -> Iterator[tuple[str, float]]:
    """The rates of one server, by form and whether it was asked before; each form of a server that was just started."""
    sample, rest = known[:SAMPLE], known[SAMPLE:]
    for form, accept in FORMS.items():
        with start() as server:
            complete(server, prefix, sample, triples)
            yield f"{form} cold", measured(server, prefix, rest, accept, seconds, again=False)
            yield f"{form} warm", measured(server, prefix, sample, accept, seconds, again=True)
            yield f"{form} MB", resident_mb(server.process)


def table(rates: dict[str, dict[str, float]]) -> None:
    """Markdown: answers a second and memory, then ours as a multiple of the peer's."""
    kinds = list(rates["khronika"])
    print("\n| server | " + " | ".join(kinds) + " |\n|---|" + "---|" * len(kinds))
    for name, row in rates.items():
        print(f"| {name} | " + " | ".join(f"{row[k]:,.0f}" for k in kinds) + " |")
    ratios = (f"{rates['khronika'][k] / rates['trifid'][k]:.1f}" for k in kinds)
    print("| khronika / trifid | " + " | ".join(ratios) + " |")


if __name__ == "__main__":
    main()
