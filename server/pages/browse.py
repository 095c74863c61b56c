"""Browsing: all there is, newest first, narrowed by kind, year, place, publisher, source and language."""

from flask import Blueprint, Response

from server.pages.search import answer

blueprint = Blueprint("browse", __name__)


@blueprint.get("/browse")
def browse() -> Response:
    """Everything, or what is left of it."""
    return answer("browse")
