"""The questions outlive the page they were written for: another profile is added and each still answers right."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from graph.settings import read_settings
from graph.terms import PREFIXES, VOCAB

ANOTHER = """
record: {title: Another group, modified: 2026-11-22}
things:
- {id: org/memory, type: ngo, name: Memory}
- {id: org/gazette, type: news-organization, name: Gazette}
- {id: place/tver, type: City, name: Tver, precision: settlement}
- {id: group/people-in-tver, at-risk: true, name: People in Tver}
- {id: incident/tver-2008, type: violation, place: place/tver, name: Reported detentions in Tver}
- {id: act/tver-2008-detentions, type: detention, part-of: incident/tver-2008, place: place/tver,
   victim: group/people-in-tver, name: Reported detentions in Tver}
- {id: source/gazette-2017-03-01, type: news-article, publisher: org/gazette, published: 2017-03-01, name: Detained}
- id: profile/memory-2017-04-17
  name: Memory
  about: org/memory
  publisher: org/gazette
  posted: 2017-04-17
  text:
  - passage: Gazette wrote that 20 people were detained in Tver.
    in: source/gazette-2017-03-01
    says:
    - {about: act/tver-2008-detentions, count: {of: people-detained, bound: exactly, value: 20, words: 20 people}}
    - {about: act/tver-2008-detentions, count: {of: people-detained, bound: up-to, value: 15, words: up to 15},
       by: org/memory, text: Up to 15 were detained.}
    quotes: [{by: org/memory, about: act/tver-2008-detentions, words: 20 people}]
  - passage: "Its goals:"
    list: {kind: goal, by: org/memory, about: org/memory, items: [Remember]}
"""
UNCHANGED = (
    "01-who-first-reported",
    "02-figures",
    "05-how-it-reached-this-page",
    "06-what-rests-on-one-outlet",
    "07-goals",
    "08-what-may-have-happened",
    "10-hotlines",
    "12-who-is-named",
    "13-passages-carried-by-nothing",
    "14-plain-facts-without-a-claim",
)
LONGER = ("03-figures-that-differ", "04-quotations", "09-sources-not-listed", "11-acts-on-one-word")


@pytest.fixture(scope="module")
def grown(seed: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("grown") / "site"
    shutil.copytree(seed.settings.folder, folder, ignore=shutil.ignore_patterns("var"))
    (folder / "records" / "profile" / "memory.yaml").write_text(ANOTHER, encoding="utf-8")
    return type(seed)(folder)


def answer(site: Any, name: str) -> list[dict[str, str]]:
    return site.rows(site.questions[name].text)


@pytest.mark.parametrize("name", UNCHANGED)
def test_a_question_about_one_thing_answers_as_before(seed: Any, grown: Any, name: str) -> None:
    assert answer(grown, name) == answer(seed, name)


@pytest.mark.parametrize("name", LONGER)
def test_a_question_about_all_pages_keeps_its_answers_and_adds_to_them(seed: Any, grown: Any, name: str) -> None:
    before, after = answer(seed, name), answer(grown, name)
    assert [row for row in after if row in before] == before
    assert len(after) == len(before) + 1


def test_figures_that_exclude_each_other_are_told(grown: Any) -> None:
    rows = answer(grown, "03-figures-that-differ")
    assert {(row["words"], row["otherWords"], row["incompatible"]) for row in rows} == {
        ("Fifteen", "more than 10", "false"),
        ("20 people", "up to 15", "true"),
    }


def test_there_are_fourteen_questions_and_each_is_tested_here(seed: Any) -> None:
    assert sorted(seed.questions) == sorted((*UNCHANGED, *LONGER))
    assert len(seed.questions) == 14


def test_every_question_has_a_title_and_an_explanation_in_both_languages(seed: Any) -> None:
    for question in seed.questions.values():
        for said in (question.titles, question.explanations):
            assert set(said) == {"", "ru"}, question.name
            assert re.search("[а-я]", said["ru"]), question.name


def test_every_prefix_of_a_question_is_right_and_used(seed: Any) -> None:
    for question in seed.questions.values():
        for prefix, iri in re.findall(r"PREFIX ([\w-]+): <([^>]+)>", question.text):
            assert iri == {**PREFIXES, "xsd": "http://www.w3.org/2001/XMLSchema#"}.get(prefix, f"{VOCAB.base}{prefix}/")
            body = re.sub(r"(?m)^(#|PREFIX).*$", "", question.text)
            assert re.search(rf"(?<![\w-]){prefix}:", body), f"{question.name}: {prefix}"


def test_what_a_question_names_is_described_on_the_site(seed: Any) -> None:
    base = read_settings(Path(seed.settings.folder)).base
    named = {iri for q in seed.questions.values() for iri in re.findall(rf"<({re.escape(base)}[^>]*)>", q.text)}
    described = {t.subject.value for t in seed.triples}
    assert len(named) == 5
    assert named <= described
