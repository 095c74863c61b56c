"""From a request to the question that the lane is asked, whichever door it came by."""

from werkzeug.wrappers import Request

from graph.store.lane.errors import LaneBusy, QuerySyntaxError
from graph.store.lane.mistakes import diagnosed
from graph.store.workers import Ask, read
from server.http.asked import client_of
from server.site import Site
from server.sparql.formats import choose_format
from server.sparql.protocol import Asked


def read_question(site: Site, request: Request, asked: Asked, query: str) -> Ask | None:
    """What is asked, in which format; None where no format suits. `QueryError` where nobody may ask this."""
    return question(site, asked, query, request.headers.get("Accept"), client_of(request))


def question(site: Site, asked: Asked, query: str, accept: str | None, client: str) -> Ask | None:
    """As `read_question`, from the parts of a request that matter."""
    base = base_of(site)
    with site.readings.of(client, query):
        reading = read(query, base, site.settings.endpoints)
    chosen = choose_format(reading.form, asked.wishes, accept)
    if chosen is None:
        return None
    return Ask(
        query=query,
        format=chosen,
        default_graphs=asked.default_graphs,
        named_graphs=asked.named_graphs,
        seconds=asked.seconds,
        client=client,
        reading=reading,
        base=base,
    )


def base_of(site: Site) -> str:
    """What relative IRIs in a query are relative to: the address they are sent to (RFC 3986 §5.1.3)."""
    return site.settings.base + "sparql"


def diagnosed_in_turn(site: Site, request: Request, query: str, error: QuerySyntaxError) -> QuerySyntaxError:
    """The error with what is known of such mistakes; without it where too many long texts are looked at already."""
    try:
        with site.readings.of(client_of(request), query):
            return diagnosed(query, error)
    except LaneBusy:
        return error
