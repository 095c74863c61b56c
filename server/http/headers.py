"""What every answer carries: who may frame it, what it may load (nothing of anybody else's), what it varies with."""

from flask import Flask, Response, request

CONTENT_POLICY = (
    "default-src 'none'; base-uri 'none'; connect-src 'self'; font-src 'self'; form-action 'self'; "
    "frame-ancestors {frames}; frame-src 'self'; img-src 'self' data:; manifest-src 'self'; script-src 'self'; "
    "style-src 'self'"
)
PAGE_POLICY = CONTENT_POLICY.format(frames="'none'")
CARD_POLICY = CONTENT_POLICY.format(frames="*")  # a card is made to stand in other people's pages

VARY = "Accept, Accept-Language"
ALWAYS = {
    "Content-Security-Policy": PAGE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # which page a reader came from is nobody's business
    "Permissions-Policy": "interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
DRESS = list(ALWAYS.items())


def dressed(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers of a negotiated answer, which has a Vary already, with those of every answer."""
    varied = [(name, f"{value}, {VARY}" if name == "Vary" else value) for name, value in headers]
    return varied + DRESS


def register(app: Flask) -> None:
    """Have every answer of `app` leave with these headers; a view that has set one keeps its own."""
    app.after_request(_dress)


def _dress(response: Response) -> Response:
    headers = response.headers
    present = {name.lower() for name in headers.keys()}  # noqa: SIM118 - iterating gives pairs
    for name, value in ALWAYS.items():
        if name.lower() not in present:
            headers.add_header(name, value)
    if request.endpoint == "assets.static":  # all else is negotiated, refusals included
        return response
    varies = headers.get("Vary", "").lower().split(", ")
    missing = [name for name in VARY.split(", ") if name.lower() not in varies]
    if "vary" not in present:
        headers["Vary"] = VARY
    elif missing:
        headers["Vary"] = ", ".join([headers["Vary"], *missing])
    return response
