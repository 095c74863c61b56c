"""What search and browsing share: what the URL asks for, and results with the ways to narrow and to turn them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from babel import Locale
from flask import request
from pyoxigraph import NamedNode

from graph.publish.kinds import KINDS
from graph.publish.lens import Lens
from graph.publish.literals import Text
from graph.releases.places import Places
from graph.search.building import FILE
from graph.search.entries import APART, FIELDS
from graph.search.index import PAGE, Answer, Index
from graph.search.query import CHARACTERS, NO_CHARACTERS, Query, read_query
from graph.search.results import Hit, hit
from graph.store.base import Reader
from server.http.asked import MalformedParameter, page_number
from server.site import Site
from server.templating import Page

THINGS = ("place", "publisher", "source")  # fields whose values are IRIs
VALUE = 500  # characters; IRIs of ours are far shorter
SHOWN = 8  # values of a facet before "more"; years and kinds fit in it mostly


@dataclass(frozen=True, slots=True)
class Asked:
    """What the URL asks for. `chosen` are values as the index has them, `parameters` as the URL has them."""

    query: Query
    chosen: Mapping[str, str]
    parameters: Mapping[str, str]
    page: int

    @property
    def key(self) -> str:
        """Tells any two questions apart."""
        return "\0".join((self.query.typed, *(f"{f}={v}" for f, v in self.parameters.items()), str(self.page)))


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a facet: what it is called, how many results it leaves, where it leads; `chosen` leads back."""

    label: Text
    count: int
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """One way to narrow results: values worth a look at once, and `more` behind a click."""

    field: str
    values: Sequence[Value]
    more: Sequence[Value]


@dataclass(frozen=True, slots=True)
class Results:
    """One page of results; `earlier` and `later` are URLs, "" where there is no such page.

    `apart` are kinds that are not among them, because neither words nor their kind were asked for.
    """

    answer: Answer
    hits: Sequence[Hit]
    facets: Sequence[Facet]
    chosen: Sequence[tuple[str, Value]]
    apart: Sequence[Value]
    first: int
    earlier: str
    later: str


def read_asked(site: Site) -> Asked:
    """The words and choices of the request. `MalformedParameter` for what is too long, and for a page of none."""
    typed = request.args.get("q", "")
    if len(typed) > CHARACTERS:
        raise MalformedParameter("q", f"at most {CHARACTERS} characters long")
    parameters = {field: value for field in FIELDS if (value := request.args.get(field, ""))}
    for field, value in parameters.items():
        if len(value) > VALUE or NO_CHARACTERS.search(value):
            raise MalformedParameter(field, f"at most {VALUE} characters long, without control characters")
    chosen = {field: _long(site, field, value) for field, value in parameters.items()}
    return Asked(read_query(typed), chosen, parameters, page_number())


def index_of(site: Site, reader: Reader) -> Index:
    """The index of the release that is read."""
    return site.indexes.of(reader, Places(site.settings.var).snapshot(reader.release) / FILE)


def results(site: Site, lens: Lens, page: Page, asked: Asked) -> Results:
    """The results of a question, with URLs for `page`. `NoSuchPage` past the last one."""
    index = index_of(site, lens.reader)
    answer = index.find(asked.query, asked.chosen, asked.page, lens.language)
    counts = index.facets(asked.query, asked.chosen, loosely=answer.loosely)
    facets = [_facet(lens, page, asked, field, counts[field]) for field in FIELDS]
    return Results(
        answer=answer,
        hits=[hit(lens, found, asked.query) for found in answer.results],
        facets=[facet for facet in facets if facet.values],
        chosen=[(field, _value(lens, page, asked, field, value, 0)) for field, value in asked.chosen.items()],
        apart=[
            Value(_label(lens, page, "kind", kind), count, page.urls.to(page.path, kind=kind), chosen=False)
            for kind, count in (index.apart() if asked.query.empty else ())
            if asked.chosen.get("kind") not in APART
        ],
        first=(answer.page - 1) * PAGE + 1,
        earlier=_turned(page, asked, asked.page - 1) if asked.page > 1 else "",
        later=_turned(page, asked, asked.page + 1) if asked.page < answer.pages else "",
    )


def _facet(lens: Lens, page: Page, asked: Asked, field: str, counts: Sequence[tuple[str, int]]) -> Facet:
    values = [_value(lens, page, asked, field, value, count) for value, count in counts]
    return Facet(field, values[:SHOWN], values[SHOWN:])


def _value(lens: Lens, page: Page, asked: Asked, field: str, value: str, count: int) -> Value:
    chosen = asked.chosen.get(field) == value
    narrowed = None if chosen else _short(page, field, value)
    return Value(_label(lens, page, field, value), count, _url(page, asked, {field: narrowed}), chosen)


def _label(lens: Lens, page: Page, field: str, value: str) -> Text:
    if field == "kind" and value in dict(KINDS):
        return Text(page.say(f"kind.{value}"), page.language)
    if field == "language":
        return Text(_language(value, page.language), page.language)
    if field in THINGS:
        try:
            return lens.ref(NamedNode(value)).label
        except ValueError:  # not an IRI, so nothing here is called so
            return Text(value)
    return Text(value)


def _language(tag: str, language: str) -> str:
    """A language by its name in another: `Russian`, `русский`; the tag where it has none."""
    return str(Locale.parse(language).languages.get(tag, tag))


def _url(page: Page, asked: Asked, changed: Mapping[str, str | None]) -> str:
    """The question with some parameters changed (None: taken out), from its first page unless a page is named."""
    wanted = {"q": asked.query.typed or None, **asked.parameters, **changed}
    return page.urls.to(page.path, **wanted)


def _turned(page: Page, asked: Asked, number: int) -> str:
    return _url(page, asked, {"page": str(number) if number > 1 else None})


def _short(page: Page, field: str, value: str) -> str:
    """A value as URLs have it: things of this site by the name editors give them."""
    base = page.settings.base + "id/"
    return value[len(base) :] if field in THINGS and value.startswith(base) else value


def _long(site: Site, field: str, value: str) -> str:
    if field not in THINGS or "://" in value:
        return value
    return f"{site.settings.base}id/{value}"
