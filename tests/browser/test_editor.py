"""The query editor: ours alone, under the strict policy, on a phone too, and the same form where scripts are off."""

from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Route, expect

pytestmark = pytest.mark.xdist_group("browser")

CLAIMS = "PREFIX kh: <https://w3id.org/khronika/ns#>\nSELECT ?claim { ?claim a kh:Claim } LIMIT 3"


def test_the_editor_asks_and_the_answer_leads_to_our_pages(witness: Any, example_url: str) -> None:
    page = witness.page
    page.goto(example_url + "/sparql", wait_until="networkidle")
    expect(page.locator(".editor .CodeMirror")).to_be_visible()
    expect(page.locator("textarea#query")).to_be_hidden()
    page.locator(".editor .CodeMirror").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(CLAIMS)
    page.get_by_role("button", name="Ask").click()
    page.wait_for_load_state("networkidle")
    link = page.locator("section.answer td a").first
    assert "/claim/" in (link.get_attribute("href") or "")
    link.click()
    page.wait_for_load_state("networkidle")
    assert "/doc/" in page.url
    assert not witness.console
    assert not witness.elsewhere


def test_the_keyboard_asks_and_is_not_caught(witness: Any, example_url: str) -> None:
    page = witness.page
    page.goto(example_url + "/sparql", wait_until="networkidle")
    page.locator(".editor .CodeMirror").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("ASK { ?s ?p ?o }")
    page.keyboard.press("Tab")
    assert page.evaluate("!document.activeElement.closest('.editor')")
    page.locator(".editor .CodeMirror").click()
    page.keyboard.press("Control+Enter")
    expect(page.locator("p.truth")).to_have_text("Yes")


def test_completion_comes_from_the_data(witness: Any, example_url: str) -> None:
    page = witness.page
    page.goto(example_url + "/sparql", wait_until="networkidle")
    page.locator(".editor .CodeMirror").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("PREFIX kh: <https://w3id.org/khronika/ns#>\nSELECT * { ?c a kh:Cla")
    page.keyboard.press("Control+Space")
    expect(page.locator(".CodeMirror-hint").first).to_contain_text("Claim")
    assert not witness.elsewhere
    assert not witness.console


def test_a_prefix_is_declared_once_when_it_is_used(witness: Any, example_url: str) -> None:
    page = witness.page
    page.goto(example_url + "/sparql", wait_until="networkidle")
    page.locator(".editor .CodeMirror").click()
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.keyboard.type("SELECT * { ?c a schema:NGO ; kh:statedIn ?d")
    expect(page.locator(".editor .CodeMirror-code")).to_contain_text("PREFIX kh:")
    lines = page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()").splitlines()
    assert lines[:2] == ["PREFIX kh: <https://w3id.org/khronika/ns#>", "PREFIX schema: <https://schema.org/>"]
    assert lines[2:] == ["SELECT * { ?c a schema:NGO ; kh:statedIn ?d"]


def test_the_editor_shows_where_a_mistake_is_until_it_is_mended(witness: Any, example_url: str) -> None:
    page = witness.page
    page.goto(
        f"{example_url}/sparql?{urlencode({'query': 'SELECT * {' + chr(10) + '  ?s ?p }'})}", wait_until="networkidle"
    )
    assert page.locator("a.fault").inner_text() == "Line 2, column 10"
    expect(page.locator(".editor .faulty")).to_have_count(1)
    expect(page.locator(".editor .fault-text")).to_have_text("}")
    page.locator("a.fault").click()
    cursor = page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getCursor()")
    assert (cursor["line"], cursor["ch"]) == (1, 9)
    assert page.evaluate("!!document.activeElement.closest('.editor')")
    page.keyboard.press("ArrowLeft")
    page.keyboard.type("?o ")
    expect(page.locator(".editor .faulty, .editor .fault-text")).to_have_count(0)
    page.keyboard.press("Control+Enter")
    expect(page.locator("section.answer table")).to_be_visible()
    assert not witness.elsewhere


def test_the_keys_are_named_where_there_is_an_editor(witness: Any, browser: Browser, example_url: str) -> None:
    witness.page.goto(example_url + "/sparql", wait_until="networkidle")
    expect(witness.page.locator(".keys")).to_be_visible()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(example_url + "/sparql")
    expect(page.locator(".keys")).to_be_hidden()
    context.close()


def test_a_phone_fetches_the_editor_once_somebody_writes(browser: Browser, example_url: str) -> None:
    context = browser.new_context(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844})
    page = context.new_page()
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(example_url + "/sparql?query=ASK+%7B%0A%7D&format=html", wait_until="networkidle")
    assert not [url for url in fetched if "yasqe" in url]
    held: list[Route] = []
    page.route("**/yasqe.min.js*", lambda route: held.append(route))
    area = page.locator("textarea#query")
    with page.expect_request("**/yasqe.min.js*"):
        area.tap()
    area.evaluate("area => area.setSelectionRange(5, 5)")
    page.keyboard.insert_text(" ?s")
    held[0].continue_()
    expect(page.locator(".editor .CodeMirror-focused")).to_be_visible()
    expect(area).to_be_hidden()
    page.keyboard.insert_text(" ?p ?o")
    assert page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()") == "ASK { ?s ?p ?o\n}"
    page.get_by_role("button", name="Ask").tap()
    expect(page.locator("p.truth")).to_have_text("Yes")
    context.close()


def test_nothing_of_what_is_asked_stays_in_the_browser(witness: Any, example_url: str) -> None:
    page = witness.page
    page.goto(example_url + "/sparql", wait_until="networkidle")
    page.locator(".editor .CodeMirror").click()
    page.keyboard.insert_text("# a secret question\n")
    assert "secret" not in page.evaluate("JSON.stringify(localStorage) + JSON.stringify(sessionStorage)")


def test_the_form_works_without_scripts(browser: Browser, example_url: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(example_url + "/sparql")
    page.fill("textarea#query", CLAIMS)
    page.get_by_role("button", name="Ask").click()
    assert page.locator("section.answer tbody tr").count() == 3
    page.locator("section.questions a").first.click()
    assert page.locator("section.answer").count() == 1
    context.close()
