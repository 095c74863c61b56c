"""What a site released under a permanent address, made again from its own folder: the measure of a copy."""

from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import unquote

from pyoxigraph import NamedNode

from graph.formats import FORMATS, N_TRIPLES, TRIG, TURTLE, Format
from graph.publish.description import is_described
from graph.publish.documents import record_quads, thing_quads, write
from graph.publish.history.cited import Cited
from graph.publish.history.copies import Copy, NotComparable, read_copy
from graph.publish.lens import Lens
from graph.releases.places import Places
from graph.settings import Settings
from graph.store.base import Reader
from graph.store.open import open_lane, open_reader
from graph.store.workers import Ask, Snapshot, read
from graph.vocabulary import load_vocabulary


def released(settings: Settings, cited: Cited, form: Format) -> Copy:
    """The document or answer of that address in a form that `form` can be compared with.

    The host of the address does not matter: a digest is that of one site. Raises `NotComparable` where the release
    is another than was cited or has no such document, `UnknownRelease`, or as `graph.store.open.open_reader`; for
    answers also a `QueryError`.
    """
    with open_reader(settings, cited.release) as reader:
        if not reader.digest.startswith(cited.digest):
            raise NotComparable(
                f"{settings.folder}",
                f"release {cited.release} has the digest {reader.digest} today, and not {cited.digest}.",
                "Something was withdrawn from it since, or the address is mistyped: khronika log --withdrawn",
            )
        if cited.question:
            return _answer(settings, reader, cited, form)
        return _document(settings, reader, cited, form)


def _document(settings: Settings, reader: Reader, cited: Cited, form: Format) -> Copy:
    lens = Lens(reader, settings, load_vocabulary(settings.folder / "concepts"), settings.language)
    for path in dict.fromkeys((cited.path, _without_suffix(cited.path))):
        for node in _nodes(settings, path):
            if (gone := reader.withdrawn(node.value)) is not None:
                raise NotComparable(
                    node.value, f"was withdrawn on {gone.day} ({gone.reason}).", "Nothing of it is kept."
                )
            if is_described(lens, node):
                wanted = TRIG if form.graphs else N_TRIPLES
                quads = record_quads(lens, node)
                if path.startswith("doc/"):
                    quads = thing_quads(lens, node, NamedNode(settings.base + path), graphs=wanted.graphs)
                return read_copy(write(quads, wanted, settings), "released" + wanted.suffix)
    raise NotComparable(cited.address, f"is described in no record of release {cited.release}.", "Is it mistyped?")


def _nodes(settings: Settings, path: str) -> Iterator[NamedNode]:
    """What the document at a path may be about: its IRI may have the letters of the path, or their percent-encoding."""
    for spelling in dict.fromkeys((unquote(path), path)):
        with suppress(ValueError):  # not an IRI
            yield NamedNode(settings.base + ("id/" + spelling[4:] if spelling.startswith("doc/") else spelling))


def _without_suffix(path: str) -> str:
    """The path of a document without the suffix of one of its forms."""
    return path.removesuffix(next((f.suffix for f in FORMATS if path.endswith(f.suffix)), ""))


def _answer(settings: Settings, reader: Reader, cited: Cited, form: Format) -> Copy:
    fields = {name: [v for k, v in cited.question if k == name] for name, _ in cited.question}
    (query, *_), base = fields["query"], settings.base + "sparql"
    default, named = fields.get("default-graph-uri"), fields.get("named-graph-uri")
    given = default is not None or named is not None
    wanted = form if form.results else TURTLE
    ask = Ask(
        query, wanted, tuple(default or ()) if given else None, tuple(named or ()) if given else None,
        reading=read(query, base), base=base,
    )  # fmt: skip
    store = Places(settings.var).snapshot(reader.release) / "store"  # which the reader keeps on disk
    lane = open_lane(settings)
    try:
        answer = lane.ask(ask, Snapshot(reader.release, reader.digest, store)).read()
    finally:
        lane.close()
    return read_copy(answer, "answer" + wanted.suffix)
