"""The index of a release is carried over from the one before, or made anew; either way it is that of the release."""

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from graph.history.journal import Journal
from graph.releases import readying, showing, steps, storing
from graph.releases.derived import indexing
from graph.releases.files.manifest import read_manifest
from graph.releases.recovering import recover
from graph.releases.verifying import verify
from graph.releases.withdrawal.withdrawing import withdraw
from graph.search.building import FILE
from graph.search.entries import APART, TURNS
from graph.search.index import Index
from graph.search.query import read_query
from graph.store.apart import silent
from graph.store.open import open_reader


class Here:
    """In place of a process apart: does here what it is told, and prepares if it is to."""

    prepares = True

    def __init__(self, _module: str, *, holding: Sequence[int]) -> None:
        self.work, self._kept = steps.work, ExitStack()

    def prepare(self, arguments: Sequence[str]) -> None:
        if self.prepares:
            self.work = self._kept.enter_context(steps.prepared(arguments))  # type: ignore[assignment]

    def close(self) -> None:
        self._kept.close()


@pytest.fixture(params=[True, False], ids=["ready", "unprepared"])
def made(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> list[Path]:
    """The indexes made anew; releases are shown from this process, so that it can be seen."""
    anew: list[Path] = []
    monkeypatch.setattr(Here, "prepares", request.param)
    monkeypatch.setattr(showing, "Waiting", Here)
    real = indexing.write_index

    def watched(reader, path: Path) -> None:  # type: ignore[no-untyped-def]
        anew.append(path)
        real(reader, path)

    monkeypatch.setattr(indexing, "write_index", watched)
    monkeypatch.setattr(
        showing, "run_apart", lambda _m, given, waiting=None, **_: (waiting or steps).work(given, silent)
    )
    return anew


def found(site, typed: str, *apart: str) -> list[str]:
    """The ends of the IRIs of what has these words: of things, or of what is of a kind that is listed apart."""
    with open_reader(site.settings) as reader:
        index = Index.open(site.places.snapshot(reader.release) / FILE, reader.digest)
    try:
        every = index.find(read_query(typed), {}).results
        return [entry.iri.rsplit("/", 1)[1] for entry in every if entry.kind in (apart or set(TURNS) - set(APART))]
    finally:
        index.close()


def test_release_after_release_nothing_is_made_anew(site, made: list[Path]) -> None:
    site.write("them", "Those other people")
    site.write("new", "Newcomers")
    site.publish()
    assert (found(site, "other people"), found(site, "newcomers"), found(site, "later")) == (["them"], ["new"], [])
    site.remove("new")
    site.publish()
    assert found(site, "newcomers") == []
    assert made == []
    assert verify(site.settings).sound


def test_what_was_made_ready_is_what_the_next_release_goes_on_from(site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is opened, copied or read twice; and a publish that finds nothing to show prepares nothing."""
    done: list[str] = []

    def watch(room: object, name: str) -> None:
        real = getattr(room, name)
        monkeypatch.setattr(room, name, lambda *given, **more: (done.append(name), real(*given, **more))[1])

    monkeypatch.setattr(showing, "Waiting", Here)
    monkeypatch.setattr(
        showing, "run_apart", lambda _m, given, waiting=None, **_: (waiting or steps).work(given, silent)
    )
    for room, name in (
        (readying, "open_store"), (storing, "open_store"), (indexing, "carry_index"), (indexing, "carry_on"),
        (indexing, "write_index"), (readying, "copying"),
    ):  # fmt: skip
        watch(room, name)
    site.publish()
    assert done == []
    site.write("them", "Those other people")
    site.publish()
    assert done == ["copying", "open_store", "carry_on"]
    assert site.says() == site.recorded()
    assert found(site, "other people") == ["them"]


def test_a_release_made_ready_for_another_journal_is_of_no_use(site, made: list[Path]) -> None:
    """What was made ready is compared with what was recorded, as whatever lies on the disk is."""
    site.write("them", "Those other people")
    site.places.lineage.write_text(site.places.lineage.read_text().replace('"chain": "', '"chain": "0'))
    site.publish()
    assert len(made) == 1
    assert site.says() == site.recorded()


CONCEPTS = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<https://w3id.org/khronika/vocab/act/hail> a skos:Concept ; skos:inScheme <https://w3id.org/khronika/vocab/act> ;
  skos:prefLabel "%s"@en , "град"@ru ; rdfs:label "%s"@en , "град"@ru .
"""


def test_a_concept_of_the_site_is_found_under_the_name_it_has(site, made: list[Path]) -> None:
    file = site.folder / "concepts" / "weather.ttl"
    file.parent.mkdir()
    for name in ("hailstorm", "thunderclap"):
        file.write_text(CONCEPTS % (name, name), encoding="utf-8")
        site.publish()
        assert found(site, name, "concept") == found(site, "град", "concept") == ["hail"]
    assert found(site, "hailstorm", "concept") == []
    file.unlink()
    site.publish()
    assert found(site, "thunderclap", "concept") == found(site, "град", "concept") == []
    assert made == []


def test_a_record_that_is_withdrawn_is_not_found(site, made: list[Path]) -> None:
    named = site.record("secret").rsplit("/", 1)[1]
    assert found(site, "secret", "record") == [named]
    withdraw(site.settings, site.record("secret"), reason="risk", author="ann")
    assert found(site, "secret", "record") == []
    assert made == []


def test_a_mask_is_carried_and_an_erase_is_not(site, made: list[Path]) -> None:
    assert found(site, "Quillfeather") == ["secret"]
    withdraw(site.settings, site.record("secret"), reason="risk", author="ann")
    assert found(site, "Quillfeather") == []
    assert made == []
    withdraw(site.settings, site.record("secret"), reason="risk", author="ann", erase=True)
    assert found(site, "Quillfeather") == []
    assert len(made) == 1
    with sqlite3.connect(site.places.snapshot(site.newest()) / FILE) as sql:
        sql.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, word, row)")
        assert not [term for (term,) in sql.execute("SELECT term FROM terms") if "quill" in term]
    sql.close()


@pytest.mark.parametrize("name", ["manifest.json", FILE, "store/CURRENT"])
def test_a_damaged_snapshot_is_not_carried_over(site, made: list[Path], name: str) -> None:
    (site.places.snapshot(3) / name).write_bytes(b"damaged")
    site.write("them", "Those other people")
    site.publish()
    assert len(made) == 1
    assert found(site, "other people") == ["them"]


def test_one_of_another_store_or_another_past_is_not_carried_over(site, made: list[Path]) -> None:
    site.places.lineage.unlink()  # so that the store is made from nothing
    site.write("them", "Those other people")
    site.publish()
    assert len(made) == 1
    path = site.places.snapshot(4) / "manifest.json"
    path.write_text(path.read_text().replace(read_manifest(path.parent).chain, "0" * 64))
    site.write("them", "Them once more")
    site.publish()
    assert len(made) == 2
    assert found(site, "once more") == ["them"]


def test_where_the_last_release_was_never_shown_the_one_before_is_gone_on_from(site, made: list[Path]) -> None:
    with Journal(site.places.journal) as journal:
        last = journal.newest()
        text = journal.text(journal.parts(3)[site.record("them")].payload).replace(b"later on", b"in between")
        journal.commit(
            author="ann", message="why", software=last.software, puts={site.record("them"): text}
        )  # and then the machine stopped
    site.write("new", "Newcomers")
    site.write("them", "Those other people")
    site.publish()
    shutil.rmtree(site.places.snapshot(5))
    assert recover(site.settings).release.number == 5
    assert (found(site, "other people"), found(site, "newcomers"), found(site, "between")) == (["them"], ["new"], [])
    assert made == []
