"""Why a query got no answer. An answer is whole or it is one of these; statuses are in `server/problems.py`."""

from graph.errors import KhronikaError


class QueryError(KhronikaError):
    """The root of what can go wrong with a stranger's query. `reason` says what, `advice` how to go on."""

    def __init__(self, reason: str, advice: str = "") -> None:
        super().__init__(reason, advice)
        self.reason, self.advice = reason, advice

    def __str__(self) -> str:
        return f"{self.reason} {self.advice}".rstrip()


class QuerySyntaxError(QueryError):
    """The text is not a SPARQL 1.1 query; `line` and `column` count from 1, 0 where the place is not known."""

    def __init__(self, reason: str, line: int = 0, column: int = 0) -> None:
        KhronikaError.__init__(self, reason, line, column)
        self.reason, self.advice, self.line, self.column = reason, "", line, column

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.reason}" if self.line else self.reason


class QueryRefused(QueryError):
    """Something this endpoint does not do for anybody: SERVICE, LOAD, an update, a graph it would have to fetch."""


class QueryTimeout(QueryError):
    """Not answered within `seconds`, of which `waited` were spent waiting for a turn; its process was ended."""

    def __init__(self, seconds: float, waited: float = 0.0) -> None:
        KhronikaError.__init__(self, seconds, waited)
        turn = f" ({waited:.1f} of them before its turn came)" if waited > 0.1 else ""
        self.seconds, self.waited = seconds, waited
        self.reason = f"The query was not answered within {seconds:g} seconds{turn} and was stopped."
        self.advice = "Ask for less: name a subject or a class, count before listing, page with LIMIT and OFFSET."


class QueryTooLarge(QueryError):
    """The answer is longer than an answer may be: it is not cut, it is not given."""


class QueryTooLong(QueryTooLarge):
    """The text of the query is longer than a query may be."""


class QueryUnsayable(QueryError):
    """The format that was asked for cannot hold the answer; another can."""


class QueryMemory(QueryError):
    """Evaluation wanted more memory, or a deeper stack, than a query may have."""


class QueryLost(QueryError):
    """The process that answered ended for a reason that is not the query's; asking again is right."""


class ServiceFailed(QueryError):
    """An endpoint that SERVICE names did not give a whole answer; with SILENT it would not have mattered."""


class LaneBusy(QueryError):
    """Too many queries wait, or this client has used its share; `retry_after` in seconds says when to come again."""

    def __init__(self, reason: str, retry_after: float, own_doing: bool = False) -> None:
        # `own_doing` is true where the client's own queries are the cause (429 and not 503).
        KhronikaError.__init__(self, reason, retry_after, own_doing)
        self.reason, self.advice = reason, f"Come again in {max(1, round(retry_after))} seconds."
        self.retry_after, self.own_doing = retry_after, own_doing
