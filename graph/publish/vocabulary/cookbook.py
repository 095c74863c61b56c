"""Ready queries about a class or a property: what a reader would ask first, made from the ontology and the data.

Each is a file of `graph/questions/cookbook`, a query that runs as it stands; the IRI and the language in it stand for
the reader's. They are put in as terms the engine writes, so nothing but an IRI or a word can come of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from graph.asking import Question, read_questions
from graph.publish.lens import Lens
from graph.releases.derived.statistics import part_node
from graph.store.counting import Share
from graph.terms import KH, SCHEMA
from graph.vocabulary import Term

TERM, LANGUAGE = "<urn:term>", '"language"'  # what stands for the reader's in the files
CLAIM, ABOUT = KH("Claim").value, SCHEMA("about").value
# A class gets a recipe only where the release has what it asks for: any of these properties on its things
NEEDS = {
    "class-2-years": (KH("earliest"), SCHEMA("datePublished"), SCHEMA("foundingDate")),
    "class-3-places": (SCHEMA("location"), SCHEMA("containedInPlace"), SCHEMA("areaServed")),
}
OF_CLAIMS = ("class-4-who-says-so", "class-5-figures")  # where there are claims about things of the class


@dataclass(frozen=True, slots=True)
class Recipe:
    """A query ready to run, with what it is called and what it gives, in the reader's language."""

    name: str
    title: str
    explanation: str
    query: str


Recipes = Callable[[Term], Sequence[Recipe]]


def recipe(question: Question, term: str, language: str) -> Recipe:
    """The recipe of one file for the class or property with the IRI `term`; ValueError for what is no IRI."""
    lines = question.text.splitlines(keepends=True)
    query = "".join(line for line in lines if not line.startswith("# "))
    query = query.replace(TERM, str(NamedNode(term))).replace(LANGUAGE, str(Literal(language)))
    return Recipe(question.name, question.title(language), question.explanation(language), query)


@cache
def questions(kind: str) -> tuple[Question, ...]:
    """The files for a `class` or a `property`, in their order."""
    folder = Path(str(files("graph").joinpath("questions/cookbook")))
    return tuple(q for q in read_questions(folder) if q.name.startswith(kind + "-"))


def recipes_in(lens: Lens) -> Recipes:
    """The recipes that have something to answer with in the release a reader sees."""

    def found(term: Term) -> Sequence[Recipe]:
        if term.kind not in ("class", "property"):
            return ()
        return [recipe(q, term.iri, lens.language) for q in questions(term.kind) if _answers(lens, q.name, term)]

    return found


def no_recipes(_term: Term) -> Sequence[Recipe]:
    """For pages that stand apart from any data."""
    return ()


def _answers(lens: Lens, name: str, term: Term) -> bool:
    class_ = term.iri
    if term.kind == "property":
        return _there(lens, Share(property=term.iri))
    if name in NEEDS:
        return any(_there(lens, Share(class_, property_.value)) for property_ in NEEDS[name])
    if name in OF_CLAIMS and class_ != CLAIM:
        return _there(lens, Share(CLAIM, ABOUT, class_))
    return _there(lens, Share(class_))


def _there(lens: Lens, share: Share) -> bool:
    node = part_node(lens.settings, share)
    return next(lens.reader.quads(node), None) is not None
