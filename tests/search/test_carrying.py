"""An index carried over from the last release answers as one made anew, whatever changed."""

import random
import sqlite3
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from graph.search import carrying
from graph.search.building import code, write_index
from graph.search.carrying import carry_index
from graph.search.entries import WITHIN, Entries
from graph.search.index import Index
from graph.search.query import read_query
from graph.search.touching import TooMany, touched
from graph.store.base import Facts
from graph.store.embedded import EmbeddedReader
from graph.terms import LABEL, SCHEMA, SKOS, VOCAB, VOCABULARY_GRAPH, A
from graph.vocabulary import load_vocabulary

DATA = list(parse(Path(__file__).with_name("release.trig").read_bytes(), RdfFormat.TRIG))
SOME = {VOCAB(w) for w in ("act", "act/detention", "act/against-liberty", "act/killing", "source/news-article")}
WORDS = [q for q in load_vocabulary().quads() if q.subject in SOME]
ID = "https://docs.example/id/"
ASKED = ("Kochetkov", "Кочеткову", "России", "detained brutally", "Spring", "задержаний", "Novaja gazeta", "new words")


def digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def made(quads: list[Quad], path: Path) -> EmbeddedReader:
    reader = EmbeddedReader.of(quads)
    path.unlink(missing_ok=True)
    write_index(reader, path)
    return reader


def told(path: Path) -> Iterator[object]:
    """All that an index says, by IRI: the numbers of its entries depend on the past."""
    with sqlite3.connect(path) as sql:
        iris = dict(sql.execute("SELECT id, iri FROM entry"))
        yield sorted(sql.execute("SELECT iri, kind, turn, date FROM entry"))
        yield sorted(sql.execute("SELECT iri, language, sorted FROM title JOIN entry ON entry.id = title.entry"))
        yield sorted(sql.execute(
            "SELECT iri, field, value FROM facet JOIN term ON term.id = term JOIN entry ON entry.id = facet.entry"
        ))  # fmt: skip
        yield sorted(sql.execute("SELECT field, value FROM term"))
        for table in ("word", "beginning"):
            sql.execute(f"CREATE VIRTUAL TABLE temp.{table}_terms USING fts5vocab(main, {table}, instance)")
            rows = sql.execute(f"SELECT term, doc, col, offset FROM {table}_terms")
            yield sorted((term, iris[doc], col, offset) for term, doc, col, offset in rows)
            sql.execute(f"CREATE VIRTUAL TABLE temp.{table}_counts USING fts5vocab(main, {table}, col)")
            yield sorted(sql.execute(f"SELECT term, col, doc, cnt FROM {table}_counts"))  # none that has no entry left
        for asked in ASKED:
            rows = sql.execute("SELECT rowid, rank FROM word WHERE word MATCH ?", (read_query(asked).match(),))
            yield sorted((iris[number], rank) for number, rank in rows)
    sql.close()
    index = Index.open(path, "")
    for asked in ("", *ASKED):
        query = read_query(asked)
        yield index.find(query, {})
        yield index.facets(query, {"kind": "claim"})
        yield index.suggest(asked)
    index.close()


def carry(before: list[Quad], after: list[Quad], folder: Path) -> bool:
    """Carry an index over and compare it with one made anew; whether it could be."""
    older, newer = made(before, folder / "last"), made(after, folder / "anew")
    changed = set(before) ^ set(after)
    if not carry_index(folder / "last", digest(folder / "last"), older, newer, changed, folder / "carried"):
        assert not (folder / "carried").exists()
        return False
    assert list(told(folder / "carried")) == list(told(folder / "anew"))
    return True


def edited(quads: list[Quad], chance: random.Random) -> list[Quad]:
    """A few statements taken away, a few made of parts of others, a few words and places changed."""
    left = [quad for quad in quads if chance.random() > 0.03]
    for _ in range(chance.randrange(6)):
        one, other = chance.choice(quads), chance.choice(quads)
        left.append(Quad(one.subject, one.predicate, other.object, one.graph_name))
        left.append(Quad(other.subject, A, chance.choice([q.object for q in quads if q.predicate == A])))
        left.append(Quad(one.subject, chance.choice((LABEL, SCHEMA("text"))), Literal("New words", language="en")))
        if isinstance(other.subject, NamedNode):
            left.append(Quad(one.subject, chance.choice((WITHIN, SCHEMA("location"))), other.subject))
    return [quad for quad in left if isinstance(quad.subject, NamedNode)]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 1 << 32))
def test_any_edits_leave_the_index_that_would_be_made_anew(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying, "FEW", 10_000)  # also where most of it changes
    chance = random.Random(seed)
    after = edited(WORDS + DATA, chance)
    (tmp_path / "carried").unlink(missing_ok=True)
    assert carry(WORDS + DATA, after, tmp_path)


def test_release_after_release(tmp_path: Path) -> None:
    """Carried over many times, it still answers as one made anew: FTS5 has merged its pages meanwhile."""
    chance, quads = random.Random(20170410), WORDS + DATA
    older, last = made(quads, tmp_path / "0"), tmp_path / "0"
    for number in range(1, 25):
        after = edited(WORDS + DATA, chance)
        newer, path = EmbeddedReader.of(after), tmp_path / str(number)
        assert carry_index(last, digest(last), older, newer, set(quads) ^ set(after), path)
        older, last, quads = newer, path, after
    made(quads, tmp_path / "anew")
    assert list(told(last)) == list(told(tmp_path / "anew"))


@pytest.mark.parametrize(
    ("node", "predicate", "words"),
    [
        (VOCAB("act/killing"), SKOS("definition"), Literal("New words of the editors.", language="en")),
        (NamedNode("https://docs.example/record/one"), LABEL, Literal("New words", language="en")),
    ],
    ids=["concept", "record"],
)
def test_a_changed_concept_or_record_changes_its_own_entry(
    tmp_path: Path, node: NamedNode, predicate: NamedNode, words: Literal
) -> None:
    before = WORDS + DATA
    graph = next(q.graph_name for q in before if q.subject == node)
    after = [*before, Quad(node, predicate, words, graph)]
    assert carry(before, after, tmp_path)
    changed = set(before) ^ set(after)
    readers = EmbeddedReader.of(before), EmbeddedReader.of(after)
    differ = {n for n in touched(readers[1], changed, 1000) if Entries(readers[0]).of(n) != Entries(readers[1]).of(n)}
    assert differ == {node}
    index = Index.open(tmp_path / "carried", "")
    assert [f.iri for f in index.find(read_query("new words"), {}).results] == [node.value]
    index.close()


def test_a_concept_called_otherwise_changes_what_is_found_by_its_name(tmp_path: Path) -> None:
    detention = VOCAB("act/detention")
    after = [q for q in WORDS + DATA if not (q.subject == detention and isinstance(q.object, Literal))]
    after += [Quad(detention, name, Literal("New words"), VOCABULARY_GRAPH) for name in (LABEL, SKOS("prefLabel"))]
    assert carry(WORDS + DATA, after, tmp_path)
    index = Index.open(tmp_path / "carried", "")
    found = {f.iri.removeprefix(ID) for f in index.find(read_query("new words"), {}).results}
    index.close()
    assert found >= {"act/detentions", "claim/ru", detention.value}


def test_a_record_or_concept_that_is_gone_is_not_found(tmp_path: Path) -> None:
    gone = {VOCAB("act/killing"), NamedNode("https://docs.example/record/one")}
    assert carry(WORDS + DATA, [q for q in WORDS + DATA if q.subject not in gone], tmp_path)
    index = Index.open(tmp_path / "carried", "")
    for typed in ("killing", "убийство", "The spring", "Весна", "clipping"):
        assert not gone & {
            NamedNode(f.iri) for f in (*index.find(read_query(typed), {}).results, *index.suggest(typed))
        }
    index.close()


class Watching:
    """A reader that notes whose statements are read."""

    def __init__(self, reader: EmbeddedReader) -> None:
        self.reader, self.read = reader, set[tuple[NamedNode, NamedNode]]()

    def facts(self, subject: NamedNode) -> Facts:
        self.read.add((subject, LABEL))
        return self.reader.facts(subject)

    def statements(self, subject: NamedNode, predicate: NamedNode) -> Iterator[Quad]:
        self.read.add((subject, predicate))
        return self.reader.statements(subject, predicate)


def test_whatever_an_entry_is_made_of_leads_back_to_it(published_example: Path) -> None:
    """Over the example site: for every node that the entry of a thing reads, the thing is among those touched."""
    from graph.settings import read_settings
    from graph.store.open import open_reader

    with open_reader(read_settings(published_example)) as opened:
        reader = EmbeddedReader.of(opened.quads())
    readers: dict[tuple[NamedNode, NamedNode], set[NamedNode]] = {}
    for entry in Entries(reader):
        watching = Watching(reader)
        assert Entries(watching).of(NamedNode(entry.iri)) == entry  # type: ignore[arg-type]
        for read in watching.read:
            readers.setdefault(read, set()).add(NamedNode(entry.iri))
    assert len(readers) > 250
    for (node, predicate), entries in readers.items():
        found = touched(reader, [Quad(node, predicate, Literal("x"))], 10_000)
        assert entries <= found, f"{node} is read for {entries - found}"


def test_a_change_that_touches_most_is_not_carried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying, "FEW", 3)
    assert carry(WORDS + DATA, [*WORDS, *DATA, Quad(NamedNode(ID + "new"), A, SCHEMA("Person"))], tmp_path)
    (tmp_path / "carried").unlink()
    many = [Quad(NamedNode(f"{ID}new/{n}"), A, SCHEMA("Person")) for n in range(20)]
    assert not carry(WORDS + DATA, [*WORDS, *DATA, *many], tmp_path)
    reader = EmbeddedReader.of(DATA)
    with pytest.raises(TooMany):
        touched(reader, [Quad(q.subject, LABEL, Literal("x")) for q in DATA], 3)


def refuses(folder: Path, **other: object) -> None:
    older, newer = EmbeddedReader.of(WORDS + DATA), EmbeddedReader.of(WORDS + DATA[1:])
    given = {"digest": digest(folder / "last") if (folder / "last").exists() else "", **other}
    assert not carry_index(folder / "last", given["digest"], older, newer, set(DATA[:1]), folder / "carried")  # type: ignore[arg-type]
    assert not (folder / "carried").exists()


def test_an_index_that_is_not_what_it_should_be_is_not_carried(tmp_path: Path) -> None:
    refuses(tmp_path)
    made(WORDS + DATA, tmp_path / "last")
    refuses(tmp_path, digest="0" * 64)
    for table, column, value in (("about", "version", 0), ("about", "digest", "other"), ("about", "code", "other")):
        made(WORDS + DATA, tmp_path / "last")
        with sqlite3.connect(tmp_path / "last") as sql:
            sql.execute(f"UPDATE {table} SET {column} = ?", (value,))
        sql.close()
        refuses(tmp_path)
    (tmp_path / "last").write_bytes(b"no database, though its digest is right" * 200)
    refuses(tmp_path)
    made([q for q in WORDS + DATA if q.subject != DATA[0].subject], tmp_path / "last")  # lacks an entry it should have
    refuses(tmp_path)


def test_the_code_has_a_name_that_is_the_same_each_time() -> None:
    assert len(code()) == 64
    assert code() == code()
