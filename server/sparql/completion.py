"""What the editor completes with: the classes and properties in use, as the release's own statistics list them."""

import json

from flask import Response
from werkzeug.http import is_resource_modified
from werkzeug.wrappers import Request

from graph.formats import JSON_RESULTS
from graph.store.workers import Ask, QueryLane, Snapshot, etag
from server.http.answering import CACHE_CONTROL
from server.http.caching import Rendered
from server.site import Site

# The dataset's own partitions: each term stands there once, so this costs nothing at a million statements
QUESTIONS = {
    "classes": """PREFIX void: <http://rdfs.org/ns/void#>
SELECT ?term { <.well-known/void#dataset> void:classPartition/void:class ?term }""",
    "properties": """PREFIX void: <http://rdfs.org/ns/void#>
SELECT ?term { <.well-known/void#dataset> void:propertyPartition/void:property ?term }""",
}
CLIENT = "the site itself"  # completion has a share of its own, or one reader's would be spent on all


def terms(site: Site, lane: QueryLane, request: Request, snapshot: Snapshot) -> Response:
    """`{"classes": […], "properties": […]}`, sorted; from memory after the first time."""
    tag = etag(_ask(site, "properties"), snapshot)
    headers = {"ETag": f'"{tag}"', "Cache-Control": CACHE_CONTROL}
    if not is_resource_modified(request.environ, etag=headers["ETag"]):
        return Response(status=304, headers=headers)
    generation = site.cache.generation
    kept = site.cache.get(tag)
    if kept is None:
        found = {name: _terms(lane.ask(_ask(site, name), snapshot).read()) for name in QUESTIONS}
        kept = Rendered(json.dumps(found).encode())
        site.cache.keep(tag, kept, generation)
    return Response(kept.body, headers=headers, content_type="application/json")


def _ask(site: Site, name: str) -> Ask:
    return Ask(QUESTIONS[name], JSON_RESULTS, client=CLIENT, base=site.settings.base)


def _terms(content: bytes) -> list[str]:
    return sorted(row["term"]["value"] for row in json.loads(content)["results"]["bindings"])
