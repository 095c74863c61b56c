"""Puts the server together: settings, words, the current release, and one blueprint a room."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable

from flask import Flask

import khronika
from graph.publish.history.changes import History
from graph.releases import current_mark
from graph.releases.places import Places
from graph.releases.withdrawal.blocklist import LiveBlocklist
from graph.settings import Settings
from graph.store.base import Reader
from graph.store.held import Held
from graph.store.open import open_reader
from graph.store.workers import QueryLane
from graph.vocabulary import Vocabulary, load_vocabulary
from server import assets, conditions, operations, problems, sparql
from server.drawing import previews
from server.http import headers
from server.http.caching import PAGES_MB, PageCache
from server.messages import read_messages
from server.pages import (
    browse,
    crawling,
    documents,
    embedding,
    home,
    places,
    questions,
    records,
    search,
    timeline,
    well_known,
)
from server.pages import vocabulary as terms
from server.pages.plain import PlainDocuments
from server.releases import citing, feeds, history, memento, withdrawn
from server.releases.past import PastReleases
from server.replies import form
from server.site import CurrentRelease, Site, site_of
from server.templating import Compilations, Templates

SHORT = 12  # hex digits of a digest that are enough to tell versions of one file apart


def create_app(
    settings: Settings,
    *,
    reader: Reader | None = None,
    lane: QueryLane | None = None,
    vocabulary: Vocabulary | None = None,
    pages_mb: int = PAGES_MB,
    compiled: Compilations | None = None,
    held: Held | None = None,
) -> Flask:
    """The application of one site.

    With `reader` that release is served whatever is published; without, the current one, and each that follows.
    Without `lane` public queries answer 503; `vocabulary` is read from the site's files where it is not given, and
    `pages_mb` are for pages made before, `compiled` are templates that another process has compiled. What is `held` in
    memory is read from there for as long as it is current. `SiteError` when nothing is published yet.
    """
    app = Flask("server", static_folder=None)
    app.url_map.merge_slashes = False  # an IRI may have two; ids are looked up, never made into paths of files
    words = vocabulary or load_vocabulary(settings.folder / "concepts")
    versions, messages = _versions(), read_messages()
    blocklist = LiveBlocklist(Places(settings.var).blocklist)
    app.extensions["khronika"] = Site(
        settings=settings,
        vocabulary=words,
        releases=_releases(settings, reader, held),
        past=PastReleases(settings, blocklist),
        history=History(settings),
        blocklist=blocklist,
        lane=lane,
        messages=messages,
        jinja=Templates(messages, compiled),
        edition=_digest([khronika.__version__, *_templates(), *versions.values()]),
        versions=versions,
        cache=PageCache(pages_mb << 20),
    )
    headers.register(app)
    conditions.register(app)
    problems.register(app)
    withdrawn.register(app)
    for room in (
        home,
        documents,
        records,
        memento,
        history,
        feeds,
        terms,
        questions,
        search,
        browse,
        sparql,
        operations,
        well_known,
        citing,
        crawling,
        embedding,
        form,
        assets,
        timeline,
        places,
        previews,
    ):
        app.register_blueprint(room.blueprint)
    app.wsgi_app = PlainDocuments(site_of(app), app.wsgi_app, operations.tally_of(app).note)  # type: ignore[method-assign, assignment]
    return app


def _releases(settings: Settings, reader: Reader | None, held: Held | None) -> CurrentRelease:
    if reader is not None:
        return CurrentRelease(reader, newest=lambda: None, open_again=lambda: reader)

    def newest() -> object:
        return current_mark(settings)

    def opened() -> Reader:
        return open_reader(settings, held=held)

    return CurrentRelease(opened(), newest, open_again=opened)


def _versions() -> Mapping[str, str]:
    """The digest of every static file by its name below `static/`."""
    found = {name: file.read_bytes() for name, file in _walk(files("server").joinpath("static"))}
    return {name: hashlib.sha256(content).hexdigest()[:SHORT] for name, content in found.items()}


def _templates() -> Iterator[str]:
    for folder in ("templates", "messages"):
        for name, file in _walk(files("server").joinpath(folder)):
            yield name + file.read_text(encoding="utf-8")


def _walk(folder: Traversable, below: str = "") -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        name = below + entry.name
        if entry.is_dir():
            yield from _walk(entry, name + "/")
        elif re.fullmatch(r"\w.*\.\w+", entry.name):
            yield name, entry


def _digest(parts: list[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:SHORT]


Factory = Callable[[Settings], Flask]
