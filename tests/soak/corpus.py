"""What is asked: every hostile shape, and every way to reach out, in every format that suits it; how each may end."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lane.hostile import ANSWERED, ENDLESS, GREEDY, UNSAYABLE
from soak.attacked import Got

from graph.formats import GRAPH_FORMATS, RESULT_FORMATS, Format

TIMES = re.compile(r"within ([\d.]+) seconds(?: \(([\d.]+) of them before its turn came)?")
TRIED = 0.1  # seconds of evaluation after which a question counts as asked
LATER = frozenset({"busy", "waited"})  # always right, and no end: there was no time for the question


@dataclass(frozen=True)
class Question:
    """A query in a format; `ends` are the ways in which it may end, but for `LATER`."""

    name: str
    query: str
    format: Format
    ends: frozenset[str]
    deadline: float | None = None  # seconds; the site's where none is said
    more: tuple[tuple[str, str], ...] = ()  # other parameters

    def __str__(self) -> str:
        return f"{self.name} in {self.format.name}"


def questions(elsewhere: str) -> list[Question]:
    """All of them. `elsewhere` is an address that nobody may be made to ask."""
    return [
        *in_every_format(ENDLESS, {"time"}, deadline=0.5),
        *in_every_format(GREEDY, {"time", "memory", "size"}),
        *in_every_format(ANSWERED, {"answer"}),
        *(replace(each, ends=frozenset({"unsayable"})) if each.format.name in cannot else each
          for name, (query, cannot) in UNSAYABLE.items() for each in in_every_format({name: query}, {"answer"})),
        *in_every_format(reaching(elsewhere), {"refused"}),
        *in_every_format(naming(elsewhere), {"answer"}),
        *(replace(each, more=tuple((f"{kind}-graph-uri", elsewhere) for kind in ("default", "named")))
          for each in in_every_format({"a dataset from elsewhere": "ASK {}"}, {"answer"})),
    ]  # fmt: skip


def in_every_format(shapes: dict[str, str], ends: set[str], deadline: float | None = None) -> Iterator[Question]:
    for name, query in shapes.items():
        for format_ in GRAPH_FORMATS if query.startswith(("CONSTRUCT", "DESCRIBE")) else RESULT_FORMATS:
            yield Question(name, query, format_, frozenset(ends), deadline)


def reaching(elsewhere: str) -> dict[str, str]:
    """Ways to make a server ask `elsewhere`, each of which is refused."""
    there = f"<{elsewhere}>"
    return {
        "service": f"SELECT * {{ SERVICE {there} {{ ?s ?p ?o }} }}",
        "service in small letters": f"SELECT * {{ service {there} {{ ?s ?p ?o }} }}",
        "service after a comment": f"SELECT * {{ SERVICE # nothing\n {there} {{ ?s ?p ?o }} }}",
        "service silent": f"SELECT * {{ SERVICE SILENT {there} {{ ?s ?p ?o }} }}",
        "service without spaces": f"SELECT * {{ SERVICESILENT{there}{{}} }}",
        "service of a variable": f"SELECT * {{ VALUES ?e {{ {there} }} SERVICE SILENT ?e {{ ?s ?p ?o }} }}",
        "service of a bound variable": f"SELECT * {{ BIND(IRI('{elsewhere}') AS ?e) SERVICE ?e {{ ?s ?p ?o }} }}",
        "service that must exist": f"ASK {{ FILTER EXISTS {{ SERVICE {there} {{ ?s ?p ?o }} }} }}",
        "service below a query": f"SELECT * {{ {{ SELECT * {{ OPTIONAL {{ SERVICE {there} {{ ?s ?p ?o }} }} }} }} }}",
        "service of a prefix": f"PREFIX x: {there} SELECT * {{ SERVICEx:y{{}} }}",
        "service after a word": f"SELECT * {{ ?s ?p trueSERVICE{there}{{}} }}",
        "service built": f"CONSTRUCT {{ ?s ?p ?o }} {{ SERVICE {there} {{ ?s ?p ?o }} }}",
        "from": f"SELECT * FROM {there} {{ ?s ?p ?o }}",
        "from named": f"SELECT * FROM NAMED {there} {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        "from described": f"DESCRIBE <x:s> FROM {there}",
        "load": f"LOAD {there}",
        "load silent": f"LOAD SILENT {there} INTO GRAPH <x:g>",
    }


def naming(elsewhere: str) -> dict[str, str]:
    """Queries that only name `elsewhere`, where nothing is known of it."""
    there = f"<{elsewhere}>"
    return {"described": f"DESCRIBE {there}", "a graph from elsewhere": f"SELECT * {{ GRAPH {there} {{ ?s ?p ?o }} }}"}


def end_of(got: Got) -> str:
    """How a question ended, as an answer says: one of those above, or what it says where it is none of them."""
    said = got.body.decode("utf-8", "replace")
    if got.status == 200:
        return "answer"
    if got.status in (429, 503):
        return "busy"
    if got.status == 504:
        seconds, waited = (float(n or 0) for n in TIMES.search(said).groups())  # type: ignore[union-attr]
        return "time" if seconds - waited > TRIED else "waited"
    if got.status == 422 and "256 MB of memory" in said:
        return "memory"
    if got.status == 422 and "longer than 16 MB" in said:
        return "size"
    if got.status == 406 and "which this answer has" in said:
        return "unsayable"
    return "refused" if got.status == 403 else f"{got.status} {said[:200]}"
