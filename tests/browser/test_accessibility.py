"""axe-core (WCAG 2.2 A, AA and best practice) on every kind of page: both languages, light and dark, both widths."""

from collections.abc import Iterator
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

import pytest
from browser.kinds import PAGES
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.xdist_group("browser")

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


# Sizes of what one touches (WCAG 2.2, 2.5.8) axe looks at only where it is told to.
RUN = "axe.run(document, {resultTypes: ['violations'], rules: {'target-size': {enabled: true}}})"

VIEWS = [("light", 1280, "en"), ("dark", 390, "ru")]  # each value once; the pairs share no rule of the style sheet


@pytest.fixture(scope="module", params=VIEWS, ids=["light-desktop-en", "dark-phone-ru"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    scheme, width, language = request.param
    headers = {"Accept-Language": language}
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, extra_http_headers=headers
    )
    yield context.new_page()
    context.close()


def violations(page: Page) -> list[str]:
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate(RUN)
    return [f"{v['id']}: {v['help']}: {v['nodes'][0]['html'][:200]}" for v in found["violations"]]


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_axe_finds_nothing(page: Page, example_url: str, path: str) -> None:
    answer = page.goto(example_url + path)
    assert answer is not None
    assert answer.status == (404 if "nobody" in path else 200)
    for details in page.locator("details").all():  # what is folded away is read too
        details.evaluate("element => { element.open = true }")
    assert violations(page) == []


ASKED = {
    "rows": "SELECT * { ?s ?p ?o } LIMIT 9",
    "chance": "SELECT (RAND() AS ?x) {}",
    "a mistake": "SELECT * {\n  ?s ?p\n}",
    "refused": "SELECT * { SERVICE <x:y> { ?s ?p ?o } }",
}


@pytest.mark.parametrize("query", ASKED.values(), ids=ASKED)
def test_axe_finds_nothing_in_what_the_editor_answers(page: Page, example_url: str, query: str) -> None:
    page.goto(f"{example_url}/sparql?{urlencode({'query': query})}")
    assert page.locator("section.answer, section.error").count() == 1
    assert violations(page) == []


def test_axe_finds_nothing_in_what_completes(page: Page, example_url: str) -> None:
    page.goto(example_url + "/sparql", wait_until="networkidle")
    page.locator(".editor .CodeMirror").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("PREFIX kh: <https://w3id.org/khronika/ns#>\nSELECT * { ?c a kh:")
    page.keyboard.press("Control+Space")
    page.locator(".CodeMirror-hint").first.wait_for()
    assert violations(page) == []


def test_axe_does_find_faults(page: Page, example_url: str) -> None:
    page.goto(example_url + "/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x><button></button>')")
    assert len(violations(page)) >= 2


def test_a_keyboard_reaches_the_text_first_and_shows_where_it_is(page: Page, example_url: str) -> None:
    page.goto(example_url + PAGES["profile"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("getComputedStyle(document.activeElement).left") == "0px"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
