"""The questions of a site, and the prefixes they are written with, in the words that query editors read them in.

SHACL's terms for queries (`sh:SPARQLExecutable`, `sh:declare`), as the SPARQL examples of SIB and others use them.
"""

import re
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Quad

from graph.asking import Question, read_questions
from graph.settings import Settings
from graph.terms import DCTERMS, LABEL, OWL, PREFIXES, RDFS, SCHEMA, SH, XSD, A, Namespace

SPEX = Namespace("spex", "https://purl.expasy.org/sparql-examples/ontology#")  # for what SHACL has no word
EXAMPLES = "sparql-examples"
_WORDS = {
    "select": (SH("SPARQLSelectExecutable"), SH("select")),
    "ask": (SH("SPARQLAskExecutable"), SH("ask")),
    "construct": (SH("SPARQLConstructExecutable"), SH("construct")),
    "describe": (SPEX("SPARQLDescribeExecutable"), SPEX("describe")),
}
_CONSTRUCT = re.compile(r"^[^#\n]*\bCONSTRUCT\b", re.IGNORECASE | re.MULTILINE)


def example_quads(settings: Settings) -> Iterator[Quad]:
    """Prefixes and questions; `QuestionError` for a file of `queries/` that cannot be asked.

    `rdfs:comment` is in the site's own language alone: an editor lists a question once for each comment. Titles and
    explanations in all languages are `rdfs:label` and `dcterms:description`.
    """
    graph = settings.well_known(EXAMPLES)
    prefixes = NamedNode(graph.value + "#prefixes")
    yield Quad(prefixes, A, OWL("Ontology"), graph)
    for name, base in PREFIXES.items():
        declared = NamedNode(f"{graph.value}#prefix-{name}")
        yield Quad(prefixes, SH("declare"), declared, graph)
        yield Quad(declared, A, SH("PrefixDeclaration"), graph)
        yield Quad(declared, SH("prefix"), Literal(name), graph)
        yield Quad(declared, SH("namespace"), Literal(base, datatype=XSD("anyURI")), graph)
    for question in read_questions(settings.queries):
        yield from _told(question, prefixes, graph, settings)


def _told(question: Question, prefixes: NamedNode, graph: NamedNode, settings: Settings) -> Iterator[Quad]:
    node = NamedNode(f"{graph.value}#{_FOREIGN.sub(_escaped, question.name)}")
    form = question.form
    if form == "construct" and not _CONSTRUCT.search(question.text):
        form = "describe"
    kind, carries = _WORDS[form]
    yield Quad(node, A, SH("SPARQLExecutable"), graph)
    yield Quad(node, A, kind, graph)
    yield Quad(node, carries, Literal(question.text), graph)
    yield Quad(node, SH("prefixes"), prefixes, graph)
    yield Quad(node, SCHEMA("target"), NamedNode(settings.base + "sparql"), graph)
    own = settings.language
    title, more = question.title(own), question.explanation(own)
    words = f"{title if title[-1] in '.?!…' else title + '.'} {more}".strip()
    yield Quad(node, RDFS("comment"), Literal(words, language=own), graph)
    for predicate, said in ((LABEL, question.titles), (DCTERMS("description"), question.explanations)):
        for tag, text in said.items():
            yield Quad(node, predicate, Literal(text, language=tag or own), graph)


_FOREIGN = re.compile(r"[^\w.-]")  # what a file may be called and a fragment may not


def _escaped(found: "re.Match[str]") -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode())
