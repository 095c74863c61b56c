"""A site's settings: what is read, and what is said when a key cannot be used."""

from pathlib import Path

import pytest

from graph.errors import SiteError
from graph.settings import Limits, read_settings

GOOD = 'title = "A site"\nbase = "https://example.org/x"\npublisher = "Editors"\n'


def site(folder: Path, text: str | bytes) -> Path:
    (folder / "site.toml").write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def test_reads_what_is_there_and_fills_in_the_rest(tmp_path: Path) -> None:
    settings = read_settings(site(tmp_path, GOOD + 'licence = "CC0-1.0"\n[limits]\nworkers = 3\n'))
    assert settings.title == {"": "A site"}
    assert settings.base == "https://example.org/x/", "a base ends in a slash"
    assert settings.licence == "https://creativecommons.org/publicdomain/zero/1.0/"
    assert settings.limits == Limits(workers=3)
    assert settings.thing("org/a").value == "https://example.org/x/id/org/a"
    assert settings.record("profile/a").value == "https://example.org/x/record/profile/a"
    assert settings.of_site("https://example.org/x/id/org/a") == "id/org/a"
    assert settings.of_site("https://elsewhere.example/id/org/a") is None


def test_endpoints_that_service_may_name(tmp_path: Path) -> None:
    text = 'services = ["https://a.example/sparql"]\nprivate_services = ["http://10.0.0.5:3030/ds"]\n'
    settings = read_settings(site(tmp_path, GOOD + text + "[limits]\nservice_seconds = 2.5\nservice_rows = 5\n"))
    assert settings.endpoints == {"https://a.example/sparql", "http://10.0.0.5:3030/ds"}
    assert settings.private_services == ("http://10.0.0.5:3030/ds",)
    assert (settings.limits.service_seconds, settings.limits.service_rows) == (2.5, 5)


def test_page_processes_need_not_have_a_release_in_memory(tmp_path: Path) -> None:
    assert read_settings(site(tmp_path, GOOD + "[limits]\nheld_mb = 0\n")).limits.held_mb == 0


def test_proxies_of_ones_own(tmp_path: Path) -> None:
    assert read_settings(site(tmp_path, GOOD)).proxies == ()
    text = 'proxies = ["127.0.0.1", "10.0.0.0/8", "fd00::/8"]\n'
    assert read_settings(site(tmp_path, GOOD + text)).proxies == ("127.0.0.1", "10.0.0.0/8", "fd00::/8")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title = ", "not TOML"),
        (b"title = '\xff'", "not UTF-8"),
        (GOOD + 'publsher = "x"', "Did you mean 'publisher'?"),
        (GOOD + "colour = 1", "Keys: title"),
        ('title = "x"\nbase = "https://e.example/"', "'publisher' is missing"),
        (GOOD.replace("https://example.org/x", "example.org"), "expected an http(s) IRI"),
        (GOOD.replace("https://example.org/x", "https://example.org/#x"), "expected an http(s) IRI"),
        (GOOD.replace("https://example.org/x", "https://exa mple.org/"), "not an IRI"),
        (GOOD.replace('"A site"', "3"), "expected a text"),
        (GOOD + 'languages = ["xx"]', "interface languages"),
        (GOOD + 'licence = "CC-BY-NC-9"', "one of CC-BY-4.0"),
        (GOOD + 'engine = "postgres"', "the engine"),
        (GOOD + 'builtin_shapes = "no"', "expected true or false"),
        (GOOD + 'services = "https://a.example/sparql"', "expected a list of addresses"),
        (GOOD + "services = [3]", "expected a text"),
        (GOOD + 'services = ["http://a.example/sparql"]', "expected https addresses"),
        (GOOD + 'services = ["https://user:word@a.example/sparql"]', "without user"),
        (GOOD + 'services = ["https://a.example/sparql#x"]', "without user or #"),
        (GOOD + 'services = ["https://a.example:x/"]', "not an IRI"),
        (GOOD + 'services = ["https://a b.example/"]', "not an IRI"),
        (GOOD + 'private_services = ["ftp://a.example/"]', "expected https or http addresses"),
        (GOOD + 'proxies = "127.0.0.1"', "expected a list of addresses"),
        (GOOD + 'proxies = ["localhost"]', "an address or a network such as 10.0.0.0/8"),
        (GOOD + "proxies = [3]", "an address or a network such as 10.0.0.0/8"),
        (GOOD + 'proxies = ["0.0.0.0/0"]', "is everybody"),
        (GOOD + "limits = 3", "expected a table"),
        (GOOD + "[limits]\nseconds = 3", "unknown limit 'seconds'"),
        (GOOD + "[limits]\nworkers = 0", "must be a number above 0"),
        (GOOD + "[limits]\nworkers = true", "must be a number above 0"),
        (GOOD + "[limits]\nheld_mb = -1", "must be a number from 0 on"),
        (GOOD + "[limits]\nheld_mb = false", "must be a number from 0 on"),
        (GOOD + "[limits]\nworkers = 1.5", "must be a whole number"),
        (GOOD + 'contact = "nobody"', "expected an e-mail address"),
        (GOOD + "replies = false", "expected a table, [replies]"),
        (GOOD + "[replies]\nwhen = 3", "unknown key 'when'; keys: enabled"),
        (GOOD + '[replies]\nenabled = "no"', "'enabled' must be true or false"),
        (GOOD + "[replies]\nwaiting = 0", "must be a whole number above 0"),
        (GOOD + "[replies]\nburst = true", "must be a whole number above 0"),
        (GOOD + "[replies]\nfolder = 3", "'folder' must be a text"),
        (GOOD + '[replies]\nfolder = "records/letters"', "letters are private"),
        (GOOD + '[replies]\nfolder = "../letters"', "letters are private"),
        (GOOD + '[replies]\nfolder = "."', "letters are private"),
    ],
)
def test_says_what_cannot_be_used(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(SiteError) as caught:
        read_settings(site(tmp_path, text))
    assert said in str(caught.value)
    assert "site.toml" in str(caught.value)


def test_letters_lie_below_the_site_or_where_one_says(tmp_path: Path) -> None:
    assert read_settings(site(tmp_path, GOOD)).letters == tmp_path / "replies"
    told = GOOD + 'contact = "mailto:desk@example.org"\n[replies]\nfolder = "/srv/letters"\nenabled = false\n'
    settings = read_settings(site(tmp_path, told))
    assert settings.letters == Path("/srv/letters")
    assert not settings.replies.enabled
    assert settings.contact == "desk@example.org", "pages add mailto: themselves"


def test_a_folder_that_is_not_a_site(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match=r"not a site: it has no site\.toml"):
        read_settings(tmp_path)
