"""What a client gets of a thing and its documents: redirects, negotiation, caching, refusals."""

import gzip
from urllib.parse import quote, urljoin

import pytest
from flask.testing import FlaskClient
from pyoxigraph import RdfFormat, parse
from werkzeug.test import TestResponse

from graph.formats import JSON_LD, N_TRIPLES, RDF_XML, TRIG, TURTLE, by_media_type

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
CLAIM = "/doc/claim/over-100"


def type_of(response: TestResponse) -> str:
    return response.content_type.partition(";")[0]


def vary(response: TestResponse) -> set[str]:
    return {name.strip() for name in ",".join(response.headers.getlist("Vary")).split(",")}


@pytest.mark.parametrize("accept", [None, "text/html", "text/turtle", "image/png"])
def test_a_thing_answers_303_to_its_document_for_people_and_machines_alike(
    client: FlaskClient, accept: str | None
) -> None:
    response = client.get("/id/claim/over-100", headers={"Accept": accept} if accept else {})
    assert response.status_code == 303
    assert urljoin("http://localhost/id/claim/over-100", response.headers["Location"]) == f"http://localhost{CLAIM}"
    assert {"Accept", "Accept-Language"} <= vary(response)


def test_the_redirect_keeps_the_question_part(client: FlaskClient) -> None:
    response = client.get("/id/claim/over-100?lang=ru")
    assert response.headers["Location"].endswith("doc/claim/over-100?lang=ru")


@pytest.mark.parametrize(
    ("suffix", "media_type"),
    [
        (".html", "text/html"),
        (".ttl", "text/turtle"),
        (".jsonld", "application/ld+json"),
        (".nt", "application/n-triples"),
        (".rdf", "application/rdf+xml"),
        (".trig", "application/trig"),
    ],
)
def test_every_format_has_one_url(client: FlaskClient, suffix: str, media_type: str) -> None:
    response = client.get(CLAIM + suffix, headers={"Accept": "image/png"})
    assert (response.status_code, type_of(response)) == (200, media_type)
    assert urljoin(f"http://localhost{CLAIM}", response.headers["Content-Location"]).endswith(CLAIM + suffix)


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "text/turtle"),
        ("", "text/turtle"),
        ("*/*", "text/turtle"),
        (BROWSER, "text/html"),
        ("text/*", "text/turtle"),
        ("text/html;q=0.1, text/turtle;q=0.2", "text/turtle"),
        ("text/turtle;q=0, text/*", "text/html"),
        ("text/turtle;charset=utf-8", "text/turtle"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "application/ld+json"),
        ("application/rdf+xml;q=0.9, application/n-triples", "application/n-triples"),
        ("application/trig", "application/trig"),
        ("application/trig, */*;q=0.1", "application/trig"),
        (
            "application/n-quads, application/trig;q=0.95, application/ld+json;q=0.9, text/turtle;q=0.6",
            "application/ld+json",
        ),
        ("application/trig, text/html;q=0.9, text/turtle;q=0", "application/trig"),
        ("image/png, */*;q=0.1", "text/turtle"),
        ("TEXT/TURTLE", "text/turtle"),
    ],
)
def test_the_document_without_suffix_negotiates(client: FlaskClient, accept: str | None, media_type: str) -> None:
    """TriG, whose default graph holds little, only for who names no other RDF format: Comunica would find nothing."""
    response = client.get(CLAIM, headers={} if accept is None else {"Accept": accept})
    assert (response.status_code, type_of(response)) == (200, media_type)
    wanted = by_media_type(media_type)
    assert wanted is not None
    assert urljoin(f"http://localhost{CLAIM}", response.headers["Content-Location"]).endswith(CLAIM + wanted.suffix)


def test_nothing_acceptable_is_406_that_lists_what_there_is(client: FlaskClient) -> None:
    response = client.get(CLAIM, headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert {"text/html", "text/turtle", "application/ld+json"} <= {o["type"] for o in response.json["offered"]}
    for offer in response.json["offered"]:
        assert client.get(urljoin(f"http://localhost{CLAIM}", offer["url"])).status_code == 200
    assert client.get("/", headers={"Accept": "text/turtle"}).status_code == 406


@pytest.mark.parametrize(
    ("path", "accept", "status"),
    [
        ("/", BROWSER, 200),
        (CLAIM, BROWSER, 200),
        (CLAIM, "text/turtle", 200),
        (CLAIM + ".nt", "*/*", 200),
        ("/id/claim/over-100", "*/*", 303),
        ("/doc/claim/unknown", "*/*", 404),
        ("/doc/claim/unknown", BROWSER, 404),
        (CLAIM, "image/png", 406),
        ("/doc/%ff", "*/*", 400),
        ("/nowhere", "*/*", 404),
        ("/ns", BROWSER, 200),
        ("/vocab/act", "text/turtle", 200),
        ("/record/profile/lantern", "*/*", 200),
        ("/questions", BROWSER, 200),
    ],
)
def test_every_answer_says_what_it_varies_with(client: FlaskClient, path: str, accept: str, status: int) -> None:
    response = client.get(path, headers={"Accept": accept})
    assert response.status_code == status
    assert {"Accept", "Accept-Language"} <= vary(response)


def test_head_is_get_without_the_body(client: FlaskClient) -> None:
    for path in (CLAIM + ".ttl", CLAIM + ".html", "/", "/id/claim/over-100", "/doc/unknown"):
        got, head = client.get(path), client.head(path)
        assert (head.status_code, head.data) == (got.status_code, b"")
        for name in ("ETag", "Content-Type", "Content-Length", "Link", "Vary", "Location"):
            assert head.headers.getlist(name) == got.headers.getlist(name)


def test_only_reading_is_allowed(client: FlaskClient) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        response = client.open(CLAIM, method=method)
        assert response.status_code == 405
        assert "GET" in response.headers["Allow"]


def test_scripts_elsewhere_may_read_data(client: FlaskClient) -> None:
    for path in (CLAIM + ".ttl", "/context.jsonld", "/id/claim/over-100", "/vocab/act.jsonld", "/record/derived.nt"):
        response = client.get(path, headers={"Origin": "https://elsewhere.example"})
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize("path", ["/id/org/сеть", "/doc/org/сеть", "/doc/org/сеть.ttl"])
def test_iris_in_any_script_resolve_raw_and_percent_encoded(client: FlaskClient, path: str) -> None:
    for spelling in (path, quote(path), quote(path).lower()):
        assert client.get(spelling).status_code in (200, 303)
    location = client.get(quote("/id/org/сеть")).headers["Location"]
    assert location.isascii()
    assert client.get(urljoin("http://localhost/id/org/x", location)).status_code == 200


def test_an_inner_node_has_a_page_of_its_own(client: FlaskClient) -> None:
    assert client.get("/id/claim/over-100/count").status_code == 303
    assert b"over 100" in client.get("/doc/claim/over-100/count.ttl").data


@pytest.mark.parametrize(
    "path", ["/doc/%", "/doc/%zz", "/id/%ff", "/doc/a%00b", "/doc/a%0Ab", "/id/%C3%28", "/record/%ED%A0%80"]
)
def test_a_path_that_is_no_iri_is_400(client: FlaskClient, path: str) -> None:
    response = client.get("/", environ_overrides={"REQUEST_URI": path, "PATH_INFO": path.partition("%")[0] + "x"})
    assert response.status_code == 400
    assert response.content_type == "application/problem+json"
    assert response.json["detail"]


@pytest.mark.parametrize(
    "path",
    ["/doc/..%2f..%2fetc%2fpasswd", "/static/..%2f..%2fapp.py", "/static/../app.py", "/doc//evil.example/", "/record/"],
)
def test_a_path_is_never_one_of_files(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999", "1.5", ""])
def test_a_page_number_that_is_none_is_400(client: FlaskClient, page: str) -> None:
    assert client.get(f"{CLAIM}.html?page={page}").status_code == 400


def test_host_never_shows_in_an_answer(client: FlaskClient) -> None:
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    for path in (CLAIM + ".html", CLAIM + ".ttl", "/", "/id/claim/over-100", "/doc/unknown"):
        response = client.get(path, headers=headers)
        assert "evil.example" not in response.text + str(response.headers)


def test_errors_are_problems_for_machines_and_pages_for_people(client: FlaskClient) -> None:
    machine = client.get("/doc/unknown", headers={"Accept": "text/turtle"})
    assert (machine.status_code, machine.content_type) == (404, "application/problem+json")
    assert machine.json["status"] == 404
    person = client.get("/doc/unknown", headers={"Accept": BROWSER, "Accept-Language": "ru"})
    assert (person.status_code, type_of(person)) == (404, "text/html")
    assert "ничего не известно" in person.text
    assert person.headers["Cache-Control"] == "no-store"


def links(response: TestResponse) -> list[tuple[str, str, str]]:
    found = []
    for value in response.headers.getlist("Link"):
        target, *parameters = [part.strip() for part in value.split(";")]
        said = dict(p.split("=", 1) for p in parameters)
        found.append((said["rel"].strip('"'), target.strip("<>"), said.get("type", "").strip('"')))
    return found


def test_a_page_signposts_what_there_is(client: FlaskClient) -> None:
    base = "https://docs.example"
    found = links(client.get(CLAIM, headers={"Accept": "text/html"}))
    assert ("canonical", base + CLAIM, "") in found
    assert ("cite-as", base + "/id/claim/over-100", "") in found
    assert ("license", "https://creativecommons.org/licenses/by/4.0/", "") in found
    assert ("type", "https://schema.org/Claim", "") in found
    for wanted in (TURTLE, JSON_LD, N_TRIPLES, RDF_XML, TRIG):
        assert ("describedby", base + CLAIM + wanted.suffix, wanted.media_type) in found
        assert ("alternate", base + CLAIM + wanted.suffix, wanted.media_type) in found
        back = links(client.get(CLAIM + wanted.suffix))
        assert ("describes", base + "/id/claim/over-100", "") in back
        assert ("alternate", base + CLAIM + ".html", "text/html") in back


def test_the_document_says_the_same_in_every_format(client: FlaskClient) -> None:
    forms = {
        ".ttl": RdfFormat.TURTLE,
        ".nt": RdfFormat.N_TRIPLES,
        ".rdf": RdfFormat.RDF_XML,
        ".trig": RdfFormat.TRIG,
        ".jsonld": RdfFormat.JSON_LD,
    }
    for name in ("claim/over-100", "profile/lantern", "org/lantern", "org/сеть", "act/detentions", "person/ann-lee"):
        graphs = [{q.triple for q in parse(client.get(f"/doc/{name}{s}").data, f)} for s, f in forms.items()]
        assert len(graphs[0]) > 5
        assert all(graph == graphs[0] for graph in graphs)


def test_turtle_has_the_prefixes_it_uses_and_no_others(client: FlaskClient) -> None:
    text = client.get(CLAIM + ".ttl").text
    assert "@prefix kh: <https://w3id.org/khronika/ns#> ." in text
    assert "a kh:Claim" in text
    assert "claim:over-100" in text
    assert "vocab-bound:more-than" in text
    declared = [line.split()[1] for line in text.splitlines() if line.startswith("@prefix")]
    assert declared == sorted(declared)
    body = text.partition("\n\n")[2]
    assert all(prefix in body for prefix in declared)


def test_language_and_datatype_survive(client: FlaskClient) -> None:
    for suffix in (".ttl", ".nt"):
        assert '"Сеть"@ru' in client.get(f"/doc/org/сеть{suffix}").text
    assert '"2020-04"^^<http://id.loc.gov/datatypes/edtf/EDTF>' in client.get("/doc/act/detentions.nt").text


def test_the_document_names_its_record_licence_and_topic(client: FlaskClient) -> None:
    text = client.get(CLAIM + ".nt").text
    document = "<https://docs.example/doc/claim/over-100>"
    for predicate, node in (
        ("http://xmlns.com/foaf/0.1/primaryTopic", "https://docs.example/id/claim/over-100"),
        ("http://purl.org/dc/terms/license", "https://creativecommons.org/licenses/by/4.0/"),
        ("http://purl.org/dc/terms/source", "https://docs.example/record/profile/lantern"),
        ("http://rdfs.org/ns/void#inDataset", "https://docs.example/.well-known/void#dataset"),
    ):
        assert f"{document} <{predicate}> <{node}> ." in text


def test_trig_keeps_each_statement_in_its_record(client: FlaskClient) -> None:
    quads = list(parse(client.get("/doc/org/lantern.trig").data, RdfFormat.TRIG))
    graphs = {str(q.graph_name) for q in quads}
    assert {f"<https://docs.example/record/{r}>" for r in ("names", "derived", "profile/lantern")} <= graphs


def test_a_record_is_whole_at_its_own_iri(client: FlaskClient) -> None:
    response = client.get("/record/names", headers={"Accept": "application/n-triples"})
    assert response.status_code == 200
    assert (
        '<https://docs.example/id/place/riverton> <http://www.w3.org/2000/01/rdf-schema#label> "Ривертон"@ru .'
        in response.text
    )
    assert "<http://purl.org/dc/terms/license> <https://creativecommons.org/publicdomain/zero/1.0/>" in response.text
    assert client.get("/record/unknown").status_code == 404


def test_a_page_comes_compressed_to_who_asks_with_a_tag_of_its_own(client: FlaskClient) -> None:
    plain = client.get("/doc/profile/lantern.html")
    coded = client.get("/doc/profile/lantern.html", headers={"Accept-Encoding": "gzip"})
    assert coded.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(coded.data) == plain.data
    assert len(coded.data) * 3 < len(plain.data)
    assert plain.headers["ETag"] != coded.headers["ETag"]
    for answer in (plain, coded):
        assert "Accept-Encoding" in vary(answer)
    again = {"Accept-Encoding": "gzip", "If-None-Match": coded.headers["ETag"]}
    assert client.get("/doc/profile/lantern.html", headers=again).status_code == 304
    style = client.get("/static/style.css", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(style.data) == client.get("/static/style.css").data


@pytest.mark.parametrize(
    ("path", "kind", "start"),
    [
        ("/favicon.ico", "image/vnd.microsoft.icon", b"\x00\x00\x01\x00\x03\x00"),  # an icon file with three pictures
        ("/apple-touch-icon.png", "image/png", b"\x89PNG\r\n\x1a\n"),
        ("/apple-touch-icon-precomposed.png", "image/png", b"\x89PNG\r\n\x1a\n"),
    ],
)
def test_icons_are_where_browsers_look_unasked(client: FlaskClient, path: str, kind: str, start: bytes) -> None:
    answer = client.get(path, headers={"Accept": "image/avif,image/webp,*/*;q=0.8"})
    assert (answer.status_code, answer.content_type) == (200, kind)
    assert answer.data.startswith(start)
    assert client.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
