"""What can be told of a query by its tokens alone, before it runs: its form, its dataset, what is refused in it.

The engine has no switch against SERVICE, and SILENT and EXISTS hide that it failed. So the words of the query are read
here, where strings, comments, IRIs and names are known for what they are (SPARQL 1.1 §19). The sandbox holds even if
this reading were fooled: what it gives is the reason.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import pairwise
from typing import NamedTuple

from pyoxigraph import NamedNode, RdfFormat, parse

from graph.store.lane.errors import QueryRefused, QuerySyntaxError
from graph.store.lane.services import Service, find_services

# PN_CHARS_BASE and PN_CHARS of the grammar
_LETTERS = (
    r"A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C\u200D\u2070-\u218F\u2C00-\u2FEF"
    r"\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_CHARS = rf"{_LETTERS}_0-9\u00B7\u0300-\u036F\u203F\u2040\-"
_LOCAL = rf"(?:[{_CHARS}:]++|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?#@%])+"
_RUN = rf"[{_LETTERS}_][{_CHARS}]*+(?:\.++[{_CHARS}]++)*"  # a prefix, or words with dots and dashes between them
# Runs of signs are possessive and every failure consumes: 64 kB of the worst text are read in a tenth of a second.
# Groups are not: before 3.11.5, which Debian 12 has not, what a possessive one took and gave up is lost (gh-106052).
_TOKEN = re.compile(
    rf"""
    (?P<space>\s++|\#[^\n\r]*+)
  | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]++|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*>)
  | (?P<string>\"\"\"(?:[^\"\\]++|\\.|\"{{1,2}}(?!\"))*\"\"\"|'''(?:[^'\\]++|\\.|'{{1,2}}(?!'))*'''
              |\"(?!\"\")(?:[^\"\\\n\r]++|\\.)*\"|'(?!'')(?:[^'\\\n\r]++|\\.)*')
  | (?P<open>["'])
  | (?P<variable>[?$][{_CHARS}]++)
  | (?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*)
  | (?P<blank>_:[{_CHARS}]++(?:\.++[{_CHARS}]++)*)
  | (?P<name>(?:{_RUN})?:(?:{_LOCAL}(?:\.++{_LOCAL})*)?)
  | (?P<word>{_RUN})
  | (?P<number>[0-9]++(?:\.[0-9]*+)?(?:[eE][+-]?[0-9]++)?)
  | (?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_SERVICE = re.compile("service", re.IGNORECASE)
# Texts without any of these need no more reading than to the word that names their form.
_TELLING = re.compile(r"service|from|now|rand|uuid|bnode|construct|\\u", re.IGNORECASE)

# Most queries begin so: comments, prefixes, and then the form. What begins otherwise is read token by token.
_PLAIN = re.compile(
    r"""(?:\s++|\#[^\n\r]*+[\n\r]|PREFIX\s++[A-Za-z][A-Za-z0-9_-]*+:\s*+<[^<>"{}|^`\\\x00-\x20]*+>)*"""
    r"(SELECT|ASK|DESCRIBE)(?=[\s{*?$<])",
    re.IGNORECASE,
)

FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
CHANGING = ("NOW", "RAND", "UUID", "STRUUID")  # another answer each time

NO_SERVICE = "SERVICE is refused: this endpoint asks no other one on anybody's behalf."
NO_SERVICE_ADVICE = "Ask here for what is here and join the two answers on your side."
NO_UPDATE = "{} is refused: this address answers queries and changes nothing."
SPACED = "Put a space after FROM."


class Reading(NamedTuple):
    """What the tokens of a query tell.

    `services` are the groups to be asked of other endpoints, `prologue` the declarations that they are read with.

    `form` is SELECT, ASK, CONSTRUCT, DESCRIBE, or empty where there is none; `graphs` holds the IRIs of FROM and of
    FROM NAMED, None where the query has neither; `changing` is true where the same query may answer differently over
    the same release, `renaming` where only blank node labels may.
    """

    form: str
    graphs: tuple[tuple[str, ...], tuple[str, ...]] | None
    changing: bool
    renaming: bool
    services: tuple[Service, ...] = ()
    prologue: str = ""


def read(query: str, base: str | None = None, allowed: frozenset[str] = frozenset()) -> Reading:
    """Read a query, its relative IRIs relative to `base`; `allowed` are the endpoints that SERVICE may name.

    `QueryRefused` for what nobody may ask, `QuerySyntaxError` for a FROM that cannot be read or a string left open.
    """
    wanted = _TELLING.search(query)
    if not wanted and (plain := _PLAIN.match(query)):
        return Reading(plain[1].upper(), None, changing=False, renaming=False)
    tokens = list(_tokens(query) if wanted else _beginning(query))
    start, form = _form(tokens)
    services: tuple[Service, ...] = ()
    prologue = ""
    if wanted and allowed and form:
        starts = [match.start() for match in _TOKEN.finditer(query) if match.lastgroup != "space"]
        declared = " ".join(text for _, text in tokens[:start])
        services = find_services(tokens, starts, lambda text: _resolved(declared, [text], base)[0], allowed)
        prologue = query[: starts[start]]
    if wanted:
        _refuse_service(_blanked(query, services))
    words = {part for kind, text in tokens if kind == "word" for part in re.split("[-.]", text.upper())}
    kinds = {text for kind, text in tokens if kind == "sign"} | {kind for kind, _ in tokens if kind == "blank"}
    return Reading(
        form=form,
        graphs=_dataset(tokens, start, base) if "from" in query.lower() else None,
        changing=bool(services) or not words.isdisjoint(CHANGING),
        renaming="BNODE" in words or (form == "CONSTRUCT" and not kinds.isdisjoint(("[", "(", "blank"))),
        services=services,
        prologue=prologue,
    )


def _tokens(query: str) -> Iterator[tuple[str, str]]:
    """Kind and text of each token that is not space; `QuerySyntaxError` at a string that is not closed."""
    for match in _TOKEN.finditer(query):
        kind = str(match.lastgroup)
        if kind == "open":
            start = match.start()
            line, column = query.count("\n", 0, start) + 1, start - query.rfind("\n", 0, start)
            raise QuerySyntaxError("This string is not closed.", line, column)
        if kind != "space":
            yield kind, match[0]


def placed(query: str) -> Iterator[tuple[int, str, str]]:
    """Where each token begins, its kind and its text; `open` is the kind of a quote that no other closes."""
    for match in _TOKEN.finditer(query):
        if match.lastgroup != "space":
            yield match.start(), str(match.lastgroup), match[0]


def spelled(query: str) -> str:
    """The query as the engine can read it: `TRUE` and `FALSE` are words in any case (§19.8), it knows small letters."""
    plain = query.lower()
    if query.count("true") == plain.count("true") and query.count("false") == plain.count("false"):
        return query
    return _TOKEN.sub(
        lambda match: match[0].lower() if match[0].lower() in ("true", "false") else match[0],
        query,
    )


def _beginning(query: str) -> Iterator[tuple[str, str]]:
    """The tokens up to the word that names the form: enough where nothing else in the text can matter."""
    for kind, text in _tokens(query):
        yield kind, text
        if kind == "word" and text.upper().startswith((*FORMS, *UPDATES)):
            return


def _blanked(query: str, services: Sequence[Service]) -> str:
    """The query without the groups that are asked elsewhere."""
    for service in reversed(services):
        query = query[: service.start] + " {} " + query[service.end :]
    return query


def _refuse_service(query: str) -> None:
    """Refuse what is left of SERVICE in a text, however it is spelled."""
    if _SERVICE.search(query) and _asks_service(_until_open(query)):
        raise QueryRefused(NO_SERVICE, NO_SERVICE_ADVICE)
    if "\\u" in query or "\\U" in query:  # §19.2: escapes may stand for any character anywhere, also of a keyword
        plain = _ESCAPE.sub(_unescape, query)
        if _SERVICE.search(plain) and _asks_service(_until_open(plain)):
            raise QueryRefused(NO_SERVICE, NO_SERVICE_ADVICE)


def _until_open(query: str) -> list[tuple[str, str]]:
    """The tokens of a text that may have been broken by taking its escapes for characters."""
    tokens: list[tuple[str, str]] = []
    with suppress(QuerySyntaxError):
        tokens.extend(_tokens(query))
    return tokens


def _unescape(match: re.Match[str]) -> str:
    point = int(match[1] or match[2], 16)
    return chr(point) if point < 0x110000 else match[0]


def _asks_service(tokens: list[tuple[str, str]]) -> bool:
    """Whether a keyword SERVICE is among the tokens; the engine needs no space around it (`trueSERVICE<x>{}`)."""
    declared = _prefixes(tokens)
    for kind, text in tokens:
        if kind == "word" and _SERVICE.search(text):
            return True
        if kind == "name":
            prefix = text.partition(":")[0].lower()
            glued = re.match("service(?:silent)?(.*)", prefix)
            if "service" in prefix and (prefix not in declared or (glued and glued[1] in declared)):
                return True
    return False


def _prefixes(tokens: list[tuple[str, str]]) -> set[str]:
    """The prefixes the query declares, in lower case."""
    return {
        text.partition(":")[0].lower()
        for (before, word), (kind, text) in pairwise(tokens)
        if before == "word" and word.upper() == "PREFIX" and kind == "name"
    }


def _form(tokens: list[tuple[str, str]]) -> tuple[int, str]:
    """Where the prologue ends, and the form that begins there; `QueryRefused` for an update."""
    place = 0
    while place < len(tokens):
        kind, text = tokens[place]
        word = text.upper()
        if kind == "word" and word in ("PREFIX", "BASE"):
            place += 3 if word == "PREFIX" else 2
            continue
        if kind == "word":
            update = next((u for u in UPDATES if word.startswith(u)), None)
            if update:
                raise QueryRefused(NO_UPDATE.format(update), "What is published here is changed by its editors.")
            return place, next((f for f in FORMS if word.startswith(f)), "")
        break
    return place, ""


def _dataset(
    tokens: list[tuple[str, str]], start: int, base: str | None
) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """The graphs of the dataset clauses, which stand before the first brace of a pattern (§13.2)."""
    declared = _prefixes(tokens)
    default: list[str] = []
    named: list[str] = []
    place, depth = _after_template(tokens, start), 0
    while place < len(tokens) and (depth or tokens[place] != ("sign", "{")):
        kind, text = tokens[place]
        depth += {"(": 1, ")": -1}.get(text, 0)  # `SELECT (EXISTS {…} AS ?x) FROM <g>`
        if depth:
            pass
        elif kind == "word" and text.upper() == "FROM":
            place += 1
            into = default
            if tokens[place : place + 1] and tokens[place][1].upper() == "NAMED":
                into, place = named, place + 1
            if place >= len(tokens) or tokens[place][0] not in ("iri", "name"):
                raise QuerySyntaxError("FROM needs the IRI of a graph.")
            into.append(tokens[place][1])
        elif _glued_from(kind, text, declared):
            raise QuerySyntaxError(SPACED)
        place += 1
    if not default and not named:
        return None
    prologue = " ".join(text for _, text in tokens[:start])
    return _resolved(prologue, default, base), _resolved(prologue, named, base)


def _after_template(tokens: list[tuple[str, str]], start: int) -> int:
    """The place after `CONSTRUCT { template }`; `start` for every other form."""
    if not tokens[start + 1 :] or not tokens[start][1].upper().startswith("CONSTRUCT"):
        return start
    if tokens[start + 1] != ("sign", "{"):
        return start
    return next((n + 1 for n in range(start, len(tokens)) if tokens[n] == ("sign", "}")), len(tokens))


def _glued_from(kind: str, text: str, declared: set[str]) -> bool:
    if kind == "word":
        return text.upper().startswith("FROM")
    prefix = text.partition(":")[0].lower()
    return kind == "name" and prefix.startswith("from") and prefix not in declared


def _resolved(prologue: str, references: list[str], base: str | None) -> tuple[str, ...]:
    """IRIs and prefixed names as the query's prologue means them: Turtle has the same grammar for both (§4.1)."""
    turtle = prologue + "".join(f"\n{reference} <x:is> <x:named> ." for reference in references)
    try:
        subjects = [triple.subject for triple in parse(turtle, RdfFormat.TURTLE, base_iri=base)]
    except SyntaxError as error:
        raise QuerySyntaxError(f"The graph of a FROM cannot be read: {error}") from None
    return tuple(s.value for s in subjects if isinstance(s, NamedNode))
