"""The vocabulary at its paths: `/ns`, `/vocab`, `/vocab/SCHEME` and each concept, for people and machines.

The rules (`/shapes`) are served as they are written: they are Turtle with messages in two languages.
"""

from collections.abc import Callable, Iterable, Sequence
from importlib.resources import files

from flask import Blueprint, Response, request
from pyoxigraph import CanonicalizationAlgorithm, Dataset, NamedNode, Quad, RdfFormat, parse

from graph.formats import HTML, JSON_LD, N_TRIPLES, RDF_XML, TURTLE, Format
from graph.publish.documents import write
from graph.publish.jsonld import write_json_ld
from graph.publish.lens import Lens
from graph.publish.vocabulary.cookbook import recipes_in
from graph.publish.vocabulary.pages import VocabularyPage, examples_in, ontology_page, scheme_page
from graph.store.base import Reader
from graph.terms import ONTOLOGY_GRAPH, SKOS, VOCAB, VOCABULARY_GRAPH
from server.http.answering import Representation, send
from server.http.asked import checked_path, reader_language, urls
from server.http.caching import Link, Rendered
from server.http.negotiation import choose
from server.http.urls import escaped
from server.pages.documents import find_document, missing, not_acceptable, represent, without_suffix
from server.pages.trails import first, listed_at
from server.site import Site, this_site
from server.templating import Page

blueprint = Blueprint("vocabulary", __name__)

FORMATS = (HTML, TURTLE, JSON_LD, N_TRIPLES, RDF_XML)
LICENCE = "https://creativecommons.org/licenses/by/4.0/"

Quads = Callable[[Site], Iterable[Quad]]
View = Callable[[Lens], VocabularyPage | None]


@blueprint.get("/ns")
@blueprint.get("/ns<suffix>")
def ontology(suffix: str = "") -> Response:
    """The ontology, its terms at their anchors."""

    def view(lens: Lens) -> VocabularyPage | None:
        return ontology_page(lens.vocabulary, lens.language, examples_in(lens), recipes_in(lens))

    return _vocabulary("ns", suffix, ONTOLOGY_GRAPH.value, lambda site: _graph(site, ONTOLOGY_GRAPH), view)


@blueprint.get("/vocab")
@blueprint.get("/vocab<suffix>")
def schemes(suffix: str = "") -> Response:
    """All concept schemes."""
    return _vocabulary("vocab", suffix, VOCABULARY_GRAPH.value, lambda site: _graph(site, VOCABULARY_GRAPH), None)


@blueprint.get("/vocab/<path:name>")
def words(name: str) -> Response:
    """One scheme, or one concept of it."""
    site = this_site()
    name = checked_path().removeprefix("vocab/")
    scheme, slash, _ = name.partition("/")
    if not slash:
        word, wanted = without_suffix(scheme)
        if scheme not in site.vocabulary.schemes() and (wanted is None or word not in site.vocabulary.schemes()):
            return _missing(site, "vocab/" + name)
        word, suffix = (word, wanted.suffix) if wanted else (scheme, "")

        def view(lens: Lens) -> VocabularyPage | None:
            return scheme_page(lens.vocabulary, word, lens.language, examples_in(lens))

        return _vocabulary(f"vocab/{word}", suffix, VOCAB.base + word, lambda site: _scheme(site, word), view)
    with site.releases.reading() as reader:
        lens = Lens(reader, site.settings, site.vocabulary, site.languages[0])
        node, name, wanted = find_document(lens, VOCAB.base, name)
        if node is None:
            return missing(site, reader, "vocab/" + name)
        return represent(site, lens, node, "vocab/" + name, wanted)


@blueprint.get("/shapes")
@blueprint.get("/shapes<suffix>")
def rules(suffix: str = "") -> Response:
    """The rules of the house in SHACL."""
    return _vocabulary("shapes", suffix, "", lambda _site: _rules(), None, (TURTLE, JSON_LD, N_TRIPLES))


def _vocabulary(
    path: str, suffix: str, iri: str, quads: Quads, view: View | None, formats: Sequence[Format] = FORMATS
) -> Response:
    site = this_site()
    if suffix:
        wanted = next((f for f in formats if f.suffix == suffix), None)
        if wanted is None:
            return _missing(site, path + suffix)
    else:
        wanted = choose(request.headers.get("Accept"), formats, TURTLE)
        if wanted is None:
            return not_acceptable(site, path, formats)
    language, choice = reader_language(site) if wanted is HTML else ("", None)
    with site.releases.reading() as reader:
        what = Representation(path, wanted, language, choice or "", path + wanted.suffix)

        def render() -> Rendered:
            links = [Link(site.settings.base + escaped(path), "canonical"), Link(LICENCE, "license")]
            links += [
                Link(site.settings.base + path + f.suffix, "alternate", f.media_type)
                for f in formats
                if f is not wanted
            ]
            if iri:
                links.append(Link(iri, "cite-as"))
            if wanted is HTML:
                links += [
                    Link(site.settings.base + path + f.suffix, "describedby", f.media_type)
                    for f in formats
                    if f is not HTML
                ]
            if wanted is HTML:
                return Rendered(_page(site, reader, path, view, language, formats).encode("utf-8"), links)
            said = list(quads(site))
            return Rendered(write_json_ld(said) if wanted is JSON_LD else write(said, wanted, site.settings), links)

        return send(site, reader, what, render)


def _page(site: Site, reader: Reader, path: str, view: View | None, language: str, formats: Sequence[Format]) -> str:
    page = Page(
        site.settings, site.messages[language], urls(site), path, formats=[each for each in formats if each is not HTML]
    )
    lens = Lens(reader, site.settings, site.vocabulary, language)
    terms = site.vocabulary.terms.values()
    listed = [lens.ref(NamedNode(t.iri)) for t in terms if t.kind == "scheme"]
    return site.jinja.get_template("vocabulary.html").render(
        page=page,
        say=page.say,
        trail=[first(page), listed_at("scheme", page)] if path.startswith("vocab/") else [],
        view=view(lens) if view else None,
        schemes=sorted(listed, key=lambda ref: ref.label.words),
    )


def _graph(site: Site, graph: NamedNode) -> list[Quad]:
    return [q for q in site.vocabulary.quads() if q.graph_name == graph]


def _scheme(site: Site, word: str) -> list[Quad]:
    scheme = NamedNode(VOCAB.base + word)
    quads = _graph(site, VOCABULARY_GRAPH)
    inside = {q.subject for q in quads if q.predicate == SKOS("inScheme") and q.object == scheme} | {scheme}
    return [q for q in quads if q.subject in inside]


def _rules() -> list[Quad]:
    found = Dataset()
    for file in files("shapes").iterdir():
        if file.name.endswith(".ttl"):
            for quad in parse(file.read_bytes(), RdfFormat.TURTLE):
                found.add(quad)
    found.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)  # blank nodes get the same names each time, as the tag says
    return sorted(found, key=str)


def _missing(site: Site, name: str) -> Response:
    with site.releases.reading() as reader:
        return missing(site, reader, name)
