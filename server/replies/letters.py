"""What somebody typed into the form of a letter, read and judged before anything is kept. Pure: no request, no disk."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from graph.errors import KhronikaError
from graph.replies import KINDS, lines_of, one_line
from server.replies.tickets import Standing

TRAP = "website"  # a field nobody sees; what fills it in is no person
CONTACT = 200  # characters; room for an address, a number and a word on when to call
FIELDS = ("kind", "text", "contact", "about")


class LetterRejected(KhronikaError):
    """What was typed cannot be taken as it is. `key` is the message that says what to do, `values` go into it."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key, values)
        self.key, self.values = key, values

    def __str__(self) -> str:
        return self.key


class LetterForeign(KhronikaError):
    """The form was sent from a page of another site."""

    def __str__(self) -> str:
        return "A letter is sent from the form of this site only."


class LettersTooOften(LetterRejected):
    """A client has sent as many letters as one may; `seconds` until the next."""

    def __init__(self, seconds: float) -> None:
        super().__init__("reply.fault.often", minutes=max(1, round(seconds / 60)))
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields of the form as they were sent, to be shown again when something is wrong."""

    kind: str = ""
    text: str = ""
    contact: str = ""
    about: str = ""


def typed_in(form: Mapping[str, str]) -> Typed:
    """The fields of a form that was sent, none of them longer than the form itself may be."""
    return Typed(**{name: form.get(name, "") for name in FIELDS})


def judge(typed: Typed, trap: str, standing: Standing, characters: int) -> None:
    """Nothing for a letter that can be kept, `LetterRejected` for any other. `characters` is how long one may be."""
    text = lines_of(typed.text)
    if not text:
        raise LetterRejected("reply.fault.empty")
    if len(text) > characters:
        raise LetterRejected("reply.fault.long", most=characters, over=len(text) - characters)
    if len(one_line(typed.contact)) > CONTACT:
        raise LetterRejected("reply.fault.contact", most=CONTACT)
    if typed.kind not in KINDS:
        raise LetterRejected("reply.fault.kind")
    if trap:
        raise LetterRejected("reply.fault.trap")
    if standing is not Standing.GOOD:
        raise LetterRejected("reply.fault.soon" if standing is Standing.SOON else "reply.fault.stale")


def refuse_foreign(fetch_site: str | None, origin: str | None, hosts: frozenset[str]) -> None:
    """`LetterForeign` when the browser says that a page of somebody else sent the form.

    A page of ours sends no referrer, and so `Origin: null` (Fetch, "append a request Origin header"): that tells
    nothing. The ticket, which no other page can read, is what holds; this stops a careless one early.
    """
    if fetch_site not in (None, "same-origin", "none"):
        raise LetterForeign
    if origin and origin != "null" and urlsplit(origin).netloc not in hosts:
        raise LetterForeign
