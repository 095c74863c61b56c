"""One N-Quads file of a site's records, each in its graph: what the peers are given to serve."""

from pathlib import Path

from pyoxigraph import Quad, RdfFormat, serialize

from graph.authoring.records import read_site
from graph.settings import read_settings


def write_quads(site: Path, target: Path) -> int:
    """Write all records of `site` to `target`; returns the number of quads."""
    count = 0
    with target.open("wb") as output:
        for record in read_site(read_settings(site)):
            quads = [Quad(t.subject, t.predicate, t.object, record.iri) for t in record.triples]
            serialize(quads, output, format=RdfFormat.N_QUADS)
            count += len(quads)
    return count
