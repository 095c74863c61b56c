"""What a request to `/sparql` asks, read by the letter of SPARQL 1.1 Protocol §2.1. No answer is made here."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote_to_bytes

from werkzeug.exceptions import BadRequest, Forbidden, MethodNotAllowed, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.wrappers import Request

from server.http.asked import MalformedParameter

FORM, DIRECT, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
METHODS = ("GET", "HEAD", "POST", "OPTIONS")
ESCAPED = 3  # bytes of a form for one byte of a query, at worst
SLACK = 16 << 10  # bytes for what else a form holds
MOST_FIELDS = 1000  # more parameters than any dataset needs

TWICE = "There are {} queries in this request; send one."
BOTH = "There is a query in the address and one in the body; send one."
NOT_UTF8 = "The query is not UTF-8."
NO_UPDATES = "This address answers queries; what is published here is changed by its editors."
TYPES = f"Send {FORM} with a parameter 'query', or the query itself as {DIRECT}."


class Asked(NamedTuple):
    """One request to the endpoint. `query` is None where there is none; `wishes` are what `format=` names."""

    query: str | None
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    wishes: tuple[str, ...] = ()
    seconds: float | None = None
    release: str | None = None
    digest: str | None = None
    page: int = 1


def read_request(request: Request, most: int) -> Asked:
    """The request as read; `most` is the length a query may have, in bytes.

    Raises werkzeug's 400, 403, 405, 413, 415 with what is wrong, or `MalformedParameter`.
    """
    if request.method in ("GET", "HEAD"):
        return read_address(request.query_string)
    of_url = _fields(request.query_string)
    if request.method != "POST":
        raise MethodNotAllowed(METHODS, "Queries are asked with GET or POST.")
    body = _body(request, most)
    if request.mimetype == FORM:
        of_body = _fields(body)
        if "query" in of_url:
            raise BadRequest(BOTH)
        query = _only_query(of_body)
        if query is None:
            raise BadRequest("The form has no parameter 'query'.")
        return _asked({**of_url, **of_body}, query)
    if request.mimetype == DIRECT:
        if "query" in of_url:
            raise BadRequest(BOTH)
        return _asked(of_url, _decoded(body))
    if request.mimetype == UPDATE:
        raise Forbidden(NO_UPDATES)
    raise UnsupportedMediaType(f"A query cannot be sent as '{request.mimetype}'. {TYPES}")


def read_address(query_string: bytes) -> Asked:
    """A GET as read, by the part of its address after `?`; raises as `read_request`."""
    fields = _fields(query_string)
    return _asked(fields, _only_query(fields))


def _body(request: Request, most: int) -> bytes:
    """The body, within the limit; `UnsupportedMediaType` for one that is compressed or not UTF-8 by its own word."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType("A compressed query is not taken; send it as it is.")
    charset = request.mimetype_params.get("charset", "utf-8").lower().strip('"')
    if charset not in ("utf-8", "utf8"):
        raise UnsupportedMediaType(f"A query in {charset} is not taken; send UTF-8.")
    request.max_content_length = most * ESCAPED + SLACK
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise RequestEntityTooLarge(f"The query is longer than {most >> 10} kB.") from None


def _fields(encoded: bytes) -> dict[str, list[str]]:
    """The parameters of a form or an address, each with all its values."""
    try:
        text = encoded.decode("ascii")
        name, found, value = text.partition("=")
        if found and name.isalpha() and "&" not in value:  # one, as programs send it
            return {name: [unquote_to_bytes(value.replace("+", " ")).decode("utf-8")]}
        pairs = parse_qsl(
            text,
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except UnicodeDecodeError:
        raise BadRequest(NOT_UTF8) from None
    except ValueError:
        raise BadRequest(f"There are more than {MOST_FIELDS} parameters.") from None
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise BadRequest(NOT_UTF8) from None


def _only_query(fields: Mapping[str, Sequence[str]]) -> str | None:
    """The one query among the parameters, None where there is none."""
    if "update" in fields:
        raise Forbidden(NO_UPDATES)
    queries = fields.get("query", ())
    if len(queries) > 1:
        raise BadRequest(TWICE.format(len(queries)))
    return queries[0] if queries else None


def _asked(fields: Mapping[str, Sequence[str]], query: str | None) -> Asked:
    default, named = fields.get("default-graph-uri"), fields.get("named-graph-uri")
    given = default is not None or named is not None
    return Asked(
        query=query,
        default_graphs=tuple(default or ()) if given else None,
        named_graphs=tuple(named or ()) if given else None,
        wishes=tuple(wish for wish in fields.get("format", ()) if wish),
        seconds=_seconds(_one(fields, "timeout")),
        release=_one(fields, "asOf"),
        digest=_one(fields, "digest"),
        page=_page(_one(fields, "page")),
    )


def _one(fields: Mapping[str, Sequence[str]], name: str) -> str | None:
    """The value of a parameter that may come once; an empty one counts as none, as a form sends it."""
    values = fields.get(name, ())
    if len(set(values)) > 1:
        raise MalformedParameter(name, "given once")
    return (values[0] or None) if values else None


def _seconds(word: str | None) -> float | None:
    if word is None:
        return None
    try:
        seconds = float(word)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise MalformedParameter("timeout", "a number of seconds above 0")
    return seconds


def _page(word: str | None) -> int:
    if word is None:
        return 1
    if not re.fullmatch(r"[1-9][0-9]{0,6}", word):
        raise MalformedParameter("page", "a whole number from 1")
    return int(word)
