"""The letter to the editors as a site offers it: on every page, in both languages, or not at all."""

import dataclasses
import re
import shutil
from datetime import date
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from graph.releases.withdrawal.withdrawing import withdraw
from graph.replies import Letter, Letters
from graph.settings import Replies
from server.app import create_app
from server.running import _announcement

BASE = "https://docs.example/"
PERSON = BASE + "id/person/ann-lee"
PAGE = {"Accept": "text/html"}


def test_every_page_leads_to_the_form_and_names_itself(client: FlaskClient, read_page) -> None:
    for path in ("/doc/person/ann-lee", "/record/names", "/doc/org/сеть"):
        page = read_page(client.get(quote(path), headers=PAGE).text)
        links = [a["href"] for a in page.all("a") if "/reply?about=" in (a.get("href") or "")]
        assert len(links) == 1
        form = read_page(client.get("/" + links[0].lstrip("./"), headers=PAGE).text)
        iri = BASE + path[1:].replace("doc/", "id/")
        assert next(a["value"] for a in form.all("input") if a.get("name") == "about") == iri
    for path in ("/", "/ns", "/questions", "/browse", "/vocab/act", "/doc/unknown", "/search", "/timeline"):
        page = read_page(client.get(path, headers=PAGE).text)
        assert [a for a in page.all("a") if re.search(r"(^|/)reply(\?|$)", a.get("href") or "")], path


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("path", [f"/reply?about={PERSON}", "/reply", "/reply/thanks?ref=2026-11-23-ABCDEF"])
def test_the_pages_are_whole_in_both_languages(client: FlaskClient, read_page, path: str, language: str) -> None:
    answer = client.get(path, headers=PAGE | {"Accept-Language": language})
    page = read_page(answer.text)
    assert (answer.status_code, page.faults, page.all("html")[0]["lang"]) == (200, [], language)
    assert len(page.all("h1")) == 1
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert len(ids) == len(set(ids))
    for label in page.all("label"):
        assert label["for"] in ids
    described = [i for _, a in page.elements for i in (a.get("aria-describedby") or "").split()]
    assert set(described) <= set(ids)
    assert "form-action 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("reference", ["", "x", "2026-11-23-ABCDE1", "2026-11-23-ABCDEF/..", "<script>"])
def test_thanks_are_said_for_a_reference_only(client: FlaskClient, reference: str) -> None:
    assert client.get("/reply/thanks", query_string={"ref": reference}).status_code == 404


def test_a_site_may_close_the_door(tmp_path: Path, serve, house, read_page) -> None:
    shut = serve(tmp_path, house, contact="desk@docs.example", replies=Replies(enabled=False))
    assert shut.get("/reply", headers=PAGE).status_code == 404
    assert shut.post("/reply", data={"text": "x"}).status_code == 404
    text = shut.get("/doc/person/ann-lee", headers=PAGE).text
    assert "mailto:desk@docs.example?subject=" in text
    assert "reply?about" not in text
    assert "./reply" not in text
    assert not (tmp_path / "replies").exists()


def test_a_withdrawn_page_leads_to_the_form_and_the_form_does_not_name_it(grow: type, tmp_path: Path) -> None:
    site = grow(tmp_path / "site")
    site.release(us="Us", secret="Zinaida Quillfeather")
    client = create_app(site.settings).test_client()
    iri = "https://site.example/id/org/secret"
    assert "Quillfeather" in client.get("/reply", query_string={"about": iri}, headers=PAGE).text
    with site.tomorrow():
        withdraw(site.settings, iri, reason="risk", author="ann", today=date(2026, 2, 1))
    gone = client.get("/doc/org/secret", headers=PAGE)
    assert gone.status_code == 410
    assert 'href="../../reply"' in gone.text
    for about in (iri, iri + "/part", "https://site.example/record/secret"):
        form = client.get("/reply", query_string={"about": about}, headers=PAGE)
        assert form.status_code == 200
        assert "Quillfeather" not in form.text
        assert about not in unescape(form.text) or about.startswith("https://site.example/record")


def test_an_erase_names_the_letters_that_repeat_the_words(grow: type, tmp_path: Path) -> None:
    site = grow(tmp_path / "site")
    site.release(us="Us", secret="Zinaida Quillfeather")
    letters = Letters(site.settings.letters, 9)
    told = letters.keep(Letter("withdrawal", "I am Zinaida Quillfeather. Please."), date(2026, 2, 1))
    letters.keep(Letter("other", "Nothing of it."), date(2026, 2, 1))
    (site.folder / "records" / "secret.yaml").unlink()
    with site.tomorrow():
        done = withdraw(site.settings, site.settings.base + "id/org/secret", reason="risk", author="ann", erase=True)
    assert done.elsewhere == (str(site.folder / "replies" / f"{told}.txt"),)


def test_whoever_starts_the_server_is_told_how_many_letters_wait(tmp_path: Path, settings) -> None:
    site = settings(tmp_path)
    assert "0 wait" in "\n".join(_announcement(site, [], []))
    Letters(site.letters, 9).keep(Letter("other", "x"), date(2026, 2, 1))
    assert f"1 wait in {tmp_path / 'replies'}" in "\n".join(_announcement(site, [], []))
    shutil.rmtree(site.letters)
    site.letters.write_text("a file where the folder should be")
    assert "cannot be kept" in "\n".join(_announcement(site, [], [])), "and serves all the same"
    closed = dataclasses.replace(site, replies=Replies(enabled=False))
    assert "etters" not in "\n".join(_announcement(closed, [], []))
