"""A question is a file: a title and an explanation in comments, then plain SPARQL. Terms are bound, never pasted.

A comment `language: en` says in which language it asks for names: each string "en" in it stands for that of its reader.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from graph.errors import KhronikaError, located
from graph.store.base import Bindable, Reader, Row
from graph.store.embedded import form_of
from graph.store.lane.tokens import placed

SUFFIX = ".rq"
_HEADER = re.compile(r"#\s*(title|explanation)(?:@([A-Za-z]+(?:-[A-Za-z0-9]+)*))?\s*:\s*(.*)")
_LANGUAGE = re.compile(r"#\s*language\s*:\s*([A-Za-z]+(?:-[A-Za-z0-9]+)*)")
_PLACE = re.compile(r"error at (\d+):(\d+): *")


class QuestionError(KhronikaError):
    """A question that cannot be asked; `line` counts from 1, None when the whole file is meant."""

    def __init__(self, path: Path, line: int | None, problem: str, hint: str = "") -> None:
        super().__init__(path, line, problem, hint)
        self.path, self.line, self.problem, self.hint = path, line, problem, hint

    def __str__(self) -> str:
        return located(self.path, self.line, self.problem, self.hint)


@dataclass(frozen=True, slots=True)
class Question:
    """A named question; `text` is its whole file, comments included.

    `titles` and `explanations` are by language, "" where the file names none; `form` is `select`, `ask` or
    `construct` (also of a DESCRIBE); `language` is the one it asks for names in, "" where it says nothing of that.
    """

    name: str
    titles: Mapping[str, str]
    explanations: Mapping[str, str]
    text: str
    form: str
    path: Path
    language: str = ""

    @property
    def body(self) -> str:
        """The query as one edits it: without the comments on it that its file begins with."""
        return _body(self.text)

    def body_in(self, language: str) -> str:
        """The query, asking for names in a language, where its file says in which it does."""
        if self.language in ("", language):
            return self.body
        return _exchanged(self.body, self.language, language)

    def is_asked_by(self, query: str, languages: Sequence[str] = ()) -> bool:
        """Whether a query that came back is this one, whole or as its body, in any of these languages.

        A form ends lines in its own way.
        """
        asked = _body(query)
        return asked == self.body or any(asked == self.body_in(language) for language in languages)

    def body_instead(self, query: str, language: str) -> str:
        """The query in a reader's language, where `query` asks it in another; else empty."""
        body = self.body_in(language)
        return "" if body == _body(query) else body

    def title(self, language: str) -> str:
        """The title in a language, else in English, else in any; the name where the file gives none."""
        return _said(self.titles, language) or self.name

    def explanation(self, language: str) -> str:
        """The explanation in a language, else in English, else in any; empty where the file gives none."""
        return _said(self.explanations, language)


def read_question(path: Path) -> Question:
    """The question in a file; `QuestionError` with the line when it is not UTF-8 or not SPARQL."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        bad = error.object[: error.start].count(b"\n") + 1
        raise QuestionError(path, bad, "not UTF-8.", "Save the file as UTF-8.") from None
    except OSError as error:
        raise QuestionError(path, None, f"cannot be read: {error.strerror}.") from None
    said: dict[str, dict[str, str]] = {"title": {}, "explanation": {}}
    form, language = _form(path, text), ""
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            break
        if named := _LANGUAGE.fullmatch(line.strip()):
            language = _asked_for(path, number, text, named[1])
        match = _HEADER.fullmatch(line.strip())
        if match:
            kind, tag, words = match.groups()
            earlier = said[kind].get(tag or "")
            said[kind][tag or ""] = f"{earlier} {words}" if earlier else words
    return Question(path.stem, said["title"], said["explanation"], text, form, path, language)


def read_questions(folder: Path) -> tuple[Question, ...]:
    """Every question in a folder, by name; none when there is no folder. `QuestionError` for the first bad one."""
    return tuple(read_question(path) for path in sorted(folder.glob("*" + SUFFIX)))


def ask(reader: Reader, question: Question, **terms: Bindable | Sequence[Bindable]) -> list[Row]:
    """The rows of a SELECT question, with `terms` bound; see `Reader.select`. `QuestionError` for another form."""
    if question.form != "select":
        raise QuestionError(
            question.path, None, f"this is not a SELECT but: {question.form}.", "Ask it through /sparql."
        )
    return reader.select(question.text, **terms)


def _body(text: str) -> str:
    lines = text.rstrip().splitlines()
    first = next((n for n, line in enumerate(lines) if line.strip() and not _is_header(line.strip())), 0)
    return "\n".join(lines[first:]) + "\n"


def _is_header(line: str) -> bool:
    return bool(_HEADER.fullmatch(line) or _LANGUAGE.fullmatch(line))


def _asked_for(path: Path, line: int, text: str, language: str) -> str:
    if next(_places(text, language), None) is None:
        problem = f'it says that it asks for names in "{language}", and has no string "{language}".'
        raise QuestionError(path, line, problem, f'FILTER(LANG(?name) = "{language}"), or take the line out.')
    return language


def _places(query: str, language: str) -> Iterator[int]:
    """Where the strings stand that are a language and nothing more; their quotes are a sign long."""
    return (start + 1 for start, kind, text in placed(query) if kind == "string" and text[1:-1] == language)


def _exchanged(query: str, language: str, other: str) -> str:
    pieces, end = [], 0
    for start in _places(query, language):
        pieces += [query[end:start], other]
        end = start + len(language)
    return "".join((*pieces, query[end:]))


def _form(path: Path, text: str) -> str:
    try:
        return form_of(text)
    except SyntaxError as error:
        said = str(error)
        place = _PLACE.search(said)
        line = int(place.group(1)) if place else None
        problem = _PLACE.sub("", said).split(", [", 1)[0].splitlines()[0]
        raise QuestionError(
            path, line, f"not a SPARQL query: {problem}.", "SPARQL 1.1: one SELECT, ASK, CONSTRUCT or DESCRIBE a file."
        ) from None


def _said(words: Mapping[str, str], language: str) -> str:
    for tag in (language, "en", ""):
        if tag in words:
            return words[tag]
    return next(iter(words.values()), "")
