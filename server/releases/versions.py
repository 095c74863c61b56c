"""Versions of documents as HTTP tells of them: the headers of RFC 7089, and the ways from one version to others.

A version lies at `?release=N` of its document and never changes, but for what is withdrawn.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import Response
from werkzeug.http import http_date

from graph.formats import FORMATS, Format
from graph.publish.history.changes import Change, described
from server.http.answering import Answer
from server.http.asked import iris
from server.http.caching import Link
from server.http.urls import escaped
from server.releases.past import Version
from server.site import Site

LINK_FORMAT = Format("link-format", "application/link-format", ".link")
# One who has read a version may keep it for a day; caches that serve others ask each time, as a withdrawal must reach
# them at once. Longer would gain nothing, and the page around the words changes with the software.
IMMUTABLE = "public, max-age=86400, s-maxage=0, immutable"

EXPOSED, TOLD = "Access-Control-Expose-Headers", ", Khronika-Release, Memento-Datetime"


@dataclass(frozen=True, slots=True)
class Original:
    """A document with a history: the thing or record it is about, its path with any suffix, and what changed."""

    iri: str
    path: str
    changes: tuple[Change, ...]

    @property
    def versions(self) -> Sequence[Change]:
        """The changes that left something to read, the oldest first."""
        return described(self.changes)


def find_original(site: Site, path: str) -> Original | None:
    """The document at a path below the root and its history, None where none has ever been."""
    if path.startswith("id/"):
        path = "doc/" + path.removeprefix("id/")
    if not path.startswith(("doc/", "record/")):
        return None
    name = path.removeprefix("doc/")
    base = site.settings.base + ("id/" if name != path else "")
    suffix = next((f.suffix for f in FORMATS if name.endswith(f.suffix)), "")
    for each in dict.fromkeys((name, name.removesuffix(suffix))):
        for node in iris(base, each):
            changes = site.history.changes(node.value)
            if changes:
                return Original(node.value, path, changes)
    return None


def dressed(response: Response, site: Site, path: str, iri: str, version: Version | None) -> Response:
    """A document's answer with the headers of RFC 7089: of an original, or of the version that was asked for.

    `path` is the document's own below the root, with the suffix it was asked for with.
    """
    if response.status_code not in (200, 304) or not (version or site.history.kept):
        return response
    headers = response.headers
    links: list[Link | str] = [*links_to_versions(site, path)]
    if version is not None:
        headers["Cache-Control"] = IMMUTABLE if version.settled else headers["Cache-Control"]
        headers["Memento-Datetime"] = http_date(version.recorded)
        headers["Khronika-Release"] = str(version.number)
        headers["X-Robots-Tag"] = "noindex"  # who searches should find what is said today
        if "Content-Location" in headers:
            headers["Content-Location"] += f"?release={version.number}"
        original = Original(iri, path, site.history.changes(iri))
        links = [original_link(site, path), *links, *_around(site, original, version.number)]
    for link in links:
        headers.add("Link", str(link))
    if EXPOSED in headers:
        headers[EXPOSED] += TOLD
    return response


def dressed_original(answer: Answer, site: Site, path: str) -> None:
    """As `dressed`, for the answer about the current release to who asked for none."""
    if not site.history.kept:
        return
    headers = [(name, value + TOLD if name == EXPOSED else value) for name, value in answer.headers]
    answer.headers = [*headers, *(("Link", str(link)) for link in links_to_versions(site, path))]


def links_to_versions(site: Site, path: str) -> Sequence[Link]:
    """The ways to the versions of a document, where the site keeps any."""
    return [timegate_link(site, path), timemap_link(site, path)] if site.history.kept else []


def timegate_link(site: Site, path: str) -> Link:
    """The way to the TimeGate of a document."""
    return Link(f"{site.settings.base}timegate/{escaped(path)}", "timegate")


def timemap_link(site: Site, path: str) -> Link:
    """The way to the TimeMap of a document."""
    return Link(f"{site.settings.base}timemap/{escaped(path)}", "timemap", LINK_FORMAT.media_type)


def original_link(site: Site, path: str) -> Link:
    """The way to the document as it is today."""
    return Link(site.settings.base + escaped(path), "original")


def end_links(site: Site, original: Original) -> list[str]:
    """The first and the last version, as links."""
    versions = original.versions
    return [memento_link(site, original, versions[n], {w}) for n, w in ((0, "first"), (-1, "last"))]


def _around(site: Site, original: Original, release: int) -> Iterator[str]:
    """The versions that a reader of one may turn to: itself, the first, the last, the one before and the one after."""
    versions = original.versions
    here = next((n for n in range(len(versions) - 1, -1, -1) if versions[n].release <= release), None)
    if here is None:
        return
    words: dict[int, set[str]] = {here: set()}
    places = (("first", 0), ("last", len(versions) - 1), ("prev", here - 1), ("next", here + 1))
    for word, place in places:
        if 0 <= place < len(versions):
            words.setdefault(place, set()).add(word)
    for place in sorted(words):
        yield memento_link(site, original, versions[place], words[place])


def memento_link(site: Site, original: Original, version: Change, words: set[str]) -> str:
    """The way to one version, which is the first, last, prev or next as `words` say (RFC 7089, 2.2.4)."""
    relation = " ".join([*sorted(words), "memento"])
    target = f"{site.settings.base}{escaped(original.path)}?release={version.release}"
    return f'<{target}>; rel="{relation}"; datetime="{http_date(version.recorded)}"'
