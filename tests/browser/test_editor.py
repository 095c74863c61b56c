"""The query editor: ours alone, under the strict policy, on a phone too, and the same form where scripts are off."""

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

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
