"""Nothing that stands in the data is ever run: payloads in every place, on every kind of page, in a real browser.

`KHRONIKA_XSS=1` tries all 300 payloads in each place (an hour); without, three that get out of everything at once.
Last tried with all of them: 298 stood in every text (the door refused two), all 300 in a concept, on 8,136 pages; 3,300
addresses carried one, 300 letters came back, and each was typed into the search box; none was run.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode, urlsplit

import pytest
from browser.payloads import CALL, few, payloads
from browser.poisoning import BASE, THINGS, Poisoned, poison
from playwright.sync_api import Browser, BrowserContext, Error, Page

pytestmark = pytest.mark.xdist_group("browser")

ALL = "KHRONIKA_XSS" in os.environ
# Installed before any page's own: tells of each call, of whatever the policy stopped, and of dialogs.
HOOK = """
window.ran = [];
for (const name of ["__xss", "alert", "confirm", "prompt", "print"])
  window[name] = (...given) => { window.ran.push(name + "(" + given.map(String).join().slice(0, 99) + ")"); };
document.addEventListener("securitypolicyviolation", e =>
  window.ran.push("stopped: " + e.violatedDirective + " " + e.blockedURI + " " + e.sample));
"""
# What is on a page that could run later, by a click or a movement.
WAITING = """() => [...document.querySelectorAll("*")].flatMap(e => [...e.attributes]
  .filter(a => /^on/i.test(a.name)
    || (/^(href|src|srcdoc|action|formaction|data|xlink:href|poster|background)$/i.test(a.name)
        && /^[\\s\\x00-\\x20]*(javascript|vbscript|data):/i.test(a.value)))
  .map(a => e.tagName + " " + a.name + "=" + a.value.slice(0, 99)))"""


@dataclass
class Reader:
    """Somebody who opens pages, and notes whatever should not happen there."""

    page: Page
    host: str
    faults: list[str] = field(default_factory=list)
    opened: int = 0

    def watch(self) -> None:
        self.page.add_init_script(HOOK)
        self.page.on("dialog", lambda d: (self.faults.append(f"dialog {d.message}"), d.dismiss()))
        self.page.on("request", lambda r: None if self.ours(r.url) else self.faults.append(f"asked {r.url}"))

    def ours(self, url: str) -> bool:
        return urlsplit(url).netloc == self.host

    def read(self, path: str, status: int = 200) -> None:
        answer = self.page.goto(f"http://{self.host}/{path}")
        assert answer is not None
        assert answer.status == status, path
        self.look(path)

    def look(self, path: str) -> None:
        self.opened += 1
        ran = self.page.evaluate("window.ran")
        self.faults += [f"{path}: {what}" for what in [*ran, *self.page.evaluate(WAITING)]]
        assert self.page.url.startswith(f"http://{self.host}/"), f"{path} led to {self.page.url}"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Poisoned:
    return poison(tmp_path_factory.mktemp("poisoned") / "site", payloads() if ALL else few())


@pytest.fixture(scope="module")
def url(site: Poisoned, serve_site: Callable[..., AbstractContextManager[str]]) -> Iterator[str]:
    with serve_site(site.folder) as url:
        yield url


@pytest.fixture
def reader(browser: Browser, url: str) -> Iterator[Reader]:
    context: BrowserContext = browser.new_context(locale="en", viewport={"width": 1000, "height": 900})
    reader = Reader(context.new_page(), urlsplit(url).netloc)
    reader.watch()
    yield reader
    context.close()


def pages_of(site: Poisoned) -> Iterator[str]:
    """Every page that has the payload of a number: of each kind of thing, its card, its history, its record."""
    for n in sorted(site.numbers):
        for name in THINGS:
            yield f"doc/{name}-{n}"
        for name in ("claim/figure", "quote/x", "org/x"):
            yield f"card/doc/{name}-{n}"
        if (site.folder / "concepts" / f"x-{n}.ttl").exists():
            yield f"vocab/act/x-{n}"
        yield from (f"record/texts-{n}", f"history/doc/org/x-{n}", f"reply?about={BASE}id/org/x-{n}&lang=ru")
    for path in sorted((site.folder / "records").glob("*-*.ttl")) + sorted((site.folder / "records").glob("*url*")):
        yield f"record/{path.stem}"
    for path in sorted((site.folder / "records").glob("turtle-*.ttl")):
        yield f"doc/org/{path.stem}"


def lists(site: Poisoned) -> Iterator[str]:
    """Pages that have all of them."""
    yield from (
        "",
        "browse",
        "browse?kind=claim",
        "timeline",
        "questions",
        "releases",
        "releases/1",
        "places",
        "sparql",
    )
    yield from ("vocab/act", "browse?kind=concept", "browse?kind=record", "search?q=xss", "search?q=xss&kind=concept")
    yield from ("?lang=ru", "browse?lang=ru", "vocab/claim-type/fact", "record/derived")
    query = "SELECT ?s ?p ?o ?g {{ GRAPH ?g {{ ?s ?p ?o FILTER(CONTAINS(STR(?o), '__xss')) }} }} ORDER BY ?o OFFSET {}"
    yield from ("sparql?" + urlencode({"query": query.format(n * 500)}) for n in range(4))
    yield "sparql?" + urlencode({"query": "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o FILTER(CONTAINS(STR(?o), '__xss')) }"})


def asked_with(site: Poisoned) -> Iterator[tuple[str, int]]:
    """Addresses that carry a payload themselves, and what is answered."""
    for p in site.payloads:
        clean = "".join(sign for sign in p if sign.isprintable())
        yield "search?" + urlencode({"q": p[:300]}), 200 if clean == p else 0
        yield "doc/" + quote(clean, safe=""), 404
        yield "doc/org/x-0?" + urlencode({"page": p}), 400
        yield "?" + urlencode({"lang": p}), 200
        yield "reply?" + urlencode({"about": p}), 200
        yield "sparql?" + urlencode({"query": f"SELECT ('{clean}' AS ?x) {{ }}"}), 0
        yield "oembed?" + urlencode({"url": p}), 404
        yield "browse?" + urlencode({"place": p, "language": p}), 200 if clean == p else 0
        yield "search?" + urlencode({"q": "xss", "kind": p}), 200 if clean == p else 0
        yield "timeline?" + urlencode({"year": p}), 400
        yield "vocab/act/" + quote(clean, safe=""), 404


def test_no_page_runs_what_it_shows(reader: Reader, site: Poisoned) -> None:
    assert site.kept["texts"] >= len(site.payloads) * 0.9, f"most payloads stand in every text: {site.refused}"
    for path in [*pages_of(site), *lists(site)]:
        reader.read(path)
    assert reader.faults == []
    report(site, reader)


def test_no_page_runs_what_it_is_asked_with(reader: Reader, site: Poisoned) -> None:
    for path, status in asked_with(site):
        answer = reader.page.goto(f"http://{reader.host}/{path}")
        assert answer is not None
        assert status in (0, answer.status), path
        reader.look(path)
    assert reader.faults == []


def test_a_letter_that_comes_back_is_text(reader: Reader, site: Poisoned) -> None:
    for p in site.payloads:
        reader.read("reply")
        reader.page.locator("#text").fill(p)
        reader.page.locator("#contact").fill(p)
        with reader.page.expect_navigation():  # nothing is chosen, and sent too soon: the form comes again
            reader.page.evaluate("document.querySelector('form.letter').noValidate = true")
            reader.page.locator("form.letter button").click()
        reader.look("reply")
        shown = reader.page.locator("#text").input_value()
        assert "__xss" not in p or "__xss" in shown
    assert reader.faults == []


def test_a_name_that_is_suggested_is_text(reader: Reader, site: Poisoned) -> None:
    suggested = 0
    for p in ["xss", *site.payloads]:
        reader.read("search")
        with reader.page.expect_response("**/search/suggest*"):
            reader.page.locator("#q").fill(p[:300])
        reader.page.wait_for_timeout(50)
        suggested += reader.page.locator("#begun [role=option]").count()
        reader.look("search")
    assert suggested >= len(site.payloads)
    assert reader.faults == []


def test_feeds_and_files_are_no_pages(reader: Reader, url: str, site: Poisoned) -> None:
    """What is not HTML is never read as HTML, and XML that a browser shows runs nothing."""
    files = ["feed/releases.atom", "sitemap.xml", "doc/org/x-0.ttl", "doc/org/x-0.rdf", "doc/org/x-0.jsonld"]
    files += [f"oembed?format=xml&url={BASE}doc/org/x-0", "embed/doc/org/x-0", "search/suggest?q=script"]
    for path in files:
        answer = reader.page.request.get(f"{url}/{path}")
        assert answer.status == 200, path
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert not answer.headers["content-type"].startswith("text/html")
        if browser_shows(reader.page, f"{url}/{path}"):
            reader.look(path)
    own = "stopped: style-src-elem inline"  # the sheet that Chromium itself shows XML with
    assert [fault for fault in reader.faults if own not in fault] == []


def browser_shows(page: Page, url: str) -> bool:
    """Whether a browser shows it; what it would rather download is not shown."""
    try:
        page.goto(url)
    except Error as error:
        if "Download is starting" not in error.message:
            raise
        return False
    return True


def test_the_payloads_do_run_where_nothing_stops_them(browser: Browser) -> None:
    """The tests above would not pass because nothing ever runs: in a page without care and policy most do."""
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(HOOK)
    ran = 0
    tried = payloads()[48 :: 1 if ALL else 14]
    page.route("**/*", lambda route: route.fulfill(content_type="text/html", body=body))
    for payload in tried:
        body = f"<!doctype html><title>x</title><p>{payload}"
        page.goto("http://careless.example/")
        page.wait_for_timeout(30)
        ran += any("xss" in what for what in page.evaluate("window.ran"))
    context.close()
    assert ran > len(tried) * 0.6, f"{ran} of {len(tried)}"
    assert CALL.startswith("__xss")


def report(site: Poisoned, reader: Reader) -> None:
    """What was tried, for the one who runs all by hand: `-s` shows it."""
    print(f"\n{len(site.payloads)} payloads, {reader.opened} pages")
    for place in sorted(site.kept | site.refused):
        print(f"  {place}: {site.kept[place]} published, {site.refused[place]} refused by the door")
