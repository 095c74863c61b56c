"""Jinja as the pages use it: all escaped, an unknown name is an error; and `Page`, which every template is handed."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from jinja2.ext import Extension
from markupsafe import Markup, escape

from graph.formats import Format
from graph.publish.claims import by_voice
from graph.publish.dates import Moment, When
from graph.publish.lens import Kept, Ref
from graph.publish.literals import Text
from graph.settings import Settings
from server.blanks import Blank
from server.compiling import Compiled, KeptCode, safe, written
from server.drawing.intervals import scale
from server.drawing.maps import draw
from server.drawing.painting import can_paint
from server.http.caching import Link
from server.http.urls import DATED, Urls, escaped, path_of
from server.messages import LANGUAGES, Messages
from server.pages.statements import statements
from server.releases.past import Version

NOTHING = Markup("")


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same thing in another form: its name, media type and path below the root."""

    name: str
    media_type: str
    path: str


PARTS = 64  # parts of the layout that are remembered, 2 kB each; addresses are rarely deeper than four folders
BLANKS = 256  # blanks that are remembered, 8 kB each: kinds by languages by depths, of a release or two
WAYS = frozenset({"search", "browse", "timeline", "places", "questions", "ns", "sparql"})  # pages that all lead to

# The files whose letters every page in a language has; asked for with the style sheet, not after it.
FONTS: Mapping[str, Sequence[str]] = {
    "en": ("literata-latin-400-normal", "source-sans-3-latin-wght-normal"),
    "ru": (
        "literata-cyrillic-400-normal",
        "source-sans-3-cyrillic-wght-normal",
        "literata-latin-400-normal",  # numbers and signs are in it
        "source-sans-3-latin-wght-normal",
    ),
}


@dataclass(frozen=True)
class Page:
    """What every template is handed besides its own view. `path` is the page's own, below the root, without query."""

    settings: Settings
    say: Messages
    urls: Urls
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    formats: Sequence[Format] = ()  # in which it is offered besides, at its own path with their suffixes
    elsewhere: Sequence[Alternate] = ()  # and what says the same at another
    past: bool = False  # whether the site has a history
    signposts: Sequence[Link] = ()  # typed links for its head
    version: Version | None = None  # the release a reader asked for, None for the present
    about: str = ""  # the IRI of the thing it is about, where it is about one
    _links: dict[tuple[str, str], Markup] = field(default_factory=dict, repr=False)  # a page names a thing many times

    @property
    def alternates(self) -> Sequence[Alternate]:
        """The same in its other formats."""
        own = [Alternate(each.name, each.media_type, self.path + each.suffix) for each in self.formats]
        return [*own, *self.elsewhere]

    @property
    def has_history(self) -> bool:
        """Whether the page is of something that has a history at an address of its own."""
        return self.past and self.path.startswith(DATED)

    @property
    def language(self) -> str:
        """The interface language."""
        return self.say.language

    @property
    def fonts(self) -> Sequence[str]:
        """The URLs of the fonts it needs, as the style sheet has them; none where the files were not fetched."""
        files = (f"vendor/fonts/{name}.woff2" for name in FONTS[self.language])
        return [f"{self.urls.root}static/{file}" for file in files if file in self.urls.versions]

    @property
    def site_title(self) -> str:
        """The site's title in that language."""
        return in_language(self.settings.title, self.language)

    @property
    def site_description(self) -> str:
        """What the site says of itself in that language."""
        return in_language(self.settings.description, self.language)

    @cached_property
    def choices(self) -> list[tuple[str, str, str]]:
        """The languages one can choose: tag, own name, URL of this page in it."""
        urls = self.urls
        return [
            (tag, LANGUAGES[tag], Urls(urls.depth, tag, urls.versions, urls.release).to(self.path, **self.query))
            for tag in self.settings.languages
        ]

    @property
    def picture(self) -> str:
        """The public URL of the picture this page is shown with elsewhere; "" for none, as for a past version."""
        if self.version is not None or not can_paint():
            return ""
        path = f"preview/{self.path}" if self.path.startswith(DATED) else "preview"
        return f"{self.settings.base}{escaped(path)}?lang={self.language}"

    def below(self, iri: str) -> str:
        """Where an IRI of this site is shown, as a path below the root."""
        return path_of(self.settings, iri) or ""

    def absolute(self, path: str) -> str:
        """The public URL of a path."""
        return self.settings.base + path

    def href(self, iri: str) -> str:
        """Where an IRI leads: our page of it, or itself when it is http(s) elsewhere; "" for what nobody can follow."""
        path = path_of(self.settings, iri)
        if path is not None:
            return self.urls.to(path)
        return iri if iri.startswith(("http://", "https://")) else ""

    def link(self, ref: Ref, css: str = "") -> Markup:
        """A thing as a link to where it is shown."""
        known = self._links.get((ref.iri, css))
        if known is None:
            known = self._links[ref.iri, css] = self._link(ref, css)
        return known

    def refs(self, refs: Sequence[Ref]) -> Markup:
        """Several things as links."""
        if len(refs) == 1:
            return self.link(refs[0])
        return safe(", ".join([self.link(ref) for ref in refs]))

    def dated(self, documents: Sequence[Ref], dates: Sequence[When]) -> Markup:
        """Documents, and when they are from."""
        return safe(", ".join([self.refs(documents), *map(self.when, dates)]) if dates else self.refs(documents))

    def _link(self, ref: Ref, css: str) -> Markup:
        words = self.marked(ref.label)
        path = path_of(self.settings, ref.iri)
        extra = f' class="{written(css)}"' if css else ""
        if path is None:
            href = self.href(ref.iri)
            extra += ' rel="noopener noreferrer"'
        else:
            href = self.urls.to(path) if ref.known else ""
        if not href:
            return words
        return safe(f'<a href="{written(href)}"{extra}>{words}</a>')

    def marked(self, text: Text | None) -> Markup:
        """Words with `lang` and `dir` where their language is not the page's."""
        if text is None:
            return NOTHING
        words = written(text.words)
        if not text.language or text.language == self.language:
            return safe(words)
        return safe(f'<span lang="{written(text.language)}" dir="{text.direction}">{words}</span>')

    def attributes(self, text: Text | None) -> Markup:
        """` lang dir` for an element that holds nothing but these words."""
        if text is None or not text.language or text.language == self.language:
            return NOTHING
        return safe(f' lang="{written(text.language)}" dir="{text.direction}"')

    def when(self, value: When | None) -> Markup:
        """A date as the reader reads it, marked up for machines."""
        if value is None:
            return NOTHING
        words = written(value.phrase(self.say, self.moment))
        if value.single and value.start is not None:
            return safe(f'<time datetime="{written(value.start.machine)}">{words}</time>')
        return safe(words)

    def moment(self, value: Moment, inflected: bool = False) -> str:
        """One day, month, year or time, with its doubts."""
        if isinstance(value.value, datetime):
            name = self.say.time(value.value)
        elif value.precision == "month":
            name = self.say.month(value.value, inflected)
        else:
            name = self.say.day(value.value) if value.precision == "day" else str(value.value.year)
        if value.uncertain:
            name = self.say("date.uncertain", date=name)
        return self.say("date.about", date=name) if value.approximate else name


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The words of a settings table in a language, or the first there are; "" for none."""
    return texts.get(language) or next(iter(texts.values()), "")


# Statuses whose verb the messages have; a site's own concept gets the plain "says".
STATUSES = frozenset(
    {"reported", "self-reported", "stated-position", "editorial", "headline", "verified", "disputed", "retracted"}
)


Compilations = Mapping[str, Mapping[str, bytes]]  # by language, by Jinja's key of a template


class Templates:
    """The templates of `server/templates`, compiled once for each language of the interface."""

    def __init__(self, messages: Mapping[str, Messages], compiled: Compilations | None = None) -> None:
        """`compiled` is what `compiled` of another process gave."""
        self._compiled = {language: dict((compiled or {}).get(language, {})) for language in messages}
        self._environments = {each: environment(say, self._compiled[each]) for each, say in messages.items()}
        self._blanks: Kept[tuple[object, ...], Blank] = Kept(BLANKS)

    def compiled(self) -> Compilations:
        """The code of what has been compiled so far, for a process that is about to be started."""
        return {language: dict(known) for language, known in self._compiled.items()}

    def get_template(self, name: str) -> "Spoken":
        """A template by its name, as in Jinja; which language it speaks its `page` decides."""
        return Spoken(name, self._environments, self._blanks)


@dataclass(frozen=True, slots=True)
class Spoken:
    """One template in each language."""

    name: str
    _environments: Mapping[str, Environment]
    _blanks: Kept[tuple[object, ...], Blank]

    def render(self, *, page: Page, **more: object) -> str:
        """The page, with what its template is handed."""
        return self._environments[page.language].get_template(self.name).render(page=page, **more)

    def blank(self, key: tuple[object, ...], language: str, make: Callable[[Template], Blank]) -> Blank:
        """What pages of this template in a language share, made once for each `key`."""
        whole = (self.name, language, *key)
        known = self._blanks.get(whole)
        return known or self._blanks.keep(whole, make(self._environments[language].get_template(self.name)))


class Parts:
    """Parts of the layout that show nothing of the data: made once for all pages of a depth and choice."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._made: Kept[tuple[object, ...], Markup] = Kept(PARTS)

    def __call__(self, name: str, page: Page) -> Markup:
        """The part that the template `name` makes; it may ask of `page` only what is in the key."""
        urls = page.urls
        key = (name, urls.depth, urls.choice, urls.release, page.path if page.path in WAYS else None)
        made = self._made.get(key)
        if made is None:
            made = self._made.keep(key, safe(self._environment.get_template(name).render(page=page)))
        return made


class Wording(Extension):
    """Puts what `say` says into a template when it is compiled: half of what a page calls never changes."""

    _PLAIN = re.compile(r"{{ say\('([\w.-]+)'\) }}")

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002 - Jinja's
        """The source with each message that has no places in it written out, escaped."""
        say: Messages = self.environment.globals["say"]  # type: ignore[assignment]  # set by `environment`
        return self._PLAIN.sub(lambda found: str(escape(say(found[1]))), source)


def environment(say: Messages, compiled: dict[str, bytes] | None = None) -> Environment:
    """The templates in one language, and what all of them may call; `compiled` has the code of some, and gets more."""
    found = Compiled(
        loader=PackageLoader("server"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=KeptCode({} if compiled is None else compiled),
        extensions=[Wording],
    )
    found.globals |= {"say": say, "statements": statements, "by_voice": by_voice, "scale": scale, "draw": draw}
    found.globals |= {"STATUSES": STATUSES, "part": Parts(found)}
    return found
