"""The YAML loader: everything is text and knows its line; what could fool an editor or a machine is refused."""

from contextlib import suppress
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.authoring.complaints import Complaints
from graph.authoring.written import NESTING, RECORD_BYTES, Entries, Items, Node, Text, Unreadable, read_yaml


def read(text: str | bytes) -> Entries:
    complaints = Complaints(Path("x.yaml"))
    tree = read_yaml(text if isinstance(text, bytes) else text.encode(), complaints)
    assert not complaints.problems, complaints.problems
    return tree


def wrong(text: str | bytes) -> str:
    """The first complaint, as `line: problem hint`."""
    complaints = Complaints(Path("x.yaml"))
    with suppress(Unreadable):
        read_yaml(text if isinstance(text, bytes) else text.encode(), complaints)
    first = complaints.problems[0]
    return f"{first.line}: {first.problem} {first.hint}"


@pytest.mark.parametrize(
    "written",
    ["2009", "2017-04-01", "no", "on", "null", "~", "0o17", "010", "1_000", "1e3", ".inf", "12:30:45", "true"],
)
def test_every_scalar_is_the_text_that_was_written(written: str) -> None:
    assert read(f"a: {written}").get("a") == Text(written, 1)


def test_every_key_item_and_text_knows_its_line() -> None:
    tree = read("# first\na: one\nb:\n- two\n- c: three\n  d: >\n    four\n    five\n")
    assert [(key.value, key.line) for key, _ in tree] == [("a", 2), ("b", 3)]
    items = tree.get("b")
    assert isinstance(items, Items)
    second = items.items[1]
    assert isinstance(second, Entries)
    assert [(key.value, key.line, value.line) for key, value in second] == [("c", 5, 5), ("d", 6, 6)]
    assert second.get("d") == Text("four five", 6)
    assert tree.get("z") is None


def test_a_byte_order_mark_and_windows_line_ends_are_fine() -> None:
    tree = read(b"\xef\xbb\xbfa: one\r\nb: two\r\n")
    assert [(key.value, key.line, value) for key, value in tree] == [("a", 1, Text("one", 1)), ("b", 2, Text("two", 2))]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (b"a: \xff", "1: not UTF-8: byte 0xff"),
        ("a: б\nb: Привет".encode("cp1251"), "1: not UTF-8"),
        ("a: b".encode("utf-16"), "1: not UTF-8"),
        (b"", "None: the file is empty."),
        (b" \n\n", "None: the file is empty."),
        (b"# only this\n", "None: the file has nothing but comments."),
        (b"--- \n", "1: the file is empty."),
        (b"- a\n- b\n", "1: a record is made of keys and values."),
        (b"just words", "1: a record is made of keys and values."),
        (b"a: b\n\tc: d\n", "2: not YAML"),
        (
            b"a:\n\t- b\n",
            "2: not YAML: found character '\\t' that cannot start any token (column 1). Indent with spaces",
        ),
        (b"a: b\na: c\n", "2: 'a' stands here twice, first on line 1. Keep one."),
        (b"a: This: that\n", "1: not YAML: mapping values are not allowed here (column 8). Put a text with a colon"),
        (b"a: [b\nc: d\n", "2: not YAML"),
        (b'a: "b\n', "2: not YAML"),
        (b"a: b\n---\nc: d\n", "2: a second document begins here"),
        (
            b"a: !!python/object:os.system x\n",
            "1: the tag 'tag:yaml.org,2002:python/object:os.system' is not understood.",
        ),
        (b"a: !!str 5\n", "1: the tag 'tag:yaml.org,2002:str' is not understood."),
        (b"a: ! 5\n", "1: the tag '!' is not understood."),
        (b"a: !x [1]\n", "1: the tag '!x' is not understood."),
        (b"!x a: b\n", "1: the tag '!x' is not understood."),
        (b"a: &b c\n", "1: '&b' names a part of the file"),
        (b"a: c\nb: *c\n", "2: '*c' repeats another part of the file"),
        (b"&a a: b\n", "1: '&a' names a part of the file"),
        (b"? [a, b]\n: c\n", "1: a key must be a word."),
        (b"? {a: b}\n: c\n", "1: a key must be a word."),
        (b"a:\nb: c\n", "1: 'a' is empty. Write something there, or leave it out."),
        (b'a: ""\n', "1: 'a' is empty."),
        (b"a:\n-\n- b\n", "2: an item of 'a' is empty. Write something there"),
        (b"a: {b: c, and so on}\n", "1: 'and so on' is empty. Between { and } a text with a comma needs quotes."),
        (b'a: "\\a"\n', "1: 'a' holds the control character U+0007. Remove it."),
        (b'a: "x\\x9by"\n', "1: 'a' holds the control character U+009B."),
        (b'a: "x\\uD800y"\n', "1: 'a' holds the control character U+D800."),
        ("a: good\u202edab\n".encode(), "1: 'a' holds the control character U+202E. Remove it."),
        (b'"a\\0": b\n', "1: a key holds the control character U+0000."),
        (b"a: b\x00c\n", "1: not YAML: special characters are not allowed. Remove the character."),
        (b"a: b\n\x07", "2: not YAML: special characters are not allowed."),
        (b'a: "\\xZZ"\n', "1: not YAML"),
        (b'a: "\\UFFFFFFFF"\n', "None: not YAML"),
        (b"%YAML 3.0\n---\na: b\n", "1: not YAML"),
        (b"a: %b\n", "1: not YAML"),
        (b"a: @b\n", "1: not YAML"),
    ],
)
def test_what_is_refused(text: bytes, complaint: str) -> None:
    assert wrong(text).startswith(complaint)


def test_a_merge_key_merges_nothing() -> None:
    assert [key.value for key, _ in read("<<: {a: b}")] == ["<<"]


@pytest.mark.parametrize("shape", ["[", "{a: ", "- ", "[{a: "])
def test_deep_nesting_is_refused_at_once(shape: str) -> None:
    start = process_time()
    assert f"nested more than {NESTING} levels deep" in wrong("a:\n " + shape * 100_000)
    assert process_time() - start < 5  # seconds; quadratic work would take minutes


def test_a_laughing_file_is_refused() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(50))
    assert wrong(bomb).startswith("1: '&a' names a part of the file")


def test_a_file_that_is_no_record_by_its_size() -> None:
    assert wrong(b"a: " + b"x" * RECORD_BYTES).startswith("None: the file has more than 4,000,000 bytes.")


def _lines(node: Node) -> list[int]:
    if isinstance(node, Items):
        return [line for item in node.items for line in _lines(item)]
    if isinstance(node, Entries):
        return [line for key, value in node for line in (key.line, *_lines(value))]
    return [node.line]


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("ab:-?,[]{}#&*!|>'\"%@` \n\t\\0é"), max_size=60))
def test_any_text_is_read_or_complained_of(text: str) -> None:
    """No text an editor can type ends in anything but a tree or a complaint that says where."""
    complaints = Complaints(Path("x.yaml"))
    try:
        tree = read_yaml(text.encode(), complaints)
    except Unreadable:
        assert complaints.problems
        return
    assert all(1 <= line <= text.count("\n") + 1 for line in _lines(tree))


@settings(deadline=None)
@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_complained_of(data: bytes) -> None:
    complaints = Complaints(Path("x.yaml"))
    try:
        read_yaml(data, complaints)
    except Unreadable:
        assert complaints.problems
