"""A question is a file: what its comments say, that it parses, and that terms are bound."""

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from graph.asking import QuestionError, ask, read_question, read_questions
from graph.store.embedded import EmbeddedReader

TEXT = """# title: Who says what?
# title@ru: Кто что говорит?
# explanation: Every claim
# explanation: with its speaker.
# a remark that is no header
PREFIX ex: <https://site.example/>
# title: too late
SELECT ?who ?what WHERE { ?who ex:says ?what } ORDER BY ?what
"""


def written(folder: Path, text: str | bytes, name: str = "who.rq") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_comments_before_the_query_say_what_it_is(tmp_path: Path) -> None:
    question = read_question(written(tmp_path, TEXT))
    assert question.name == "who"
    assert question.form == "select"
    assert question.titles == {"": "Who says what?", "ru": "Кто что говорит?"}
    assert question.title("ru") == "Кто что говорит?"
    assert question.title("de") == "Who says what?"
    assert question.explanation("en") == "Every claim with its speaker."
    assert question.text == TEXT


def test_the_body_is_what_one_edits(tmp_path: Path) -> None:
    question = read_question(written(tmp_path, "# title: T\n\n# explanation@ru: О\n# of ours\nASK {}"))
    assert question.body == "# of ours\nASK {}\n"
    assert question.is_asked_by(question.text)
    assert question.is_asked_by("# of ours\r\nASK {}\r\n\r\n")
    assert not question.is_asked_by("ASK {}")


NAMED = """# title: Names
# language: en
SELECT ?name { # names in "en"
  ?x <https://x.example/en> ?name ; ?y "enough", "en"@en .
  FILTER(LANG(?name) = "en" || LANG(?name) = 'en')
}
"""


def test_names_are_asked_for_in_the_language_of_the_reader(tmp_path: Path) -> None:
    """Each string that is the language, and nothing else that only looks so."""
    question = read_question(written(tmp_path, NAMED))
    assert question.language == "en"
    assert question.body == question.body_in("en") == NAMED.partition("# language: en\n")[2]
    assert question.body_in("ru-Latn") == question.body.replace('"en"@en', '"ru-Latn"@en').replace(
        """= "en" || LANG(?name) = 'en'""", """= "ru-Latn" || LANG(?name) = 'ru-Latn'"""
    )
    russian = question.body_in("ru")
    assert question.is_asked_by(russian, ["en", "ru"])
    assert not question.is_asked_by(russian)
    assert (question.body_instead(russian, "en"), question.body_instead(russian, "ru")) == (question.body, "")
    assert question.body_instead(NAMED, "ru") == russian


def test_a_question_that_names_no_language_is_the_same_in_each(tmp_path: Path) -> None:
    question = read_question(written(tmp_path, TEXT + '# "ru"\n'))
    assert question.language == ""
    assert question.body_in("ru") == question.body
    assert question.body_instead(question.text, "ru") == ""


def test_a_language_that_is_asked_for_nowhere(tmp_path: Path) -> None:
    path = written(tmp_path, "# title: x\n# language: ru\nSELECT ?name { ?x ?y ?name FILTER(LANG(?name) = 'en') }")
    with pytest.raises(QuestionError, match='asks for names in "ru", and has no string "ru"') as told:
        read_question(path)
    assert told.value.line == 2


def test_a_question_without_a_title_is_called_by_its_file(tmp_path: Path) -> None:
    question = read_question(written(tmp_path, "ASK {}"))
    assert (question.title("en"), question.explanation("en"), question.form) == ("who", "", "ask")


def test_questions_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    written(tmp_path, "ASK {}", "b.rq")
    written(tmp_path, "ASK {}", "a.rq")
    written(tmp_path, "not a question", "notes.txt")
    assert [q.name for q in read_questions(tmp_path)] == ["a", "b"]
    assert read_questions(tmp_path / "missing") == ()


def test_a_question_is_asked_with_terms(tmp_path: Path) -> None:
    anna, says = NamedNode("https://site.example/anna"), NamedNode("https://site.example/says")
    reader = EmbeddedReader.of([Quad(anna, says, Literal("one")), Quad(says, says, Literal("two"))])
    question = read_question(written(tmp_path, TEXT))
    assert len(ask(reader, question)) == 2
    assert ask(reader, question, who=anna) == [{"who": anna, "what": Literal("one")}]
    assert ask(reader, question, what=[Literal("two"), Literal("three")])[0]["who"] == says


def test_only_a_select_is_asked(tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match="not a SELECT but: ask"):
        ask(EmbeddedReader.of([]), read_question(written(tmp_path, "ASK {}")))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("SELECT ?a\nWHERE { ?a ?b\n", 3),
        ("# title: x\nSELEC ?a {}", 2),
        ("SELECT * WHERE { ?s foo:bar ?o }", 1),
        ("INSERT DATA { <http://a> <http://b> <http://c> }", 1),
        ("", None),
    ],
)
def test_what_does_not_parse_is_told_with_file_and_line(tmp_path: Path, text: str, line: int | None) -> None:
    path = written(tmp_path, text)
    with pytest.raises(QuestionError, match="not a SPARQL query") as told:
        read_question(path)
    assert told.value.line == line or line is None
    assert str(told.value).startswith(f"{path}:")
    assert len(str(told.value)) < 400


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    path = written(tmp_path, b"# title: x\n# title@ru: \xff\nASK {}")
    with pytest.raises(QuestionError, match="UTF-8") as told:
        read_question(path)
    assert told.value.line == 2


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "folder.rq").mkdir()
    with pytest.raises(QuestionError, match="directory"):
        read_questions(tmp_path)
