"""The search box in a browser: names are offered as one types, and without script the same box finds the same."""

from typing import TYPE_CHECKING

import pytest
from browser.test_accessibility import violations

if TYPE_CHECKING:
    from conftest import Witness

pytestmark = pytest.mark.xdist_group("browser")


@pytest.mark.parametrize("path", ["/", "/search"])
def test_names_are_offered_as_one_types(witness: "Witness", example_url: str, path: str) -> None:
    page = witness.page
    page.goto(example_url + path)
    box = page.locator("input[type=search]")
    box.press_sequentially("koche")
    page.locator("#begun").wait_for()
    offered = page.locator("#begun [role=option]")
    assert offered.first.inner_text() == "Igor Kochetkov Person"
    assert (box.get_attribute("role"), box.get_attribute("aria-expanded")) == ("combobox", "true")
    assert violations(page) == []
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0, "the list fits the screen"
    box.press("Escape")
    assert page.locator("#begun").is_hidden()
    assert box.get_attribute("aria-expanded") == "false"
    assert box.input_value() == "koche", "what was typed stays"
    assert witness.console == []
    assert witness.elsewhere == []


def test_arrows_choose_and_enter_opens_the_page(witness: "Witness", example_url: str) -> None:
    page = witness.page
    page.goto(example_url + "/doc/place/chechnya?lang=ru")
    box = page.locator(".site-search input[type=search]")
    box.press_sequentially("novaja")  # spelt as nobody here spells it
    page.locator("#begun").wait_for()
    assert box.get_attribute("aria-activedescendant") is None
    box.press("ArrowUp")
    last = page.locator("#begun [role=option]").last
    assert box.get_attribute("aria-activedescendant") == last.get_attribute("id")
    box.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") is None, "what was typed has a place in the round"
    box.press("ArrowDown")
    assert page.locator("#begun [aria-selected=true]").inner_text() == "Новая газета Организация"
    box.press("Enter")
    page.wait_for_url("**/doc/org/novaya-gazeta?lang=ru")


def test_a_click_opens_and_leaving_closes(witness: "Witness", example_url: str) -> None:
    page = witness.page
    page.goto(example_url + "/search")
    box = page.locator("input[type=search]")
    box.press_sequentially("argun")
    page.locator("#begun").wait_for()
    page.locator("h1").click()
    page.locator("#begun").wait_for(state="hidden")
    box.press_sequentially(" ")
    page.locator("#begun [role=option]", has_text="Argun").first.click()
    page.wait_for_url("**/doc/place/argun")
    assert witness.console == []


@pytest.mark.parametrize("status", [500, 0])
def test_no_suggestions_are_no_harm(witness: "Witness", example_url: str, status: int) -> None:
    page = witness.page
    page.route("**/search/suggest*", lambda route: route.fulfill(status=status) if status else route.abort())
    page.goto(example_url + "/search")
    with page.expect_event("requestfinished" if status else "requestfailed"):
        page.locator("input[type=search]").press_sequentially("argun")
    assert page.locator("#begun").is_hidden()
    page.locator("input[type=search]").press("Enter")
    page.wait_for_url("**/search?q=argun")


def test_the_box_finds_without_choosing_from_the_list(witness: "Witness", example_url: str) -> None:
    page = witness.page
    page.goto(example_url + "/doc/place/chechnya?lang=ru")
    page.locator(".site-search input[type=search]").fill("Кочеткову")
    page.locator(".site-search input[type=search]").press("Enter")
    page.wait_for_url("**/search?*")
    assert page.locator("html").get_attribute("lang") == "ru"
    assert page.locator(".result h3 a").first.get_attribute("href") == "./doc/person/igor-kochetkov?lang=ru"
    assert page.locator(".result mark").first.inner_text() == "Кочетков"
