"""Pictures of pages for those who link to them: what the page says at its head, in letters that there are."""

import io
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from PIL import Image
from pyoxigraph import Literal, NamedNode, Quad

from graph.publish.lens import Lens
from graph.terms import LABEL, SCHEMA, A
from server.drawing import painting
from server.drawing.painting import HEIGHT, MARGIN, WIDTH, Picture, can_paint, paint
from server.drawing.previews import picture_of
from server.site import site_of

pytestmark = pytest.mark.skipif(not can_paint(), reason="the typefaces were not fetched (setup/fetch-assets)")

BASE = "https://docs.example/"
HEAVIEST = 60_000  # bytes; those who show such pictures give up on slow ones


def drawn(title: str = "", **more: str) -> bytes:
    return paint(
        Picture(more.get("kicker", ""), more.get("lead", ""), title, more.get("site", ""), more.get("voices", ""))
    )


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.fixture
def without_typefaces(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(painting, "FOLDER", "static/nowhere")
    painting._face.cache_clear()
    yield
    painting._face.cache_clear()


@pytest.mark.parametrize("path", ["/preview", "/preview/doc/claim/over-100", "/preview/doc/org/сеть"])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_picture_is_a_png_of_the_size_that_is_asked_for(client: FlaskClient, path: str, language: str) -> None:
    answer = client.get(path, query_string={"lang": language}, headers={"Accept": "image/png,*/*;q=0.5"})
    assert (answer.status_code, answer.content_type) == (200, "image/png")
    image = opened(answer.data)
    assert (image.format, image.size) == ("PNG", (WIDTH, HEIGHT))
    assert 2_000 < len(answer.data) < HEAVIEST
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    again = client.get(path, query_string={"lang": language}, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.head(path, query_string={"lang": language}).headers["ETag"] == answer.headers["ETag"]


def test_every_page_names_its_picture_and_the_picture_is_there(
    client: FlaskClient, things: frozenset[str], read_page: Any
) -> None:
    fetched: set[str] = set()
    for iri in sorted(things):
        path = "/doc/" + iri.removeprefix(BASE + "id/")
        page = read_page(client.get(path, headers={"Accept": "text/html", "Accept-Language": "ru"}).text)
        said = {m["property"]: m["content"] for m in page.all("meta") if "property" in m}
        url = str(said["og:image"])
        assert url == f"{BASE}preview{quote(path)}?lang=ru"
        if (kind := path.split("/")[2]) not in fetched:
            assert client.get(url.removeprefix(BASE[:-1])).content_type == "image/png"
            fetched.add(kind)
        assert (said["og:image:width"], said["og:image:height"]) == (str(WIDTH), str(HEIGHT))
        assert said["og:title"] in str(said["og:image:alt"])
        assert {m["content"] for m in page.all("meta") if m.get("name") == "twitter:card"} == {"summary_large_image"}


@pytest.mark.parametrize("path", ["/", "/timeline", "/places"])
def test_pages_of_no_thing_have_the_picture_of_the_site(read: Any, path: str) -> None:
    assert _images(read(path)) == [f"{BASE}preview?lang=en"]


def _images(page: Any) -> list[str]:
    return [str(m["content"]) for m in page.all("meta") if m.get("property") == "og:image"]


def test_a_problem_has_no_picture(read: Any) -> None:
    assert _images(read("/doc/nobody/knows")) == []


@pytest.mark.parametrize("name", ["doc/nobody", "record/nobody", "search", "static/style.css", "doc", "preview"])
def test_what_is_not_described_has_none(client: FlaskClient, name: str) -> None:
    assert client.get("/preview/" + name).status_code == 404


def test_who_takes_no_png_is_told(client: FlaskClient) -> None:
    assert client.get("/preview/doc/claim/over-100", headers={"Accept": "text/html"}).status_code == 406


def test_a_past_version_has_no_picture(past: FlaskClient, read_page: Any) -> None:
    for path, expected in (("/doc/org/us", 1), ("/doc/org/us?release=1", 0)):
        assert len(_images(read_page(past.get(path, headers={"Accept": "text/html"}).text))) == expected


def test_without_typefaces_pages_name_no_picture_and_there_is_none(
    without_typefaces: None, serve: Any, house: list[Quad], tmp_path: Path, read_page: Any
) -> None:
    client = serve(tmp_path, house)
    assert client.get("/preview").status_code == client.get("/preview/doc/claim/over-100").status_code == 404
    page = read_page(client.get("/doc/claim/over-100", headers={"Accept": "text/html"}).text)
    assert _images(page) == []
    assert {m["content"] for m in page.all("meta") if m.get("name") == "twitter:card"} == {"summary"}


def pictured(client: FlaskClient, name: str, language: str = "en") -> Picture:
    site = site_of(client.application)
    with site.releases.reading() as reader:
        lens = Lens(reader, site.settings, site.vocabulary, language)
        return picture_of(site, lens, NamedNode(BASE + "id/" + name))


def test_a_claim_is_shown_after_who_makes_it(client: FlaskClient) -> None:
    picture = pictured(client, "claim/over-100")
    assert picture.kicker == "Claim"
    assert picture.lead.endswith(" reports")
    assert "Over 100" in picture.title
    assert picture.voices == "told in 1 document"


def test_a_quotation_is_shown_after_its_speaker(client: FlaskClient, things: frozenset[str]) -> None:
    name = next(iri for iri in sorted(things) if "/quote/" in iri).removeprefix(BASE + "id/")
    assert pictured(client, name).lead
    assert pictured(client, name).kicker == "Quotation"


def test_an_incident_says_how_many_documents_tell_of_it(client: FlaskClient, things: frozenset[str]) -> None:
    name = next(iri for iri in sorted(things) if "/incident/" in iri).removeprefix(BASE + "id/")
    picture = pictured(client, name, "ru")
    assert (picture.kicker, picture.lead) == ("Инцидент, о котором сообщают", "")
    assert picture.voices.startswith("рассказано в ")


def test_same_words_same_bytes_and_other_words_others() -> None:
    assert drawn("Чечня", kicker="Место") == drawn("Чечня", kicker="Место")
    assert len({drawn(t) for t in ("Чечня", "Chechnya", "Чечна", "")}) == 4


@pytest.mark.parametrize("title", ["الشيشان", "ჩეჩნეთი", "Ωmega", "Chechnya 車臣", "x\U0010ffff", "\u200f\u202e", ""])
def test_what_no_typeface_has_is_left_out_whole_and_never_shown_as_boxes(title: str) -> None:
    assert drawn(title, site="A site") == drawn("A site", site="A site")


def test_nor_is_it_shown_above_or_below_the_title() -> None:
    assert drawn("Chechnya", kicker="الشيشان", site="車臣", voices="Ωmega") == drawn("Chechnya")


def test_where_the_speaker_cannot_be_written_what_they_say_is_not_either() -> None:
    assert drawn("It was so.", lead="ჩეჩნეთი says", site="A site") == drawn("A site", site="A site")
    assert drawn("It was so.", lead="Somebody says", site="A site") != drawn("It was so.", site="A site")


def test_what_is_too_long_ends_in_an_ellipsis_however_narrow_its_letters() -> None:
    assert painting._plain("i" * 1000).endswith("i…")
    assert len(painting._plain("i" * 1000)) == painting.LONGEST


@pytest.mark.parametrize(
    "title", ["Żółć, naïve Ġebel Đorđe", "Йорданка Їжак ўсё", "“Fifteen” — №5 «да» 1–2…", "e\u0301te"]
)
def test_letters_of_europe_are_written(title: str) -> None:
    assert drawn(title, site="A site") != drawn("A site", site="A site")


@pytest.mark.parametrize("title", ["word " * 400, "w" * 3000, "a\x00b\nc\td", "Ы" * 90, " " * 500 + "end"])
def test_no_words_break_out_of_the_paper(title: str) -> None:
    image = opened(drawn(title, kicker=title, lead=title, site=title, voices=title)).convert("L")
    paper = image.getpixel((WIDTH - 2, 2))
    margin = image.crop((WIDTH - MARGIN + 12, 0, WIDTH, HEIGHT))
    assert margin.getextrema() == (paper, paper)
    below = image.crop((MARGIN, HEIGHT - 20, WIDTH, HEIGHT))
    assert below.getextrema() == (paper, paper)


def test_a_hostile_name_is_drawn_and_not_run(serve: Any, tmp_path: Path) -> None:
    node, graph = NamedNode(BASE + "id/org/x"), NamedNode(BASE + "record/x")
    label = '"><script>alert(1)</script>\u2028\u202e'
    quads = [Quad(node, A, SCHEMA("Organization"), graph), Quad(node, LABEL, Literal(label, language="en"), graph)]
    answer = serve(tmp_path, quads).get("/preview/doc/org/x")
    assert (answer.status_code, answer.headers["X-Content-Type-Options"]) == (200, "nosniff")
    assert b"script" not in answer.data


def test_nothing_is_written_to_the_site_folder(serve: Any, house: list[Quad], tmp_path: Path) -> None:
    client = serve(tmp_path, house)
    before = sorted(tmp_path.rglob("*"))
    assert client.get("/preview/doc/claim/over-100").status_code == 200
    assert sorted(tmp_path.rglob("*")) == before
