"""Writes `docs/cookbook.md`: each ready query once, about a class or a property of the example, as a command."""

from collections.abc import Iterator

from graph.asking import Question
from graph.publish.vocabulary.cookbook import questions, recipe
from graph.terms import KH

STANDING_IN = {"class": KH("Event").value, "property": KH("statedIn").value}

HEAD = """# Cookbook

<!-- Generated from graph/questions/cookbook/ by `make docs`; edit the files there. -->

What is asked first about a class or a property, ready to run. A running site has each of these for every class and
property its data uses, at `/cookbook` and from each term of `/ns`, in English and Russian, one click from the editor.
Here `kh:Event` and `kh:statedIn` stand for any; every command runs as it stands against `make serve`, and a test runs
them. Take another IRI for the term, another tag for the language of names; for JSON, the header
`Accept: application/sparql-results+json`.
"""
TITLES = {"class": "About a class", "property": "About a property"}


def cookbook_docs() -> str:
    """The whole page as Markdown: same files, same bytes."""
    parts = [HEAD]
    for kind, title in TITLES.items():
        parts.append(f"## {title}\n")
        for question in questions(kind):
            parts += _told(question, STANDING_IN[kind])
    return "\n".join(parts).rstrip() + "\n"


def _told(question: Question, term: str) -> Iterator[str]:
    query = recipe(question, term, "en").query
    yield f"### {question.title('en')} · {question.title('ru')}\n"
    yield f"{question.explanation('en')}\n"
    yield f"{question.explanation('ru')}\n"
    yield "```sh\ncurl -s -G http://127.0.0.1:8000/sparql -H 'Accept: text/csv' --data-urlencode 'query="
    yield f"{query.rstrip()}'\n```\n"
