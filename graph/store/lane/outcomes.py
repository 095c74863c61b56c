"""What a worker is told, and what became of it in our words: the error it said, or why it said nothing."""

from collections.abc import Mapping
from signal import SIGABRT, SIGALRM, SIGBUS, SIGSEGV
from typing import Any

from graph.settings import Limits
from graph.store.lane.errors import (
    QueryError,
    QueryLost,
    QueryMemory,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
    QueryUnsayable,
    ServiceFailed,
)
from graph.store.lane.question import Ask
from graph.store.lane.tokens import Reading, spelled

WITHOUT = "Ask again later, or with SERVICE SILENT, which goes on without it."


def message_of(ask: Ask, reading: Reading) -> dict[str, Any]:
    """What a worker is told. The dataset of the request goes before that of the query (SPARQL 1.1 Protocol §2.1.4)."""
    default, named = ask.default_graphs, ask.named_graphs
    of_query = default is None and named is None and reading.graphs is not None
    if of_query and reading.graphs:
        default, named = reading.graphs
    return {
        "query": spelled(ask.query),
        "base": ask.base,
        "link": ask.link,
        "format": ask.format.media_type,
        "default": default,
        "named": named,
        "strict": of_query,
    }


def failed(said: Mapping[str, Any], limits: Limits) -> QueryError:
    """The error a worker told, as our own."""
    reason = str(said.get("reason", ""))
    match said.get("kind"):
        case "syntax":
            return QuerySyntaxError(reason, int(said.get("line", 0)), int(said.get("column", 0)))
        case "refused":
            return QueryRefused(reason)
        case "large":
            return QueryTooLarge(reason, "Ask for less at a time with LIMIT and OFFSET.")
        case "rows":
            return QueryTooLarge(reason, "Say more inside SERVICE, or before it, so that fewer rows are needed.")
        case "unsayable":
            return QueryUnsayable(reason, "Ask for another: JSON or TSV for rows, Turtle or N-Triples for statements.")
        case "elsewhere":
            return ServiceFailed(reason, WITHOUT)
        case "memory":
            return QueryMemory(
                f"The query needs more than {limits.query_memory_mb} MB of memory.",
                "Group or sort fewer rows, name a subject or a class, page with LIMIT and OFFSET.",
            )
        case _:
            return QueryLost(reason or "The process that was answering has ended.", "Ask again.")


def ended_by(signal: int | None, seconds: float, waited: float, limits: Limits) -> QueryError:
    """Why a worker died, by the signal that ended it; `seconds` it had, after it had `waited` for its turn."""
    if signal == SIGALRM:
        return QueryTimeout(seconds, waited)
    if signal == SIGABRT:
        return QueryMemory(
            f"The query needs more than {limits.query_memory_mb} MB of memory.",
            "Group or sort fewer rows, name a subject or a class, page with LIMIT and OFFSET.",
        )
    if signal in (SIGSEGV, SIGBUS):
        return QueryMemory("The query is nested too deeply.", "Write it with fewer levels of braces or functions.")
    return QueryLost("The process that was answering has ended.", "Ask again.")
