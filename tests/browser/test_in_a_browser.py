"""Pages as a browser sees them: nothing on the console, nothing from another host, nothing wider than the screen."""

from typing import TYPE_CHECKING

import pytest

from server.drawing.geodata import COARSE, outlines

if TYPE_CHECKING:
    from conftest import Witness

pytestmark = pytest.mark.xdist_group("browser")

PAGES = {
    "home": "/",
    "profile": "/doc/profile/russian-lgbt-network-2017-04-10.html",
    "organization": "/doc/org/russian-lgbt-network.html",
    "person": "/doc/person/igor-kochetkov.html",
    "place": "/doc/place/chechnya.html",
    "incident": "/doc/incident/chechnya-2017.html",
    "claim": "/doc/claim/over-100-detained.html",
    "source": "/doc/source/novaya-gazeta-2017-04-01.html",
    "record": "/record/profile/russian-lgbt-network-2017-04-10.html",
    "search": "/search?q=Kochetkov",
    "browse": "/browse?kind=claim",
    "places": "/places",
    "sparql": "/sparql",
    "ontology": "/ns",
    "scheme": "/vocab/act",
}


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_page_is_quiet_and_fits(witness: "Witness", example_url: str, path: str, language: str) -> None:
    answer = witness.page.goto(example_url + path, wait_until="networkidle")
    assert answer is not None
    assert answer.status == 200
    assert witness.console == []
    assert witness.elsewhere == []
    assert witness.failed == []
    assert witness.page.locator("html").get_attribute("lang") == language
    too_wide = witness.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert too_wide <= 0, f"{too_wide} px wider than the screen"


def test_a_witness_sees_what_it_watches_for(witness: "Witness", example_url: str) -> None:
    """The test above would not pass because nobody looks."""
    witness.page.goto(example_url + "/")
    witness.page.evaluate("console.error('seen'); fetch('http://127.0.0.2:9/').catch(() => {})")
    witness.page.wait_for_timeout(200)
    assert any("seen" in text for text in witness.console)
    assert witness.elsewhere or any("127.0.0.2" in text for text in witness.console), "asked for, or stopped by the CSP"


def test_a_reader_gets_from_home_to_a_source_by_links(witness: "Witness", example_url: str) -> None:
    page = witness.page
    page.goto(example_url + "/")
    page.get_by_role("link", name="Rights Group of the Week: Russian LGBT Network").first.click()
    assert "/profile/russian-lgbt-network-2017-04-10" in page.url
    body = page.locator("main").inner_text()
    assert "Novaya gazeta" in body
    assert "over 100" in body
    page.locator("main a[href*='/source/']").first.click()
    assert "/doc/source/" in page.url


def test_a_map_is_one_image_with_a_name_and_its_list_says_the_same(witness: "Witness", example_url: str) -> None:
    if not outlines(COARSE):
        pytest.skip("the outlines were not fetched (setup/fetch-assets)")
    page = witness.page
    page.goto(example_url + "/doc/incident/chechnya-2017")
    drawn = page.get_by_role("img", name="Where, as far as it is told")
    assert drawn.count() == 1
    assert "Argun" in (drawn.locator("desc").text_content() or "")
    listed = page.locator("figure.map li").all_inner_texts()
    assert any(text.startswith("Argun · not placed more exactly than in Russia") for text in listed)
    assert page.locator("figure.map .point").count() == 0
    name = page.locator("figure.map .name").bounding_box()
    assert name is not None
    assert name["height"] >= 11  # pixels, on a phone too
