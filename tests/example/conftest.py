"""The example site read once a run into memory, for Oxigraph, which serves it, and for rdflib, which others will use.

What the site says needs no more; its questions are also asked of a server, over HTTP.
"""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import rdflib
from pyoxigraph import NamedNode, Quad, RdfFormat, Store, Triple
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import JSON, SPARQLWrapper

from graph.asking import Question, read_questions
from graph.authoring.record import Record
from graph.authoring.records import read_site
from graph.checking.derived import derive
from graph.settings import Settings, read_settings
from graph.store.embedded import EmbeddedReader
from graph.terms import PREFIXES, VOCAB
from graph.vocabulary import load_vocabulary

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "rights-in-russia"
Row = dict[str, str]
Answer = Callable[[str], list[Row]]


class Loaded:
    """A site in memory: its records, the quads a release of it would hold, and what it derives."""

    def __init__(self, folder: Path) -> None:
        self.settings: Settings = read_settings(folder)
        self.records: tuple[Record, ...] = read_site(self.settings)
        self.triples: list[Triple] = [t for record in self.records for t in record.triples]
        quads = [
            *load_vocabulary(folder / "concepts").quads(),
            *(Quad(*t, r.iri) for r in self.records for t in r.triples),
            *(Quad(*t) for r in self.records for t in r.catalogue),
        ]
        self.derived = derive(EmbeddedReader.of(quads))
        self.quads = [*quads, *(Quad(*t, self.settings.record("derived")) for t in self.derived)]
        self.reader = EmbeddedReader.of(self.quads)
        self.questions: dict[str, Question] = {q.name: q for q in read_questions(self.settings.queries)}

    def short(self, iri: str) -> str:
        """`org/rfe-rl` for an id of the site, `kh:Claim` for a term, the IRI itself for any other."""
        if iri.startswith(self.settings.base + "id/"):
            return iri.removeprefix(self.settings.base + "id/")
        for prefix, base in {**PREFIXES, VOCAB.prefix: VOCAB.base}.items():
            if iri.startswith(base):
                return f"{prefix}:{iri.removeprefix(base)}"
        return iri

    def rows(self, query: str) -> list[Row]:
        """What Oxigraph answers, ids short; a variable without a value is left out."""
        return [
            {name: self.short(term.value) if isinstance(term, NamedNode) else term.value for name, term in row.items()}
            for row in self.reader.select(query)
        ]

    def objects(self, subject: str, predicate: NamedNode) -> set[str]:
        """What is said of a thing of the site with one property, ids short."""
        found = self.reader.quads(self.settings.thing(subject), predicate)
        return {self.short(q.object.value) for q in found if not isinstance(q.object, Triple)}


@pytest.fixture(scope="session")
def seed() -> Loaded:
    """The example site as it is in the repository."""
    return Loaded(EXAMPLE)


@pytest.fixture(scope="session")
def in_rdflib(seed: Loaded) -> rdflib.Dataset:
    """The same site in rdflib, queries seeing the union of its graphs."""
    store = Store()
    store.bulk_extend(seed.quads)
    text = store.dump(format=RdfFormat.N_QUADS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's own use of its old names
        dataset = rdflib.Dataset(default_union=True)
        dataset.parse(data=text, format="nquads")
    return dataset


@pytest.fixture(params=["oxigraph", "rdflib", "SPARQLWrapper", "SPARQLStore"])
def answer(request: pytest.FixtureRequest, seed: Loaded) -> Answer:
    """`answer("07-goals")` gives the rows of a named question; each test that asks for it runs on two engines in
    memory and, with the two clients that researchers use, over HTTP.
    """

    def text(name: str) -> str:
        return seed.questions[name].text

    def rows_of(found: rdflib.query.Result) -> list[Row]:
        return [
            {str(v): seed.short(str(t)) for v, t in zip(found.vars or (), row, strict=True) if t is not None}
            for row in found
        ]

    def by_rdflib(name: str) -> list[Row]:
        return rows_of(request.getfixturevalue("in_rdflib").query(text(name)))

    def by_store(name: str) -> list[Row]:
        store = SPARQLStore(request.getfixturevalue("example_url") + "/sparql", returnFormat="json")
        return rows_of(rdflib.Graph(store).query(text(name)))

    def by_wrapper(name: str) -> list[Row]:
        client = SPARQLWrapper(request.getfixturevalue("example_url") + "/sparql", returnFormat=JSON)
        client.setQuery(text(name))
        found: Any = client.queryAndConvert()
        return [{v: seed.short(term["value"]) for v, term in row.items()} for row in found["results"]["bindings"]]

    asked = {
        "oxigraph": lambda name: seed.rows(text(name)),
        "rdflib": by_rdflib,
        "SPARQLWrapper": by_wrapper,
        "SPARQLStore": by_store,
    }[request.param]

    def ask(name: str) -> list[Row]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's own use of its old names
            return asked(name)

    return ask
