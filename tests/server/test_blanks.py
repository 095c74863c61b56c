"""Pages filled into a blank are, byte for byte, what their template makes of them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from jinja2 import DictLoader
from markupsafe import Markup
from pyoxigraph import Literal, NamedNode, Quad

from graph.publish.lens import Lens
from graph.settings import Replies
from graph.store.embedded import EmbeddedReader
from graph.terms import LABEL, SCHEMA, A
from server import blanks
from server.app import create_app
from server.blanks import MARK, Blank, gap
from server.http.urls import Urls
from server.messages import read_messages
from server.pages import things as pages_of_things
from server.site import site_of
from server.templating import Page, environment

from .conftest import BASE, client_of, house_quads, make_settings

AWKWARD = (
    "Plain", "Ends with a stop.", "Stops...", "<b>&amp; \"both\" 'kinds'</b>", "{{ words }} %s {0}", "  spaces  ",
    "Кочетков & Ко", "'", "&#39;", "a" * 400, MARK[:-1],
)  # fmt: skip
ODD_PATHS = ("org/plain", "org/a.b_c-d~e", "org/a/b/c", "org/кириллица", "org/a&b", "org/it's", "org/a(b)", "org/a%41")


def awkward() -> Iterator[Quad]:
    """Things with names that need an escape, at addresses some of which do."""
    for number, path in enumerate(ODD_PATHS):
        yield from named(path, AWKWARD[number % len(AWKWARD)])
    for number, name in enumerate(AWKWARD):
        yield from named(f"org/name-{number}", name)
        yield Quad(NamedNode(f"{BASE}id/org/name-{number}"), SCHEMA("description"), Literal(name, language="ru"))


def named(path: str, name: str) -> Iterator[Quad]:
    node = NamedNode(f"{BASE}id/{path}")
    yield Quad(node, A, SCHEMA("NGO"))
    yield Quad(node, LABEL, Literal(name, language="en"))


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One entry for each page that was filled into a blank."""
    filled: list[str] = []
    original = Blank.filled

    def noted(self: Blank, words: Any, shown: Any) -> str:
        filled.append(words["path"])
        return original(self, words, shown)

    monkeypatch.setattr(blanks.Blank, "filled", noted)
    return filled


def bodies(client: FlaskClient, addresses: list[str]) -> dict[str, bytes]:
    found = {}
    for address in addresses:
        answer = client.get(address, headers={"Accept": "text/html"})
        assert answer.status_code == 200, address
        found[address] = answer.data
    return found


@pytest.mark.parametrize("more", [{}, {"contact": "us@docs.example"}, {"replies": Replies(enabled=True)}])
def test_every_page_is_what_its_template_makes_of_it(
    tmp_path: Path, things: frozenset[str], more: dict[str, object], counted: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    quads = [*house_quads(), *awkward()]
    addresses = [iri.removeprefix(BASE).replace("id/", "/doc/", 1) for iri in sorted(things)]
    addresses += [f"/doc/{path}".replace("%", "%25") for path in ODD_PATHS]
    addresses += [f"/doc/org/name-{number}" for number in range(len(AWKWARD))]
    asked = [f"{each}{end}" for each in addresses for end in ("", "?lang=ru", "?lang=en")]
    client = client_of(tmp_path, quads, **more)
    filled = bodies(client, asked)
    for each in addresses:
        filled[each + " ru"] = client.get(each, headers={"Accept": "text/html", "Accept-Language": "ru"}).data
    assert len(counted) > len(addresses)
    assert {path for path in counted if path.startswith("org/")} >= {"org/plain", "org/a/b/c", "org/name-3"}
    counted.clear()
    monkeypatch.setattr(pages_of_things, "_fits_blank", lambda *_: False)
    client = client_of(tmp_path, quads, **more)
    assert bodies(client, asked).items() <= filled.items()
    for each in addresses:
        assert client.get(each, headers={"Accept": "text/html", "Accept-Language": "ru"}).data == filled[each + " ru"]
    assert not counted


@pytest.mark.parametrize("address", ["/doc/org/plain?lang=en", "/doc/org/plain?page=2", "/doc/org/%D0%BA"])
def test_what_an_address_says_besides_is_left_to_the_template(tmp_path: Path, counted: list[str], address: str) -> None:
    client = client_of(tmp_path, [*named("org/plain", "Plain"), *named("org/к", "К")])
    assert client.get("/doc/org/plain", headers={"Accept": "text/html"}).status_code == 200
    assert counted == ["org/plain"]
    assert client.get(address, headers={"Accept": "text/html"}).status_code == 200
    assert counted == ["org/plain"]


def test_a_blank_is_of_one_release(tmp_path: Path, counted: list[str]) -> None:
    """The citation on each page names it."""
    site = site_of(create_app(make_settings(tmp_path), reader=reader(3)))
    said = []
    for number in (3, 4, 3):
        lens = Lens(reader(number), site.settings, site.vocabulary, "en")
        page = Page(site.settings, site.messages["en"], Urls(2), "doc/org/plain")
        said.append(pages_of_things.render_thing(site, lens, NamedNode(f"{BASE}id/org/plain"), page, 1))
    assert len(counted) == 3
    assert said[0] == said[2]
    assert [words.count("doc/org/plain?release=4") for words in said] == [
        0,
        said[0].count("doc/org/plain?release=3"),
        0,
    ]
    assert "January 2026" in said[0]


def reader(release: int) -> EmbeddedReader:
    quads = named("org/plain", "Plain")
    return EmbeddedReader.of(quads, release=release, released=datetime(2026, 1, release, tzinfo=UTC))


@pytest.fixture
def small() -> dict[str, str]:
    return {
        "outer": "{% import 'macros' as m %}<a href='{{ path }}?of={{ path|urlencode }}'>{{ name }}</a>"
        "{% block own %}default {{ own }}{% endblock %}|{% block other %}{{ m.loud(own) }}{% endblock %}",
        "inner": "{% extends 'outer' %}{% block own %}inner {{ own }}{% endblock %}",
        "macros": "{% macro loud(words) %}{{ words }}!{% endmacro %}",
    }


def blank_of(templates: dict[str, str], name: str, blocks: tuple[str, ...] = ("own", "other")) -> Blank:
    made = environment(read_messages()["en"])
    made.loader = DictLoader(templates)
    path = f"{gap('a')}/{gap('b')}"
    shown = {"path": path, "name": gap("name"), "own": "nobody"}
    return Blank(made.get_template(name), shown, blocks, {path: "path"})


def test_blocks_are_those_of_the_nearest_template(small: dict[str, str]) -> None:
    words = {"path": "x/y", "name": Markup("N &amp; M")}
    assert blank_of(small, "outer").filled(words, {"own": "<1>"}) == (
        "<a href='x/y?of=x/y'>N &amp; M</a>default &lt;1&gt;|&lt;1&gt;!"
    )
    assert blank_of(small, "inner").filled(words, {"own": "2"}) == "<a href='x/y?of=x/y'>N &amp; M</a>inner 2|2!"


def test_a_blank_can_be_filled_again_and_keeps_nothing(small: dict[str, str]) -> None:
    blank = blank_of(small, "inner")
    first = blank.filled({"path": "x", "name": "1"}, {"own": "secret"})
    assert "secret" in first
    assert "secret" not in blank.filled({"path": "x", "name": "2"}, {"own": "other"})
    assert blank.filled({"path": "x", "name": "1"}, {"own": "secret"}) == first


def test_a_gap_that_nothing_fills_is_an_error(small: dict[str, str]) -> None:
    """Rather than a page without, or with a mark in it."""
    assert {name for _, name in blank_of(small, "inner")._gaps} == {"path", "name", "own", "other"}
    with pytest.raises(KeyError, match="name"):
        blank_of(small, "inner").filled({"path": "x"}, {"own": "2"})
