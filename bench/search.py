"""Three engines for the index of a release, on the same entries and keys: `python bench/search.py SITE`.

SITE is made by `bench/generate.py`. FTS5 is in SQLite; the others are asked only where they are installed
(`pip install tantivy whoosh-reloaded`). Printed: seconds to build, bytes on disk, milliseconds a query (the median of
many), and whether a word is still in some file after the entry that had it was deleted.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from graph.search.building import write_index
from graph.search.entries import Entries
from graph.search.index import Index
from graph.search.query import read_query
from graph.search.words import words
from graph.store.embedded import EmbeddedReader
from graph.vocabulary import load_vocabulary

QUERIES = ("Harbour", "case 17", "people detained", "задержанные", "report 1 of case 300", "nowhere")
ROUNDS = 20
RARE = "zanzibarquux"  # a word that one entry alone has


def quads(site: Path) -> Iterator[Quad]:
    yield from load_vocabulary().quads()
    for file in sorted((site / "records").rglob("*.ttl")):
        graph = NamedNode(f"https://generated.example/record/{file.stem}")
        yield from (Quad(t.subject, t.predicate, t.object, graph) for t in parse(file.read_bytes(), RdfFormat.TURTLE))


def size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def remains(folder: Path, word: str) -> bool:
    return any(word.encode() in file.read_bytes() for file in folder.rglob("*") if file.is_file())


def median(ask: Callable[[str], object]) -> float:
    spent = []
    for query in QUERIES * ROUNDS:
        begun = time.perf_counter()
        ask(query)
        spent.append(time.perf_counter() - begun)
    return statistics.median(spent) * 1000


def texts(reader: EmbeddedReader) -> list[tuple[str, str]]:
    """The keys of each entry as one text, so that every engine gets the same tokens."""
    made = []
    for entry in Entries(reader):
        every = [*(t.words for t in entry.names), *(t.words for t in entry.words), *entry.also]
        keys = [word.keys for text in every for word in words(text)]
        made.append((entry.iri, " ".join(k for key in keys for k in (key.stem, *key.sounds))))
    made.append(("last", RARE))
    return made


def asked(query: str) -> list[str]:
    return [part[0].keys.stem for part in read_query(query).parts]


def fts5(reader: EmbeddedReader, folder: Path) -> tuple[float, int, float, bool]:
    begun = time.perf_counter()
    write_index(reader, folder / "search.sqlite")
    built = time.perf_counter() - begun
    index = Index.open(folder / "search.sqlite", reader.digest)
    spent = median(lambda query: index.find(read_query(query), {}))
    index.close()
    return built, size(folder), spent, False  # never changed, always made anew; see tests/search/test_index.py


def tantivy(reader: EmbeddedReader, folder: Path) -> tuple[float, int, float, bool]:
    import tantivy as engine

    begun = time.perf_counter()
    builder: Any = engine.SchemaBuilder()
    builder.add_text_field("iri", stored=True, tokenizer_name="raw")
    builder.add_text_field("text", tokenizer_name="whitespace")
    index = engine.Index(builder.build(), path=str(folder))
    writer = index.writer(num_threads=1)
    for iri, text in texts(reader):
        writer.add_document(engine.Document(iri=[iri], text=[text]))
    writer.commit()
    writer.wait_merging_threads()
    built, held = time.perf_counter() - begun, size(folder)
    index.reload()
    searcher = index.searcher()
    spent = median(lambda q: searcher.search(index.parse_query(" AND ".join(asked(q)), ["text"]), 20))
    writer = index.writer(num_threads=1)
    writer.delete_documents_by_term("iri", "last")
    writer.commit()
    writer.wait_merging_threads()
    return built, held, spent, remains(folder, RARE)


def whoosh(reader: EmbeddedReader, folder: Path) -> tuple[float, int, float, bool]:
    from whoosh import analysis, fields, index, qparser

    begun = time.perf_counter()
    text = fields.TEXT(analyzer=analysis.SpaceSeparatedTokenizer(), phrase=False)
    made = index.create_in(str(folder), fields.Schema(iri=fields.ID(stored=True, unique=True), text=text))
    writer = made.writer()
    for iri, words_of in texts(reader):
        writer.add_document(iri=iri, text=words_of)
    writer.commit()
    built, held = time.perf_counter() - begun, size(folder)
    parser = qparser.QueryParser("text", made.schema)
    with made.searcher() as searcher:
        spent = median(lambda q: list(searcher.search(parser.parse(" AND ".join(asked(q))), limit=20)))
    made.delete_by_term("iri", "last")
    return built, held, spent, remains(folder, RARE)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python bench/search.py SITE")
    release = EmbeddedReader.of(quads(Path(sys.argv[1])))
    texts(release)  # so that none of them pays for the stems of words that all of them need
    print(f"{sum(1 for _ in release.quads())} quads, {sum(1 for _ in Entries(release))} entries")
    for engine, module in ((fts5, "sqlite3"), (tantivy, "tantivy"), (whoosh, "whoosh")):
        if find_spec(module) is None:
            continue
        with tempfile.TemporaryDirectory() as scratch:
            built, held, spent, left = engine(release, Path(scratch))
        print(f"{engine.__name__:8} {built:6.2f} s  {held:>10,} bytes  {spent:7.2f} ms  after deletion: {left}")
