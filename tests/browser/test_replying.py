"""A letter to the editors in a browser, with and without script: sent through our own policies, read by axe."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.xdist_group("browser")

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
WORDS = "Это сказано не им.\n\n<b>Проверьте</b> & исправьте."


@pytest.fixture(scope="module")
def site(published_example: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy to write to: the shared example is read by others."""
    return Path(shutil.copytree(published_example, tmp_path_factory.mktemp("letters") / "site"))


@pytest.fixture(scope="module")
def url(site: Path, serve_site: Callable[..., AbstractContextManager[str]]) -> Iterator[str]:
    with serve_site(site) as url:
        yield url


def violations(page: Page) -> list[str]:
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found["violations"]]


def test_a_letter_is_written_refused_and_sent(browser: Browser, url: str, site: Path) -> None:
    """With script off and on at once: a letter must not be sent faster than it is written, so one waits for both."""
    plain = browser.new_context(java_script_enabled=False, locale="en").new_page()
    plain.goto(url + "/reply")
    plain.get_by_label("Something should be withdrawn").check()
    plain.get_by_label("Your letter").fill("The page of 2017.")

    context = browser.new_context(
        viewport={"width": 390, "height": 900}, color_scheme="dark", extra_http_headers={"Accept-Language": "ru"}
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
    page.goto(url + "/doc/person/igor-kochetkov")
    page.locator("section.reply a").click()
    assert violations(page) == []
    assert page.locator(".unseen input").bounding_box()["x"] < 0, "nobody sees the trap"
    page.get_by_label("Я здесь назван(а)").check()
    page.get_by_label("Ваше письмо").fill(WORDS)
    page.get_by_role("button", name="Отправить").click()
    page.get_by_role("alert").wait_for()
    assert "быстрее, чем пишет человек" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Ваше письмо").input_value() == WORDS
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.wait_for_timeout(3200)
    page.get_by_role("button", name="Отправить").click()
    page.wait_for_url("**/reply/thanks?*")
    assert violations(page) == []
    reference = page.locator(".lede strong").inner_text()
    context.close()
    letter = (site / "replies" / f"{reference}.txt").read_text(encoding="utf-8")
    assert "about: https://rights-in-russia.example/id/person/igor-kochetkov\n" in letter
    assert letter.endswith(f"\n\n{WORDS}\n")
    plain.get_by_role("button", name="Send").click()
    plain.wait_for_url("**/reply/thanks?*")
    reference = plain.locator(".lede strong").inner_text()
    assert "The page of 2017." in (site / "replies" / f"{reference}.txt").read_text(encoding="utf-8")
    plain.context.close()
    assert [c for c in complaints if "422" not in c] == [], "the policy lets the form through"
