"""Fetches from a site what a person named on the command line, with what went wrong in words."""

import http.client
import json
import re
import urllib.error
import urllib.request
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

from graph.formats import FORMATS, GRAPH_FORMATS, N_TRIPLES, RESULT_FORMATS, TRIG, Format
from graph.publish.history.cited import Cited, permanent, read_permanent
from graph.publish.history.copies import Copy, NotComparable, read_copy

SECONDS = 30.0  # past this a person would rather know
LARGEST_MB = 256  # more than the largest answer of an endpoint of ours
ANY = ", ".join([*(f.media_type for f in (*GRAPH_FORMATS, *RESULT_FORMATS)), "*/*;q=0.1"])
# What a status means for who verifies; anything else is told by its number.
MEANINGS = {
    404: "The site knows no such release, or no such document in it.",
    409: "The release is not what was cited.",
    410: "It was withdrawn since.",
    429: "The site is busy; try again in a while.",
    503: "The site is busy; try again in a while.",
}


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came: its bytes, their media type, and the permanent address that came with them, if any."""

    content: bytes
    media_type: str
    cite_as: str


def fetch(url: str, accept: str = ANY) -> Fetched:
    """The body at an http(s) address. Raises `NotComparable` for whatever came between."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise NotComparable(url, "is not an address of the web.", "Addresses begin with http:// or https://")
    uri = "".join(c if c.isascii() else quote(c) for c in url)  # a request cannot carry other letters (RFC 3987, 3.1)
    request = urllib.request.Request(uri, headers={"Accept": accept})  # noqa: S310 - the scheme is checked above
    try:
        with _opener().open(request, timeout=SECONDS) as answer:
            content = answer.read((LARGEST_MB << 20) + 1)
            if answer.length and len(content) <= LARGEST_MB << 20:  # reading some bytes does not tell of a cut itself
                raise http.client.IncompleteRead(content, answer.length)
            links = ", ".join(answer.headers.get_all("Link", []))
            media_type = answer.headers.get_content_type()
    except urllib.error.HTTPError as error:
        with error:
            said = MEANINGS.get(error.code, "The site refused.")
            raise NotComparable(url, f"{said} ({error.code})", _detail(error.read(1 << 16))) from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise NotComparable(url, f"cannot be reached: {reason}.", "Nothing was compared; try again later.") from None
    if len(content) > LARGEST_MB << 20:
        raise NotComparable(url, f"is longer than {LARGEST_MB} MB.", "Compare it where the site lies: --against DIR")
    found = re.search(r'<([^>]*)>; rel="cite-as"', links)
    return Fetched(content, media_type, found[1] if found else "")


def served(cited: Cited, form: Format, root: str = "") -> tuple[str, Copy]:
    """The address under which a site serves what was cited, in a form comparable with `form`, and what it says.

    `root` asks another server of the same site than the one in the address. Raises `NotComparable`, also where what
    came does not say that it is of that release with that digest: a server may not know what a digest is.
    """
    address = f"{root.rstrip('/')}/{cited.path}" if root else cited.address
    if cited.question:
        url, accept = permanent(address, cited.release, cited.digest, cited.question), form.media_type
    else:
        wanted = TRIG if form.graphs else N_TRIPLES
        suffix = next((f.suffix for f in FORMATS if address.endswith(f.suffix)), "")
        fields = urlencode({"release": cited.release, "digest": cited.digest})
        url, accept = f"{address.removesuffix(suffix)}{wanted.suffix}?{fields}", wanted.media_type
    fetched = fetch(url, accept)
    copy = read_copy(fetched.content, url.partition("?")[0], fetched.media_type)
    named = [*copy.names, read_permanent(fetched.cite_as)]
    if not any(name and name.is_of(cited) for name in named):
        problem = f"does not say that it is of release {cited.release} with the digest {cited.digest}."
        raise NotComparable(url, problem, "The address may be mistyped, or lead to something else than a site of ours.")
    return url, copy


def _opener() -> urllib.request.OpenerDirector:
    """Speaks http and https and nothing else, also where a redirect leads."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


def _detail(body: bytes) -> str:
    """What a problem says for itself (RFC 9457), empty where it says nothing."""
    try:
        return str(json.loads(body)["detail"])
    except (ValueError, TypeError, KeyError):
        return ""
