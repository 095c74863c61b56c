"""How Turtle of ours looks: what is laid out quickly is what two plain patterns would make of it."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize

from graph.layout import laid_out

USED = re.compile(r"(?<![\w<:/#.-])([a-z][\w-]*):(?=[\w%\\])")
PREFIXES = {"a": "x:a/", "b": "x:b/", "b-c": "x:b/c/", "c": "x:c#"}
TURTLE = "@prefix b: <x:b/> .\n@prefix a: <x:a/> .\n@prefix b-c: <x:bc/> .\n@prefix : <x:> .\n"
PIECES = st.sampled_from(
    ["a:x", "b:", "b-c:%20", " .\n", "\n", "\t", "}", '"a:y"', "<b:z>", "xb-c:y", ":a:b", "á", " ", "-a:q", "a:\\~"]
)


def plainly(text: str) -> str:
    """The same by patterns over the whole text."""
    head = re.match(r"(?:@prefix [\w-]*: <[^>]*> \.\n)*", text)
    assert head is not None
    body = text[head.end() :]
    used = set(USED.findall(body))
    lines = [f"{line}\n" for line in sorted(head[0].splitlines(), key=lambda s: s.split(":")[0])]
    kept = [line for line in lines if line.split()[1].removesuffix(":") in used]
    return "".join(kept) + "\n" + re.sub(r"(?<= \.\n)(?=[^\t\n}])", "\n", body)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join))
def test_it_is_laid_out_as_two_patterns_would(body: str) -> None:
    assert laid_out(TURTLE + body) == plainly(TURTLE + body)


@pytest.mark.parametrize("form", [RdfFormat.TURTLE, RdfFormat.TRIG])
def test_it_still_says_the_same(form: RdfFormat) -> None:
    names = ["x:a/1", "x:b/c/2", "x:c#3", "x:one/4", "x:b/", "x:other"]
    said = [
        Triple(NamedNode(s), NamedNode("x:a/p"), o) for s in names for o in (NamedNode(s), Literal(f"b:{s} .\n c:"))
    ]
    text = laid_out((serialize(said, format=form, prefixes=PREFIXES) or b"").decode())
    assert {q.triple for q in parse(text, form)} == set(said)
    assert [line.split()[1] for line in text.splitlines() if line.startswith("@")] == ["a:", "b:", "b-c:", "c:"]
