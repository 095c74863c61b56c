"""How to cite a page: a line for people, BibTeX and CSL-JSON for reference managers. Each names the release."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Citation:
    """What a citation is made of. `iri` names the thing for good, `url` this state of its page."""

    title: str
    authors: Sequence[str]
    site: str
    publisher: str
    release: int
    released: date
    iri: str
    url: str
    language: str

    @property
    def key(self) -> str:
        """A name for bibliographies: the end of the IRI and the year of the release."""
        words = re.findall(r"[A-Za-z0-9]+", self.iri.rsplit("/", 1)[-1])
        return "-".join([*words[:6], str(self.released.year)]) or "khronika"


def bibtex(citation: Citation) -> str:
    """BibTeX with biblatex's fields (`@online`); braces and backslashes of the words are written out."""
    fields = {
        "author": " and ".join("{" + _tex(a) + "}" for a in citation.authors),
        "title": "{" + _tex(citation.title) + "}",
        "organization": "{" + _tex(citation.publisher) + "}",
        "date": citation.released.isoformat(),
        "version": f"Release {citation.release}",
        "url": _tex_url(citation.url),
        "note": "{" + _tex(f"{citation.site}. {citation.iri}") + "}",
        "langid": {"en": "english", "ru": "russian"}.get(citation.language, ""),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value and value != "{}"]
    return "@online{" + citation.key + ",\n" + "\n".join(lines) + "\n}\n"


def csl_json(citation: Citation) -> str:
    """CSL-JSON 1.0.2, a list of one item, as Zotero and Pandoc read it."""
    day = citation.released
    item = {
        "id": citation.key,
        "type": "webpage",
        "title": citation.title,
        "author": [{"literal": name} for name in citation.authors],
        "container-title": citation.site,
        "publisher": citation.publisher,
        "issued": {"date-parts": [[day.year, day.month, day.day]]},
        "version": str(citation.release),
        "URL": citation.url,
        "note": citation.iri,
        "language": citation.language,
    }
    return json.dumps([{k: v for k, v in item.items() if v}], ensure_ascii=False, indent=1) + "\n"


def _tex(text: str) -> str:
    special = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    return "".join(special.get(c, "\\" + c if c in "{}$&#_%" else c) for c in " ".join(text.split()))


def _tex_url(url: str) -> str:
    """A URL is verbatim to biblatex; only what would end it or start a comment is escaped."""
    return url.replace("%", r"\%").replace("#", r"\#").replace("{", "%7B").replace("}", "%7D")
