"""Documents of the current release as most ask for them, without Flask: the same bytes with less on the way.

Whatever is not simple goes on to the application, which says what is wrong with it, or answers it all the same: an
address with a question, of something unknown or withdrawn, in a format that is not there.
"""

from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any

from werkzeug.http import remove_entity_headers

from graph.formats import HTML
from graph.publish.lens import Lens
from server.conditions import MATCH, UNCHANGED
from server.front.requests import ROUTE, Environ, Wsgi
from server.http.answering import Answer, answer
from server.http.asked import decoded, sent_path
from server.http.headers import dressed
from server.http.negotiation import choose_language
from server.http.signposts import choose_for_document
from server.pages.documents import RULE, Wish, find_document, rendered, representation
from server.releases.versions import dressed_original
from server.releases.withdrawn import tombstones
from server.site import Site

BEFORE = "/doc/"
METHODS = ("GET", "HEAD")
LINES = {200: "200 OK", 304: "304 NOT MODIFIED"}  # as werkzeug writes them


class PlainDocuments:
    """Stands before the application. `note` is told route, method, status and seconds of what is answered here."""

    def __init__(self, site: Site, application: Wsgi, note: Callable[[str, str, int, float], None]) -> None:
        self._site, self._application, self._note = site, application, note

    def __call__(self, environ: Environ, start: Any) -> Iterable[bytes]:
        """Answer, as WSGI has it."""
        begun, method = monotonic(), environ["REQUEST_METHOD"]
        given = self._answer(environ) if method in METHODS and environ["PATH_INFO"].startswith(BEFORE) else None
        if given is None:
            return self._application(environ, start)
        environ[ROUTE] = RULE
        self._note(RULE, method, given.status, monotonic() - begun)
        headers = dressed(given.headers)
        if given.status == 304:
            remove_entity_headers(headers)
        else:
            headers.append(("Content-Length", str(len(given.body))))
        start(LINES[given.status], headers)
        return [b"" if method == "HEAD" else given.body]

    def _answer(self, environ: Environ) -> Answer | None:
        """The document, or 304; None for what the application answers."""
        sent = sent_path(environ)
        if sent is None or environ.get("QUERY_STRING") or not sent.startswith(BEFORE[1:]):
            return None
        if MATCH in environ or UNCHANGED in environ:
            return None
        try:
            path = decoded(sent)
            if self._is_withdrawn(path):
                return None
            with self._site.releases.reading() as reader:
                lens = Lens(reader, self._site.settings, self._site.vocabulary, self._site.languages[0])
                return self._document(lens, path.removeprefix(BEFORE[1:]), environ, sent.count("/"))
        except Exception:  # the application meets it too, and says so
            return None

    def _is_withdrawn(self, path: str) -> bool:
        if not self._site.blocklist.now().tombstones:
            return False
        return any(True for _ in tombstones(self._site, "id/" + path.removeprefix(BEFORE[1:])))

    def _document(self, lens: Lens, name: str, environ: Environ, depth: int) -> Answer | None:
        site = self._site
        if name[:1] in ("", "/"):  # no address of a document
            return None
        node, name, asked = find_document(lens, site.settings.base + "id/", name)
        wanted = asked or choose_for_document(environ.get("HTTP_ACCEPT"))
        if node is None or wanted is None:
            return None
        spoken = choose_language(environ.get("HTTP_ACCEPT_LANGUAGE"), site.languages) if wanted is HTML else ""
        path, wish = "doc/" + name, Wish(wanted, depth, spoken)
        given = answer(
            site, lens.reader, representation(path, wish), lambda: rendered(site, lens, node, path, wish),
            environ, depth,
        )  # fmt: skip
        dressed_original(given, site, path + (asked.suffix if asked else ""))
        return given
