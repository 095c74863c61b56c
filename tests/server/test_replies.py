"""The letter to the editors: kept whole and private, nothing known of who writes, nothing typed is ever lost."""

import errno
import os
import re
import stat
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from graph.replies import Letters
from graph.settings import Replies
from server.replies.form import DESK, NEXT_SECONDS
from server.replies.letters import TRAP
from server.replies.rationing import Ration
from server.replies.tickets import LATEST, SOONEST, Tickets

BASE = "https://docs.example/"
PERSON = BASE + "id/person/ann-lee"
PAGE = {"Accept": "text/html"}
TEXT = "She never said so.\r\n\r\n<b>Ask</b> the “Herald” & me — Анна 🙂\n"


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


class Writer:
    """Somebody who writes to the editors of a site, and takes the time it takes."""

    def __init__(self, client: FlaskClient, clock: Clock, folder: Path) -> None:
        self.client, self.clock, self.folder = client, clock, folder

    def ticket(self, about: str = PERSON) -> str:
        page = self.client.get("/reply", query_string={"about": about}, headers=PAGE)
        assert page.status_code == 200
        self.clock.now += SOONEST + 1
        return re.search('name="ticket" value="([^"]*)"', page.text).group(1)

    def send(self, ticket: str | None = None, headers: dict[str, str] = PAGE, **typed: str) -> TestResponse:
        values = {"kind": "correction", "text": TEXT, "contact": "", "about": PERSON, TRAP: ""} | typed
        values["ticket"] = self.ticket() if ticket is None else ticket
        return self.client.post("/reply", data=values, headers=headers)

    def letters(self) -> list[str]:
        if not self.folder.exists():
            return []
        return [p.read_text(encoding="utf-8") for p in sorted(self.folder.glob("2*.txt"))]


@pytest.fixture
def writer(tmp_path: Path, serve, house) -> Callable[..., Writer]:
    def make(**rules: Any) -> Writer:
        client = serve(tmp_path, house, contact="desk@docs.example", replies=Replies(**rules))
        clock = Clock()
        app = client.application
        desk = app.extensions[DESK]
        object.__setattr__(desk, "tickets", Tickets(clock))
        object.__setattr__(desk, "ration", Ration(desk.ration._burst, NEXT_SECONDS, clock))
        return Writer(client, clock, tmp_path / "replies")

    return make


def test_a_letter_is_kept_as_it_was_typed_and_a_number_given(writer, read_page) -> None:
    someone = writer()
    answer = someone.send(contact="ann@home.example", kind="withdrawal")
    assert answer.status_code == 303
    thanks = someone.client.get(urljoin("/reply", answer.headers["Location"]), headers=PAGE)
    reference = answer.headers["Location"].rpartition("=")[2]
    assert reference in read_page(thanks.text).text
    assert someone.letters() == [
        f"reference: {reference}\nreceived: {reference[:10]}\nkind: withdrawal\nabout: {PERSON}\nrelease: 3\n"
        "answer-to: ann@home.example\n\n"
        "She never said so.\n\n<b>Ask</b> the “Herald” & me — Анна 🙂\n"
    ]
    received = Letters(someone.folder, 9).read(reference)
    assert (received.letter.text, received.letter.answer_to) == (TEXT.strip().replace("\r\n", "\n"), "ann@home.example")
    for page in (answer, thanks):
        assert page.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in page.headers


def test_nothing_is_kept_of_who_writes(writer) -> None:
    someone = writer()
    told = {"User-Agent": "Peculiar/7", "Referer": "https://from.example/", "X-Forwarded-For": "198.51.100.7"}
    ticket = someone.ticket()
    values = {"kind": "other", "text": "x", "ticket": ticket}
    answer = someone.client.post(
        "/reply", data=values, headers=PAGE | told, environ_overrides={"REMOTE_ADDR": "203.0.113.9"}
    )
    assert answer.status_code == 303
    files = [p for p in someone.folder.rglob("*") if p.is_file()]
    kept = b"".join(p.read_bytes() for p in files).decode()
    for secret in ("Peculiar", "from.example", "198.51", "203.0", ticket, "127.0.0.1"):
        assert secret not in kept
    letter = next(p for p in files if p.suffix == ".txt")
    assert stat.S_IMODE(letter.stat().st_mode) == 0o600
    assert stat.S_IMODE(someone.folder.stat().st_mode) == 0o700
    assert int(letter.stat().st_mtime) % 3600 == 0, "the file's own date would tell the minute"
    assert (someone.folder / ".gitignore").read_text().endswith("\n*\n"), "no repository takes it along"
    assert sorted(p.name for p in files) == [".gitignore", letter.name]


def test_no_address_serves_a_letter(writer) -> None:
    someone = writer()
    reference = someone.send().headers["Location"].rpartition("=")[2]
    for path in (f"/replies/{reference}.txt", f"/reply/{reference}", f"/static/../replies/{reference}.txt", "/replies"):
        assert someone.client.get(path, headers=PAGE).status_code == 404
    everything = someone.client.get("/", headers=PAGE).text + someone.client.get("/sitemap.xml").text
    assert reference not in everything
    assert someone.client.get(f"/reply/thanks?ref={reference}", headers=PAGE).text.count("never said") == 0


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"text": " \r\n\t"}, {"en": "empty", "ru": "пустое"}),
        ({"text": "\x00\x07\x1b"}, {"en": "empty", "ru": "пустое"}),
        ({"text": "y" * 10_003}, {"en": "3 must go", "ru": "лишних — 3"}),
        ({"contact": "c" * 201}, {"en": "200 characters", "ru": "200 знаков"}),
        ({"kind": "praise"}, {"en": "Choose", "ru": "Выберите"}),
        ({TRAP: "https://spam.example"}, {"en": "nobody sees", "ru": "никто не видит"}),
    ],
)
def test_what_cannot_be_taken_comes_back_with_the_reason(writer, read_page, typed, words, language: str) -> None:
    someone = writer()
    sent = {"text": TEXT, "contact": "ring 112 & ask", "kind": "reply"} | typed
    answer = someone.send(headers=PAGE | {"Accept-Language": language}, **sent)
    assert answer.status_code == 422
    page = read_page(answer.text)
    assert page.faults == []
    assert page.all("html")[0]["lang"] == language
    assert words[language] in page.text
    area = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", answer.text, re.DOTALL).group(1)
    if "\x07" not in sent["text"]:
        assert unescape(area) == sent["text"]
    assert {"value": sent["contact"]}.items() <= next(a for a in page.all("input") if a.get("id") == "contact").items()
    if sent["kind"] == "reply":
        assert "checked" in next(a for a in page.all("input") if a.get("id") == "kind-reply")
    assert "spam.example" not in answer.text
    assert someone.letters() == []


def again(someone: Writer, answer: TestResponse) -> TestResponse:
    """Press Send once more in the page that came back, as it stands."""
    values = {name: unescape(value) for name, value in re.findall('name="(about|ticket)" value="([^"]*)"', answer.text)}
    area = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", answer.text, re.DOTALL).group(1)
    someone.clock.now += SOONEST + 1
    kind = re.search('value="([^"]*)" required checked', answer.text).group(1)
    return someone.client.post("/reply", data=values | {"text": unescape(area), "kind": kind}, headers=PAGE)


@pytest.mark.parametrize("fault", ["soon", "stale", "restarted", "none", "forged", "trap"])
def test_pressing_send_once_more_is_enough(writer, fault: str) -> None:
    someone = writer()
    ticket, trap = someone.ticket(), ""
    if fault == "soon":
        someone.clock.now -= SOONEST
    elif fault == "stale":
        someone.clock.now += LATEST
    elif fault == "restarted":
        ticket = Tickets(someone.clock).issue()
    elif fault == "none":
        ticket = "x"
    elif fault == "forged":
        number, issued, sign = ticket.split("-")
        ticket = f"{number}-{int(issued) - 9}-{sign}"
    else:
        trap = "filled in by a program that means well"
    answer = someone.send(ticket, **{TRAP: trap})
    assert answer.status_code == 422
    assert someone.letters() == []
    assert again(someone, answer).status_code == 303
    assert "She never said so." in someone.letters()[0]


def test_a_button_pressed_twice_sends_one_letter(writer) -> None:
    someone = writer()
    ticket = someone.ticket()
    first, second = someone.send(ticket), someone.send(ticket)
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]
    assert len(someone.letters()) == 1


def test_one_client_writes_a_few_letters_at_a_stretch_then_one_every_two_minutes(writer) -> None:
    someone = writer(burst=2)
    for _ in range(2):
        assert someone.send().status_code == 303
    third = someone.send()
    assert third.status_code == 429
    assert 0 < int(third.headers["Retry-After"]) <= NEXT_SECONDS
    assert "never said" in third.text, "what was typed is still there"
    someone.clock.now += NEXT_SECONDS
    assert again(someone, third).status_code == 303
    assert len(someone.letters()) == 3


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 303),  # what browsers send where no referrer is wanted
        ({"Origin": "null"}, 303),
        ({"Origin": "http://localhost"}, 303),
        ({"Origin": "https://docs.example", "Sec-Fetch-Site": "none"}, 303),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://docs.example.evil.example"}, 403),
    ],
)
def test_another_sites_page_cannot_send_it(writer, headers: dict[str, str], status: int) -> None:
    someone = writer()
    assert someone.send(headers=PAGE | headers).status_code == status
    assert len(someone.letters()) == (status == 303)


def test_a_machine_is_told_as_a_problem(writer) -> None:
    someone = writer()
    answer = someone.send(headers={}, text="")
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert answer.json["detail"] == "The letter is empty. Write what it is about."
    assert someone.send(headers={"Accept": "application/json"}).status_code == 303
    assert someone.client.get("/reply", headers={"Accept": "text/turtle"}).status_code == 406


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/json", "text/plain"])
def test_only_a_plain_form_is_read(writer, kind: str) -> None:
    someone = writer()
    assert someone.client.post("/reply", data="{}", content_type=kind).status_code == 415


def test_a_body_past_what_a_letter_can_be_is_413(writer) -> None:
    someone = writer(characters=100)
    assert someone.send(text="z" * 30_000).status_code == 413
    assert someone.send(text="z" * 150).status_code == 422, "a little too long comes back whole"
    assert someone.letters() == []


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_disk_that_takes_nothing_is_said_and_the_letter_stays_in_the_form(
    writer, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    someone = writer()

    def refuse(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr("graph.replies.os.fsync", refuse)
        answer = someone.send()
        machine = someone.send(headers={})
    assert answer.status_code == machine.status_code == 507
    assert "cannot be kept at the moment" in answer.text
    assert "mailto:desk@docs.example" in answer.text
    assert "never said" in answer.text
    assert str(someone.folder) not in answer.text + machine.text
    assert int(answer.headers["Retry-After"]) > 0
    assert [p.name for p in someone.folder.iterdir()] == [".gitignore"], "no half of a letter is left"
    assert again(someone, answer).status_code == 303, "it recovers by itself"


def test_a_folder_that_may_not_be_written_is_507(writer) -> None:
    someone = writer()
    someone.folder.write_text("a file where the folder should be")
    assert someone.send().status_code == 507


def test_no_more_letters_wait_than_may(writer) -> None:
    someone = writer(waiting=2, burst=9)
    for _ in range(2):
        assert someone.send().status_code == 303
    third = someone.send()
    assert third.status_code == 503
    assert "never said" in third.text
    assert "mailto:desk@docs.example" in third.text
    Letters(someone.folder, 2).delete(Letters(someone.folder, 2).waiting()[0])
    assert again(someone, third).status_code == 303


@pytest.mark.parametrize(
    "about",
    [
        "", "https://elsewhere.example/id/person/x", BASE + "id/person/nobody-we-know", "javascript:alert(1)",
        BASE + "id/<script>", BASE + "id/\x00", BASE, BASE + "doc/person/ann-lee", "ann-lee", BASE + "id/" + "a" * 3000,
    ],
)  # fmt: skip
def test_the_form_names_only_what_the_site_shows(writer, read_page, about: str) -> None:
    someone = writer()
    answer = someone.client.get("/reply", query_string={"about": about}, headers=PAGE)
    assert answer.status_code == 200
    page = read_page(answer.text)
    assert not [a for a in page.all("input") if a.get("name") == "about"]
    assert "Say which page you mean" in page.text
    assert len(about) < 20 or about not in unescape(answer.text)
    assert someone.send(about=about).status_code == 303
    assert "about: \n" in someone.letters()[0]


@pytest.fixture(autouse=True)
def steady() -> Iterator[None]:
    """Letters are private whatever the umask of who starts the server."""
    before = os.umask(0)
    yield
    os.umask(before)
