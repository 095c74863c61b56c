"""`/reply`: the one door by which a reader writes. A letter goes into the editors' folder and is never served again.

Nothing is known of who writes but what they type: no address, no browser, no hour is kept. What stands in the form
comes back with every refusal, so that nobody has to write a letter twice.
"""

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, abort, current_app, request
from pyoxigraph import NamedNode

from graph.errors import KhronikaError
from graph.formats import HTML
from graph.publish.description import is_described
from graph.publish.lens import Lens, Ref
from graph.replies import KINDS, Letter, Letters, LettersShut, TooManyLetters, is_reference, lines_of
from server.http.asked import client_of, reader_language, urls
from server.http.negotiation import choose
from server.pages.documents import refuse_all_but_html
from server.problems import PROBLEM_JSON, problem, status_of
from server.releases.withdrawn import tombstones
from server.replies.letters import (
    CONTACT,
    TRAP,
    LetterRejected,
    LettersTooOften,
    Typed,
    judge,
    refuse_foreign,
    typed_in,
)
from server.replies.rationing import Ration
from server.replies.tickets import Standing, Tickets
from server.site import Site, site_of, this_site
from server.templating import Page

blueprint = Blueprint("replies", __name__)
blueprint.record_once(lambda state: _prepare(cast(Flask, state.app)))

DESK = "khronika-letters"
FORM = "application/x-www-form-urlencoded"
NEXT_SECONDS = 120.0  # until a client may send one more: nobody writes two thoughtful letters a minute
WORST = 12  # bytes of a form that one character may take, percent-encoded
SLACK = 16 << 10  # bytes for the other fields


@dataclass(frozen=True)
class Desk:
    """What one application keeps of letters: where they go, and in memory what holds off machines."""

    letters: Letters
    ration: Ration
    tickets: Tickets = field(default_factory=Tickets)
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True, slots=True)
class View:
    """What the form shows."""

    typed: Typed
    about: Ref | None
    ticket: str
    fault: str = ""
    kinds: tuple[str, ...] = KINDS
    contact_most: int = CONTACT
    trap: str = TRAP


def _prepare(app: Flask) -> None:
    site = site_of(app)
    rules = site.settings.replies
    app.extensions[DESK] = Desk(Letters(site.settings.letters, rules.waiting), Ration(rules.burst, NEXT_SECONDS))


@blueprint.get("/reply")
def form() -> Response:
    """The form, about the thing of `?about=` where this site shows it; about nothing that it names otherwise."""
    site = _open_site()
    refuse_all_but_html(site, "reply")
    about = _about(site, request.args.get("about", ""))
    typed = Typed(about=about.iri if about else "")
    return _shown(site, View(typed, about, _desk().tickets.issue()), 200)


@blueprint.post("/reply")
def send_letter() -> Response:
    """Keep a letter and lead to its reference; else the form again, with what is wrong and all that was typed."""
    site = _open_site()
    if request.mimetype != FORM:
        abort(415)
    most = site.settings.replies.characters
    request.max_content_length = request.max_form_memory_size = 2 * most * WORST + SLACK
    refuse_foreign(
        request.headers.get("Sec-Fetch-Site"),
        request.headers.get("Origin"),
        frozenset((request.host, urlsplit(site.settings.base).netloc)),
    )
    typed, ticket = typed_in(request.form), request.form.get("ticket", "")
    about = _about(site, typed.about)
    try:
        reference = _kept(site, typed, about, ticket)
    except (LetterRejected, TooManyLetters, LettersShut) as error:
        if choose(request.headers.get("Accept"), (PROBLEM_JSON, HTML), PROBLEM_JSON) is not HTML:
            raise
        return _again(site, typed, about, ticket, error)
    response = Response(status=303)
    response.headers["Location"] = urls(site).to("reply/thanks", ref=reference)
    response.autocorrect_location_header = False
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/reply/thanks")
def thanks() -> Response:
    """The reference number of a letter, and what happens now. Says nothing of the letter: the server does not know."""
    site = _open_site()
    refuse_all_but_html(site, "reply/thanks")
    reference = request.args.get("ref", "")
    if not is_reference(reference):
        return _missing(site)
    language, _ = reader_language(site)
    page = Page(site.settings, site.messages[language], urls(site), "reply/thanks", query={"ref": reference})
    body = site.jinja.get_template("reply_thanks.html").render(page=page, say=page.say, reference=reference)
    return _unkept(Response(body, content_type="text/html; charset=utf-8"), language)


def _kept(site: Site, typed: Typed, about: Ref | None, ticket: str) -> str:
    """The reference of the letter, once it is on disk."""
    desk = _desk()
    with desk.lock:  # a button pressed twice comes twice at once
        sent = desk.tickets.result(ticket)
        if sent is not None:
            return sent
        judge(typed, request.form.get(TRAP, ""), desk.tickets.standing(ticket), site.settings.replies.characters)
        wait = desk.ration.take(client_of(request))
        if wait:
            raise LettersTooOften(wait)
        letter = Letter(
            kind=typed.kind,
            text=lines_of(typed.text),
            about=about.iri if about else "",
            answer_to=typed.contact,
            release=_release(site),
        )
        reference = desk.letters.keep(letter, datetime.now(UTC).date())
        desk.tickets.use(ticket, reference)
        return reference


def _again(site: Site, typed: Typed, about: Ref | None, ticket: str, error: KhronikaError) -> Response:
    """The form with what is wrong and all that was typed; its ticket stays good while it is."""
    say = site.messages[reader_language(site)[0]]
    if isinstance(error, LetterRejected):
        fault = say(error.key, **error.values)
    else:
        current_app.logger.error("%s %s: %s", request.method, request.url_rule, error)
        full = isinstance(error, TooManyLetters)
        fault = say("reply.fault.full" if full else "reply.fault.shut")
    worthless = _desk().tickets.standing(ticket) in (Standing.STALE, Standing.FALSE)
    ticket = _desk().tickets.issue() if worthless else ticket
    status, headers = status_of(error)
    response = _shown(site, View(typed, about, ticket, fault), status)
    response.headers.update(headers)
    return response


def _shown(site: Site, view: View, status: int) -> Response:
    language, _ = reader_language(site)
    query = {"about": view.about.iri} if view.about else {}
    page = Page(site.settings, site.messages[language], urls(site), "reply", query=query)
    most = site.settings.replies.characters
    body = site.jinja.get_template("reply.html").render(page=page, say=page.say, view=view, most=most)
    return _unkept(Response(body, status, content_type="text/html; charset=utf-8"), language)


def _unkept(response: Response, language: str) -> Response:
    response.headers["Cache-Control"] = "no-store"  # it has a ticket of its own in it, or somebody's words
    response.headers["Content-Language"] = language
    return response


def _about(site: Site, iri: str) -> Ref | None:
    """The thing or record a letter is about, with its name: None for what this site does not show at this moment."""
    own = site.settings.of_site(iri) or ""
    if not own.startswith(("id/", "record/")):
        return None
    try:
        node = NamedNode(iri)
        if next(tombstones(site, own), None) is not None:
            return None
        with site.releases.reading() as reader:
            lens = Lens(reader, site.settings, site.vocabulary, reader_language(site)[0])
            return lens.ref(node) if is_described(lens, node) else None
    except (ValueError, KhronikaError):  # no IRI, or a release on its way: the letter matters more than its name
        return None


def _release(site: Site) -> int:
    try:
        with site.releases.reading() as reader:
            return reader.release
    except KhronikaError:
        return 0


def _desk() -> Desk:
    return cast(Desk, current_app.extensions[DESK])


def _open_site() -> Site:
    site = this_site()
    if not site.settings.replies.enabled:
        abort(_missing(site))
    return site


def _missing(site: Site) -> Response:
    say = site.messages[reader_language(site)[0]]
    return problem(404, say("problem.missing"), say("problem.missing.detail"))
