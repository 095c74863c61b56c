"""SPARQL answers a second beside our peers: `make bench-quick`. Ratios of one run, never absolute claims."""

import argparse
import random
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "bench"))

from generate import BASE, OUTLETS, write_site  # noqa: E402
from load import CLIENTS, measure, revalidate  # noqa: E402
from peers import Server, khronika, oxigraph, rdflib_endpoint, resident_mb  # noqa: E402
from quads import write_quads  # noqa: E402

JSON = "application/sparql-results+json"
ONE_CLIENT = (
    "[limits]\nclient_seconds = 1000000\n"  # all the load comes from one address; the other limits are as shipped
)
PREFIXES = """PREFIX kh: <https://w3id.org/khronika/ns#>
PREFIX schema: <https://schema.org/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX dcterms: <http://purl.org/dc/terms/>
"""


def questions(records: int) -> dict[str, Callable[[int], str]]:
    """The four kinds of question; each call gives a text never asked before (the comment sees to that)."""
    chance = random.Random(3)
    return {
        "lookup": lambda n: f"SELECT ?p ?o WHERE {{ <{BASE}id/source/{chance.randrange(records)}-0> ?p ?o }} # {n}",
        "join": lambda n: (
            PREFIXES
            + f"""SELECT ?claim ?text ?min WHERE {{
  ?claim prov:wasAttributedTo <{BASE}id/org/outlet-{chance.randrange(OUTLETS)}> ; schema:about ?act ;
         schema:text ?text ; kh:quantity ?count .
  ?act schema:superEvent <{BASE}id/incident/{chance.randrange(records)}> . OPTIONAL {{ ?count schema:minValue ?min }}
}} # {n}"""
        ),
        "rows": lambda n: (
            PREFIXES
            + f"SELECT ?claim ?text WHERE {{ ?claim a kh:Claim ; schema:text ?text }} OFFSET {n % 50} LIMIT 3000 # {n}"
        ),
        "group": lambda n: (
            PREFIXES
            + f"SELECT ?by (COUNT(*) AS ?n) {{ ?c prov:wasAttributedTo ?by ; schema:about ?a }} GROUP BY ?by # {n}"
        ),
    }


def servers(site: Path, data: Path, work: Path, wanted: list[str]) -> Iterator[AbstractContextManager[Server]]:
    """One server after the other, so that none shares the cores with another."""
    if "khronika" in wanted:
        yield khronika(site, 8461)
    if "oxigraph" in wanted:
        yield oxigraph(data, work / "oxigraph", 8462)
    if "rdflib-endpoint" in wanted:
        yield rdflib_endpoint(data, 8463)


def main() -> None:
    """Measure and print a table; the last columns are ratios to Khronika."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--triples", type=int, default=100_000)
    arguments.add_argument("--seconds", type=float, default=5)
    arguments.add_argument("--servers", nargs="+", default=["khronika", "oxigraph", "rdflib-endpoint"])
    given = arguments.parse_args()
    work = ROOT / ".work" / f"endpoint-{given.triples}"
    shutil.rmtree(work, ignore_errors=True)
    site, data = work / "site", work / "data.nq"
    records = write_site(site, given.triples) - 1
    with (site / "site.toml").open("a", encoding="utf-8") as file:
        file.write(ONE_CLIENT)
    quads = write_quads(site, data)
    print(
        f"{quads} quads in {records} records; {given.seconds:g} s a cell, {CLIENTS} connections, every text new",
        flush=True,
    )
    rates: dict[str, dict[str, float]] = {}
    for context in servers(site, data, work, given.servers):
        with context as server:
            row = rates.setdefault(server.name, {})
            for kind, question in questions(records).items():
                measure(server.url, question, accept=JSON, seconds=0.5)  # warm
                rate = measure(server.url, question, accept=JSON, seconds=given.seconds)
                row[kind] = rate.per_second
                if kind == "rows" and rate.etag:
                    text = question(1)
                    etag = measure(server.url, lambda _, text=text: text, accept=JSON, seconds=0.2).etag
                    row["rows 304"] = revalidate(server.url, text, str(etag), accept=JSON, seconds=given.seconds)
            row["MB"] = resident_mb(server.process)
            print(server.name, {k: round(v, 1) for k, v in row.items()}, flush=True)
    table(rates)


def table(rates: dict[str, dict[str, float]]) -> None:
    """Markdown: answers a second, then Khronika's as a multiple of each peer's."""
    kinds = list(dict.fromkeys(k for row in rates.values() for k in row))
    print("\n| server | " + " | ".join(kinds) + " |\n|---|" + "---|" * len(kinds))
    for name, row in rates.items():
        print(f"| {name} | " + " | ".join(f"{row[k]:,.0f}" if k in row else "" for k in kinds) + " |")
    ours = rates.get("khronika", {})
    for name, row in rates.items():
        if ours and name != "khronika":
            cells = []
            for k in kinds:
                against = row.get(k) or (row.get("rows") if k == "rows 304" else None)
                cells.append(f"{ours[k] / against:.2f}" if k in ours and against else "")
            print(f"| khronika / {name} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
