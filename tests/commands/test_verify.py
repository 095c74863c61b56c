"""`khronika verify`: what somebody saved is what was released, or the first difference, or why nobody can say."""

import json
import shutil
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from graph.checking.report import Report
from graph.releases import publish
from graph.settings import read_settings
from khronika.main import main

SITE = 'title = "A site"\nbase = "https://site.example/"\npublisher = "Us"\neditor = "org/us"\n'
RECORD = 'things:\n  - id: org/{name}\n    type: NGO\n    name: {{en: "{words}", ru: "{words} по-русски"}}\n'
NAMES = "SELECT ?name { ?org <https://schema.org/name> ?name } ORDER BY ?name"
BUILT = "CONSTRUCT { ?org <https://schema.org/name> [ ] } WHERE { ?org <https://schema.org/name> ?name }"


def write(site: Path, name: str, words: str) -> None:
    (site / "records" / f"{name}.yaml").write_text(RECORD.format(name=name, words=words), encoding="utf-8")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two releases; in the second `us` has another name and `them` is new."""
    site = tmp_path_factory.mktemp("cited") / "site"
    (site / "records").mkdir(parents=True)
    (site / "site.toml").write_text(SITE, encoding="utf-8")
    write(site, "us", "Us")
    write(site, "сеть", "Сеть")
    release(site)
    write(site, "us", "Us at last")
    write(site, "them", "Them")
    release(site)
    return site


def release(site: Path) -> None:
    publish(read_settings(site), author="ann", message="", check=lambda *_: Report(()))


def khronika(*words: str | Path, cwd: Path | None = None) -> Result:
    """In this process, which is quicker; `test_commands.py` types it."""
    with pytest.MonkeyPatch.context() as patch:
        if cwd:
            patch.chdir(cwd)
        return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


@pytest.fixture(scope="module")
def url(site: Path, serve_site: Callable[..., AbstractContextManager[str]]) -> Iterator[str]:
    with serve_site(site) as url:
        yield url


def get(url: str, accept: str = "*/*") -> tuple[bytes, str]:
    """The body, and the address to cite it by."""
    request = urllib.request.Request(url, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=30) as answer:
        links = [link for link in answer.headers.get_all("Link", []) if link.endswith('rel="cite-as"')]
        return answer.read(), links[0][1:].partition(">")[0]


def save(folder: Path, name: str, content: bytes) -> Path:
    (folder / name).write_bytes(content)
    return folder / name


def question(url: str, query: str, **more: str) -> str:
    return f"{url}/sparql?{urllib.parse.urlencode({'query': query, **more})}"


@pytest.mark.parametrize("suffix", ["ttl", "jsonld", "nt", "rdf", "trig"])
@pytest.mark.parametrize("path", ["doc/org/us", "record/us"])
def test_a_saved_document_is_what_was_released(site: Path, url: str, tmp_path: Path, path: str, suffix: str) -> None:
    """By itself: the file names its release, also when another one is shown by now."""
    file = save(tmp_path, f"saved.{suffix}", get(f"{url}/{path}.{suffix}?release=1")[0])
    for against in (site, url):
        done = khronika("verify", file, "--against", against)
        assert done.exit_code == 0, done.stderr
        assert "is what was released." in done.stdout
        assert "release 1, digest " in done.stdout


def test_a_document_whose_address_is_not_latin_is_what_was_released(site: Path, url: str, tmp_path: Path) -> None:
    for path in ("doc/org/сеть", "record/сеть"):
        file = save(tmp_path, "saved.ttl", get(f"{url}/{urllib.parse.quote(path)}")[0])
        for against in (site, url):
            done = khronika("verify", file, "--against", against)
            assert done.exit_code == 0, done.stderr


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_a_saved_answer_is_what_was_released(site: Path, url: str, tmp_path: Path, form: str) -> None:
    """JSON and XML carry their address in the head; of the others it has to be told."""
    body, cite = get(question(url, NAMES, format=form, asOf="1"))
    file = save(tmp_path, f"answer.{form}", body)
    told = [] if form in ("json", "xml") else ["--as", cite]
    for against in (site, url):
        done = khronika("verify", file, "--against", against, *told)
        assert (done.exit_code, done.stderr) == (0, "")
    if told:
        done = khronika("verify", file)
        assert done.exit_code == 3
        assert "--as URL" in done.stderr


def test_a_saved_graph_with_nodes_that_have_no_name_is_what_was_released(site: Path, url: str, tmp_path: Path) -> None:
    body, cite = get(question(url, BUILT), "text/turtle")
    file = save(tmp_path, "built.ttl", body)
    assert khronika("verify", file, "--as", cite, "--against", url).exit_code == 0
    assert khronika("verify", file, "--as", cite, "--against", site).exit_code == 0


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("Us по-русски", "Us changed", ["2 statements only in the copy", "Us changed", "only in the release", "Us по"]),
        ('"Us"@en', '"Us"@de', ["only in the copy", '"Us"@de .', '"Us"@en .']),
    ],
)
def test_the_first_difference_is_named(
    site: Path, url: str, tmp_path: Path, before: str, after: str, says: list[str]
) -> None:
    text = get(f"{url}/doc/org/us.ttl?release=1")[0].decode()
    assert before in text
    file = save(tmp_path, "saved.ttl", text.replace(before, after).encode())
    done = khronika("verify", file, "--against", site)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "is not what was released." in done.stderr
    assert all(words in done.stderr for words in says), done.stderr


def test_a_changed_answer_is_not_what_was_released(site: Path, url: str, tmp_path: Path) -> None:
    body, cite = get(question(url, NAMES, format="csv"))
    file = save(tmp_path, "answer.csv", body.replace(b"Them", b"Nobody", 1))
    done = khronika("verify", file, "--as", cite, "--against", site)
    assert done.exit_code == 1
    assert '1 lines only in the copy, the first:\n  ["Nobody"]' in done.stderr


def test_a_copy_of_one_release_is_not_one_of_another(site: Path, url: str, tmp_path: Path) -> None:
    file = save(tmp_path, "saved.ttl", get(f"{url}/doc/org/us.ttl?release=1")[0])
    _, cite = get(f"{url}/doc/org/us.ttl?release=2")
    assert "release=2&digest=" in cite
    done = khronika("verify", file, "--as", cite, "--against", site)
    assert done.exit_code == 1
    assert "Us at last" in done.stderr


def test_an_address_is_verified(site: Path, url: str) -> None:
    """What a server gives at any address that names its release, against the folder or against itself."""
    _, cite = get(f"{url}/doc/org/us.ttl?release=1")
    here = cite.replace("https://site.example", url)
    for address in (here, f"{url}/doc/org/us", f"{url}/record/us.jsonld?release=1", question(url, NAMES)):
        for against in (site, url):
            done = khronika("verify", address, "--against", against)
            assert done.exit_code == 0, done.stderr
    assert khronika("verify", here).exit_code == 0, "an address alone is asked twice, in two forms"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("page.html", b"<!doctype html><html></html>", "a page for people"),
        ("photo.png", b"\x89PNG\r\n", "of no kind that can be compared"),
        ("cut.ttl", b"<https://site.example/doc/org/us> <http://x/p> ", "cannot be read as turtle"),
        ("cut.json", b'{"head": {"vars": ["x"]}, "results"', "cannot be read as json"),
        ("bomb.rdf", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY y "z">]><x/>', "document type declaration"),
        ("other.ttl", b"<http://x/s> <http://x/p> <http://x/o> .", "does not say which release"),
    ],
)
def test_what_cannot_be_compared_is_said(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    done = khronika("verify", save(tmp_path, name, content))
    assert (done.exit_code, done.stdout) == (3, "")
    assert says in done.stderr


def named(url: str, release: int = 1, digest: str = "0" * 32, path: str = "doc/org/us") -> str:
    return f"{url}/{path}?release={release}&digest={digest}"


def test_a_citation_that_leads_nowhere_is_said(site: Path, url: str, tmp_path: Path) -> None:
    file = save(tmp_path, "saved.ttl", get(f"{url}/doc/org/us.ttl?release=1")[0])
    digest = get(f"{url}/doc/org/us.ttl?release=1")[1].rpartition("=")[2]
    base = "https://site.example"
    for cited, says in (
        (named(base), "has the digest"),
        (named(base, release=9), "There is no release 9"),
        (named(base, digest=digest, path="doc/org/nobody"), "described in no record"),
        (named(base, digest=digest, path="feed/ldes"), "not the address of a document"),
        (named(base, digest=digest, path="doc/org/<us>"), "described in no record"),
        (f"{base}/doc/org/us?release=1", "does not name a release and its digest"),
    ):
        done = khronika("verify", file, "--as", cited, "--against", site)
        assert done.exit_code == 3, cited
        assert says in done.stderr, cited
    for cited, says in (
        (named(url), "(409)"),
        (named(url, release=9), "(404)"),
        (named(url, digest=digest, path="doc/org/nobody"), "(404)"),
        (named("http://127.0.0.1:1"), "cannot be reached"),
    ):
        done = khronika("verify", file, "--as", cited)
        assert done.exit_code == 3, cited
        assert says in done.stderr, cited


@contextmanager
def answering(*answers: tuple[bytes, str, int]) -> Iterator[str]:
    """A server of somebody else, which gives these answers in turn: body, media type, and bytes it leaves out."""
    left = list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body, media_type, missing = left.pop(0)
            self.send_response(200)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body) + missing))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_a_server_that_knows_no_digests_confirms_nothing(url: str, tmp_path: Path) -> None:
    """Whatever release it is asked for it gives what it has, and so would agree with itself."""
    then = get(f"{url}/doc/org/us.nt?release=1")[0]
    cite = get(f"{url}/doc/org/us.nt?release=2")[1]
    with answering((then, "application/n-triples", 0), (then, "application/n-triples", 0)) as other:
        done = khronika("verify", cite.replace("https://site.example", other))
    assert done.exit_code == 3
    assert "does not say that it is of release 2" in done.stderr


def test_an_answer_that_is_cut_on_the_way_confirms_nothing(url: str, tmp_path: Path) -> None:
    body, cite = get(f"{url}/doc/org/us.nt?release=1")
    file = save(tmp_path, "saved.nt", body)
    with answering((body, "application/n-triples", 7)) as other:
        done = khronika("verify", file, "--as", cite, "--against", other)
    assert done.exit_code == 3
    assert "cannot be reached: IncompleteRead" in done.stderr


def test_what_was_withdrawn_since_is_said_and_not_confirmed(
    site: Path, tmp_path: Path, serve_site: Callable[..., AbstractContextManager[str]]
) -> None:
    again = tmp_path / "site"
    shutil.copytree(site, again)
    with serve_site(again) as url:
        body, cite = get(f"{url}/record/them.ttl?release=2")
        file = save(tmp_path, "them.ttl", body)
        other = save(tmp_path, "us.ttl", get(f"{url}/record/us.ttl")[0])
        assert khronika("withdraw", again, "record/them", "--reason", "risk").exit_code == 0
        done = khronika("verify", file, "--as", cite.replace("https://site.example", url))
        assert done.exit_code == 3
        assert "It was withdrawn since. (410)" in done.stderr
        for copy in (file, other):
            done = khronika("verify", copy, "--against", again)
            assert done.exit_code == 3
            assert "Something was withdrawn from it since" in done.stderr
        digest = json.loads(get_problem(f"{named(url, 2)}"))["digest"]
        done = khronika(
            "verify", file, "--as", named("https://site.example", 2, digest, "record/them"), "--against", again
        )
        assert "was withdrawn on" in done.stderr


def get_problem(url: str) -> bytes:
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(url, timeout=30)
    with caught.value as error:
        return error.read()


@pytest.mark.parametrize(
    "words",
    [
        ["nothing-of-that-name"], ["ftp://x.example/"], [".", "--as", "https://x.example/"],
        ["https://x.example/", "--fast"],
    ],
)  # fmt: skip
def test_a_command_line_that_makes_no_sense(site: Path, words: list[str]) -> None:
    done = khronika("verify", *words, cwd=site)
    assert done.exit_code == 2, done.stderr
