"""What a first visit costs: document, style, fonts, script, as they travel."""

import pytest
from playwright.sync_api import Browser, Response, Route

pytestmark = pytest.mark.xdist_group("browser")

FIRST_VIEW = 100_000  # bytes; ten seconds on the slow mobile line of somebody far from a city
PAGES = [
    "/",
    "/doc/profile/russian-lgbt-network-2017-04-10",
    "/doc/incident/chechnya-2017",
    "/doc/org/russian-lgbt-network",
    "/doc/claim/over-100-detained",
    "/browse",
    "/places",
    "/questions",
    "/cookbook?term=kh:Event",
    "/cookbook",
]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_first_view_is_light(browser: Browser, example_url: str, path: str, language: str) -> None:
    context = browser.new_context(extra_http_headers={"Accept-Language": language})
    page = context.new_page()
    seen: list[Response] = []
    page.on("response", lambda response: seen.append(response))
    page.goto(example_url + path, wait_until="networkidle")
    sizes = {response.url.removeprefix(example_url): response.request.sizes()["responseBodySize"] for response in seen}
    context.close()
    assert 5_000 < sum(sizes.values()) <= FIRST_VIEW, sizes


# What the browser counts for a score: how much of the view moved, times how far.
MOVED = """() => new Promise(told => new PerformanceObserver(list =>
  told(list.getEntries().reduce((sum, entry) => sum + entry.value, 0))).observe({type: "layout-shift", buffered: true})
  || setTimeout(() => told(0), 300))"""


@pytest.mark.parametrize(("path", "language"), [("/browse", "en"), ("/", "ru")])
def test_words_do_not_move_when_fonts_come_late(browser: Browser, example_url: str, path: str, language: str) -> None:
    context = browser.new_context(
        viewport={"width": 412, "height": 823}, extra_http_headers={"Accept-Language": language}
    )
    page = context.new_page()
    late: list[str] = []

    def hold(route: Route) -> None:
        late.append(route.request.url)
        page.wait_for_timeout(700)
        route.continue_()

    page.route("**/*.woff2", hold)
    page.goto(example_url + path, wait_until="networkidle")
    moved = page.evaluate(MOVED)
    context.close()
    assert len(late) == len(set(late)) >= 2, "each font is asked for once, early"
    assert moved < 0.01
