"""Writes `docs/vocabulary.md`: every term and every word, for who writes records or queries."""

from collections.abc import Iterator, Sequence

from graph.publish.vocabulary.pages import Entry, Link, Section, VocabularyPage, ontology_page, scheme_page
from graph.terms import KH, VOCAB
from graph.vocabulary import Vocabulary, load_vocabulary

LANGUAGE = "en"

HEAD = f"""# Vocabulary

<!-- Generated from ontology/ by `make docs`; edit the Turtle files. -->

`kh:` stands for `{KH.base}`; a concept is `{VOCAB.base}SCHEME/WORD`. A running site shows all this with examples from
its own data, in English and Russian, at `/ns` and `/vocab/SCHEME`; programs get Turtle or JSON-LD there, and the
JSON-LD context at `/context.jsonld`.
"""

TITLES = {"classes": "Classes of our own", "properties": "Properties of our own"}


def vocabulary_docs(vocabulary: Vocabulary) -> str:
    """The whole page as Markdown: same ontology, same bytes."""
    return "\n".join([HEAD, *_ontology(ontology_page(vocabulary, LANGUAGE)), *_schemes(vocabulary)]).rstrip() + "\n"


def _ontology(page: VocabularyPage) -> Iterator[str]:
    yield page.comment + "\n"
    for section in page.sections:
        if section.name in TITLES:
            yield f"## {TITLES[section.name]}\n"
            for entry in section.entries:
                yield from _term(entry)
    yield "## Terms of other vocabularies\n"
    yield "What they mean where they stand in our data; the vocabulary that owns a term has the last word.\n"
    for section in page.sections:
        if section.name not in TITLES:
            yield from _reused(section)


def _term(entry: Entry) -> Iterator[str]:
    yield f'### <a id="{entry.anchor}"></a>`{entry.written}`: {entry.label} · {entry.labels["ru"]}\n'
    yield entry.comment + "\n"
    yield entry.comments["ru"] + "\n"
    facts = [
        ("kind of", entry.broader),
        ("close to", entry.close),
        ("on", entry.domains),
        ("values", entry.ranges),
    ]
    lines = [f"- {name}: {_links(links)}" for name, links in facts if links]
    if entry.key and f"kh:{entry.key}" != entry.written:
        lines.append(f"- in JSON-LD: `{entry.key}`")
    if lines:
        yield "\n".join(lines) + "\n"


def _reused(section: Section) -> Iterator[str]:
    yield f"### {section.title}\n"
    yield "| term | label | по-русски | meaning |\n|---|---|---|---|"
    for entry in section.entries:
        yield f"| `{entry.written}` | {entry.label} | {entry.labels['ru']} | {entry.comment} |"
    yield ""


def _schemes(vocabulary: Vocabulary) -> Iterator[str]:
    yield "## Words\n"
    yield "Lists of words that records use; a site can add its own in `concepts/`. A dash marks a narrower word.\n"
    for name in vocabulary.schemes():
        page = scheme_page(vocabulary, name, LANGUAGE)
        assert page is not None
        yield f'### <a id="{name}"></a>`{name}`: {page.label}\n'
        yield page.comment + "\n"
        yield "| word | English | по-русски | meaning |\n|---|---|---|---|"
        for entry in page.sections[0].entries:
            word = "— " * entry.depth + f"`{entry.written}`"
            yield f"| {word} | {entry.label} | {entry.labels['ru']} | {_meaning(entry)} |"
        yield ""


def _meaning(entry: Entry) -> str:
    more = [f"close to {_links(entry.close)}"] if entry.close else []
    more += [f"HURIDOCS {code}" for code in entry.codes]
    return entry.comment + (f" ({'; '.join(more)})" if more else "")


def _links(links: Sequence[Link]) -> str:
    return ", ".join(f"`{link.written}`" for link in links)


if __name__ == "__main__":
    print(vocabulary_docs(load_vocabulary()), end="")
