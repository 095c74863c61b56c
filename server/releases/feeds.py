"""Feeds: Atom for people, of releases, of withdrawals, of one kind or series; an event stream for mirrors."""

import hashlib
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time

from flask import Blueprint, Response, request
from pyoxigraph import NamedNode
from werkzeug.http import http_date, is_resource_modified

from graph.formats import N_QUADS, TRIG, Format
from graph.publish.documents import write
from graph.publish.history.feeds import ENTRIES, MEDIA_TYPE, Entry, Feed, News, atom, classes, news_of
from graph.publish.history.ldes import fragment, view_entries, view_quads
from graph.publish.kinds import KINDS
from graph.publish.lens import Lens
from graph.releases.telling import Told
from graph.store.base import Reader
from graph.terms import SCHEMA
from server.http.answering import TAG_LENGTH, Representation, content_type, send
from server.http.asked import MalformedParameter, checked_path, reader_language
from server.http.caching import Rendered
from server.http.negotiation import choose
from server.http.urls import escaped
from server.messages import Messages
from server.pages.documents import find, missing, not_acceptable
from server.releases.versions import IMMUTABLE
from server.site import Site, this_site

blueprint = Blueprint("feeds", __name__)

ATOM = Format("atom", MEDIA_TYPE, ".atom")
STREAM = (TRIG, N_QUADS)
REASONS = "https://w3id.org/khronika/vocab/withdrawal"
_NUMBER = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)


@blueprint.get("/feed/releases.atom")
def of_releases() -> Response:
    """Each release: what it did to records, and its message."""
    before = _before()

    def make(site: Site, reader: Reader, say: Messages) -> Feed:
        base = site.settings.base
        told = site.history.releases(before, ENTRIES) if site.history.kept else []
        entries = [
            Entry(
                f"{base}releases/{t.entry.number}", say("releases.one", release=t.entry.number), t.entry.recorded,
                f"{base}releases/{t.entry.number}", _summary(t, say),
            )
            for t in told
        ]  # fmt: skip
        more = f"{base}feed/releases.atom?before={told[-1].entry.number}" if told and told[-1].entry.number > 1 else ""
        updated = told[0].entry.recorded if told else reader.released
        return _feed(site, say, "releases.atom", say("feed.releases"), updated, f"{base}releases", entries, more)

    return _atom(f"releases?{before}", make)


@blueprint.get("/feed/withdrawals.atom")
def of_withdrawals() -> Response:
    """What was withdrawn: its IRI, the day, why in one word of a list, and nothing else."""

    def make(site: Site, reader: Reader, say: Messages) -> Feed:
        stones = sorted(site.blocklist.now().tombstones.values(), key=lambda s: (s.day, s.iri), reverse=True)
        entries = [
            Entry(s.iri, say("feed.withdrawn", iri=s.iri), _start(s.day), s.iri, category=(s.reason, REASONS))
            for s in stones
        ]
        updated = _start(stones[0].day) if stones else reader.released
        return _feed(site, say, "withdrawals.atom", say("feed.withdrawals"), updated, site.settings.base, entries)

    return _atom("withdrawals", make)


@blueprint.get("/feed/kind/<kind>.atom")
def of_kind(kind: str) -> Response:
    """The things of one kind that changed last."""
    wanted = classes(KINDS, kind)
    if not wanted:
        return _missing(f"feed/kind/{kind}.atom")
    return _atom(f"kind/{kind}", _maker(f"kind/{kind}.atom", "", lambda _: wanted, lambda say, _: say(f"kind.{kind}")))


@blueprint.get("/feed/series/<path:name>.atom")
def of_series(name: str) -> Response:
    """The parts of one series that changed last."""
    site = this_site()
    name = checked_path().removeprefix("feed/series/").removesuffix(".atom")
    with site.releases.reading() as reader:
        lens = Lens(reader, site.settings, site.vocabulary, site.languages[0])
        series = find(lens, f"{site.settings.base}id/series/", name)
        if series is None:
            return missing(site, reader, f"id/series/{name}")
    at = f"series/{escaped(name)}.atom"
    return _atom(
        f"series/{name}",
        _maker(
            at,
            f"doc/series/{escaped(name)}",
            lambda _: [(SCHEMA("isPartOf"), series)],
            lambda _, lens: lens.ref(series).label.words,
        ),
    )


@blueprint.get("/feed/ldes")
def stream() -> Response:
    """The view of the event stream: where the fragment of each release lies."""
    site = this_site()
    before = _before()
    with site.releases.reading() as reader:
        if not site.history.kept:
            return missing(site, reader, "feed/ldes")
        wanted = choose(request.headers.get("Accept"), STREAM, TRIG)
        if wanted is None:
            return not_acceptable(site, "feed/ldes", STREAM)

        def render() -> Rendered:
            entries = view_entries(site.settings, min(before or reader.release + 1, reader.release + 1))
            return Rendered(write(view_quads(site.settings, entries, before), wanted, site.settings))

        return send(site, reader, Representation(f"feed/ldes?{before}", wanted), render)


@blueprint.get("/feed/ldes/<number>")
def part(number: str) -> Response:
    """What one release changed, whole: it never changes, but for what is withdrawn."""
    site = this_site()
    after = request.args.get("after", "")
    with site.releases.reading() as reader:
        there = _NUMBER.fullmatch(number) and int(number) <= reader.release and site.history.kept
        found = fragment(site.settings, int(number), after) if there else None
        if found is None:
            return missing(site, reader, f"feed/ldes/{number}")
        wanted = choose(request.headers.get("Accept"), STREAM, TRIG)
        if wanted is None:
            return not_acceptable(site, f"feed/ldes/{number}", STREAM)
    words = "\0".join((site.edition, number, after, wanted.name, found.state))
    tag = hashlib.sha256(words.encode()).hexdigest()[:TAG_LENGTH]
    if is_resource_modified(request.environ, etag=f'"{tag}"'):
        response = Response(write(found.quads, wanted, site.settings), content_type=content_type(wanted))
    else:
        response = Response(status=304)
    response.headers["ETag"] = f'"{tag}"'
    response.headers["Last-Modified"] = http_date(found.recorded)
    response.headers["Cache-Control"] = IMMUTABLE
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


Maker = Callable[[Site, Reader, Messages], Feed]


def _atom(key: str, make: Maker) -> Response:
    """A feed in the reader's language, as `make` says it."""
    site = this_site()
    language, choice = reader_language(site)
    with site.releases.reading() as reader:
        if choose(request.headers.get("Accept"), (ATOM,), ATOM) is None and not _reads_xml():
            return not_acceptable(site, f"feed/{key}", (ATOM,))
        what = Representation(f"feed/{key}?{site.blocklist.now().events}", ATOM, language, choice or "")
        return send(site, reader, what, lambda: Rendered(atom(make(site, reader, site.messages[language]))))


def _reads_xml() -> bool:
    """Whether a client takes XML under another name, as feed readers and browsers do."""
    xml = Format("xml", "application/xml", ".xml", aliases=("text/xml", "text/html", "application/rss+xml"))
    return choose(request.headers.get("Accept"), (xml,), xml) is not None


def _maker(
    at: str,
    alternate: str,
    wanted: Callable[[Lens], Sequence[tuple[NamedNode, NamedNode]]],
    title: Callable[[Messages, Lens], str],
) -> Maker:
    """A feed of things that have what `wanted` says."""

    def make(site: Site, reader: Reader, say: Messages) -> Feed:
        lens = Lens(reader, site.settings, site.vocabulary, say.language)
        news = news_of(lens, site.history, wanted(lens)) if site.history.kept else []
        entries = [_entry(lens, n, say) for n in news]
        updated = entries[0].updated if entries else reader.released
        return _feed(site, say, at, title(say, lens), updated, site.settings.base + alternate, entries)

    return make


def _entry(lens: Lens, news: News, say: Messages) -> Entry:
    iri, number = news.node.value, news.told.entry.number
    return Entry(
        iri, lens.ref(news.node).label.words, news.told.entry.recorded, iri, say("releases.one", release=number)
    )


def _feed(
    site: Site,
    say: Messages,
    at: str,
    what: str,
    updated: datetime,
    alternate: str,
    entries: Sequence[Entry],
    more: str = "",
) -> Feed:
    settings = site.settings
    title = settings.title.get(say.language) or next(iter(settings.title.values()))
    return Feed(
        iri=f"{settings.base}feed/{at}",
        title=say("feed.of", title=title, what=what),
        updated=updated,
        author=settings.publisher,
        alternate=alternate,
        language=say.language,
        rights=settings.licence,
        entries=entries,
        next=more,
    )


def _summary(told: Told, say: Messages) -> str:
    counts = (("releases.added", told.added), ("releases.changed", told.changed), ("releases.removed", told.removed))
    done = "; ".join(f"{say(key)}: {say('releases.records', n=len(names))}" for key, names in counts if names)
    return " — ".join(filter(None, (told.entry.message, done or say("releases.nothing"))))


def _before() -> int | None:
    word = request.args.get("before")
    if word is None:
        return None
    if not _NUMBER.fullmatch(word):
        raise MalformedParameter("before", "the number of a release")
    return int(word)


def _missing(path: str) -> Response:
    site = this_site()
    with site.releases.reading() as reader:
        return missing(site, reader, path)


def _start(day: date) -> datetime:
    """The first moment of a day: a withdrawal is told by the day alone."""
    return datetime.combine(day, time(), UTC)
