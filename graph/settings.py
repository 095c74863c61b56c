"""A site's settings, read once from `site.toml`, frozen, and handed down. Every key is in the table at the foot."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import urlsplit

from pyoxigraph import NamedNode

from graph.errors import SiteError

MAY_BE_NONE = frozenset({"held_mb"})  # limits that may be 0


@dataclass(frozen=True, slots=True)
class Limits:
    """What one stranger may ask of the machine. Each has a unit and a reason."""

    query_seconds: float = 10.0  # past this a person has left; a script should page
    query_memory_mb: int = 512  # per worker, over what the open snapshot takes
    result_mb: int = 64  # a larger answer is a dump, and dumps are files
    query_kb: int = 64  # longer texts are generated ones; VALUES has a better way
    workers: int = 2  # one a core
    waiting: int = 64  # who would wait longer than the deadline is told so at once
    page_processes: int = 2  # once pages are asked for often, one a core; with 1 the server's own process makes them
    held_mb: int = 128  # of a release's files, past which pages are read from disk; in memory it is a third larger
    cache_mb: int = 64  # results of the current release kept in memory
    client_seconds: int = 60  # query-seconds of one client at a stretch; half of them come back a minute
    service_workers: int = 1  # queries with SERVICE at a time, in a lane of their own: they mostly wait for others
    service_seconds: float = 30.0  # for a query with SERVICE; other people's endpoints are slower than ours
    service_requests: int = 20  # to other endpoints for one query: we must not be how somebody attacks them
    service_mb: int = 4  # of other endpoints' answers for one query
    service_rows: int = 10_000  # of other endpoints' answers for one query; each is joined in memory


@dataclass(frozen=True, slots=True)
class Replies:
    """Letters to the editors by the form that each page offers; without it pages only say whom to write to."""

    enabled: bool = True  # who is named must be able to answer without an account anywhere
    folder: str = "replies"  # below the site's or absolute; nothing in it is published, served or backed up
    waiting: int = 1000  # letters; who fills the folder does not fill the disk
    characters: int = 10_000  # of one letter: four printed pages
    burst: int = 5  # letters of one client at a stretch; one more every two minutes


@dataclass(frozen=True, slots=True)
class Settings:
    """One site. `folder` is absolute; `base` ends in a slash and is the only source of absolute IRIs."""

    folder: Path
    title: Mapping[str, str]
    base: str
    publisher: str
    contact: str = ""
    description: Mapping[str, str] = field(default_factory=dict)
    languages: tuple[str, ...] = ("en", "ru")
    language: str = "en"
    licence: str = "https://creativecommons.org/licenses/by/4.0/"
    access: str = "public"
    editor: str = ""
    engine: str = "embedded"
    builtin_shapes: bool = True
    services: tuple[str, ...] = ()
    private_services: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    replies: Replies = field(default_factory=Replies)

    @property
    def letters(self) -> Path:
        """The folder of letters that wait for an editor, which need not exist."""
        return self.folder / self.replies.folder

    @property
    def endpoints(self) -> frozenset[str]:
        """The SPARQL endpoints that SERVICE may name; those of `private_services` may have addresses of an intranet."""
        return frozenset(self.services + self.private_services)

    @property
    def records(self) -> Path:
        """The folder of what editors write."""
        return self.folder / "records"

    @property
    def queries(self) -> Path:
        """The folder of the site's named questions."""
        return self.folder / "queries"

    @property
    def shapes(self) -> Path:
        """The folder of the site's own rules, which need not exist."""
        return self.folder / "shapes"

    @property
    def var(self) -> Path:
        """The state folder; all of it but `history.sqlite` can be rebuilt."""
        return self.folder / "var"

    def thing(self, name: str) -> NamedNode:
        """The IRI of the thing an editor calls `org/rfe-rl`."""
        return NamedNode(f"{self.base}id/{name}")

    def record(self, name: str) -> NamedNode:
        """The IRI of the record (named graph) `profile/x`; `derived` is the generated one."""
        return NamedNode(f"{self.base}record/{name}")

    def well_known(self, name: str) -> NamedNode:
        """The graph that describes the site as a whole (`void`, `sparql-examples`), by the address it is served at."""
        return NamedNode(f"{self.base}.well-known/{name}")

    def of_site(self, iri: str) -> str | None:
        """The path below the base of an IRI of this site (`id/org/rfe-rl`), None for anybody else's."""
        return iri[len(self.base) :] if iri.startswith(self.base) else None


# SPDX names an editor may use for the licences that suit documentation; any http(s) IRI is taken as it is.
LICENCES: Mapping[str, str] = {
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "CC-BY-3.0": "https://creativecommons.org/licenses/by/3.0/",
    "CC-BY-NC-4.0": "https://creativecommons.org/licenses/by-nc/4.0/",
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "ODbL-1.0": "https://opendatacommons.org/licenses/odbl/1-0/",
}
LICENCE_NAMES: Mapping[str, str] = {iri: name for name, iri in LICENCES.items()}


def read_settings(folder: Path) -> Settings:
    """The settings of the site in `folder`; `SiteError` when there is none or a key cannot be used."""
    folder = folder.absolute()
    path = folder / "site.toml"
    if not path.is_file():
        raise SiteError(folder, "this folder is not a site: it has no site.toml.", NOT_A_SITE)
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise SiteError(path, f"not UTF-8 (byte {error.start}).", "Save the file as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise SiteError(path, f"not TOML: {error}.", "See the comments in a fresh site: khronika init DIR.") from None
    return _settings(path, table)


NOT_A_SITE = "Name a site's folder, or make one with: khronika init DIR"


def _settings(path: Path, table: Mapping[str, Any]) -> Settings:
    values: dict[str, Any] = {}
    for key, value in table.items():
        reader = _READERS.get(key)
        if reader is None:
            near = get_close_matches(key, _READERS, 1)
            raise SiteError(
                path,
                f"unknown key '{key}'.",
                f"Did you mean '{near[0]}'?" if near else "Keys: " + ", ".join(_READERS) + ".",
            )
        try:
            values[key] = reader(value)
        except ValueError as error:
            raise SiteError(path, f"'{key}': {error}") from None
    for key in ("title", "base", "publisher"):
        if key not in values:
            raise SiteError(path, f"'{key}' is missing.", f"Add a line: {key} = {_EXAMPLES[key]}")
    return Settings(folder=path.parent, **values)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"expected a text in quotes, got {value!r}.")
    return value


def _texts(value: object) -> Mapping[str, str]:
    """`"A title"` or `{en = "A title", ru = "Название"}`."""
    if isinstance(value, dict) and value and all(isinstance(v, str) for v in value.values()):
        return dict(value)
    return {"": _text(value)}


def _contact(value: object) -> str:
    """An address to write to, with or without `mailto:`."""
    address = _text(value).strip().removeprefix("mailto:")
    if "@" not in address or any(sign.isspace() for sign in address):
        raise ValueError(f"expected an e-mail address, got {value!r}.")
    return address


def _base(value: object) -> str:
    text = _text(value)
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise ValueError(f"expected an http(s) IRI without query or #, got {text!r}.")
    try:
        NamedNode(text)
    except ValueError:
        raise ValueError(f"{text!r} is not an IRI.") from None
    return text if text.endswith("/") else text + "/"


def _languages(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(v in ("en", "ru") for v in value):
        raise ValueError('expected a list of interface languages out of "en" and "ru".')
    return tuple(value)


def _licence(value: object) -> str:
    text = _text(value)
    if text in LICENCES:
        return LICENCES[text]
    if text.startswith(("https://", "http://")):
        return text
    raise ValueError(f"expected an IRI or one of {', '.join(LICENCES)}, got {text!r}.")


def _engine(value: object) -> str:
    if value != "embedded":
        raise ValueError(f'the engine of this version is "embedded", got {value!r}.')
    return "embedded"


def _services(value: object) -> tuple[str, ...]:
    """Endpoints that anybody on the way could answer for are not asked: `https` only."""
    return _endpoints(value, ("https",))


def _private_services(value: object) -> tuple[str, ...]:
    return _endpoints(value, ("https", "http"))


def _endpoints(value: object, schemes: Sequence[str]) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError(f'expected a list of addresses such as ["https://example.org/sparql"], got {value!r}.')
    for each in value:
        text = _text(each)
        try:
            parts = urlsplit(NamedNode(text).value)
            port = parts.port
        except ValueError:
            raise ValueError(f"{text!r} is not an IRI.") from None
        if parts.scheme not in schemes or not parts.hostname or "@" in parts.netloc or parts.fragment or port == 0:
            raise ValueError(f"expected {' or '.join(schemes)} addresses without user or #, got {text!r}.")
    return tuple(value)


def _proxies(value: object) -> tuple[str, ...]:
    """Addresses of those who stand before the server, and are believed when they say who asked them."""
    if not isinstance(value, list):
        raise ValueError(f'expected a list of addresses such as ["127.0.0.1"], got {value!r}.')
    for each in value:
        try:
            network = ip_network(_text(each), strict=False)
        except ValueError:
            raise ValueError(f"expected an address or a network such as 10.0.0.0/8, got {each!r}.") from None
        if not network.prefixlen:
            raise ValueError(f"{each!r} is everybody: whoever asks could say that somebody else does.")
    return tuple(value)


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"expected true or false, got {value!r}.")
    return value


def _limits(value: object) -> Limits:
    if not isinstance(value, dict):
        raise ValueError("expected a table, [limits].")
    known = {f.name for f in fields(Limits)}
    for key, number in value.items():
        if key not in known:
            raise ValueError(f"unknown limit '{key}'; limits: {', '.join(sorted(known))}.")
        is_low = isinstance(number, int | float) and (number < 0 if key in MAY_BE_NONE else number <= 0)
        if isinstance(number, bool) or not isinstance(number, int | float) or is_low:
            least = "from 0 on" if key in MAY_BE_NONE else "above 0"
            raise ValueError(f"limit '{key}' must be a number {least}, got {number!r}.")
        if key not in ("query_seconds", "service_seconds") and not isinstance(number, int):
            raise ValueError(f"limit '{key}' must be a whole number, got {number!r}.")
    return Limits(**value)


_READ_OR_MADE = ("records", "queries", "shapes", "concepts", "var")  # folders of a site that letters may not mix with


def _replies(value: object) -> Replies:
    if not isinstance(value, dict):
        raise ValueError("expected a table, [replies].")
    known = {f.name: type(f.default) for f in fields(Replies)}
    for key, given in value.items():
        if key not in known:
            raise ValueError(f"unknown key '{key}'; keys: {', '.join(known)}.")
        if known[key] is int and (type(given) is not int or given <= 0):
            raise ValueError(f"'{key}' must be a whole number above 0, got {given!r}.")
        if type(given) is not known[key]:
            raise ValueError(f"'{key}' must be {'true or false' if known[key] is bool else 'a text'}, got {given!r}.")
    found = Replies(**value)
    parts = PurePath(found.folder).parts
    if not parts or ".." in parts or parts[0] in _READ_OR_MADE:
        raise ValueError(f"'folder' must be one of its own, not {found.folder!r}: letters are private.")
    return found


_READERS: Mapping[str, Callable[[object], Any]] = {
    "title": _texts,
    "description": _texts,
    "base": _base,
    "publisher": _text,
    "contact": _contact,
    "languages": _languages,
    "language": _text,
    "licence": _licence,
    "access": _text,
    "editor": _text,
    "engine": _engine,
    "builtin_shapes": _boolean,
    "services": _services,
    "private_services": _private_services,
    "proxies": _proxies,
    "limits": _limits,
    "replies": _replies,
}
_EXAMPLES: Mapping[str, str] = {
    "title": '"Rights in Russia"',
    "base": '"https://example.org/"',
    "publisher": '"Name of who publishes"',
}
