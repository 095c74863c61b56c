"""What the catalogue says of the site itself, and the parts of a release that no editor writes."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import version

from pyoxigraph import Literal, NamedNode, Quad

from graph.history.payloads import canonical
from graph.releases.derived.examples import EXAMPLES, example_quads
from graph.settings import Settings
from graph.terms import DCAT, DCTERMS, LABEL, SCHEMA, A
from graph.vocabulary import Vocabulary


def site_quads(settings: Settings) -> Iterator[Quad]:
    """The site as a data set, in the default graph; which release it is comes from the journal."""
    site = NamedNode(settings.base)
    yield Quad(site, A, DCAT("Dataset"))
    for tag, words in settings.title.items():
        yield Quad(site, LABEL, Literal(words, language=tag or settings.language))
        yield Quad(site, DCTERMS("title"), Literal(words, language=tag or settings.language))
    for tag, words in settings.description.items():
        yield Quad(site, DCTERMS("description"), Literal(words, language=tag or settings.language))
    yield Quad(site, SCHEMA("publisher"), Literal(settings.publisher, language=settings.language))
    yield Quad(site, DCTERMS("license"), NamedNode(settings.licence))


@cache
def software() -> str:
    """The version of Khronika at work, which decides what is derived and how the vocabulary reads."""
    return version("khronika")


def site_parts(settings: Settings) -> Mapping[str, bytes]:
    """The site's description and its questions, as canonical N-Quads by name.

    `QuestionError` for a file of `queries/` that cannot be asked.
    """
    return {
        settings.base: canonical(site_quads(settings)),
        settings.well_known(EXAMPLES).value: canonical(example_quads(settings)),
    }


def vocabulary_parts(vocabulary: Vocabulary) -> Mapping[str, bytes]:
    """The graphs of ontology and vocabulary, as canonical N-Quads by name."""
    graphs: dict[str, list[Quad]] = {}
    for quad in vocabulary.quads():
        assert isinstance(quad.graph_name, NamedNode), "the vocabulary lies in named graphs"
        graphs.setdefault(quad.graph_name.value, []).append(quad)
    return {name: canonical(quads) for name, quads in graphs.items()}
