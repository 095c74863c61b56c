"""What errors say is in the catalogue: each sentence that the code has for a reader, and none that it has not."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.messages import read_messages
from server.sentences import SOURCE, read_sentences, translated

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("graph/store", "server/sparql", "server/http", "server/pages", "server/releases", "server/replies")
CYRILLIC = re.compile("[а-яё]")
# Which arguments of what is raised are sentences. The word of a `MalformedParameter` is the end of one.
TOLD = {
    "QuerySyntaxError": (0,), "QueryRefused": (0, 1), "QueryTooLong": (0, 1), "QueryTooLarge": (0, 1),
    "QueryUnsayable": (0, 1), "Unsayable": (0,),
    "QueryMemory": (0, 1), "QueryLost": (0, 1), "ServiceFailed": (1,), "LaneBusy": (0,), "Failure": (1,),
    "BadRequest": (0,), "Forbidden": (0,), "UnsupportedMediaType": (0,), "RequestEntityTooLarge": (0,),
    "MethodNotAllowed": (1,), "Unanswered": (0,), "Unreadable": (0,), "MalformedPath": (0,), "MalformedParameter": (1,),
}  # fmt: skip
OPTIONAL = ("late", "moved")  # what may be said or not; both are below
AROUND = {
    "Unanswered": "<https://x.example/sparql> {}", "Unreadable": "<https://x.example/sparql> {}",
    "MalformedPath": "{} Write it as UTF-8, percent-encoded where a URL needs it.",
    "MalformedParameter": "The parameter 'x' must be {}.",
}  # fmt: skip


def modules() -> Iterator[tuple[Path, ast.Module]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def constants(*trees: ast.Module) -> dict[str, ast.expr]:
    """What the names of some modules stand for; the last one counts."""
    return {
        target.id: node.value
        for tree in trees
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def filled(node: ast.expr, named: dict[str, ast.expr]) -> str | None:
    """The sentence an expression makes, with 7 in its places; None where that is told by another line of the code."""
    match node:
        case ast.Constant(value=str()):
            return str(node.value)
        case ast.JoinedStr():
            pieces = (v.value if isinstance(v, ast.Constant) else filled_in(v, named) for v in node.values)
            return "".join(map(str, pieces))
        case ast.Name() if node.id.isupper() and node.id in named:
            return filled(named[node.id], named)
        case ast.Call(func=ast.Attribute(attr="format", value=template)):
            return (filled(template, named) or "").format(7)
        case ast.Call(func=ast.Attribute(attr="join", value=ast.Constant(value=str() as glue))):
            return glue.join(["bibtex", "csl"])
        case ast.BoolOp(values=[*_, last]):
            return filled(last, named)
    return None


def filled_in(value: ast.expr, named: dict[str, ast.expr]) -> str:
    assert isinstance(value, ast.FormattedValue)
    name = value.value.id if isinstance(value.value, ast.Name) else ""
    return "" if name in OPTIONAL else filled(value.value, named) or "7"


def stated(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The sentences of a module that does not raise them itself: every text that looks like one, but its docstrings."""
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        text = filled(node, {}) if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in told else None
        if text and re.fullmatch(r"[A-Z].* .*\.", text):
            yield node.lineno, text


def sentences() -> Iterator[tuple[str, str]]:
    """Where each sentence stands, and the sentence."""
    mistakes = ROOT / "graph/store/lane/mistakes.py"
    yield from ((f"{mistakes.name}:{line}", text) for line, text in stated(ast.parse(mistakes.read_text("utf-8"))))
    everywhere = constants(*(tree for _, tree in modules()))
    for path, tree in modules():
        named = everywhere | constants(tree)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in TOLD:
                continue
            for place in TOLD[node.func.id]:
                text = filled(node.args[place], named) if place < len(node.args) else None
                if text and re.search("[a-z]{2}", text):  # else it only hands on what another line says
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", AROUND.get(node.func.id, "{}").format(text)


SAID = list(sentences())
# Made by `__init__` or `__str__` of an error, or by a variable that the walk above does not follow.
ELSEWHERE = [
    "The query was not answered within 10 seconds and was stopped.",
    "The query was not answered within 10 seconds (0.5 of them before its turn came) and was stopped.",
    "Ask for less: name a subject or a class, count before listing, page with LIMIT and OFFSET.",
    "Come again in 7 seconds.",
    "A letter is sent from the form of this site only.",
    "Past releases are being made ready for others. Come again in 7 s.\n"
    "  Who wants many of them is served better by the feed of changes, at /feed/ldes.",
    "This answer can be had as text/csv, text/html.",
    "Accept-Datetime must be a date such as 'x' (RFC 7089, 2.1.1).",
    "<https://x.example/sparql> gave no whole answer in the time there was (TimeoutError).",
    "<https://x.example/sparql> gave no whole answer (TimeoutError).",
    "<https://x.example/sparql> answered 302; where it points to is not followed.",
    "<https://x.example/sparql> answered 500.",
    "The query is longer than 64 kB.",
    "A worker did not start.",
]


def test_the_walk_finds_what_it_is_for() -> None:
    found = {text for _, text in SAID}
    assert len(found) > 70
    assert "This '7' is not closed." in found
    assert {"This string is not closed.", "Ask again.", "The query needs more than 7 MB of memory."} <= found
    assert "7 is refused: this address answers queries and changes nothing." in found


@pytest.mark.parametrize("language", sorted(set(read_messages()) - {SOURCE}))
def test_every_sentence_is_there_in_every_language(language: str) -> None:
    say = read_messages()[language]
    missing = [f"{place}: {text}" for place, text in SAID if not translated(say, text)]
    assert not missing, "add these to server/messages/errors.toml:\n" + "\n".join(missing)
    assert all(CYRILLIC.search(translated(say, text)) for text in ELSEWHERE), "this one is said elsewhere"


def test_the_catalogue_has_no_sentence_that_nobody_says() -> None:
    said = [text for _, text in SAID] + ELSEWHERE
    used = {next((s.words[SOURCE] for s in read_sentences() if s.pattern.fullmatch(text)), "") for text in said}
    assert not [s.words[SOURCE] for s in read_sentences() if s.words[SOURCE] not in used]


def test_no_place_is_lost_on_the_way() -> None:
    for sentence in read_sentences():
        places = [sorted(re.findall(r"{(\w+)}", words)) for words in sentence.words.values()]
        assert set(sentence.words) == set(read_messages())
        assert all(these == places[0] for these in places), sentence.words[SOURCE]


def test_numbers_are_written_as_the_language_writes_them() -> None:
    russian, english = read_messages()["ru"], read_messages()["en"]
    assert "5\u00a0000 строк" in translated(russian, "The endpoints asked sent more than 5,000 rows.")
    told = "The query was not answered within 0.5 seconds and was stopped."
    assert "0,5 с" in translated(russian, told)
    assert translated(english, told) == told
    assert translated(russian, "expected one of ASK, SELECT") == ""


def test_what_stands_in_a_place_is_taken_over_as_it_is() -> None:
    said = translated(
        read_messages()["ru"], "SERVICE <https://x.example/{seconds}> is refused: this site asks only <y:z>."
    )
    assert "<https://x.example/{seconds}>" in said
    assert said.endswith("только <y:z>.")
