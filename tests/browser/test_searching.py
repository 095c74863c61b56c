"""The search box in a browser: names are offered as one types, and without script the same box finds the same."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Witness

pytestmark = pytest.mark.xdist_group("browser")


@pytest.mark.parametrize("path", ["/", "/search"])
def test_names_are_offered_as_one_types(witness: "Witness", example_url: str, path: str) -> None:
    page = witness.page
    page.goto(example_url + path)
    page.locator("input[type=search]").press_sequentially("koche")
    page.wait_for_selector("datalist#begun option", state="attached")
    offered = page.eval_on_selector_all("datalist#begun option", "options => options.map(o => o.value)")
    assert offered[0] == "Igor Kochetkov"
    assert witness.console == []
    assert witness.elsewhere == []


def test_the_box_finds_without_choosing_from_the_list(witness: "Witness", example_url: str) -> None:
    page = witness.page
    page.goto(example_url + "/doc/place/chechnya?lang=ru")
    page.locator(".site-search input[type=search]").fill("Кочеткову")
    page.locator(".site-search input[type=search]").press("Enter")
    page.wait_for_url("**/search?*")
    assert page.locator("html").get_attribute("lang") == "ru"
    assert page.locator(".result h3 a").first.get_attribute("href") == "./doc/person/igor-kochetkov?lang=ru"
    assert page.locator(".result mark").first.inner_text() == "Кочетков"
