"""What the catalogue says of the site itself, and the parts of a release that no editor writes."""

from collections.abc import Iterator, Mapping
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


def software() -> str:
    """The version of Khronika at work, which decides what is derived and how the vocabulary reads."""
    return version("khronika")


def standing_parts(settings: Settings, vocabulary: Vocabulary) -> Mapping[str, bytes]:
    """The site's description, its questions, and the graphs of ontology and vocabulary, as canonical N-Quads by name.

    `QuestionError` for a file of `queries/` that cannot be asked.
    """
    graphs: dict[str, list[Quad]] = {
        settings.base: list(site_quads(settings)),
        settings.well_known(EXAMPLES).value: list(example_quads(settings)),
    }
    for quad in vocabulary.quads():
        assert isinstance(quad.graph_name, NamedNode), "the vocabulary lies in named graphs"
        graphs.setdefault(quad.graph_name.value, []).append(quad)
    return {name: canonical(quads) for name, quads in graphs.items()}
