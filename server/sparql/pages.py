"""`/sparql` for people: a page to ask from, with the site's own questions, and answers that lead to our pages."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import as_file, files
from urllib.parse import urlencode

from flask import Response, request
from werkzeug.http import is_resource_modified

from graph.asking import Question, read_question, read_questions
from graph.formats import CSV_RESULTS, JSON_LD, JSON_RESULTS, N_TRIPLES, TURTLE, Format
from graph.publish.history.cited import SHOWN
from graph.store.lane.errors import QueryError, QuerySyntaxError
from graph.store.workers import Ask, Reading, Snapshot, etag
from graph.terms import PREFIXES
from server.http.answering import CACHE_CONTROL
from server.http.asked import reader_language, urls
from server.problems import Explained, explained, problem, status_of
from server.site import Site
from server.sparql.formats import GRAPH_FORMS
from server.sparql.protocol import Asked
from server.sparql.reading import diagnosed_in_turn
from server.sparql.table import Table, of_results, of_triples
from server.templating import Page

SHOWN_BYTES = 4 << 20  # a longer answer is not laid out as a page: its downloads are offered instead
EDITOR = "vendor/yasqe/yasqe.min.js"  # without it, where set-up had no network, the plain form is all there is
SAVED = {JSON_RESULTS: ".json"}  # what programs on a reader's machine know; .srj is for those that know SPARQL
HTML_TYPE = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Download:
    """The same answer as a file."""

    name: str
    url: str
    filename: str


@dataclass(frozen=True, slots=True)
class View:
    """What the template is handed besides the page: the question, its answer or why there is none.

    `instead` is the address of the same question with names in the reader's language, where it has them in another;
    `past` are the parameters that name an earlier release.
    """

    query: str
    questions: tuple[Question, ...]
    named: Question | None = None
    table: Table | None = None
    truth: bool | None = None
    error: QueryError | None = None
    said: Explained | None = None
    too_long: int = 0
    page: int = 1
    release: int = 0
    seconds: float = 0.0
    downloads: tuple[Download, ...] = ()
    permalink: str = ""
    lasting: str = "sparql.permalink"
    turn: Mapping[str, str] | None = None
    instead: str = ""
    past: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> tuple[int, int] | None:
        """The line and the column that a syntax error names, from 1."""
        if not isinstance(self.error, QuerySyntaxError) or not self.error.line:
            return None
        return self.error.line, self.error.column

    @property
    def marked(self) -> tuple[str, str] | None:
        """The line of the query that a syntax error names, cut at its column."""
        if self.place is None:
            return None
        lines, (number, column) = self.query.split("\n"), self.place  # what else splits lines does not count as one
        line = lines[min(number, len(lines)) - 1].rstrip("\r")
        return line[: column - 1], line[column - 1 :]


def editor_page(site: Site) -> Response:
    """The page to ask from, with a question in it to change: an empty box teaches nothing."""
    with site.releases.reading() as reader:
        release = reader.release
    questions = read_questions(site.settings.queries)
    with as_file(files("graph") / "questions/starter.rq") as path:
        starter = read_question(path)
    tag = _tag(site, str(release), starter.text, *(q.text for q in questions))
    if not is_resource_modified(request.environ, etag=tag):
        return _dressed(Response(status=304), tag)
    return _dressed(_rendered(site, View(starter.body, questions, starter, release=release)), tag)


def result_page(site: Site, ask: Ask, asked: Asked, snapshot: Snapshot) -> Response:
    """The answer as a page; an error as the same page with the question to mend."""
    assert site.lane is not None
    assert ask.reading is not None
    graph = ask.reading.form in GRAPH_FORMS
    inner = ask._replace(format=N_TRIPLES if graph else JSON_RESULTS)
    view = replace(_view(site, ask.query), page=asked.page, release=snapshot.release)
    parts = (etag(inner, snapshot), str(asked.page), *(question.text for question in view.questions))
    tag = "" if ask.reading.changing else _tag(site, *parts)
    if tag and not is_resource_modified(request.environ, etag=tag):
        return _dressed(Response(status=304), tag)
    try:
        answer = site.lane.ask(inner, snapshot)
    except QueryError as error:
        return _failed(site, view, error)
    language, chosen = reader_language(site)
    own = {"lang": chosen} if chosen else {}
    instead = view.named.body_instead(ask.query, language) if view.named else ""
    view = replace(
        view,
        past={name: value for name, value in (("asOf", asked.release), ("digest", asked.digest)) if value},
        instead=_url(ask._replace(query=instead), asked, **own) if instead else "",
        seconds=answer.seconds,
        downloads=_downloads(ask, asked, graph),
        permalink=_url(ask, asked, asOf=str(snapshot.release), digest=snapshot.digest[:SHOWN]),
        lasting=_lasting(ask.reading),
    )
    if answer.length > SHOWN_BYTES:
        answer.close()
        return _dressed(_rendered(site, replace(view, too_long=answer.length)), tag)
    content, base = answer.read(), site.settings.base
    told = of_triples(content, asked.page, base) if graph else of_results(content, asked.page, base, ask.query)
    view = replace(view, truth=told) if isinstance(told, bool) else replace(view, table=told)
    if view.table is not None:
        if asked.page > view.table.pages:
            return _no_page(site, asked.page, view.table.pages)
        turns = (("earlier", -1), ("later", 1))
        turn = {name: _url(ask, asked, page=str(asked.page + step), **own) for name, step in turns}
        view = replace(view, turn=turn)
    return _dressed(_rendered(site, view), tag)


def error_page(site: Site, query: str, error: QueryError) -> Response:
    """A question that cannot even be read, shown with the form to mend it in."""
    return _failed(site, _view(site, query), error)


def _view(site: Site, query: str) -> View:
    """The page around a query, which may be one of the site's own questions."""
    questions = read_questions(site.settings.queries)
    return View(query, questions, next((q for q in questions if q.is_asked_by(query, site.languages)), None))


def _lasting(reading: Reading) -> str:
    """What may be promised of a link that names the release: its own part of the answer does not change."""
    if reading.services:
        return "sparql.permalink.others"
    return "sparql.permalink.changing" if reading.changing else "sparql.permalink"


def _no_page(site: Site, page: int, pages: int) -> Response:
    say = site.messages[reader_language(site)[0]]
    return problem(404, say("search.no-page", page=page), say("search.last-page", n=pages))


def _failed(site: Site, view: View, error: QueryError) -> Response:
    if isinstance(error, QuerySyntaxError):
        error = diagnosed_in_turn(site, request, view.query, error)
    status, headers = status_of(error)
    response = _rendered(site, replace(view, error=error, said=explained(error)))
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    response.headers.update(headers)
    return response


def _rendered(site: Site, view: View) -> Response:
    language, _ = reader_language(site)
    page = Page(site.settings, site.messages[language], urls(site), "sparql", _query(view))
    body = site.jinja.get_template("sparql/page.html").render(
        page=page,
        say=page.say,
        view=view,
        limits=site.settings.limits,
        prefixes=PREFIXES,
        editor=EDITOR in site.versions,
    )
    return Response(body, content_type=HTML_TYPE)


def _query(view: View) -> dict[str, str]:
    """The parameters that stay when the reader changes the language."""
    kept = {"query": view.query} if view.query else {}
    return {**kept, **view.past} | ({"page": str(view.page)} if view.page > 1 else {})


def _dressed(response: Response, tag: str) -> Response:
    if tag:
        response.set_etag(tag)
    response.headers["Cache-Control"] = CACHE_CONTROL if tag else "no-store"
    return response


def _tag(site: Site, *parts: str) -> str:
    language, chosen = reader_language(site)
    text = "\0".join((site.edition, language, chosen or "", *parts))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _downloads(ask: Ask, asked: Asked, graph: bool) -> tuple[Download, ...]:
    formats: tuple[Format, ...] = (TURTLE, JSON_LD) if graph else (CSV_RESULTS, JSON_RESULTS)
    return tuple(
        Download(
            f.name.upper() if len(f.name) < 5 else f.name.title(),
            _url(ask, asked, format=f.name),
            "answer" + SAVED.get(f, f.suffix),
        )
        for f in formats
    )


def _url(ask: Ask, asked: Asked, **more: str) -> str:
    """The address of this question with other parameters, relative to this page."""
    pairs = [("query", ask.query)]
    pairs += [("default-graph-uri", iri) for iri in asked.default_graphs or ()]
    pairs += [("named-graph-uri", iri) for iri in asked.named_graphs or ()]
    if asked.release and "asOf" not in more:
        pairs.append(("asOf", asked.release))
    return "?" + urlencode([*pairs, *more.items()])
