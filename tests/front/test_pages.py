"""Page processes: what they answer is what the application answers, of no other release than the front's."""

import asyncio
import marshal
import os
import time
from contextlib import suppress
from pathlib import Path

import pytest
from front.processes import came, environ, page_processes, starting, with_pages
from front.served import fields
from loops import run_through

from graph.releases import publish
from graph.settings import Settings
from graph.vocabulary import load_vocabulary
from server.app import create_app
from server.front import page_process, pages
from server.front.generation import Terms
from server.front.keeper import Keeper
from server.front.page_process import HEAD
from server.front.pages import Pages, is_page
from server.front.requests import Environ, run
from server.site import CurrentRelease, site_of, state_of

LEFT_OUT = {"date"}


def test_they_say_what_the_application_says(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(settings)
    state = state_of(site_of(app))
    assert state is not None
    asked = [
        environ("/"), environ("/", "lang=ru"), environ("/browse"), environ("/search", "q=x"), environ("/nothing"),
        environ("/doc/org/rfe-rl"), environ("/doc/org/rfe-rl", HTTP_ACCEPT="text/turtle"), environ("/id/org/rfe-rl"),
        environ("/doc/org/rfe-rl", HTTP_ACCEPT_ENCODING="gzip"), environ("/doc/org/rfe-rl", method="HEAD"),
        environ("/doc/%zz"), environ("/sitemap.xml"), environ("/record/organizations", HTTP_ACCEPT="text/turtle"),
    ]  # fmt: skip

    async def compare(made: Pages) -> None:
        for each in asked:
            said, own = await made.ask(each, state), run(app.wsgi_app, dict(each))
            assert said is not None
            assert (said.status, said.body, said.route, said.state) == (own.status, own.body, own.route, state)
            assert sorted([*said.headers, *fields(said.written)]) == sorted(own.headers)
            assert not {name.lower() for name, _ in fields(said.written)} & page_process.LOOKED_AT

    with_pages(settings, compare, monkeypatch)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (environ("/doc/x"), True),
        (environ("/search", "q=x"), True),
        (environ("/doc/x", method="HEAD"), True),
        (environ("/doc/x", method="POST"), False),
        (environ("/sparql", "query=ASK{}"), False),
        (environ("/sparql/terms.json"), False),
        (environ("/metrics"), False),
        (environ("/health"), False),
        (environ("/reply", "about=x"), False),
        (environ("/timegate/x"), False),
        (environ("/ns"), False),
        (environ("/doc/x", "release=1"), False),
        (environ("/doc/x", "asOf=2026-01-01"), False),
        (environ("/doc/x", "rele%61se=1"), False),
        (environ("/doc/x", HTTP_ACCEPT_DATETIME="Thu, 01 Jan 2026 00:00:00 GMT"), False),
    ],
)
def test_what_only_the_front_can_answer_stays_there(asked: Environ, answer: bool) -> None:
    assert is_page(asked) is answer


def test_a_small_site_never_starts_them(settings: Settings) -> None:
    def start(_count: int, _folder: Path) -> Keeper:
        raise AssertionError

    async def ask_now_and_then() -> None:
        made = Pages(2, start)
        for _ in range(pages.BUSY_PAGES - 1):
            assert await made.ask(environ("/"), "") is None
        made._since -= pages.BUSY_SECONDS + 1
        for _ in range(pages.BUSY_PAGES - 1):
            assert await made.ask(environ("/"), "") is None

    run_through(ask_now_and_then())


def test_what_was_published_in_between_is_shown(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process is told which release the front knows; it never answers from an older one."""
    app = create_app(settings)
    before = state_of(site_of(app))
    assert before is not None

    async def change(made: Pages) -> None:
        path = settings.records / "note.yaml"
        path.write_text("record:\n  modified: 2026-01-15\nthings:\n  - id: org/new\n    type: NGO\n    name: New one\n")
        first = await made.ask(environ("/doc/org/new"), before)
        assert first is not None
        assert (first.status, first.state) == (404, before)
        await asyncio.to_thread(publish, settings, author="ann", message="why")
        site_of(app).releases.look_again()
        after = state_of(site_of(app))
        assert after not in (None, before)
        for _ in range(4):
            then = await made.ask(environ("/doc/org/new"), str(after))
            assert then is not None
            assert (then.status, then.state) == (200, after)

    with_pages(settings, change, monkeypatch)


def test_nothing_of_an_older_release_stays_open_in_them(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also while nobody asks: whoever erases waits for all who have the files open."""

    async def publish_on(made: Pages) -> None:
        assert made._keeper is not None
        pids = page_processes(made)
        before = opened(pids, settings.var)
        assert before
        path = settings.records / "another.yaml"
        path.write_text("record:\n  modified: 2026-01-15\nthings:\n  - id: org/two\n    type: NGO\n    name: Two\n")
        await asyncio.to_thread(publish, settings, author="ann", message="why")
        until = time.monotonic() + 5
        while opened(pids, settings.var) & before:
            assert time.monotonic() < until
            await asyncio.sleep(0.05)

    with_pages(settings, publish_on, monkeypatch)


def opened(pids: list[int], folder: Path) -> set[str]:
    """Files of releases that processes have open."""
    found = set()
    for pid in pids:
        for link in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                found.add(os.readlink(link))
    return {each for each in found if each.startswith(str(folder / "releases"))}


def test_what_the_files_of_a_site_say_by_now_is_not_served(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings and words are those the front began with, also in processes that begin later."""
    app = create_app(settings)
    state = state_of(site_of(app))
    assert state is not None
    own = run(app.wsgi_app, environ("/"))
    terms = Terms(settings, load_vocabulary(settings.folder / "concepts"))
    text = (settings.folder / "site.toml").read_text(encoding="utf-8")
    (settings.folder / "site.toml").write_text("broken", encoding="utf-8")
    (settings.folder / "concepts").mkdir(exist_ok=True)
    (settings.folder / "concepts" / "broken.ttl").write_text("broken", encoding="utf-8")
    monkeypatch.setattr(pages, "BUSY_PAGES", 1)

    async def ask() -> None:
        made = Pages(2, starting(terms))
        try:
            await came(made, settings)
            said = await made.ask(environ("/"), state)
            assert said is not None
            assert said.body == own.body
        finally:
            await asyncio.to_thread(made.close)

    try:
        run_through(ask())
    finally:
        (settings.folder / "site.toml").write_text(text, encoding="utf-8")
        (settings.folder / "concepts" / "broken.ttl").unlink()


def test_a_process_that_knows_of_another_state_looks_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    app, looked = create_app(settings), []
    monkeypatch.setattr(CurrentRelease, "look_again", lambda _: looked.append("again"))
    page_process._answered(app, environ("/"), str(state_of(site_of(app))))
    assert looked == []
    page_process._answered(app, environ("/"), "of another release")
    assert looked == ["again"]


def test_what_a_process_made_while_its_state_changed_is_of_no_state(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(settings)
    for states, made_in in ((["a", "a"], "a"), (["a", "b"], None), (["b", "a", "a"], "a"), (["b", "b", "b"], "b")):
        monkeypatch.setattr(page_process, "state_of", lambda _site, left=list(states): left.pop(0))
        answer = page_process._answered(app, environ("/"), "a")
        said, _ = HEAD.unpack_from(answer)
        assert marshal.loads(answer[HEAD.size : HEAD.size + said])[3] == made_in
